"""Orders about who has which role, as people write them."""

from __future__ import annotations

import pytest

from bot.documents.print_code import ALPHABET
from bot.model.staff import Role
from bot.staff.people_words import (
    HandOver,
    Help,
    Invite,
    InviteDeputy,
    ListPeople,
    PeopleOrder,
    Post,
    TakeBack,
    TakeUp,
    clean_code,
    code_from,
    code_hash,
    read_people_order,
    read_post,
)
from tests.fakes.conversation import campaign

BAOFENG = Post(Role.BODY, "baofeng")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("邀请 张三 推荐单位 宝丰县", Invite("张三", "推荐单位 宝丰县")),
        ("邀请张三，推荐单位宝丰县。", Invite("张三", "推荐单位宝丰县")),
        ("邀请张三推荐单位宝丰县", Invite("张三", "推荐单位宝丰县")),
        ("邀请 张三 担任市办公室", Invite("张三", "市办公室")),
        ("邀请 买买提·艾力 验收组", Invite("买买提·艾力", "验收组")),
        ("邀请副手 王五", InviteDeputy("王五")),
        ("邀请副手：王五", InviteDeputy("王五")),
        ("移交给 王五", HandOver("王五")),
        ("移交 王五", HandOver("王五")),
        ("把工作移交给王五", HandOver("王五")),
        ("收回 张三 的权限", TakeBack("张三", "")),
        ("收回张三的权限", TakeBack("张三", "")),
        ("收回张三全部权限", TakeBack("张三", "")),
        ("收回 张三 推荐单位宝丰县 的权限", TakeBack("张三", "推荐单位宝丰县")),
        ("人员", ListPeople()),
        ("查看人员名单", ListPeople()),
        ("指令", Help()),
        ("我能做什么？", Help()),
        ("邀请码 K7M2P9QX", TakeUp("K7M2P9QX")),
        ("邀请码：k7m2-p9qx", TakeUp("K7M2P9QX")),
        ("邀请码 Ｋ７Ｍ２Ｐ９ＱＸ", TakeUp("K7M2P9QX")),
        ("邀请码 K7M2", TakeUp("")),
        ("邀请码 K7M2P9Q0", TakeUp("")),
        ("邀请码是什么", None),
        ("邀请函什么时候发", None),
        ("取消", None),
        ("移交手续怎么办理，需要哪些材料", None),
        ("邀请 张三 推荐单位 宝丰县\n再邀请李四", None),
    ],
)
def test_order_is_read_as_a_whole(text: str, order: PeopleOrder | None) -> None:
    assert read_people_order(text) == order


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("推荐单位 宝丰县", BAOFENG),
        ("宝丰县", BAOFENG),
        ("宝丰县司法局", BAOFENG),
        ("平顶山市宝丰县人民政府联系人", BAOFENG),
        ("推荐单位 宝丰县 副手", Post(Role.BODY, "baofeng", True)),
        ("宝丰县（副手）", Post(Role.BODY, "baofeng", True)),
        ("市办公室", Post(Role.OFFICE)),
        ("平顶山市法治政府建设领导小组办公室", Post(Role.OFFICE)),
        ("验收组", Post(Role.INSPECTOR)),
        ("评审专家", Post(Role.INSPECTOR)),
        ("推荐单位 某某县", None),
        ("市办公室 副手", None),
        ("", None),
    ],
)
def test_post_is_read(text: str, post: Post | None) -> None:
    assert read_post(campaign(), text) == post


def test_codes_have_eight_characters_that_cannot_be_misread() -> None:
    made = {code_from(f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}") for number in range(1, 500)}
    assert len(made) == 499
    assert {len(code) for code in made} == {8}
    assert set("".join(made)) <= set(ALPHABET)
    assert all(clean_code(code.lower()) == code for code in made)


def test_what_is_kept_of_a_code_does_not_hold_it() -> None:
    kept = code_hash("K7M2P9QX")
    assert (len(kept), "K7M2P9QX" in kept, kept == code_hash("K7M2P9QY")) == (64, False, False)
