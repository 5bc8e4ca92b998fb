"""The process that forks workers: small, started clean, without the service's memory and secrets.

The service sends it one end of a socket per task and keeps the other. The fork reads the pickled task
from its end and writes the pickled result. When the service hangs up (too late, cancelled, killed) the
fork's whole process group is killed; when the fork ends, its end is closed. One thread, so forking is safe.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

LENGTH = struct.Struct("!Q")
MEMORY, ERROR = "memory", "error"

Request = tuple[Callable[..., Any], tuple[Any, ...], float, int]
"""The task, its arguments, the seconds and the bytes it may take."""
Report = tuple[bool, Any]
"""True and the result, or False and (reason, name of the exception)."""


def serve(control: int, preload: Sequence[str], path: Sequence[str]) -> None:
    """Fork a worker for every socket that comes in over the file descriptor `control`, until it is closed."""
    sys.path[:] = path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in preload:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # the forks share these pages as long as nobody counts or collects in them
    with socket.socket(fileno=control) as calls:
        _Server(calls).run()


class _Server:
    def __init__(self, calls: socket.socket) -> None:
        self._calls = calls
        self._poll = select.poll()
        self._ends: dict[int, int] = {}  # process descriptor of a worker → its end of the socket
        self._workers: dict[int, int] = {}  # either descriptor → process id

    def run(self) -> None:
        self._poll.register(self._calls, select.POLLIN)
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._calls.fileno():
                    if not self._accept():
                        self._kill_all()
                        return
                elif descriptor in self._ends:
                    self._bury(descriptor)
                elif descriptor in self._workers:  # the service hung up
                    _kill_group(self._workers[descriptor])
                    self._poll.unregister(descriptor)

    def _accept(self) -> bool:
        """Start a worker; False if there is no service any more."""
        message, ends, _, _ = socket.recv_fds(self._calls, 1, 1)
        if not message:
            return False
        (end,) = ends
        try:
            process = os.fork()
        except OSError:  # too many processes or too little memory: this task fails, the next may not
            os.close(end)
            return True
        if process == 0:
            self._close_others(end)
            _work(end)
        with suppress(OSError):
            os.setpgid(process, process)  # both sides say it, so that the group exists before any kill
        descriptor = os.pidfd_open(process)
        self._ends[descriptor] = end
        self._workers[descriptor] = self._workers[end] = process
        self._poll.register(descriptor, select.POLLIN)
        self._poll.register(end, 0)  # hanging up is always reported
        return True

    def _bury(self, descriptor: int) -> None:
        """A worker ended: what it started ends too. Its id is not given away before it is waited for."""
        process, end = self._workers.pop(descriptor), self._ends.pop(descriptor)
        _kill_group(process)
        os.waitpid(process, 0)
        with suppress(KeyError):
            self._poll.unregister(end)
        self._poll.unregister(descriptor)
        del self._workers[end]
        os.close(descriptor)
        os.close(end)

    def _kill_all(self) -> None:
        for descriptor in list(self._ends):
            _kill_group(self._workers[descriptor])
            self._bury(descriptor)

    def _close_others(self, mine: int) -> None:
        self._calls.close()
        for descriptor in self._workers:
            if descriptor != mine:
                os.close(descriptor)


def _kill_group(process: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def _work(descriptor: int) -> NoReturn:
    """One task, in the fork. Whatever happens, nothing of the server runs on."""
    try:
        os.setpgid(0, 0)
        # what a library complains of may quote the sender
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with socket.socket(fileno=descriptor) as end:
            end.sendall(_report(end))
    finally:
        os._exit(0)


def _report(end: socket.socket) -> bytes:
    try:
        task, args, seconds, memory = _request(end)
        _limit(seconds, memory)
        report: Report = (True, task(*args))
        packed = pickle.dumps(report)
    except MemoryError:
        packed = pickle.dumps((False, (MEMORY, "MemoryError")))
    except BaseException as error:
        reason = MEMORY if isinstance(error, OSError) and error.errno == errno.ENOMEM else ERROR
        packed = pickle.dumps((False, (reason, type(error).__name__)))
    return LENGTH.pack(len(packed)) + packed


def _request(end: socket.socket) -> Request:
    with end.makefile("rb") as stream:
        (length,) = LENGTH.unpack(stream.read(LENGTH.size))
        request: Request = pickle.loads(stream.read(length))
    return request


def _limit(seconds: float, memory: int) -> None:
    """`memory` comes on top of what the server has loaded. Time is kept by the service; the processor's
    limit is for the case that nobody is left to keep it."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    allowed = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    processor = int(2 * seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # answering people comes first
