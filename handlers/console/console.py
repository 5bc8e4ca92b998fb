"""All pages of the console, in one place."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from handlers.console import packages, recommendation
from handlers.console.assets import serve_asset
from handlers.console.site import Site

PAGES: tuple[Callable[[Site], list[web.RouteDef]], ...] = (
    recommendation.routes,
    packages.routes,
)


def console_routes(site: Site) -> list[web.RouteDef]:
    """Every route under /console/ but those of coming in."""
    return [
        web.get("/console/static/{name:.+}", serve_asset),
        *(route for routes in PAGES for route in routes(site)),
    ]
