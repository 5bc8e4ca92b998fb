"""The campaign's pages: every change is previewed, checked, on record, in force at once, and the office's alone."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.work.campaign_edits import edit_text
from config.load import campaign_folder, load_campaign
from handlers.console.check_words import MEANINGS, checked
from storage.schema import migrate
from tests.fakes.console import INSPECTOR, OFFICE_TWO
from tests.fakes.console_following import FollowingConsole
from tests.fakes.office_edits import act
from tests.fakes.recommending import BODY, OFFICE

HOME = "/console/campaign"
PHONE = "campaign/contact/phone"
TABS = (
    "",
    "/contact",
    "/bodies",
    "/points",
    "/reminders",
    "/stages",
    "/visits",
    "/wording",
    "/history",
    "/clone",
)


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[FollowingConsole]:
    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = FollowingConsole(load_campaign(campaign_folder("pingdingshan-2019")), url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()


def edit_form(text: str, step: str = "save", seen: int = 0, path: str = PHONE) -> dict[str, str]:
    return {
        "path": path,
        "text": text,
        "reason": "换了号码",
        "seen": str(seen),
        "step": step,
        "once": f"{text}{step}",
    }


async def test_every_tab_opens_and_is_small(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    for tab in (*TABS, "/check", "/rehearsal"):
        assert len((await office.get(HOME + tab)).encode()) < 100_000


@pytest.mark.parametrize("userid", [BODY, INSPECTOR])
async def test_nobody_but_the_office_finds_these_pages(console: FollowingConsole, userid: str) -> None:
    other = await console.reader(userid)
    for tab in (*TABS, "/check", "/rehearsal", f"/edit?place={PHONE}"):
        await other.get(HOME + tab, 404)
    assert (await other.send(f"{HOME}/edit", edit_form("0375-2660001"))).status == 404
    assert (await other.send(f"{HOME}/rehearsal")).status == 404
    assert console.campaign.contact.phone == "0375-2663225"


async def test_contact_is_previewed_saved_and_put_back(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    response = await office.send(f"{HOME}/edit", edit_form("0375-2660001", "preview"))
    assert "今后发出的消息和打开的页面都用新的联系方式" in await response.text()
    assert console.campaign.contact.phone == "0375-2663225"
    assert "联系电话已保存。" in await office.post(f"{HOME}/edit", edit_form("0375-2660001"))
    assert console.campaign.contact.phone == "0375-2660001"
    seen = console.run(lambda store: store.edits())[-1].id
    assert "联系电话已恢复原值。" in await office.post(f"{HOME}/edit", edit_form("", "undo", seen))
    assert console.campaign.contact.phone == "0375-2663225"
    page = await office.get(f"{HOME}/history")
    assert (page.count("换了号码"), page.count("恢复原值")) == (2, 1)


async def test_what_was_typed_is_kept_where_it_cannot_be_used(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    response = await office.send(f"{HOME}/edit", edit_form("找张三"))
    page = await response.text()
    assert (
        response.status,
        "电话号码不对" in page,
        'value="找张三"' in page,
        'value="换了号码"' in page,
    ) == (
        200,
        True,
        True,
        True,
    )


async def test_a_change_made_meanwhile_is_not_overwritten(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    act(console, lambda ask: edit_text(ask, PHONE, "0375-2660009"), OFFICE_TWO)
    page = await (await office.send(f"{HOME}/edit", edit_form("0375-2660001"))).text()
    assert "吴六在" in page
    assert "刚改过这一项" in page
    assert console.campaign.contact.phone == "0375-2660009"
    page = await (await office.send(f"{HOME}/edit", edit_form("0375-2660001"))).text()
    assert "刚改过这一项" in page


async def test_place_of_the_notice_has_no_form(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    for place in ("campaign/deadline", "notice/clause/1.1/text", "nothing", ""):
        await office.get(f"{HOME}/edit?place={place}", 404)


async def test_wording_is_searched_explained_and_changed(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    listed = await office.get(f"{HOME}/wording?part=list&search=staff_nameless")
    assert ("<h1" in listed, "staff_nameless" in listed) == (False, True)
    page = await office.get(f"{HOME}/edit?place=phrases/staff_invitation")
    assert [
        name for name in ("姓名或名称", "身份", "标题", "代码") if f"<dt>{{{name}}}</dt>" not in page
    ] == []
    assert re.findall(r"\{[a-z_]+\}", await office.get(f"{HOME}/wording") + page) == []
    short = edit_form("{姓名或名称}请加入", path="phrases/staff_invitation")
    assert "不能缺少{标题}、{身份}、{代码}，" in await (await office.send(f"{HOME}/edit", short)).text()
    unknown = edit_form("{姓名或名称}请加入{单位}", path="phrases/staff_invitation")
    refused = await (await office.send(f"{HOME}/edit", unknown)).text()
    assert "不认识{单位}。可以使用的只有：" in refused
    assert "{姓名或名称}请加入{单位}</textarea>" in refused
    other = edit_form("（已填｛已填项数｝/{ 数量 }项）", path="phrases/so_far")
    await office.post(f"{HOME}/edit", other)
    assert console.campaign.phrases["so_far"] == "（已填{filled}/{count}项）"
    assert "（已填{已填项数}/{数量}项）" in await office.get(f"{HOME}/history")
    await office.post(f"{HOME}/edit", edit_form("（姓名待补）", path="phrases/staff_nameless"))
    assert console.campaign.phrases["staff_nameless"] == "（姓名待补）"
    changed = await office.get(f"{HOME}/wording?changed=1")
    assert re.findall(r"place=phrases%2F(\w+)", changed) == ["so_far", "staff_nameless"]


async def test_nothing_that_is_too_long_is_cut(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    reason, name = "换" * 201, "县" * 61
    page = await (await office.send(f"{HOME}/edit", edit_form("0375-2660001") | {"reason": reason})).text()
    assert ("“理由”最多200字，现有201字" in page, f'value="{reason}"' in page) == (True, True)
    form = {"name": name, "kind": "department", "aliases": "新区", "once": "a"}
    page = await (await office.send(f"{HOME}/bodies", form)).text()
    assert ("“名称”最多60字，现有61字" in page, f'value="{name}"' in page, ">新区</textarea>" in page) == (
        True,
        True,
        True,
    )
    assert console.audited("edit_campaign") == []


async def test_deadline_moves_after_a_preview_with_the_ticked_bodies(console: FollowingConsole) -> None:
    console.say(BODY, "内部截止7月18日")
    office = await console.reader(OFFICE)
    await console._follow()
    page = await office.get(f"{HOME}?deadline=2019-07-31")
    assert "将把截止日期由2019年7月25日之前改为2019年7月31日之前" in page
    form = {"old": "2019-07-25", "new": "2019-07-31", "body": "baofeng", "once": "a"}
    assert "已改期" in await office.post(f"{HOME}/deadline", form)
    bodies = {body.id: body.cutoff for body in console.campaign.bodies}
    assert (str(console.campaign.deadline), str(bodies["baofeng"])) == ("2019-07-31", "2019-07-24")
    late = await office.post(f"{HOME}/deadline", {"old": "2019-07-25", "new": "2019-08-02", "once": "b"})
    assert "截止日期刚才已有改动" in late
    assert "不能改到过去" in await office.get(f"{HOME}?deadline=2019-07-01")


async def test_days_are_turned_and_turned_back(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    page = await office.post(f"{HOME}/day", {"work": "2019-07-20", "once": "a"})
    assert 'name="rest" value="2019-07-20"' in page
    assert {str(day): works for day, works in console.campaign.reminders.workdays.items()} == {
        "2019-07-20": True
    }
    await office.post(f"{HOME}/day", {"work": "2019-07-20", "once": "a"})
    assert len(console.campaign.reminders.workdays) == 1
    await office.post(f"{HOME}/day", {"rest": "2019-07-20", "once": "b"})
    assert console.campaign.reminders.workdays == {}


async def test_bodies_are_added_renamed_and_retired(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    form = {"name": "平顶山市数据局", "kind": "department", "aliases": "市数据局\n数据局", "once": "a"}
    assert "已增加推荐单位“平顶山市数据局”" in await office.post(f"{HOME}/bodies", form)
    new = console.campaign.bodies[-1]
    assert (new.name, new.aliases) == ("平顶山市数据局", ("市数据局", "数据局"))
    await office.post(f"{HOME}/edit", edit_form("平顶山市数据管理局", path=f"campaign/body/{new.id}/name"))
    named = console.campaign.bodies[-1]
    assert (named.name, named.aliases[-1]) == ("平顶山市数据管理局", "平顶山市数据局")
    await office.post(f"{HOME}/bodies/retire", {"body": new.id, "reason": "并入", "once": "c"})
    assert console.campaign.bodies[-1].id != new.id
    refused = await office.post(f"{HOME}/bodies/retire", {"body": "baofeng", "reason": "x", "once": "d"})
    assert "还有联系人" in refused


async def test_open_point_is_decided_once_and_not_over_somebody_elses_answer(
    console: FollowingConsole,
) -> None:
    office = await console.reader(OFFICE)
    assert "不明确就不能往下办：Q8、Q11" in await office.get(f"{HOME}/points")
    form = {"point": "Q8", "text": "公示期5个工作日，电话0375-2663225。", "seen": "0", "once": "a"}
    page = await office.post(f"{HOME}/points", form)
    assert ("Q8已明确" in page, "不明确就不能往下办：Q11。" in page) == (True, True)
    other = await (await office.send(f"{HOME}/points", form | {"text": "另一种", "once": "b"})).text()
    assert ("刚才已有新的答复" in other, "另一种</textarea>" in other) == (True, True)
    [answer] = console.run(lambda store: store.answer_versions())
    assert (answer.open_point, answer.text, answer.author) == ("Q8", form["text"], "李四")
    assert len(console.audited("decide_point")) == 1


async def test_clone_is_checked_and_downloaded(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    act(console, lambda ask: edit_text(ask, PHONE, "0375-2660001"))
    form = {
        "id": "pingdingshan-2020",
        "title": "2020年度平顶山市服务型行政执法示范点",
        "document_number": "平法政办〔2020〕3号",
        "opens": "2020-06-01",
        "deadline": "2020-07-24",
        "ends": "2020-12-31",
        "once": "a",
    }
    page = await (await office.send(f"{HOME}/clone", form)).text()
    assert ("下载 pingdingshan-2020.zip" in page, "open_point/Q1/question" in page) == (True, True)
    assert console.audited("clone_campaign") == []
    response = await office.send(f"{HOME}/clone/folder.zip", form)
    archive = zipfile.ZipFile(io.BytesIO(await response.read()))
    assert "0375-2660001" in archive.read("pingdingshan-2020/campaign.toml").decode()
    assert len(console.audited("clone_campaign")) == 1
    wrong = await (await office.send(f"{HOME}/clone", form | {"opens": "2020-08-01"})).text()
    assert ("日期的先后不对" in wrong, html.escape(form["title"]) in wrong) == (True, True)


async def test_settings_are_checked_after_the_page_has_opened(console: FollowingConsole) -> None:
    office = await console.reader(OFFICE)
    opened = await office.get(f"{HOME}/check")
    assert (
        'hx-get="/console/campaign/check?part=lines" hx-trigger="load"' in opened,
        "<table" in opened,
    ) == (
        True,
        False,
    )
    lines = await office.get(f"{HOME}/check?part=lines")
    names = [meaning.name for meaning in MEANINGS.values()]
    assert re.findall(r'<td data-label="检查项">(.*?)</td>', lines) == names
    assert ("<h1" in lines, "<h1" in await office.get(f"{HOME}/check?part=all")) == (False, True)


def test_finding_is_said_in_plain_words_and_handed_on_in_the_maintainers() -> None:
    found = (
        ("收信", "连不上 BOT_MAIL__IMAP_URL"),
        ("设置", "提示：请设置 BOT_PUBLIC_URL"),
        ("磁盘", "正常，剩余 9 GB"),
    )
    assert [(one.state, one.told) for one in checked(found)] == [
        ("需要处理", "连不上 BOT_MAIL__IMAP_URL"),
        ("请留意", "请设置 BOT_PUBLIC_URL"),
        ("正常", ""),
    ]
    assert [one.words for one in checked(found) if "BOT_" in one.words] == []
