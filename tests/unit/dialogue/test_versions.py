"""Versions on file and the stamped scan in the chat (product A11, U14, U16, U20)."""

from __future__ import annotations

import json

import pytest

from bot.dialogue.effects import BindScan, Revise, SettleMaterials, Settling
from bot.documents.form_version import version_of
from bot.documents.print_code import print_code
from bot.model.application import Printed
from bot.model.mail import FileKind, Material, MaterialState
from tests.fakes.conversation import BEIJING_MORNING, FORM, Chat, campaign, said

ID = "0000000000000001"
VERSION = version_of(campaign(), FORM)
CODE = print_code(VERSION)


def material(
    kind: FileKind, version: int, state: MaterialState, code: str = "", printed: str = "", report: str = ""
) -> Material:
    return Material(
        version,
        ID,
        kind,
        version,
        f"{version:064x}",
        f"材料{version}.pptx",
        10,
        "pptx",
        state,
        "mail:1",
        BEIJING_MORNING,
        code=code,
        printed=printed,
        report=report,
    )


def submitted(*materials: Material, scans: str = "") -> Chat:
    chat = Chat()
    chat.submit()
    chat.materials[ID] = list(materials)
    if scans:
        chat._change(ID, dossier={"scans": scans})
    return chat


def test_new_deck_counts_once_it_is_confirmed() -> None:
    old = material(FileKind.DECK, 1, MaterialState.REGISTERED)
    chat = submitted(old, material(FileKind.DECK, 2, MaterialState.PENDING))
    assert "申报报告第2版（材料2.pptx）" in said(chat.say("用新版"))
    assert chat.done == [SettleMaterials(ID, Settling.CONFIRM)]
    assert "不采用" in said(chat.say("不用新版"))
    assert chat.done == [SettleMaterials(ID, Settling.REJECT)]


def test_nothing_waits_and_nothing_is_done() -> None:
    chat = submitted(material(FileKind.DECK, 1, MaterialState.REGISTERED))
    for word in ("用新版", "不用新版", "恢复上一版"):
        chat.say(word)
        assert chat.done == [], word


def test_earlier_deck_is_restored() -> None:
    decks = [material(FileKind.DECK, number, MaterialState.REGISTERED) for number in (1, 2, 3)]
    chat = submitted(*decks)
    assert "第2版（材料2.pptx）" in said(chat.say("恢复上一版"))
    assert chat.done == [SettleMaterials(ID, Settling.RESTORE)]


def test_locked_stage_keeps_what_counts() -> None:
    decks = [material(FileKind.DECK, number, MaterialState.REGISTERED) for number in (1, 2)]
    chat = submitted(*decks, material(FileKind.DECK, 3, MaterialState.PENDING))
    chat._change(ID, stage="candidate")
    assert "退回后才能替换" in said(chat.say("恢复上一版"))
    assert chat.done == []
    assert "退回后才能替换" in said(chat.say("用新版"))


def test_confirmed_form_goes_through_the_dialogue() -> None:
    report = json.dumps({"unit_address": "卫东区新华路1号", "contact_phone": "12"}, ensure_ascii=False)
    chat = submitted(material(FileKind.FORM, 1, MaterialState.PENDING, report=report))
    outcome = chat.say("用新版")
    assert outcome.errors == ("bad_phone",)
    assert chat.state().amendments == {"unit_address": "卫东区新华路1号"}


def test_scan_is_bound_to_a_code_of_this_application_only() -> None:
    waiting = material(FileKind.SCAN, 1, MaterialState.PENDING)
    chat = submitted(waiting)
    assert "不是有效的打印码" in said(chat.say("盖章件 ABCDEFG"))
    unknown = said(chat.say(f"盖章件 {CODE}"))
    chat.prints[CODE] = Printed("f" * 16, VERSION, CODE, "", BEIJING_MORNING)
    assert said(chat.say(f"盖章件 {CODE}")) == unknown
    assert chat.done == []
    chat.prints[CODE] = printed = Printed(ID, VERSION, CODE, "", BEIJING_MORNING)
    assert "有效" in said(chat.say(f"盖章件：{CODE.lower()}"))
    assert chat.done == [BindScan(ID, printed)]
    chat.prints[CODE] = Printed(ID, "0" * 64, CODE, "", BEIJING_MORNING)
    assert "旧版" in said(chat.say(f"盖章扫描件打印码是{CODE}"))


def test_words_about_the_scan_are_no_code() -> None:
    chat = submitted(material(FileKind.SCAN, 1, MaterialState.PENDING))
    chat.say("盖章件已经发到邮箱了")
    assert chat.done == []
    assert "盖章件 打印码" in said(chat.say("用新版"))


def test_changed_value_voids_the_scan_and_the_old_value_restores_it() -> None:
    scan = material(FileKind.SCAN, 1, MaterialState.REGISTERED, code=CODE, printed=VERSION)
    chat = submitted(scan, scans=VERSION)
    asked = said(chat.say("地址改成卫东区新华路1号"))
    assert f"确认后，已登记的盖章扫描件（打印码 {CODE}）随之失效" in asked
    assert f"此前登记的盖章扫描件（打印码 {CODE}）随之失效" in said(chat.say("确认"))
    assert "盖章扫描件" in said(chat.say("进度"))
    back = said(chat.say(f"地址改成{FORM['unit_address']}"))
    assert "恢复有效" in back
    assert f"盖章扫描件（打印码 {CODE}）一致，该扫描件恢复有效" in said(chat.say("确认"))
    assert "盖章扫描件" not in said(chat.say("进度"))


def test_value_that_is_not_printed_leaves_the_scan_alone() -> None:
    chat = submitted(scans=VERSION)
    assert "扫描件" not in said(chat.say("电话改成13900000000"))
    assert "扫描件" not in said(chat.say("确认"))


def test_draft_that_was_returned_tells_at_once() -> None:
    chat = submitted(scans=VERSION)
    chat._change(ID, stage="returned")
    assert "此前登记的盖章扫描件随之失效" in said(chat.say("地址改成卫东区新华路1号"))
    assert any(isinstance(effect, Revise) for effect in chat.done)


def test_complete_materials_are_called_so() -> None:
    chat = submitted()
    dossier = {"deck": "d", "scans": VERSION, "paper": "2019-07-20"}
    chat._change(ID, dossier={**dossier, "declared_accepted": "yes", "declared_lawful": "yes"})
    assert "材料已齐。" in said(chat.say("进度"))


def waiting(*kinds: FileKind) -> Chat:
    reports = {FileKind.FORM: json.dumps({"unit_address": "卫东区新华路1号"}, ensure_ascii=False)}
    return submitted(
        *(
            material(kind, place, MaterialState.PENDING, report=reports.get(kind, ""))
            for place, kind in enumerate(kinds, start=1)
        )
    )


def test_of_several_that_wait_the_person_says_which() -> None:
    chat = waiting(FileKind.DECK, FileKind.DECK, FileKind.FORM)
    asked = chat.say("用新版")
    assert "1. 申报报告第1版（材料1.pptx，7月10日收到）" in said(asked)
    assert "3. 申报表第3版" in said(asked)
    assert chat.done == []
    assert [choice.says for choice in asked.replies[-1].choices][:2] == ["用新版 1", "用新版 2"]
    assert "材料1.pptx" in said(chat.say("用新版 1"))
    assert chat.done == [SettleMaterials(ID, Settling.CONFIRM, (1,))]


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("用新版 2", (2,)),
        ("用新版2。", (2,)),
        ("用新版：第二份", (2,)),
        ("请用第2份", (2,)),
        ("用第二份新版", (2,)),
        ("用新版 第1版", (1,)),
        ("用新版申报报告", (2,)),
        ("用申报报告新版", (2,)),
        ("用新版 ppt", (2,)),
        ("用新版1和3", (1, 3)),
        ("用新版 1、3", (1, 3)),
        ("用新版申报表", (3,)),
        ("全部用新版", ()),
        ("都用新版", ()),
        ("用新版 全部", ()),
    ],
)
def test_which_of_several_is_said_in_many_ways(words: str, chosen: tuple[int, ...]) -> None:
    chat = waiting(FileKind.DECK, FileKind.DECK, FileKind.FORM)
    chat.say(words)
    assert chat.done[:1] == [SettleMaterials(ID, Settling.CONFIRM, chosen)]


@pytest.mark.parametrize("words", ["用新版 4", "用新版 第9版", "用新版盖章件", "用新的"])
def test_what_does_not_wait_is_asked_about_again(words: str) -> None:
    chat = waiting(FileKind.DECK, FileKind.DECK, FileKind.FORM)
    assert "要采用哪一份" in said(chat.say(words))
    assert chat.done == []
