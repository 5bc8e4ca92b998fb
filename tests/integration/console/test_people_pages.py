"""People's pages: who there is and how they are reached; codes and links shown once; lists from Excel. And the log."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
from aiohttp import FormData

from bot.documents.sheet_write import Column, Table, workbook
from bot.model.application import AuditEntry
from bot.model.message import Channel
from bot.model.staff import Role
from bot.work.invitations import forget_expired
from tests.fakes.console import INSPECTOR, OFFICE_TWO, Console, Reader
from tests.fakes.queries import counted
from tests.fakes.recommending import BODY, DEPUTY, MACHINE, OFFICE, OTHER

HOME = "/console/people"
ROWS = [
    ["王小明", "推荐单位", "叶县", "0375-8050001", "ye@example.com", "", ""],
    ["刘小红", "副手", "叶县", "", "", "liuxiaohong", "周三不在"],
]
HEADS = ("姓名", "身份", "推荐单位", "电话", "邮箱", "企业微信账号", "备注")


def table(rows: list[list[str]]) -> bytes:
    return workbook([Table("人员", "人员", [Column(head, 12) for head in HEADS], rows)])


async def upload(reader: Reader, content: bytes) -> str:
    form = FormData()
    form.add_field("csrf", reader.csrf)
    form.add_field("file", content, filename="人员.xlsx")
    async with reader.client.post(f"{HOME}/import", data=form) as response:
        return await response.text()


def names(console: Console, role: Role, body: str = "") -> list[str]:
    return [one.name for one in console.run(lambda store: store.members(role, body))]


async def test_list_is_filtered_and_marks_whom_nothing_reaches(console: Console) -> None:
    office = await console.reader(OFFICE)
    console.run(lambda store: store.unreachable(Channel.WECOM, BODY, 81013, MACHINE))
    page = await office.get(HOME)
    assert [name for name in ("赵一", "钱二", "孙三", "李四", "郑七") if name not in page] == []
    page = await office.get(f"{HOME}?part=list&reach=unreachable")
    assert ("赵一" in page, "送不到" in page, "孙三" in page, "<h1" in page) == (True, True, False, False)
    assert re.findall(r'href="/console/people/\d+">([^<]+)', await office.get(f"{HOME}?search=赵")) == [
        "赵一"
    ]
    assert "宝丰县人民政府</a>" in await office.get(HOME)  # no contact of it can be reached
    content, _ = await office.file(f"{HOME}/people.xlsx?body=baofeng")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    found = [row[1] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert found == ["赵一", "钱二"]


async def test_code_is_shown_once_and_one_form_makes_one_invitation(console: Console) -> None:
    office = await console.reader(OFFICE)
    form = {"name": "王小明", "role": "body", "body": "yexian", "way": "code", "once": "form-1"}
    first = await (await office.send(f"{HOME}/add", form)).text()
    again = await (await office.send(f"{HOME}/add", form)).text()
    codes = [re.search(r"data-code>(\w{8})<", page) for page in (first, again)]
    assert codes[0] is not None
    assert codes[1] is not None
    assert codes[0][1] == codes[1][1]
    assert len(console.audited("invited")) == 1
    other = await (await office.send(f"{HOME}/add", form | {"once": "form-2"})).text()
    assert codes[0][1] not in other
    assert codes[0][1] not in "".join(console.audited("invited"))
    assert "叶县" in console.say("wangxiaoming", f"邀请码 {codes[0][1]}")
    assert names(console, Role.BODY, "yexian") == ["王小明"]


async def test_mail_and_telephone_of_an_invitation_are_theirs_who_takes_it_up(console: Console) -> None:
    office = await console.reader(OFFICE)
    form = {"name": "王小明", "role": "body", "body": "yexian", "way": "code", "once": "a"}
    reached = form | {"mail": "Ye@example.com", "telephone": "0375-8050001"}
    for wrong, told in (("电话", "电话号码不对"), ("0375-8050001", "")):
        page = await (await office.send(f"{HOME}/add", reached | {"telephone": wrong})).text()
        assert told in page
        assert ('value="Ye@example.com"' in page) == bool(told)
    assert (await (await office.send(f"{HOME}/add", reached)).text()).count("data-code") == 1  # sent twice
    code = re.search(r"data-code>(\w{8})<", page)
    assert code is not None
    assert names(console, Role.BODY, "yexian") == []
    assert "叶县" in console.say("wangxiaoming", f"邀请码 {code[1]}")
    rows = re.findall(r"<tr>.*?</tr>", await office.get(HOME), re.S)
    (listed,) = (row for row in rows if "王小明" in row)
    assert ["ye@example.com" in listed, "0375-8050001" in listed, "wangxiaoming" in listed] == [True] * 3


async def test_what_was_typed_with_an_invitation_goes_when_nobody_takes_it_up(console: Console) -> None:
    office = await console.reader(OFFICE)
    form = {"name": "王小明", "role": "body", "body": "yexian", "way": "code", "once": "a"}
    typed = form | {"mail": "Ye@example.com", "telephone": "0375-8050001"}
    page = await (await office.send(f"{HOME}/add", typed)).text()
    code = re.search(r"data-code>(\w{8})<", page)
    assert code is not None

    def kept() -> list[tuple[str, list[str]]]:
        """Telephone and addresses of everybody who has a card."""
        return console.run(
            lambda store: [
                (card.telephone, [address for _, address in store.addresses(person)])
                for person, card in store.cards().items()
            ]
        )

    console.run(lambda store: forget_expired(store, MACHINE + timedelta(days=29)))
    assert kept() == [("0375-8050001", ["ye@example.com"])]
    console.run(lambda store: forget_expired(store, MACHINE + timedelta(days=31)))
    assert kept() == [("", [])]
    console.say("wangxiaoming", f"邀请码 {code[1]}")
    assert names(console, Role.BODY, "yexian") == []


async def test_added_at_once_reached_tested_and_taken_back(console: Console) -> None:
    office = await console.reader(OFFICE)
    form = {
        "name": "王小明",
        "role": "body",
        "body": "yexian",
        "way": "now",
        "mail": "ye@example.com",
        "once": "a",
    }
    page = await office.post(f"{HOME}/add", form)
    found = re.search(r"/console/people/(\d+)/test", page)
    assert found is not None
    home = f"{HOME}/{found[1]}"
    assert "试发消息已交付发送（1条）" in await office.post(f"{home}/test", {"once": "b"})
    await office.post(f"{home}/test", {"once": "b"})
    tests = await office.get(f"{home}?part=tests")
    assert (tests.count("ye@example.com"), "等待发送" in tests, 'hx-trigger="every 4s"' in tests) == (
        1,
        True,
        True,
    )
    page = await (await office.send(f"{home}/telephone", {"telephone": "找张三", "once": "c"})).text()
    assert ("电话号码不对" in page, 'value="找张三"' in page) == (True, True)
    await office.post(f"{home}/telephone", {"telephone": "0375-8050001", "note": "周三不在", "once": "d"})
    assert "0375-8050001" in await office.get(HOME)
    await office.post(f"{home}/address", {"channel": "wecom", "address": "wangxm", "once": "e"})
    taken = {"channel": "wecom", "address": BODY, "once": "f"}
    page = await (await office.send(f"{home}/address", taken)).text()
    assert ("已登记给赵一" in page, f'value="{BODY}"' in page) == (True, True)
    await office.post(f"{home}/address/remove", {"channel": "mail", "address": "ye@example.com", "once": "g"})
    assert "ye@example.com" not in (await office.get(home)).partition("试发消息")[0]
    assert "权限已收回" in await office.post(f"{home}/take-back", {"membership": "all", "once": "h"})
    assert names(console, Role.BODY, "yexian") == []
    await office.get(home, 404)


async def test_incomplete_form_keeps_what_was_typed(console: Console) -> None:
    office = await console.reader(OFFICE)
    page = await (await office.send(f"{HOME}/add", {"name": "王小明", "role": "body", "way": "now"})).text()
    assert ("还要选择推荐单位" in page, 'value="王小明"' in page) == (True, True)
    assert names(console, Role.BODY, "yexian") == []


async def test_nothing_that_is_too_long_is_cut(console: Console) -> None:
    office = await console.reader(OFFICE)
    person, name, note = console.people[BODY], "王" * 21, "周" * 101
    added = {"name": name, "role": "office", "way": "code", "once": "a"}
    for told, path, form in (
        ("“姓名”最多20字，现有21字", f"{HOME}/add", added),
        ("“姓名”最多20字，现有21字", f"{HOME}/add", added | {"way": "now", "userid": "wang", "once": "b"}),
        (
            "“备注”最多100字，现有101字",
            f"{HOME}/{person}/telephone",
            {"telephone": "", "note": note, "once": "c"},
        ),
    ):
        page = await (await office.send(path, form)).text()
        typed = form.get("note") or form["name"]
        assert (told in page, f'value="{typed}"' in page) == (True, True)
    assert [console.audited(action) for action in ("invited", "member_added", "telephone_set")] == [
        [],
        [],
        [],
    ]


async def test_contact_hands_over_to_a_deputy_at_once(console: Console) -> None:
    office = await console.reader(OFFICE)
    contact = console.people[BODY]
    [leaving] = console.run(lambda store: store.memberships(contact))
    form = {"membership": str(leaving.id), "name": "钱二", "once": "a"}
    assert "已移交给钱二" in await office.post(f"{HOME}/{contact}/hand-over", form)
    assert names(console, Role.BODY, "baofeng") == ["钱二"]
    foreign = {"membership": str(leaving.id), "name": "谁", "once": "b"}
    refused = await office.send(f"{HOME}/{console.people[DEPUTY]}/hand-over", foreign)
    assert "没有找到这位工作人员" in await refused.text()


async def test_link_lets_somebody_in_once_and_sign_out_ends_their_sessions(console: Console) -> None:
    office, deputy = await console.reader(OFFICE), await console.reader(DEPUTY)
    person = console.people[DEPUTY]
    page = await (await office.send(f"{HOME}/{person}/link", {"once": "a"})).text()
    found = re.search(r"/console/in/([\w-]{43})", page)
    assert found is not None
    assert found[1] not in "".join(console.audited("console_link"))
    assert "退出（1处）" in await office.post(f"{HOME}/{person}/sign-out", {"once": "b"})
    await deputy.get("/console/recommendation", 303)


async def test_list_from_excel_is_shown_first_and_enters_nobody_while_a_row_is_wrong(
    console: Console,
) -> None:
    office = await console.reader(OFFICE)
    wrong = await upload(office, table([*ROWS, ["张三", "推荐单位", "火星", "", "", "", ""]]))
    assert ("第5行" in wrong, "一个人也没有登记" in wrong, "/import/confirm" in wrong) == (True, True, False)
    page = await upload(office, table(ROWS))
    hidden = re.search(r'name="rows" value="([^"]+)"', page)
    assert hidden is not None
    assert names(console, Role.BODY, "yexian") == []
    rows = hidden[1].replace("&#34;", '"').replace("&amp;", "&")
    assert "已登记2人" in await office.post(f"{HOME}/import/confirm", {"rows": rows, "once": "a"})
    assert names(console, Role.BODY, "yexian") == ["王小明", "刘小红"]
    refused = await (await office.send(f"{HOME}/import/confirm", {"rows": "[[1]]", "once": "b"})).text()
    assert "没有找到表头" in refused
    assert "读不了" in await upload(office, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old")
    content, _ = await office.file(f"{HOME}/form.xlsx")
    assert "没有人员" not in await upload(office, content)


async def test_nobody_but_the_office_finds_people_or_log(console: Console) -> None:
    person = console.people[OTHER]
    for userid in (BODY, INSPECTOR):
        other = await console.reader(userid)
        for path in (HOME, f"{HOME}/{person}", f"{HOME}/people.xlsx", f"{HOME}/import", f"{HOME}/add"):
            await other.get(path, 404)
        await other.get("/console/log", 404)
        await other.get("/console/log/log.xlsx", 404)
        acts: dict[str, dict[str, Any]] = {
            "add": {"name": "内鬼", "role": "office", "way": "now", "userid": "mole"},
            f"{person}/link": {},
            f"{person}/take-back": {"membership": "all"},
            f"{person}/sign-out": {},
        }
        for path, form in acts.items():
            assert (await other.send(f"{HOME}/{path}", form)).status == 404
    assert "内鬼" not in names(console, Role.OFFICE)


async def test_pages_take_the_same_queries_with_few_and_many_rows(console: Console) -> None:
    office = await console.reader(OFFICE)
    few = {}
    for path in (HOME, "/console/log"):
        with counted() as ran:
            await office.get(path)
        few[path] = len(ran)
    for number in range(120):
        console.member(f"more-{number}", f"多人{number}", Role.INSPECTOR, "")
        console.run(lambda store: store.audit([AuditEntry("view", None, None, "console")], console.now))
    for path, queries in few.items():
        with counted() as ran:
            page = await office.get(path)
        assert (len(ran), "第 1 / 3 页" in page, len(page.encode()) < 100_000) == (queries, True, True)


# the log


async def test_log_says_who_did_what_in_words_and_is_filtered(console: Console) -> None:
    known, *_ = console.three()
    office = await console.reader(OFFICE)
    page = await office.get("/console/log")
    assert [word for word in ("列为候选", "进入工作台", known.number) if word not in page] == []
    page = await office.get("/console/log?action=accept_candidate")
    assert (page.count('data-label="操作">列为候选'), 'data-label="操作">进入' in page) == (3, False)
    page = await office.get(f"/console/log?person={console.people[OFFICE]}")
    assert ('data-label="操作">列为候选' in page, 'data-label="操作">进入' in page) == (False, True)
    content, _ = await office.file("/console/log/log.xlsx?action=accept_candidate")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [row[2] for row in sheet.iter_rows(values_only=True)].count("列为候选") == 3


async def test_log_shows_unannounced_visits_to_their_maker_alone_not_even_their_number(
    console: Console,
) -> None:
    known = console.apply("宝丰县公安局", stage="accepted")
    assert "已登记" in console.say(OFFICE, f"暗访安排 {known.number} 7月30日上午9:30 组长郑七 成员冯八")
    [maker, other] = [await console.reader(userid) for userid in (OFFICE, OFFICE_TWO)]
    seen = await maker.get("/console/log?action=covert")
    assert seen.count('data-label="操作">不公开的安排') == 2  # the visit and its sheet
    hidden = await other.get("/console/log?action=covert") + await other.get("/console/log")
    assert ("不公开" in hidden, "没有这样的记录" in hidden) == (False, True)
    content, _ = await other.file("/console/log/log.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert "不公开的安排" not in [row[2] for row in sheet.iter_rows(values_only=True)]
