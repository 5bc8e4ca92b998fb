"""A rehearsal goes from the opening notice to the plaque in today's words, sends nothing and leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.knowledge.answer import Knowledge
from bot.work.archive import seal
from bot.work.campaign_edits import edit_text
from bot.work.rehearsal import Report, run
from bot.work.rehearsal_stage import Line, Scratch, Spoken
from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from storage.database import open_database
from storage.schema import migrate
from storage.tables import Base
from storage.writer import ThreadWriter
from tests.fakes.console import Reader
from tests.fakes.console_following import FollowingConsole
from tests.fakes.office_edits import act
from tests.fakes.recommending import OFFICE, County

HOME = "/console/campaign/rehearsal"


async def rehearsed(campaign: Campaign, url: str) -> Report:
    database = open_database(url, campaign.id)
    writer = ThreadWriter(database)
    writer.start()
    try:
        return await run(
            campaign, Knowledge(campaign), Scratch(database, writer), lambda place, of, words: None
        )
    finally:
        writer.stop()
        database.close()


def sent(report: Report, who: str, words: str) -> list[Line]:
    """What somebody was sent of the assistant's own accord that contains the words."""
    return [
        line for line in report.lines if line.kind is Spoken.SENT and line.who == who and words in line.text
    ]


async def test_made_up_unit_comes_from_the_notice_to_its_plaque(
    campaign: Campaign, new_sqlite: Callable[[], str]
) -> None:
    report = await rehearsed(campaign, new_sqlite())
    assert (report.finished, report.stage) == (True, "awarded")
    assert [line.text for line in report.lines if line.kind is Spoken.STEP] == [
        "启动通知",
        "单位填报",
        "单位报送",
        "推荐单位核对",
        "推荐单位上报",
        "市办公室收件",
        "市办公室受理",
        "评审",
        "安排实地验收",
        "实地验收",
        "拟定名单",
        "公示",
        "公布",
        "授牌",
    ]
    assert report.problems == (
        "现场评分有事项完成不了，只能写明理由后签字：2.3 在线法律知识测试：平均分的折算办法尚未明确",
        "公示期或提出异议的方式还没有确定，演练时按5个工作日、电话办理。",
    )
    [unit] = {line.who for line in report.lines if line.who.endswith("填报人")}
    days = [
        line.at.astimezone(campaign.zone).date().isoformat() for line in sent(report, unit, "【报送提醒】")
    ]
    assert days == ["2019-07-11", "2019-07-18", "2019-07-22", "2019-07-24"]
    assert len(sent(report, "演练副联系人", "请一并督促")) == 1
    assert len(sent(report, unit, "实地验收定于")) == 2  # by WeCom and by mail
    assert all(one.at <= other.at for one, other in zip(report.lines, report.lines[1:], strict=False))


async def test_second_campaign_is_rehearsed_in_its_own_words(
    second_campaign: Campaign, new_sqlite: Callable[[], str]
) -> None:
    report = await rehearsed(second_campaign, new_sqlite())
    assert report.finished, report.problems
    assert "平顶山" not in "".join(line.text for line in report.lines)


async def test_step_that_cannot_be_gone_through_is_named_with_its_answer(
    campaign: Campaign, new_sqlite: Callable[[], str]
) -> None:
    without = replace(campaign, arrows=tuple(one for one in campaign.arrows if one.source != "recommended"))
    report = await rehearsed(without, new_sqlite())
    assert report.finished is False
    assert report.problems[-1].startswith("第6步“市办公室收件”没有走通：") or report.stage == "recommended"


# the page


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[FollowingConsole]:
    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = FollowingConsole(load_campaign(campaign_folder("pingdingshan-2019")), url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()


def counts(county: County) -> dict[str, Any]:
    """How many rows each table has."""
    with county.database.engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }


async def until_done(office: Reader) -> str:
    for _ in range(600):
        page = await office.get(f"{HOME}?part=1")
        if "正在演练" not in page:
            return page
        assert 'hx-trigger="every 2s"' in page
        await asyncio.sleep(0.1)
    raise AssertionError("the rehearsal did not end")


async def test_page_runs_it_with_todays_words_and_leaves_nothing(console: FollowingConsole) -> None:
    act(console, lambda ask: edit_text(ask, "campaign/contact/phone", "0375-2660001"))
    act(
        console, lambda ask: seal(ask, date(2029, 12, 31), "活动结束")
    )  # what is over can be gone through, too
    office = await console.reader(OFFICE)
    shown = await office.get(HOME)
    assert [word for word in ("个没有能联系上的联系人", "Q8必须先明确") if word not in shown] == []
    before, files = counts(console), {path.name for path in console.folder.rglob("*")}
    page = await office.post(HOME)
    assert "正在演练" in page
    assert "演练正在进行" in await office.post(HOME)
    page = await until_done(office)
    assert ("全程走通" in page, "咨询市办公室 0375-2660001" in page, "咨询市办公室 0375-2663225" in page) == (
        True,
        True,
        False,
    )
    assert len(page.encode()) < 100_000
    assert counts(console) == {**before, "long_work": 1}  # its record, which is forgotten by itself
    assert {path.name for path in console.folder.rglob("*")} - files == set()
    mine = await office.get(f"{HOME}?part=1&who=演练副联系人")
    assert ("请一并督促" in mine, "发给 演练甲" in mine) == (True, False)
