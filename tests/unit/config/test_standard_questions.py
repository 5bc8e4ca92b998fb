"""What a unit is asked in its self-check: part of the standard, and checked with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.campaign import AnswerKind
from config.load import campaign_folder, check_campaign, load_campaign

SECOND = Path(__file__).parents[2] / "data" / "campaigns" / "second"
MISSING = 'words = "每缺1个月扣2.5分"\n'  # a rule per count, of an item the unit knows
NONE = 'words = "未安装节水器具的，不得分"\n'  # a rule that deducts once
PATH = "section[1].item[1].rule[1]"


def with_questions(folder: Path, words: str, added: str) -> Path:
    copy = Path(shutil.copytree(SECOND, folder / "campaign"))
    file = copy / "standard.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(words) == 1
    file.write_text(text.replace(words, words + added), encoding="utf-8")
    return copy


def test_rule_without_a_question_is_not_asked() -> None:
    (rule,) = load_campaign(SECOND).standard.sections[0].items[0].rules

    assert (rule.question, rule.answer, rule.required, rule.help, rule.evidence) == ("", None, 0, "", ())


def test_question_is_loaded_with_its_answer(tmp_path: Path) -> None:
    added = (
        'question = "有几个月的台账？"\nanswer = "done"\nrequired = 12\n'
        'help = "例如10个月"\nevidence = ["12个月的用水台账"]\n'
    )
    (rule,) = load_campaign(with_questions(tmp_path, MISSING, added)).standard.sections[0].items[0].rules

    assert (rule.question, rule.answer, rule.required) == ("有几个月的台账？", AnswerKind.DONE, 12)
    assert (rule.help, rule.evidence) == ("例如10个月", ("12个月的用水台账",))


@pytest.mark.parametrize(
    ("words", "added", "problem"),
    [
        (
            MISSING,
            'answer = "faults"\n',
            f"{PATH}.question: 缺少此项，有 answer 或 help 时应写明自查时问什么",
        ),
        (
            MISSING,
            'question = "几个月？"\n',
            f"{PATH}.answer: 缺少此项，有 question 时应写明怎样作答",
        ),
        (
            MISSING,
            'question = "几个月？"\nanswer = "done"\n',
            f"{PATH}.required: answer 为 done 时应为要求的数量，否则不应有此项",
        ),
        (
            MISSING,
            'question = "几个月？"\nanswer = "faults"\nrequired = 12\n',
            f"{PATH}.required: answer 为 done 时应为要求的数量，否则不应有此项",
        ),
        (
            MISSING,
            'question = "几个月？"\nanswer = "faults"\nevidence = ["水表"]\n',
            f"{PATH}.evidence: 应为本项 evidence（佐证材料）中的材料，没有 '水表'",
        ),
        (
            MISSING,
            'question = "几个月？"\nanswer = "perhaps"\n',
            f"{PATH}.answer: 应为yes、no、done、faults 之一，现为 'perhaps'",
        ),
        (
            NONE,
            'question = "没装几处？"\nanswer = "faults"\n',
            "section[2].item[1].rule[1].answer: 应为yes、no 之一，本规则不按数量扣分",
        ),
    ],
)
def test_question_that_does_not_fit_its_rule_is_named(
    tmp_path: Path, words: str, added: str, problem: str
) -> None:
    assert check_campaign(with_questions(tmp_path, words, added)) == [f"standard.toml: {problem}"]


def test_inspectors_items_are_not_asked(tmp_path: Path) -> None:
    copy = with_questions(tmp_path, MISSING, 'question = "几个月？"\nanswer = "faults"\n')
    file = copy / "standard.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('known_by = "unit"', 'known_by = "inspector"'),
        encoding="utf-8",
    )

    assert check_campaign(copy) == [
        f"standard.toml: {PATH}.question: 不应有此项，本项只有验收人员能掌握（known_by）"
    ]


def test_notice_asks_for_every_rule_a_unit_can_know_and_for_no_other() -> None:
    standard = load_campaign(campaign_folder("pingdingshan-2019")).standard
    asked = {
        (item.id, rule.id): (item.known_by, rule.answer)
        for section in standard.sections
        for item in section.items
        for rule in item.rules
        if rule.question
    }
    known = {
        (item.id, rule.id)
        for section in standard.sections
        for item in section.items
        for rule in item.rules
        if item.known_by == "unit"
    }

    assert set(asked) == known
    assert asked["a2.5.1", "veto"] == ("unit", AnswerKind.YES)
    assert all(
        rule.help
        for section in standard.sections
        for item in section.items
        for rule in item.rules
        if rule.question
    )
