"""The console's lists, its first page, one application's history and the office's tables, over real turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.console.applications import (
    OFFICE,
    every_application,
    list_applications,
    note_form_versions,
    scope_of,
    two_routes,
)
from bot.console.audit_log import list_audit, list_late
from bot.console.history import Side, add_note, differences, history
from bot.console.mail_log import list_mails
from bot.console.office_sheets import (
    call_table,
    mail_table,
    plaque_table,
    progress_table,
    receipts_table,
    results_table,
    summary_table,
)
from bot.console.outbox_log import Sending, list_outbox, see_to_delivery, sending_of, sent_by_kind
from bot.console.people import list_people
from bot.console.query import (
    ApplicationQuery,
    AuditQuery,
    LateQuery,
    MailQuery,
    Mark,
    OutboxQuery,
    OutboxState,
    Owes,
    PeopleQuery,
    Query,
    QuestionQuery,
    QuestionState,
    Reach,
)
from bot.console.questions import list_questions
from bot.console.today import Task, Today, board, today
from bot.console.viewer import Viewer
from bot.documents.form_version import version_of
from bot.documents.sheet_read import read_rows
from bot.documents.sheet_write import Table, workbook
from bot.model.application import Application, Person
from bot.model.mail import Arrival, FileKind, FileState, MailFile, MailOutcome, ParsedMail, Part, Settled
from bot.model.message import Channel, Delivery, Inbound, Kind, Outcome, Text
from bot.model.staff import Notice, NoticeDelivery, NoticeState, Role
from bot.ports import Draft, Store
from bot.ports_console import Scope
from bot.review.debts import owes
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.staff.notice_board import by_person
from config.campaign import Campaign
from tests.fakes.recommending import BODY, MACHINE, OTHER, County
from tests.fakes.recommending import OFFICE as CLERK

BAOFENG = Scope(bodies=("baofeng",))
DAY = date(2019, 7, 12)


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(campaign, new_sqlite())
    yield opened
    opened.close()


def staff(county: County, userid: str, act: Callable[[StaffAsk], Any]) -> Any:
    """An act on a page of the console."""
    person = county.people[userid]
    county.now += timedelta(seconds=20)
    inbound = Inbound(Channel.CONSOLE, str(person), Kind.TEXT, "", county.now, f"form-{county.now}")

    def use_case(store: Store) -> Any:
        roles = tuple(store.memberships(person))
        return act(StaffAsk(county.clerk, store, inbound, Person(person, userid, roles[0].name), roles, ""))

    return county.run(use_case)


def set_dossier(county: County, known: Application, dossier: dict[str, str]) -> None:
    county.run(lambda store: store.set_dossier(known.id, dossier))


def move(county: County, known: Application, stage: str) -> None:
    county.run(lambda store: store.move(known.id, stage, True, "", county.now))


def never(question: str) -> bool:
    return False


def units(county: County, query: ApplicationQuery, scope: Scope = OFFICE) -> list[str]:
    field = county.campaign.form.unit_field
    found = county.run(lambda store: list_applications(store, county.campaign, scope, query, DAY))
    return [row.application.values.get(field, "") for row in found.rows]


def the_page(county: County, scope: Scope = OFFICE) -> Today:
    return county.run(
        lambda store: today(store, county.campaign, scope, county.now, MACHINE, never, visits=2)
    )


def mail(store: Store, number: int, settled: Settled) -> None:
    moment = MACHINE.replace(year=2019)
    known, _ = store.keep_mail(Arrival("a@b.cn", "INBOX", 1, number, f"{number:064x}", 9, moment, moment))
    store.settle_mail(known, ParsedMail(sender="x@y.cn", subject=f"第{number}封"), settled)


def busy(county: County) -> dict[str, Application]:
    """Something of everything that calls for a decision."""
    ours = county.apply("宝丰县公安局")
    twin = county.apply("宝丰县市场监督管理局")
    other = county.apply("市场监督管理局宝丰县局", body="market")
    lost = county.apply("某某管理处", body="")
    late = county.apply("宝丰县水利局", stage="late_pending")
    draft = county.apply("宝丰县教育体育局", stage="draft")

    def fill(store: Store) -> None:
        deck = MailFile(Part("报告.pptx", (), 9, "1" * 64, "pptx"), FileKind.DECK, FileState.DAMAGED)
        mail(store, 1, Settled(MailOutcome.REJECTED, application=ours.id, files=(deck,)))
        mail(store, 2, Settled(MailOutcome.QUARANTINE))
        store.question(draft.holder, "停车方便吗？", [], True, county.now)
        store.queue([Draft("x#0", Channel.WECOM, draft.holder, "h", Text("好"))], MACHINE)
        store.queue([Draft("remind:1", Channel.WECOM, draft.holder, "i", Text("催"))], MACHINE)
        for claimed in store.claim_due(Channel.WECOM, "me", MACHINE + timedelta(days=1), 100):
            reminder = claimed.outgoing.key == "remind:1"
            outcome = Outcome.SENT if reminder else Outcome.FAILED
            store.settle(claimed.id, "me", Delivery(outcome), MACHINE)
        store.set_dossier(draft.id, {"return_due": "2019-07-01"})
        store.late_attempt(draft.id, draft.holder, "submit", "提交", county.now)
        store.alarm("mail", "请检查", MACHINE)
        store.add_notice(Notice(0, "题", "文", {}, True, draft.holder, county.now, NoticeState.DRAFT))
        store.set_cutoff("baofeng", date(2019, 7, 18))

    county.run(fill)
    return {"ours": ours, "twin": twin, "other": other, "lost": lost, "late": late, "draft": draft}


def test_scope_is_the_viewers_own(county: County) -> None:
    def viewer(userid: str) -> Viewer:
        person = county.people[userid]
        return Viewer(Person(person, userid, ""), tuple(county.run(lambda store: store.memberships(person))))

    assert scope_of(viewer(CLERK)) == OFFICE
    assert scope_of(viewer(BODY)) == BAOFENG
    county.apply("宝丰县公安局")
    county.apply("市市场监督管理局执法支队", body="market")
    for asked in (ApplicationQuery(), ApplicationQuery(body="market"), ApplicationQuery(search="市场")):
        assert set(units(county, asked, scope_of(viewer(BODY)))) <= {"宝丰县公安局"}
    assert units(county, ApplicationQuery(), scope_of(viewer(OTHER))) == ["市市场监督管理局执法支队"]


def test_applications_are_found_by_any_spelling_and_print_code(county: County) -> None:
    market, police = county.apply("宝丰县市场监督管理局"), county.apply("宝丰县公安局")
    printed = county.print(police)
    assert units(county, ApplicationQuery(search="宝丰县市场监管局")) == ["宝丰县市场监督管理局"]
    assert units(county, ApplicationQuery(search="平顶山市宝丰县公安局")) == ["宝丰县公安局"]
    assert units(county, ApplicationQuery(search=printed.code.lower())) == ["宝丰县公安局"]
    assert units(county, ApplicationQuery(search=market.number)) == ["宝丰县市场监督管理局"]
    assert units(county, ApplicationQuery(search="没有这家")) == []


def test_debts_of_the_list_never_drift_from_the_applications_own(county: County) -> None:
    known = county.apply("宝丰县公安局")
    later = replace(known, values={**known.values, "unit_address": "新路1号"})
    now, then = version_of(county.campaign, known.values), version_of(county.campaign, later.values)
    declared = {"declared_accepted": "yes", "declared_lawful": "unsure"}
    dossiers: tuple[dict[str, str], ...] = (
        {},
        {"deck": "1" * 64, "scans": now, "paper": "2019-07-12"} | declared,
        {"scans": f"{now} {then}", "declared_accepted": "yes"},
        {"deck": "", "scans": then} | declared,
    )
    for dossier in dossiers:
        for values in (known.values, later.values, known.values):
            county.change(known, values)
            set_dossier(county, known, dossier)
            county.run(lambda store: note_form_versions(store, county.campaign))
            for stage in county.campaign.stages:
                move(county, known, stage.id)
                owed = owes(county.campaign, county.application(known.id))
                (row,) = county.run(
                    lambda store: list_applications(store, county.campaign, OFFICE, ApplicationQuery(), DAY)
                ).rows
                assert row.owes == owed
                for query in Owes:
                    fits = {Owes.EVERYTHING: True, Owes.ANY: bool(owed), Owes.NONE: not owed}
                    expected = fits.get(query, query.value in owed)
                    assert bool(units(county, ApplicationQuery(owes=query))) == expected


def test_form_version_is_kept_by_every_turn(county: County) -> None:
    for text in ("我要申报", "宝丰县公安局", "是", "宝丰县", "宝丰县城关镇1号", "正科级", "王五"):
        county.say("wang", text)
    assert county.run(lambda store: note_form_versions(store, county.campaign)) == 0
    (row,) = county.run(
        lambda store: list_applications(store, county.campaign, OFFICE, ApplicationQuery(), DAY)
    ).rows
    assert row.application.values
    county.run(
        lambda store: store.set_dossier(
            row.application.id, {"scans": version_of(county.campaign, row.application.values)}
        )
    )
    assert units(county, ApplicationQuery(owes=Owes.SCAN)) == []
    assert len(units(county, ApplicationQuery(owes=Owes.DECK))) == 1


def test_two_routes_are_listed_until_one_is_chosen(county: County) -> None:
    ours = county.apply("宝丰县市场监督管理局")
    other = county.apply("市场监督管理局宝丰县局", body="market")
    county.apply("宝丰县公安局")
    assert set(county.run(lambda store: two_routes(store, county.campaign))) == {ours.id, other.id}
    assert units(county, ApplicationQuery(mark=Mark.TWO_ROUTES), BAOFENG) == ["宝丰县市场监督管理局"]
    county.say(BODY, f"选择本单位 {ours.number}")
    county.say(CLERK, f"{ours.number} 由宝丰县推荐")
    assert units(county, ApplicationQuery(mark=Mark.TWO_ROUTES)) == []


def test_every_number_of_the_first_page_is_the_total_of_its_list(county: County) -> None:
    busy(county)

    def total(query: Query) -> int:
        def look(store: Store) -> int:
            match query:
                case ApplicationQuery():
                    return list_applications(store, county.campaign, OFFICE, query, DAY).total
                case MailQuery():
                    return list_mails(store, county.campaign, OFFICE, query).page.total
                case OutboxQuery():
                    return list_outbox(store, OFFICE, query).total
                case QuestionQuery():
                    return list_questions(store, OFFICE, query, never).total
                case LateQuery():
                    return list_late(store, county.campaign, OFFICE, query).total
            raise AssertionError(query)

        return county.run(look)

    page = the_page(county)
    assert {number.task: number.count for number in page.numbers} == {
        Task.LATE: 1,
        Task.TRIED_LATE: 1,
        Task.QUARANTINE: 1,
        Task.QUESTIONS: 1,
        Task.DELIVERIES: 1,
        Task.VISITS: 2,
        Task.UNREADABLE_DECKS: 1,
        Task.NO_ROUTE: 1,
        Task.TWO_ROUTES: 2,
        Task.RETURN_OVERDUE: 1,
        Task.ALARMS: 1,
        Task.NOTICES: 1,
    }
    listed = [number for number in page.numbers if number.query is not None]
    assert [number.count for number in listed] == [
        total(number.query) for number in listed if number.query is not None
    ]
    assert len(listed) == 9


def test_first_page_of_a_body_is_about_its_own(county: County) -> None:
    busy(county)
    page = the_page(county, BAOFENG)
    assert {number.task: number.count for number in page.numbers if number.count} == {
        Task.LATE: 1,
        Task.TRIED_LATE: 1,
        Task.VISITS: 2,
        Task.UNREADABLE_DECKS: 1,
        Task.TWO_ROUTES: 1,
        Task.RETURN_OVERDUE: 1,
    }
    assert page.board.bodies == ("baofeng",)
    assert page.sent == {}


def test_first_page_counts_down_and_what_went_out(county: County) -> None:
    busy(county)
    page = the_page(county)
    assert (page.deadline.day, page.deadline.days) == (date(2019, 7, 25), 13)
    assert [(one.body, one.day, one.days) for one in page.cutoffs][:1] == [("baofeng", date(2019, 7, 18), 6)]
    assert page.sent[Sending.REMINDER, "wecom"] == 1
    later = county.run(lambda store: sent_by_kind(store, MACHINE + timedelta(seconds=1)))
    assert later == {}


@pytest.mark.parametrize(
    ("key", "sending"),
    [
        ("remind:deadline-7:2019-07-25:a:1", Sending.REMINDER),
        ("notice:3:wecom:7", Sending.NOTICE),
        ("visit:1:2:7/mail", Sending.VISIT),
        ("m17#0", Sending.REPLY),
        ("m17#note1", Sending.REPLY),
        ("m17#accept_candidate:a:7", Sending.ACT),
        ("alarm:mail:2019", Sending.OTHER),
    ],
)
def test_sending_is_told_by_its_key(key: str, sending: Sending) -> None:
    assert sending_of(key) is sending


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
    receipts = read_back(tmp_path, receipts_table(campaign, notice, people, now))
    assert receipts[2] == ("1", "王五", "已确认", "企业微信", "2019-07-12 09:30", "", "")
    assert receipts[3][1:4] == ("李四", "待电话通知", "企业微信、电话")
    calls = read_back(tmp_path, call_table(campaign, notice, people, now))
    assert [cells[:4] for cells in calls[2:-1]] == [("1", "李四", "13800000000", "60020")]

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

    def names(query: PeopleQuery, scope: Scope = OFFICE) -> list[str]:
        page = county.run(lambda store: list_people(store, scope, query))
        assert page.total == sum(page.sums.values()) == len(page.rows)
        return [one.name for one in page.rows]

    assert names(PeopleQuery(reach=Reach.UNREACHABLE)) == ["赵一", "周五"]
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


@pytest.mark.parametrize(
    ("before", "after"), [("", "甲"), ("甲", ""), ("宝丰县一路1号", "宝丰县二路12号"), ("甲", "甲")]
)
def test_differences_join_to_both_sides(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.side is not Side.ADDED) == before
    assert "".join(one.text for one in pieces if one.side is not Side.REMOVED) == after
