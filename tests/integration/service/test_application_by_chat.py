"""A whole application over the real callback: from 我要申报 to the form, the page and a receipt."""

from __future__ import annotations

import re

from aiohttp import ClientSession

from bot.documents.form_read import Origin, read_form
from config.campaign import Campaign
from tests.deployment import ANSWERS, SUMMARY, VALUES, Deployment, until

PAPER_LACKS = ("contact_name", "contact_phone", "contact_email")


def page_link(deployment: Deployment, userid: str) -> str:
    """The newest address of the member's own page."""
    links = [found[0] for said in deployment.shown(userid) if (found := re.search(r"http\S+/u/\S+", said))]
    return links[-1] if links else ""


async def test_application_is_filled_filed_and_handed_out(
    on_each_database: Deployment, campaign: Campaign
) -> None:
    deployment = on_each_database
    await deployment.say("zhangmin", "我要申报", *ANSWERS)
    assert "填写完成（草稿，尚未报送）" in deployment.shown("zhangmin")[-1]
    await deployment.say("zhangmin", "确认")
    await until(lambda: page_link(deployment, "zhangmin") != "")
    assert [row.receipt for row in deployment.rows("SELECT receipt FROM application")] == ["2019-001-1"]
    assert any("已提交" in said and "回执 2019-001-1" in said for said in deployment.shown("zhangmin"))

    shown = deployment.last("zhangmin", "file")
    assert shown is not None
    assert shown["file"]["name"] == "申报表_汝州市农业农村局.docx"
    reading = read_form(campaign, deployment.platform.file(shown["file"]["media_id"]).content)
    assert dict(reading.values) == VALUES
    assert reading.origin is Origin.OURS
    assert reading.print_code == deployment.rows("SELECT code FROM print")[0].code
    assert deployment.platform.violations == []


async def test_page_opens_and_hands_out_the_same_form(
    service_and_platform: Deployment, campaign: Campaign
) -> None:
    await service_and_platform.fill_and_submit("zhangmin")
    await until(lambda: page_link(service_and_platform, "zhangmin") != "")
    link = page_link(service_and_platform, "zhangmin")
    async with ClientSession() as browser:
        async with browser.get(link) as page:
            text = await page.text()
            assert page.status == 200
        async with browser.get(f"{link}/form.docx") as form:
            content = await form.read()
            assert form.status == 200
    code = service_and_platform.rows("SELECT code FROM print")[0].code
    assert [part for part in ("2019-001-1", SUMMARY, "孔令军", code) if part not in text] == []
    reading = read_form(campaign, content)
    assert (dict(reading.values), reading.print_code) == (VALUES, code)


async def test_page_of_the_former_holder_is_revoked_by_a_takeover(service_and_platform: Deployment) -> None:
    await service_and_platform.fill_and_submit("zhangmin")
    await until(lambda: page_link(service_and_platform, "zhangmin") != "")
    link = page_link(service_and_platform, "zhangmin")
    await service_and_platform.say("liqiang", "我要申报", "汝州市农业局", "申请接手")
    await service_and_platform.say("zhangmin", "同意接手")
    async with ClientSession() as browser, browser.get(link) as page:
        assert (page.status, "孔令军" in await page.text()) == (404, False)
    await service_and_platform.say("liqiang", "我的页面")
    await until(lambda: page_link(service_and_platform, "liqiang") != "")
    async with ClientSession() as browser, browser.get(page_link(service_and_platform, "liqiang")) as page:
        assert (page.status, "孔令军" in await page.text()) == (200, True)


async def test_form_ordered_before_a_takeover_does_not_reach_the_former_holder(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await deployment.fill_and_submit("zhangmin")
    await deployment.settled()
    await deployment.say("liqiang", "我要申报", "汝州市农业局", "申请接手")
    await deployment.settled()
    files = [m for m in deployment.platform.messages("zhangmin") if m["type"] == "file"]
    deployment.platform.fail_next("message/send", errcode=45033, times=1)  # the reply's own push waits
    await deployment.platform.event("zhangmin", "template_card_event", EventKey="say:打印", TaskId="t")
    await deployment.say("zhangmin", "同意接手")
    await until(lambda: deployment.rows("SELECT 1 FROM outbox WHERE state = 'waiting'") != [])
    deployment.let_pass(60)
    await deployment.settled()
    assert [m for m in deployment.platform.messages("zhangmin") if m["type"] == "file"] == files
    sent = deployment.rows("SELECT state, error FROM outbox WHERE body LIKE '%form_order%' ORDER BY id")
    assert [tuple(row) for row in sent][-1] == ("failed", "申报件已不存在，或已转交他人")


async def test_takeover_is_told_to_both_at_once(service_and_platform: Deployment) -> None:
    deployment = service_and_platform
    await deployment.fill_and_submit("zhangmin")
    await deployment.say("liqiang", "我要申报", "汝州市农业局")
    await until(lambda: deployment.last("zhangmin", "file") is not None)
    await deployment.say("liqiang", "申请接手")
    wish = "李强申请接手汝州市农业局的申报。"
    await until(lambda: any(said.startswith(wish) for said in deployment.shown("zhangmin")))
    await deployment.say("zhangmin", "同意接手")
    await until(lambda: "汝州市农业局的申报已转交给您，全部内容都在。" in deployment.shown("liqiang"))
    holders = deployment.rows(
        "SELECT i.address, a.receipt FROM application a JOIN identity i ON i.person = a.holder"
    )
    assert [tuple(row) for row in holders] == [("liqiang", "2019-001-1")]


async def test_amendment_after_filing_gives_a_new_receipt_and_a_new_print_code(
    on_each_database: Deployment,
) -> None:
    deployment = on_each_database
    await deployment.fill_and_submit("zhangmin")
    await deployment.settled()
    await deployment.say("zhangmin", "地址写错了，应该是汝州市风穴路14号", "确认")
    await until(lambda: len(deployment.rows("SELECT code FROM print")) == 2)
    assert [row.receipt for row in deployment.rows("SELECT receipt FROM application")] == ["2019-001-2"]
    codes = [row.code for row in deployment.rows("SELECT code FROM print ORDER BY printed_at")]
    assert len(set(codes)) == 2
    changes = deployment.rows("SELECT value, previous FROM revision WHERE field = 'unit_address' ORDER BY id")
    assert [tuple(row) for row in changes] == [
        ("汝州市风穴路41号", ""),
        ("汝州市风穴路14号", "汝州市风穴路41号"),
    ]
    await deployment.say("zhangmin", "地址写错了，应该是汝州市风穴路41号", "确认")
    await deployment.settled()
    assert [row.code for row in deployment.rows("SELECT code FROM print ORDER BY printed_at")] == codes
