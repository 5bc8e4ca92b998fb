"""An intake as a process that kills itself, as a power cut would, before or after the n-th call of one step.

    python -m tests.fakes.intake_process DATABASE_URL FILES_FOLDER PORT USER MAILS STEP before|after N

Ends with 0 when all mails are decided and flagged.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.addresses import MailServer
from handlers.mail.imap import ImapBox
from tests.fakes.intake import Intake


class Fuse:
    def __init__(self, when: str, calls: int) -> None:
        self._when = when
        self._left = calls

    def _burn(self, when: str) -> None:
        if when == self._when:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """The step, and perhaps the end before or after it."""

        @functools.wraps(step)
        def blocking(*arguments: Any, **more: Any) -> Any:
            self._burn("before")
            result = step(*arguments, **more)
            self._burn("after")
            return result

        @functools.wraps(step)
        async def waiting(*arguments: Any, **more: Any) -> Any:
            self._burn("before")
            result = await step(*arguments, **more)
            self._burn("after")
            return result

        return waiting if inspect.iscoroutinefunction(step) else blocking


async def main(url: str, folder: str, port: str, user: str, mails: str, step: str, when: str, n: str) -> None:
    intake = Intake(url, Path(folder))
    desk = intake.open()
    box = ImapBox(MailServer("127.0.0.1", int(port), False, user, "secret"), f"{user}@126.com")
    owner, _, name = step.partition(".")
    victim = {"box": box, "files": intake.files, "writer": intake.writer, "workers": intake.workers}[owner]
    setattr(victim, name, Fuse(when, int(n)).around(getattr(victim, name)))
    desk.watch(box, 0.05)
    running = asyncio.create_task(desk.run())
    while True:
        decided = intake.decided()
        if len(decided) == int(mails) and all(decided):
            break
        await asyncio.sleep(0.05)
    assert desk.poller is not None
    seen = desk.poller.last_read_at
    while desk.poller.last_read_at == seen:  # noqa: ASYNC110 - one more look, which flags what is left
        await asyncio.sleep(0.05)
    desk.stop()
    await running
    intake.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
