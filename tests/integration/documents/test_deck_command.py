"""`python -m bot deck check`: a line per file, each read in a process of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.commands import deck as command
from bot.commands.deck import run
from bot.documents.deck import check_deck
from bot.documents.deck_json import report_json
from bot.model.deck import DeckProblem, DeckReport
from bot.work.workers import Workers
from config.campaign import Campaign
from tests.fakes import decks
from tests.fakes.deck_ppt import OldSheet, old_deck


def ran(campaign: Campaign, *argv: str) -> tuple[int, list[str]]:
    stdout = io.StringIO()
    status = run(list(argv), stdout, campaign)
    return status, stdout.getvalue().splitlines()


def test_every_file_gives_a_line_in_order(tmp_path: Path, campaign: Campaign) -> None:
    files = {
        "good.pptx": decks.deck(decks.good()),
        "old.ppt": old_deck([OldSheet("一、服务意识强")]),
        "locked.ppt": old_deck([OldSheet("甲")], encrypted=True),
        "bomb.pptx": decks.bomb(),
        "none.pptx": b"",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in files]
    status, lines = ran(campaign, "check", *map(str, paths), "--json")

    assert status == 0
    expected = [report_json(check_deck(path, path.name, campaign), str(path)) for path in paths]
    assert [json.loads(line) for line in lines] == expected


def test_people_read_sentences(tmp_path: Path, campaign: Campaign) -> None:
    path = tmp_path / "a.pptx"
    path.write_bytes(decks.deck(decks.good()))
    status, lines = ran(campaign, "check", str(path))

    assert (status, lines[0], lines[1]) == (0, str(path), "  申报报告共16页，文字448字，图片4张，视频0个。")
    assert lines[-1] == "  以上为机器提示，不作评审结论。"


def test_file_that_is_not_there_is_refused_and_the_others_are_read(
    tmp_path: Path, campaign: Campaign
) -> None:
    path, missing = tmp_path / "a.ppt", tmp_path / "b.ppt"
    path.write_bytes(old_deck([OldSheet("甲")]))
    status, lines = ran(campaign, "check", str(missing), str(path), "--json")

    assert status == 1
    assert json.loads(lines[0])["error"]["code"] == "not_found"
    assert json.loads(lines[1])["slides"] == 1


@pytest.mark.parametrize("argv", [[], ["check"], ["look", "a.ppt"], ["check", "a.ppt", "--no"]])
def test_wrong_usage_is_status_2_and_said_on_stderr(
    campaign: Campaign, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(campaign, *argv) == (2, [])
    assert "usage: python -m bot deck" in capsys.readouterr().err


def hang(path: Path, name: str, campaign: Campaign) -> DeckReport:
    while True:
        pass


def hoard(path: Path, name: str, campaign: Campaign) -> DeckReport:
    hoarded: list[Any] = []
    while True:
        hoarded.append(bytearray(64 << 20))


def fail(path: Path, name: str, campaign: Campaign) -> DeckReport:
    raise ValueError(name)


@pytest.mark.parametrize(
    ("task", "problem"),
    [(hang, DeckProblem.TIMEOUT), (hoard, DeckProblem.TOO_LARGE), (fail, DeckProblem.DAMAGED)],
)
def test_check_that_does_not_come_to_an_end_is_a_result_too(
    task: Callable[..., DeckReport],
    problem: DeckProblem,
    tmp_path: Path,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "check_deck", task)
    monkeypatch.setattr(command, "SECONDS", 2.0 if task is hang else 60.0)
    path = tmp_path / "a.pptx"
    path.write_bytes(decks.deck(decks.good()))
    workers = Workers()
    try:
        report = command.checked(workers, path, "a.pptx", campaign)
    finally:
        workers.close()

    assert (report.problem, report.opens, report.slides) == (problem, False, None)
    assert report.messages == (campaign.phrases[f"deck_problem_{problem.value}"],)
