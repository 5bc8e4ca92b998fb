"""TOML that people can read, and that says what it said before."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaign_edits.toml_text import toml_text
from config.load import raw_files

ROOT = Path(__file__).parents[3]
FOLDERS = (ROOT / "config/campaigns/pingdingshan-2019", ROOT / "tests/data/campaigns/second")

_TEXTS = st.text(st.characters(codec="utf-8"))
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False), _TEXTS, st.dates()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(_TEXTS, inner)),
    max_leaves=12,
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_campaign_file_says_the_same(folder: Path) -> None:
    files = raw_files(folder)
    assert len(files) > 5
    for name, values in files.items():
        assert tomllib.loads(toml_text(values)) == values, name


@given(st.dictionaries(_TEXTS, _VALUES))
def test_any_values_say_the_same(values: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(values)) == values


def test_text_is_fit_to_read() -> None:
    rows = [{"id": "a", "names": ["甲", "乙"]}]
    values = {"contact": {"phone": "0375"}, "body": rows, "title": "第一行\n“第二行”", "works": True}
    assert toml_text(values) == (
        'title = """\n第一行\n“第二行”"""\nworks = true\n\n[contact]\nphone = "0375"\n\n'
        '[[body]]\nid = "a"\nnames = ["甲", "乙"]\n'
    )
