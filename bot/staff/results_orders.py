"""What the office can say about results, and what anybody can ask: one shape for each order. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.results import Column, EntryKind, Outcome, Received, ReleaseKind


@dataclass(frozen=True, slots=True)
class Asked:
    """评上了吗, 名单出来了吗: answered alike to everybody."""


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """结果: how far results are; for others than the office the same as `Asked`."""


@dataclass(frozen=True, slots=True)
class ShowList:
    """名单: the list as it stands."""


@dataclass(frozen=True, slots=True)
class ShowFactors:
    """三项对照, 三项对照 按评审从高到低."""

    column: Column
    descending: bool


@dataclass(frozen=True, slots=True)
class ShowRelease:
    """公示稿, 公布稿."""

    kind: ReleaseKind


@dataclass(frozen=True, slots=True)
class FinishReview:
    """评审结束 2019-017、2019-018."""

    which: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decide:
    """拟定 2019-017 理由：……, 不入选 宝丰县公安局 理由：……."""

    outcome: Outcome
    which: str
    reason: str


@dataclass(frozen=True, slots=True)
class Approve:
    """审定 平法政办〔2019〕8号 王某某 8月15日: the words, in the order written."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetTerms:
    """公示期 5个工作日 异议渠道：……."""

    workdays: int
    channel: str


@dataclass(frozen=True, slots=True)
class Publish:
    """开始公示 8月20日 https://…; `day` as written, "" for today."""

    day: str
    link: str


@dataclass(frozen=True, slots=True)
class Announce:
    """公布, 公布 文号……."""

    document: str
    link: str


@dataclass(frozen=True, slots=True)
class Sign:
    """签发公示, 签发公布."""

    kind: ReleaseKind


@dataclass(frozen=True, slots=True)
class Withdraw:
    """作废公示稿, 作废公布稿."""

    kind: ReleaseKind


@dataclass(frozen=True, slots=True)
class ShowObjections:
    """异议, 异议3; 0 for all."""

    number: int


@dataclass(frozen=True, slots=True)
class Object:
    """异议 2019-017 电话 实名：……; None for what was not said, `which` "" for the whole list."""

    which: str
    received: Received | None
    signed: bool | None
    subject: str


@dataclass(frozen=True, slots=True)
class ObjectionStep:
    """异议3 办理：……, 异议3 不成立：……, 异议3 答复：……."""

    number: int
    kind: EntryKind
    text: str


@dataclass(frozen=True, slots=True)
class ShowPlaques:
    """匾牌."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """匾牌 2019-017 领取人 张三 9月10日; `day` as written, "" for today."""

    which: str
    name: str
    day: str


ResultOrder = (
    Asked | ShowBoard | ShowList | ShowFactors | ShowRelease | FinishReview | Decide | Approve | SetTerms
    | Publish | Announce | Sign | Withdraw | ShowObjections | Object | ObjectionStep | ShowPlaques | HandOver
)  # fmt: skip
