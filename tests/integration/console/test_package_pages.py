"""The office receives what bodies sent, decides about late ones, and keeps the ledger of paper."""

from __future__ import annotations

import io
from datetime import timedelta

from openpyxl import load_workbook

from tests.fakes.console import Console, Reader
from tests.fakes.recommending import BODY, OFFICE

HOME = "/console/packages"


async def test_every_body_is_listed_with_what_it_sent(console: Console) -> None:
    console.three()
    console.say(BODY, "上报", "确认上报")
    [package] = console.packages()
    page = await (await console.reader(OFFICE)).get(HOME)
    assert [body.name in page for body in console.campaign.bodies] == [True] * len(console.campaign.bodies)
    assert f"{HOME}/{package.receipt}" in page
    assert page.count("尚未上报") == len(console.campaign.bodies)  # one heading, all bodies but one


async def test_a_package_is_received_whole_or_by_unit(console: Console) -> None:
    one, two, three = console.three()
    console.say(BODY, "上报", "确认上报")
    [package] = console.packages()
    office = await console.reader(OFFICE)
    address = f"{HOME}/acts/receive?from={package.receipt}"
    await office.post(address, {"which": two.number})
    assert console.stages([one, two, three]) == ["recommended", "received", "recommended"]
    await office.post(address, {"which": "宝丰县人民政府"})
    assert console.stages([one, two, three]) == ["received"] * 3


async def test_a_late_package_needs_a_reason(console: Console) -> None:
    known = console.three()
    console.now += timedelta(days=30)
    console.say(BODY, "上报", "确认上报")
    [package] = console.packages()
    office = await console.reader(OFFICE)
    address = f"{HOME}/acts/receive?from={package.receipt}"
    page = await office.post(address, {"which": "宝丰县人民政府", "reason": ""})
    assert (console.stages(known), "alert-danger" in page) == (["late_pending"] * 3, True)
    await office.post(address, {"which": "宝丰县人民政府", "reason": "系统故障"})
    assert console.stages(known) == ["received"] * 3


async def test_a_changed_order_is_granted_and_both_are_kept(console: Console) -> None:
    one, two, three = console.three()
    console.say(BODY, "上报", "确认上报", "排序 2 1 3")
    [first] = console.packages()
    office = await console.reader(OFFICE)
    assert "申请更正推荐顺序" in await office.get(f"{HOME}/{first.receipt}")
    form = {"body": "宝丰县人民政府", "granted": "yes"}
    await office.post(f"{HOME}/acts/correction?from={first.receipt}", form)
    assert console.order() == [two.number, one.number, three.number]
    second = console.packages()[-1]
    assert f'更正 <a href="{HOME}/{first.receipt}"' in await office.get(f"{HOME}/{second.receipt}")


async def test_a_paper_form_is_entered(console: Console) -> None:
    one, *_ = console.three()
    console.say(BODY, "上报", "确认上报")
    printed = console.print(one)
    office = await console.reader(OFFICE)
    form = {"which": one.number, "code": printed.code, "brought_by": "王五"}
    await office.post(f"{HOME}/acts/paper", form)
    assert console.application(one.id).dossier["paper"] == "2019-07-12"


async def test_bodies_find_no_such_page(console: Console) -> None:
    known = console.three()
    console.say(BODY, "上报", "确认上报")
    [package] = console.packages()
    body = await console.reader(BODY)
    await body.get(HOME, 404)
    await body.get(f"{HOME}/{package.receipt}", 404)
    response = await body.send(f"{HOME}/acts/receive", {"which": known[0].number})
    assert (response.status, console.stages(known)) == (404, ["recommended"] * 3)


async def test_a_gap_is_asked_about_until_it_is_decided(console: Console) -> None:
    _, two, _ = console.three()
    console.say(BODY, "上报", "确认上报")
    console.say(OFFICE, f"同意撤回 {two.number}，理由改制")
    [package] = console.packages()
    office, home = await console.reader(OFFICE), f"{HOME}/{package.receipt}"
    assert "依次递补" in await office.get(home)
    form = {"body": "宝丰县人民政府", "granted": "no"}
    await office.post(f"{HOME}/acts/move-up?from={package.receipt}", form)
    page = await office.get(home)
    assert ("依次递补" in page, "1家退出后不递补，位次保留" in page) == (False, True)
    again = await office.post(f"{HOME}/acts/move-up?from={package.receipt}", {**form, "granted": "yes"})
    assert ("已决定不递补" in again, len(console.packages())) == (True, 1)


async def test_packages_are_handed_out_as_tables_with_every_unit(console: Console) -> None:
    found = console.three()
    console.say(BODY, "上报", "确认上报")
    [package] = console.packages()
    office = await console.reader(OFFICE)
    rows = await sheet(office, f"{HOME}.xlsx")
    assert len(rows) == 3 + len(console.campaign.bodies)  # title, heading, last line
    assert rows[2][1:4] == ["宝丰县人民政府", "已上报", package.receipt]
    assert rows[2][5:9] == [3, 3, 0, 0]
    assert len(await sheet(office, f"{HOME}.xlsx?state=sent")) == 4
    listed = await sheet(office, f"{HOME}/{package.receipt}/list.xlsx")
    assert [row[:3] for row in listed[2:-1]] == [
        [place, one.number, one.values["unit_name"]] for place, one in enumerate(found, start=1)
    ]
    await office.get(f"{HOME}/2019-B99-1/list.xlsx", status=404)


async def sheet(reader: Reader, path: str) -> list[list[object]]:
    """The rows of a downloaded table."""
    content, _ = await reader.file(path)
    [found] = load_workbook(io.BytesIO(content)).worksheets
    return [list(row) for row in found.iter_rows(values_only=True)]
