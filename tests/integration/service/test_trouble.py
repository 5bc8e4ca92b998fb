"""What goes wrong outside: WeCom refuses, the database is gone, the process ends in the middle."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app import Service
from bot.ports import Store
from handlers.demo.platform import Platform
from storage.database import make_engine
from storage.store import SqlStore
from tests.deployment import ANSWERS, MEMBERS, Api, Deployment, deployment_of, until

PAGE = "您的申报页面（请勿转发）："


async def readiness(deployment: Deployment) -> tuple[int, dict[str, dict[str, object]]]:
    async with ClientSession() as browser, browser.get(f"{deployment.base}/readyz") as answer:
        return answer.status, (await answer.json())["parts"]


async def ordered_page(deployment: Deployment) -> None:
    """Something to push: the member's page."""
    await deployment.say("zhangmin", "我要申报", "我的页面")


async def test_call_from_an_untrusted_address_alarms_with_it_and_goes_out_later(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    message = "not allow to access from your ip, hint: [1], from ip: 203.0.113.9, more info at"
    deployment.platform.fail_next("message/send", errcode=60020, errmsg=message)
    await ordered_page(deployment)
    await until(lambda: len(deployment.rows("SELECT 1 FROM alarm")) == 1)
    alarm = deployment.rows("SELECT kind, text FROM alarm")[0]
    assert alarm.kind == "wecom:60020"
    assert "203.0.113.9" in alarm.text
    assert "企业可信IP" in alarm.text
    status, parts = await readiness(deployment)
    assert (status, parts["alarms"]["detail"]) == (200, "wecom:60020")
    deployment.let_pass(121)
    await deployment.settled()
    assert deployment.shown("zhangmin")[-1].startswith(PAGE)


@pytest.mark.parametrize("spoil", ["expire_token", "revoke_token"])
async def test_token_that_ran_out_is_fetched_anew_and_nothing_is_lost(
    service_and_platform: Deployment, spoil: str
) -> None:
    deployment = service_and_platform
    await ordered_page(deployment)
    await deployment.settled()
    fetched = len(deployment.platform.calls("gettoken"))
    getattr(deployment.platform, spoil)()
    await deployment.say("zhangmin", "我的页面")
    await deployment.settled()
    assert len(deployment.platform.calls("gettoken")) == fetched + 1
    assert sum(said.startswith(PAGE) for said in deployment.shown("zhangmin")) == 2


async def test_member_who_cannot_be_reached_is_written_down_and_the_others_are_served(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报")
    await deployment.settled()
    del deployment.platform.members["zhangmin"]
    await deployment.platform.say("zhangmin", "我的页面")
    await deployment.say("liqiang", "我要申报", "我的页面")
    await deployment.settled()
    missed = deployment.rows("SELECT channel, address, code FROM unreachable")
    assert [tuple(row) for row in missed] == [("wecom", "zhangmin", 81013)]
    assert deployment.shown("liqiang")[-1].startswith(PAGE)


async def test_connection_cut_while_a_push_is_answered_is_not_sent_blindly_again(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    deployment.platform.fail_next("message/send", drop=True, after=True)
    await ordered_page(deployment)
    await deployment.settled()
    assert sum(said.startswith(PAGE) for said in deployment.shown("zhangmin")) == 1
    states = deployment.rows("SELECT state FROM outbox WHERE body LIKE '%page_order%'")
    assert [row.state for row in states] == ["unsure"]


async def test_database_that_cannot_be_written_is_503_and_recovers(service_and_platform: Deployment) -> None:
    """Another process holds the file, as a full disk would: nothing can be committed."""
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报")
    await deployment.settled()
    deployment.platform.answer_within = 12  # what the clock does may wait its five seconds first
    engine = make_engine(deployment.settings.database_url.get_secret_value())
    with engine.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        inner = deployment.platform.inner_xml(
            "zhangmin", {"MsgType": "text", "Content": "汝州市农业农村局", "MsgId": "8001"}
        )
        status, _ = await deployment.platform.post(inner)
        assert status == 503
        ready, parts = await readiness(deployment)
        assert (ready, parts["database"]["ok"]) == (503, False)
        holder.exec_driver_sql("ROLLBACK")
    engine.dispose()
    assert deployment.rows("SELECT 1 FROM inbox WHERE key = 'wecom:msg:8001'") == []
    status, body = await deployment.platform.post(inner)
    assert (status, body != b"") == (200, True)
    assert (await readiness(deployment))[1]["database"]["ok"] is True
    assert [row.value for row in deployment.rows("SELECT value FROM revision")] == ["汝州市农业农村局"] * 2


async def test_full_disk_is_503_and_loses_nothing(service_and_platform: Deployment) -> None:
    """SQLite's own limit of pages stands for the disk's; a fresh connection has none again."""
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报")
    await deployment.settled()
    await deployment.service.writer.run(forbid_growth)
    statuses = []
    for number in range(40):
        long = f"基本情况：{number}" + "满" * 900
        inner = deployment.platform.inner_xml(
            "zhangmin", {"MsgType": "text", "Content": long, "MsgId": f"90{number}"}
        )
        statuses.append((await deployment.platform.post(inner))[0])
        if statuses[-1] == 503:
            break
    assert statuses[-1] == 503
    assert statuses[:-1] == [200] * (len(statuses) - 1)
    kept = "SELECT 1 FROM revision WHERE field = 'summary'"
    assert len(deployment.rows(kept)) == len(statuses) - 1
    assert (await deployment.platform.post(inner))[0] == 200
    assert len(deployment.rows(kept)) == len(statuses)
    assert (await readiness(deployment))[0] == 200


def forbid_growth(store: Store) -> None:
    assert isinstance(store, SqlStore)
    store.session.command("PRAGMA max_page_count = 1")  # which means: as many as there are now


async def test_postgresql_gone_is_503_and_recovers(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    api = Api(Platform(members=MEMBERS, retry_pause=0.05))
    await api.start()
    deployment = deployment_of(tmp_path, api, request.getfixturevalue("new_postgres")())
    await deployment.start()
    try:
        await deployment.say("zhangmin", "我要申报")
        await deployment.settled()
        deployment.change(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        called = await deployment.platform.say("zhangmin", "汝州市农业农村局")
        assert called.statuses in ((503, 200), (200,))  # the idle session notices at its next word
        assert deployment.shown("zhangmin")[-1].startswith("已记下申报单位")
        assert len(deployment.rows("SELECT 1 FROM revision")) == 2
        assert (await readiness(deployment))[0] == 200
    finally:
        await deployment.stop()
        await api.stop()


async def test_restart_in_the_middle_of_the_outbox_sends_only_what_is_open(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await deployment.stop()
    await deployment.start("web")  # takes messages, sends nothing
    await deployment.say("zhangmin", "我要申报", "我的页面", "打印")
    for userid in ("liqiang", "wangfang"):
        await deployment.say(userid, "我要申报", "我的页面")
    await deployment.stop()
    open_before = [row.key for row in deployment.rows("SELECT key FROM outbox WHERE done_at IS NULL")]
    deployment.platform.fail_next("message/send", errcode=45033, times=2)
    await deployment.start("worker")
    await until(lambda: len(deployment.rows("SELECT 1 FROM outbox WHERE state = 'waiting'")) == 2)
    await deployment.settled_but(2)
    await deployment.stop()
    deployment.let_pass(10)
    await deployment.start("worker")
    await deployment.settled()
    assert len(open_before) == 5
    pushed = [
        message["type"]
        for userid in ("zhangmin", "liqiang", "wangfang")
        for message in deployment.platform.messages(userid)
        if message["from"] == "app" and message["via"] == "push"
    ]
    assert sorted(pushed) == ["file", "text", "text", "text", "text"]


async def test_stop_lets_what_is_being_sent_arrive(service_and_platform: Deployment) -> None:
    """A row left in the middle would be sent again after its lease."""
    deployment = service_and_platform
    deployment.platform.fail_next("message/send", errcode=0, delay=0.5, after=True)
    await ordered_page(deployment)
    await until(lambda: deployment.rows("SELECT 1 FROM outbox WHERE state = 'sending'") != [])
    await deployment.stop()
    states = deployment.rows("SELECT state FROM outbox WHERE body LIKE '%page_order%'")
    assert [row.state for row in states] == ["sent"]


async def test_clock_moves_forward_only_and_the_deadline_follows_it(service_and_platform: Deployment) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报", *ANSWERS)
    await deployment.service.move_clock(datetime.fromisoformat("2019-07-26T00:00+08:00"))
    with pytest.raises(ValueError, match="forward"):
        await deployment.service.move_clock(datetime.fromisoformat("2019-07-20T00:00+08:00"))
    await deployment.restart()
    called = await deployment.say("zhangmin", "确认")
    assert called.reply is not None
    assert "已超过通知规定的报送时间" in called.reply["text"]
    assert "0375-2663225" in called.reply["text"]
    kept = deployment.rows("SELECT what FROM late_attempt")
    assert [row.what for row in kept] == ["submit"]


async def test_pages_and_health_carry_their_manners(service_and_platform: Deployment) -> None:
    base = service_and_platform.base
    await service_and_platform.say("zhangmin", "我要申报")
    await service_and_platform.settled()
    async with ClientSession() as browser:
        answers = {}
        for path in ("/healthz", "/readyz", "/metrics", "/nowhere", "/u/" + "A" * 22):
            async with browser.get(base + path) as answer:
                answers[path] = (answer.status, answer.headers["X-Content-Type-Options"])
                body = await answer.text()
                if path == "/metrics":
                    metrics = body
    assert answers == {
        "/healthz": (200, "nosniff"),
        "/readyz": (200, "nosniff"),
        "/metrics": (200, "nosniff"),
        "/nowhere": (404, "nosniff"),
        "/u/" + "A" * 22: (404, "nosniff"),
    }
    lines = metrics.splitlines()
    assert 'pingxuan_turns_total{result="taken"} 1.0' in lines
    assert 'pingxuan_applications{stage="draft"} 1.0' in lines
    assert "pingxuan_open_alarms 0.0" in lines
    assert [line for line in lines if "zhangmin" in line] == []


async def test_names_of_new_members_are_learnt(service_and_platform: Deployment) -> None:
    await service_and_platform.say("zhangmin", "我要申报")
    await until(
        lambda: [row.name for row in service_and_platform.rows("SELECT name FROM person")] == ["张敏"]
    )
    await service_and_platform.say("zhangmin", "进度")
    await service_and_platform.settled()
    assert len(service_and_platform.platform.calls("user/get")) == 1


def test_secrets_of_the_process_are_not_in_the_settings_text(service_and_platform: Deployment) -> None:
    text = repr(service_and_platform.settings)
    secrets = (service_and_platform.platform.secret, service_and_platform.platform.aes_key)
    assert [secret for secret in secrets if secret in text] == []


async def test_service_that_stops_amid_a_tick_reports_no_error(
    service_and_platform: Deployment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    has_begun = asyncio.Event()

    async def slow(service: Service) -> None:
        has_begun.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(Service, "_follow", slow)
    service = service_and_platform.service
    assert service._scheduler is not None
    service._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))
    await has_begun.wait()
    await service.rest()
    await asyncio.sleep(0)
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []
