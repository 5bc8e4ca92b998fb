"""Who a notice goes to, and what its variables say to each of them. Pure.

An audience is kept as words: {"role": …} with a role or `HOLDER`, {"stage": …} the holders of applications there,
{"body": …} the contacts of recommending bodies (with a stage or `HOLDER`: the holders that go by them),
{"application": …} by number, {"notice": …} whoever an earlier notice reached, {} everybody. Several values of
one key are separated by blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.model.application import Application
from bot.model.spoken import spoken_date
from bot.model.staff import Membership, Role
from bot.review.debts import debt_labels, owes
from bot.staff.routes import body_by_id, body_named
from config.campaign import Campaign

HOLDER = "holder"
"""Beside the roles of `bot.model.staff.Role`: whoever fills an application."""

Audience = Mapping[str, str]

UNIT, NUMBER, STATE, OWED, DUE = "单位", "编号", "状态", "还需", "截止"
VARIABLES = (UNIT, NUMBER, STATE, OWED, DUE)
_EVERYBODY = ("所有人员", "全部人员", "全体人员", "所有人", "全体", "大家", "每个人")
_ROLE_WORDS = {
    Role.BODY.value: (
        "推荐单位", "推荐部门", "推荐单位联系人", "推荐单位负责人", "各推荐单位", "法制机构", "推荐机关",
    ),
    Role.INSPECTOR.value: (
        "评审人员", "评审组", "评审专家", "评委", "专家", "验收人员", "验收组", "验收组成员", "评审组成员", "检查组",
    ),
    Role.OFFICE.value: ("办公室", "办公室人员", "工作人员", "办公室全体", "本办"),
    HOLDER: (
        "填报人", "申报人", "申报单位", "参评单位", "填报单位", "参评人", "单位", "联系人", "负责人", "单位联系人",
        "申报单位联系人",
    ),
}  # fmt: skip
_BODY_KINDS = {
    "county": ("县区", "县(市、区)", "县（市、区）", "县市区", "各县区"),
    "department": ("市直部门", "市直单位", "市级部门", "市级主管部门", "市直各部门"),
}
_UNFILED = (
    "未报送",
    "还没报送",
    "没有报送",
    "没报送",
    "未提交",
    "还没提交",
    "没提交",
    "正在填报",
    "填报中",
    "没报",
    "未报",
)
_FILLERS = ("全体", "所有", "全部", "各位", "各", "以及", "还有", "的", "和", "及", "与", "给", "向", "在")
_MARKS = ' 、,，;；/+和（）()“”"「」'
_APPLICATION = re.compile(r"[（(]?(?P<number>\d{4}-\d{1,4})(?!\d)[）)]?(?:号)?")
_VARIABLE = re.compile(r"[{｛]\s*([^{}｛｝]{0,20}?)\s*[}｝]")
RESULTS = frozenset(
    {"late_pending", "deemed_abandoned", "vetoed", "not_selected", "shortlisted", "in_public_notice",
     "announced", "awarded"}
)  # fmt: skip
"""Stages whose very choice as an audience tells a decision (commands page §13)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a notice goes to, and on whose behalf: a body they speak for, applications they fill."""

    person: int
    name: str
    body: str = ""
    applications: tuple[Application, ...] = ()


# Reading


def read_audience(campaign: Campaign, words: str) -> Audience | None:
    """The audience meant by words such as 全体推荐单位, 草稿的填报人, 宝丰县; None if any of them is not understood."""
    words = words.strip(_MARKS)
    if words in _EVERYBODY:
        return {}
    found: dict[str, list[str]] = {}
    for key, values in _tokens(campaign, words):
        if key is None:
            return None
        chosen = found.setdefault(key, [])
        chosen += [value for value in values if value not in chosen]
    return _combined(found)


def is_audience(campaign: Campaign, audience: Audience) -> bool:
    """Whether an audience that no words were read for names what there is, in keys that go together."""
    stages = {stage.id for stage in campaign.stages}
    bodies = {body.id for body in campaign.bodies}
    known = {"role": {*(role.value for role in Role), HOLDER}, "stage": stages, "body": bodies}
    if not audience:
        return True
    for key, words in audience.items():
        values = words.split()
        if not values or (key in known and not set(values) <= known[key]):
            return False
        if key == "application" and not all(_APPLICATION.fullmatch(value) for value in values):
            return False
    keys = set(audience)
    holders_of = keys == {"role", "body"} and audience["role"] == HOLDER
    return (len(keys) == 1 and keys <= {*known, "application"}) or keys == {"stage", "body"} or holders_of


def _combined(found: Mapping[str, Sequence[str]]) -> Audience | None:
    """The keys that may go together; roles beside a stage or a body only say whose people are meant."""
    roles = set(found.get("role", ()))
    said = {key: " ".join(values) for key, values in found.items()}
    keys = set(said) - {"role"}
    if keys == {"application"} and roles <= {HOLDER}:
        return {"application": said["application"]}
    if "stage" in keys and keys <= {"stage", "body"} and roles <= {HOLDER}:
        return {key: said[key] for key in ("stage", "body") if key in keys}
    if keys == {"body"} and roles <= {Role.BODY.value}:
        return {"body": said["body"]}
    if keys == {"body"} and roles == {HOLDER}:
        return {"role": HOLDER, "body": said["body"]}
    return {"role": said["role"]} if roles and not keys else None


def _tokens(campaign: Campaign, words: str) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """What the words name, the longest name first at each place; a key of None where nothing is known."""
    names = _names(campaign)
    longest = sorted(names, key=len, reverse=True)
    while words := words.lstrip(_MARKS):
        if numbered := _APPLICATION.match(words):
            yield "application", (_full_number(numbered["number"]),)
            words = words[numbered.end() :]
            continue
        name = next((name for name in longest if words.startswith(name)), "")
        if not name:
            piece = re.split(r"[、,，;；]", words, maxsplit=1)[0]
            body = body_named(campaign, piece.removesuffix("的"))
            if body is None:
                yield None, ()
                return
            yield "body", (body.id,)
            words = words[len(piece) :]
            continue
        if names[name] is not None:
            yield names[name]  # type: ignore[misc]
        words = words[len(name) :]


def _names(campaign: Campaign) -> dict[str, tuple[str, tuple[str, ...]] | None]:
    """Every name an audience may be called by; None for words that say nothing by themselves."""
    names: dict[str, tuple[str, tuple[str, ...]] | None] = dict.fromkeys(_FILLERS)
    editable = tuple(stage.id for stage in campaign.stages if stage.replay == "draft" and stage.editable)
    names |= dict.fromkeys(_UNFILED, ("stage", editable))
    for stage in campaign.stages:  # the unit's own wording may stand for several
        sharing = tuple(one.id for one in campaign.stages if one.public_label == stage.public_label)
        names[stage.public_label] = ("stage", sharing)
    names |= {stage.label: ("stage", (stage.id,)) for stage in campaign.stages}
    for role, words in _ROLE_WORDS.items():
        names |= dict.fromkeys(words, ("role", (role,)))
    names[campaign.contact.office_short] = names[campaign.contact.office] = ("role", (Role.OFFICE.value,))
    for kind, words in _BODY_KINDS.items():
        ids = tuple(body.id for body in campaign.bodies if body.kind == kind)
        names |= dict.fromkeys(words, ("body", ids))
    for body in campaign.bodies:
        names |= dict.fromkeys((body.name, *body.aliases), ("body", (body.id,)))
    return names


def _full_number(number: str) -> str:
    year, _, running = number.partition("-")
    return f"{year}-{int(running):03}"


def audience_words(campaign: Campaign, audience: Audience) -> str:
    """How the audience is named to staff."""
    phrases = campaign.phrases
    said = []
    if bodies := audience.get("body", "").split():
        known = [body_by_id(campaign, body) for body in bodies]
        said.append("、".join(body.name if body else phrases["notice_to_gone"] for body in known))
    if stages := audience.get("stage", "").split():
        labels = "、".join(campaign.stage(stage).label for stage in stages)
        said.append(phrases["notice_to_stage"].format(stage=labels))
    for role in audience.get("role", "").split():
        said.append(phrases[f"notice_to_{role}"])
    if numbers := audience.get("application"):
        said.append(phrases["notice_to_application"].format(number="、".join(numbers.split())))
    if notice := audience.get("notice"):
        said.append(phrases["notice_to_reached"].format(notice=notice))
    return "，".join(said) or phrases["notice_to_everybody"]


# Resolving


def needs_applications(audience: Audience) -> bool:
    """Whether the applications must be looked at to know who is meant."""
    roles = audience.get("role", "").split()
    return not audience or HOLDER in roles or "stage" in audience or "application" in audience


def resolve(
    campaign: Campaign,
    audience: Audience,
    members: Iterable[Membership],
    applications: Iterable[Application],
) -> list[Recipient]:
    """Everybody meant, once each: of a body its contacts (its deputies where it has none), then the others,
    then the holders by number. Without a stage only what is still in the running has holders to be told.
    """
    members = list(members)
    chosen = [*_chosen_members(campaign, audience, members)]
    holders = [one for one in applications if _is_meant(campaign, audience, one)]
    return _merged(chosen, holders)


def everybody(members: Iterable[Membership], applications: Iterable[Application]) -> list[Recipient]:
    """Everybody with a role or an application, whatever its stage."""
    return _merged(list(members), list(applications))


def _chosen_members(
    campaign: Campaign, audience: Audience, members: Sequence[Membership]
) -> Iterator[Membership]:
    roles = set(audience.get("role", "").split()) if audience else {*Role, HOLDER}
    bodies = audience.get("body", "").split() if "role" not in audience and "stage" not in audience else []
    order = {body.id: position for position, body in enumerate(campaign.bodies)}
    if Role.BODY in roles or bodies:
        wanted = set(bodies) if bodies else None
        speakers = [one for one in members if one.role is Role.BODY and (not wanted or one.body in wanted)]
        with_contact = {one.body for one in speakers if not one.deputy}
        first = [one for one in speakers if not one.deputy or one.body not in with_contact]
        yield from sorted(first, key=lambda one: order.get(one.body, len(order)))
    for role in (Role.OFFICE, Role.INSPECTOR):
        if role in roles:
            yield from (one for one in members if one.role is role)


def _is_meant(campaign: Campaign, audience: Audience, application: Application) -> bool:
    if not needs_applications(audience):
        return False
    if "application" in audience:
        return application.number in audience["application"].split()
    if "body" in audience and application.body not in audience["body"].split():
        return False
    if "stage" in audience:
        return application.stage in audience["stage"].split()
    stage = campaign.stage(application.stage)
    return not stage.final and stage.replay != "withdrawn"


def _merged(members: Sequence[Membership], holders: Sequence[Application]) -> list[Recipient]:
    found: dict[int, Recipient] = {}
    for one in members:
        found.setdefault(one.person, Recipient(one.person, one.name, one.body))
    held: dict[int, list[Application]] = {}
    for application in holders:
        held.setdefault(application.holder, []).append(application)
    for person, theirs in held.items():
        known = found.get(person, Recipient(person, ""))
        found[person] = Recipient(person, known.name, known.body, tuple(theirs))
    return list(found.values())


# Variables


def variables_in(text: str) -> tuple[str, ...]:
    """The names in braces, each once, as they stand."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def variables_for(audience: Audience) -> tuple[str, ...]:
    """The variables that say something to everybody in the audience."""
    roles = set(audience.get("role", "").split())
    if "notice" in audience or "stage" in audience or "application" in audience or roles == {HOLDER}:
        return VARIABLES
    if "body" in audience or (roles and roles <= {Role.BODY.value, HOLDER}):
        return (UNIT, DUE)
    return (DUE,)


def values_of(campaign: Campaign, recipient: Recipient, cutoffs: Mapping[str, date]) -> dict[str, str]:
    """What the variables say to one recipient. States in the words the unit may read, never the staff's."""
    theirs = recipient.applications
    unit = campaign.form.unit_field
    body = body_by_id(campaign, recipient.body)
    own = [one.values.get(unit) or one.number for one in theirs]
    due = campaign.deadline if not theirs else min(_due(campaign, cutoffs, one.body) for one in theirs)
    return {
        UNIT: "、".join(own) or (body.name if body else recipient.name),
        NUMBER: "、".join(one.number for one in theirs),
        STATE: _for_each(theirs, lambda one: campaign.stage(one.stage).public_label),
        OWED: _for_each(theirs, lambda one: _owed(campaign, one)),
        DUE: spoken_date(due),
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; what is filled in is not read again."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def _for_each(applications: Collection[Application], say: Callable[[Application], str]) -> str:
    """One saying, or one per application with its number where they differ."""
    said = {one.number: say(one) for one in applications}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), "")
    return "；".join(f"{number} {words}" for number, words in said.items())


def _due(campaign: Campaign, cutoffs: Mapping[str, date], body: str) -> date:
    """The day by which an application must be with its body, never after the campaign's own."""
    stated = body_by_id(campaign, body)
    own = cutoffs.get(body) or (stated.cutoff if stated else None)
    return min(own, campaign.deadline) if own else campaign.deadline


def _owed(campaign: Campaign, application: Application) -> str:
    phrases = campaign.phrases
    empty = sum(not application.values.get(item.id) for item in campaign.form.fields)
    owed = list(debt_labels(campaign, owes(campaign, application)))
    if empty and campaign.stage(application.stage).editable:
        owed.insert(0, phrases["notice_owed_items"].format(count=empty))
    return "、".join(owed) or phrases["notice_owed_nothing"]
