"""What people asked, the office's answers, and the box to try a question out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.knowledge.answer import Knowledge
from bot.model.message import Channel
from bot.ports import Store
from bot.work.live_answers import LiveAnswers
from config.campaign import Campaign
from storage.schema import migrate
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, OFFICE

HOME = "/console/questions"
PARKING = {
    "question": "停车方便吗？",
    "text": "访客车位有限，建议乘坐公共交通。",
    "author": "李四",
    "wordings": "好停车吗\n\n好停车吗",
    "clause": "1.1",
}


class Asked(Console):
    """A console whose assistant knows the notice and what the office has decided."""

    def __post_init__(self) -> None:
        Console.__post_init__(self)
        self.live = LiveAnswers(self.campaign, Knowledge(self.campaign))
        self.clerk = replace(self.clerk, knowledge=self.live)

    def ask(self, userid: str, question: str, refused: bool = True) -> None:
        def keep(store: Store) -> None:
            person = store.visitor(Channel.WECOM, userid, "王五", self.now).person.id
            store.question(person, question, [], refused, self.now)

        self.run(keep)

    def catch_up(self) -> None:
        self.live.take(*self.run(self.live.load))


@pytest.fixture
async def console(campaign: Campaign, tmp_path: Path) -> AsyncIterator[Asked]:
    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = Asked(campaign, url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()


def listed(page: str) -> list[str]:
    return re.findall(r'data-label="问题"><a[^>]*>(.*?)</a>', page)


async def test_unanswered_questions_come_first_and_go_once_they_are_answered(console: Asked) -> None:
    console.ask("a", "停车方便吗？")
    console.ask("b", "停车方便吗")
    console.ask("a", "申报截止到哪天？", refused=False)
    office = await console.reader(OFFICE)
    page = await office.get(HOME)
    assert (len(listed(page)), "2人2次" in page) == (1, True)
    assert len(listed(await office.get(f"{HOME}?state="))) == 2
    await office.post(f"{HOME}/answers", {**PARKING, "step": "approve"})
    console.catch_up()
    assert listed(await office.get(HOME)) == []


async def test_preview_says_how_many_would_be_told_and_decides_nothing(console: Asked) -> None:
    console.ask("a", "停车方便吗？")
    console.ask("b", "停车方便吗")
    console.ask("b", "好停车吗")
    console.ask("c", "评审专家是谁？")
    office = await console.reader(OFFICE)
    response = await office.send(f"{HOME}/answers", {**PARKING, "step": "preview"})
    page = await response.text()
    assert re.findall(r'class="count">(\d+)<', page) == ["2"]
    assert ("评审专家" in page, PARKING["text"] in page) == (False, True)
    assert console.run(lambda store: store.answer_versions()) == []


async def test_answer_is_decided_once_corrected_and_withdrawn(console: Asked) -> None:
    office = await console.reader(OFFICE)
    for _ in range(2):
        await office.send(f"{HOME}/answers", {**PARKING, "step": "approve"})
    [first] = console.run(lambda store: store.answer_versions())
    assert (first.wordings, first.clauses, first.author) == (("好停车吗",), ("1.1",), "李四")
    changed = {**PARKING, "number": "1", "seen": "1", "text": "大院内可以停车。", "step": "approve"}
    page = await office.post(f"{HOME}/answers", changed)
    assert ("大院内可以停车。" in page, "第2版" in page) == (True, True)
    other = await console.reader(OFFICE_TWO)
    response = await other.send(f"{HOME}/answers", {**changed, "text": "不能停车。"})
    page = await response.text()
    assert (response.status, "刚刚被别人改过" in page, "不能停车。" in page) == (200, True, True)
    page = await office.post(f"{HOME}/answers/1/withdraw", {"reason": ""})
    assert "alert-danger" in page
    page = await office.post(f"{HOME}/answers/1/withdraw", {"reason": "情况有变"})
    assert "已撤回" in page
    assert [one.active for one in console.run(lambda store: store.answer_versions())] == [True, True, False]
    await office.get(f"{HOME}/answers/1", 404)
    assert len(console.audited("approve_answer")) == 2


async def test_answer_that_cannot_be_used_keeps_what_was_typed(console: Asked) -> None:
    office = await console.reader(OFFICE)
    long = "长" * 451
    response = await office.send(f"{HOME}/answers", {**PARKING, "text": long, "step": "approve"})
    page = await response.text()
    assert (response.status, "最多450字" in page, long in page, "checked" in page) == (200, True, True, True)


async def test_try_out_shows_the_answer_its_clauses_and_which_answer_fired(console: Asked) -> None:
    office = await console.reader(OFFICE)
    page = await office.get(f"{HOME}/try?question=申报截止到哪天？")
    assert ("通知有规定" in page, "7月25日" in page) == (True, True)
    page = await office.get(f"{HOME}/try?question=停车方便吗")
    assert "由办公室确定答复" in page
    await office.post(f"{HOME}/answers", {**PARKING, "step": "approve"})
    console.catch_up()
    page = await office.get(f"{HOME}/try?question=停车方便吗")
    assert (PARKING["text"] in page, f'href="{HOME}/answers#answer-1"' in page) == (True, True)
    assert console.run(lambda store: store.refused_questions(0, 9)) == []  # trying is not asking


async def test_questions_are_a_table(console: Asked) -> None:
    console.ask("a", "=停车方便吗？")
    office = await console.reader(OFFICE)
    content, _ = await office.file(f"{HOME}.xlsx")
    assert content[:2] == b"PK"


async def test_nobody_but_the_office_finds_questions(console: Asked) -> None:
    console.ask("a", "停车方便吗？")
    for userid in (BODY, INSPECTOR):
        reader = await console.reader(userid)
        for path in ("", ".xlsx", "/answers", "/answers/new", "/try?question=停车"):
            assert "停车方便" not in await reader.get(f"{HOME}{path}", 404)
        response = await reader.send(f"{HOME}/answers", {**PARKING, "step": "approve"})
        assert (response.status, console.run(lambda store: store.answer_versions())) == (404, [])


async def test_answers_take_the_same_statements_however_many_there_are(console: Asked) -> None:
    office = await console.reader(OFFICE)

    async def add(number: int) -> None:
        form = PARKING | {
            "question": f"第{number}个问题？",
            "wordings": "",
            "step": "approve",
            "once": f"a{number}",
        }
        await office.post(f"{HOME}/answers", form)

    await add(1)
    console.run(lambda store: store.tell_answer(1, 1, console.people[BODY], console.now))
    with counted() as few:
        page = await office.get(f"{HOME}/answers")
    assert "已告知1人" in page
    for number in range(2, 12):
        await add(number)
    with counted() as many:
        await office.get(f"{HOME}/answers")
    assert len(many) == len(few)
