"""The directory: who there is, how each is reached, and nobody changes more of it than is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from bot.console.people import people_view
from bot.console.query import PeopleQuery
from bot.model.message import Channel
from bot.model.staff import Role
from bot.staff.desk import StaffAsk
from bot.staff.directory import (
    add_address,
    add_person,
    checked_people,
    console_link_for,
    import_people,
    preview_people,
    remove_address,
    send_test,
    set_telephone,
)
from bot.staff.finding import Refused
from bot.staff.people import hand_over, invite, take_back
from bot.staff.people_words import Post
from bot.staff.person_card import PersonCard, Road, person_card, results_of_tests
from config.load import campaign_folder, load_campaign
from tests.fakes.office_edits import act
from tests.fakes.recommending import BODY, DEPUTY, OFFICE, OTHER, County

YEXIAN = Post(Role.BODY, "yexian")


@dataclass(frozen=True)
class Line:
    number: int
    cells: tuple[str, ...]


@pytest.fixture
def county(new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(load_campaign(campaign_folder("pingdingshan-2019")), new_sqlite())
    yield opened
    opened.close()


def of_body(county: County, body: str) -> list[PersonCard]:
    people = [one.person for one in county.run(lambda store: store.members(Role.BODY, body))]
    return [card for each in people if (card := act(county, partial(person_card, person=each)))]


def unreached(county: County) -> set[str]:
    return {one.id for one in act(county, lambda ask: people_view(ask, PeopleQuery())).unreached}


def test_who_is_not_reached_is_marked(county: County) -> None:
    assert {"baofeng", "market"} & unreached(county) == set()
    county.run(lambda store: store.unreachable(Channel.WECOM, BODY, 81013, county.now))
    contact, deputy = of_body(county, "baofeng")
    assert (contact.roads, contact.reachable) == ((Road(Channel.WECOM, BODY, False),), False)
    assert deputy.reachable
    assert {"baofeng", "market"} & unreached(county) == {"baofeng"}


@pytest.mark.parametrize("userid", [BODY, "stranger"])
def test_nobody_but_the_office_sees_people(county: County, userid: str) -> None:
    for look in (partial(people_view, query=PeopleQuery()), partial(person_card, person=county.people[BODY])):
        with pytest.raises(Refused):
            act(county, look, userid)


def test_person_is_added_and_works_at_once(county: County) -> None:
    given = [(Channel.WECOM, "zhoujiu"), (Channel.MAIL, "ZJ@yx.gov.cn")]
    person = act(county, lambda ask: add_person(ask, "周九", YEXIAN, given, "0375-8051234"))
    (listed,) = of_body(county, "yexian")
    assert (listed.person, listed.telephone) == (person, "0375-8051234")
    assert [road.address for road in listed.roads] == ["zhoujiu", "zj@yx.gov.cn"]
    county.apply("叶县公安局", body="yexian")
    assert county.say("zhoujiu", "待办").startswith("叶县人民政府待办")


def test_same_person_again_is_not_a_second_one(county: County) -> None:
    first = act(county, lambda ask: add_person(ask, "周九", YEXIAN, (), "0375-8051234"))
    again = act(county, lambda ask: add_person(ask, "周九", YEXIAN, [(Channel.WECOM, "zhoujiu")]))
    other = act(
        county,
        lambda ask: add_person(ask, "周九", Post(Role.INSPECTOR), [(Channel.WECOM, "zhoujiu")]),
    )
    assert first == again == other
    assert len(of_body(county, "yexian")) == 1


def test_address_of_somebody_else_is_refused(county: County) -> None:
    with pytest.raises(Refused, match="已登记给赵一"):
        act(county, lambda ask: add_person(ask, "周九", YEXIAN, [(Channel.WECOM, BODY)]))
    with pytest.raises(Refused, match="已登记给赵一"):
        act(county, lambda ask: add_address(ask, county.people[OTHER], Channel.WECOM, BODY))
    county.apply("叶县公安局", body="yexian")
    with pytest.raises(Refused, match="申报单位的填报人"):
        act(county, lambda ask: add_address(ask, county.people[OTHER], Channel.WECOM, "holder-叶县公安局"))
    assert of_body(county, "yexian") == []


def test_removed_address_is_nobodys(county: County) -> None:
    act(county, lambda ask: add_address(ask, county.people[BODY], Channel.MAIL, "zy@bf.gov.cn"))
    act(county, lambda ask: remove_address(ask, county.people[BODY], Channel.WECOM, BODY))
    assert "待办" not in county.say(BODY, "待办")
    assert [road.address for road in of_body(county, "baofeng")[0].roads] == ["zy@bf.gov.cn"]
    with pytest.raises(Refused, match="没有"):
        act(county, lambda ask: remove_address(ask, county.people[BODY], Channel.WECOM, BODY))


def test_telephone_is_set_by_the_office_the_contact_and_oneself(county: County) -> None:
    deputy = county.people[DEPUTY]
    for userid, phone in ((OFFICE, "0375-1000001"), (BODY, "0375-1000002"), (DEPUTY, "0375-1000003")):
        act(county, partial(set_telephone, person=deputy, telephone=phone, note="上午在"), userid)
        listed = of_body(county, "baofeng")[1]
        assert (listed.telephone, listed.note) == (phone, "上午在")
    for userid in (OTHER, "stranger"):
        with pytest.raises(Refused):
            act(county, lambda ask: set_telephone(ask, deputy, "0375-9"), userid)
    assert of_body(county, "baofeng")[1].telephone == "0375-1000003"


def test_test_message_goes_by_every_road_also_one_that_failed(county: County) -> None:
    person = county.people[BODY]
    act(county, lambda ask: add_address(ask, person, Channel.MAIL, "zy@bf.gov.cn"))
    county.run(lambda store: store.unreachable(Channel.WECOM, BODY, 81013, county.now))
    roads = act(county, lambda ask: send_test(ask, person))
    assert roads == ((Channel.WECOM, BODY), (Channel.MAIL, "zy@bf.gov.cn"))
    assert [
        (one.channel, one.address, one.state)
        for one in act(county, lambda ask: results_of_tests(ask, person))
    ] == [("wecom", BODY, "queued"), ("mail", "zy@bf.gov.cn", "queued")]
    assert of_body(county, "baofeng")[0].reachable
    alone = act(county, lambda ask: add_person(ask, "周九", YEXIAN, ()))
    with pytest.raises(Refused, match="周九没有可用的"):
        act(county, lambda ask: send_test(ask, alone))


def test_list_is_entered_as_a_whole_or_not_at_all(county: County) -> None:
    heading = ("推荐单位", "姓名", "电话", "企业微信账号")
    good = Line(2, ("叶县", "周九", "0375-8051234", "zhoujiu"))
    bad = [Line(3, ("火星县", "吴十", "", "")), Line(4, ("叶县", "郑六", "", BODY))]
    rows = [Line(1, heading), good]
    preview = act(county, lambda ask: preview_people(ask, [*rows, *bad]))
    assert [problem.split("。")[0] for problem in preview.problems] == [
        "第3行：没有认出身份或推荐单位",
        "第4行：这个地址已登记给赵一，请核对姓名，或先从赵一名下移除",
    ]
    with pytest.raises(Refused, match="第3行"):
        act(county, lambda ask: checked_people(ask, [*rows, *bad]))
    assert of_body(county, "yexian") == []
    for _ in range(2):
        assert act(county, lambda ask: import_people(ask, checked_people(ask, rows))) == 1
    (listed,) = of_body(county, "yexian")
    assert (listed.name, listed.telephone) == ("周九", "0375-8051234")


def test_office_hands_a_contacts_place_over(county: County) -> None:
    def give(ask: StaffAsk, name: str) -> object:
        leaving = next(one for one in ask.store.members(Role.BODY, "baofeng") if not one.deputy)
        return hand_over(ask, leaving, name)

    assert act(county, lambda ask: give(ask, "钱二")) is None
    assert [(one.name, one.roles[0].membership.deputy) for one in of_body(county, "baofeng")] == [
        ("钱二", False)
    ]
    assert county.told(BODY) == ["工作已移交给钱二，您的权限已终止。感谢您的工作。"]
    assert "赵一已把工作移交给您" in county.told(DEPUTY)[0]


@pytest.mark.parametrize("userid", [BODY, DEPUTY, OTHER, "stranger"])
def test_only_the_office_manages_people(county: County, userid: str) -> None:
    person = county.people[OTHER] if userid != OTHER else county.people[BODY]

    def taken(ask: StaffAsk) -> None:
        take_back(ask, ask.store.memberships(person))

    def handed(ask: StaffAsk) -> None:
        hand_over(ask, ask.store.memberships(person)[0], "周九")

    for use_case in (
        taken,
        handed,
        lambda ask: invite(ask, "周九", YEXIAN),
        lambda ask: add_person(ask, "周九", YEXIAN, ()),
        lambda ask: add_address(ask, person, Channel.WECOM, "x"),
        lambda ask: remove_address(ask, person, Channel.WECOM, OTHER),
        lambda ask: send_test(ask, person),
        lambda ask: results_of_tests(ask, person),
        lambda ask: preview_people(ask, []),
        lambda ask: import_people(ask, []),
    ):
        with pytest.raises(Refused, match="不在您的工作范围内"):
            act(county, use_case, userid)
    assert county.run(lambda store: len(store.members())) == 4


def test_contact_invites_a_deputy_of_its_own_body_only(county: County) -> None:
    invited = act(county, lambda ask: invite(ask, "周九", Post(Role.BODY, "baofeng", True)), BODY)
    assert invited.code in invited.message
    for post in (Post(Role.BODY, "yexian", True), Post(Role.BODY, "baofeng"), Post(Role.OFFICE)):
        with pytest.raises(Refused):
            act(county, partial(invite, name="周九", post=post), BODY)


def test_somebody_hears_of_every_way_that_is_opened_in_their_name(county: County) -> None:
    clerk = county.people[BODY]
    act(county, lambda ask: console_link_for(ask, clerk))
    act(county, lambda ask: add_address(ask, clerk, Channel.MAIL, "other@example.com"))
    told = county.told(BODY)
    assert ["登录链接" in told[0], "other@example.com" in told[1]] == [True, True]
    assert county.told("other@example.com") == []
