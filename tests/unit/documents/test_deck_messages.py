"""What a deck's report says to people, and how it travels as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.documents.deck import check_deck, unopened
from bot.documents.deck_json import report_from_json, report_json
from bot.documents.deck_messages import deck_lines, page_ranges
from bot.model.deck import DeckProblem, DeckReport
from config.campaign import Campaign
from tests.fakes import decks
from tests.fakes.deck_ppt import OldSheet, old_deck
from tests.fakes.decks import VIDEO, Sheet

HINT = "以上为机器提示，不作评审结论。"


def check(content: bytes, folder: Path, campaign: Campaign, name: str = "a.pptx") -> DeckReport:
    path = folder / "file"
    path.write_bytes(content)
    return check_deck(path, name, campaign)


def test_report_reads_as_a_short_mail(tmp_path: Path, campaign: Campaign) -> None:
    sheets = decks.good(without=["2.4"])
    sheets[4:4] = [Sheet("现场录像", ("调解现场",), linked_video=VIDEO)]
    lines = deck_lines(check(decks.deck(sheets), tmp_path, campaign), campaign)

    assert lines == [
        "申报报告共14页，文字397字，图片2张，视频1个（其中1个未嵌入）。",
        "5项条件中有实例、数据或图片的：“服务意识强”（第2、3页）、“执法方式新”（第4—7页）、“服务体系优”（第8、9页）、"
        "“示范作用强”（第10、11页）、“工作成效好”（第12、13页）。",
        "没有找到的：“队伍管理严”。请对照通知二补充，结合实例、图片、视频等说明。",
        "没有看到明确标出的“工作举措”、“亮点经验”，请突出体现。",
        "第5页视频未嵌入，请在放映电脑上插入原文件后重新保存。",
        HINT,
    ]
    assert len("\n".join(lines).encode()) < 900


def test_titles_without_content_are_told_apart(tmp_path: Path, campaign: Campaign) -> None:
    lines = deck_lines(check(decks.deck(decks.titles_only()), tmp_path, campaign), campaign)

    assert lines[1].startswith("只提到、没有实例数据或图片的：“服务意识强”（第2页）、“执法方式新”（第3页）")


def test_linked_video_is_named_by_its_slide(tmp_path: Path, campaign: Campaign) -> None:
    sheets = [*decks.good()[:11], Sheet("现场", linked_video=VIDEO)]

    assert check(decks.deck(sheets), tmp_path, campaign).messages == (
        "第12页视频未嵌入，请在放映电脑上插入原文件后重新保存",
    )


def test_linked_video_of_an_old_deck_is_named_too(tmp_path: Path, campaign: Campaign) -> None:
    content = old_deck([OldSheet("甲"), OldSheet("乙", movie="D:\\a.avi")])

    assert check(content, tmp_path, campaign, "a.ppt").messages == (
        "第2页视频未嵌入，请在放映电脑上插入原文件后重新保存",
    )


def test_many_linked_videos_do_not_fill_the_mail(tmp_path: Path, campaign: Campaign) -> None:
    content = decks.deck([Sheet("现场", linked_video=f"D:\\{n}.mp4") for n in range(9)])
    report = check(content, tmp_path, campaign)

    assert len(report.videos) == 9
    assert (len(report.messages), report.messages[-1]) == (6, "另有4页有同样情况，请一并检查")


def test_lost_video_linked_picture_and_macros_are_told(tmp_path: Path, campaign: Campaign) -> None:
    content = decks.deck([Sheet("照片", pictures=1), Sheet("录像", embedded_video=True)])
    content = decks.with_linked_picture(content, "file:///D:/a.png")
    content = decks.with_macros(decks.without_part(content, "ppt/media/media1.mp4"))

    assert check(content, tmp_path, campaign, "a.pptm").messages == (
        "第1页有图片没有存入文件，请重新插入图片后保存",
        "第2页的视频在文件里找不到，请重新插入视频后保存",
        "文件含有宏，会场电脑可能打不开，请另存为不含宏的.pptx后重发",
    )


@pytest.mark.parametrize("problem", DeckProblem)
def test_every_problem_has_a_sentence_in_both_campaigns(
    problem: DeckProblem, tmp_path: Path, campaign: Campaign, second_campaign: Campaign
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    for one in (campaign, second_campaign):
        report = unopened(path, "a.ppt", problem, one)
        lines = deck_lines(report, one)
        assert (report.opens, report.problem, len(lines)) == (False, problem, 2)
        assert lines[1].endswith("机器提示，不作评审结论。")


def test_report_survives_json(tmp_path: Path, campaign: Campaign) -> None:
    sheets = [*decks.good(without=["2.5"]), Sheet("录像", linked_video=VIDEO)]
    for content in (decks.deck(sheets), decks.encrypted(decks.deck(sheets)), b""):
        report = check(content, tmp_path, campaign)
        assert report_from_json(json.dumps(report_json(report, "a.pptx"))) == report


def test_json_has_exactly_the_keys_of_the_commands_page(tmp_path: Path, campaign: Campaign) -> None:
    content = decks.deck([Sheet("四、队伍管理严"), Sheet("录像", linked_video=VIDEO)])
    report = check(content, tmp_path, campaign)
    shown = report_json(report, "in/a.pptx")

    assert shown == {
        "file": "in/a.pptx",
        "bytes": len(content),
        "sha256": report.sha256,
        "format": "pptx",
        "opens": True,
        "problem": None,
        "macros": False,
        "slides": 2,
        "characters": 9,
        "pictures": 0,
        "videos": [{"slide": 2, "name": "video.mp4", "embedded": False, "target": VIDEO}],
        "conditions": {
            **{
                key: {"level": "absent", "slides": [], "evidence": []}
                for key in ("2.1", "2.2", "2.3", "2.5", "2.6")
            },
            "2.4": {"level": "shown", "slides": [2], "evidence": ["队伍管理严"]},
        },
        "triad": {"工作举措": [], "亮点经验": [], "工作实效": []},
        "messages": ["第2页视频未嵌入，请在放映电脑上插入原文件后重新保存"],
    }


@pytest.mark.parametrize(
    ("slides", "shown"), [((), ""), ((3,), "3"), ((3, 4), "3、4"), ((9, 3, 4, 5, 4), "3—5、9")]
)
def test_slide_numbers_are_drawn_together(slides: tuple[int, ...], shown: str) -> None:
    assert page_ranges(slides) == shown
