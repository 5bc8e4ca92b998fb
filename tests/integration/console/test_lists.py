"""The console's lists and its first page, over real turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.console.applications import (
    OFFICE,
    list_applications,
    note_form_versions,
    scope_of,
)
from bot.console.audit_log import list_late
from bot.console.mail_log import list_mails
from bot.console.outbox_log import Sending, list_outbox, sending_of, sent_by_kind
from bot.console.query import (
    ApplicationQuery,
    LateQuery,
    MailQuery,
    Mark,
    OutboxQuery,
    Owes,
    Query,
    QuestionQuery,
)
from bot.console.questions import list_questions
from bot.console.today import Task
from bot.console.viewer import Viewer
from bot.documents.form_version import version_of
from bot.model.application import Person
from bot.ports import Store
from bot.review.debts import owes
from config.campaign import Campaign
from tests.fakes.busy_county import BAOFENG, DAY, busy, move, never, set_dossier, the_page, units
from tests.fakes.recommending import BODY, MACHINE, OTHER, County
from tests.fakes.recommending import OFFICE as CLERK


@pytest.fixture
def county(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(campaign, new_sqlite())
    yield opened
    opened.close()


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
    county.apply("市场监督管理局宝丰县局", body="market")
    county.apply("宝丰县公安局")
    assert units(county, ApplicationQuery(mark=Mark.TWO_ROUTES)) == [
        "宝丰县市场监督管理局",
        "市场监督管理局宝丰县局",
    ]
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
        Task.PROBLEMS: 0,
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
        ("alarm:mail:2019", Sending.ALARM),
        ("test:7:m1:0", Sending.TEST),
        ("answer:1:2:7", Sending.REPLY),
        ("else", Sending.OTHER),
    ],
)
def test_sending_is_told_by_its_key(key: str, sending: Sending) -> None:
    assert sending_of(key) is sending
