"""Signing an on-site sheet off, opening it again, vetoes, and concluding the inspection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.sheets.results import finish_inspection, on_site_results
from bot.sheets.sign_off import conclude_veto, reopen_sheet, sign_sheet
from bot.sheets.views import Act
from bot.staff.finding import Refused
from bot.staff.moves import MoveRefused
from config.campaign import Campaign
from tests.fakes.recommending import OFFICE, County
from tests.integration.staff.sheet_office import CLERK, LEADER, MEMBER, Site

GUIDANCE: dict[str, Any] = {"item": "a2.1.4", "rule": "guidance_short"}
DEFECT: dict[str, Any] = {"item": "a2.3.1", "rule": "defect"}


@pytest.fixture
def site(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Site]:
    county = County(campaign, new_sqlite())
    yield Site(county)
    county.close()


def test_sheet_is_signed_by_leader_then_member_and_locked(site: Site) -> None:
    site.look_at_all()
    digest = site.view().digest
    with pytest.raises(Refused, match="组长先签字"):
        site.act(MEMBER, lambda ask: sign_sheet(ask, site.sheet, digest))
    with pytest.raises(Refused, match=r"2\.3 在线法律知识测试：平均分的折算办法尚未明确"):
        site.act(LEADER, lambda ask: sign_sheet(ask, site.sheet, digest))
    site.sign_off("折算办法待市办公室明确")
    view = site.view()
    assert (view.is_locked, view.version, view.total, view.may) == (True, 1, "82–90", frozenset({Act.REOPEN}))
    assert site.refused(LEADER, "finding", **DEFECT).startswith("这份评分表已签字锁定")
    (kept,) = site.county.run(lambda store: store.snapshots(site.sheet))
    assert kept.sha256 == hashlib.sha256(kept.content.encode()).hexdigest()
    content = json.loads(kept.content)
    assert (content["unit"], content["total"], content["open"]) == (
        "宝丰县公安局",
        {"min": 82, "max": 90},
        ["a2.2.3"],
    )
    assert [one["name"] for one in content["signed"]] == ["王五", "赵六"]


def test_leaders_signature_falls_when_something_is_entered(site: Site) -> None:
    site.sign(LEADER, "现场条件所限")
    assert site.view().leader_signed
    site.enter(MEMBER, "finding", **DEFECT)
    assert not site.view().leader_signed
    with pytest.raises(Refused, match="组长先签字"):
        site.sign(MEMBER)


def test_sheet_that_changed_since_it_was_shown_is_not_signed(site: Site) -> None:
    shown = site.view().digest
    site.enter(MEMBER, "finding", **DEFECT)
    with pytest.raises(Refused, match="已有变动"):
        site.act(LEADER, lambda ask: sign_sheet(ask, site.sheet, shown, "理由"))


def test_form_sent_twice_signs_once(site: Site) -> None:
    digest = site.view().digest
    for _ in range(2):
        view = site.act(LEADER, lambda ask: sign_sheet(ask, site.sheet, digest, "时间不足"), form="7")
    assert len(view.history) == 1
    for _ in range(2):
        view = site.act(MEMBER, lambda ask: sign_sheet(ask, site.sheet, digest), form="8")
    assert (view.version, len(view.history)) == (1, 2)


def test_sheet_is_opened_again_with_a_reason_and_signed_anew(site: Site) -> None:
    site.sign_off("时间不足")
    with pytest.raises(Refused, match="由组长或市办公室办理"):
        site.act(MEMBER, lambda ask: reopen_sheet(ask, site.sheet, "补录"))
    with pytest.raises(Refused, match="请写明理由"):
        site.act(OFFICE, lambda ask: reopen_sheet(ask, site.sheet, " "))
    view = site.act(OFFICE, lambda ask: reopen_sheet(ask, site.sheet, "漏记1处"))
    assert (view.is_locked, view.leader_signed, view.version) == (False, False, 1)
    assert "漏记1处" in site.county.told(LEADER)[-1]
    site.enter(LEADER, "finding", **DEFECT)
    site.sign_off("时间不足")
    kept = site.county.run(lambda store: store.snapshots(site.sheet))
    assert [(one.version, json.loads(one.content)["base"]["max"]) for one in kept] == [(1, 90), (2, 89)]


# vetoes


def test_veto_needs_two_persons_and_the_office(site: Site) -> None:
    proposed = site.enter(LEADER, "veto", item="a2.5.1", rule="veto", evidence="行政复议决定书")
    second: dict[str, Any] = {"entry": proposed, "evidence": "核对原件"}
    assert site.refused(LEADER, "veto_seconded", **second) == "一票否决须由另一位验收人员签署。"
    with pytest.raises(Refused, match="还没有第二人签署"):
        site.act(OFFICE, lambda ask: conclude_veto(ask, site.sheet, proposed, True, "属实"))
    site.enter(MEMBER, "veto_seconded", **second)
    (veto,) = site.view(OFFICE).vetoes
    assert (veto.state, veto.second, veto.may_conclude) == (
        "两人已签署，待市办公室认定",
        "赵六签署，依据：核对原件",
        True,
    )
    assert "一票否决" in site.county.told(OFFICE)[-1]
    with pytest.raises(Refused, match="由市办公室办理"):
        site.act(LEADER, lambda ask: conclude_veto(ask, site.sheet, proposed, True, "属实"))
    site.act(OFFICE, lambda ask: conclude_veto(ask, site.sheet, proposed, True, "经集体研究属实"))
    assert site.county.application(site.application.id).stage == "vetoed"
    assert site.view(OFFICE).vetoes[0].state == "市办公室已认定一票否决"


def test_dismissed_veto_leaves_the_application_where_it_is(site: Site) -> None:
    proposed = site.enter(LEADER, "veto", item="a2.5.1", rule="veto", evidence="举报信")
    site.enter(MEMBER, "veto_seconded", entry=proposed, evidence="核对原件")
    site.act(CLERK, lambda ask: conclude_veto(ask, site.sheet, proposed, False, "查无实据"))
    assert site.county.application(site.application.id).stage == "reviewed"
    site.sign_off("时间不足")
    (result,) = site.county.run(lambda store: on_site_results(store, site.application.id))
    assert (result.veto, result.low, result.high) == (False, 82, 90)
    with pytest.raises(Refused, match="已由吴九认定"):
        site.act(OFFICE, lambda ask: conclude_veto(ask, site.sheet, proposed, True, "属实"))


def test_inspection_is_finished_once_every_announced_sheet_is_signed(site: Site) -> None:
    with pytest.raises(Refused, match="还有验收评分表没有签字"):
        site.act(OFFICE, lambda ask: finish_inspection(ask, site.application.number))
    with pytest.raises(Refused, match="由市办公室办理"):
        site.act(LEADER, lambda ask: finish_inspection(ask, site.application.number))
    site.sign_off("时间不足")
    site.act(OFFICE, lambda ask: finish_inspection(ask, site.application.number))
    assert site.county.application(site.application.id).stage == "inspected"
    with pytest.raises(Refused, match="不在实地验收阶段"):
        site.act(LEADER, lambda ask: reopen_sheet(ask, site.sheet, "补录"))
    site.act(OFFICE, lambda ask: reopen_sheet(ask, site.sheet, "补录"))
    (result,) = site.county.run(lambda store: on_site_results(store, site.application.id))
    assert (result.version, result.is_reopened) == (1, True)


def test_veto_of_a_finished_application_is_not_concluded(site: Site) -> None:
    proposed = site.enter(LEADER, "veto", item="a2.5.1", rule="veto", evidence="决定书")
    site.enter(MEMBER, "veto_seconded", entry=proposed, evidence="核对原件")
    site.county.run(lambda store: store.move(site.application.id, "not_selected", True, "", site.county.now))
    with pytest.raises(MoveRefused):
        site.act(OFFICE, lambda ask: conclude_veto(ask, site.sheet, proposed, True, "属实"))
    assert site.view(OFFICE).vetoes[0].may_conclude
