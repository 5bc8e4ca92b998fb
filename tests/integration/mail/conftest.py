"""A mail server with the manners of NetEase, and mailboxes on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from tests.fakes.dovecot import Dovecot, running_dovecot
from tests.fakes.netease_proxy import Proxy, netease


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def user() -> str:
    """A mailbox of the test's own."""
    return f"u{uuid4().hex[:12]}"


@pytest.fixture
async def proxy(dovecot: Dovecot) -> AsyncIterator[Proxy]:
    async with netease(dovecot.port) as running:
        yield running
