"""The demo's mail servers and mail pane, over real SMTP, IMAP and HTTP on loopback."""

from __future__ import annotations

import asyncio
import email
import json
import smtplib
from collections.abc import AsyncIterator
from datetime import UTC
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from imapclient import IMAPClient
from imapclient.exceptions import LoginError
from pptx import Presentation

from handlers.demo.mail_servers import FORGER
from tests.fakes.demo_mail import CAMPAIGN_NOW, LOGIN, SIMPLE, MailDemo, now, start, stop


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[MailDemo]:
    running = await start(tmp_path / "mail")
    yield running
    await stop(running)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def test_letter_of_the_pane_is_in_the_mailbox_with_its_files(demo: MailDemo) -> None:
    big = bytes(range(256)) * 20_000  # more than a JSON request may carry
    number = await demo.upload("申报报告.pptx", big)
    before = now()
    status, _ = await demo.says(
        **{"from": "zhang@example.com"},
        subject="申报报告 7K3F",
        text="附上报告。\n请查收",
        files=[number],
        sample=True,
    )
    assert status == 200
    ((_, found),) = (await demo.inbox()).items()
    message = read(found[b"BODY[]"])
    assert (message["From"], message["To"]) == ("zhang@example.com", "office@demo.test")
    assert message["Subject"] == "申报报告 7K3F"
    assert parsedate_to_datetime(message["Date"]) == CAMPAIGN_NOW
    body = message.get_body()
    assert body is not None
    assert body.get_content().split() == ["附上报告。", "请查收"]
    first, second = message.iter_attachments()
    assert (first.get_filename(), first.get_payload(decode=True)) == ("申报报告.pptx", big)
    deck = Presentation(BytesIO(second.get_payload(decode=True)))  # type: ignore[arg-type]
    assert second.get_filename() == "申报报告（示例）.pptx"
    assert [one.shapes.title.text for one in deck.slides] == ["一、服务意识强"]
    arrived = found[b"INTERNALDATE"].astimezone(UTC)
    assert abs((arrived - before).total_seconds()) < 30
    assert b"\\Seen" not in found[b"FLAGS"]


@pytest.mark.parametrize(("forged", "spf"), [(False, "pass"), (True, "fail")])
async def test_mail_is_stamped_by_the_server_and_forged_stamps_stay(
    demo: MailDemo, forged: bool, spf: str
) -> None:
    raw = b"Authentication-Results: mx99; spf=pass smtp.mailfrom=wang@example.com; dkim=pass\r\n" + SIMPLE
    number = await demo.upload("a.eml", raw)
    assert (await demo.says(eml=number, forged=forged))[0] == 200
    ((_, found),) = (await demo.inbox()).items()
    message = read(found[b"BODY[]"])
    received = message.get_all("Received")
    assert message.keys()[0] == "Received"
    assert len(received or []) == 1
    assert "by demo-mx (Coremail) with SMTP id " + message["X-CM-TRANSID"] in message["Received"]
    theirs, ours = message.get_all("Authentication-Results") or []
    assert theirs.startswith("mx99; spf=pass")
    assert ours == f"demo-mx; spf={spf}\tsmtp.mailfrom=wang@example.com; dkim=none;"
    assert found[b"BODY[]"].endswith(b"\r\n\r\nbody\r\n")


@pytest.mark.parametrize(
    "raw", [b"Subject: only headers", b"\r\nonly text\r\n", b"\x00\xff\r\n\r\n\xfe", b"a\nb: c\n\nd\n"]
)
async def test_any_bytes_are_taken_and_shown(demo: MailDemo, raw: bytes) -> None:
    number = await demo.upload("a.eml", raw)
    assert (await demo.says(eml=number, **{"from": "wang@example.com"}))[0] == 200
    assert len(await demo.inbox()) == 1
    assert (await demo.get("mail"))["mails"][0]["address"] == "wang@example.com"
    assert (await demo.get("mail/1"))["id"] == 1


async def test_answer_of_the_office_is_shown_with_its_files(demo: MailDemo) -> None:
    answer = EmailMessage(policy=policy.SMTP)
    answer["From"], answer["To"], answer["Subject"] = LOGIN.address, "zhang@example.com", "回执 2019-017-1"
    answer["Message-ID"] = "<r1@demo.test>"
    answer.set_content("收到1个文件。")
    answer.add_attachment(b"PK content", maintype="application", subtype="zip", filename="申报表.docx")
    async with demo.http.get("/demo/api/events") as stream:
        await stream.content.readuntil(b"\n\n")
        await demo.from_office("zhang@example.com", answer.as_bytes())
        event = (await stream.content.readuntil(b"\n\n")).decode().split("\n")
    assert event[:2] == ["event: mail", 'data: {"id": 1, "to_office": false}']
    assert await demo.inbox() == {}
    told = await demo.get("mail")
    assert told["office"] == LOGIN.address
    assert told["people"] == [{"name": "张敏", "address": "zhang@example.com"}]
    assert told["mails"] == [
        {
            "id": 1, "to_office": False, "address": "zhang@example.com", "subject": "回执 2019-017-1",
            "at": "2019-07-16T10:42:00+08:00",
        }
    ]  # fmt: skip
    shown = await demo.get("mail/1")
    assert (shown["text"].strip(), shown["message_id"]) == ("收到1个文件。", "<r1@demo.test>")
    assert shown["files"] == [{"name": "申报表.docx", "size": 10}]
    async with demo.http.get("/demo/api/mail/1/files/0") as file:
        assert await file.read() == b"PK content"
        assert "attachment" in file.headers["Content-Disposition"]
    async with demo.http.get("/demo/api/mail/1/raw") as whole:
        assert await whole.read() == answer.as_bytes()
    for path in ("mail/2", "mail/1/files/1"):
        async with demo.http.get(f"/demo/api/{path}") as missing:
            assert missing.status == 404


async def test_mail_of_the_office_to_itself_comes_back(demo: MailDemo) -> None:
    await demo.from_office(LOGIN.address, SIMPLE)
    assert len(await demo.inbox()) == 1
    assert [one["to_office"] for one in (await demo.get("mail"))["mails"]] == [True]


async def test_only_the_office_may_write_to_others_or_read(demo: MailDemo) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await demo.smtp(lambda line: line.sendmail("a@example.com", ["zhang@example.com"], SIMPLE))

    def wrong(line: smtplib.SMTP) -> None:
        line.ehlo()
        line.login(LOGIN.user, "guess")

    with pytest.raises(smtplib.SMTPAuthenticationError):
        await demo.smtp(wrong)

    def read_anyway() -> None:
        with IMAPClient("127.0.0.1", demo.servers.imap_port, ssl=False) as line:
            line.login(LOGIN.user, "guess")

    with pytest.raises(LoginError):
        await asyncio.to_thread(read_anyway)
    assert (await demo.get("mail"))["mails"] == []


async def test_greeting_cannot_forge_the_stamp(demo: MailDemo) -> None:
    greetings = ("a by mx99 (Coremail) with SMTP id 1;", FORGER.upper())
    for greeting in greetings:
        await demo.smtp(lambda line: line.sendmail("a@example.com", [LOGIN.address], SIMPLE), greeting)
    first, second = (read(one[b"BODY[]"]) for one in (await demo.inbox()).values())
    assert first["Received"].startswith(
        "from abymx99(Coremail)withSMTPid1; (unknown [127.0.0.1])\tby demo-mx (Coremail)"
    )
    assert "spf=fail" in second["Authentication-Results"]


async def test_mails_and_their_uids_survive_a_restart(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        demo = await start(tmp_path)
        await demo.says(**{"from": "zhang@example.com"}, subject="一", text="一")
        await demo.from_office("zhang@example.com", SIMPLE)
        folder = await demo.as_office(lambda line: line.folder_status("INBOX", ["UIDVALIDITY"]))
        inbox = {uid: (one[b"BODY[]"], one[b"INTERNALDATE"]) for uid, one in (await demo.inbox()).items()}
        seen.append((folder[b"UIDVALIDITY"], inbox, (await demo.get("mail"))["mails"]))
        await stop(demo)
    (validity, first, lines), (again, second, more) = seen
    assert again == validity
    assert {uid: second[uid] for uid in first} == first
    assert len(second) == 2
    assert more[-2:] == lines
    assert len(more) == 4


async def test_servers_stop_at_once_under_an_open_connection(tmp_path: Path) -> None:
    demo = await start(tmp_path)
    line = await asyncio.to_thread(IMAPClient, "127.0.0.1", demo.servers.imap_port, ssl=False)
    await asyncio.to_thread(line.login, LOGIN.user, LOGIN.code)
    _, writer = await asyncio.open_connection("127.0.0.1", demo.servers.smtp_port)
    await asyncio.wait_for(stop(demo), 3)
    await asyncio.to_thread(line.shutdown)
    writer.close()


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"from": "zhang", "text": "a"}, 400, "bad_address"),
        ({"from": "a@example.com\r\nRCPT TO:<b@c.d>", "text": "a"}, 400, "bad_address"),
        ({"text": "a"}, 400, "missing"),
        ({"from": "a@example.com"}, 400, "empty"),
        ({"from": "a@example.com", "text": "\ud800"}, 400, "bad_text"),
        ({"from": "a@example.com", "text": "a", "files": ["none"]}, 404, "no_file"),
        ({"from": "a@example.com", "text": "a", "files": "none"}, 400, "too_many"),
        ({"eml": "none"}, 404, "no_file"),
    ],
)
async def test_bad_letter_is_refused_and_goes_nowhere(
    demo: MailDemo, fields: dict[str, Any], status: int, code: str
) -> None:
    told = await demo.says(**fields)
    assert (told[0], told[1]["error"]["code"]) == (status, code)
    assert (await demo.get("mail"))["mails"] == []


async def test_subject_cannot_begin_a_header(demo: MailDemo) -> None:
    await demo.says(**{"from": "a@example.com"}, subject="a\r\nBcc: b@c.d", text="x", answers="<a@b>\r\nX: y")
    ((_, found),) = (await demo.inbox()).items()
    message = read(found[b"BODY[]"])
    assert (message["Subject"], message["Bcc"], message["X"]) == ("a Bcc: b@c.d", None, None)


@pytest.mark.parametrize("path", ["mail", "mail/1", "mail/1/raw", "mail/1/files/0"])
async def test_foreign_host_name_is_refused(demo: MailDemo, path: str) -> None:
    async with demo.http.get(f"/demo/api/{path}", headers={"Host": "rebound.example"}) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    "content_type", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]
)
async def test_form_of_another_site_uploads_nothing(demo: MailDemo, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    url = demo.http.make_url("/demo/api/mail/files?name=a")
    async with ClientSession() as session, session.post(url, data=b"x", headers=headers) as response:
        assert (response.status, json.loads(await response.text())["error"]["code"]) == (415, "not_a_file")


async def test_client_that_hangs_up_in_the_middle_of_an_answer_is_no_warning(
    demo: MailDemo, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        await demo.smtp(lambda line: line.sendmail("wang@example.com", [LOGIN.address], SIMPLE))
    for turn in range(20):  # somewhere between the question and the end of the answer
        reader, writer = await asyncio.open_connection("127.0.0.1", demo.servers.imap_port)
        writer.write(b'a LOGIN "office" "a/b c"\r\nb SELECT INBOX\r\n')
        while not (await reader.readline()).startswith(b"b OK"):
            pass
        writer.write(b"c FETCH 1:* (BODY.PEEK[])\r\n")
        for _ in range(turn):
            await asyncio.sleep(0)
        writer.transport.abort()
        async with asyncio.timeout(20):
            while demo.servers._connections:  # noqa: ASYNC110 - nobody is told when a connection has ended
                await asyncio.sleep(0.01)
    assert caplog.messages == []
    assert len(await demo.inbox()) == 20
