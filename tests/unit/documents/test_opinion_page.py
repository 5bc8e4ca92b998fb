"""The page that a recommending body stamps."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import islice

import docx
import pytest

from bot.documents.form_fill import fill_form
from bot.documents.form_read import read_form
from bot.documents.opinion_page import opinion_codes, opinion_page, opinion_version
from bot.documents.print_code import check_print_code
from config.campaign import Campaign
from tests.fakes.conversation import FORM

CODE = next(opinion_codes("a" * 16, 2, 3))


def words(content: bytes) -> list[str]:
    """The text of every box, each once."""
    document = docx.Document(io.BytesIO(content))
    return [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def test_rank_stands_in_the_opinion_box_and_nothing_else_changes(campaign: Campaign) -> None:
    page, plain = opinion_page(campaign, FORM, 2, 3, CODE), fill_form(campaign, FORM, CODE)
    changed = [(old, new) for old, new in zip(words(plain), words(page), strict=True) if old != new]
    assert {old.split("\n")[0] for old, _ in changed} == {"（推荐多个单位的，注明推荐顺序）"}
    assert {new.split("\n")[1] for _, new in changed} == {"推荐顺序：第2位（共3家）"}
    assert all("盖" in new and "年" in new for _, new in changed)


def test_page_reads_back_as_the_form_with_its_own_code(campaign: Campaign) -> None:
    page = read_form(campaign, opinion_page(campaign, FORM, 2, 3, CODE))
    assert page.values == FORM
    assert (page.recommender_opinion, page.print_code, page.edited) == ("推荐顺序：第2位（共3家）", CODE, ())


def test_single_recommendation_has_no_rank(campaign: Campaign) -> None:
    page = opinion_page(campaign, FORM, 1, 1, CODE)
    assert read_form(campaign, page).recommender_opinion is None
    assert words(page) == words(fill_form(campaign, FORM, CODE))


def test_rank_is_set_in_the_forms_own_type(campaign: Campaign) -> None:
    document = docx.Document(io.BytesIO(opinion_page(campaign, FORM, 2, 3, CODE)))
    runs = [
        run
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
        for run in paragraph.runs
        if run.text.startswith("推荐顺序")
    ]
    assert {(run.font.name, run.font.size and run.font.size.pt) for run in runs} == {("仿宋", 12.0)}


def test_codes_are_valid_and_other_places_have_others(campaign: Campaign) -> None:
    places = [(1, 3), (2, 3), (3, 3), (2, 4)]
    codes = [next(opinion_codes("a" * 16, *place)) for place in places]
    assert [check_print_code(code) for code in codes] == codes
    assert len(set(codes)) == len(places)
    assert len(set(islice(opinion_codes("a" * 16, 1, 3), 5))) == 5
    versions = {opinion_version(campaign, FORM, *place) for place in places}
    moved = opinion_version(campaign, {**FORM, "leader": "李四"}, 1, 3)
    assert len({*versions, moved}) == 5


def test_second_campaign_has_a_box_of_its_own(second_campaign: Campaign) -> None:
    page = opinion_page(second_campaign, {}, 1, 2, CODE)
    assert read_form(second_campaign, page).recommender_opinion == "推荐顺序：第1位（共2家）"


def test_form_that_reserves_no_opinion_is_an_error(campaign: Campaign) -> None:
    without = replace(campaign, form=replace(campaign.form, reserved={}))
    with pytest.raises(ValueError, match="opinion"):
        opinion_page(without, FORM, 1, 2, CODE)
