"""The form as LibreOffice prints it: paper, pages, nothing lost. Needs LibreOffice and poppler."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.documents.form_fill import fill_form, version_of
from bot.documents.form_read import read_form
from bot.documents.print_code import print_code
from config.campaign import Campaign
from config.load import load_campaign
from tests.unit.documents.test_form_fill import TYPICAL

pytestmark = pytest.mark.needs("libreoffice-writer-nogui", "poppler-utils", "fonts-noto-cjk")

ROOT = Path(__file__).parents[3]
LONG = "\n".join(
    f"{n}.我单位开展服务型行政执法活动，形成经验做法，方便企业和群众办事。" for n in range(1, 32)
)


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(ROOT / "config/campaigns/pingdingshan-2019")


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LibreOffice's own folder: none is shared with whoever else runs it."""
    return tmp_path_factory.mktemp("office")


def convert(content: bytes, to: str, folder: Path, profile: Path) -> Path:
    source = folder / "form.docx"
    source.write_bytes(content)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            folder,
            source,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / f"form.{to.partition(':')[0]}"


def pages(pdf: Path) -> list[str]:
    text = subprocess.run(
        ["pdftotext", "-raw", pdf, "-"], check=True, capture_output=True, text=True, timeout=60
    )
    return ["".join(page.split()) for page in text.stdout.split("\f")[:-1]]


def sizes(pdf: Path) -> set[str]:
    told = subprocess.run(
        ["pdfinfo", "-l", "99", pdf], check=True, capture_output=True, text=True, timeout=60
    )
    return set(re.findall(r"Page +\d+ size: +(.*)", told.stdout))


def test_blank_form_is_cover_notes_and_one_page_of_table(
    campaign: Campaign, tmp_path: Path, profile: Path
) -> None:
    pdf = convert(fill_form(campaign, {}, None), "pdf", tmp_path, profile)
    cover, notes, table = pages(pdf)
    assert sizes(pdf) == {"595.304 x 841.89 pts (A4)"}
    assert (cover[:3], cover[-7:]) == ("附件1", "第1页/共3页")
    assert "填表说明一、此表须打印填写" in notes
    assert table.startswith("单位名称单位地址单位级别负责人姓名")
    assert table.count("盖章年月日") == 2
    assert "打印码" not in cover + notes + table


def test_long_summary_flows_over_pages_whole_and_in_order(
    campaign: Campaign, tmp_path: Path, profile: Path
) -> None:
    values = TYPICAL | {"summary": LONG}
    code = print_code(version_of(campaign, values))
    printed = pages(convert(fill_form(campaign, values, code), "pdf", tmp_path, profile))
    count = len(printed)
    assert 4 <= count <= 6
    foot = [f"打印码{code}第{number}页/共{count}页" for number in range(1, count + 1)]
    assert [page[-len(line) :] for page, line in zip(printed, foot, strict=True)] == foot
    body = "".join(page.removesuffix(line) for page, line in zip(printed, foot, strict=True))
    numbers = [int(n) for n in re.findall(r"(\d+)\.我单位开展", body)]
    assert numbers == list(range(1, 32))
    without_label = re.sub("申报单位服务型行政执法工作基本情况", "", body)
    assert "".join(LONG.split()) in without_label
    assert printed[-1].count("盖章年月日") >= 1


@pytest.mark.parametrize("to", ["docx", "doc:MS Word 97"])
def test_form_saved_by_another_program_is_read_back(
    campaign: Campaign, tmp_path: Path, profile: Path, to: str
) -> None:
    code = print_code(version_of(campaign, TYPICAL))
    folder = tmp_path / "saved"
    folder.mkdir()
    (tmp_path / "form.docx").write_bytes(fill_form(campaign, TYPICAL, code))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            folder,
            tmp_path / "form.docx",
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    reading = read_form(campaign, (folder / f"form.{to.partition(':')[0]}").read_bytes())
    assert reading.print_code == code
    if to == "docx":
        assert (reading.values, reading.edited) == (TYPICAL, ())
        return
    assert reading.values == TYPICAL | {
        "summary": "我局受理案件126件。\n一是建立台账；\n二是培训12期，满意度96.2%。",
        "contact_name": None,
        "contact_phone": None,
        "contact_email": None,
    }
