"""The sender over a real SMTP server that answers as NetEase's does, drops connections, or is slow."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.model.message import Channel, Delivery, File, Mail, Outcome, Outgoing, PageOrder, Text
from config.addresses import MailServer
from handlers.mail import send, smtp_line
from handlers.mail.allowance import BEIJING
from handlers.mail.send import MailSender
from storage.database import open_database
from storage.files import DiskFiles
from storage.schema import migrate_engine
from storage.shared_cache import DatabaseCache
from tests.fakes.smtp_server import CLOSE, Told, smtp_server

OFFICE = "pdszffzb@126.com"
QUARTER = 900.0


@pytest.fixture
async def server() -> AsyncIterator[Told]:
    async with smtp_server() as told:
        yield told


@dataclass
class Clock:
    """The machine's clock, at noon of some coming day until a test puts it forward."""

    moment: datetime = field(
        default_factory=lambda: datetime.combine(
            datetime.now(BEIJING).date() + timedelta(days=1), time(12), BEIJING
        )
    )

    def __call__(self) -> datetime:
        return self.moment

    def ahead(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


Start = Callable[..., MailSender]


@pytest.fixture
async def start(server: Told, clock: Clock, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a sender; a later one is the same office's after a restart."""
    database = open_database(f"sqlite:///{tmp_path / 'bot.db'}", "any")
    migrate_engine(database.engine)
    started: list[MailSender] = []

    def start_one(per_day: int = 1000, seconds_between: int = 0, code: str = server.code) -> MailSender:
        at = MailServer("127.0.0.1", server.port, tls=False, user=server.user, code=code)
        files, cache = DiskFiles(tmp_path), DatabaseCache(database)
        started.append(MailSender(at, OFFICE, "系统告警", files, cache, per_day, seconds_between, clock))
        return started[-1]

    yield start_one
    for sender in started:
        await sender.close()
    database.close()


def mail(number: int = 1, to: str = "wang@example.com", **more: object) -> Outgoing:
    body = Mail(f"回执 {number}", f"第{number}封", f"<receipt-{number}@126.com>", **more)  # type: ignore[arg-type]
    return Outgoing(f"key-{number}", Channel.MAIL, (to,), body)


def alarm() -> Outgoing:
    return Outgoing("alarm:1", Channel.MAIL, (OFFICE,), Text("磁盘将满，请清理。"))


def got(server: Told) -> list[EmailMessage]:
    """The mails that arrived."""
    return [read(envelope.content) for envelope in server.mails]


def read(content: bytes | str | None) -> EmailMessage:
    assert isinstance(content, bytes)
    message = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def waits(delivery: Delivery) -> float:
    """How long a mail waits that could not be tried."""
    assert (delivery.outcome, delivery.attempted) == (Outcome.RETRY, False), delivery
    return delivery.retry_after


async def test_mails_leave_over_one_connection_as_the_office(server: Told, start: Start) -> None:
    sender = start()
    deliveries = await asyncio.gather(*(sender.send(mail(number)) for number in range(40)))
    assert deliveries == [Delivery(Outcome.SENT)] * 40
    assert (server.connections, server.logins) == (1, 1)
    assert [one["Subject"] for one in got(server)] == [f"回执 {number}" for number in range(40)]
    assert {one.mail_from for one in server.mails} == {OFFICE}
    assert {one["From"] for one in got(server)} == {OFFICE}
    assert {tuple(one.rcpt_tos) for one in server.mails} == {("wang@example.com",)}


async def test_answer_with_a_file_arrives_whole(server: Told, start: Start, tmp_path: Path) -> None:
    content = bytes(range(256)) * 300
    name = DiskFiles(tmp_path).put(content)
    file = File(name, "申报表_宝丰县.docx")
    delivery = await start().send(mail(files=(file,), in_reply_to="<q@qq.com>", references=("<p@qq.com>",)))
    assert delivery == Delivery(Outcome.SENT)
    (message,) = got(server)
    assert (message["In-Reply-To"], message["Auto-Submitted"]) == ("<q@qq.com>", "auto-replied")
    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_payload(decode=True)) == ("申报表_宝丰县.docx", content)


async def test_alarm_is_a_mail_to_the_office(server: Told, start: Start) -> None:
    assert await start().send(alarm()) == Delivery(Outcome.SENT)
    (message,) = got(server)
    assert (message["To"], message["Subject"]) == (OFFICE, "系统告警")
    assert message.get_content() == "磁盘将满，请清理。"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("outgoing", "error"),
    [
        (mail(to="王@example.com"), "收件地址无效"),
        (mail(to="a@example.com\r\nRCPT TO:<b@example.com>"), "收件地址无效"),
        (mail(files=(File("0" * 64, "a.docx"),)), "附件已不在文件库中"),
        (Outgoing("k", Channel.MAIL, ("a@example.com",), PageOrder("a", 1)), "邮件只发送文字和信件"),
        (Outgoing("k", Channel.MAIL, ("a@b.cn",), Mail("主题", "正文", "no id")), "邮件编号不合规范"),
    ],
)
async def test_what_cannot_be_written_fails_without_a_connection(
    server: Told, start: Start, outgoing: Outgoing, error: str
) -> None:
    delivery = await start().send(outgoing)
    assert (delivery.outcome, delivery.error) == (Outcome.FAILED, error)
    assert server.connections == 0


@pytest.mark.parametrize("code", [b"450 MI:DMC smtp10", b"451 MI:DMC smtp10"])
async def test_enough_for_one_connection_goes_on_over_the_next(
    server: Told, start: Start, code: bytes
) -> None:
    sender = start()
    await sender.send(mail(1))
    server.say("from", code)
    assert await sender.send(mail(2)) == Delivery(Outcome.SENT)
    assert (server.connections, len(server.mails)) == (2, 2)


@pytest.mark.parametrize(
    ("step", "answer", "seconds"),
    [
        ("from", "451 MI:SFQ smtp10", QUARTER),
        ("to", "451 RP:QRC smtp10", QUARTER),
        ("greet", "421 HL:ICC", QUARTER),
        ("greet", "554 HL:IPB", QUARTER),
        ("to", "550 RP:TRC smtp10", 43500.0),
        ("from", "554 MI:STC smtp10", 43500.0),
        ("from", "550 MI:STC smtp10", 43500.0),
    ],
)
async def test_limit_of_the_account_stops_all_mail_for_its_time_also_after_a_restart(
    server: Told, start: Start, clock: Clock, step: str, answer: str, seconds: float
) -> None:
    sender = start()
    server.say(step, answer.encode())
    refused = await sender.send(mail(1))
    assert waits(refused) == seconds
    assert refused.code == int(answer[:3])
    assert answer[4:] in refused.alarm
    assert waits(await sender.send(mail(2))) == seconds
    await sender.close()
    again = start()
    assert waits(await again.send(mail(2))) == seconds
    assert waits(await again.send(alarm())) == seconds
    assert server.mails == []
    clock.ahead(seconds)
    assert [await again.send(mail(number)) for number in (1, 2)] == [Delivery(Outcome.SENT)] * 2


@pytest.mark.parametrize(
    ("step", "answer", "outcome", "seconds"),
    [
        ("data", "451 DT:SPM, please try again", Outcome.RETRY, 120.0),
        ("data", "451 local error in processing", Outcome.RETRY, QUARTER),
        ("data", "554 DT:SPM smtp10", Outcome.FAILED, 0.0),
        ("data", "554 DT:SUM smtp10", Outcome.FAILED, 0.0),
        ("to", "550 RP:RCL smtp10", Outcome.FAILED, 0.0),
        ("data", "552 exceeded mailsize limit", Outcome.FAILED, 0.0),
        ("data", "552 Illegal Attachment", Outcome.FAILED, 0.0),
    ],
)
async def test_refusal_of_one_mail_leaves_the_next_one_alone(
    server: Told, start: Start, step: str, answer: str, outcome: Outcome, seconds: float
) -> None:
    sender = start()
    server.say(step, answer.encode())
    refused = await sender.send(mail(1))
    assert (refused.outcome, refused.retry_after, refused.attempted) == (outcome, seconds, True)
    assert refused.error.endswith(f"（{answer}）")
    assert (refused.unreachable, refused.alarm) == ((), "")
    assert await sender.send(mail(2)) == Delivery(Outcome.SENT)
    assert server.connections == 1


async def test_address_that_does_not_exist_is_named(server: Told, start: Start) -> None:
    server.say("to", b"550 Invalid User: wang@example.com")
    refused = await start().send(mail())
    assert (refused.outcome, refused.unreachable) == (Outcome.FAILED, ("wang@example.com",))
    assert refused.error == "收件地址不存在（550 Invalid User: （地址））"


async def test_refused_login_alarms_and_is_not_tried_again_at_once(server: Told, start: Start) -> None:
    sender = start(code="wrong")
    refused = await sender.send(mail(1))
    assert waits(refused) == 3600.0
    assert "授权码" in refused.alarm
    assert "wrong" not in refused.alarm
    tried = server.logins
    for number in range(10):
        assert waits(await sender.send(mail(number))) == 3600.0
    assert (server.connections, server.logins) == (1, tried)
    await sender.close()
    assert await start().send(mail(1)) == Delivery(Outcome.SENT)  # with the right code


async def test_answer_in_gbk_is_understood(server: Told, start: Start) -> None:
    server.say("from", "550 用户无权登陆".encode("gb18030"))
    refused = await start().send(mail())
    assert refused.error == "邮箱登录被拒（550 用户无权登陆）"
    assert waits(refused) == 3600.0


@pytest.mark.parametrize("step", ["from", "to"])
async def test_connection_lost_before_the_message_is_made_anew(server: Told, start: Start, step: str) -> None:
    server.say(step, CLOSE)
    assert await start().send(mail()) == Delivery(Outcome.SENT)
    assert (server.connections, len(server.mails)) == (2, 1)


async def test_server_that_always_hangs_up_is_tried_later(server: Told, start: Start) -> None:
    server.say("from", CLOSE, CLOSE)
    refused = await start().send(mail())
    assert (refused.outcome, refused.attempted) == (Outcome.RETRY, True)
    assert server.connections == 2


async def test_connection_lost_after_the_message_is_unsure_and_not_repeated_here(
    server: Told, start: Start
) -> None:
    sender = start()
    server.say("data", CLOSE)
    delivery = await sender.send(mail())
    assert (delivery.outcome, delivery.again, delivery.retry_after) == (Outcome.UNSURE, True, 120.0)
    assert len(server.mails) == 1
    assert await sender.send(mail()) == Delivery(Outcome.SENT)
    assert {one["Message-ID"] for one in got(server)} == {"<receipt-1@126.com>"}


async def test_server_that_takes_too_long_over_a_message_is_unsure(
    server: Told, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "WHOLE", 0.3)
    server.slow = 5.0
    delivery = await start().send(mail())
    assert (delivery.outcome, delivery.again) == (Outcome.UNSURE, True)


async def test_mail_that_waits_too_long_for_its_turn_is_put_back(
    server: Told, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "PATIENCE", 0.2)
    server.slow = 0.3
    sender = start()
    first, second, third = await asyncio.gather(*(sender.send(mail(number)) for number in range(3)))
    assert first == Delivery(Outcome.SENT)
    assert (waits(second), waits(third)) == (1.0, 1.0)
    assert len(server.mails) == 1


async def test_server_that_is_not_there_is_told_and_costs_nothing(start: Start, server: Told) -> None:
    server.port, there = 1, server.port
    sender = start(per_day=1)
    server.port = there
    refused = await sender.send(mail())
    assert waits(refused) == 120.0
    assert refused.alarm.startswith("邮件服务器连不上（SMTPConnectError）")
    await sender.close()
    assert await start(per_day=1).send(mail()) == Delivery(Outcome.SENT)


async def test_idle_connection_is_let_go(server: Told, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_line, "IDLE_SECONDS", 0.05)
    sender = start()
    await sender.send(mail(1))
    async with asyncio.timeout(5):
        while server.open:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)
    assert await sender.send(mail(2)) == Delivery(Outcome.SENT)
    assert server.connections == 2


async def test_no_more_than_so_many_a_day_also_over_restarts(
    server: Told, start: Start, clock: Clock
) -> None:
    for number in range(3):
        sender = start(per_day=3)
        assert await sender.send(mail(number)) == Delivery(Outcome.SENT)
        await sender.close()
    sender = start(per_day=3)
    assert waits(await sender.send(mail(4))) == 43500.0  # five past midnight in Beijing
    clock.ahead(43500.0)
    assert await sender.send(mail(4)) == Delivery(Outcome.SENT)
    assert len(server.mails) == 4


async def test_last_mails_of_a_day_are_for_alarms(server: Told, start: Start) -> None:
    sender = start(per_day=50)
    deliveries = [await sender.send(mail(number)) for number in range(46)]
    assert deliveries[:45] == [Delivery(Outcome.SENT)] * 45
    assert waits(deliveries[45]) == 43500.0
    assert [await sender.send(alarm()) for _ in range(5)] == [Delivery(Outcome.SENT)] * 5
    assert waits(await sender.send(alarm())) == 43500.0


async def test_mails_keep_their_distance_and_each_has_its_moment(
    server: Told, start: Start, clock: Clock
) -> None:
    sender = start(seconds_between=20)
    assert await sender.send(mail(0)) == Delivery(Outcome.SENT)
    assert [waits(await sender.send(mail(number))) for number in (1, 2, 3)] == [20.0, 40.0, 60.0]
    assert await sender.send(alarm()) == Delivery(Outcome.SENT)
    await sender.close()
    again = start(seconds_between=20)
    assert waits(await again.send(mail(1))) == 20.0
    clock.ahead(20)
    assert await again.send(mail(1)) == Delivery(Outcome.SENT)
    assert waits(await again.send(mail(2))) == 20.0


async def test_two_processes_share_one_allowance(server: Told, start: Start) -> None:
    senders = [start(per_day=40) for _ in range(2)]
    deliveries = await asyncio.gather(*(senders[number % 2].send(mail(number)) for number in range(60)))
    sent = [one for one in deliveries if one.outcome is Outcome.SENT]
    assert 38 <= len(sent) <= 40  # what one has counted ahead and not used
    assert len(server.mails) == len(sent)
