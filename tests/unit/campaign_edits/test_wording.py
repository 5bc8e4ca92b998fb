"""Sentences in other words: what is filled in stays, and goes by names that the office can read."""

from __future__ import annotations

import pytest

from bot.campaign_edits.values import Kind, read_text, shown
from bot.campaign_edits.variable_names import NAMES
from bot.campaign_edits.wording import sample, variables, wording_problem
from tests.fakes.conversation import campaign


@pytest.mark.parametrize(
    ("key", "text", "phrase"),
    [
        ("help", "请打{phone}或{name}", None),
        ("help", "{name}，请打{phone}。{{}}", None),
        ("help", " ", "wording_empty"),
        ("help", "请打{phone", "wording_braces"),
        ("help", "请打{phone}", "wording_missing"),
        ("help", "请打{phone}、{name}、{boss}", "wording_unknown"),
        ("help", "请打{phone:>3}、{name}", "wording_unknown"),
        ("help", "{phone}{name}" + "好" * 700, "wording_long"),
        ("help", "{phone}\n{name}", None),
        ("mail_subject", "{phone}\n{name}", "wording_one_line"),
        ("subject_ask", "{phone}\n{name}", "wording_one_line"),
    ],
)
def test_wording_keeps_what_is_filled_in(key: str, text: str, phrase: str | None) -> None:
    problem = wording_problem(key, "请打{phone}找{name}", text)
    assert (problem.phrase if problem else None) == phrase


def test_every_phrase_may_stay_as_it_is_and_has_a_sample() -> None:
    for key, text in campaign().phrases.items():
        assert wording_problem(key, text, text) is None
        assert [name for name in variables(text) if name in sample(campaign(), text)] == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("请打{电话}找{姓名或名称}", "请打{phone}找{name}"),
        ("请打｛电话｝找{ 姓名或名称 }", "请打{phone}找{name}"),
        ("请打{phone}找{电话:>3}", "请打{phone}找{phone:>3}"),
        ("{{电话}}、{单位}、｛单位｝", "{{电话}}、{单位}、｛单位｝"),
        ("{{{电话}}}", "{{{phone}}}"),
    ],
)
def test_variables_are_typed_by_the_names_that_are_shown(typed: str, stored: str) -> None:
    assert read_text(Kind.WORDING, typed) == stored


def test_every_variable_has_a_name_of_its_own_and_comes_back() -> None:
    assert len(set(NAMES.values())) == len(NAMES)
    for loaded in (campaign(), campaign("second")):
        for text in loaded.phrases.values():
            assert read_text(Kind.WORDING, shown(Kind.WORDING, text)) == text.strip()
            assert [name for name in variables(shown(Kind.WORDING, text)) if name.isascii()] == []
