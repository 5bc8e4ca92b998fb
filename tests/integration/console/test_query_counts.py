"""Every list of the console takes the same statements with a single row as with a thousand, and is a small page."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from config.campaign import Campaign
from handlers.console.console import console_routes
from storage.schema import migrate
from tests.fakes.console import INSPECTOR, Console
from tests.fakes.large_campaign import Sizes, fill
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE

MANY = 1000
LARGEST = 100_000  # bytes of HTML
LARGER: dict[str, int] = {}
USUAL = (
    5  # statements: two say who looks, then a list's own three: how many, the rows, what hangs on the rows
)
MORE = {
    "/console/": 8,  # what waits in every other list, and the board
    "/console/recommendation": 8,  # order, units, what was sent, twins, dates
    "/console/packages": 7,  # the packages, what became of their units, contacts, gaps, dates
    "/console/packages/{receipt}": 8,  # one package, its units, names, those before it, gaps
    "/console/notices": 6,  # copies, those still listed, names, the notices
    "/console/notices/{number}": 7,  # the notice, then its copies
    "/console/notices/{number}/calls": 9,  # the notice, whom to call; their copies, roles, units, telephones, dates
    "/console/visits": 7,  # versions, answers, units, names, working days
    "/console/results": 8,  # three of these and the next are the flow's own head, on each of its tabs
    "/console/results/factors": 9,  # rows, their reviews, sheets and ties
    "/console/results/list": 8,  # those in, a page of those out, the approval
    "/console/results/objections": 8,  # objections, their steps, the units that can be objected to
    "/console/results/plaques": 6,  # the head and the plaques
    "/console/results/round": 7,  # reviewers, names, units, the round, what was reported
    "/console/results/round/units": 9,  # units, reviewers, the round, sheets, who has what, who keeps away
    "/console/reviews": 6,  # the reviewer, the round, the list
    "/console/reviews/duties": 7,  # the reviewer, the round, names, those kept away from
    "/console/campaign/bodies": 7,  # edits, people, applications, dates, answers
    "/console/log": 7,  # names; what must not be shown; choices and lines
}
"""Lists that take more than the usual statements, and for what."""

# route: who looks at it, and at which addresses
LISTS = {
    "/console/": {
        OFFICE: ["/console/", "/console/?show=numbers"],
        BODY: ["/console/"],
        INSPECTOR: ["/console/"],
    },
    "/console/applications": {
        OFFICE: ["/console/applications", "/console/applications?sort=unit&owes=any&search=宝丰"],
        BODY: ["/console/applications"],
    },
    "/console/late": {OFFICE: ["/console/late"], BODY: ["/console/late"]},
    "/console/recommendation": {BODY: ["/console/recommendation"]},
    "/console/packages": {OFFICE: ["/console/packages"]},
    "/console/packages/{receipt}": {OFFICE: ["/console/packages/TJ-0001"]},
    "/console/mail": {OFFICE: ["/console/mail", "/console/mail?outcome=quarantine&search=宝丰"]},
    "/console/mail/outgoing": {OFFICE: ["/console/mail/outgoing", "/console/mail/outgoing?state=trouble"]},
    "/console/mail/alarms": {OFFICE: ["/console/mail/alarms"]},
    "/console/questions": {OFFICE: ["/console/questions", "/console/questions?state=open"]},
    "/console/questions/answers": {OFFICE: ["/console/questions/answers"]},
    "/console/notices": {OFFICE: ["/console/notices"]},
    "/console/notices/received": {OFFICE: ["/console/notices/received"]},
    "/console/notices/plan": {OFFICE: ["/console/notices/plan"]},
    "/console/notices/reminded": {OFFICE: ["/console/notices/reminded"]},
    "/console/notices/{number}": {OFFICE: ["/console/notices/1", "/console/notices/1?search=王"]},
    "/console/notices/{number}/calls": {OFFICE: ["/console/notices/1/calls"]},
    "/console/visits": {
        OFFICE: ["/console/visits", "/console/visits?show=list"],
        BODY: ["/console/visits?show=list"],
        INSPECTOR: ["/console/visits?show=list"],
    },
    "/console/visits/covert": {OFFICE: ["/console/visits/covert"]},
    "/console/sheets": {OFFICE: ["/console/sheets"], INSPECTOR: ["/console/sheets"]},
    "/console/results": {OFFICE: ["/console/results"]},
    "/console/results/factors": {OFFICE: ["/console/results/factors"]},
    "/console/results/list": {OFFICE: ["/console/results/list"]},
    "/console/results/objections": {OFFICE: ["/console/results/objections"]},
    "/console/results/plaques": {OFFICE: ["/console/results/plaques"]},
    "/console/results/round": {OFFICE: ["/console/results/round"]},
    "/console/results/round/units": {
        OFFICE: ["/console/results/round/units", "/console/results/round/units?show=owed&q=宝丰"]
    },
    "/console/reviews": {INSPECTOR: ["/console/reviews"]},
    "/console/reviews/duties": {INSPECTOR: ["/console/reviews/duties", "/console/reviews/duties?q=宝丰"]},
    "/console/people": {OFFICE: ["/console/people"]},
    "/console/campaign/bodies": {OFFICE: ["/console/campaign/bodies"]},
    "/console/campaign/history": {OFFICE: ["/console/campaign/history"]},
    "/console/log": {OFFICE: ["/console/log", "/console/log?action=view"]},
}
"""A list in a page of its own belongs here, whatever it lists."""
OTHERS = {
    "/console",
    "/console/applications/{number}",
    "/console/applications/{number}/materials/{material}",
    "/console/campaign",
    "/console/campaign/archive",
    "/console/results/plaques/{number}/signed",
    "/console/campaign/check",
    "/console/campaign/clone",
    "/console/campaign/contact",
    "/console/campaign/edit",
    "/console/campaign/points",
    "/console/campaign/rehearsal",
    "/console/campaign/reminders",
    "/console/campaign/stages",
    "/console/campaign/visits",
    "/console/campaign/wording",
    "/console/mail/units",
    "/console/mail/{mail}",
    "/console/mail/{mail}/files/{sha256}",
    "/console/notices/new",
    "/console/notices/{number}/correct",
    "/console/notices/{number}/edit",
    "/console/people/add",
    "/console/people/import",
    "/console/people/{person}",
    "/console/questions/answers/new",
    "/console/questions/answers/{number}",
    "/console/questions/try",
    "/console/recommendation/opinion/{number}",
    "/console/recommendation/package",
    "/console/recommendation/packages/{receipt}",
    "/console/results/announcement",
    "/console/results/import",
    "/console/results/notice",
    "/console/results/objections/{objection}",
    "/console/results/review/{number}",
    "/console/results/round/units/{number}",
    "/console/reviews/{number}",
    "/console/reviews/{number}/deck",
    "/console/sheets/new",
    "/console/sheets/{sheet}",
    "/console/sheets/{sheet}/draws",
    "/console/sheets/{sheet}/excel",
    "/console/sheets/{sheet}/paper",
    "/console/sheets/{sheet}/photos/{sha256}",
    "/console/static/{name}",
    "/console/visits/covert/new",
    "/console/visits/import",
    "/console/visits/new",
    "/console/visits/units",
    "/console/visits/{visit}",
    "/console/visits/{visit}/edit",
    "/console/work/{work}",
    "/console/work/{work}/file",
}
"""Pages about one thing, and forms. Downloads are told by their ending."""
DOWNLOADS = (".xlsx", ".docx", ".jpg", ".ics", ".zip", ".eml")


async def opened(campaign: Campaign, folder: Path, rows: int) -> Console:
    url = f"sqlite:///{folder / f'{rows}.db'}"
    migrate(url)
    console = Console(campaign, url, folder=folder)
    staff = {"office": console.people[OFFICE], "inspector": console.people[INSPECTOR]}
    fill(console.database, campaign, Sizes.all_of(rows), staff)
    await console.start()
    return console


async def test_every_page_is_known_as_a_list_or_as_something_else(console: Console) -> None:
    application = web.Application()
    application.add_routes(console_routes(console.site()))
    routes = {
        route.resource.canonical
        for route in application.router.routes()
        if route.resource and route.method == "GET"
    }
    assert {route for route in routes if not route.endswith(DOWNLOADS)} == {*LISTS, *OTHERS}


async def test_lists_take_the_same_statements_with_one_row_and_with_a_thousand(
    campaign: Campaign, tmp_path: Path
) -> None:
    few, many = [await opened(campaign, tmp_path, rows) for rows in (1, MANY)]
    taken, large = {}, {}
    more: dict[str, int] = {}
    looks = [(route, who, path) for route, pages in LISTS.items() for who in pages for path in pages[who]]
    for route, userid, path in looks:
        of_one, _ = await looked_at(few, userid, path)
        of_many, size = await looked_at(many, userid, path)
        if of_many != of_one:
            taken[userid, path] = (of_one, of_many)
        if size >= LARGER.get(path, LARGEST):
            large[userid, path] = size
        if of_many > USUAL:
            more[route] = max(of_many, more.get(route, 0))
    for console in (few, many):
        await console.stop()
    assert (taken, large) == ({}, {})
    assert more == MORE


async def looked_at(console: Console, userid: str, path: str) -> tuple[int, int]:
    """Statements and bytes of a page."""
    reader = await console.reader(userid)
    await reader.get(path)  # a first look notes that somebody is here
    with counted() as ran:
        page = await reader.get(path)
    return len(ran), len(page.encode())
