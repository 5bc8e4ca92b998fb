"""From the signed sheet to the end of the inspection, and between a sheet and its application."""

from __future__ import annotations

from bot.sheets.sign_off import sign_sheet
from tests.fakes.console import INSPECTOR, INSPECTOR_TWO, OFFICE_TWO, Console
from tests.fakes.recommending import BODY, OFFICE
from tests.integration.console.sheet_team import Team


def sign(team: Team) -> None:
    """Both sign the sheet as it stands."""
    digest = team.view().digest
    for userid in (INSPECTOR, INSPECTOR_TWO):
        team.act(userid, lambda ask: sign_sheet(ask, team.sheet, digest, "时间不够"))


async def test_the_office_concludes_an_inspection_where_the_sheet_is_signed(console: Console) -> None:
    team = Team(console)
    sign(team)
    office, button = await console.reader(OFFICE), "结束实地验收"
    assert button in await office.get(team.home)
    page = await office.post(f"{team.home}/finish")
    assert ("实地验收已结束" in page, f">{button}<" in page) == (True, False)
    assert console.application(team.application.id).stage == "inspected"


async def test_an_inspection_is_concluded_by_the_office_alone_and_only_once_all_is_signed(
    console: Console,
) -> None:
    team = Team(console)
    office, leader = await console.reader(OFFICE), await console.reader(INSPECTOR)
    assert "结束实地验收" not in await office.get(team.home)
    assert "还有验收评分表没有签字" in await office.post(f"{team.home}/finish")
    sign(team)
    assert "结束实地验收" not in await leader.get(team.home)
    await leader.post(f"{team.home}/finish")
    assert (await (await console.reader(BODY)).send(f"{team.home}/finish")).status == 404
    assert console.application(team.application.id).stage == "reviewed"


async def test_the_sheet_and_its_application_lead_to_each_other(console: Console) -> None:
    team = Team(console)
    office = await console.reader(OFFICE)
    application = f"/console/applications/{team.application.number}"
    assert f'href="{application}"' in await office.get(team.home)
    assert f'href="{team.home}"' in await office.get(f"{application}?part=visits")


async def test_an_unannounced_sheet_is_not_named_on_the_applications_page(console: Console) -> None:
    team = Team(console, covert=True)
    path = f"/console/applications/{team.application.number}?part=visits"
    for userid in (OFFICE_TWO, BODY):
        assert team.home not in await (await console.reader(userid)).get(path)
