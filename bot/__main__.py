"""The command line: `python -m bot COMMAND`. Exit: 0 a result, 1 refused, 2 wrong usage or settings."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from config.campaign import Campaign
from config.load import CampaignError, campaign_folder, load_campaign

if TYPE_CHECKING:
    from config.settings import Settings

DEFAULT_CAMPAIGN = "pingdingshan-2019"

USAGE = """usage: python -m bot COMMAND [ARGUMENTS]

  demo [--port N] [--reset]      the demo, no account needed
  serve [--role all|web|worker]  the service
  migrate · move-data --to URL   the newest schema · copy everything to another database
  doctor                         a line per check of this deployment
  replay                         the dialogue on stdin and stdout, JSON Lines
  ask QUESTION · ask --jsonl     answers from the notice, with their clause; --live: and the office's
  form FILE · form --fill DATA   read a filled form · fill the official one
  mail parse|ingest PATH… · mail replay ID   mails from files · decide about one again
  deck check FILE…               what a slide deck holds, and what to mend
  person add NAME --role R …     somebody of the office, a body, the inspectors
  login-link NAME                a one-time link to the console
  plan --from DAY --to DAY       who would be reminded of what
  answers open|list|add|…        the office's own answers (口径库)
  score [FILE] [--rules]         the standard's deductions (附件2)
  check-campaign DIR             mistakes in a campaign's files
  export APPLICATION --out DIR   all that is kept of an application
  purge APPLICATION --yes        delete it
"""


def _campaign() -> Campaign:
    """The campaign named by BOT_CAMPAIGN, for commands that need no other setting."""
    return load_campaign(campaign_folder(os.environ.get("BOT_CAMPAIGN") or DEFAULT_CAMPAIGN))


def _replay(arguments: Sequence[str]) -> int:
    from bot.commands.replay import run

    return run(sys.stdin, sys.stdout, _campaign())


def _ask(arguments: Sequence[str]) -> int:
    if "--live" in arguments:
        from bot.commands.ask_live import run as run_live

        others = [word for word in arguments if word != "--live"]
        return run_live(others, _settings(), sys.stdin, sys.stdout, sys.stderr)
    from bot.knowledge.ask_command import run

    return run(list(arguments), sys.stdin, sys.stdout, _campaign())


def _score(arguments: Sequence[str]) -> int:
    from bot.review.score_command import run

    return run(list(arguments), sys.stdin, sys.stdout, _campaign())


def _form(arguments: Sequence[str]) -> int:
    from bot.documents.form_command import run

    return run(list(arguments), sys.stdin, sys.stdout, _campaign())


def _mail(arguments: Sequence[str]) -> int:
    from bot.commands.mail import run

    return run(arguments, _campaign, _settings, sys.stdout)


def _deck(arguments: Sequence[str]) -> int:
    from bot.commands.deck import run

    return run(arguments, sys.stdout, _campaign())


def _person(arguments: Sequence[str]) -> int:
    from bot.commands.person import run

    return run(arguments, _settings(), sys.stdout, sys.stderr)


def _login_link(arguments: Sequence[str]) -> int:
    from bot.commands.login_link import run

    return run(arguments, _settings(), sys.stdout, sys.stderr)


def _plan(arguments: Sequence[str]) -> int:
    from bot.commands.plan import run

    return run(arguments, _settings(), sys.stdout, sys.stderr)


def _check_campaign(arguments: Sequence[str]) -> int:
    from bot.commands.check_campaign import run

    return run(arguments, sys.stdout, sys.stderr)


def _serve(arguments: Sequence[str]) -> int:
    gc.disable()  # a quarter of the time until it is ready; `serve` sets the collector going
    from bot.commands.serve import run

    return run(arguments, _settings(serving=True))


def _demo(arguments: Sequence[str]) -> int:
    gc.disable()  # as for `serve`
    from bot.commands.demo import run

    return run(arguments)


def _migrate(arguments: Sequence[str]) -> int:
    from argparse import ArgumentParser

    from bot.ports import StorageUnavailable
    from storage.schema import migrate

    ArgumentParser(prog="python -m bot migrate", description="newest schema").parse_args(list(arguments))
    settings = _settings()
    try:
        migrate(settings.database_url.get_secret_value())
    except (StorageUnavailable, OSError) as error:
        cause = type(error).__name__
        print(f"数据库打不开（{cause}），请检查 BOT_DATABASE_URL、数据库服务和磁盘。", file=sys.stderr)
        return 2
    return 0


def _move_data(arguments: Sequence[str]) -> int:
    from bot.commands.move_data import run

    return run(arguments, _settings(), sys.stdout, sys.stderr)


def _export(arguments: Sequence[str]) -> int:
    from bot.commands.kept_data import export

    return export(arguments, _settings(), sys.stdout, sys.stderr)


def _purge(arguments: Sequence[str]) -> int:
    from bot.commands.kept_data import purge

    return purge(arguments, _settings(), sys.stdout, sys.stderr)


def _answers(arguments: Sequence[str]) -> int:
    from bot.commands.answers import run

    return run(arguments, _settings(), sys.stdout, sys.stderr)


def _doctor(arguments: Sequence[str]) -> int:
    from bot.commands.doctor import run

    return run(_settings(), sys.stdout)


def _settings(serving: bool = False) -> Settings:
    """The settings of the environment and .env; status 2 with every problem, a line each."""
    from config.settings import SettingsError, load_settings

    problems: list[str] = []
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        problems = error.problems
    if serving and not _has_secret_key():
        problems.append("BOT_SECRET_KEY: 正式运行必须设置，例如 openssl rand -hex 32 的输出")
    if problems:
        print("\n".join(problems), file=sys.stderr)
        raise SystemExit(2)
    return settings


def _has_secret_key() -> bool:
    """Whether it is given, also where other settings are wrong, so that one look tells all."""
    from dotenv import dotenv_values

    given = [*os.environ.items(), *dotenv_values(".env").items()]
    return any(name.upper() == "BOT_SECRET_KEY" and (value or "").strip() for name, value in given)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": _demo,
    "serve": _serve,
    "migrate": _migrate,
    "move-data": _move_data,
    "doctor": _doctor,
    "replay": _replay,
    "ask": _ask,
    "score": _score,
    "form": _form,
    "mail": _mail,
    "person": _person,
    "login-link": _login_link,
    "plan": _plan,
    "deck": _deck,
    "check-campaign": _check_campaign,
    "answers": _answers,
    "export": _export,
    "purge": _purge,
}


def main(argv: Sequence[str]) -> int:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE, file=sys.stdout if argv else sys.stderr)
        return 0 if argv else 2
    command = COMMANDS.get(argv[0])
    if command is None:
        print(f"没有“{argv[0]}”这个命令。\n\n{USAGE}", file=sys.stderr)
        return 2
    try:
        return command(argv[1:])
    except CampaignError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
