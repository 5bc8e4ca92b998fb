"""`python -m bot answers`: the office's own answers (口径库), from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TextIO, TypeVar

from bot.clock import CampaignClock, open_clock
from bot.commands.answers_shown import AnswersShown
from bot.knowledge.answer import Knowledge
from bot.knowledge.approved import ApprovedKnowledge, current
from bot.model.answers import ApprovedAnswer, Asked
from bot.ports import StorageUnavailable, Store
from bot.work.approve import LOCK, AnswerRefused, Decision, correct, decide, withdraw
from bot.work.dates import campaign_in_force
from bot.work.tell_askers import answered, due
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from config.settings import Settings
from storage.database import Database, open_database
from storage.schema import schema_state
from storage.writer import ThreadWriter

T = TypeVar("T")
_PORTION = 1000


def run(arguments: Sequence[str], settings: Settings, stdout: TextIO, stderr: TextIO) -> int:
    """Print what was asked for; 1 if it was refused, 2 for wrong usage."""
    options = _parser().parse_args(list(arguments))
    url = settings.database_url.get_secret_value()
    try:
        if schema_state(url) != "current":
            print("数据库还没有建立或结构不是最新，请先运行：python -m bot migrate", file=stderr)
            return 1
        campaign = load_campaign(campaign_folder(settings.campaign))
        database = open_database(url, campaign.id)
        try:
            _Office(settings, campaign, database, stdout).do(options)
        finally:
            database.close()
    except AnswerRefused as refused:
        print(refused, file=stderr)
        return 1
    except (StorageUnavailable, OSError) as error:
        print(f"没有完成（{type(error).__name__}），请检查 BOT_DATABASE_URL 和磁盘。", file=stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot answers")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("open", help="questions nobody could answer, and the undecided open points")
    commands.add_parser("list", help="the answers in force")
    add = commands.add_parser("add", help="decide a question")
    add.add_argument("--question", required=True)
    add.add_argument("--text", required=True, help="the answer")
    _decision(add)
    change = commands.add_parser("correct", help="a new version of an answer; what is not named stays")
    change.add_argument("number", type=int)
    change.add_argument("--question")
    change.add_argument("--text", help="the answer")
    _decision(change)
    end = commands.add_parser("withdraw", help="the answer is not given any more")
    end.add_argument("number", type=int)
    end.add_argument("--reason", required=True)
    _signature(end)
    history = commands.add_parser("history", help="every version of an answer")
    history.add_argument("number", type=int)
    test = commands.add_parser("test", help="which answer a question gets, and why")
    test.add_argument("question")
    return parser


def _decision(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wording", action="append", help="a further way to ask it; may be repeated")
    parser.add_argument("--clause", action="append", help="id of a clause it rests on; may be repeated")
    parser.add_argument("--point", help="id of the open point it decides, such as Q1")
    _signature(parser)


def _signature(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, metavar="NAME", help="who decided")
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="default: today")


class _Office:
    """One command over an open database."""

    def __init__(self, settings: Settings, campaign: Campaign, database: Database, stdout: TextIO) -> None:
        self._settings = settings
        self._campaign = campaign
        self._database = database
        self._shown = AnswersShown(campaign, stdout)

    def do(self, options: argparse.Namespace) -> None:
        match options.command:
            case "open":
                versions, questions = self._versions(), self._refused()
                self._shown.open(self._knowledge(versions), questions)
            case "list":
                self._shown.list(current(self._versions()))
            case "add":
                self._keep(lambda store, now: decide(store, self._campaign, _said(options, now), now))
            case "correct":
                self._keep(
                    lambda store, now: correct(
                        store, self._campaign, options.number, _said(options, now), now
                    )
                )
            case "withdraw":
                self._keep(
                    lambda store, now: withdraw(
                        store, options.number, options.by, options.reason, options.date or now.date(), now
                    )
                )
            case "history":
                found = [answer for answer in self._versions() if answer.number == options.number]
                if not found:
                    raise AnswerRefused(f"没有编号为{options.number}的答复，请查看答复列表（answers list）。")
                self._shown.history(found)
            case "test":
                self._shown.test(self._knowledge(self._versions()), options.question)

    def _keep(self, act: Callable[[Store, datetime], ApprovedAnswer]) -> None:
        """Carry out an act of the office at the campaign's time, and say what comes of it."""
        writer = ThreadWriter(self._database)
        writer.start()
        try:
            offset = writer.run_blocking(lambda store: open_clock(store, self._settings.clock))
            now = CampaignClock(offset).now().astimezone(self._campaign.zone)
            kept = writer.run_blocking(lambda store: self._act(store, act, now), LOCK)
        finally:
            writer.stop()
        versions = self._versions()
        knowledge = self._knowledge(versions)
        waiting = answered(knowledge, self._refused()) if kept.active else {}
        history = [answer for answer in versions if answer.number == kept.number]
        told = self._read(lambda store: store.told(kept.number))
        # the running service may have told some of them by now
        people = {message.person for message in due(self._campaign, knowledge, history, waiting, told)}
        people |= {person for person, version in told.items() if version == kept.version}
        self._shown.kept(kept, len(people))

    def _act(
        self, store: Store, act: Callable[[Store, datetime], ApprovedAnswer], now: datetime
    ) -> ApprovedAnswer:
        """`AnswerRefused` once the campaign is sealed: by then nothing changes any more (see `bot.work.archive`)."""
        if campaign_in_force(self._campaign, store).keep_until is not None:
            raise AnswerRefused(self._campaign.phrases["archive_refused"])
        return act(store, now)

    def _read(self, look: Callable[[Store], T]) -> T:
        return self._database.read(look)

    def _versions(self) -> Sequence[ApprovedAnswer]:
        return self._read(lambda store: store.answer_versions())

    def _knowledge(self, versions: Sequence[ApprovedAnswer]) -> ApprovedKnowledge:
        return ApprovedKnowledge(self._campaign, Knowledge(self._campaign), current(versions))

    def _refused(self) -> list[Asked]:
        def look(store: Store) -> list[Asked]:
            found: list[Asked] = []
            while portion := store.refused_questions(found[-1].id if found else 0, _PORTION):
                found += portion
            return found

        return self._read(look)


def _said(options: argparse.Namespace, now: datetime) -> Decision:
    return Decision(
        options.by,
        options.date or now.date(),
        options.text,
        options.question,
        None if options.wording is None else tuple(options.wording),
        None if options.clause is None else tuple(options.clause),
        options.point,
    )
