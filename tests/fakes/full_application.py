"""An application with something on every part of its page."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, time, timedelta

from PIL import Image, ImageDraw

from bot.dialogue.units import unit_key
from bot.documents.deck_json import report_json
from bot.model.application import Application, Change
from bot.model.deck import Coverage, DeckReport, Level, Video
from bot.model.mail import (
    Arrival,
    FileKind,
    FileState,
    MailFile,
    MailOutcome,
    Material,
    MaterialState,
    ParsedMail,
    Part,
    Settled,
)
from bot.model.message import Channel
from bot.model.visit import CovertVisit, Inspector, VersionState, VisitPlan, VisitVersion
from bot.ports import Store
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, Console
from tests.fakes.recommending import BODY, OFFICE

UNIT = "宝丰县公安局"
SUMMARY = "本单位推行柔性执法，全年现场指导12次，行政调解86件。" * 30


def fill(console: Console) -> Application:
    """Changed, with decks, a scan and a mail, ranked first of three and sent upward, to be inspected on July 30th."""
    known, *_ = console.three()
    holder = f"holder-{UNIT}"
    revise(console, known, summary=SUMMARY, unit_address="宝丰县迎宾大道9号")
    known = console.application(known.id)
    printed = console.print(known)
    sha256 = console.files.put(b"a deck")
    pictures = tuple(console.files.put(_picture(number)) for number in range(1, 7))
    report = json.dumps(report_json(_report(console, sha256), "申报报告.pptx"))
    raw = console.files.put(b"From: a@b.cn\r\n\r\nmail")

    def keep(store: Store) -> None:
        at = console.now
        arrival = Arrival("a@b.cn", "INBOX", 1, 1, raw, 25, at, at + timedelta(minutes=2))
        mail, _ = store.keep_mail(arrival)
        part = Part("申报报告.pptx", (), 6, sha256, "pptx")
        filed = (MailFile(part, FileKind.DECK, FileState.REGISTERED),)
        parsed = ParsedMail(sender="police@126.com", sender_name="王五", subject="申报报告", sent_at=at)
        store.settle_mail(mail, parsed, Settled(MailOutcome.FILED, application=known.id, files=filed))
        deck = Material(
            0,
            known.id,
            FileKind.DECK,
            0,
            "d" * 64,
            "旧报告.ppt",
            6,
            "ppt",
            MaterialState.REGISTERED,
            "upload:x",
            at,
        )
        store.add_material(deck)
        newer = replace(deck, sha256=sha256, name="申报报告.pptx", type="pptx", source=f"mail:{mail}")
        kept = store.add_material(replace(newer, late=True, report=report))
        store.set_pictures(kept.id, pictures)
        scan = replace(deck, kind=FileKind.SCAN, sha256="e" * 64, name="盖章扫描件.pdf", type="pdf")
        store.add_material(replace(scan, code=printed.code, printed=printed.version))
        store.set_dossier(known.id, {"deck": sha256, "scans": printed.version})

    console.run(keep)
    console.say(holder, "进度")
    console.say(BODY, "上报", "确认上报")
    plan_visit(console, known, INSPECTOR)
    return console.application(known.id)


def revise(console: Console, known: Application, **values: str) -> None:
    """The holder writes other values, which goes on record."""
    changes = [Change(field, value, known.values.get(field, "")) for field, value in values.items()]
    after, key = {**known.values, **values}, unit_key(console.campaign.units, UNIT)
    arguments = (known.id, after, changes, key, known.holder, Channel.WECOM, console.now)
    console.run(lambda store: store.revise(*arguments, after["contact_email"], known.body))


def plan_visit(console: Console, known: Application, userid: str) -> None:
    """An announced inspection of July 30th."""
    plan = plan_of(console, userid)

    def keep(store: Store) -> None:
        office = console.people[OFFICE]
        visit = store.add_visit(known.id)
        store.add_visit_version(VisitVersion(visit, 1, plan, False, "", office, console.now))
        store.settle_visit_version(visit, 1, VersionState.RELEASED, office, console.now)

    console.run(keep)


def plan_secretly(console: Console, known: Application, userid: str = INSPECTOR_TWO) -> None:
    """An unannounced inspection."""
    plan, by = plan_of(console, userid), console.people[userid]
    console.run(lambda store: store.add_covert_visit(CovertVisit(0, known.id, plan, by, console.now)))


def plan_of(console: Console, userid: str) -> VisitPlan:
    leader = Inspector(console.people[userid], "郑七")
    return VisitPlan(date(2019, 7, 30), time(9, 30), time(11, 30), leader, (), "李四", "0375-2663225", "二楼")


def _report(console: Console, sha256: str) -> DeckReport:
    titles = [clause.id for clause in console.campaign.clauses if clause.id.startswith("2.")]
    conditions = {
        key: Coverage(
            (Level.SHOWN, Level.SHOWN, Level.MENTIONED, Level.ABSENT)[number % 4],
            () if number % 4 == 3 else (number + 2, number + 3),
            () if number % 4 == 3 else ("现场指导12次", "调解成功率92%"),
        )
        for number, key in enumerate(titles)
    }
    return DeckReport(
        size=6,
        sha256=sha256,
        format="pptx",
        opens=True,
        problem=None,
        slides=28,
        characters=5120,
        pictures=31,
        videos=(Video(12, "视频", False, "D:/视频.mp4"),),
        conditions=conditions,
        triad={"工作举措": (4, 5), "亮点经验": (9,), "工作实效": ()},
        messages=("第12页视频未嵌入，请插入视频后重新发送",),
    )


def _picture(number: int) -> bytes:
    image = Image.new("RGB", (320, 240), (230 - number * 12, 238, 250))
    ImageDraw.Draw(image).rectangle((30, 40, 290, 70 + number * 20), fill=(26, 95, 180))
    kept = io.BytesIO()
    image.save(kept, "JPEG")
    return kept.getvalue()
