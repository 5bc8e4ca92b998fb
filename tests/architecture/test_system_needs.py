"""What happens where a system package is missing: skipped and named last, or failed under CI=true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.system_packages import LIST, SHOWN_BY, listed

ROOT = Path(__file__).parents[2]

TESTS = """
import pytest

@pytest.mark.needs("poppler-utils", "chromium")
def test_page(): pass

@pytest.mark.needs("chromium")
def test_chat(): pass

def test_plain(): pass
"""


def run(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs Python with these arguments in `folder`, on a machine without a single command."""
    dropped = {"CI", "PATH", "PYTEST_ADDOPTS"}
    inherited = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**inherited, "PATH": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


def run_tests(folder: Path, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_some.py").write_text(text)
    return run(["-m", "pytest", "-q", "-p", "tests.plugins.system_needs"], folder, **environment)


def test_missing_packages_skip_and_are_named_in_the_last_lines(tmp_path: Path) -> None:
    done = run_tests(tmp_path, TESTS)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-4:] == [
        "2 tests skipped for want of system packages:",
        "  test_some.py::test_page: poppler-utils, chromium",
        "  test_some.py::test_chat: chromium",
        "To run them: apt-get install --no-install-recommends poppler-utils chromium",
    ]


def test_missing_packages_fail_under_ci(tmp_path: Path) -> None:
    done = run_tests(tmp_path, TESTS, CI="true")
    assert done.returncode == 1
    assert "1 passed, 2 errors" in done.stdout
    assert "missing system packages: poppler-utils, chromium" in done.stdout
    assert "skipped" not in done.stdout


def test_package_that_is_not_listed_stops_the_run(tmp_path: Path) -> None:
    done = run_tests(tmp_path, TESTS.replace("poppler-utils", "popler"))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "needs ['popler']: not in tools/system_packages.py" in done.stderr


def test_installing_where_it_may_not_be_says_so_and_goes_on(tmp_path: Path) -> None:
    done = run(["-m", "tools.system_packages"], tmp_path)
    assert done.returncode == 0
    # those that are recognised by a file may be there; a command cannot be found without a PATH
    names = listed(LIST.read_text(encoding="utf-8"))
    absent = [name for name in names if not SHOWN_BY[name].startswith("/")]
    sentence = done.stderr.strip()
    assert sentence.startswith("Not installed, and may not be installed from here: ")
    assert [name for name in absent if name not in sentence.split()] == []
