"""People with a role in the rows of a table: a heading anywhere above them, one person a row. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.campaign_edits.values import Kind, ValueProblem, read_text
from bot.staff.people_words import Post, read_post
from config.campaign import Campaign

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "联系人", "联系人姓名", "人员"),
    "role": ("身份", "角色", "职责", "担任"),
    "body": ("推荐单位", "所属推荐单位", "单位", "单位名称", "县市区", "县(市、区)", "部门"),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "办公电话", "联系方式"),
    "mail": ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail"),
    "wecom": ("企业微信", "企业微信账号", "企业微信id", "账号", "userid"),
    "note": ("备注", "说明"),
}
_USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_LONGEST_NAME = 20


class Row(Protocol):
    """A row with content, its cells as text."""

    @property
    def number(self) -> int:
        """As the spreadsheet counts it, from 1."""

    @property
    def cells(self) -> tuple[str, ...]:
        """From the first column."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person to be given a role; "" for what is not given."""

    number: int
    name: str
    post: Post
    phone: str
    mail: str
    userid: str
    note: str


def read_people(
    campaign: Campaign, rows: Sequence[Row]
) -> tuple[tuple[PersonRow, ...], tuple[tuple[int, str], ...]]:
    """The people, and what is wrong: (row's number, key of the phrase that says it). Row 0 is the table itself."""
    columns: Mapping[str, int] = {}
    people: list[PersonRow] = []
    wrong: list[tuple[int, str]] = []
    for row in rows:
        if not columns:
            columns = _columns(row)
            continue
        cells = {name: row.cells[at].strip() if at < len(row.cells) else "" for name, at in columns.items()}
        if not any(cells.values()):
            continue
        found = _person(campaign, row.number, cells)
        if isinstance(found, PersonRow):
            people.append(found)
        else:
            wrong.append((row.number, found))
    if not columns:
        wrong.append((0, "people_rows_heading"))
    elif not people and not wrong:
        wrong.append((0, "people_rows_none"))
    return tuple(people), (*wrong, *_twice(people))


def _columns(row: Row) -> Mapping[str, int]:
    """Where what stands, if the row is the heading: it has names, and bodies or roles."""
    places: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        heading = re.sub(r"\s+", "", cell).lower().replace("（", "(").replace("）", ")")
        for name, headings in _HEADINGS.items():
            if heading in headings:
                places.setdefault(name, at)
    return places if "name" in places and ("body" in places or "role" in places) else {}


def _person(campaign: Campaign, number: int, cells: Mapping[str, str]) -> PersonRow | str:
    """The person of a row, or the key of what is wrong with it."""
    name = "".join(cells["name"].split())
    post = _post(campaign, cells.get("role", ""), cells.get("body", ""))
    userid = cells.get("wecom", "")
    if not 0 < len(name) <= _LONGEST_NAME:
        return "people_row_name"
    if post is None:
        return "people_row_post"
    if userid and not _USERID.fullmatch(userid):
        return "people_row_userid"
    try:
        phone = read_text(Kind.PHONE, cells["phone"]) if cells.get("phone") else ""
    except ValueProblem:
        return "people_row_phone"
    try:
        mail = read_text(Kind.EMAIL, cells["mail"]).lower() if cells.get("mail") else ""
    except ValueProblem:
        return "people_row_mail"
    return PersonRow(number, name, post, phone, mail, userid, cells.get("note", ""))


def _post(campaign: Campaign, role: str, body: str) -> Post | None:
    if not body:
        return read_post(campaign, role)
    deputy = "副" in role or "备用" in role
    if role and not deputy and (known := read_post(campaign, role)) and not known.body:
        return known  # somebody of the office or an inspector, whose own unit stands beside
    return read_post(campaign, f"推荐单位{body}{'副手' if deputy else ''}")


def _twice(people: Sequence[PersonRow]) -> list[tuple[int, str]]:
    """Rows with an address that an earlier row of somebody else has."""
    owners: dict[str, str] = {}
    wrong = []
    for person in people:
        for address in filter(None, (person.mail, person.userid)):
            if owners.setdefault(address, person.name) != person.name:
                wrong.append((person.number, "people_row_twice"))
                break
    return wrong
