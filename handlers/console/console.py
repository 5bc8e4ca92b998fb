"""All pages of the console, in one place."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from handlers.console import (
    application,
    applications,
    campaign,
    campaign_archive,
    campaign_clone,
    campaign_edit,
    covert,
    exports,
    late,
    log,
    long_work,
    mail,
    notice_board,
    notice_plan,
    notices,
    objections,
    outgoing,
    packages,
    people,
    public_notice,
    questions,
    recommendation,
    rehearsal,
    results,
    results_list,
    review_round,
    reviews,
    sheet_api,
    sheets,
    today,
    visit_import,
    visits,
)
from handlers.console.assets import serve_asset
from handlers.console.site import Site

PAGES: tuple[Callable[[Site], list[web.RouteDef]], ...] = (
    today.routes,
    applications.routes,
    exports.routes,
    late.routes,
    application.routes,
    recommendation.routes,
    packages.routes,
    outgoing.routes,
    mail.routes,
    questions.routes,
    notices.routes,
    notice_plan.routes,
    notice_board.routes,
    campaign.routes,
    campaign_edit.routes,
    campaign_archive.routes,
    campaign_clone.routes,
    rehearsal.routes,
    people.routes,
    log.routes,
    long_work.routes,
    visits.routes,
    visit_import.routes,
    covert.routes,
    sheets.routes,
    sheet_api.routes,
    results.routes,
    results_list.routes,
    review_round.routes,
    reviews.routes,
    public_notice.routes,
    objections.routes,
)


def console_routes(site: Site) -> list[web.RouteDef]:
    """Every route under /console/ but those of coming in."""
    return [
        web.get("/console/static/{name:.+}", serve_asset),
        *(route for routes in PAGES for route in routes(site)),
    ]
