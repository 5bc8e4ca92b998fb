"""The mail log, one mail and what the office does with it; what goes out; alarms."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.console.alarms import OpenAlarm, alarm_of
from bot.documents.sheet_read import read_rows
from bot.model.mail import FileKind, MailOutcome
from bot.model.message import Channel, Delivery, Outcome, Text
from bot.ports import Draft, Store
from tests.fakes.console import INSPECTOR, Console
from tests.fakes.console_mail import receive
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, MACHINE, OFFICE

HOME = "/console/mail"
STRANGER = "someone@qq.com"
REPORT = ("申报报告.txt", "工作总结".encode())


async def quarantined(console: Console) -> int:
    """A stranger's mail that no rule could place."""
    mail = await receive(console, STRANGER, "材料", "请查收附件。", REPORT, trusted=True)
    assert outcome(console, mail) is MailOutcome.QUARANTINE
    return mail


def outcome(console: Console, mail: int) -> MailOutcome:
    record = console.run(lambda store: store.mail(mail))
    assert record is not None
    return record.outcome


def failed(console: Console, key: str, person: int, text: str, result: Outcome = Outcome.FAILED) -> int:
    """A message that could not be sent; its id."""

    def fill(store: Store) -> int:
        store.queue([Draft(key, Channel.WECOM, person, f"to-{key}", Text(text))], MACHINE)
        [claimed] = store.claim_due(Channel.WECOM, "me", MACHINE + timedelta(days=1), 100)
        store.settle(claimed.id, "me", Delivery(result, error="81013"), MACHINE)
        return claimed.id

    return console.run(fill)


def asker(console: Console) -> int:
    return console.run(lambda store: store.visitor(Channel.WECOM, "asker", "王五", console.now).person.id)


async def test_log_counts_by_outcome_searches_and_is_a_table(console: Console) -> None:
    mail = await quarantined(console)
    await receive(console, "mailer-daemon@qq.com", "Undelivered Mail", "failed")
    office = await console.reader(OFFICE)
    page = await office.get(HOME)
    assert re.findall(r"(待认领|自动回复|全部) (\d+)", page) == [
        ("全部", "2"),
        ("待认领", "1"),
        ("自动回复", "1"),
    ]
    found = await office.get(f"{HOME}?search=申报报告&outcome=quarantine")
    assert re.findall(rf'href="{HOME}/(\d+)"', found) == [str(mail)]
    content, _ = await office.file(f"{HOME}.xlsx?outcome=quarantine")
    path = console.folder / "mails.xlsx"
    path.write_bytes(content)
    assert [row.cells[2] for row in read_rows(str(path)) if STRANGER in row.cells] == [STRANGER]


async def test_one_mail_shows_headers_text_and_files_and_harmless_markup(console: Console) -> None:
    mail = await receive(console, STRANGER, "<script>alert(1)</script>", "<img src=x onerror=y>", REPORT)
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/{mail}")
    assert ("&lt;img src=x onerror=y&gt;" in page, "<script>alert" in page, "<img src=x" in page) == (
        True, False, False,
    )  # fmt: skip
    assert [words in page for words in ("发出时间", "到达时间", "读取时间", "申报报告.txt")] == [True] * 4
    [address] = set(re.findall(rf'"({HOME}/{mail}/files/[0-9a-f]{{64}})"', page))
    assert await office.file(address) == (REPORT[1], "application/octet-stream")
    raw, _ = await office.file(f"{HOME}/{mail}/original.eml")
    assert b"Message-ID:" in raw
    assert len(console.audited("download_mail")) == 2
    await office.get(f"{HOME}/{mail}/files/{'0' * 64}", 404)
    await office.get(f"{HOME}/9999", 404)


async def test_quarantined_mail_is_attached_once_and_its_sender_answered(console: Console) -> None:
    known = console.apply("宝丰县公安局")
    mail = await quarantined(console)
    office = await console.reader(OFFICE)
    [kind] = re.findall(r'name="(kind-[0-9a-f]+)"', await office.get(f"{HOME}/{mail}"))
    page = await office.post(f"{HOME}/{mail}/attach", {"which": known.number, kind: "scan", "once": "a"})
    assert "已归入2019-001 宝丰县公安局" in page
    record = console.run(lambda store: store.mail(mail))
    assert record is not None
    assert (record.application, record.outcome) == (known.id, MailOutcome.FILED)
    [material] = console.run(lambda store: store.materials(known.id))
    assert (material.kind, material.name) == (FileKind.SCAN, REPORT[0])
    response = await office.send(f"{HOME}/{mail}/attach", {"which": known.number, "once": "b"})
    assert (response.status, "不能再次处理" in await response.text()) == (200, True)


async def test_what_was_typed_is_kept_where_it_is_refused(console: Console) -> None:
    mail = await quarantined(console)
    office = await console.reader(OFFICE)
    response = await office.send(f"{HOME}/{mail}/attach", {"which": "没有这个单位"})
    page = await response.text()
    assert (response.status, 'value="没有这个单位"' in page) == (200, True)
    assert outcome(console, mail) is MailOutcome.QUARANTINE
    long = "好" * 2001
    response = await office.send(f"{HOME}/{mail}/reply", {"text": long})
    assert f">{long}</textarea>" in await response.text()


async def test_mail_is_answered_once_discarded_with_a_reason_and_run_again(console: Console) -> None:
    mail = await quarantined(console)
    office = await console.reader(OFFICE)
    before = len(console.bodies(STRANGER))
    for _ in range(2):
        await office.post(f"{HOME}/{mail}/reply", {"text": "请告知单位名称。", "once": "r"})
    assert len(console.bodies(STRANGER)) == before + 1
    response = await office.send(f"{HOME}/{mail}/discard", {"reason": " "})
    assert "请写明作废的理由" in await response.text()
    await office.post(f"{HOME}/{mail}/discard", {"reason": "广告"})
    assert outcome(console, mail) is MailOutcome.REJECTED
    page = await office.post(f"{HOME}/{mail}/replay")
    assert (outcome(console, mail), "广告" in page) == (MailOutcome.QUARANTINE, False)


async def test_units_are_suggested(console: Console) -> None:
    known = console.apply("宝丰县公安局")
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/units?which=公安")
    assert f'<option value="{known.number}">宝丰县公安局</option>' in page
    assert "<option" not in await office.get(f"{HOME}/units?which=")


async def test_log_asks_three_questions_however_many_mails(console: Console) -> None:
    office = await console.reader(OFFICE)
    asked = []
    for count in (1, 60):
        for place in range(count):
            await receive(console, "mailer-daemon@qq.com", f"退信{count}-{place}", "failed")
        with counted() as ran:
            page = await office.get(HOME)
        asked.append(len([one for one in ran if "FROM mail" in one]))
        assert len(page.encode()) < 100_000
    assert asked == [3, 3]


async def test_nobody_but_the_office_finds_mail(console: Console) -> None:
    mail = await quarantined(console)
    for userid in (BODY, INSPECTOR):
        reader = await console.reader(userid)
        for path in (
            "",
            ".xlsx",
            f"/{mail}",
            f"/{mail}/original.eml",
            "/outgoing",
            "/alarms",
            "/units?which=宝丰",
        ):
            assert STRANGER not in await reader.get(f"{HOME}{path}", 404)
        response = await reader.send(f"{HOME}/{mail}/discard", {"reason": "广告"})
        assert (response.status, outcome(console, mail)) == (404, MailOutcome.QUARANTINE)


# what goes out


async def test_failed_message_is_sent_again_once(console: Console) -> None:
    number = failed(console, "remind:1", asker(console), "请尽快提交。")
    office = await console.reader(OFFICE)
    assert "请尽快提交。" in await office.get(f"{HOME}/outgoing")
    for _ in range(2):
        await office.post(f"{HOME}/outgoing/{number}/again?state=trouble")
    assert console.told("to-remind:1") == ["请尽快提交。"] * 2
    assert "请尽快提交。" not in await office.get(f"{HOME}/outgoing")
    assert len(console.audited("send_again")) == 1


async def test_what_may_have_arrived_is_not_sent_again_but_can_be_ticked_off(console: Console) -> None:
    number = failed(console, "remind:2", asker(console), "请尽快提交。", Outcome.UNSURE)
    office = await console.reader(OFFICE)
    page = await office.post(f"{HOME}/outgoing/{number}/again")
    assert ("不能直接重发" in page, console.told("to-remind:2")) == (True, ["请尽快提交。"])
    await office.post(f"{HOME}/outgoing/{number}/seen")
    assert "没有这样的消息" in await office.get(f"{HOME}/outgoing")


async def test_nothing_shows_what_staff_say_about_unannounced_visits(console: Console) -> None:
    known = console.apply("宝丰县公安局")
    clerk, secret = console.people[OFFICE], "7月18日不打招呼去宝丰县公安局"
    for key in ("m1#0", "m1#1", "m1#card", f"m2#covert:1:{clerk}:1"):
        failed(console, key, clerk, secret)
    told = failed(console, "remind:3", clerk, "有3件待认定。")

    def fill(store: Store) -> None:  # the clerk once filled the unit's form, too
        store.transfer(known.id, clerk)
        store.question(clerk, f"暗访：{secret}", [], True, console.now)

    console.run(fill)
    console.say(OFFICE, f"暗访 {known.number} {secret}")
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/outgoing?state=")
    assert ("有3件待认定。" in page, f'id="m{told}"' in page) == (True, True)
    for path in (
        f"{HOME}/outgoing?state=",
        f"{HOME}/outgoing",
        "/console/questions?state=",
        f"/console/applications/{known.number}?part=line",
    ):
        assert (path, secret in await office.get(path)) == (path, False)


# alarms


async def test_alarm_leads_to_its_mail_and_is_closed(console: Console) -> None:
    mail = await quarantined(console)

    def fill(store: Store) -> None:
        store.alarm(f"intake:unreadable:{mail}", "邮件无法读取。", MACHINE)
        store.alarm(f"intake:unreadable:{mail}0", "另一封邮件无法读取。", MACHINE)

    console.run(fill)
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/alarms")
    assert f'href="{HOME}/{mail}"' in page
    page = await office.post(f"{HOME}/alarms/close", {"kind": f"intake:unreadable:{mail}"})
    assert re.findall(r'<span class="lines">(.*?)</span>', page) == ["另一封邮件无法读取。"]


async def test_incident_is_written_down_once(console: Console) -> None:
    office = await console.reader(OFFICE)
    for _ in range(2):
        page = await office.post(f"{HOME}/alarms", {"text": "某单位来电，邮件被退回。", "once": "i"})
    assert re.findall(r'<span class="lines">(.*?)</span>', page) == ["李四登记：某单位来电，邮件被退回。"]
    response = await office.send(f"{HOME}/alarms", {"text": "长" * 301})
    assert "长" * 301 in await response.text()


def test_alarm_knows_what_it_is_about() -> None:
    def about(kind: str) -> tuple[int | None, str]:
        found: OpenAlarm = alarm_of(kind, "", MACHINE)
        return found.mail, found.number

    assert [
        about(kind) for kind in ("bounce:12", "link:2019-017:31:", "route:2019-004", "mail", "incident:5")
    ] == [
        (12, ""),
        (31, "2019-017"),
        (None, "2019-004"),
        (None, ""),
        (None, ""),
    ]
