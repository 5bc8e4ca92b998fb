"""`python -m bot …` as a process of its own, for tests of what an operator sees."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession

ROOT = Path(__file__).parents[1]


def clean_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The machine's environment without settings of ours, and those given."""
    ours = {name: value for name, value in os.environ.items() if not name.upper().startswith("BOT_")}
    return ours | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | dict(given)


@dataclass
class Process:
    """One command in a folder of its own, which also keeps what it prints: `stdout` and `stderr`."""

    folder: Path
    arguments: tuple[str, ...]
    given: Mapping[str, str]
    name: str = "process"
    _process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    @property
    def stdout(self) -> str:
        return (self.folder / f"{self.name}.out").read_text("utf-8")

    @property
    def stderr(self) -> str:
        return (self.folder / f"{self.name}.err").read_text("utf-8")

    async def start(self) -> None:
        out, err = self.folder / f"{self.name}.out", self.folder / f"{self.name}.err"
        with out.open("ab") as stdout, err.open("ab") as stderr:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *self.arguments,
                cwd=self.folder, env=clean_environment(self.given), stdout=stdout, stderr=stderr,
            )  # fmt: skip

    async def run(self, seconds: float = 30.0) -> int:
        """Start, and wait for the end; the exit status."""
        await self.start()
        return await self.ended(seconds)

    async def ended(self, seconds: float) -> int:
        """Wait for the end; the exit status (negative: killed by that signal)."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), seconds)

    async def stop(self, sign: signal.Signals = signal.SIGTERM, seconds: float = 15.0) -> int:
        """Send the signal and wait for the end; the exit status. Nothing happens if it has ended."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(sign)
        return await self.ended(seconds)

    async def ready(self, base: str, seconds: float = 20.0) -> float:
        """Wait until /healthz answers; how many seconds that took."""
        assert self._process is not None
        began = time.monotonic()
        async with ClientSession() as browser:
            while True:
                try:
                    async with browser.get(f"{base}/healthz") as answer:
                        if answer.status == 200:
                            return time.monotonic() - began
                except ClientError:
                    pass
                assert self._process.returncode is None, f"it ended: {self.stderr}"
                assert time.monotonic() - began < seconds, f"it is not ready: {self.stderr}"
                await asyncio.sleep(0.05)
