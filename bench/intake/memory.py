"""What processes hold in memory, as the kernel counts it; all in bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_EVERY = 0.01  # seconds between two looks at the children


def status(process: int | str = "self") -> dict[str, int]:
    """The sizes in /proc/…/status by name: VmRSS, VmHWM, RssAnon, …; empty for a process that is gone."""
    sizes = {}
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return {}
    for line in lines:
        name, _, value = line.partition(":")
        if value.endswith(" kB"):
            sizes[name] = int(value[:-3]) * 1024
    return sizes


def resident() -> int:
    """Of this process now."""
    return status()["VmRSS"]


@contextmanager
def peak() -> Iterator[Callable[[], int]]:
    """Ask for the most this process held since the beginning of the block."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    yield lambda: status()["VmHWM"]


@dataclass(slots=True)
class Family:
    """Watches everything below a process: the most any of them held, and of that what no file backs."""

    parent: int
    highest: int = 0
    own: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY):
            for process in _below(self.parent):
                sizes = status(process)
                self.highest = max(self.highest, sizes.get("VmHWM", 0))
                self.own = max(self.own, sizes.get("RssAnon", 0))

    def forget(self) -> None:
        """Count anew: a process that is just being started still shows its parent's memory."""
        self.highest = self.own = 0

    def close(self) -> None:
        self._ended.set()
        self._thread.join()


def _below(process: int) -> Iterator[int]:
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(child) for child in listed.read_text("ascii").split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _below(child)
