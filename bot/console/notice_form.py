"""The form in which a notice is written: what was typed, and the audience it stands for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model.staff import Notice, Role
from bot.staff.audience import HOLDER, Audience, is_audience
from bot.staff.desk import StaffAsk
from bot.staff.finding import Refused

KINDS = ("role", "body", "stage", "application", "everybody")
_NUMBER = re.compile(r"[0-9]{4}-[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """What was typed, kept as it was typed."""

    title: str = ""
    text: str = ""
    to: str = "role"  # one of `KINDS`
    roles: tuple[str, ...] = (Role.BODY.value,)
    bodies: tuple[str, ...] = ()  # of "body"
    of_body: str = "contact"  # of "body": contact, or holder for those who fill for it
    stages: tuple[str, ...] = ()
    stage_bodies: tuple[str, ...] = ()  # of "stage": only those of these bodies; none means all
    numbers: str = ""
    at: str = ""  # as a field for day and time sends it
    signed: bool = False
    person: int = 0  # by whose eyes the preview is looked at
    corrects: int = 0  # the notice whose recipients get it; the audience above says nothing then


def form_of(notice: Notice, zone_moment: str) -> NoticeForm:
    """The form that a kept draft fills; `zone_moment` is its set time as the field takes it."""
    said = {key: tuple(words.split()) for key, words in notice.audience.items()}
    roles, bodies, stages = said.get("role", ()), said.get("body", ()), said.get("stage", ())
    holders = roles == (HOLDER,) and bool(bodies)
    kind = "everybody"
    for key in ("role", "body", "stage", "application"):
        kind = key if key in said else kind
    if holders:
        kind = "body"
    return NoticeForm(
        notice.title,
        notice.text,
        kind,
        () if holders else roles,
        bodies if kind == "body" else (),
        "holder" if holders else "contact",
        stages,
        bodies if kind == "stage" else (),
        "\n".join(said.get("application", ())),
        zone_moment,
        notice.decides,
        corrects=int(notice.audience.get("notice", 0)),
    )


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers of applications in a text, each once, as they are kept: 2019-17 is 2019-017."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    parts = (number.split("-") for number in found)
    return tuple(dict.fromkeys(f"{year}-{int(running):03}" for year, running in parts))


def audience_of(ask: StaffAsk, form: NoticeForm) -> Audience:
    """Whom the form means. `Refused` where nothing was chosen, or a number is nobody's."""
    if form.corrects:
        return {"notice": str(form.corrects)}
    match form.to:
        case "everybody":
            return {}
        case "role":
            audience = _said(role=form.roles)
        case "body" if form.of_body == "holder":
            audience = _said(role=(HOLDER,), body=form.bodies) if form.bodies else {}
        case "body":
            audience = _said(body=form.bodies)
        case "stage":
            audience = _said(stage=form.stages, body=form.stage_bodies) if form.stages else {}
        case _:
            audience = _said(application=_known_numbers(ask, form.numbers))
    if not audience or not is_audience(ask.clerk.campaign, audience):
        raise Refused("请先选择发给谁。")
    return audience


def set_time(ask: StaffAsk, form: NoticeForm) -> datetime | None:
    """The time that was set; None for none. `Refused` for what is no time."""
    if not form.at:
        return None
    try:
        return datetime.fromisoformat(form.at).replace(tzinfo=ask.clerk.campaign.zone)
    except ValueError as error:
        raise Refused("没有看懂定时的时间，请重新选择日期和时间。") from error


def _said(**values: Iterable[str]) -> dict[str, str]:
    return {key: words for key, value in values.items() if (words := " ".join(value))}


def _known_numbers(ask: StaffAsk, text: str) -> tuple[str, ...]:
    numbers = numbers_in(text)
    unknown = [number for number in numbers if ask.store.find_application(number) is None]
    if unknown:
        raise Refused(f"没有找到申报件：{'、'.join(unknown[:10])}。请核对编号。")
    if text.strip() and not numbers:
        raise Refused("请填写申报编号，例如 2019-017。")
    return numbers
