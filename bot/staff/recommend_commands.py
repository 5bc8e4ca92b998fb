"""What may be asked for about recommendation: one value per command. Pure.

An application is named (`which`) by its number (2019-017), its receipt, its unit, or by its place in the order
that was shown (“把3放第一”). Which of these a word is, is decided by whoever knows the applications.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShowWaiting:
    """待办."""


@dataclass(frozen=True, slots=True)
class Open:
    """打开 2019-017."""

    which: str


@dataclass(frozen=True, slots=True)
class AcceptCandidates:
    """列为候选 2019-017、2019-018."""

    which: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """退回 2019-017，理由…，期限7月16日. `due` is what was written, also if it is no date."""

    which: str
    reason: str
    due: str


@dataclass(frozen=True, slots=True)
class GrantWithdrawal:
    """同意撤回 2019-017，理由…"""

    which: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetCutoff:
    """内部截止 7月18日; "" asks what it is."""

    day: str


@dataclass(frozen=True, slots=True)
class ShowOrder:
    """排序."""


@dataclass(frozen=True, slots=True)
class Place:
    """把3放第一: (which, rank) pairs. A rank is a number from 0 up."""

    ranks: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """第2和第3对调."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Reorder:
    """排序 1 3 2, or a list of names, first to last."""

    which: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintOpinion:
    """打印意见 2019-017; "" prints those of all candidates."""

    which: str


@dataclass(frozen=True, slots=True)
class SendPackage:
    """上报; `confirmed` for 确认上报."""

    confirmed: bool


@dataclass(frozen=True, slots=True)
class ZeroReport:
    """零报告; `confirmed` for 确认零报告."""

    confirmed: bool


@dataclass(frozen=True, slots=True)
class ChooseRoute:
    """由我单位推荐 2019-017 (`body` ""), or 2019-017由宝丰县推荐."""

    which: str
    body: str


@dataclass(frozen=True, slots=True)
class ShowPackages:
    """推荐包."""


@dataclass(frozen=True, slots=True)
class ReceivePackage:
    """收件 宝丰县; a late one with 理由…"""

    body: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerCorrection:
    """同意更正 宝丰县 / 不同意更正 宝丰县: a change of order after sending."""

    body: str
    granted: bool


@dataclass(frozen=True, slots=True)
class MoveUp:
    """递补 宝丰县 / 不递补 宝丰县: whether those after a withdrawn unit move up."""

    body: str
    granted: bool


@dataclass(frozen=True, slots=True)
class EnterPaper:
    """收到纸质件 2019-017 打印码 XXXXXXX 送件人 王五; what was left out is ""."""

    which: str
    code: str
    brought_by: str


@dataclass(frozen=True, slots=True)
class ShowPapers:
    """纸质件; of one body, if it is named."""

    body: str


Command = (
    ShowWaiting
    | Open
    | AcceptCandidates
    | Return
    | GrantWithdrawal
    | SetCutoff
    | ShowOrder
    | Place
    | Swap
    | Reorder
    | PrintOpinion
    | SendPackage
    | ZeroReport
    | ChooseRoute
    | ShowPackages
    | ReceivePackage
    | AnswerCorrection
    | MoveUp
    | EnterPaper
    | ShowPapers
)
