"""What all tests share: the campaigns, a service with its WeCom, and a network that ends at this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from config.campaign import Campaign
from config.load import campaign_folder, load_campaign
from config.settings import Settings, load_settings

if TYPE_CHECKING:  # the whole service is loaded by the tests that run it, not by all
    from tests.deployment import Api, Deployment
    from tests.fakes.console import Console

pytest_plugins = ["tests.plugins.postgres"]

# The same examples in every run, and no deadline: machines that run tests are slow at times.
hypothesis_settings.register_profile(
    "here", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "here"))


class LeftThisMachine(AssertionError):
    """A test tried to talk to another host."""


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuses connections to other hosts, and the look-up of their names."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        if not _is_here(host):
            raise LeftThisMachine(f"look-up of {host}")
        return getaddrinfo(host, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def _check(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
        raise LeftThisMachine(f"connection to {address[0]}")


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return str(name).endswith((".localhost", ".invalid"))


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    """The campaign that is shipped."""
    return load_campaign(campaign_folder("pingdingshan-2019"))


@pytest.fixture(scope="session")
def second_campaign() -> Campaign:
    """A quite different one: other fields, limits, dates."""
    return load_campaign(Path(__file__).parent / "data/campaigns/second")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a service without channels, all of it in a folder of the test's own."""
    given = {
        "BOT_DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "BOT_FILES_DIR": str(tmp_path / "files"),
        "BOT_LISTEN": "127.0.0.1:1",
        "BOT_SECRET_KEY": "a key for tests",
        "BOT_CLOCK": "2019-07-10T09:00+08:00",
    }
    return load_settings(given, env_file=None)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """The small WeCom; it waits little before it repeats a callback."""
    from handlers.demo.platform import Platform
    from tests.deployment import MEMBERS, Api

    started = Api(Platform(members=MEMBERS, retry_pause=0.05))
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def service_and_platform(
    tmp_path: Path, api: Api, new_sqlite: Callable[[], str]
) -> AsyncIterator[Deployment]:
    """A running service on SQLite and the WeCom it talks to."""
    from tests.deployment import deployment_of

    deployment = deployment_of(tmp_path, api, new_sqlite())
    await deployment.start()
    yield deployment
    await deployment.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
async def on_each_database(
    request: pytest.FixtureRequest, tmp_path: Path, api: Api
) -> AsyncIterator[Deployment]:
    """The same on SQLite and on PostgreSQL."""
    from tests.deployment import deployment_of

    make = request.getfixturevalue("new_sqlite" if request.param == "sqlite" else "new_postgres")
    deployment = deployment_of(tmp_path, api, make())
    await deployment.start()
    yield deployment
    await deployment.stop()


@pytest.fixture
async def console(campaign: Campaign, tmp_path: Path) -> AsyncIterator[Console]:
    """The console over a database of its own, with people of every role."""
    from storage.schema import migrate
    from tests.fakes.console import Console

    url = f"sqlite:///{tmp_path / 'console.db'}"
    migrate(url)
    opened = Console(campaign, url, folder=tmp_path)
    await opened.start()
    yield opened
    await opened.stop()
