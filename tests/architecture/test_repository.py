"""What a fresh clone promises: it names no machine, its dependencies are locked, its front door is shown."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tools.system_packages import LIST, SHOWN_BY, listed

ROOT = Path(__file__).parents[2]

LONG = {
    "tests/integration/wecom/test_wecom_callback.py": "every way a callback can come, over one server",
    "tests/integration/wecom/test_wecom_send.py": "every answer a push can get, over one platform",
}
"""Python files over 400 lines → why each reads better as one."""

A_MACHINE = re.compile(
    r"""(?<![\w.~$}-])/(?:home|root|Users|tmp|work)/            # somebody's folders
    | --(?:extra-)?index-url\b(?!\S) | --find-links\b | --trusted-host\b
    | https?://[^\s"'<>]+\.(?:whl|tar\.gz)\b
    | \b(?:pypi\.org|files\.pythonhosted\.org)\b""",
    re.VERBOSE,
)


def tracked() -> list[Path]:
    """Every file that is, or is about to be, under version control."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in sorted(set(listing.stdout.split("\0"))) if (ROOT / name).is_file()]


def machines_named(text: str) -> list[str]:
    """The lines that name a folder of one machine or an address of a package index."""
    return [line.strip() for line in text.splitlines() if A_MACHINE.search(line)]


def test_tracked_files_name_no_machine_and_no_index() -> None:
    here = Path(__file__).resolve()
    found = {}
    for file in tracked():
        content = file.read_bytes()
        if b"\0" not in content and file != here:
            found[file.relative_to(ROOT).as_posix()] = machines_named(content.decode())
    assert {name: lines for name, lines in found.items() if lines} == {}


DASH = "-"  # spelled apart, so that a search for such lines does not find this one


@pytest.mark.parametrize(
    "line",
    [
        "see /home/zhang/notes",
        'path = "/tmp/x"',
        f"pip install --index{DASH}url http://mirror.example",
        "pip install --find-links wheels",
        "x @ https://mirror.example/x-1.0-py3-none-any.whl",
        "https://pypi.org/simple",
    ],
)
def test_line_naming_a_machine_is_found(line: str) -> None:
    assert machines_named(f"one\n{line}\nthree") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "bot/work/turn.py",
        "./home/page",
        "uv pip compile --no-emit-index-url --no-emit-find-links",
        "http://127.0.0.1:8080/demo/",
    ],
)
def test_line_naming_no_machine_passes(line: str) -> None:
    assert machines_named(line) == []


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert requirements
    assert [
        line for line in requirements if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ] == []


def test_python_files_stay_under_400_lines_or_say_why() -> None:
    lines = {
        file.relative_to(ROOT).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in tracked()
        if file.suffix == ".py"
    }
    assert sorted(name for name, count in lines.items() if count > 400) == sorted(LONG)


def test_every_system_package_has_a_sign_it_is_recognised_by() -> None:
    assert listed(LIST.read_text(encoding="utf-8")) == list(SHOWN_BY)


def test_package_list_ignores_comments_and_empty_lines() -> None:
    assert listed("# all\n\nchromium  # browser\n  poppler-utils\n") == ["chromium", "poppler-utils"]


def test_readme_shows_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command for command in ("make demo", "make test") if command not in readme] == []


def test_scripts_can_be_run() -> None:
    scripts = [ROOT / ".ci/run", *sorted((ROOT / "tools").glob("*.sh"))]
    assert [script.name for script in scripts if not os.access(script, os.X_OK)] == []
