"""Tasks in processes of their own: their results, their limits, and what is left behind."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.work.workers import WorkerFailed, Workers
from tests.fakes import tasks
from tests.process import ROOT, clean_environment


@pytest.fixture
def workers() -> Iterator[Workers]:
    opened = Workers(preload=("tests.fakes.tasks",))
    yield opened
    opened.close()


def children() -> set[int]:
    """The processes this one started, ended ones that nobody asked after among them."""
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    return {int(each) for each in own.split()}


def is_alive(process: int) -> bool:
    """Whether the process runs; one that only waits to be asked after does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.02)


def failure(workers: Workers, *task: object, seconds: float = 20.0) -> tuple[str, str]:
    with pytest.raises(WorkerFailed) as caught:
        workers.run_blocking(*task, seconds=seconds)  # type: ignore[arg-type]
    return caught.value.reason, caught.value.detail


async def test_a_task_gives_its_result(workers: Workers) -> None:
    assert await workers.run(tasks.add, 1, 2) == 3
    assert workers.run_blocking(tasks.add, "一", "二") == "一二"


async def test_a_large_result_comes_whole(workers: Workers) -> None:
    assert await workers.run(tasks.many, 40_000_000) == bytes(40_000_000)
    assert workers.run_blocking(tasks.size, bytes(20_000_000)) == 20_000_000


def test_each_task_has_a_process_of_its_own(workers: Workers) -> None:
    seen = {workers.run_blocking(os.getpid) for _ in range(3)}
    assert len(seen) == 3
    assert os.getpid() not in seen


def test_a_task_that_raises_is_named_without_its_words(workers: Workers) -> None:
    assert failure(workers, int, "张敏13800000012") == ("error", "ValueError")
    assert failure(workers, tasks.leave) == ("error", "SystemExit")
    assert failure(workers, tasks.unsendable) == ("error", "TypeError")
    assert workers.run_blocking(tasks.add, 1, 2) == 3


def test_a_task_that_kills_its_process_is_a_crash(workers: Workers) -> None:
    assert failure(workers, os.abort) == ("crashed", "")
    assert failure(workers, os._exit, 0) == ("crashed", "")
    assert workers.run_blocking(tasks.add, 1, 2) == 3


def test_a_task_that_takes_too_much_memory_is_told_so(workers: Workers) -> None:
    with pytest.raises(WorkerFailed) as caught:
        workers.run_blocking(tasks.many, 300 << 20, memory=100 << 20)
    assert caught.value.reason == "memory"
    assert workers.run_blocking(tasks.size, bytes(50 << 20), memory=100 << 20) == 50 << 20


def test_a_task_that_takes_too_long_is_killed_with_all_it_started(workers: Workers, tmp_path: Path) -> None:
    began = time.monotonic()
    assert failure(workers, tasks.start_another_and_hang, str(tmp_path / "ids"), seconds=1.0)[0] == "timeout"
    assert time.monotonic() - began < 30  # and not for ever
    started = [int(line) for line in (tmp_path / "ids").read_text().split()]
    assert len(started) == 2
    wait_until(lambda: not any(is_alive(each) for each in started))


def test_what_a_task_leaves_running_ends_with_it(workers: Workers, tmp_path: Path) -> None:
    other = workers.run_blocking(tasks.start_another)
    wait_until(lambda: not is_alive(other))


def test_a_task_has_no_terminal_no_secrets_and_no_core(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_SECRET_KEY", "a secret")
    workers = Workers()
    try:
        around = workers.run_blocking(tasks.surroundings)
    finally:
        workers.close()
    assert around == {"input": "", "secrets": [], "core": (0, 0)}
    assert capfd.readouterr() == ("", "")


async def test_two_tasks_run_at_once_and_no_more(workers: Workers, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    await asyncio.gather(*(workers.run(tasks.note_time, str(notes), 0.3) for _ in range(5)))
    marks = [(float(line.split()[1]), line.split()[0]) for line in notes.read_text().splitlines()]
    running = most = 0
    for _, what in sorted(marks):
        running += 1 if what == "began" else -1
        most = max(most, running)
    assert most == 2


async def test_a_cancelled_task_is_killed(workers: Workers, tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    hanging = asyncio.create_task(workers.run(tasks.start_another_and_hang, str(ids)))
    while not ids.exists() or len(ids.read_text().split()) < 2:  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.02)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    started = [int(line) for line in ids.read_text().split()]
    wait_until(lambda: not any(is_alive(each) for each in started))
    assert await workers.run(tasks.add, 1, 2) == 3


async def test_waiting_tasks_can_be_cancelled(workers: Workers) -> None:
    running = [asyncio.create_task(workers.run(time.sleep, 30)) for _ in range(4)]
    await asyncio.sleep(0.2)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert await workers.run(tasks.add, 1, 2) == 3


def test_closing_kills_what_runs_and_leaves_no_process_behind() -> None:
    before = children()
    workers = Workers()
    workers.run_blocking(tasks.add, 1, 2)
    assert len(children() - before) == 1
    workers.close()
    assert children() == before
    assert failure(workers, tasks.add, 1, 2) == ("crashed", "closed")


def test_closing_what_was_never_used_starts_nothing() -> None:
    before = children()
    Workers().close()
    assert children() == before


def test_a_server_that_died_is_replaced() -> None:
    before = children()
    workers = Workers()
    try:
        workers.run_blocking(tasks.add, 1, 2)
        (server,) = children() - before
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: not is_alive(server))
        assert workers.run_blocking(tasks.add, 1, 2) == 3
    finally:
        workers.close()


@pytest.mark.parametrize("flags", [[], ["-W", "error", "-X", "dev"]])
def test_a_program_that_is_killed_takes_its_workers_along(tmp_path: Path, flags: list[str]) -> None:
    ids = tmp_path / "ids"
    program = (
        "from bot.work.workers import Workers\nfrom tests.fakes import tasks\n"
        f"Workers().run_blocking(tasks.start_another_and_hang, {str(ids)!r})"
    )
    with subprocess.Popen(
        [sys.executable, *flags, "-c", program], env=clean_environment({}), cwd=ROOT
    ) as process:
        wait_until(lambda: ids.exists() and len(ids.read_text().split()) == 2, 20)
        process.kill()
    started = [int(line) for line in ids.read_text().split()]
    wait_until(lambda: not any(is_alive(each) for each in started))


def test_control_c_is_the_programs_own_matter(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    program = (
        "from bot.work.workers import Workers\nfrom tests.fakes import tasks\n"
        "workers = Workers()\n"
        f"try:\n    workers.run_blocking(tasks.start_another_and_hang, {str(ids)!r})\n"
        "except KeyboardInterrupt:\n    workers.close()\n    print('stopped')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-X", "dev", "-c", program],
        env=clean_environment({}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until(lambda: ids.exists() and len(ids.read_text().split()) == 2, 20)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does
    out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == (b"stopped\n", b"", 0)
    started = [int(line) for line in ids.read_text().split()]
    wait_until(lambda: not any(is_alive(each) for each in started))


def test_the_service_is_not_copied(workers: Workers) -> None:
    """A worker begins small, however large the program is that asks."""
    ballast = bytearray(200 << 20)
    workers.run_blocking(tasks.add, 1, 2)
    assert workers.run_blocking(tasks.most_memory) < 120 << 20
    assert len(ballast) > 0


def test_limits_do_not_reach_the_program(workers: Workers) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(WorkerFailed):
        workers.run_blocking(tasks.many, 1 << 30, memory=1 << 20)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
