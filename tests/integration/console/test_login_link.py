"""`python -m bot login-link`: whom it makes a link for, and what it says where it does not."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest

from bot.commands import login_link
from bot.model.message import Channel
from bot.model.staff import Role
from bot.work.console_login import digest
from config.campaign import Campaign
from config.settings import Settings
from tests.fakes.recommending import BODY, OFFICE, County


class Command:
    """The command on the database of a county office."""

    def __init__(self, settings: Settings, county: County) -> None:
        self.settings = settings.model_copy(update={"database_url": type(settings.database_url)(county.url)})
        self.county = county

    def run(self, name: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        return login_link.run((name,), self.settings, out, err), out.getvalue(), err.getvalue()

    def owner(self, link: str) -> int | None:
        """Whom a link signs in, by the machine's real clock."""
        long_ago = self.county.now
        return self.county.run(lambda store: store.console_link(digest(link), long_ago))


@pytest.fixture
def command(settings: Settings, campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Command]:
    county = County(campaign, new_sqlite())
    yield Command(settings, county)
    county.close()


@pytest.mark.parametrize("name", ["李四", " 李 四 ", OFFICE, OFFICE.upper()])
def test_link_is_printed_for_whoever_has_the_name_or_address(command: Command, name: str) -> None:
    status, out, err = command.run(name)
    found = re.fullmatch(r"http://127\.0\.0\.1:1/console/in/([A-Za-z0-9_-]{43})\n", out)
    assert found is not None
    assert (status, err) == (0, "10分钟内有效，只能用一次；此人以前的链接已失效。\n")
    assert command.owner(found[1]) == command.county.people[OFFICE]
    assert command.county.audited("console_link") == [f'{{"for": "{command.county.people[OFFICE]}"}}']


def test_person_of_two_roles_is_one_person(command: Command) -> None:
    command.county.run(
        lambda store: store.add_member(
            command.county.people[OFFICE], Role.INSPECTOR, "", False, command.county.now
        )
    )
    assert command.run("李四")[0] == 0


def test_namesakes_are_listed_with_what_tells_them_apart(command: Command) -> None:
    command.county.member("li-second", "李四", Role.BODY, "yexian")
    status, out, err = command.run("李四")
    assert (status, out) == (1, "")
    assert err == (
        "有2位人员符合“李四”，请改用企业微信账号或邮箱：\n"
        "  李四：市办公室工作人员（office-clerk）\n"
        "  李四：叶县人民政府推荐工作联系人（li-second）\n"
    )
    assert command.run("li-second")[0] == 0


@pytest.mark.parametrize("name", ["王五", "", " "])
def test_somebody_without_a_role_gets_no_link(command: Command, name: str) -> None:
    county = command.county
    county.run(lambda store: store.visitor(Channel.WECOM, "wangwu", "王五", county.now))
    status, out, err = command.run(name)
    assert (status, out, "没有登记身份" in err) == (1, "", True)


def test_role_taken_back_is_no_role(command: Command) -> None:
    county = command.county
    [role] = county.run(lambda store: store.memberships(county.people[BODY]))
    county.run(lambda store: store.end_member(role.id, county.now))
    assert command.run("赵一")[0] == 1
