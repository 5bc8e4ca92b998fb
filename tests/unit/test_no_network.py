"""The tests' own guard: nothing leaves this machine."""

from __future__ import annotations

import socket

import pytest


def test_connection_to_another_host_is_refused() -> None:
    with socket.socket() as probe, pytest.raises(AssertionError, match=r"connection to 203\.0\.113\.1"):
        probe.connect(("203.0.113.1", 80))


def test_look_up_of_another_host_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"look-up of example\.com"):
        socket.getaddrinfo("example.com", 80)


def test_loopback_may_be_used() -> None:
    with socket.socket() as server, socket.socket() as probe:
        server.bind(("127.0.0.1", 0))
        server.listen()
        probe.connect(server.getsockname())
