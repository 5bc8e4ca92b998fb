"""The pages of notices: writing, letting go by a second person, following up, the call sheet, and 收到."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.console.notice_form import numbers_in
from bot.model.edits import ContactCard
from bot.model.message import Channel, Delivery, Outcome
from bot.model.staff import Notice, NoticeState
from bot.ports import Store
from bot.work.broadcast import lay_out
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console, Reader
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, DEPUTY, MACHINE, OFFICE, OTHER

HOME = "/console/notices"
GONE = Delivery(Outcome.FAILED, 81013, "收件人不在应用的可见范围内，或已离开企业")
PLAIN = {"to": "role", "roles": "body", "text": "请核对联系人，如有变化请告知。", "title": "核对联系人"}
DATED = PLAIN | {"text": "请于7月18日前报送联系人。"}


async def draft(reader: Reader, **changes: Any) -> str:
    """Keep a draft by the form; the page that then shows."""
    return await reader.post(f"{HOME}/new", {**PLAIN, **changes})


def notice(console: Console, number: int) -> Notice:
    found = console.run(lambda store: store.notice(number))
    assert found is not None
    return found


def send(console: Console, failing: tuple[str, ...] = ()) -> None:
    """Lay out what was released and deliver it; messages to these users fail."""
    while console.run(lambda store: lay_out(store, console.clerk, console.now)):
        pass
    while rows := console.run(lambda store: store.claim_due(Channel.WECOM, "me", MACHINE, 1000)):
        for row in rows:
            fate = (
                GONE
                if row.outgoing.addresses[0] in failing
                else Delivery(Outcome.SENT, remote_id=f"m{row.id}")
            )
            console.run(partial(settle, row.id, fate))


def settle(row: int, fate: Delivery, store: Store) -> None:
    store.settle(row, "me", fate, MACHINE)


def row_of(page: str, name: str) -> str:
    """The line of a table that tells of somebody."""
    rows = (found[0] for found in re.finditer(r"<tr.*?</tr>", page, re.S))
    return next(row for row in rows if f">{name}</td>" in row)


async def test_a_notice_goes_from_the_form_to_the_board(console: Console) -> None:
    office = await console.reader(OFFICE)
    page = await draft(office)
    assert "草稿已保存" in page
    assert notice(console, 1).audience == {"role": "body"}
    await office.post(f"{HOME}/1/release")
    send(console)
    page = await office.get(f"{HOME}/1")
    assert [name in page for name in ("赵一", "孙三", "钱二")] == [True, True, False]
    assert "已送达未确认" in row_of(page, "赵一")
    assert "hx-trigger" not in page


async def test_the_same_form_sent_twice_is_one_draft(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office, once="same")
    await draft(office, once="same")
    assert len(console.run(lambda store: store.notices())) == 1


@pytest.mark.parametrize(
    ("form", "audience"),
    [
        ({"to": "everybody"}, {}),
        ({"to": "role", "roles": ["body", "inspector"]}, {"role": "body inspector"}),
        ({"to": "body", "bodies": ["baofeng", "market"]}, {"body": "baofeng market"}),
        ({"to": "body", "bodies": "baofeng", "of_body": "holder"}, {"role": "holder", "body": "baofeng"}),
        ({"to": "stage", "stages": "submitted"}, {"stage": "submitted"}),
        ({"to": "stage", "stages": "submitted", "stage_bodies": "baofeng"},
         {"stage": "submitted", "body": "baofeng"}),
        ({"to": "application", "numbers": "2019－1号、2019-001"}, {"application": "2019-001"}),
    ],
)  # fmt: skip
async def test_every_audience_of_the_form_is_kept_and_comes_back_into_it(
    console: Console, form: dict[str, Any], audience: dict[str, str]
) -> None:
    console.apply("宝丰县公安局")
    office = await console.reader(OFFICE)
    data = [("csrf", office.csrf), ("text", "请核对联系人。")]
    data += [(name, each) for name, one in form.items() for each in ([one] if isinstance(one, str) else one)]
    response = await office.client.post(f"{HOME}/new", data=data, allow_redirects=False)
    assert response.headers["Location"] == f"{HOME}/1"
    assert notice(console, 1).audience == audience
    page = await office.get(f"{HOME}/1/edit")
    assert f'value="{form["to"]}" checked' in page
    assert notice(console, 1).audience == audience


async def test_what_was_typed_is_shown_again_above_why_it_was_refused(console: Console) -> None:
    office = await console.reader(OFFICE)
    typed = {"to": "application", "numbers": "2019-777", "text": "请尽快补正<附件>。", "title": "补正"}
    response = await office.send(f"{HOME}/new", typed)
    page = await response.text()
    assert response.status == 200
    assert [
        word in page for word in ("没有找到申报件：2019-777", "请尽快补正&lt;附件&gt;。", 'value="补正"')
    ] == [True] * 3
    assert console.run(lambda store: store.notices()) == []


async def test_a_covert_visit_cannot_be_announced(console: Console) -> None:
    office = await console.reader(OFFICE)
    response = await office.send(f"{HOME}/new", PLAIN | {"text": "近日将开展暗访，请做好准备。"})
    assert "不能作为通知发出" in await response.text()
    assert console.run(lambda store: store.notices()) == []


async def test_ticked_applications_are_the_audience(console: Console) -> None:
    known = console.apply("宝丰县公安局")
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/new?applications={known.number}")
    assert f">{known.number}</textarea>" in page
    assert 'value="application" checked' in page


async def test_the_preview_fills_in_what_a_chosen_recipient_reads(console: Console) -> None:
    console.apply("宝丰县公安局")
    other = console.apply("宝丰县城市管理局")
    office = await console.reader(OFFICE)
    form = {"csrf": office.csrf, "to": "stage", "stages": "submitted", "text": "{单位}：请核对。"}
    live = {"HX-Request": "true"}
    found = await office.client.post(f"{HOME}/preview", data=form, headers=live)
    page = await found.text()
    assert (found.status, '<strong class="num">2</strong> 人' in page) == (200, True)
    assert "宝丰县公安局：请核对。" in page
    found = await office.client.post(f"{HOME}/preview", data=form | {"person": other.holder}, headers=live)
    page = await found.text()
    assert ("宝丰县城市管理局：请核对。" in page, "宝丰县公安局：请核对。" in page) == (True, False)
    found = await office.client.post(
        f"{HOME}/preview", data=form | {"text": "请于7月18日前报送"}, headers=live
    )
    assert "须由另一位同志签发" in await found.text()
    assert "<h1>起草通知</h1>" in await (await office.client.post(f"{HOME}/preview", data=form)).text()
    assert console.run(lambda store: store.notices()) == []


async def test_a_dated_notice_is_let_go_by_a_second_person(console: Console) -> None:
    office, second = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    page = await office.post(f"{HOME}/new", DATED)
    assert ("起草人不能自行发出" in page, f'action="{HOME}/1/release"' in page) == (True, False)
    assert "起草人不能自行发出" in await office.post(f"{HOME}/1/release")
    assert notice(console, 1).state is NoticeState.DRAFT
    assert f'action="{HOME}/1/release"' in await second.get(f"{HOME}/1")
    await second.post(f"{HOME}/1/release")
    assert (notice(console, 1).state, notice(console, 1).released_by) == (
        NoticeState.RELEASED,
        console.people[OFFICE_TWO],
    )


async def test_a_draft_is_changed_in_all_and_dropped(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office)
    changed = {"to": "role", "roles": "inspector", "text": "请核对评审安排。", "title": "评审"}
    await office.post(f"{HOME}/1/edit", changed)
    assert notice(console, 1).state is NoticeState.STOPPED
    made = notice(console, 2)
    assert (made.title, made.text, made.audience) == ("评审", "请核对评审安排。", {"role": "inspector"})
    assert "已作废" in await office.post(f"{HOME}/2/stop")
    assert notice(console, 2).state is NoticeState.STOPPED


async def test_a_time_is_set_moved_off_the_hour_and_changed(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office)
    page = await office.post(f"{HOME}/1/schedule", {"at": "2019-07-15T09:00"})
    assert "7月15日 09:01" in page
    assert notice(console, 1).state is NoticeState.SCHEDULED
    assert "已经过了" in await office.post(f"{HOME}/1/schedule", {"at": "2019-07-01T09:05"})
    assert "请选择发送的日期和时间" in await office.post(f"{HOME}/1/schedule", {"at": "明天"})
    await office.post(f"{HOME}/1/schedule", {"at": "2019-07-16T10:05"})
    at = notice(console, 1).at
    assert at is not None
    assert f"{at.astimezone(console.campaign.zone):%m-%d %H:%M}" == "07-16 10:05"


async def test_failed_copies_are_explained_retried_and_told_by_telephone(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office)
    await office.post(f"{HOME}/1/release")
    send(console, failing=(OTHER,))
    page = await office.get(f"{HOME}/1?only=failed")
    assert ("赵一" in page, "孙三" in page) == (False, True)
    assert "收件人不在应用的可见范围内" in row_of(page, "孙三")
    assert ">孙三<" in await office.get(f"{HOME}/1?only=troubled")
    assert "正在给 1 人重发" in await office.post(f"{HOME}/1/retry")
    send(console, failing=(OTHER,))
    person = console.people[OTHER]
    for _ in range(2):  # by mail, which the demo person may lack, then by telephone
        page = await office.post(f"{HOME}/1/other", {"person": person})
    assert "电话通知清单（1）" in page
    sheet = await office.get(f"{HOME}/1/calls")
    assert ("孙三" in sheet, "请核对联系人" in sheet, "赵一" in sheet) == (True, True, False)
    page = await office.post(f"{HOME}/1/told?from=calls", {"person": person})
    assert "没有需要打电话的人" in page
    assert "李四" in row_of(await office.get(f"{HOME}/1"), "孙三")


async def test_the_call_sheet_knows_the_telephone_of_the_directory(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office)
    person = console.people[OTHER]
    await office.post(f"{HOME}/1/release")
    send(console, failing=(OTHER,))
    console.run(lambda store: store.set_card(ContactCard(person, "0375-1234567", "")))
    await office.post(f"{HOME}/1/other", {"person": person})
    assert "0375-1234567" in row_of(await office.get(f"{HOME}/1/calls"), "孙三")
    content, _ = await office.file(f"{HOME}/1/calls.xlsx")
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert "0375-1234567" in cells


async def test_a_stop_a_recall_and_a_correction_to_exactly_those_it_reached(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office)
    await office.post(f"{HOME}/1/release")
    send(console, failing=(OTHER,))
    page = await office.post(f"{HOME}/1/recall")
    assert "此前已有 1 人收到" in page
    assert notice(console, 1).state is NoticeState.RECALLED
    form = await office.get(f"{HOME}/1/correct")
    assert 'name="corrects" value="1"' in form
    await office.post(f"{HOME}/new", {"corrects": "1", "text": "以本通知为准，请核对。", "title": "更正"})
    assert (notice(console, 2).audience, notice(console, 2).replaces) == ({"notice": "1"}, 1)
    await office.post(f"{HOME}/2/release")
    send(console)
    page = await office.get(f"{HOME}/2")
    assert ("赵一" in page, "孙三" in page) == (True, False)


async def test_everybody_reads_their_own_and_says_received(console: Console) -> None:
    office, body = await console.reader(OFFICE), await console.reader(BODY)
    await draft(office)
    assert "核对联系人" not in await body.get(HOME)
    await office.post(f"{HOME}/1/release")
    await draft(office, roles="inspector", text="只给评审人员的通知。")
    await office.post(f"{HOME}/2/release")
    send(console)
    page = await body.get(HOME)
    assert ("请核对联系人" in page, "只给评审人员" in page) == (True, False)
    page = await body.post(f"{HOME}/received/1")
    assert "您已确认收到" in page
    assert "已确认" in row_of(await office.get(f"{HOME}/1"), "赵一")
    inspector = await console.reader(INSPECTOR)
    page = await inspector.post(f"{HOME}/received/1")  # not theirs
    assert ("只给评审人员" in page, "请核对联系人" in page) == (True, False)
    assert [copy.person for copy in console.run(lambda s: s.deliveries(1)) if copy.confirmed_at] == [
        console.people[BODY]
    ]


async def test_a_recalled_notice_is_not_shown_any_more_to_those_who_got_it(console: Console) -> None:
    office, body = await console.reader(OFFICE), await console.reader(BODY)
    await draft(office)
    await office.post(f"{HOME}/1/release")
    send(console)
    await office.post(f"{HOME}/1/recall")
    page = await body.get(HOME)
    assert ("已撤回" in page, "如有变化请告知" in page) == (True, False)
    send(console)  # the recall itself
    told = re.sub(r"<[^>]*>|\s", "", row_of(await office.get(f"{HOME}/1"), "赵一"))
    assert re.search("企业微信：已送达[^，]*，已撤回", told)


@pytest.mark.parametrize("userid", [BODY, DEPUTY, INSPECTOR])
async def test_the_offices_pages_and_acts_do_not_exist_for_others(console: Console, userid: str) -> None:
    office, other = await console.reader(OFFICE), await console.reader(userid)
    await draft(office, text="只有办公室知道的草稿。")
    for path in ("/1", "/1/edit", "/1/correct", "/1/calls", "/1/calls.xlsx", "/1/receipts.xlsx", "/new", "/plan",
                 "/plan.xlsx", "/reminded"):  # fmt: skip
        await other.get(f"{HOME}{path}", 404)
    for path in ("/new", "/preview", "/1/edit", "/1/release", "/1/schedule", "/1/stop", "/1/recall", "/1/retry",
                 "/1/other", "/1/told"):  # fmt: skip
        assert (await other.send(f"{HOME}{path}", PLAIN | {"person": "1"})).status == 404
    for path in ("", "/received"):
        assert "只有办公室" not in await other.get(f"{HOME}{path}")
    assert notice(console, 1).state is NoticeState.DRAFT


async def test_what_is_not_there_is_not_found(console: Console) -> None:
    office = await console.reader(OFFICE)
    for path in ("/7", "/7/edit", "/7/calls", "/7/receipts.xlsx", "/999999999"):
        await office.get(f"{HOME}{path}", 404)


async def test_the_list_asks_the_same_of_the_database_with_many_notices(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office)
    with counted() as one:
        await office.get(HOME)
    for place in range(60):
        await draft(office, title=f"第{place}份")
    with counted() as many:
        page = await office.get(HOME)
    assert len(one) == len(many)
    assert ("第59份" in page, "第 1 / 2 页" in page) == (True, True)
    assert len(page.encode()) < 100_000
    assert "没有符合条件" in await office.get(f"{HOME}?state=recalled")
    found = await office.get(f"{HOME}?search=第59份")
    assert ("第59份" in found, "第58份" in found) == (True, False)


async def test_the_board_is_live_only_while_something_is_on_its_way(console: Console) -> None:
    for place in range(60):
        console.apply(f"宝丰县第{place}局")
    office = await console.reader(OFFICE)
    await draft(office, to="stage", stages="submitted")
    await office.post(f"{HOME}/1/release")
    page = await office.get(f"{HOME}/1")
    assert 'hx-trigger="every 4s"' in page
    assert "0 / 60" in page
    part = await office.get(f"{HOME}/1?part=board")
    assert part.strip().startswith('<div id="board"')
    send(console)
    page = await office.get(f"{HOME}/1")
    assert ("hx-trigger" in page, page.count('id="person-')) == (False, 50)
    assert (await office.get(f"{HOME}/1?page=2")).count('id="person-') == 10


async def test_the_receipts_are_a_table(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office)
    await office.post(f"{HOME}/1/release")
    send(console)
    content, _ = await office.file(f"{HOME}/1/receipts.xlsx")
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert "赵一" in cells


def test_numbers_are_read_in_every_way_they_are_written() -> None:
    assert numbers_in("2019-17号，２０１９－０１８ 2019-017") == ("2019-017", "2019-018")
    assert numbers_in("宝丰县") == ()


async def test_a_clock_that_went_on_makes_a_set_time_of_a_draft_past(console: Console) -> None:
    office = await console.reader(OFFICE)
    await draft(office, at="2019-07-12T10:05")
    console.now += timedelta(days=1)
    await office.post(f"{HOME}/1/release")
    assert notice(console, 1).state is NoticeState.RELEASED
