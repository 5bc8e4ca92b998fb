"""Runs tasks that read what strangers sent in processes of their own, with limits of time and memory."""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar, TypeVarTuple

from bot.work.worker_server import LENGTH, Report

AT_ONCE = 2
TIMEOUT, CRASHED = "timeout", "crashed"

_HARMLESS = re.compile(r"PATH|HOME|LANG|LC_\w+|LANGUAGE|TZ|TMPDIR|LD_LIBRARY_PATH|PYTHON\w+|COVERAGE\w*")
"""What a worker's environment may hold: keys of databases and stores of files have many names."""

_START = "import sys; from bot.work.worker_server import serve; serve({}, {!r}, {!r})"

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class WorkerFailed(Exception):
    """A task without a result.

    `reason`: "timeout", "memory", "crashed" (the process died) or "error" (the task raised); `detail`: the
    name of the exception, "" if there was none. Neither says anything of the content.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Workers:
    """At most two tasks at once, each in a fork of a small server process that starts with the first task.

    A task is a function of a module, with arguments and a result that can be pickled. `preload`: modules
    the server imports once, so that no task has to. `close` ends everything; use is over then.
    """

    def __init__(self, preload: tuple[str, ...] = ()) -> None:
        self._preload = preload
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE, "workers")
        self._server: subprocess.Popen[bytes] | None = None
        self._calls: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._closed = False

    async def run(
        self, task: Callable[[*Ts], T], *args: *Ts, seconds: float = 60.0, memory: int = 1 << 30
    ) -> T:
        """The task's result; `WorkerFailed` if there is none. A cancelled task is killed.

        `seconds` count from its start, not while it waits for its turn; `memory` (bytes) may be taken on
        top of the preloaded modules.
        """
        ours, theirs = socket.socketpair()
        try:
            future: Future[Any] = self._threads.submit(self._run, ours, theirs, task, args, seconds, memory)
        except RuntimeError:  # no new threads after `close`
            _close(ours, theirs)
            raise WorkerFailed(CRASHED, "closed") from None
        try:
            result: T = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            _hang_up(ours)
            if future.cancel():  # it never began
                _close(ours, theirs)
            raise
        return result

    def run_blocking(
        self, task: Callable[[*Ts], T], *args: *Ts, seconds: float = 60.0, memory: int = 1 << 30
    ) -> T:
        """`run` for callers without an event loop."""
        result: T = self._run(*socket.socketpair(), task, args, seconds, memory)
        return result

    def close(self) -> None:
        """Kill what runs, and end the server."""
        with self._lock:
            self._closed = True
            for ours in self._open:
                _hang_up(ours)
        self._threads.shutdown(cancel_futures=True)
        with self._lock:
            self._end_server()

    def _run(
        self,
        ours: socket.socket,
        theirs: socket.socket,
        task: Callable[..., object],
        args: tuple[object, ...],
        seconds: float,
        memory: int,
    ) -> Any:
        with ours, theirs, self._slots:
            request = pickle.dumps((task, args, seconds, memory))
            self._call(ours, theirs)
            try:
                return _result(ours, request, time.monotonic() + seconds)
            finally:
                with self._lock:
                    self._open.discard(ours)

    def _call(self, ours: socket.socket, theirs: socket.socket) -> None:
        """Give the server its end of the socket. A server that died is replaced."""
        with self._lock:
            if self._closed:
                raise WorkerFailed(CRASHED, "closed")
            if self._server is None or self._server.poll() is not None:
                self._end_server()
                self._start_server()
            self._open.add(ours)
            assert self._calls is not None
            with suppress(OSError):  # it died just now: nobody will answer, which is a crash
                socket.send_fds(self._calls, [b"1"], [theirs.fileno()])
            theirs.close()

    def _start_server(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            start = _START.format(theirs.fileno(), self._preload, [os.path.abspath(p) for p in sys.path])
            # What reads strangers' files gets no secrets, and no terminal to write to or be stopped from.
            environment = {name: value for name, value in os.environ.items() if _HARMLESS.fullmatch(name)}
            self._server = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", start],
                pass_fds=[theirs.fileno()],
                env=environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._calls = ours

    def _end_server(self) -> None:
        if self._calls is not None:
            self._calls.close()
            self._calls = None
        if self._server is not None:
            try:
                self._server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None


def _result(ours: socket.socket, request: bytes, end: float) -> Any:
    try:
        ours.settimeout(max(end - time.monotonic(), 0.001))
        ours.sendall(LENGTH.pack(len(request)) + request)
        (length,) = LENGTH.unpack(_receive(ours, LENGTH.size, end))
        report: Report = pickle.loads(_receive(ours, length, end))
    except TimeoutError:
        raise WorkerFailed(TIMEOUT) from None
    except OSError:
        raise WorkerFailed(CRASHED) from None
    done, value = report
    if not done:
        raise WorkerFailed(*value)
    return value


def _receive(ours: socket.socket, length: int, end: float) -> bytearray:
    """Exactly so many bytes; ConnectionError if the other side ends before, TimeoutError at `end`."""
    content = bytearray(length)
    view, filled = memoryview(content), 0
    while filled < length:
        ours.settimeout(max(end - time.monotonic(), 0.001))
        count = ours.recv_into(view[filled:])
        if not count:
            raise ConnectionError("the worker died")
        filled += count
    return content


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        one.close()


def _hang_up(ours: socket.socket) -> None:
    """The server kills the worker, and whoever waits for its result is told."""
    with suppress(OSError):
        ours.shutdown(socket.SHUT_RDWR)
