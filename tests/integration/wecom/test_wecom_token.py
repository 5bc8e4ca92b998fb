"""The access token: fetched once for everybody, replaced in time, and never asked for in a loop."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientSession

from bot.model.message import Outcome
from handlers.demo.platform import Platform
from handlers.wecom.client import WeComClient
from handlers.wecom.errcodes import WeComFailure
from tests.integration.wecom.conftest import Clock, MemoryCache, NewClient

ASK = "getcallbackip"


async def ask(client: WeComClient) -> WeComFailure | None:
    try:
        await client.get(ASK)
    except WeComFailure as failed:
        return failed
    return None


async def test_token_is_fetched_once_for_100_cold_callers(client: WeComClient, platform: Platform) -> None:
    answers = await asyncio.gather(*(client.get(ASK) for _ in range(100)))
    assert [answer["errcode"] for answer in answers] == [0] * 100
    assert (len(platform.calls("gettoken")), len(platform.calls(ASK))) == (1, 100)


async def test_token_is_shared_between_processes(new_client: NewClient, platform: Platform) -> None:
    clients = [new_client() for _ in range(4)]
    await asyncio.gather(*(client.get(ASK) for client in clients for _ in range(25)))
    assert len(platform.calls("gettoken")) == 1


async def test_token_waits_for_the_process_that_fetches(
    client: WeComClient, cache: MemoryCache, platform: Platform, clock: Clock
) -> None:
    lease = f"{client.scope}:token:lease"
    assert await cache.acquire(lease, 30)
    failed = await ask(client)
    # Nobody brought a token: 20 s of waiting, and no second fetch beside theirs.
    assert failed is not None
    assert (failed.outcome, failed.alarm) == (Outcome.RETRY, "")
    assert platform.calls("gettoken") == []
    clock.ahead += 30
    assert await ask(client) is None


async def test_token_is_replaced_before_it_runs_out(
    client: WeComClient, platform: Platform, clock: Clock
) -> None:
    await client.get(ASK)
    clock.ahead += 7200 - 301
    await client.get(ASK)
    assert len(platform.calls("gettoken")) == 1
    clock.ahead += 2
    await client.get(ASK)
    assert len(platform.calls("gettoken")) == 2
    clock.ahead += 300
    await client.get(ASK)
    assert len(platform.calls(ASK)) == 4


@pytest.mark.parametrize("lose", [Platform.expire_token, Platform.revoke_token], ids=["42001", "40014"])
async def test_refused_token_is_refreshed_once_for_all_and_the_calls_repeated(
    new_client: NewClient, platform: Platform, lose: object
) -> None:
    clients = [new_client(), new_client()]
    await asyncio.gather(*(client.get(ASK) for client in clients))
    lose(platform)  # type: ignore[operator]
    await asyncio.gather(*(client.get(ASK) for client in clients for _ in range(50)))
    assert len(platform.calls("gettoken")) == 2


@pytest.mark.parametrize("code", [40014, 42001])
async def test_token_that_stays_refused_ends_after_one_retry(
    client: WeComClient, platform: Platform, code: int
) -> None:
    platform.fail_next(ASK, errcode=code, times=100)
    failed = await ask(client)
    assert failed is not None
    assert (failed.code, failed.outcome) == (code, Outcome.RETRY)
    assert (len(platform.calls("gettoken")), len(platform.calls(ASK))) == (2, 2)
    await asyncio.gather(*(ask(client) for _ in range(20)))
    assert len(platform.calls("gettoken")) == 2


async def test_wrong_secret_stops_every_process_for_more_than_five_minutes(
    new_client: NewClient, platform: Platform, clock: Clock
) -> None:
    one, other = new_client(secret="wrong"), new_client(secret="wrong")
    failures = await asyncio.gather(*(ask(client) for client in (one, other) for _ in range(50)))
    assert len(platform.calls("gettoken")) == 1
    assert [failed.code for failed in failures if failed] == [40001] * 100
    assert [failed.outcome for failed in failures if failed] == [Outcome.RETRY] * 100
    assert len([failed for failed in failures if failed and failed.alarm]) == 1
    clock.ahead += 301
    assert await ask(one) is not None
    assert await ask(other) is not None
    assert len(platform.calls("gettoken")) == 1
    clock.ahead += 300
    assert await ask(one) is not None
    assert len(platform.calls("gettoken")) == 2


async def test_corrected_secret_works_at_once(new_client: NewClient) -> None:
    assert await ask(new_client(secret="wrong")) is not None
    assert await ask(new_client()) is None


async def test_wrong_secret_said_by_another_call_stops_too(client: WeComClient, platform: Platform) -> None:
    await client.get(ASK)
    platform.fail_next(ASK, errcode=40001)
    failed = await ask(client)
    assert failed is not None
    assert "Secret" in failed.alarm
    again = await ask(client)
    assert again is not None
    assert (again.code, again.alarm) == (40001, "")
    assert (len(platform.calls("gettoken")), len(platform.calls(ASK))) == (1, 2)


async def test_wrong_corp_is_a_matter_of_settings(new_client: NewClient, platform: Platform) -> None:
    failed = await ask(new_client(corp_id="ww0"))
    assert failed is not None
    assert (failed.code, "BOT_WECOM__CORP_ID" in failed.alarm) == (40013, True)


async def test_failed_fetch_is_not_repeated_by_everybody_who_waited(
    client: WeComClient, platform: Platform, clock: Clock
) -> None:
    platform.fail_next("gettoken", status=503, times=100)
    failures = await asyncio.gather(*(ask(client) for _ in range(100)))
    assert [failed.outcome for failed in failures if failed] == [Outcome.RETRY] * 100
    assert len(platform.calls("gettoken")) == 1
    platform.api.faults.clear()
    clock.ahead += 6
    assert await ask(client) is None


async def test_busy_platform_is_asked_again_for_the_token(
    client: WeComClient, platform: Platform, clock: Clock
) -> None:
    platform.fail_next("gettoken", errcode=-1, times=2)
    assert await ask(client) is None
    assert clock.pauses == [0.5, 1.0]


async def test_lost_answer_to_a_fetch_is_no_doubt_about_a_message(
    client: WeComClient, platform: Platform
) -> None:
    platform.fail_next("gettoken", drop=True, times=2)  # aiohttp itself repeats a GET once
    failed = await ask(client)
    assert failed is not None
    assert failed.outcome is Outcome.RETRY


async def test_secrets_stay_out_of_errors(
    new_client: NewClient, session: ClientSession, platform: Platform
) -> None:
    client = new_client(api_base="http://127.0.0.1:9")
    failed = await ask(client)
    assert failed is not None
    told = failed.error + failed.alarm + str(failed) + repr(failed.__cause__)
    assert (platform.secret in told, platform.corp_id in told) == (False, False)
    assert (failed.outcome, failed.code) == (Outcome.RETRY, None)
