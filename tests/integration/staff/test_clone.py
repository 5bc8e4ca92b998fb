"""Next year's campaign: complete, sound, with what the office edited, and a list of what still names the old year."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.staff.finding import Refused
from bot.work.campaign_edits import add_body, edit, set_workday
from bot.work.clone import CloneOrder, Leftover, build_clone, clone, order_clone, take_over_people
from config.load import CampaignError, campaign_folder, check_campaign, load_campaign
from storage.database import open_database
from tests.fakes.office_edits import act
from tests.fakes.recommending import BODY, County

ORDER = CloneOrder(
    "pingdingshan-2020",
    "2020年度平顶山市服务型行政执法示范点",
    "平法政办〔2020〕3号",
    date(2020, 6, 1),
    date(2020, 7, 24),
    date(2020, 12, 31),
)


CHANGED = ("id", "title", "document_number", "opens", "deadline", "deadline_words", "ends")
EDITED = ("bodies", "contact", "phrases", "reminders")


@pytest.fixture
def county(new_sqlite: Callable[[], str]) -> Iterator[County]:
    opened = County(load_campaign(campaign_folder("pingdingshan-2019")), new_sqlite())
    yield opened
    opened.close()


def test_clone_is_sound_and_holds_the_edits(county: County, tmp_path: Path) -> None:
    act(county, lambda ask: edit(ask, "campaign/contact/phone", "0375-2660001"))
    act(county, lambda ask: edit(ask, "phrases/staff_nameless", "（姓名未登记）"))
    act(county, lambda ask: add_body(ask, "市数据局", "department"))
    act(county, lambda ask: set_workday(ask, date(2019, 7, 20), True))
    edits = act(county, lambda ask: order_clone(ask, ORDER))
    folder = tmp_path / ORDER.id
    leftovers = clone(county.campaign, edits, ORDER, folder)
    assert check_campaign(folder) == []
    new = load_campaign(folder)
    assert (new.id, new.title, new.deadline, new.deadline_words) == (
        ORDER.id,
        ORDER.title,
        date(2020, 7, 24),
        "2020年7月24日之前",
    )
    assert (new.contact.phone, new.bodies[-1].name) == ("0375-2660001", "市数据局")
    assert new.phrases["staff_nameless"] == "（姓名未登记）"
    assert new.reminders.workdays == {}
    assert new.clauses == county.campaign.clauses
    same = replace(new, folder="", **{name: getattr(county.campaign, name) for name in CHANGED + EDITED})
    assert same == replace(county.campaign, folder="")
    assert [one for one in leftovers if not one.key] == [Leftover("annex1.docx", "", "")]
    texts = [one for one in leftovers if one.key]
    assert [one for one in texts if "2019" not in one.text] == []
    assert {"campaign.toml", "notice.toml"} <= {one.file for one in texts}
    assert "open_point/Q1/question" in [one.key for one in texts if one.file == "campaign.toml"]
    assert {"title", "deadline", "opens", "id"} & {
        one.key for one in texts if one.file == "campaign.toml"
    } == set()


def test_files_without_a_change_are_the_same_byte_for_byte(county: County, tmp_path: Path) -> None:
    clone(county.campaign, (), ORDER, tmp_path / "new")
    source = Path(county.campaign.folder)
    differing = {
        path.name
        for path in source.iterdir()
        if path.read_bytes() != (tmp_path / "new" / path.name).read_bytes()
    }
    assert differing == {"campaign.toml"}
    assert (tmp_path / "new" / "campaign.toml").read_text("utf-8").startswith(f"# {ORDER.title}")


def test_clone_is_packed_with_its_folder(county: County) -> None:
    made = build_clone(county.campaign, (), ORDER)
    assert made.name == "pingdingshan-2020.zip"
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {ORDER.id}
    assert {name.split("/")[1] for name in names} == {
        path.name for path in Path(county.campaign.folder).iterdir()
    }


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (replace(ORDER, id="pingdingshan-2019"), "活动编号"),
        (replace(ORDER, id="../elsewhere"), "活动编号"),
        (replace(ORDER, title=" "), "名称和文件号"),
        (replace(ORDER, opens=date(2020, 8, 1)), "日期的先后"),
    ],
)
def test_order_that_cannot_be_carried_out_is_refused(county: County, order: CloneOrder, said: str) -> None:
    with pytest.raises(Refused, match=said):
        act(county, lambda ask: order_clone(ask, order))
    assert county.audited("clone_campaign") == []


def test_unsound_clone_is_no_clone(county: County, tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="deadline"):
        clone(county.campaign, (), replace(ORDER, opens=date(2020, 8, 1)), tmp_path / "new")


def test_people_are_taken_over_once(county: County) -> None:
    assert act(county, lambda ask: take_over_people(ask, ORDER.id)) == 4
    assert act(county, lambda ask: take_over_people(ask, ORDER.id)) == 0
    other = open_database(county.url, ORDER.id)
    assert other.read(lambda store: sorted(one.name for one in store.members())) == [
        "孙三",
        "李四",
        "赵一",
        "钱二",
    ]
    other.close()


def test_only_the_office_clones(county: County) -> None:
    with pytest.raises(Refused):
        act(county, lambda ask: order_clone(ask, ORDER), BODY)
    with pytest.raises(Refused):
        act(county, lambda ask: take_over_people(ask, ORDER.id), BODY)
