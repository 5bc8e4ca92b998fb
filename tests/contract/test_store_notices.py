"""The contract of what is asked of notices to very many: who is meant, who is left, where each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.application import Change
from bot.model.message import Channel, Delivery, Outcome, Recall, Text
from bot.model.staff import (
    BUTTON,
    RECALLED,
    Listed,
    Meant,
    Notice,
    NoticeState,
    Role,
    listings,
    winding_up,
)
from bot.ports import Draft, Store
from bot.ports_notices import PeopleQuery, Stopping
from bot.staff.audience import HOLDER, meant_by, resolve
from bot.staff.notice_board import Reached, Standing, TakenBack, by_person
from config.campaign import Campaign
from storage.writer import ThreadWriter
from tests.contract.conftest import CAMPAIGN

NOW = datetime(2019, 7, 10, 1, 7, tzinfo=UTC)
DAY = timedelta(hours=24)
STAFF = {
    "叶联": (Role.BODY, "yexian", False),
    "宝副": (Role.BODY, "baofeng", True),
    "宝联": (Role.BODY, "baofeng", False),
    "鲁副": (Role.BODY, "lushan", True),
    "办甲": (Role.OFFICE, "", False),
    "评甲": (Role.INSPECTOR, "", False),
}
HOLDERS = {
    "填一": ("draft", "baofeng"),
    "填二": ("submitted", "baofeng"),
    "填三": ("withdrawn", "yexian"),
    "填四": ("draft", ""),
    "宝联": ("draft", "yexian"),
}
AUDIENCES: Sequence[Mapping[str, str]] = (
    {},
    {"role": "body"},
    {"role": "office inspector"},
    {"role": HOLDER},
    {"role": f"body {HOLDER}"},
    {"role": HOLDER, "body": "baofeng"},
    {"body": "lushan baofeng"},
    {"stage": "draft"},
    {"stage": "draft submitted", "body": "baofeng yexian"},
    {"stage": "withdrawn"},
    {"application": "2019-002 2019-004 2019-999"},
)


def filled(store: Store) -> dict[str, int]:
    """People by name."""
    people = {}
    for name in dict.fromkeys((*STAFF, *HOLDERS)):
        people[name] = store.visitor(Channel.WECOM, name, name, NOW).person.id
    for name, (role, body, deputy) in STAFF.items():
        store.add_member(people[name], role, body, deputy, NOW)
    for name, (stage, body) in HOLDERS.items():
        made = store.start(f"{people[name]:016x}", people[name], "draft", NOW)
        change = [Change("unit_name", f"{name}局", "")]
        store.revise(
            made.id, {"unit_name": f"{name}局"}, change, name, people[name], Channel.WECOM, NOW, body=body
        )
        if stage != "draft":
            store.move(made.id, stage, True, "", NOW)
    return people


def new_notice(store: Store, by: int, audience: Mapping[str, str] | None = None) -> Notice:
    return store.add_notice(
        Notice(0, "核对", "请核对。", audience or {}, False, by, NOW, NoticeState.RELEASED)
    )


@pytest.mark.parametrize("audience", AUDIENCES, ids=str)
def test_the_list_of_an_audience_is_what_the_rules_make_of_it(
    writer: ThreadWriter, campaign: Campaign, audience: Mapping[str, str]
) -> None:
    def act(store: Store) -> None:
        people = filled(store)
        found = resolve(campaign, audience, store.members(), store.applications())
        meant = meant_by(campaign, audience)
        notice = new_notice(store, people["办甲"])
        assert store.count_meant(meant) == store.list_recipients(notice.id, meant) == len(found)
        assert merged(store.some_meant(meant, 100)) == {
            one.person: (one.body, {known.id for known in one.applications}) for one in found
        }
        if not found:
            assert store.next_recipients(100) is None
            return
        number, listed = store.next_recipients(100) or (0, ())
        assert number == notice.id
        assert merged(listed) == merged(store.some_meant(meant, 100))
        assert [*dict.fromkeys(row.person for row in listed)] == [one.person for one in found]

    writer.run_blocking(act)


def merged(rows: Sequence[Listed]) -> dict[int, tuple[str, set[str]]]:
    """Person → body and applications."""
    found: dict[int, tuple[str, set[str]]] = {}
    for row in rows:
        body, applications = found.get(row.person, ("", set()))
        found[row.person] = (
            body or row.body,
            applications | ({row.application} if row.application else set()),
        )
    return found


def test_a_list_is_worked_off_person_by_person(writer: ThreadWriter, campaign: Campaign) -> None:
    def act(store: Store) -> None:
        people = filled(store)
        first, second = new_notice(store, people["办甲"]), new_notice(store, people["办甲"])
        for notice in (first, second):
            assert store.list_recipients(notice.id, meant_by(campaign, {"role": f"body {HOLDER}"})) == 6
        number, listed = store.next_recipients(2) or (0, ())
        assert (number, {row.person for row in listed}) == (first.id, {people["宝联"], people["叶联"]})
        assert [row.application != "" for row in listed] == [False, False, True]  # 宝联 fills one, too
        store.strike_recipients(first.id, {row.person for row in listed})
        assert (store.recipients_left(first.id), store.recipients_left(second.id)) == (4, 6)
        store.set_notice(first.id, NoticeState.STOPPED, None, None)
        assert (store.next_recipients(1) or (0,))[0] == second.id
        store.strike_recipients(second.id)
        assert store.next_recipients(1) is None

    writer.run_blocking(act)


class Sent:
    """A notice whose copies have come to every possible end."""

    def __init__(self, store: Store) -> None:
        self.people = filled(store)
        self.notice = new_notice(store, self.people["办甲"]).id
        self._store = store
        self.copy("叶联", "wecom", "sent")
        self.copy("宝联", "wecom", "failed")
        self.copy("宝联", "mail", "sent")
        self.copy("宝副", "wecom", "failed")
        self.copy("鲁副", "wecom", "waiting")
        self.copy("办甲", "wecom", "sent")
        store.confirm_delivery(self.notice, self.people["办甲"], NOW)
        store.add_delivery(self.notice, self.people["填二"], "call_sheet", "0375-1", "")
        store.add_delivery(self.notice, self.people["填三"], "call_sheet", "", "")
        store.told_by_telephone(self.notice, self.people["填三"], self.people["办甲"], NOW)
        self.copy("填四", "wecom", "unsure")
        self.copy("填一", "wecom", "queued")
        self.copy("填一", "wecom", "queued", BUTTON)

    def copy(self, name: str, channel: str, state: str, button: str = "") -> None:
        person, store = self.people[name], self._store
        key = f"notice:{self.notice}:{person}:{channel}"
        if not button:
            store.add_delivery(self.notice, person, channel, name, key)
        road = Channel(channel)
        store.queue([Draft(key + button, road, person, f"{name}{channel}{button}", Text("请核对。"))], NOW)
        ends = {
            "sent": Outcome.SENT,
            "failed": Outcome.FAILED,
            "waiting": Outcome.RETRY,
            "unsure": Outcome.UNSURE,
        }
        if state in ends:
            row = next(row for row in store.claim_due(road, "me", NOW, 9) if row.outgoing.key == key)
            store.settle(row.id, "me", Delivery(ends[state], remote_id=f"m{person}", retry_after=60), NOW)

    def names(self, people: Sequence[int]) -> list[str]:
        known = {number: name for name, number in self.people.items()}
        return [known[person] for person in people]


def test_people_stand_where_their_copies_say(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)
        copies = by_person(store.deliveries(sent.notice))
        by_copies: dict[Standing, int] = {}
        for one in copies:
            by_copies[one.standing] = by_copies.get(one.standing, 0) + 1
        board = store.board_page(PeopleQuery(sent.notice), 100, 1)
        assert board.standings == by_copies
        assert [*board.standings] == [one for one in Standing if one in by_copies]
        assert (board.people, board.total) == ([one.person for one in copies], len(copies))
        for standing in Standing:
            found = store.find_people(PeopleQuery(sent.notice, (standing,)), 100)
            assert sent.names(found) == sent.names([one.person for one in copies if one.standing is standing])
        everybody = store.find_people(PeopleQuery(sent.notice), 100)
        assert [*store.reached(sent.notice, everybody)] == copies
        assert store.reached(sent.notice, [0]) == []

    writer.run_blocking(act)


def test_people_told_are_those_whom_a_message_or_a_call_reaches(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)
        told = sent.names(store.people_told(sent.notice))
        assert told == ["叶联", "宝联", "鲁副", "办甲", "填三", "填四", "填一"]

    writer.run_blocking(act)


def test_people_are_found_by_name_address_body_and_unit_page_by_page(
    writer: ThreadWriter, campaign: Campaign
) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)

        def found(**asked: object) -> list[str]:
            return sent.names(store.find_people(PeopleQuery(sent.notice, **asked), 100))  # type: ignore[arg-type]

        assert found(had_failure=True) == ["宝联", "宝副"]
        assert found(search="宝") == ["宝联", "宝副"]
        assert found(search="0375") == ["填二"]
        assert found(search="宝丰县", bodies=("baofeng",)) == ["宝联", "宝副"]
        numbers = {one.holder: one.number for one in store.applications()}
        assert found(search=numbers[sent.people["填三"]]) == ["填三"]
        assert found(search="100%") == []
        order = tuple(body.id for body in campaign.bodies)
        called = (Standing.TO_CALL, Standing.SENT, Standing.FAILED, Standing.UNSURE)
        in_order = found(standings=called, order=order)
        assert in_order[-2:] == ["填二", "填四"]
        assert in_order[:-2] == sorted(in_order[:-2], key=lambda name: order.index(STAFF[name][1]))
        query = PeopleQuery(sent.notice)
        first, total = store.page_of_people(query, 4, 1)
        second, same = store.page_of_people(query, 4, 2)
        assert (len(first), len(second), total, same) == (4, 4, 9, 9)
        assert [*first, *second] == store.find_people(query, 8)
        assert store.page_of_people(query, 4, 9) == ([], 0)

    writer.run_blocking(act)


def test_stopping_counts_what_it_comes_to_and_holds_back_in_portions(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)
        comes_to = store.stopping(sent.notice, NOW - DAY)
        copies = by_person(store.deliveries(sent.notice))
        assert comes_to == Stopping(2, sum(one.was_shown for one in copies), fates_of(copies, NOW - DAY))
        assert store.stopping(sent.notice, NOW + DAY).fates == fates_of(copies, NOW + DAY)
        late = NOW + timedelta(seconds=1)
        assert [store.hold_back(sent.notice, late, 2) for _ in range(3)] == [2, 1, 0]
        assert store.board_page(PeopleQuery(sent.notice), 100, 1).standings[Standing.CANCELLED] == 2
        _, found = store.recallable(sent.notice, NOW - DAY, 0, 100)
        rows = [Draft(f"{RECALLED}{one}", Channel.WECOM, p, a, Recall((one,))) for one, p, a in found]
        store.queue(rows, NOW)
        copies = by_person(store.deliveries(sent.notice))
        assert store.stopping(sent.notice, NOW - DAY).fates == fates_of(copies, NOW - DAY)
        assert store.recallable(sent.notice, NOW - DAY, 0, 100)[1] == []

    writer.run_blocking(act)


def fates_of(copies: Sequence[Reached], since: datetime) -> dict[TakenBack, int]:
    found = [fate for one in copies if (fate := one.taken_back(since)) is not None]
    return {fate: found.count(fate) for fate in TakenBack if fate in found}


def test_what_failed_is_listed_once_more_unless_it_was_answered_or_tried_since(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)
        assert store.list_failed(sent.notice) == 2
        _, listed = store.next_recipients(9) or (0, ())
        assert [(row.name, row.again) for row in listed] == [("宝联", True), ("宝副", True)]
        store.strike_recipients(sent.notice)
        store.confirm_delivery(sent.notice, sent.people["宝联"], NOW)
        key = f"notice:{sent.notice}:{sent.people['宝副']}:wecom/2"
        assert store.list_failed(sent.notice) == 1
        store.strike_recipients(sent.notice)
        store.add_delivery(sent.notice, sent.people["宝副"], "wecom/2", "宝副", key)
        assert store.list_failed(sent.notice) == 0
        assert store.next_recipients(9) is None

    writer.run_blocking(act)


def test_readers_of_a_notice_are_those_who_have_seen_it(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)
        shown = [one.person for one in by_person(store.deliveries(sent.notice)) if one.was_shown]
        meant = Meant(read=sent.notice)
        correction = new_notice(store, sent.people["办甲"], {"notice": str(sent.notice)})
        assert store.count_meant(meant) == store.list_recipients(correction.id, meant) == len(shown)
        _, listed = store.next_recipients(100) or (0, ())
        assert [row.person for row in listed] == shown
        assert {row.person for row in store.some_meant(meant, 100)} == set(shown)

    writer.run_blocking(act)


def test_people_are_listed_in_portions_of_their_ids(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)
        copies = by_person(store.deliveries(sent.notice))
        everybody = sorted(one.person for one in copies)
        assert store.last_of_people(sent.notice, 0, 4) == everybody[3]
        assert store.last_of_people(sent.notice, everybody[3], 99) == everybody[-1]
        assert store.last_of_people(sent.notice, everybody[-1], 1) == 0
        meant, shown = Meant(read=sent.notice), sorted(one.person for one in copies if one.was_shown)
        correction = new_notice(store, sent.people["办甲"], {"notice": str(sent.notice)})
        assert (store.means_anybody(meant), store.means_anybody(Meant(read=correction.id))) == (True, False)
        store.list_recipients(correction.id, meant, 0, everybody[3])
        _, first = store.next_recipients(100) or (0, ())
        assert sorted(row.person for row in first) == [one for one in shown if one <= everybody[3]]
        assert store.list_recipients(correction.id, meant, everybody[3], everybody[-1]) == len(shown)
        failed = sorted(sent.people[name] for name in ("宝联", "宝副"))
        assert [store.list_failed(sent.notice, one - 1, one) for one in failed] == [1, 1]
        assert (store.has_failed(sent.notice), store.has_failed(correction.id)) == (True, False)

    writer.run_blocking(act)


def test_board_tells_what_is_on_its_way_and_what_corrects_it(
    writer: ThreadWriter, campaign: Campaign
) -> None:
    def act(store: Store) -> None:
        sent = Sent(store)
        by, query = sent.people["办甲"], PeopleQuery(sent.notice)
        draft = Notice(0, "更正", "请再核对。", {}, False, by, NOW, NoticeState.DRAFT, replaces=sent.notice)
        correction = store.add_notice(draft)

        def board() -> tuple[int, bool, int]:
            found = store.board_page(query, 2, 1)
            return found.listed, found.is_busy, found.corrected_by

        assert board() == (0, False, 0)
        store.set_setting(winding_up(sent.notice), "hold")
        assert board() == (0, True, 0)
        store.set_setting(winding_up(sent.notice), "")
        store.set_setting(listings(CAMPAIGN), f'{{"{sent.notice}0": ["failed", 0]}}')
        assert board() == (0, False, 0)  # that is another notice
        store.set_setting(listings(CAMPAIGN), f'{{"{sent.notice}": ["failed", 0]}}')
        assert board() == (0, True, 0)
        store.set_setting(listings(CAMPAIGN), "{}")
        store.list_failed(sent.notice)
        assert board() == (0, True, 0)  # who has a copy already is not counted again
        store.strike_recipients(sent.notice)
        store.list_recipients(sent.notice, meant_by(campaign, {"role": "holder"}))
        assert board()[:2] == (store.recipients_left(sent.notice), True)
        store.strike_recipients(sent.notice)
        store.set_notice(correction.id, NoticeState.RELEASED, by, NOW)
        assert board() == (0, False, correction.id)

    writer.run_blocking(act)


def test_who_people_are_is_asked_of_several_at_once(writer: ThreadWriter) -> None:
    def act(store: Store) -> None:
        people = filled(store)
        some = [people["宝联"], people["填一"]]
        assert [one.name for one in store.members_among(some)] == ["宝联"]
        assert {one.holder for one in store.applications_among(some)} == set(some)
        nameless = store.visitor(Channel.WECOM, "nobody", "", NOW).person.id
        assert store.names_among([people["宝联"], nameless]) == {people["宝联"]: "宝联"}
        store.unreachable(Channel.WECOM, "填一", 81013, NOW)
        assert store.addresses_among(some) == {people["宝联"]: [(Channel.WECOM, "宝联")]}
        assert (store.members_among([]), store.applications_among([]), store.addresses_among([])) == (
            [],
            [],
            {},
        )

    writer.run_blocking(act)
