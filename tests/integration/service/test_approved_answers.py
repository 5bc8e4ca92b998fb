"""The office answers an open point while the service runs: it takes effect, and whoever asked is told."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

from bot.model.answers import ApprovedAnswer
from bot.work.approve import LOCK, Decision, correct, decide, withdraw
from tests.deployment import Deployment, until

NOW = datetime(2019, 7, 12, 1, 0, tzinfo=UTC)
DAY = date(2019, 7, 12)
ASKED = "25号当天算吗？"
TEXT = "7月25日当天24时前收到的，都算按时报送。"
CITED = "〔办公室答复·张晓培·2019年7月12日〕"


async def office_decides(deployment: Deployment) -> ApprovedAnswer:
    """As another process does it: through the database alone."""
    service = deployment.service
    given = Decision("张晓培", DAY, TEXT, "7月25日当天算不算？", ("25日几点截止",), ("3.2",), "Q1")
    return await service.writer.run(lambda store: decide(store, service.campaign, given, NOW), LOCK)


async def office_corrects(deployment: Deployment, text: str) -> None:
    service = deployment.service
    given = Decision("李科长", date(2019, 7, 15), text)
    await service.writer.run(lambda store: correct(store, service.campaign, 1, given, NOW), LOCK)


def of_answers(deployment: Deployment, userid: str) -> list[str]:
    return [said for said in deployment.shown(userid) if said.startswith(("您之前问的", "市办公室撤回"))]


async def test_asker_is_told_and_the_answer_stands_from_then_on(on_each_database: Deployment) -> None:
    deployment = on_each_database
    await deployment.say("zhangmin", ASKED)
    await deployment.say("liqiang", "申报表交几份？")
    refused = deployment.shown("zhangmin")[-1]
    assert refused.startswith("通知没有写明截止当天")
    assert refused.endswith("\n已转市办公室，有答复后会在这里告知您。")
    await office_decides(deployment)
    await until(lambda: len(of_answers(deployment, "zhangmin")) == 1)
    told = of_answers(deployment, "zhangmin")[0]
    assert told.startswith(f"您之前问的“{ASKED}”，市办公室已有答复：\n{TEXT}{CITED}\n依据〔三（二）〕：“")
    await deployment.say("wangfang", "二十五号那天还收不收？")
    assert deployment.shown("wangfang")[-1].startswith(f"{TEXT}{CITED}\n依据〔三（二）〕：“")
    await deployment.settled()
    assert of_answers(deployment, "liqiang") == []
    kept = deployment.rows("SELECT text, refused FROM question ORDER BY id")
    assert [(row.text, bool(row.refused)) for row in kept] == [
        (ASKED, True),
        ("申报表交几份？", False),
        ("二十五号那天还收不收？", False),
    ]


async def test_asker_of_two_such_questions_is_told_once_whatever_is_repeated(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", ASKED, "25日下午5点还收吗？")
    await office_decides(deployment)
    await until(lambda: len(of_answers(deployment, "zhangmin")) == 1)
    assert await deployment.service.answers.tell_askers() == 0
    await deployment.restart()
    assert await deployment.service.answers.tell_askers() == 0
    await deployment.settled()
    assert [said.splitlines()[0] for said in of_answers(deployment, "zhangmin")] == [
        "您之前问的“25日下午5点还收吗？”，市办公室已有答复："
    ]


async def test_correction_reaches_exactly_those_told_before(service_and_platform: Deployment) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", ASKED)
    await office_decides(deployment)
    await until(lambda: len(of_answers(deployment, "zhangmin")) == 1)
    await deployment.say("liqiang", "7月25日几点截止？")
    await deployment.say("wangfang", "申报表交几份？")
    await office_corrects(deployment, "7月25日18时前收到的才算按时报送。")
    await until(lambda: len(of_answers(deployment, "liqiang")) == 1)
    await until(lambda: len(of_answers(deployment, "zhangmin")) == 2)
    line = "7月25日18时前收到的才算按时报送。〔办公室答复·李科长·2019年7月15日〕"
    for userid, asked in (("zhangmin", ASKED), ("liqiang", "7月25日当天算不算？")):
        corrected = of_answers(deployment, userid)[-1].splitlines()[:2]
        head = f"您之前问的“{asked}”，市办公室更正了答复，请以这一次（第2版）为准："
        assert corrected == [head, line]
    assert of_answers(deployment, "wangfang") == []


async def test_better_wordings_are_no_news_to_those_told_and_the_same_answer_is_not_sent_again(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", ASKED)
    await office_decides(deployment)
    await until(lambda: len(of_answers(deployment, "zhangmin")) == 1)
    service = deployment.service
    more = Decision("张晓培", DAY, wordings=("最后一天能不能交",))
    await service.writer.run(lambda store: correct(store, service.campaign, 1, more, NOW), LOCK)
    await until(lambda: service.live.versions[-1].version == 2)
    assert await service.answers.tell_askers() == 0
    await deployment.say("wangfang", "最后一天能不能交？")
    assert deployment.shown("wangfang")[-1].startswith(TEXT + CITED)


async def test_withdrawal_is_told_and_the_notice_is_silent_again(service_and_platform: Deployment) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", ASKED)
    await office_decides(deployment)
    await until(lambda: len(of_answers(deployment, "zhangmin")) == 1)
    service = deployment.service
    await service.writer.run(lambda store: withdraw(store, 1, "李科长", "重新研究", DAY, NOW), LOCK)
    await until(lambda: len(of_answers(deployment, "zhangmin")) == 2)
    assert of_answers(deployment, "zhangmin")[-1] == (
        "市办公室撤回了此前对“7月25日当天算不算？”的答复，请不要再据此办理。如有疑问请致电0375-2663225。"
    )
    await deployment.say("zhangmin", ASKED)
    assert deployment.shown("zhangmin")[-1].startswith("通知没有写明截止当天")


async def test_question_asked_of_a_process_that_had_not_looked_yet_is_told_by_the_second_pass(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await office_decides(deployment)
    await until(lambda: bool(deployment.service.live.versions))
    person = "INSERT INTO person (id, name, created_at) VALUES (77, '', 0)"
    identity = "INSERT INTO identity (id, channel, address, person) VALUES (77, 'wecom', 'wangfang', 77)"
    question = "INSERT INTO question (person, text, clauses, refused, at) VALUES (77, :text, '[]', true, 0)"
    for sql in (person, identity):
        deployment.change(sql)
        await asyncio.sleep(0)
    deployment.change(question, text=ASKED)
    assert await deployment.service.answers.tell_askers() == 1
    await until(lambda: len(of_answers(deployment, "wangfang")) == 1)
