"""The questions that were asked, the same ones together."""

from __future__ import annotations

from collections.abc import Callable

from bot.console.query import PAGE, QuestionQuery, QuestionState
from bot.ports import Store
from bot.ports_console import AskedOften, Page, Scope

Answered = Callable[[str], bool]
"""Whether an answer of the office meets a question by now (see `bot.work.live_answers`)."""

_NOTHING: Page[AskedOften, str] = Page((), 0, {})
_MOST_REFUSED = 5_000


def list_questions(
    store: Store, scope: Scope, query: QuestionQuery, answered: Answered
) -> Page[AskedOften, str]:
    """The page that is asked for; sums count every time something was `asked` and `refused`. For the office only."""
    if not scope.everything:
        return _NOTHING
    if query.state is not QuestionState.OPEN:
        return store.list_questions(query)
    refused = store.list_questions(query, _MOST_REFUSED)
    waiting = tuple(one for one in refused.rows if not answered(one.text))
    first = (query.page - 1) * PAGE
    return Page(waiting[first : first + PAGE], len(waiting), refused.sums)


def count_open(store: Store, answered: Answered) -> int:
    """How many questions the office has still to answer: the length of the list of open ones."""
    return sum(not answered(text) for text in store.unanswered_texts(_MOST_REFUSED))
