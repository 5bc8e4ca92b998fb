"""The marker `needs("chromium", ...)`: what a test uses of the system packages in system-packages.txt.

Where one is missing the test is skipped and named, with the package, in the last lines of the run. With
CI=true it fails instead: a run that counts skips nothing.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping

import pytest

from tools.system_packages import SHOWN_BY, missing

SKIPPED = pytest.StashKey[dict[str, list[str]]]()
"""Node id of a skipped test → the packages it lacks."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*packages): uses these packages of system-packages.txt")
    config.stash[SKIPPED] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        unknown = [package for package in _needed(item) if package not in SHOWN_BY]
        if unknown:
            raise pytest.UsageError(f"{item.nodeid} needs {unknown}: not in tools/system_packages.py")


def pytest_runtest_setup(item: pytest.Item) -> None:
    lacking = missing(_needed(item))
    if not lacking:
        return
    if _is_ci(os.environ):
        pytest.fail(f"missing system packages: {', '.join(lacking)}", pytrace=False)
    item.config.stash[SKIPPED][item.nodeid] = lacking
    pytest.skip(f"missing system packages: {', '.join(lacking)}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Outermost, so that its lines come after the terminal reporter's own summary."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        for line in _report(session.config.stash[SKIPPED]):
            reporter.write_line(line)


def _needed(item: pytest.Item) -> list[str]:
    """The packages of all `needs` marks of the test, each once, in the order named."""
    return list(dict.fromkeys(package for mark in item.iter_markers("needs") for package in mark.args))


def _is_ci(environment: Mapping[str, str]) -> bool:
    return environment.get("CI", "").lower() in {"1", "true"}


def _report(skipped: dict[str, list[str]]) -> list[str]:
    """The last lines of a run; none if nothing was skipped for want of a package."""
    if not skipped:
        return []
    packages = dict.fromkeys(package for lacking in skipped.values() for package in lacking)
    return [
        f"{len(skipped)} tests skipped for want of system packages:",
        *(f"  {node}: {', '.join(lacking)}" for node, lacking in skipped.items()),
        f"To run them: apt-get install --no-install-recommends {' '.join(packages)}",
    ]
