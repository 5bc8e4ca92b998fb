"""The real client and callback over real HTTP, against the small WeCom."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from handlers.demo.platform import Member, Platform
from handlers.wecom.client import WeComClient, open_session
from handlers.wecom.limits import Limiter
from handlers.wecom.send import WeComSender

MEMBERS = (Member("LiSi", "李四"), Member("WangWu", "王五"), Member("ZhaoLiu", "赵六"))


class Clock:
    """The machine's clock, which a test can put forward. Pauses are noted, and nearly nothing is slept."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return time.time() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.ahead += seconds
        await asyncio.sleep(min(seconds, 0.005))  # others get on with their I/O


@dataclass
class MemoryCache:
    """`SharedCache` for the processes of one test."""

    now: Callable[[], float]
    values: dict[str, tuple[str, float]] = field(default_factory=dict)
    leases: dict[str, float] = field(default_factory=dict)

    async def get(self, key: str) -> tuple[str, float] | None:
        found = self.values.get(key)
        return found if found is not None and found[1] > self.now() else None

    async def put(self, key: str, value: str, expires_at: float) -> None:
        self.values[key] = (value, expires_at)

    async def acquire(self, key: str, seconds: float) -> bool:
        if self.leases.get(key, 0.0) > self.now():
            return False
        self.leases[key] = self.now() + seconds
        return True

    async def release(self, key: str) -> None:
        self.leases.pop(key, None)


class MemoryFiles:
    """`StoredFiles` for one test."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        self.kept[name] = content
        return name

    def get(self, sha256: str) -> bytes:
        return self.kept[sha256]

    def remove(self, sha256: str) -> None:
        self.kept.pop(sha256, None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> MemoryCache:
    return MemoryCache(clock)


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles()


@pytest.fixture
async def platform(clock: Clock) -> AsyncIterator[Platform]:
    platform = Platform(members=MEMBERS, retry_pause=0.01, now=clock)
    yield platform
    await platform.close()


@pytest.fixture
async def api(platform: Platform) -> AsyncIterator[str]:
    """The base address of the platform's server API."""
    async with TestServer(platform.app()) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with open_session() as session:
        yield session


NewClient = Callable[..., WeComClient]


@pytest.fixture
def new_client(
    platform: Platform, api: str, session: ClientSession, cache: MemoryCache, clock: Clock
) -> NewClient:
    """A client of the platform; what a test gives replaces the right settings."""

    def new(**other: object) -> WeComClient:
        settings: dict[str, object] = {
            "api_base": api,
            "corp_id": platform.corp_id,
            "agent_id": platform.agent_id,
            "secret": platform.secret,
            "cache": cache,
            "session": session,
            "now": clock,
            "sleep": clock.sleep,
        }
        return WeComClient(**{**settings, **other})  # type: ignore[arg-type]

    return new


@pytest.fixture
def client(new_client: NewClient) -> WeComClient:
    return new_client()


@pytest.fixture
def sender(client: WeComClient, files: MemoryFiles, cache: MemoryCache, clock: Clock) -> WeComSender:
    return WeComSender(client, files, cache, Limiter(clock), clock)
