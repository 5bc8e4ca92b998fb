"""`python -m bot form`: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.documents.form_command import run
from bot.documents.form_fill import version_of
from bot.documents.print_code import print_code
from config.campaign import Campaign
from tests.unit.documents.test_form_fill import TYPICAL
from tests.unit.documents.word_xml_forms import COVER, TABLE, VALUES, docx_of, p, tbl, tr


class Ran:
    """One run of the command."""

    def __init__(self, campaign: Campaign, *argv: str, stdin: str = "") -> None:
        stdout = io.StringIO()
        self.status = run(list(argv), io.StringIO(stdin), stdout, campaign)
        self.text = stdout.getvalue()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def fill(campaign: Campaign, folder: Path, data: object) -> tuple[Ran, Path]:
    source, out = folder / "data.json", folder / "form.docx"
    source.write_text(
        data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8"
    )
    return Ran(campaign, "--fill", str(source), "--out", str(out)), out


def test_filled_form_is_written_and_read_back(campaign: Campaign, tmp_path: Path) -> None:
    ran, out = fill(campaign, tmp_path, TYPICAL)
    version = version_of(campaign, TYPICAL)
    assert (ran.status, ran.json) == (
        0,
        {"out": str(out), "print_code": print_code(version), "version": version},
    )
    again = Ran(campaign, str(out), "--json")
    assert (again.status, again.json) == (
        0,
        {
            "values": TYPICAL,
            "recommender_opinion": None,
            "print_code": print_code(version),
            "origin": "ours",
            "problems": [],
            "edited": [],
            "version": version,
        },
    )


def test_absent_null_and_blank_values_are_left_blank(campaign: Campaign, tmp_path: Path) -> None:
    ran, out = fill(
        campaign, tmp_path, {"leader": "张三", "unit_name": None, "unit_level": " ", "summary": ""}
    )
    assert ran.json["version"] == version_of(campaign, {"leader": "张三"})
    assert Ran(campaign, str(out), "--json").json["values"] == dict.fromkeys(VALUES) | {"leader": "张三"}


def test_data_may_come_from_standard_input(campaign: Campaign, tmp_path: Path) -> None:
    out = tmp_path / "form.docx"
    ran = Ran(campaign, "--fill", "-", "--out", str(out), stdin='{"fill_date":"2019年7月10日"}')
    assert ran.json["version"] == version_of(campaign, {"fill_date": "2019-07-10"})


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        ({"unit_level": "级" * 21}, "too_long", "unit_level"),
        ({"summary": "字" * 1001}, "too_long", "summary"),
        ({"fill_date": "2019-02-30"}, "bad_date", "fill_date"),
        ({"contact_phone": "123"}, "bad_phone", "contact_phone"),
        ({"contact_email": "a@b"}, "bad_email", "contact_email"),
        ({"leader": "。。"}, "empty", "leader"),
        ({"recommender_opinion": "同意"}, "unknown_field", "recommender_opinion"),
        ({"leader": 5}, "bad_input", "leader"),
        (["leader"], "bad_input", None),
        ("{", "bad_input", None),
        ("[" * 100_000, "bad_input", None),
    ],
)
def test_data_that_cannot_be_printed_is_refused_and_nothing_written(
    campaign: Campaign, tmp_path: Path, data: object, code: str, field: str | None
) -> None:
    ran, out = fill(campaign, tmp_path, data)
    assert (ran.status, ran.json["error"]["code"], ran.json["error"].get("field")) == (1, code, field)
    assert not out.exists()


def test_longest_values_are_printed(campaign: Campaign, tmp_path: Path) -> None:
    ran, out = fill(campaign, tmp_path, TYPICAL | {"summary": "字" * 1000, "unit_name": "名" * 60})
    assert (ran.status, out.exists()) == (0, True)


def test_half_characters_survive_the_json_on_both_sides(campaign: Campaign, tmp_path: Path) -> None:
    ran, out = fill(campaign, tmp_path, '{"leader":"王\\ud83d强"}')
    assert ran.status == 0
    again = Ran(campaign, str(out), "--json")
    again.text.encode("utf-8")
    assert again.json["values"]["leader"] == "王\ud83d强"
    Ran(campaign, str(out)).text.encode("utf-8")


def test_missing_data_or_unwritable_place_is_refused(campaign: Campaign, tmp_path: Path) -> None:
    out = tmp_path / "form.docx"
    assert (
        Ran(campaign, "--fill", str(tmp_path / "no.json"), "--out", str(out)).json["error"]["code"]
        == "not_found"
    )
    ran = Ran(campaign, "--fill", "-", "--out", str(tmp_path / "no" / "form.docx"), stdin="{}")
    assert (ran.status, ran.json["error"]["code"]) == (1, "not_writable")


def test_form_filled_by_hand_is_shown_to_people(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(docx_of(*COVER[:5], p("填报日期：2019年2月30日"), tbl(*TABLE)))
    ran = Ran(campaign, str(file))
    assert ran.status == 0
    assert ran.text.splitlines()[:3] == [
        "1. 申报单位：宝丰县市场监督管理局",
        "2. 推荐单位：宝丰县法治政府建设领导小组办公室",
        "3. 填报日期：（空）",
    ]
    assert ran.text.splitlines()[-1] == "“填报日期”不是能识别的日期，请写成2019年7月10日这样的格式。"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "not_found"),
        (b"PK\x03\x04", "damaged"),
        (docx_of(tbl(tr("甲", "乙"))), "not_a_form"),
        (b"x", "unsupported_format"),
    ],
)
def test_unreadable_file_is_refused_in_json_and_in_words(
    campaign: Campaign, tmp_path: Path, content: bytes | None, code: str
) -> None:
    file = tmp_path / "a.wps"
    if content is not None:
        file.write_bytes(content)
    as_json, in_words = Ran(campaign, str(file), "--json"), Ran(campaign, str(file))
    assert (as_json.status, as_json.json["error"]["code"]) == (1, code)
    assert (in_words.status, in_words.text.strip()) == (1, as_json.json["error"]["message"])


def test_wps_file_is_read_by_its_content(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "申报表.wps"
    file.write_bytes(docx_of(*COVER, tbl(*TABLE)))
    assert Ran(campaign, str(file), "--json").json["values"] == VALUES


@pytest.mark.parametrize(
    "argv", [[], ["--fill", "a.json"], ["--out", "a.docx"], ["a.docx", "--out", "b.docx"], ["--no"]]
)
def test_wrong_usage_is_status_2_and_said_on_stderr(
    campaign: Campaign, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(campaign, *argv)
    assert (ran.status, ran.text) == (2, "")
    assert "usage: python -m bot form" in capsys.readouterr().err
