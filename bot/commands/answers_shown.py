"""What `python -m bot answers` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from bot.knowledge.approved import ApprovedKnowledge, Meeting, cited
from bot.knowledge.likeness import Group, grouped
from bot.model.answers import ApprovedAnswer, Asked
from config.campaign import Campaign

_OTHERS = 3  # further wordings of a group that are shown
_LONG = 60  # characters of a question that are shown


class AnswersShown:
    """Writes to `out`; times are the campaign's."""

    def __init__(self, campaign: Campaign, out: TextIO) -> None:
        self._campaign = campaign
        self._out = out

    def _print(self, line: str) -> None:
        print(line, file=self._out)

    def open(self, knowledge: ApprovedKnowledge, questions: Sequence[Asked]) -> None:
        """The questions that still have no answer, alike ones together, and the undecided open points."""
        answers = [(asked, knowledge.answer(asked.text)) for asked in questions]
        still = [(asked, answer.topic) for asked, answer in answers if answer.kind == "unstated"]
        groups = grouped(self._campaign, still)
        self._print(f"未能回答的提问：{len(still)}次，{len(groups)}类")
        for group in groups:
            self._print(self._group(group))
        decided = {answer.open_point for answer in knowledge.approved}
        undecided = [point for point in self._campaign.open_points if point.id not in decided]
        self._print(f"\n尚未答复的待明确事项：{len(undecided)}项")
        for point in undecided:
            blocking = "（必须先答复）" if point.blocking else ""
            self._print(f"{point.id}  {point.question}{blocking}")

    def _group(self, group: Group) -> str:
        latest = group.questions[-1].at.astimezone(self._campaign.zone)
        texts = list(dict.fromkeys(_short(asked.text) for asked in reversed(group.questions)))
        others = "；".join(texts[1 : 1 + _OTHERS])
        more = f"（又如：{others}）" if others else ""
        return f"{len(group.questions)}次  最近{latest:%Y-%m-%d %H:%M}  {texts[0]}{more}"

    def list(self, answers: Sequence[ApprovedAnswer]) -> None:
        """The answers in force."""
        for answer in answers:
            self._print(self._line(answer))
        if not answers:
            self._print("还没有答复。")

    def _line(self, answer: ApprovedAnswer) -> str:
        point = f"  {answer.open_point}" if answer.open_point else ""
        return f"{answer.number}  第{answer.version}版{point}  {answer.question}\n   {answer.text}{cited(answer)}"

    def history(self, versions: Sequence[ApprovedAnswer]) -> None:
        """Every version of one answer, oldest first."""
        for answer in versions:
            at = answer.created_at.astimezone(self._campaign.zone)
            state = "生效" if answer.active else f"撤回：{answer.reason}"
            self._print(f"第{answer.version}版  {at:%Y-%m-%d %H:%M}  {answer.author}  {state}")
            self._print(f"   问：{'；'.join((answer.question, *answer.wordings))}")
            self._print(f"   答：{answer.text}")
            if answer.clauses or answer.open_point:
                self._print(f"   依据：{'、'.join((*answer.clauses, answer.open_point)).strip('、')}")

    def kept(self, answer: ApprovedAnswer, people: int) -> None:
        """What an act of the office has led to."""
        done = "已登记" if answer.active else "已撤回"
        self._print(f"答复{answer.number}第{answer.version}版{done}，运行中的服务随即采用，不用重启。")
        if people:
            self._print(f"问过的{people}人由运行中的服务通知。")

    def test(self, knowledge: ApprovedKnowledge, question: str) -> None:
        """The answer a question gets, and how near the office's nearest answer is."""
        answer = knowledge.answer(question)
        if answer.approved:
            number, version = answer.approved.split(".")
            source = f"办公室答复{number}（第{version}版）"
        else:
            source = "通知" if not answer.refused else "没有答复"
        self._print(f"{answer.text}\n\n来源：{source}")
        if answer.clauses:
            labels = "、".join(f"{c}〔{self._campaign.clause(c).label}〕" for c in answer.clauses)
            self._print(f"条款：{labels}")
        if answer.topic:
            self._print(f"通知未写明的事项：{answer.topic}")
        met = knowledge.meeting(question)
        if met is not None:
            self._print(f"最相近的答复：{met.answer.number}“{met.answer.question}”（{_why(met)}）")


def _why(met: Meeting) -> str:
    if met.exact:
        return "与登记的问法相同"
    decides = f"提问属于它所答复的{met.answer.open_point}，" if met.decides else ""
    return f"{decides}相近度{met.score:.2f}，通知中最相近的{met.rival:.2f}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG else line[: _LONG - 2] + "……"
