"""The self-check over the real callback: answered in the chat, seen on the unit's own page, printed as a sheet."""

from __future__ import annotations

import io
import re

import docx
from aiohttp import ClientSession

from tests.deployment import Deployment, until


async def test_selfcheck_is_shown_on_the_page_and_handed_out_as_a_sheet(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报", "汝州市农业农村局", "自查", "缺1项", "退出自查", "自查表")
    await until(lambda: deployment.last("zhangmin", "file") is not None)
    shown = deployment.last("zhangmin", "file")
    assert shown is not None
    assert shown["file"]["name"] == "自查表_汝州市农业农村局.docx"
    content = deployment.platform.file(shown["file"]["media_id"]).content
    words = "".join(
        node.text or "" for node in docx.Document(io.BytesIO(content)).element.iter() if node.text
    )
    assert "缺1项，扣2分" in words

    await deployment.say("zhangmin", "我的页面")
    links: list[str] = []

    def linked() -> bool:
        links[:] = re.findall(r"http\S+/u/\S+", "\n".join(deployment.shown("zhangmin")))
        return bool(links)

    await until(linked)
    async with ClientSession() as browser:
        async with browser.get(links[-1]) as page:
            assert "基础分区间" in await page.text()
        async with browser.get(f"{links[-1]}/selfcheck.docx") as sheet:
            assert (sheet.status, (await sheet.read())[:2]) == (200, b"PK")


async def test_selfcheck_of_one_person_is_not_shown_to_who_takes_over(
    service_and_platform: Deployment,
) -> None:
    deployment = service_and_platform
    await deployment.say("zhangmin", "我要申报", "汝州市农业农村局", "自查", "缺1项", "退出自查")
    await deployment.say("liqiang", "我要申报", "汝州市农业农村局", "申请接手")
    await deployment.say("zhangmin", "同意接手")
    await deployment.say("liqiang", "进度", "自查表")
    assert "还没有自查过" in deployment.shown("liqiang")[-1]
