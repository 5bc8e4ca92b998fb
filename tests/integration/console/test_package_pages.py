"""The office receives what bodies sent, decides about late ones, and keeps the ledger of paper."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.console import Console
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
