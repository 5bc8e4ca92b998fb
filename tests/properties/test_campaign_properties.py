"""Any value of a campaign folder may be anything: the check names the file and never breaks."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from config.load import check_campaign

SECOND = Path(__file__).parents[1] / "data" / "campaigns" / "second"
FILES = [
    "campaign.toml",
    "notice.toml",
    "form.toml",
    "standard.toml",
    "stages.toml",
    "deck.toml",
    "reminders.toml",
]
LINES = [
    (file, place)
    for file in FILES
    for place, line in enumerate((SECOND / file).read_text(encoding="utf-8").splitlines())
    if line.endswith(('"', "]", "true", "false")) or line[-1:].isdigit()
]
OTHER_VALUES = st.sampled_from(
    [
        "[]",
        "{}",
        "0",
        "-1",
        "1.5",
        "nan",
        '""',
        '" "',
        "true",
        "2027-02-30",
        "2027-02-03",
        "[[]]",
        "[1]",
        '"x"',
        "",
    ]
)


@settings(deadline=None)
@given(line=st.sampled_from(LINES), value=OTHER_VALUES)
def test_any_value_is_accepted_or_named_with_its_file(line: tuple[str, int], value: str) -> None:
    file, place = line
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(SECOND, Path(temporary) / "campaign"))
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        lines[place] = f"{lines[place].partition(' = ')[0]} = {value}"
        (folder / file).write_text("\n".join(lines), encoding="utf-8")

        problems = check_campaign(folder)

    named = {problem.split(": ")[0] for problem in problems}
    assert named <= set(FILES)
    assert all(problem.count(": ") >= 2 for problem in problems)
    if value == "":
        assert file in named
