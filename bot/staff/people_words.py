"""What is said about who has which role: invitations, their codes, hand-over, withdrawal. Pure.

Codes have eight characters that cannot be misread (those of print codes); 31⁸ of them, so that five tries an
hour find none.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from bot.documents.print_code import ALPHABET
from bot.model.staff import Role
from bot.staff.recommender import body_of
from config.campaign import Campaign

CODE_LENGTH = 8

_NAME = r"(?P<name>[^\s，,。：:；;、]{1,20})"
_TO = r"[\s，,：:]*"
_CODE = re.compile(r"(?:我的)?邀请码[\s:：是为]*(?P<code>[0-9A-Z\s\-]*)[。.！!]?")
_INVITE_DEPUTY = re.compile(rf"邀请(?:一位|一名)?副手{_TO}{_NAME}")
_INVITE = re.compile(
    rf"邀请{_TO}{_NAME}(?:[\s，,：:]+|(?=推荐单位|验收|评审))(?:担任|为|任|加入|到)?\s*(?P<role>\S.*)"
)
_HAND_OVER = re.compile(rf"(?:把)?(?:工作|职责|权限)?(?:移交|交接)(?:工作|职责|权限)?(?:给)?{_TO}{_NAME}")
_TAKE_BACK = re.compile(
    rf"(?:收回|取消|停用){_TO}{_NAME}?(?:\s+(?P<role>(?!的?(?:全部)?权限)\S.*?))?\s*(?:的)?(?:全部)?权限"
)
_LIST = re.compile(r"(?:查看)?(?:人员|人员名单|工作人员名单|成员名单|通讯录|谁有权限)")
_HELP = re.compile(r"(?:工作)?(?:指令|命令)(?:说明|列表)?|工作帮助|我能做什么|我可以做什么")
_DEPUTY = re.compile(r"[\s（(]*(?:的)?(?:副手|备用联系人|副联系人)[）)]*")
_BODY_ROLE = re.compile(r"推荐单位(?:联系人)?[\s，,：:]*")
_CONTACT = re.compile(r"(?:的)?(?:推荐单位)?联系人$")
_INSPECTORS = re.compile(r"(?:实地)?(?:验收|评审)(?:组|人员|专家|小组|组成员)?")


@dataclass(frozen=True, slots=True)
class TakeUp:
    """邀请码 K7M2P9QX. `code` "" if what was sent is none."""

    code: str


@dataclass(frozen=True, slots=True)
class Invite:
    """邀请 张三 推荐单位 宝丰县. `role` as it was written."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class InviteDeputy:
    """邀请副手 王五."""

    name: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """移交给 王五."""

    name: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """收回 张三 的权限; `role` as it was written, "" for all of them."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class ListPeople:
    """人员."""


@dataclass(frozen=True, slots=True)
class Help:
    """指令."""


PeopleOrder = TakeUp | Invite | InviteDeputy | HandOver | TakeBack | ListPeople | Help


@dataclass(frozen=True, slots=True)
class Post:
    """A role with its body, as somebody is to have it."""

    role: Role
    body: str = ""
    deputy: bool = False


def read_people_order(text: str) -> PeopleOrder | None:
    """The order that a simplified text is as a whole; None where it is none."""
    plain = re.sub(r"[ \t\u3000]+", " ", text).strip().rstrip("。.！!？?").strip()
    if len(plain) > 80 or "\n" in plain:
        return None
    if found := _CODE.fullmatch(unicodedata.normalize("NFKC", plain).upper()):
        return TakeUp(clean_code(found["code"]))
    if found := _INVITE_DEPUTY.fullmatch(plain):
        return InviteDeputy(found["name"])
    if found := _INVITE.fullmatch(plain):
        return Invite(found["name"], found["role"].strip())
    if found := _HAND_OVER.fullmatch(plain):
        return HandOver(found["name"].removeprefix("给"))
    if found := _TAKE_BACK.fullmatch(plain):
        return TakeBack((found["name"] or "").removesuffix("全部").removesuffix("的"), found["role"] or "")
    if _LIST.fullmatch(plain):
        return ListPeople()
    return Help() if _HELP.fullmatch(plain) else None


def read_post(campaign: Campaign, text: str) -> Post | None:
    """The role a text names: 市办公室, 验收组, 推荐单位 宝丰县 (副手), or a body's name alone; None for others."""
    plain = "".join(text.split())
    deputy = _DEPUTY.search(plain) is not None
    named = _DEPUTY.sub("", plain)
    contact = campaign.contact
    if named in (contact.office_short, contact.office, "办公室", "市办公室", "市办"):
        return None if deputy else Post(Role.OFFICE)
    if _INSPECTORS.fullmatch(named):
        return None if deputy else Post(Role.INSPECTOR)
    named = _CONTACT.sub("", _BODY_ROLE.sub("", named, count=1))
    body = body_of(campaign, named)
    return Post(Role.BODY, body, deputy) if body else None


def clean_code(text: str) -> str:
    """A typed code in its normal form; "" if it is none."""
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    return code if len(code) == CODE_LENGTH and all(char in ALPHABET for char in code) else ""


def code_from(chance: str) -> str:
    """A code from at least 16 random hexadecimal digits."""
    number = int(chance, 16)
    code = ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return code


def code_hash(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(f"invitation:{code}".encode()).hexdigest()
