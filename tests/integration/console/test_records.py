"""The office's tables, one application's history, people and logs of the console, over real turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.console.applications import (
    OFFICE,
    every_application,
)
from bot.console.audit_log import list_audit
from bot.console.history import Piece, Side, add_note, differences, history
from bot.console.mail_log import list_mails
from bot.console.office_sheets import (
    mail_table,
    plaque_table,
    progress_table,
    receipts_table,
    results_table,
    summary_table,
)
from bot.console.outbox_log import list_outbox, see_to_delivery
from bot.console.people import list_people
from bot.console.query import (
    ApplicationQuery,
    AuditQuery,
    MailQuery,
    OutboxQuery,
    OutboxState,
    PeopleQuery,
    QuestionQuery,
    QuestionState,
    Reach,
)
from bot.console.questions import list_questions
from bot.console.today import board
from bot.documents.sheet_read import read_rows
from bot.documents.sheet_write import Table, workbook
from bot.model.message import Channel
from bot.model.staff import Notice, NoticeDelivery, NoticeState, Role
from bot.ports import Store
from bot.ports_console import Scope
from bot.review.debts import owes
from bot.staff.finding import Refused
from bot.staff.notice_board import by_person
from config.campaign import Campaign
from tests.fakes.busy_county import BAOFENG, DAY, busy, never, staff, units
from tests.fakes.recommending import BODY, MACHINE, County
from tests.fakes.recommending import OFFICE as CLERK


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(campaign, new_sqlite())
    yield opened
    opened.close()


def read_back(folder: Path, table: Table) -> list[tuple[str, ...]]:
    path = folder / "made.xlsx"
    path.write_bytes(workbook([table]))
    return [row.cells for row in read_rows(str(path))]


def test_sums_agree_between_page_list_and_tables(county: County, tmp_path: Path) -> None:
    busy(county)
    campaign = county.campaign
    found = county.run(lambda store: every_application(store, campaign, OFFICE, ApplicationQuery(), DAY))
    shown = county.run(lambda store: board(store, campaign, OFFICE, DAY))
    assert shown.total == found.total == len(found.rows) == 6
    assert sum(shown.of_body(body) for body in shown.bodies) == 6
    assert sum(shown.of_stage(stage) for stage in shown.stages) == 6
    for body, stage in found.sums:
        asked = ApplicationQuery(body=body or "-", stage=stage)
        assert len(units(county, asked)) == shown.counts[body, stage]

    progress = read_back(tmp_path, progress_table(campaign, shown, county.now))
    sums = next(cells for cells in progress if cells[0] == "合计")
    assert [int(cell or 0) for cell in sums[1:]] == [*(shown.of_stage(one) for one in shown.stages), 6]

    summary = read_back(tmp_path, summary_table(campaign, found.rows, county.now))
    head = summary[1]
    assert head[:3] == ("序号", "申报编号", "申报单位")
    assert {"单位级别", "负责人姓名", "推荐单位", "推荐顺序", "状态", "报送时间", "备注"} <= set(head)
    stages = [cells[head.index("状态")] for cells in summary[2:8]]
    labels = {stage.id: stage.label for stage in campaign.stages}
    assert {label: stages.count(label) for label in stages} == {
        labels[stage]: shown.of_stage(stage) for stage in shown.stages if shown.of_stage(stage)
    }
    assert "共6家。" in summary[8][0]


def test_other_tables_have_a_row_for_each(county: County, tmp_path: Path) -> None:
    busy(county)
    campaign, now = county.campaign, county.now
    mails = county.run(lambda store: list_mails(store, campaign, OFFICE, MailQuery())).page
    rows = read_back(tmp_path, mail_table(campaign, mails.rows, now))
    assert [cells[3] for cells in rows[2:-1]] == ["第2封", "第1封"]

    notice = Notice(3, "开会", "文", {}, False, 1, now, NoticeState.RELEASED, 1, now)
    confirmed = NoticeDelivery(3, 1, "王五", "wecom", "wang", "k", "sent", "", now, None, None)
    failed = NoticeDelivery(3, 2, "李四", "wecom", "li", "l", "failed", "60020", None, None, None)
    called = NoticeDelivery(3, 2, "李四", "call_sheet", "13800000000", "", "", "", None, None, None)
    people = by_person([confirmed, failed, called])
    receipts = read_back(tmp_path, receipts_table(campaign, notice, people, now, now))
    assert receipts[2] == ("1", "王五", "已确认", "企业微信", "2019-07-12 09:30", "", "")
    assert receipts[3][1:4] == ("李四", "待电话通知", "企业微信、电话")
    recalled = replace(notice, state=NoticeState.RECALLED)
    sent = replace(confirmed, confirmed_at=None, sent_at=now - timedelta(hours=30))
    recalls = by_person([sent, failed, replace(sent, person=4, name="赵六", recall="sent")])
    after = read_back(tmp_path, receipts_table(campaign, recalled, recalls, now - timedelta(hours=24), now))
    assert {cells[1]: cells[2] for cells in after[2:5]} == {
        "王五": "已送达，未确认；超过24小时，不能撤回",
        "李四": "发送失败",
        "赵六": "已送达，未确认；已撤回",
    }

    scored = [("甲局", "宝丰县", 1, 92.5, 88, "", "拟定", "理由")]
    assert read_back(tmp_path, results_table(campaign, scored, now))[2] == (
        "1", "甲局", "宝丰县", "1", "92.5", "88", "", "拟定", "理由",
    )  # fmt: skip
    plaques = read_back(tmp_path, plaque_table(campaign, [("甲局", "示范点")], now))
    assert plaques[2] == ("1", "甲局", "示范点", "", "", "")


def test_failed_delivery_leaves_the_list_when_somebody_has_seen_to_it(county: County) -> None:
    busy(county)
    trouble = OutboxQuery(state=OutboxState.TROUBLE)
    (row,) = county.run(lambda store: list_outbox(store, OFFICE, trouble)).rows
    with pytest.raises(Refused):
        staff(county, BODY, lambda ask: see_to_delivery(ask, row.id))
    assert county.run(lambda store: list_outbox(store, OFFICE, trouble)).total == 1
    staff(county, CLERK, lambda ask: see_to_delivery(ask, row.id))
    staff(county, CLERK, lambda ask: see_to_delivery(ask, row.id))
    assert county.run(lambda store: list_outbox(store, OFFICE, trouble)).total == 0
    assert len(county.audited("see_to_delivery")) == 1
    assert county.run(lambda store: list_outbox(store, BAOFENG, OutboxQuery())).total == 0


def test_open_questions_are_those_without_an_answer_by_now(county: County) -> None:
    busy(county)
    asked = QuestionQuery(state=QuestionState.OPEN)
    look = county.run
    assert look(lambda store: list_questions(store, OFFICE, asked, never)).total == 1
    assert look(lambda store: list_questions(store, OFFICE, asked, lambda text: True)).total == 0
    assert look(lambda store: list_questions(store, BAOFENG, asked, never)).total == 0


def test_people_are_listed_with_how_they_are_reached(county: County) -> None:
    def silent(store: Store) -> None:
        store.unreachable(Channel.WECOM, BODY, 81013, MACHINE)
        person = store.new_person("周五", county.now)
        store.add_member(person, Role.BODY, "market", False, county.now)

    county.run(silent)

    def names(query: PeopleQuery, scope: Scope = OFFICE, by_mail: bool = True) -> list[str]:
        page = county.run(lambda store: list_people(store, scope, query, by_mail))
        assert page.total == sum(page.sums.values()) == len(page.rows)
        return [one.name for one in page.rows]

    assert names(PeopleQuery(reach=Reach.UNREACHABLE)) == ["赵一", "周五"]
    county.run(lambda store: store.bind(county.people[BODY], Channel.MAIL, "zhao@bf.gov.cn"))
    assert names(PeopleQuery(reach=Reach.UNREACHABLE)) == ["周五"]
    assert names(PeopleQuery(reach=Reach.UNREACHABLE), by_mail=False) == ["赵一", "周五"]
    assert names(PeopleQuery(role="office")) == ["李四"]
    assert names(PeopleQuery(search="MARKET-")) == ["孙三"]
    assert names(PeopleQuery(), BAOFENG) == ["赵一", "钱二"]
    assert names(PeopleQuery(body="market"), BAOFENG) == []


def test_history_holds_everything_for_the_office_and_no_chat_for_the_body(county: County) -> None:
    known = busy(county)["ours"]
    county.say(f"holder-{known.values['unit_name']}", "进度")
    county.print(known)
    county.say(BODY, f"列为候选 {known.number}")
    staff(county, CLERK, lambda ask: add_note(ask, known.id, " 已电话核实 "))

    def seen(scope: Scope) -> list[str] | None:
        look = county.run(
            lambda store: history(store, county.campaign, scope, known.id, county.now - MACHINE)
        )
        if look is None:
            return None
        assert [one.at for one in look.line] == sorted(one.at for one in look.line)
        assert look.owes == owes(county.campaign, county.application(known.id))
        assert look.rank == 1
        return sorted({type(one.what).__name__ for one in look.line})

    assert seen(OFFICE) == [
        "ClericalNote", "ListedAudit", "ListedMail", "ListedMessage", "Printed", "RevisedBy", "Said",
    ]  # fmt: skip
    assert seen(BAOFENG) == ["ListedMail", "Printed", "RevisedBy"]
    assert seen(Scope(bodies=("market",))) is None
    assert seen(Scope()) is None


def test_history_keeps_the_self_check_private(county: County) -> None:
    known = county.apply("宝丰县公安局", stage="draft")
    holder = "holder-宝丰县公安局"
    first = county.say(holder, "自查")
    assert "自查" in first
    county.say(holder, "否", "退出自查", "你好")
    look = county.run(lambda store: history(store, county.campaign, OFFICE, known.id, county.now - MACHINE))
    assert look is not None
    shown = [one.what for one in look.line if type(one.what).__name__ == "Said"]
    assert [getattr(said, "text", None) for said in shown] == ["", "", "", "你好"]
    assert not any("自查第" in str(one.what) for one in look.line)


def test_note_is_the_offices_and_changes_no_value(county: County) -> None:
    known = county.apply("宝丰县公安局")
    for userid, text in ((BODY, "说明"), (CLERK, " \n"), (CLERK, "长" * 1001)):
        with pytest.raises(Refused):
            staff(county, userid, partial(add_note, application=known.id, text=text))
    assert county.audited("note") == []
    staff(county, CLERK, lambda ask: add_note(ask, known.id, "已核实"))
    assert county.application(known.id) == known
    (details,) = county.audited("note")
    assert "已核实" not in details


def test_audit_log_is_the_offices(county: County) -> None:
    county.three()
    look = county.run
    assert look(lambda store: list_audit(store, OFFICE, AuditQuery(action="accept_candidate"))).total == 3
    assert look(lambda store: list_audit(store, BAOFENG, AuditQuery())).total == 0


LONG = "本单位编制行政执法事项清单并向社会公布，全年办理案件二百件。"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "甲"),
        ("甲", ""),
        ("宝丰县一路1号", "宝丰县二路12号"),
        ("甲", "甲"),
        ("", ""),
        (LONG, LONG + "群众满意。"),
    ],
)
def test_differences_join_to_both_sides(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.side is not Side.ADDED) == before
    assert "".join(one.text for one in pieces if one.side is not Side.REMOVED) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("13803751234", "13803759876"),
        ("0375-2663225、0375-2663226、0375-2663227", "0375-2663225、0375-2663226"),
        ("li.xiaoming@pdsjtysj.gov.cn", "li.xiaohong@pdsjtysj.gov.cn"),
        ("2019年7月1日", "2019年7月11日"),
        ("李晓明", "李晓红"),
    ],
)
def test_short_values_and_numbers_are_shown_whole(before: str, after: str) -> None:
    assert differences(before, after) == (Piece(Side.REMOVED, before), Piece(Side.ADDED, after))


def test_long_text_is_compared_clause_by_clause() -> None:
    pieces = differences(LONG, LONG.replace("二百", "三百"))
    assert [(one.side, one.text) for one in pieces if one.side is not Side.SAME] == [
        (Side.REMOVED, "二"),
        (Side.ADDED, "三"),
    ]
