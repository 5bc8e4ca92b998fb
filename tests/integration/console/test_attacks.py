"""What somebody with a browser and bad intentions may try at the console: every attempt comes to nothing."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import hdrs
from yarl import URL

from bot.console.query import AuditQuery, OutboxQuery
from bot.model.staff import Role
from bot.ports import Store
from handlers.console.console import console_routes
from handlers.console.csrf import csrf_token
from handlers.console.session import COOKIE
from handlers.console.site import Site
from tests.fakes.console import OFFICE_TWO, Console, Reader
from tests.fakes.recommending import BODY, OFFICE, OTHER
from tests.integration.console.sheet_team import Team

_NAME = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
CLONE = {"id": "pingdingshan-2020", "title": "x", "document_number": "x", "opens": "2020-06-01",
         "deadline": "2020-07-25", "ends": "2020-12-31"}  # fmt: skip
SCORES = {f"score-2.{place}": "80" for place in range(1, 7)}
SCRIPT = '"><script>alert(1)</script><svg onload=alert(1) href=javascript:alert(1)>'


def doors(console: Console, method: str, **values: str) -> list[str]:
    """The address of every route with this method; what is not named is 1."""
    found = []
    for route in console_routes(console.site()):
        if route.method == method and "/static/" not in route.path:
            shape = _NAME.sub(r"{\1}", route.path)
            names = _NAME.findall(route.path)
            found.append(shape.format(**{name: values.get(name, "1") for name in names}))
    return found


async def status(reader: Reader, path: str, **more: Any) -> int:
    """What a form that is sent with these headers or fields is answered."""
    response = await reader.client.post(path, allow_redirects=False, **more)
    return response.status


# acts from elsewhere


async def test_no_form_is_taken_without_the_sessions_own_token(console: Console) -> None:
    office, other = await console.reader(OFFICE), await console.reader(OFFICE_TWO)
    known = console.apply("宝丰县公安局")
    tokens = ("", "0" * 64, other.csrf, csrf_token(b"", console.token(OFFICE)))
    paths = doors(console, "POST", number=known.number)
    found = {await status(office, path, data={"csrf": token}) for path in paths for token in tokens[:2]}
    found |= {await status(office, paths[0], data={"csrf": token}) for token in tokens}
    assert found == {403}


async def test_no_form_is_taken_from_another_origin(console: Console) -> None:
    office = await console.reader(OFFICE)
    headers = (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{console.base}.evil.example"},
        {"Origin": console.base.replace("http:", "https:")},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    )
    path = "/console/mail/alarms"
    found = [await status(office, path, data={"csrf": office.csrf}, headers=one) for one in headers]
    assert found == [403] * len(headers)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/xml", ""])
async def test_token_in_a_body_of_another_type_is_none(console: Console, kind: str) -> None:
    office = await console.reader(OFFICE)
    body = f"csrf={office.csrf}&text=x".encode()
    assert await status(office, "/console/mail/alarms", data=body, headers={hdrs.CONTENT_TYPE: kind}) == 403


async def test_token_in_the_address_is_none(console: Console) -> None:
    office = await console.reader(OFFICE)
    assert await status(office, f"/console/mail/alarms?csrf={office.csrf}") == 403


# roles


async def test_nobody_without_the_role_gets_past_a_form(console: Console) -> None:
    team = Team(console)
    named = {"number": team.application.number, "sheet": str(team.sheet)}
    body = await console.reader(OTHER)  # of another body than the unit's
    for path in doors(console, "POST", **named):
        response = await body.send(path, {"reason": "x", "text": "x", "to": "role"})
        page = await response.text()
        allowed = path.startswith(
            ("/console/recommendation", "/console/notices/received", "/console/applications")
        )
        refused = response.status in (404, 409)  # 409: what is no picture, whoever sends it
        assert refused or (allowed and team.unit not in page), f"{path}: {response.status}"
    after = console.run(lambda store: store.application(team.application.id))
    assert after is not None
    assert after.stage == team.application.stage


async def test_role_taken_back_after_the_page_let_one_in_is_asked_again_in_the_transaction(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is looked at, then somebody else takes the role, then the act begins."""
    person, known = console.people[OFFICE], console.apply("宝丰县公安局")
    office = await console.reader(OFFICE)
    act = Site._act

    def overtaken(site: Site, store: Store, **more: Any) -> Any:
        for one in store.memberships(person):
            store.end_member(one.id, console.now)
        store.add_member(person, Role.BODY, "lushan", False, console.now)
        return act(site, store, **more)

    monkeypatch.setattr(Site, "_act", overtaken)
    for path in (
        "/console/campaign/day",
        "/console/campaign/bodies",
        f"/console/applications/{known.number}/note",
        f"/console/people/{console.people[OFFICE_TWO]}/link",
        f"/console/people/{console.people[OFFICE_TWO]}/sign-out",
        "/console/mail/alarms",
        "/console/campaign/clone/folder.zip",
    ):
        form = {"work": "2019-07-20", "name": "某局", "kind": "department", "text": "x", **CLONE}
        response = await office.send(path, form)
        assert "/console/in/" not in await response.text(), path
        assert response.content_type != "application/zip", path
    entries = {one.action for one in console.run(lambda store: store.list_audit(AuditQuery())).rows}
    done = {"note", "console_link", "signed_out", "clone_campaign", "edit", "incident"}
    assert entries & done == set()


# keys


async def test_a_forms_own_key_can_neither_hide_a_message_nor_take_anothers_place(console: Console) -> None:
    """A body chose the key under which messages of its acts are kept; lists leave out those of unannounced visits."""
    known = console.apply("宝丰县公安局", stage="submitted")
    body = await console.reader(BODY)
    form = {"number": known.number, "reason": "请补充", "due": "2019-07-20", "once": "mail:1#covert:"}
    await body.post("/console/recommendation/return", form)
    shown = console.run(lambda store: store.list_outbox(OutboxQuery())).rows
    assert [one.person for one in shown] == [known.holder]


# what makes a page fail


async def test_no_address_makes_a_page_fail(console: Console) -> None:
    office = await console.reader(OFFICE)
    pages = (
        "/console/visits?week=9999-12-31",
        "/console/visits?week=0001-01-01",
        f"/console/visits?leader={'9' * 5000}",
        "/console/notices/plan?first=9999-12-31",
        "/console/notices/plan.xlsx?first=0001-01-01&last=9999-12-31",
        "/console/campaign?deadline=9999-12-31&month=9999-12",
        "/console/applications?page=99999999999999999999&sort=x&stage=x&body=x",
        "/console/mail?page=999999999",
        "/console/log?person=999999999999999999999",
        "/console/notices?page=999999999&state=x",
        "/console/results?page=999999999&show=x",
        f"/console/questions?search={quote(SCRIPT)}",
        f"/console/people?search={'%25' * 1000}",
    )
    bad = []
    for page in pages:
        response = await office.client.get(URL(page, encoded=True), allow_redirects=False)
        text = await response.text(errors="replace")
        if response.status >= 500 or "<script>alert" in text:
            bad.append((page[:60], response.status))
    assert bad == []


async def test_no_form_makes_a_page_fail(console: Console) -> None:
    known, office = console.apply("宝丰县公安局", stage="accepted"), await console.reader(OFFICE)
    review = f"/console/results/review/{known.number}"
    forms: tuple[tuple[str, dict[str, str]], ...] = (
        ("/console/visits/release", {"pick": "9" * 5000}),
        ("/console/visits/release", {"pick": "x"}),
        ("/console/visits/release", {"back": "/console/visits?\r\nSet-Cookie: a=b"}),
        ("/console/visits/check", {"visit": "9" * 5000}),
        ("/console/visits/import/enter", {"rows": "[[Infinity]]"}),
        ("/console/people/import/confirm", {"rows": "[[Infinity]]"}),
        ("/console/results/import/confirm", {"rows": "[[Infinity]]"}),
        ("/console/campaign/deadline", {"old": "2019-07-25", "new": "9999-12-31"}),
        (review, {"reviewer": "张教授", "back": "/console/results\r\nX: y", **SCORES}),
    )
    found = [(path, (await office.send(path, form)).status) for path, form in forms]
    assert [path for path, status in found if status >= 500] == []


@pytest.mark.parametrize("said", ["NQ==", "W10=", "eyJhIjoxfQ==", "%%%", "bnVsbA=="])
async def test_a_sentence_of_another_shape_is_none(console: Console, said: str) -> None:
    office = await console.reader(OFFICE)
    response = await office.client.get(
        "/console/people", headers={"Cookie": f"{COOKIE}={console.token(OFFICE)}; flash={said}"}
    )
    assert response.status == 200


async def test_the_longest_sentence_fits_a_cookie(console: Console) -> None:
    cookie = console.site().done("/console/", "公" * 5000).cookies["flash"]
    assert len(cookie.OutputString()) < 4096


# what is shown


async def test_nothing_that_somebody_wrote_becomes_part_of_a_page(console: Console) -> None:
    known = console.apply(f"宝丰县公安局{SCRIPT}", stage="accepted")
    office = await console.reader(OFFICE)
    await office.post(f"/console/applications/{known.number}/note", {"text": SCRIPT})
    await office.post("/console/mail/alarms", {"text": SCRIPT})
    bad = []
    for page in doors(console, "GET", number=known.number, person=str(console.people[OFFICE])):
        response = await office.client.get(page, allow_redirects=False)
        if response.content_type == "text/html" and "<svg onload" in await response.text():
            bad.append(page)
    assert bad == []


async def test_every_answer_says_that_its_type_is_its_type(console: Console) -> None:
    known, office = console.apply("宝丰县公安局", stage="accepted"), await console.reader(OFFICE)
    bad = []
    for page in doors(console, "GET", number=known.number):
        response = await office.client.get(page, allow_redirects=False)
        shown = response.content_type in (
            "text/html",
            "text/plain",
            "image/jpeg",
            "image/png",
            "image/svg+xml",
        )
        saved = response.headers.get(hdrs.CONTENT_DISPOSITION, "").startswith("attachment")
        if response.headers.get("X-Content-Type-Options") != "nosniff" or not (
            shown or saved or response.status > 300
        ):
            bad.append(page)
    assert bad == []
