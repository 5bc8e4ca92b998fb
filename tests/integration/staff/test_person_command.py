"""`python -m bot person add`: what it prints, whom it gives a role, what it refuses."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence

import pytest

from bot.commands import person
from bot.model.message import Channel
from bot.model.staff import Membership, Role
from bot.staff.people_words import code_hash
from config.campaign import Campaign
from config.settings import Settings
from tests.fakes.recommending import MACHINE, County


class Command:
    """The command on the database of a county office."""

    def __init__(self, settings: Settings, county: County) -> None:
        self.settings = settings.model_copy(update={"database_url": type(settings.database_url)(county.url)})
        self.county = county

    def run(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        status = person.run(("add", *arguments), self.settings, out, err)
        return status, out.getvalue(), err.getvalue()

    def of(self, channel: Channel, address: str) -> tuple[str, Sequence[Membership]]:
        """Name and roles of whoever is behind an address."""
        known = self.county.run(lambda store: store.visitor(channel, address, "", self.county.now)).person
        return known.name, self.county.run(lambda store: store.memberships(known.id))


@pytest.fixture
def command(settings: Settings, campaign: Campaign, new_sqlite: Callable[[], str]) -> Iterator[Command]:
    county = County(campaign, new_sqlite())
    yield Command(settings, county)
    county.close()


def test_person_is_made_by_address_and_has_the_role_in_both_channels(command: Command) -> None:
    added = command.run(
        "王 五", "--role", "body", "--body", "yexian", "--userid", "wangwu", "--mail", "W@126.com"
    )
    assert added == (0, "王 五：叶县人民政府推荐工作联系人（企业微信 wangwu，邮箱 w@126.com）\n", "")
    name, [role] = command.of(Channel.WECOM, "wangwu")
    assert (name, role.role, role.body, role.deputy) == ("王 五", Role.BODY, "yexian", False)
    assert command.of(Channel.MAIL, "w@126.com") == (name, [role])


def test_person_known_by_an_address_gets_a_further_role_once(command: Command) -> None:
    for _ in range(2):
        assert command.run("王五", "--role", "office", "--mail", "w@126.com")[0] == 0
    assert command.run("王五", "--role", "inspector", "--mail", "w@126.com", "--userid", "wangwu")[0] == 0
    _, roles = command.of(Channel.WECOM, "wangwu")
    assert [role.role for role in roles] == [Role.OFFICE, Role.INSPECTOR]


def test_deputy_becomes_contact(command: Command) -> None:
    named = ("王五", "--role", "body", "--body", "yexian", "--userid", "wangwu")
    for arguments in ((*named, "--deputy"), named):
        assert command.run(*arguments)[0] == 0
    _, [role] = command.of(Channel.WECOM, "wangwu")
    assert (role.body, role.deputy) == ("yexian", False)


def members(command: Command) -> Sequence[Membership]:
    return command.county.run(lambda store: store.members(Role.OFFICE))


def test_without_address_an_invitation_code_is_printed_that_works_in_chat(command: Command) -> None:
    status, out, _ = command.run("王五", "--role", "office")
    code = out.removeprefix("邀请码 ")[:8]
    assert (status, out) == (
        0,
        f"邀请码 {code}：王五（市办公室工作人员），30天内在企业微信中向本应用发送“邀请码 {code}”即可。\n"
        "没有企业微信的，可运行 python -m bot login-link 王五 取得工作台登录链接。\n",
    )
    assert [one.name for one in members(command)].count("王五") == 1
    assert command.county.say("wangwu", f"邀请码 {code}").startswith("王五，您好！")
    [taken] = [one for one in members(command) if one.name == "王五"]
    addresses = command.county.run(lambda store: store.addresses(taken.person))
    assert list(addresses) == [(Channel.WECOM, "wangwu")]
    assert command.county.run(lambda store: store.take_invitation(code_hash(code), MACHINE)) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("王五", "--role", "body", "--body", "nowhere", "--userid", "w"), "没有编号为“nowhere”的推荐单位"),
        (
            ("王五", "--role", "office", "--userid", "w", "--mail", "zhao@126.com"),
            "zhao@126.com 已登记给赵一，不是王五",
        ),
        (("王五", "--role", "office", "--mail", "zhao"), "不是邮箱地址"),
        ((" ", "--role", "office"), "姓名不能为空"),
    ],
)
def test_what_cannot_be_is_refused_and_keeps_nothing(
    command: Command, arguments: tuple[str, ...], said: str
) -> None:
    assert command.run("赵一", "--role", "office", "--mail", "zhao@126.com")[0] == 0
    before = command.county.run(lambda store: store.members())
    status, out, err = command.run(*arguments)
    assert (status, out, said in err) == (1, "", True)
    assert command.county.run(lambda store: store.members()) == before
    assert command.of(Channel.MAIL, "zhao@126.com")[0] == "赵一"


@pytest.mark.parametrize(
    "arguments",
    [
        ("王五", "--role", "body", "--userid", "w"),
        ("王五", "--role", "office", "--body", "yexian"),
        ("王五", "--role", "office", "--deputy"),
        ("王五", "--role", "mayor"),
        ("王五",),
    ],
)
def test_wrong_usage_is_status_2(
    command: Command, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.run(*arguments)
    assert stopped.value.code == 2
    assert "usage: python -m bot person" in capsys.readouterr().err
