"""The demo's IMAP server in a process of its own: pymap with one mailbox in memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient

from config.addresses import MailServer


@contextmanager
def running_pymap() -> Iterator[MailServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = "import sys; from pymap.main import main; sys.exit(main())"
    command = [
        sys.executable, "-W", "ignore", "-c", program,
        "--host", "127.0.0.1", "--port", str(port), "--no-tls",
        "--no-service", "admin", "--no-service", "managesieve", "dict", "--demo-data",
        "--demo-user", "office", "--demo-password", "secret",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield MailServer("127.0.0.1", port, False, "office", "secret")
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, "pymap does not start"
            assert time.monotonic() < end, "pymap does not answer"
            time.sleep(0.05)


def deliver(server: MailServer, *messages: bytes) -> None:
    with IMAPClient(server.host, server.port, ssl=False, timeout=30) as client:
        client.login(server.user, server.code)
        for message in messages:
            client.append("INBOX", message)
