"""Lists of people: whatever heading a clerk writes, one clear sentence per wrong row."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.model.staff import Role
from bot.staff.people_rows import PersonRow, read_people
from bot.staff.people_words import Post
from tests.fakes.conversation import campaign


@dataclass(frozen=True)
class Line:
    number: int
    cells: tuple[str, ...]


def table(*rows: tuple[str, ...]) -> list[Line]:
    return [Line(number, cells) for number, cells in enumerate(rows, start=1)]


def test_rows_below_a_title_are_read() -> None:
    rows = table(
        ("2019年推荐工作联系人名单", "", "", "", "", ""),
        ("序号", "县（市、区）", "联系人", "手 机", "电子邮箱", "企业微信账号"),
        ("1", "宝丰县", "赵 一", "13800001111", "ZY@BF.gov.cn", "zhaoyi"),
        ("2", "叶县司法局", "周九", "0375-8051234转6", "", ""),
    )
    assert read_people(campaign(), rows) == (
        (
            PersonRow(3, "赵一", Post(Role.BODY, "baofeng"), "13800001111", "zy@bf.gov.cn", "zhaoyi", ""),
            PersonRow(4, "周九", Post(Role.BODY, "yexian"), "0375-8051234转6", "", "", ""),
        ),
        (),
    )


@pytest.mark.parametrize(
    ("role", "body", "post"),
    [
        ("副手", "宝丰县", Post(Role.BODY, "baofeng", True)),
        ("联系人", "宝丰县人民政府", Post(Role.BODY, "baofeng")),
        ("推荐单位", "宝丰县", Post(Role.BODY, "baofeng")),
        ("推荐单位宝丰县副手", "", Post(Role.BODY, "baofeng", True)),
        ("市办公室", "", Post(Role.OFFICE)),
        ("验收组", "市司法局", Post(Role.INSPECTOR)),
    ],
)
def test_role_and_body_make_the_post(role: str, body: str, post: Post) -> None:
    people, wrong = read_people(campaign(), table(("姓名", "身份", "推荐单位"), ("赵一", role, body)))
    assert ([one.post for one in people], wrong) == ([post], ())


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        (("", "宝丰县", "", ""), "people_row_name"),
        (("赵一", "火星县", "", ""), "people_row_post"),
        (("赵一", "宝丰县", "二六六", ""), "people_row_phone"),
        (("赵一", "宝丰县", "", "不是邮箱"), "people_row_mail"),
    ],
)
def test_wrong_row_is_named(cells: tuple[str, ...], wrong: str) -> None:
    rows = table(("姓名", "推荐单位", "电话", "邮箱"), cells)
    assert read_people(campaign(), rows) == ((), ((2, wrong),))


def test_table_without_heading_or_people_is_named() -> None:
    assert read_people(campaign(), table(("赵一", "宝丰县")))[1] == ((0, "people_rows_heading"),)
    assert read_people(campaign(), table(("姓名", "推荐单位")))[1] == ((0, "people_rows_none"),)


def test_one_address_for_two_people_is_named() -> None:
    rows = table(("姓名", "推荐单位", "邮箱"), ("赵一", "宝丰县", "a@b.cn"), ("钱二", "叶县", "A@b.cn"))
    assert read_people(campaign(), rows)[1] == ((3, "people_row_twice"),)
