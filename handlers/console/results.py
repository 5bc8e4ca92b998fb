"""Reviews: units by conditions, entered row by row or from a table, and finished; results begin here."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.console.results import review_lines, review_of, reviews
from bot.console.results_sheets import review_table
from bot.documents.sheet_read import SheetRow
from bot.documents.sheet_write import Table
from bot.ports_results import Judged
from bot.results.reviews import (
    checked_reviews,
    enter_review,
    finish_reviews,
    import_reviews,
    prepare_reviews,
    read_marks,
)
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused, find
from bot.staff.moves import MoveRefused
from bot.work.long_work import Progress
from handlers.console.exports import table_file
from handlers.console.long_work import IMPORT, handed, in_portions
from handlers.console.results_frame import HOME, Fields, ResultFrame, page_of, read_form
from handlers.console.site import ONCE, Site, office_only, refusable
from handlers.console.table_upload import hidden_rows, read_hidden_rows, read_table

_IMPORT = f"{HOME}/import"
_NEW = "-"  # in place of a reviewer's name: a sheet that is still to be written
_CHANGED = "表格内容不完整，请重新上传。"


def routes(site: Site) -> list[web.RouteDef]:
    pages = ReviewPages(site)
    return [
        web.get(HOME, office_only(pages.show_all)),
        web.get(f"{HOME}/review.xlsx", office_only(pages.table)),
        web.get(f"{HOME}/review/{{number}}", office_only(pages.show_one)),
        web.post(f"{HOME}/review/{{number}}", office_only(pages.enter)),
        web.post(f"{HOME}/finish", office_only(refusable(site, lambda request: HOME)(pages.finish))),
        web.get(_IMPORT, office_only(pages.show_import)),
        web.post(_IMPORT, office_only(pages.preview)),
        web.post(f"{_IMPORT}/confirm", office_only(pages.keep)),
    ]


class ReviewPages(ResultFrame):
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        super().__init__(site, "review")

    async def show_all(self, request: web.Request) -> web.StreamResponse:
        """Units with the figures of their reviewers."""
        search, wanted = request.query.get("q", "")[:60], request.query.get("show", "")
        show = Judged(wanted) if wanted in list(Judged) else Judged.ALL
        return await self.show(
            request,
            "results_review.html",
            lambda ask: reviews(ask, search, show, page_of(request)),
            search=search,
            show=show,
            edit="",
        )

    async def show_one(self, request: web.Request) -> web.StreamResponse:
        """One unit, with a sheet open for writing where one is named; `part` asks for its rows alone."""
        return await self._one(request)

    async def _one(
        self, request: web.Request, trouble: str = "", typed: Fields | None = None
    ) -> web.Response:
        number = request.match_info["number"]
        alone = request.query.get("part") == "rows"
        edit = typed.get("sheet", _NEW) if typed else request.query.get("edit", "")
        template = "results_unit_rows.html" if alone else "results_unit.html"
        return await self.show(
            request, template, lambda ask: review_of(ask, number), trouble, typed, edit=edit
        )

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Keep one reviewer's sheet; what cannot be kept is shown again as it was typed."""
        fields, number = await read_form(request), request.match_info["number"]
        try:
            await self.act(request, fields, lambda ask: _enter(ask, number, fields))
        except (Refused, MoveRefused) as why:
            return await self._one(request, str(why), fields)
        back = fields.get("back", "")
        to = back if back.startswith(HOME) else f"{HOME}/review/{number}"
        return self.site.done(f"{to}#unit-{number}", "评审结果已保存。")

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """End the reviews that are ticked, or all that can be."""
        form = await request.post()
        picked = [str(one) for one in form.getall("pick", [])]
        if not picked and "all" not in form:
            return self.site.done(HOME, "请先勾选要结束评审的单位。", "warning")
        fields = await read_form(request)
        numbers = None if "all" in form else picked
        done, refused = await self.act(request, fields, lambda ask: finish_reviews(ask, numbers))
        said = "\n".join([f"已结束评审 {done} 件。", *refused[:10]])
        return self.site.done(HOME, said, "warning" if refused else "success")

    async def table(self, request: web.Request) -> web.StreamResponse:
        """All sheets as a table, with room for those to come: it can be filled in and imported again."""

        def table(ask: StaffAsk) -> Table:
            return review_table(ask.clerk.campaign, review_lines(ask))

        return await table_file(self.site, request, table, HOME, lambda _: "评审意见表.xlsx")

    # import

    async def show_import(self, request: web.Request) -> web.StreamResponse:
        """Where a table is chosen."""
        return await self._import(request)

    async def _import(
        self, request: web.Request, rows: Sequence[SheetRow] = (), trouble: str = ""
    ) -> web.Response:
        return await self.show(
            request,
            "results_import.html",
            lambda ask: prepare_reviews(ask, rows) if rows else None,
            trouble,
            rows=hidden_rows(rows),
        )

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """What a table would change, before anything is kept."""
        read = await read_table(self.site, await request.post())
        if isinstance(read, str):
            return await self._import(request, trouble=read)
        return await self._import(request, read)

    async def keep(self, request: web.Request) -> web.StreamResponse:
        """Keep what was shown; where something changed meanwhile, it is shown again."""
        form, progress = await request.post(), Progress()
        rows, once = read_hidden_rows(form), str(form.get(ONCE, ""))
        if not rows:
            return await self._import(request, trouble=_CHANGED)
        try:
            sheets = await self.site.look(request, lambda ask: checked_reviews(ask, rows))
        except Refused:
            return await self._import(request, rows)

        async def keeping() -> str:
            kept = await in_portions(self.site, request, sheets, import_reviews, once, progress)
            return f"已导入 {kept} 份评审结果，另有 {len(sheets) - kept} 份没有变化。"

        return await handed(self.site, request, "导入评审结果", HOME, progress, keeping(), IMPORT)


def _enter(ask: StaffAsk, number: str, fields: Fields) -> None:
    known = find(ask, number)
    conditions = ask.clerk.campaign.results.conditions
    written = {
        clause: (fields.get(f"score-{clause}", ""), fields.get(f"remark-{clause}", ""))
        for clause in conditions
    }
    deck = known.dossier.get("deck", "") if fields.get("deck") == "newest" else ""
    enter_review(ask, known, fields.get("reviewer", ""), read_marks(ask, written), deck)
