"""Tasks for workers, good ones and bad ones."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


def add(one: Any, other: Any) -> Any:
    return one + other


def many(size: int) -> bytes:
    return bytes(size)


def size(content: bytes) -> int:
    return len(content)


def leave() -> None:
    sys.exit(3)


def unsendable() -> object:
    nothing: list[int] = []
    return (each for each in nothing)


def start_another() -> int:
    """Start a process and leave it running; its id."""
    return subprocess.Popen(_SLEEP).pid


def start_another_and_hang(ids: str) -> None:
    """Write down both ids, then do nothing for long."""
    other = subprocess.Popen(_SLEEP)
    Path(ids).write_text(f"{os.getpid()}\n{other.pid}\n", "ascii")
    time.sleep(60)


def surroundings() -> dict[str, Any]:
    print("a word on stdout", flush=True)
    print("a word on stderr", file=sys.stderr, flush=True)
    return {
        "input": sys.stdin.read(),
        "secrets": [name for name in os.environ if name.startswith("BOT_")],
        "core": resource.getrlimit(resource.RLIMIT_CORE),
    }


def note_time(file: str, seconds: float) -> None:
    """Append when it began and when it ended."""
    began = time.monotonic()
    time.sleep(seconds)
    with Path(file).open("a", encoding="ascii") as notes:
        notes.write(f"began {began}\nended {time.monotonic()}\n")


def most_memory() -> int:
    """The most resident bytes this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
