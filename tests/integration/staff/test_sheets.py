"""On-site sheets: entries from several telephones, differences, signatures, vetoes, and who may know of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.model.message import Channel, Inbound, Kind
from bot.ports import Store
from bot.sheets.access import Hidden, log_attempt
from bot.sheets.drawing import draw
from bot.sheets.draws import open_draw, prepare_draw
from bot.sheets.listing import sheet_page
from bot.sheets.merging import Fate
from bot.sheets.opening import change_team, open_sheet, recuse
from bot.sheets.photos import add_photo, photo
from bot.sheets.reading import sheet_view
from bot.sheets.results import on_site_results, ready_to_finish
from bot.sheets.views import Act, SheetView
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from config.campaign import Campaign
from tests.fakes.recommending import BODY, OFFICE, County
from tests.integration.staff.sheet_office import CLERK, LEADER, MEMBER, STRANGER, THIRD, Site, entry, item

GUIDANCE: dict[str, Any] = {"item": "a2.1.4", "rule": "guidance_short"}
DEFECT: dict[str, Any] = {"item": "a2.3.1", "rule": "defect"}


@pytest.fixture
def site(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Site]:
    county = County(campaign, new_sqlite())
    yield Site(county)
    county.close()


# entries


def test_finding_deducts_and_says_what_is_left(site: Site) -> None:
    found = site.enter(LEADER, "finding", **GUIDANCE)
    seen = item(site.view(), "a2.1.4")
    assert (seen.points, seen.maximum, seen.reasons, seen.open) == ("4", "5", ("缺1次，扣1分",), ())
    assert (seen.criteria, seen.known_by) == (
        "未开展工作的，扣5分；现场指导不少于3次，缺1次扣1分",
        "单位可自查",
    )
    told = entry(site.view(), found)
    assert (told.by, told.evidence, told.mark_label, told.is_mine) == ("王五", "案卷2019-3号", "计入", True)


def test_entries_of_one_person_add_up_and_stop_at_zero(site: Site) -> None:
    site.enter(LEADER, "finding", **DEFECT, count=4)
    assert item(site.view(), "a2.3.1").points == "2"
    site.enter(LEADER, "finding", item="a2.3.1", rule="none")
    seen = item(site.view(), "a2.3.1")
    assert (seen.points, seen.is_exhausted, seen.reasons[-1]) == ("0", True, "已扣完，不倒扣分")


def test_entry_sent_again_counts_once_and_a_changed_one_is_not_taken(site: Site) -> None:
    row = site.row("finding", **DEFECT)
    fates = [[one.fate for one in site.merge(LEADER, row, row).results] for _ in range(2)]
    assert fates == [[Fate.ACCEPTED, Fate.REPEATED], [Fate.REPEATED, Fate.REPEATED]]
    (changed,) = site.merge(LEADER, row | {"count": 3}).results
    assert (changed.fate, "以先到的为准" in changed.problem) == (Fate.REFUSED, True)
    assert item(site.view(), "a2.3.1").points == "5"


def test_bad_entry_does_not_hold_up_the_others(site: Site) -> None:
    good, bad = site.row("finding", **DEFECT), site.row("finding", **DEFECT, photos=["a" * 64])
    results = site.merge(LEADER, bad, good).results
    assert [one.fate for one in results] == [Fate.REFUSED, Fate.ACCEPTED]
    assert results[0].problem == "照片还没有上传完，请上传后再同步这条记录。"


def test_two_inspectors_differ_until_the_leader_settles(site: Site) -> None:
    mine = site.enter(LEADER, "finding", **DEFECT, count=1)
    theirs = site.enter(MEMBER, "finding", **DEFECT, count=3)
    seen = item(site.view(), "a2.3.1")
    assert (seen.points, seen.open_words) == ("3–5", ("意见不一致，待组长核定",))
    assert [(one.id, one.mark_label) for one in seen.entries] == [
        (mine, "意见不一致，待组长核定"),
        (theirs, "意见不一致，待组长核定"),
    ]
    known = list(seen.rules[1].valid)
    settled = {**DEFECT, "counted": [theirs], "known": known, "reason": "以现场清点为准"}
    assert site.refused(MEMBER, "settled", **settled) == "不同意见由组长核定，请告知组长。"
    site.enter(LEADER, "settled", **settled)
    seen = item(site.view(), "a2.3.1")
    assert (seen.points, [one.mark_label for one in seen.entries]) == ("3", ["经组长核定不计入", "计入"])
    assert seen.entries[0].word == "组长王五核定：以现场清点为准"


def test_settlement_ends_when_something_new_is_entered(site: Site) -> None:
    site.enter(LEADER, "finding", **DEFECT)
    theirs = site.enter(MEMBER, "finding", **DEFECT, count=3)
    known = list(item(site.view(), "a2.3.1").rules[1].valid)
    site.enter(LEADER, "settled", **DEFECT, counted=[theirs], known=known)
    site.enter(MEMBER, "finding", **DEFECT, count=1)
    assert item(site.view(), "a2.3.1").points == "2–5"
    again = {**DEFECT, "counted": [theirs], "known": known}
    assert site.refused(LEADER, "settled", **again) == "又有新的记录，请刷新后重新核定。"


def test_nothing_found_and_a_finding_of_another_are_a_difference(site: Site) -> None:
    site.enter(LEADER, "looked", item="a2.3.1")
    assert item(site.view(), "a2.3.1").open == ()
    site.enter(MEMBER, "finding", **DEFECT, count=2)
    seen = item(site.view(), "a2.3.1")
    assert (seen.points, seen.open_words) == ("4–6", ("意见不一致，待组长核定",))


def test_withdrawn_entry_stays_to_be_read(site: Site) -> None:
    found = site.enter(MEMBER, "finding", **DEFECT)
    other = site.enter(LEADER, "finding", **GUIDANCE)
    assert site.refused(MEMBER, "withdrawn", entry=other, reason="看错了").startswith("这条记录由王五填写")
    site.enter(LEADER, "withdrawn", entry=found, reason="与另一条重复")
    seen = entry(site.view(), found)
    assert (seen.mark_label, seen.word) == ("已撤回", "王五撤回：与另一条重复")
    assert item(site.view(), "a2.3.1").points == "6"
    assert site.refused(LEADER, "withdrawn", entry=found, reason="再次") == "这条记录已经撤回。"


def test_problem_deducts_once_it_is_verified(site: Site) -> None:
    found = site.enter(LEADER, "finding", item="a2.4.2", rule="problem")
    seen = item(site.view(), "a2.4.2")
    assert (seen.points, seen.open_words) == ("8", ("有问题待核实",))
    assert seen.entries[0].mark_label == "待核实，暂不扣分"
    site.enter(MEMBER, "verified", entry=found, evidence="回访记录")
    seen = item(site.view(), "a2.4.2")
    assert (seen.points, seen.open, seen.entries[0].mark_label) == ("6", (), "计入")


def test_tests_are_averaged_and_converted_only_by_the_offices_formula(site: Site) -> None:
    assert item(site.view(), "a2.2.3").open_words == ("尚无测试成绩",)
    tested = site.enter(LEADER, "tested", item="a2.2.3", scores=[80, 90, 85.5])
    seen = item(site.view(), "a2.2.3")
    assert (seen.points, seen.open_words) == ("0–8", ("平均分的折算办法尚未明确",))
    assert entry(site.view(), tested).text == "测试3人，平均85.17分"


def test_bonus_is_the_latest_of_a_person(site: Site) -> None:
    three: dict[str, Any] = {"system": "清单制度", "measures": "上门服务", "effect": "办件提速"}
    site.enter(LEADER, "bonus", item="a2.6.1", points=3, **three)
    last = site.enter(LEADER, "bonus", item="a2.6.1", points=4.5, **three)
    view = site.view()
    assert (view.bonus, view.base, view.total) == ("4.5", "82–90", "86.5–94.5")
    assert entry(view, last).text == "加4.5分。制度：清单制度；措施：上门服务；成效：办件提速"


# conflicts of interest


def test_recused_persons_entries_are_void_and_the_sheet_is_closed_to_them(site: Site) -> None:
    site.enter(LEADER, "finding", **GUIDANCE)
    void = site.enter(MEMBER, "finding", **DEFECT, count=6)
    site.act(MEMBER, lambda ask: recuse(ask, site.sheet, site.people[MEMBER], "亲属任职"))
    seen = entry(site.view(), void)
    assert (item(site.view(), "a2.3.1").points, seen.mark_label) == ("6", "因回避作废")
    assert site.view().history[-1].endswith("赵六登记赵六回避：亲属任职")
    with pytest.raises(Hidden, match="没有找到这份验收评分表"):
        site.view(MEMBER)
    site.act(MEMBER, lambda ask: log_attempt(ask, site.sheet))
    site.act(LEADER, lambda ask: log_attempt(ask, site.sheet))
    assert [json.loads(one) for one in site.county.audited("sheet_refused")] == [{"sheet": str(site.sheet)}]
    assert len(site.county.told(OFFICE)) == 1


def test_another_is_recused_by_leader_or_office_only(site: Site) -> None:
    leader = site.people[LEADER]
    with pytest.raises(Refused, match="由组长或市办公室办理"):
        site.act(MEMBER, lambda ask: recuse(ask, site.sheet, leader, "亲属任职"))
    site.act(OFFICE, lambda ask: recuse(ask, site.sheet, leader, "亲属任职"))
    with pytest.raises(Refused, match="回避"):
        site.act(OFFICE, lambda ask: change_team(ask, site.sheet, [leader, site.people[THIRD]], "换人"))
    team = [site.people[THIRD], site.people[MEMBER]]
    site.act(OFFICE, lambda ask: change_team(ask, site.sheet, team, "组长回避"))
    assert Act.SIGN_AS_LEADER in site.view(THIRD).may


def test_team_has_nobody_of_the_unit_or_its_body(site: Site) -> None:
    people = [site.people[LEADER], site.people[BODY]]
    with pytest.raises(Refused, match="没有评审验收人员身份"):
        site.act(OFFICE, lambda ask: open_sheet(ask, site.application.id, people, visit=2))
    with pytest.raises(Refused, match="至少2人"):
        site.act(OFFICE, lambda ask: open_sheet(ask, site.application.id, people[:1], visit=2))


# who may


def listed(ask: StaffAsk) -> list[int]:
    """The sheets of the list, oldest first."""
    return [row.id for row in reversed(sheet_page(ask, 1, 50).rows)]


def test_bodies_units_and_other_inspectors_see_nothing(site: Site) -> None:
    for userid in (BODY, STRANGER, "holder-宝丰县公安局"):
        with pytest.raises(Refused, match="没有找到这份验收评分表"):
            site.view(userid)
        assert site.act(userid, listed) == []
    for userid in (LEADER, OFFICE, CLERK):
        assert site.act(userid, listed) == [site.sheet]
    with pytest.raises(Refused, match="只有本次验收组成员"):
        site.merge(OFFICE, site.row("finding", **DEFECT))


def test_covert_sheet_is_unknown_to_the_rest_of_the_office_until_signed_off(site: Site) -> None:
    site.sign_off("时间不足")
    covert = site.open(covert=True)
    site.enter(LEADER, "finding", sheet=covert, **DEFECT)
    for userid, seen in (
        (LEADER, [site.sheet, covert]),
        (OFFICE, [site.sheet, covert]),
        (CLERK, [site.sheet]),
        (STRANGER, []),
    ):
        assert site.act(userid, listed) == seen
    with pytest.raises(Refused) as unknown:
        site.view(CLERK, covert)
    with pytest.raises(Refused) as missing:
        site.view(CLERK, 999)
    assert str(unknown.value) == str(missing.value)
    assert site.county.run(lambda store: ready_to_finish(store, site.application.id)).is_ready
    assert len(site.county.run(lambda store: on_site_results(store, site.application.id))) == 1
    assert [json.loads(one) for one in site.county.audited("covert")] == [{"covert_sheet": str(covert)}] * 2
    assert len(site.county.audited("sheet_open")) == 1
    site.act(CLERK, lambda ask: log_attempt(ask, covert))
    site.act(CLERK, lambda ask: log_attempt(ask, 999))
    assert site.county.audited("sheet_refused") == [f'{{"sheet": "{covert}"}}', '{"sheet": "999"}']
    assert site.open(by=CLERK, covert=True) != covert
    before = site.county.told(CLERK)
    site.sign_off("时间不足", covert)
    assert site.county.told(CLERK) == before
    assert covert in site.act(CLERK, listed)


def test_same_visit_has_one_sheet(site: Site) -> None:
    assert [site.open(), site.open(by=CLERK)] == [site.sheet] * 2
    assert site.open(visit=2) != site.sheet


def test_nothing_is_entered_outside_the_inspection(site: Site) -> None:
    site.county.run(lambda store: store.move(site.application.id, "shortlisted", True, "", site.county.now))
    assert site.refused(LEADER, "finding", **DEFECT) == (
        f"{site.application.number}目前为“市办公室评审中”，不在实地验收阶段，不能填写或变更评分表。"
    )
    with pytest.raises(Refused, match="不在实地验收阶段"):
        site.open(visit=3)


# draws and pictures


def test_draw_is_sealed_until_opened_and_can_be_done_again(site: Site) -> None:
    names = [f"张{number}" for number in range(42)]
    sealed = site.act(LEADER, lambda ask: prepare_draw(ask, site.sheet, "a2.3.6", names, 20))
    assert (sealed.is_open, sealed.names, sealed.chosen) == (False, (), ())
    assert sealed.text.startswith("3.6随机抽取：名册42人，按20%抽9人，种子")
    assert site.view(OFFICE).draws == (sealed,)
    assert sealed.id == 1  # counted within its sheet: other sheets' draws leave no gap
    opened = site.act(MEMBER, lambda ask: open_draw(ask, site.sheet, sealed.id))
    again = draw(reversed(names), 20, sealed.seed)
    assert (opened.chosen, opened.names, opened.list_sha256) == (
        again.chosen,
        again.names,
        again.list_sha256,
    )
    assert len(site.county.audited("sheet_draw_open")) == 1
    with pytest.raises(Refused, match="已经抽取过"):
        site.act(LEADER, lambda ask: prepare_draw(ask, site.sheet, "a2.3.6", names, 20))


@pytest.mark.parametrize(
    ("names", "percent", "problem"),
    [(["甲", "乙", " 甲 "], 20, "重名：甲"), ([" "], 20, "每行写一个姓名"), (["甲"], 0, "大于0")],
)
def test_draw_that_cannot_be_made_says_why(
    site: Site, names: list[str], percent: float, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        site.act(LEADER, lambda ask: prepare_draw(ask, site.sheet, "a2.3.6", names, percent))


def test_picture_is_shown_only_with_its_sheet(site: Site) -> None:
    sha256 = "c" * 64
    site.act(LEADER, lambda ask: add_photo(ask, site.sheet, sha256, "jpg", 9))
    found = site.enter(LEADER, "finding", **DEFECT, evidence="", photos=[sha256])
    assert entry(site.view(), found).photos == (sha256,)
    assert site.act(OFFICE, lambda ask: photo(ask, site.sheet, sha256)).type == "jpg"
    with pytest.raises(Refused, match="没有找到"):
        site.act(STRANGER, lambda ask: photo(ask, site.sheet, sha256))
    with pytest.raises(Refused, match="没有找到"):
        site.act(LEADER, lambda ask: photo(ask, site.sheet, "d" * 64))


def test_sheet_is_read_where_nothing_may_be_written(site: Site) -> None:
    site.enter(LEADER, "finding", **DEFECT)

    def look(store: Store) -> tuple[SheetView, int]:
        person = store.visitor(Channel.WECOM, LEADER, "", site.county.now).person
        roles = tuple(store.memberships(person.id))
        inbound = Inbound(Channel.CONSOLE, LEADER, Kind.TEXT, "", site.county.now)
        ask = StaffAsk(site.county.clerk, store, inbound, person, roles, "")
        return sheet_view(ask, site.sheet), len(listed(ask))

    view = site.view()
    assert site.county.database.read(look) == (view, 1)
