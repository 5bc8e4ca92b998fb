"""The two declarations on the applicant's page: a plain form over HTTP, saved in a real database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.model.application import Application
from bot.ports import Store
from bot.work.dates import follow_campaign
from bot.work.declare import DeclarationDesk
from bot.work.hand_out import token_hash
from config.campaign import Campaign
from handlers.applicant.pages import ApplicantView, applicant_routes
from handlers.applicant.shown import view_of
from tests.fakes.mail_filing import Office

TOKEN = "k3Jx9v_2QmZ8-aLw7RtYpA"
PATH = f"/u/{TOKEN}/declarations"
OURS = {"Sec-Fetch-Site": "same-origin"}
BOTH = {"declared_accepted": "yes", "declared_lawful": "unsure"}

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def office(campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Office]:
    made = Office(campaign, new_sqlite())
    yield made
    made.close()


@pytest.fixture
def application(office: Office) -> Application:
    known = office.apply()
    expires = office.machine + timedelta(days=30)
    office.run(lambda store: store.add_page(token_hash(TOKEN), known.id, known.holder, expires))
    return known


@pytest.fixture
async def client(
    office: Office,
    application: Application,
    aiohttp_client: Callable[[web.Application], Awaitable[Client]],
) -> Client:
    async def lookup(token: str) -> ApplicantView | None:
        def view(store: Store) -> ApplicantView | None:
            found = store.page(token_hash(token), office.machine)
            return view_of(office.campaign, found[0], None, None) if found else None

        return await office.writer.run(view)

    async def nothing(token: str) -> tuple[bytes, str] | None:
        return None

    desk = DeclarationDesk(office.campaign, office.writer, lambda: office.now, lambda: office.machine)
    app = web.Application()
    app.add_routes(applicant_routes(lookup, nothing, nothing, declare=desk.declare))
    return await aiohttp_client(app)


def declared(office: Office, application: Application) -> dict[str, str]:
    dossier = office.application(application.id).dossier
    return {key: value for key, value in dossier.items() if key.startswith("declared_")}


async def test_page_offers_both_declarations_and_may_only_be_sent_to_us(client: Client) -> None:
    response = await client.get(f"/u/{TOKEN}")
    html = unescape(await response.text())
    assert html.count('type="radio"') == 6
    assert " checked" not in html
    assert "form-action 'self'" in response.headers["Content-Security-Policy"]
    gone = await client.get("/u/AAAAAAAAAAAAAAAAAAAAAA")
    assert "form-action 'none'" in gone.headers["Content-Security-Policy"]


async def test_choice_is_saved_shown_with_its_meaning_and_audited(
    client: Client, office: Office, application: Application
) -> None:
    response = await client.post(PATH, data=BOTH, headers=OURS, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, f"/u/{TOKEN}#declarations")
    assert declared(office, application) == BOTH
    (entry,) = [row for row in office.table("audit") if row["action"] == "declare"]
    assert (entry["application"], entry["person"], entry["channel"]) == (
        application.id,
        application.holder,
        "page",
    )
    assert not any(said in entry["details"] for said in ('"yes"', '"unsure"'))
    html = unescape(await (await client.get(f"/u/{TOKEN}")).text())
    assert html.count(" checked") == 2
    assert "不清楚的一项列为待核实，请核实后在此重新选择并保存" in html


async def test_answer_no_is_explained_and_blocks_nothing(
    client: Client, office: Office, application: Application
) -> None:
    await client.post(PATH, data={"declared_lawful": "no"}, headers=OURS)
    html = unescape(await (await client.get(f"/u/{TOKEN}")).text())
    assert "属一票否决情形〔附件2·5〕，是否属于由市办公室认定。不影响填写和报送" in html
    assert declared(office, application) == {"declared_lawful": "no"}
    assert office.application(application.id).stage == "submitted"


async def test_what_is_no_answer_changes_nothing(
    client: Client, office: Office, application: Application
) -> None:
    wrong = {"declared_lawful": "perhaps", "deck": "x", "stage": "awarded"}
    assert (await client.post(PATH, data=wrong, headers=OURS, allow_redirects=False)).status == 303
    await client.post(PATH, data=BOTH, headers=OURS)
    await client.post(PATH, data=BOTH, headers=OURS)
    assert declared(office, application) == BOTH
    assert "deck" not in office.application(application.id).dossier
    assert [row["action"] for row in office.table("audit")].count("declare") == 1


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
async def test_form_of_another_site_is_refused(
    client: Client, office: Office, application: Application, headers: dict[str, str]
) -> None:
    response = await client.post(PATH, data=BOTH, headers=headers)
    assert response.status == 403
    assert declared(office, application) == {}


async def test_declaration_of_a_sealed_campaign_is_refused(
    client: Client, office: Office, application: Application
) -> None:
    running = replace(office.campaign)
    follow_campaign(office.campaign, replace(running, keep_until=date(2029, 12, 31)))
    response = await client.post(PATH, data=BOTH, headers=OURS)
    follow_campaign(office.campaign, running)
    assert (response.status, "活动已经归档" in await response.text()) == (409, True)
    assert declared(office, application) == {}


async def test_wrong_token_withdrawn_application_and_large_form_are_refused(
    client: Client, office: Office, application: Application
) -> None:
    wrong = "/u/AAAAAAAAAAAAAAAAAAAAAA/declarations"
    assert (await client.post(wrong, data=BOTH, headers=OURS)).status == 404
    large = {"declared_lawful": "yes" * 2000}
    assert (await client.post(PATH, data=large, headers=OURS)).status == 403
    assert (await client.post(PATH, json=BOTH, headers=OURS)).status == 403
    office.run(lambda store: store.move(application.id, "withdrawn", False, "", office.now))
    assert (await client.post(PATH, data=BOTH, headers=OURS)).status == 409
    assert declared(office, application) == {}
