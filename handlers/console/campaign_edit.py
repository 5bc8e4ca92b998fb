"""One place of the campaign: what stands there, what another value would bring about, save, back to the original."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.campaign_edits.places import PLACES, Topic, place_of
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from bot.work.campaign_edits import edit_text, rename_body, typed, undo_edit
from bot.work.campaign_view import PlaceView, place_view
from bot.work.edit_preview import EditPreview, preview_edit
from handlers.console.campaign import HOME, TAB_OF, campaign_page
from handlers.console.site import ONCE, Site, link, office_only
from handlers.console.typed import number_of

ADDRESS = f"{HOME}/edit"
_FOUND_BY = 30  # characters of a sentence by which it is found again in the list
_BODY_NAME = "campaign/body/*/name"


def routes(site: Site) -> list[web.RouteDef]:
    pages = EditPages(site)
    return [web.get(ADDRESS, office_only(pages.show)), web.post(ADDRESS, office_only(pages.send))]


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds."""

    path: str
    text: str
    reason: str
    seen: int | None
    step: str  # preview, save or undo


class EditPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The form with what stands there."""
        view = await self._view(request, request.query.get("place", ""))
        return self._page(request, view, view.entry.text)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Preview, save or undo; nothing that was typed is lost where it cannot be used."""
        form = await request.post()
        path, text, reason, seen, step = (
            str(form.get(name, "")) for name in ("path", "text", "reason", "seen", "step")
        )
        said = Typed(path, text, reason.strip(), number_of(seen), step)
        try:
            if said.step == "preview":
                preview = await self._site.look(request, lambda ask: _preview(ask, said))
                return self._page(request, await self._view(request, path), text, reason, preview=preview)
            kept = await self._site.act(request, lambda ask: _keep(ask, said), str(form.get(ONCE, "")))
        except Refused as why:
            return self._page(
                request, await self._view(request, path), text, reason, trouble=str(why), seen=said.seen
            )
        await self._site.follow()
        view = await self._view(request, path)
        back = _tab(view, path)
        if not kept:
            return self._site.done(back, f"{view.entry.label}没有变动。", "warning")
        words = "已恢复原值" if said.step == "undo" else "已保存"
        return self._site.done(back, f"{view.entry.label}{words}。")

    async def _view(self, request: web.Request, path: str) -> PlaceView:
        view = await self._site.look(request, lambda ask: place_view(ask.store, ask.clerk.campaign, path))
        if view is None:
            raise web.HTTPNotFound
        return view

    def _page(
        self,
        request: web.Request,
        view: PlaceView,
        text: str,
        reason: str = "",
        preview: EditPreview | None = None,
        trouble: str = "",
        seen: int | None = None,
    ) -> web.StreamResponse:
        return campaign_page(
            self._site,
            request,
            "campaign_edit.html",
            tab=_tab(view, view.entry.path).partition("?")[0],
            back=_tab(view, view.entry.path),
            view=view,
            entry=view.entry,
            text=text,
            reason=reason,
            preview=preview,
            trouble=trouble,
            seen=view.entry.seen if seen is None else seen,
        )


def _tab(view: PlaceView, path: str) -> str:
    place = place_of(path)
    topic = place.topic if place else Topic.WORDING
    if topic is Topic.WORDING:
        return link(TAB_OF[topic], search="".join(view.entry.text.split()[:1])[:_FOUND_BY])
    return TAB_OF[topic]


def _preview(ask: StaffAsk, said: Typed) -> EditPreview:
    return preview_edit(ask, said.path, typed(ask, said.path, said.text))


def _keep(ask: StaffAsk, said: Typed) -> bool:
    """Whether anything was changed."""
    if said.step == "undo":
        return undo_edit(ask, said.path, said.reason, said.seen) is not None
    place = place_of(said.path)
    if place is not None and place in PLACES and place.pattern == _BODY_NAME:
        return rename_body(ask, said.path.split("/")[2], said.text, said.reason, said.seen)
    return edit_text(ask, said.path, said.text, said.reason, said.seen) is not None
