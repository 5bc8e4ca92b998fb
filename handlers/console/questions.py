"""What people asked, the office's answers to it (口径库), and a box to try a question out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.answers import (
    Reach,
    TypedAnswer,
    approve_answer,
    known_answers,
    reach,
    tidy,
    typed_of,
    withdraw_answer,
)
from bot.console.applications import OFFICE
from bot.console.office_sheets import questions_table
from bot.console.query import PAGE, QuestionQuery, QuestionState, read_query
from bot.console.questions import list_questions
from bot.documents.sheet_write import Table
from bot.ports import Store
from bot.ports_console import AskedOften
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused
from handlers.console.exports import table_file
from handlers.console.site import ONCE, Site, office_only, refusable
from handlers.console.typed import number_of

HOME = "/console/questions"
ANSWERS = f"{HOME}/answers"
_ANSWER = ANSWERS + r"/{number:[0-9]{1,6}}"
_LONGEST_TRIED = 500
_STATES = (("open", "未能答复"), ("", "全部提问"), ("answered", "已答复"), ("refused", "曾未答复"))
_KINDS = {
    "fact": "通知有规定",
    "approved": "办公室答复口径",
    "unstated": "通知未写明",
    "unclear": "问题不够明确",
    "smalltalk": "寒暄，不是问题",
    "offtopic": "与本次评选无关",
    "order": "办理要求，不是问题",
}


def routes(site: Site) -> list[web.RouteDef]:
    pages = QuestionPages(site)
    told = refusable(site, lambda request: ANSWERS)
    return [
        web.get(HOME, office_only(pages.show)),
        web.get(f"{HOME}.xlsx", office_only(pages.table)),
        web.get(ANSWERS, office_only(pages.answers)),
        web.get(f"{ANSWERS}/new", office_only(pages.new)),
        web.get(_ANSWER, office_only(pages.edit)),
        web.post(ANSWERS, office_only(pages.save)),
        web.post(f"{_ANSWER}/withdraw", office_only(told(pages.withdraw))),
        web.get(f"{HOME}/try", office_only(pages.try_out)),
    ]


class QuestionPages:
    """The handlers; use `routes`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    # what was asked

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Questions, the same ones together; without a state in the address those that wait for an answer."""
        query = read_query(QuestionQuery, {"state": QuestionState.OPEN, **request.query})
        page = await self._site.read(lambda store: list_questions(store, OFFICE, query, self._is_answered))
        return self._site.page(
            request,
            "questions.html",
            query=query,
            list=page,
            pages=max(1, -(-page.total // PAGE)),
            states=_STATES,
        )

    def _is_answered(self, question: str) -> bool:
        return bool(self._site.clerk.knowledge.answer(question).approved)

    async def table(self, request: web.Request) -> web.StreamResponse:
        """The list as the office's table, with the page's filter."""
        query = read_query(QuestionQuery, {"state": QuestionState.OPEN, **request.query})

        def table(ask: StaffAsk) -> Table:
            return questions_table(ask.clerk.campaign, self._every(ask.store, query), ask.now)

        return await table_file(self._site, request, table, HOME, lambda made: f"{made.name}.xlsx")

    def _every(self, store: Store, query: QuestionQuery) -> list[AskedOften]:
        found: list[AskedOften] = []
        number = 1
        while True:
            wanted = QuestionQuery(query.search, query.state, query.sort, query.descending, number)
            page = list_questions(store, OFFICE, wanted, self._is_answered)
            found += page.rows
            if not page.rows or len(found) >= page.total:
                return found
            number += 1

    # what the office answers

    async def answers(self, request: web.Request) -> web.StreamResponse:
        """Every answer of the office, with its versions."""
        rows = await self._site.look(request, known_answers)
        return self._site.page(request, "questions_answers.html", rows=rows)

    async def new(self, request: web.Request) -> web.StreamResponse:
        """The form for a new answer, to the question in the address."""
        person = self._site.viewer(request).person
        typed = TypedAnswer(question=request.query.get("question", "")[:200], author=person.label)
        return self._form(request, typed)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """The form with an answer as it stands."""
        number = int(request.match_info["number"])
        try:
            typed = await self._site.look(request, lambda ask: typed_of(ask, number))
        except Refused as why:
            raise web.HTTPNotFound from why
        return self._form(request, typed)

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Preview an answer, or let it hold. What was typed is never lost."""
        form = await request.post()
        typed = tidy(_typed(form))
        if form.get("step") != "approve":
            try:
                reached = await self._site.look(request, partial(reach, typed=typed))
            except Refused as why:
                return self._form(request, typed, str(why))
            return self._form(request, typed, reached=reached)
        try:
            kept = await self._site.act(
                request, lambda ask: approve_answer(ask, typed), str(form.get(ONCE, ""))
            )
        except Refused as why:
            return await self._again(request, typed, str(why))
        said = f"答复{kept.number}（第{kept.version}版）已启用，正在告知提问过的人。"
        return self._site.done(f"{ANSWERS}#answer-{kept.number}", said)

    async def _again(self, request: web.Request, typed: TypedAnswer, trouble: str) -> web.Response:
        """The form with what was typed, beside what a colleague has made of the answer meanwhile."""
        if not typed.number:
            return self._form(request, typed, trouble)
        try:
            standing = await self._site.look(request, lambda ask: typed_of(ask, typed.number))
        except Refused:  # withdrawn
            return self._form(request, typed, trouble)
        changed = standing if standing.seen != typed.seen else None
        return self._form(request, replace(typed, seen=standing.seen), trouble, changed=changed)

    def _form(
        self,
        request: web.Request,
        typed: TypedAnswer,
        trouble: str = "",
        reached: Reach | None = None,
        changed: TypedAnswer | None = None,
    ) -> web.Response:
        return self._site.page(
            request,
            "questions_answer.html",
            typed=typed,
            trouble=trouble,
            reached=reached,
            changed=changed,
        )

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """Give an answer no more."""
        form, number = await request.post(), int(request.match_info["number"])
        reason = str(form.get("reason", ""))
        await self._site.act(
            request, lambda ask: withdraw_answer(ask, number, reason), str(form.get(ONCE, ""))
        )
        return self._site.done(ANSWERS, f"答复{number}已撤回，正在告知收到过它的人。")

    # trying out

    async def try_out(self, request: web.Request) -> web.StreamResponse:
        """What the assistant would say to a question; nothing goes on record."""
        asked = " ".join(request.query.get("question", "").split())[:_LONGEST_TRIED]
        found = self._site.clerk.knowledge.answer(asked) if asked else None
        campaign = self._site.campaign
        clauses = [campaign.clause(one) for one in found.clauses] if found else []
        kind = _KINDS.get(found.kind, "") if found else ""
        return self._site.page(
            request, "questions_try.html", asked=asked, found=found, clauses=clauses, kind=kind
        )


def _typed(form: MultiDictProxy[Any]) -> TypedAnswer:
    number, seen = (str(form.get(name, "")) for name in ("number", "seen"))
    return TypedAnswer(
        str(form.get("question", "")),
        tuple(str(form.get("wordings", "")).splitlines()),
        str(form.get("text", "")).replace("\r\n", "\n"),
        tuple(str(one) for one in form.getall("clause", [])),
        str(form.get("open_point", "")),
        str(form.get("author", "")),
        number_of(number) or 0,
        number_of(seen) or 0,
    )
