"""`python -m bot serve` as an operator meets it: a process with settings, signals and logs."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from config.settings import load_settings
from handlers.demo.platform import Member, Platform
from storage.database import make_engine
from storage.schema import schema_state
from tests.deployment import ANSWERS, Api, Deployment, environment, free_port, until
from tests.process import Process

MEMBERS = [Member(f"member{number:02}", f"成员{number}") for number in range(10)]


class Served:
    """A deployment whose service is one process or several."""

    def __init__(self, folder: Path, api: Api, database_url: str = "") -> None:
        self.folder = folder
        self.given = environment(folder, free_port(), api.platform, api.base, database_url)
        self.deployment = Deployment(load_settings(self.given, env_file=None), api.platform)
        self.platform = api.platform
        self.platform.callback_url = f"{self.deployment.base}/wecom/callback"

    @property
    def base(self) -> str:
        return self.deployment.base

    def process(self, *arguments: str, name: str = "process", **settings: str) -> Process:
        return Process(self.folder, arguments, self.given | settings, name)

    @asynccontextmanager
    async def running(self, *arguments: str, **settings: str) -> AsyncIterator[Process]:
        process = self.process("serve", *arguments, **settings)
        await process.start()
        try:
            await process.ready(self.base)
            yield process
        finally:
            await process.stop(signal.SIGKILL)

    async def get(self, path: str) -> tuple[int, str]:
        async with ClientSession() as browser, browser.get(self.base + path) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def wecom() -> AsyncIterator[Api]:
    api = Api(Platform(members=MEMBERS, retry_pause=0.3))
    await api.start()
    yield api
    await api.stop()


@pytest.fixture
def served(tmp_path: Path, wecom: Api) -> Served:
    return Served(tmp_path, wecom)


async def test_every_problem_of_the_settings_is_told_at_once(served: Served) -> None:
    wrong = {"BOT_SECRET_KEY": "", "BOT_CLOCK": "yesterday", "BOT_WECOM__TOKEN": "", "BOT_NO_SUCH": "1"}
    process = served.process("serve", **wrong)
    assert await process.run() == 2
    told = [line.partition(":")[0] for line in process.stderr.splitlines()]
    assert sorted(told) == ["BOT_CLOCK", "BOT_NO_SUCH", "BOT_SECRET_KEY", "BOT_WECOM__TOKEN"]
    assert process.stdout == ""


async def test_serve_refuses_without_a_secret_key_alone(served: Served) -> None:
    process = served.process("serve", BOT_SECRET_KEY="")
    assert (await process.run(), process.stderr.partition(":")[0]) == (2, "BOT_SECRET_KEY")


async def test_empty_database_is_migrated_and_the_service_is_ready_soon(served: Served) -> None:
    process = served.process("serve")
    await process.start()
    try:
        assert await process.ready(served.base) < 10  # a slow machine's share included
        assert schema_state(served.given["BOT_DATABASE_URL"]) == "current"
        assert json.loads((await served.get("/healthz"))[1]) == {"status": "alive"}
        status, body = await served.get("/readyz")
        parts = json.loads(body)["parts"]
        assert (status, {name for name, part in parts.items() if not part["ok"]}) == (200, set())
        assert parts["scheduler"]["detail"].startswith("距上次运行 ")
        assert "pingxuan_seconds_since_tick" in (await served.get("/metrics"))[1]
    finally:
        assert await process.stop() == 0


@pytest.mark.parametrize(("number", "advice"), [("0001", "python -m bot migrate"), ("9999", "更新版本")])
async def test_older_and_newer_schemas_are_refused_with_what_to_do(
    served: Served, number: str, advice: str
) -> None:
    for _ in range(2):  # safe to repeat
        assert await served.process("migrate").run() == 0
    served.deployment.change("UPDATE alembic_version SET version_num = :number", number=number)
    refused = served.process("serve", name="refused")
    assert (await refused.run(), advice in refused.stderr) == (2, True)


async def test_database_that_cannot_be_opened_is_told_in_one_sentence(served: Served) -> None:
    (served.folder / "bot.db").write_bytes(b"this is no database, but long enough to be taken for one" * 100)
    process = served.process("serve")
    assert await process.run() == 2
    assert re.fullmatch(r"数据库打不开（\w+），请检查 BOT_DATABASE_URL、数据库服务和磁盘。\n", process.stderr)


async def test_address_in_use_is_named(served: Served) -> None:
    async with served.running():
        second = served.process("serve", name="second")
        assert await second.run() == 2
        assert served.given["BOT_LISTEN"] in second.stderr


async def test_sigterm_under_load_ends_in_time_and_keeps_what_was_answered(served: Served) -> None:
    platform = served.platform
    answered: list[str] = []

    async def write(userid: str) -> None:
        """As fast as it goes, each message once, until nobody answers any more."""
        for number in range(100_000):
            message_id = f"{userid}-{number}"
            inner = platform.inner_xml(userid, {"MsgType": "text", "Content": "进度", "MsgId": message_id})
            status, _ = await platform.post(inner)
            if status != 200:
                return
            answered.append(f"wecom:msg:{message_id}")

    async with served.running() as process:
        writers = [asyncio.create_task(write(member.userid)) for member in MEMBERS]
        await until(lambda: len(answered) > 300)
        stopped = await asyncio.wait_for(process.stop(signal.SIGTERM), 10)
        await asyncio.gather(*writers)
    assert stopped == 0
    kept = {row.key for row in served.deployment.rows("SELECT key FROM inbox")}
    assert set(answered) - kept == set()
    sent = served.deployment.rows("SELECT key FROM outbox WHERE state = 'sent'")
    assert {f"{key}#0" for key in answered} - {row.key for row in sent} == set()


async def test_web_and_worker_are_two_processes_over_one_database(
    tmp_path: Path, wecom: Api, new_postgres: Callable[[], str]
) -> None:
    served = Served(tmp_path, wecom, new_postgres())
    worker = served.process("serve", "--role", "worker", name="worker", BOT_LISTEN=f"127.0.0.1:{free_port()}")
    async with served.running("--role", "web"):
        await served.deployment.say("member00", "我要申报", *ANSWERS, "确认")
        assert served.deployment.last("member00", "file") is None  # nobody sends yet
        await worker.start()
        try:
            await until(lambda: served.deployment.last("member00", "file") is not None, 20)
            await served.deployment.settled()
            parts = json.loads((await served.get("/readyz"))[1])["parts"]
        finally:
            assert await worker.stop() == 0
    assert "scheduler" not in parts
    assert [row.receipt for row in served.deployment.rows("SELECT receipt FROM application")] == [
        "2019-001-1"
    ]


async def test_two_whole_services_share_a_database_and_send_everything_once(
    tmp_path: Path, wecom: Api, new_postgres: Callable[[], str]
) -> None:
    served = Served(tmp_path, wecom, new_postgres())
    second_port = free_port()
    second = served.process("serve", name="second", BOT_LISTEN=f"127.0.0.1:{second_port}")
    first_url = served.platform.callback_url
    second_url = f"http://127.0.0.1:{second_port}/wecom/callback"
    async with served.running():
        await second.start()
        try:
            await second.ready(f"http://127.0.0.1:{second_port}")
            for text in ("我要申报", *ANSWERS, "我的页面"):
                for url in (first_url, second_url):
                    served.platform.callback_url = url
                    for userid in ("member01", "member02"):
                        inner = served.platform.inner_xml(
                            userid, {"MsgType": "text", "Content": f"{text}", "MsgId": f"{userid}{text}"}
                        )
                        assert (await served.platform.post(inner))[0] == 200
            await served.deployment.settled()
        finally:
            assert await second.stop() == 0
    assert len(served.deployment.rows("SELECT 1 FROM inbox")) == 2 * (len(ANSWERS) + 2)
    links = [said for said in served.deployment.shown("member01") if said.startswith("您的申报页面（")]
    assert len(links) == 1
    assert len(served.platform.calls("gettoken")) == 1


async def test_logs_hold_no_words_names_tokens_or_secrets(served: Served) -> None:
    async with served.running(BOT_LOG_LEVEL="debug") as process:
        await served.deployment.say("member03", "我要申报", *ANSWERS, "确认", "我的页面")
        await until(lambda: any("/u/" in said for said in served.deployment.shown("member03")))
        link = next(said for said in served.deployment.shown("member03") if "/u/" in said)
        token = link.rpartition("/")[2]
        await served.get(f"/u/{token}")
        await served.get("/u/" + "B" * 22)
        await served.platform.post("<xml><not")
        await served.deployment.settled()
        assert await process.stop() == 0
        logged = process.stderr
    platform = served.platform
    private = [
        *[answer for answer in ANSWERS if answer not in ("完", "今天")], "成员3", "member03", token, "B" * 22,
        platform.secret, platform.token, platform.aes_key, "a key for tests", "access_token",
    ]  # fmt: skip
    assert [word for word in private if word in logged] == []
    lines = [line for line in logged.splitlines() if not line.startswith(("服务已启动", "提示"))]
    assert lines
    assert [line for line in lines if set(json.loads(line)) < {"event", "level", "timestamp"}] == []


async def test_doctor_says_a_line_per_check(served: Served) -> None:
    """Before the first start, with everything right that can be right here."""
    process = served.process("doctor")
    status = await process.run()
    lines = dict(line.split("：", 1) for line in process.stdout.splitlines())
    assert list(lines) == ["设置", "活动", "数据库", "磁盘", "时钟", "企业微信", "发信", "收信", "字体"]
    assert lines["企业微信"] == "正常，凭证有效，本机IP可以调用接口"
    assert lines["设置"].startswith("提示：发给成员的页面地址以 http://127.0.0.1:")
    assert lines["数据库"] == "正常，尚无数据，启动时自动建立"
    nothing = "未设置（BOT_MAIL__*），不收发邮件"
    assert (status, lines["发信"], lines["收信"]) == (0, nothing, nothing)


async def test_doctor_says_what_is_wrong_and_what_to_do(served: Served) -> None:
    served.platform.fail_next("getcallbackip", errcode=60020, errmsg="from ip: 203.0.113.9")
    mail = {
        "BOT_MAIL__ADDRESS": "office@example.com",
        "BOT_MAIL__IMAP_URL": "imap://office:code@127.0.0.1:1",
        "BOT_MAIL__SMTP_URL": "smtp://office:code@127.0.0.1:1",
    }
    database = {"BOT_DATABASE_URL": "postgresql+psycopg://bot:geheim@127.0.0.1:1/bot"}
    process = served.process("doctor", **mail, **database, BOT_PUBLIC_URL="https://office.example")
    assert await process.run() == 1
    lines = dict(line.split("：", 1) for line in process.stdout.splitlines())
    assert "203.0.113.9" in lines["企业微信"]
    assert "企业可信IP" in lines["企业微信"]
    assert lines["发信"] == "连不上发信服务器（SMTPConnectError），请检查 BOT_MAIL__SMTP_URL 和网络"
    assert lines["收信"].startswith("连不上收信服务器")
    assert lines["设置"] == "正常"
    assert lines["数据库"] == "打不开，请检查 BOT_DATABASE_URL、数据库服务、文件权限和磁盘"
    assert "geheim" not in process.stdout + process.stderr


def read_json(path: Path) -> dict[str, list[dict[str, str]]]:
    kept: dict[str, list[dict[str, str]]] = json.loads(path.read_text("utf-8"))
    return kept


async def test_data_moves_to_another_database_and_an_application_can_be_exported_and_purged(
    served: Served,
) -> None:
    async with served.running() as process:
        await served.deployment.say("member04", "我要申报", *ANSWERS, "确认")
        await served.deployment.settled()
        assert await process.stop() == 0
    target = f"sqlite:///{served.folder / 'other.db'}"
    move = served.process("move-data", "--to", target, name="move")
    assert await move.run() == 0
    assert "application：1 行" in move.stdout.splitlines()
    again = served.process("move-data", "--to", target, name="again")
    assert (await again.run(), "不是空的" in again.stderr) == (1, True)

    export = served.process("export", "2019-001", "--out", str(served.folder / "out"), name="export")
    assert await export.run() == 0
    written = read_json(served.folder / export.stdout.strip())
    assert written["application"][0]["receipt"] == "2019-001-1"

    unsure = served.process("purge", "2019-001", name="unsure")
    assert await unsure.run() == 2
    purge = served.process("purge", "2019-001", "--yes", name="purge")
    assert await purge.run() == 0
    unknown = served.process("export", "2019-001", "--out", "out", name="unknown")
    assert (await unknown.run(), unknown.stderr.startswith("没有找到这份申报")) == (1, True)
    engine = make_engine(served.given["BOT_DATABASE_URL"])
    with engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    engine.dispose()
    private = [answer for answer in ANSWERS if answer not in ("完", "今天", "正科级", "张敏")]
    assert [word for word in private if word in dump] == []
