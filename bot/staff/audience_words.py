"""How an audience is named: read from what the office writes, and said to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.model.staff import Role
from bot.staff.audience import HOLDER, Audience
from bot.staff.routes import body_by_id, body_named
from config.campaign import Campaign

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
_NUMBER = re.compile(r"[（(]?(?P<number>\d{4}-\d{1,4})(?!\d)[）)]?(?:号)?")


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
        if numbered := _NUMBER.match(words):
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
