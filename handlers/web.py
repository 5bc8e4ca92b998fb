"""The web application: health, readiness, metrics, and the manners every answer has."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Part:
    """The state of one part of the service. A part that is not `ok` makes the service not ready."""

    ok: bool
    detail: str  # one line for the operator, no personal data


Readiness = Callable[[], Awaitable[Mapping[str, Part]]]
Gauges = Callable[[], Mapping[str, Mapping[tuple[tuple[str, str], ...], float]]]


@web.middleware
async def manners(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No answer is a stack trace; every answer is what its type says; the peer is the one behind our proxy."""
    forwarded = request.headers.get("X-Forwarded-For")
    if forwarded and _is_ours(request.remote):
        request = request.clone(remote=forwarded.rpartition(",")[2].strip())
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.setdefault("X-Content-Type-Options", "nosniff")
        raise
    except Exception:
        # the path may hold a token, so only the route is named
        resource = request.match_info.route.resource
        log.exception("a page failed: %s", resource.canonical if resource else "unknown")
        return web.Response(status=500, text="抱歉，页面出错了，已记录。请稍后再试。")
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _is_ours(peer: str | None) -> bool:
    """Whether a peer is our own proxy: only from a private address is what it says of others believed."""
    try:
        return ip_address(peer or "").is_private
    except ValueError:
        return False


def health_routes(ready: Readiness, registry: CollectorRegistry) -> list[web.RouteDef]:
    """/healthz: alive. /readyz: each part's state. /metrics: Prometheus."""

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(request: web.Request) -> web.Response:
        parts = await ready()
        good = all(part.ok for part in parts.values())
        told = {name: {"ok": part.ok, "detail": part.detail} for name, part in parts.items()}
        return web.json_response({"ready": good, "parts": told}, status=200 if good else 503)

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]


class StateCollector(Collector):
    """Gauges read when they are asked for: name → labels → value."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> list[GaugeMetricFamily]:
        families = []
        for name, values in self._gauges().items():
            labels = [key for key, _ in next(iter(values))] if values else []
            family = GaugeMetricFamily(name, name.replace("_", " "), labels=labels)
            for labelled, value in values.items():
                family.add_metric([text for _, text in labelled], value)
            families.append(family)
        return families
