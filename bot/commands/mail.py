"""`python -m bot mail parse|ingest|replay`: messages given by hand (commands page §3).

parse reads and prints, touching nothing. ingest is the real intake into the database and the files of the
settings; answers stay in the outbox. replay decides about one mail again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from bot.app import Service, build
from bot.app_mail import mail_opener, new_workers
from bot.logs import configure
from bot.mail.kinds import take
from bot.mail.wording import size
from bot.model.mail import FileState, Link, MailFile, ParsedMail
from bot.ports import StorageUnavailable
from bot.work.ingest_mail import Ingested, ingest
from bot.work.mail_desk import Decided
from bot.work.mail_files import RawFile, messages, sources
from bot.work.open_mail import MailOpener
from bot.work.workers import WorkerFailed
from config.campaign import Campaign
from config.settings import Settings
from storage.files import DiskFiles
from storage.schema import migrate, schema_state

OK, REFUSED, WRONG_USAGE = 0, 1, 2


def run(
    arguments: Sequence[str],
    campaign: Callable[[], Campaign],
    settings: Callable[[], Settings],
    stdout: TextIO,
) -> int:
    """Run the command with what follows `mail`; its exit status."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as leaving:
        return OK if leaving.code in (None, 0) else WRONG_USAGE
    match options.action:
        case "parse":
            return asyncio.run(_parse(options, campaign(), stdout))
        case "ingest":
            return _with_service(settings(), lambda service: _ingest(service, options, stdout))
        case _:
            return _with_service(settings(), lambda service: _replay(service, options.id, stdout))


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m bot mail", description="处理邮件文件")
    actions = made.add_subparsers(dest="action", required=True)
    for name, said in (
        ("parse", "只读出内容，不写数据库"),
        ("ingest", "按收到的邮件处理，写入数据库，不发信"),
    ):
        action = actions.add_parser(name, help=said)
        action.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=".eml、文件夹或 .mbox")
        action.add_argument("--json", action="store_true", help="每封邮件输出一行JSON")
        if name == "ingest":
            help_ = "到达时间（活动时间），如 2019-07-12T09:30+08:00"
            action.add_argument("--arrived", type=_moment, metavar="ISO", help=help_)
    replay = actions.add_parser("replay", help="重新处理一封没有归档的邮件")
    replay.add_argument("id", type=int, help="邮件编号")
    return made


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("应为带时区的时间，如 2019-07-12T09:30+08:00") from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("应为带时区的时间，如 2019-07-12T09:30+08:00")
    return moment


@dataclass(frozen=True, slots=True)
class _Printer:
    """Writes a line, or a paragraph, per message."""

    campaign: Campaign
    as_json: bool
    stdout: TextIO

    def line(
        self, raw: tuple[str, int, str], parsed: ParsedMail, files: Sequence[MailFile]
    ) -> dict[str, Any]:
        """What `parse` and `ingest` have in common. `raw`: source, index, SHA-256."""
        source, index, sha256 = raw
        return {
            "source": source,
            "index": index,
            "sha256": sha256,
            "message_id": parsed.message_id,
            "from": parsed.sender,
            "to": list(parsed.to),
            "subject": parsed.subject,
            "sent_at": self.moment(parsed.sent_at),
            "arrived_at": None,
            "read_at": None,
            "late": False,
            "automatic": bool(parsed.automatic),
            "text": parsed.text,
            "attachments": [_attachment(file) for file in files],
            "links": [self._link(link) for link in parsed.links],
        }

    def moment(self, at: datetime | None) -> str | None:
        """In the campaign's zone."""
        return None if at is None else at.astimezone(self.campaign.zone).isoformat(timespec="seconds")

    def _link(self, link: Link) -> dict[str, Any]:
        return {
            "url": link.url,
            "host": link.host,
            "name": link.name,
            "bytes": link.size,
            "expires_at": self.moment(link.expires_at),
        }

    def print(self, line: dict[str, Any]) -> None:
        text = _json(line) if self.as_json else _words(line)
        print(text, file=self.stdout, flush=True)

    def refuse(self, code: str, message: str) -> int:
        error = {"error": {"code": code, "message": message}}
        print(_json(error) if self.as_json else message, file=self.stdout, flush=True)
        return REFUSED


def _attachment(file: MailFile) -> dict[str, Any]:
    part = file.part
    return {
        "name": part.name,
        "path": list(part.path),
        "bytes": part.size,
        "sha256": part.sha256,
        "type": part.type,
        "kind": file.kind.value,
        "state": file.state.value,
    }


def _words(line: dict[str, Any]) -> str:
    """A message for people."""
    lines = [f"{line['source']}（第{line['index'] + 1}封）  {line['from']}  {line['subject']}"]
    if "outcome" in line:
        found = [line["outcome"], line["application"] or "", line["reason"]]
        lines.append("  结果：" + "  ".join(word for word in found if word))
    for file in line["attachments"]:
        name = "/".join([*file["path"], file["name"]])
        lines.append(
            f"  附件：{name}  {size(file['bytes'])}  {file['type']}  {file['kind']}  {file['state']}"
        )
    lines += [f"  链接：{link['url']}  {link['name']}" for link in line["links"]]
    return "\n".join(lines)


# parse


async def _parse(options: argparse.Namespace, campaign: Campaign, stdout: TextIO) -> int:
    printer = _Printer(campaign, options.json, stdout)
    workers = new_workers()
    try:
        with tempfile.TemporaryDirectory() as folder:
            opener = mail_opener(DiskFiles(Path(folder) / "files"), workers, campaign)
            for source in sources(options.paths):
                for raw in messages(source, Path(folder)):
                    printer.print(await _parsed(opener, raw, printer))
    except OSError as error:
        return printer.refuse(*_trouble(error))
    finally:
        workers.close()
    return OK


async def _parsed(opener: MailOpener, raw: RawFile, printer: _Printer) -> dict[str, Any]:
    name = (raw.source, raw.index, raw.sha256)
    try:
        parsed = await opener.read(raw.path)
    except WorkerFailed as failed:
        return printer.line(name, ParsedMail(), ()) | {
            "error": {"code": "unreadable", "message": failed.reason}
        }
    inspections = await opener.inspect(parsed.parts)
    files = []
    for part, seen in zip(parsed.parts, inspections, strict=True):
        taken = take(part, seen)
        files.append(MailFile(part, taken.kind, taken.state or taken.hint or FileState.KEPT))
    return printer.line(name, parsed, files)


# ingest and replay


def _with_service(settings: Settings, work: Callable[[Service], Awaitable[int]]) -> int:
    """Run something with the parts of the service, none of which is started."""
    configure(settings.log_level)
    url = settings.database_url.get_secret_value()
    try:
        state = schema_state(url)
        if state in ("older", "newer"):
            print("数据库结构不是最新，请先运行：python -m bot migrate", file=sys.stderr)
            return REFUSED
        if state == "empty":
            migrate(url)
        return asyncio.run(_work(settings, work))
    except StorageUnavailable as error:
        print(f"数据库打不开（{type(error).__name__}），请检查 BOT_DATABASE_URL 和磁盘。", file=sys.stderr)
        return REFUSED


async def _work(settings: Settings, work: Callable[[Service], Awaitable[int]]) -> int:
    service = await asyncio.to_thread(build, settings, "worker")
    await service.start()
    try:
        return await work(service)
    finally:
        await service.stop()


async def _ingest(service: Service, options: argparse.Namespace, stdout: TextIO) -> int:
    printer = _Printer(service.campaign, options.json, stdout)
    try:
        async for ingested in ingest(service.mail, options.paths, options.arrived):
            printer.print(await _ingested(service, ingested, printer))
    except OSError as error:
        return printer.refuse(*_trouble(error))
    return OK


async def _ingested(service: Service, ingested: Ingested, printer: _Printer) -> dict[str, Any]:
    arrival, decided = ingested.arrival, ingested.decided
    raw = (ingested.source, ingested.index, arrival.sha256)
    line = printer.line(raw, decided.parsed, decided.settled.files)
    times = {
        "arrived_at": printer.moment(arrival.arrived_at),
        "read_at": printer.moment(arrival.read_at),
        "late": service.campaign.is_late(arrival.arrived_at),
    }
    return line | times | await _decision(service, decided)


async def _decision(service: Service, decided: Decided) -> dict[str, Any]:
    settled = decided.settled
    application = settled.application
    found = await service.writer.run(lambda store: store.application(application)) if application else None
    return {
        "id": decided.mail,
        "outcome": settled.outcome.value,
        "reason": settled.reason,
        "application": found.number if found else None,
        "matched_by": settled.matched_by.value if settled.matched_by else None,
        "reply": settled.reply,
    }


async def _replay(service: Service, mail: int, stdout: TextIO) -> int:
    try:
        decided = await service.mail.replay(mail)
    except (LookupError, ValueError) as refused:
        message = str(refused.args[0])
        print(_json({"error": {"code": "not_replayed", "message": message}}), file=stdout)
        return REFUSED
    except WorkerFailed as failed:
        message = f"邮件 {mail} 仍然读不出来（{failed.reason}），原件已保存。"
        print(_json({"error": {"code": "unreadable", "message": message}}), file=stdout)
        return REFUSED
    print(_json(await _decision(service, decided)), file=stdout)
    return OK


def _trouble(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "not_found", f"没有找到 {error.filename}，请核对文件名和路径。"
    return "unreadable", f"不能读取 {error.filename}，请核对权限。"


def _json(value: object) -> str:
    """One line of JSON; half characters, which UTF-8 cannot hold, are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
