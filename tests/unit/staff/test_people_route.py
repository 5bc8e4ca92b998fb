"""Which body the form names, in both campaigns."""

from __future__ import annotations

import pytest

from bot.staff.recommender import body_of, recommender_field
from tests.fakes.conversation import campaign


@pytest.mark.parametrize(("name", "field"), [("pingdingshan-2019", "recommender"), ("second", "backer")])
def test_field_that_names_the_body_is_known_by_its_example(name: str, field: str) -> None:
    assert recommender_field(campaign(name)) == field


@pytest.mark.parametrize(
    ("name", "named", "body"),
    [
        ("pingdingshan-2019", "寶豐縣人民政府", "baofeng"),
        ("pingdingshan-2019", "河南省平顶山市 宝丰县司法局", "baofeng"),
        ("pingdingshan-2019", "市市监局", "market"),
        ("pingdingshan-2019", "宝丰", ""),
        ("pingdingshan-2019", "", ""),
        ("second", "西城街道", "west"),
        ("second", "清河市水务局", "water"),
    ],
)
def test_body_is_found_by_any_spelling_of_its_names_and_by_no_part(name: str, named: str, body: str) -> None:
    assert body_of(campaign(name), named) == body


@pytest.mark.parametrize("name", ["pingdingshan-2019", "second"])
def test_every_name_of_the_list_leads_to_its_own_body(name: str) -> None:
    bodies = campaign(name).bodies
    wrong = [
        (spelling, body.id)
        for body in bodies
        for spelling in (body.name, *body.aliases)
        if body_of(campaign(name), spelling) != body.id
    ]
    assert wrong == []
