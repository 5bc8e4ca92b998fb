"""The applicant's own page over HTTP: what it says, what it never shows, and how it refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from html import unescape
from re import sub
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from handlers.applicant import attempts
from handlers.applicant.pages import ApplicantView, FormItem, applicant_routes

TOKEN = "k3Jx9v_2QmZ8-aLw7RtYpA"
WRONG = "AAAAAAAAAAAAAAAAAAAAAA"

DRAFT = ApplicantView(
    title="2019年度平顶山市服务型行政执法示范点",
    unit="宝丰县市场监督管理局",
    number="2019-017",
    state_label="草稿",
    filed=False,
    receipt="",
    items=(FormItem(1, "申报单位", "宝丰县市场监督管理局"), FormItem(6, "单位级别", "")),
    missing=("单位级别",),
    owes=("盖章扫描件", "申报报告（PPT）"),
    print_code="",
    deadline_words="2019年7月25日之前",
    phone="0375-2663225",
)
FILED = replace(
    DRAFT,
    state_label="已报推荐单位",
    filed=True,
    receipt="2019-017-1",
    items=(FormItem(1, "申报单位", "宝丰县市场监督管理局"), FormItem(6, "单位级别", "正科级")),
    missing=(),
    print_code="7K3F9QX",
)

Client = TestClient[web.Request, web.Application]
Serve = Callable[[ApplicantView], Awaitable[Client]]


class Seconds:
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def serve(aiohttp_client: Callable[[web.Application], Awaitable[Client]], seconds: Seconds) -> Serve:
    async def start(view: ApplicantView) -> Client:
        async def lookup(token: str) -> ApplicantView | None:
            return view if token == TOKEN else None

        async def form(token: str) -> tuple[bytes, str] | None:
            return (b"PK\x03\x04", "申报表_宝丰县市场监督管理局.docx") if token == TOKEN else None

        app = web.Application()
        app.add_routes(applicant_routes(lookup, form, form, monotonic=seconds))
        return await aiohttp_client(app)

    return start


def words(html: str) -> str:
    """What a person reads: no tags, no runs of white space."""
    return sub(r"\s+", " ", unescape(sub(r"<[^>]*>", " ", html)))


async def test_draft_says_it_is_not_filed_and_what_is_missing(serve: Serve) -> None:
    client = await serve(DRAFT)
    response = await client.get(f"/u/{TOKEN}")
    text = words(await response.text())
    assert response.status == 200
    assert "草稿，尚未报送" in text
    assert "已报送" not in text.replace("已报送的内容", "")
    assert "还差 1 项：单位级别。" in text
    assert "6 单位级别 未填" in text
    assert "各项填写完毕、下载申报表后生成" in text
    assert "报送时间：2019年7月25日之前" in text


async def test_filed_application_shows_receipt_code_and_debts(serve: Serve) -> None:
    client = await serve(FILED)
    text = words(await (await client.get(f"/u/{TOKEN}")).text())
    assert "已报送，回执 2019-017-1" in text
    assert "当前状态：已报推荐单位" in text
    assert "尚未报送" not in text
    assert "未填" not in text
    assert "7K3F9QX" in text
    assert "还需提交 盖章扫描件 申报报告（PPT）" in text


@pytest.mark.parametrize(
    ("label", "heading"),
    [
        ("草稿", "草稿，尚未报送"),
        ("草稿，尚未报送", "草稿，尚未报送"),
        ("已撤回", "已撤回，尚未报送"),
    ],
)
async def test_unfiled_application_says_so_once(serve: Serve, label: str, heading: str) -> None:
    client = await serve(replace(DRAFT, state_label=label))
    html = await (await client.get(f"/u/{TOKEN}")).text()
    assert f"<h2>{heading}</h2>" in html


async def test_application_that_cannot_be_changed_is_not_offered_to(serve: Serve) -> None:
    client = await serve(replace(FILED, editable=False))
    text = words(await (await client.get(f"/u/{TOKEN}")).text())
    assert "目前不能自行修改" in text
    assert "修改第" not in text


async def test_values_are_shown_as_typed_and_never_run(serve: Serve) -> None:
    hostile = '<script>alert(1)</script>\n  {{ 7 * 7 }} & "引号" \''
    client = await serve(replace(DRAFT, unit=hostile, items=(FormItem(8, "基本情况", hostile),)))
    html = await (await client.get(f"/u/{TOKEN}")).text()
    assert "<script" not in html
    assert unescape(html).count(hostile) == 3  # title, heading, item


async def test_page_has_no_upload_and_no_script(serve: Serve) -> None:
    client = await serve(FILED)
    html = await (await client.get(f"/u/{TOKEN}")).text()
    assert [tag for tag in ("<input", "<form", "<script", "http://", "https://") if tag in html] == []


async def test_form_is_downloaded_under_its_chinese_name(serve: Serve) -> None:
    client = await serve(FILED)
    response = await client.get(f"/u/{TOKEN}/form.docx")
    assert await response.read() == b"PK\x03\x04"
    assert response.content_type.endswith("wordprocessingml.document")
    plain, extended = response.headers["Content-Disposition"].split("; filename*=UTF-8''")
    assert plain == 'attachment; filename="form.docx"'
    assert unquote(extended) == "申报表_宝丰县市场监督管理局.docx"


@pytest.mark.parametrize("path", [f"/u/{TOKEN}", f"/u/{TOKEN}/form.docx", f"/u/{WRONG}", "/u/x"])
async def test_every_answer_stays_out_of_caches_indexes_and_referers(serve: Serve, path: str) -> None:
    client = await serve(FILED)
    headers = (await client.get(path)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")


@pytest.mark.parametrize("token", [WRONG, "x", "%E4%B8%AD%E6%96%87", "a" * 200])
@pytest.mark.parametrize("tail", ["", "/form.docx"])
async def test_wrong_token_gets_404_that_says_what_to_do(serve: Serve, token: str, tail: str) -> None:
    client = await serve(FILED)
    response = await client.get(f"/u/{token}{tail}")
    text = words(await response.text())
    assert response.status == 404
    assert "“我的页面”" in text
    assert "宝丰" not in text


async def test_peer_with_twenty_wrong_tokens_waits_for_the_minute_to_pass(
    serve: Serve, seconds: Seconds
) -> None:
    client = await serve(FILED)
    statuses = [(await client.get(f"/u/{WRONG}")).status for _ in range(20)]
    refused = await client.get(f"/u/{TOKEN}")
    assert statuses == [404] * 20
    assert refused.status == 429
    assert refused.headers["Retry-After"] == "60"
    assert "请在 60 秒后重试" in words(await refused.text())
    seconds.now += 60
    assert (await client.get(f"/u/{TOKEN}")).status == 200


async def test_right_tokens_are_not_counted(serve: Serve) -> None:
    client = await serve(FILED)
    assert {(await client.get(f"/u/{TOKEN}")).status for _ in range(25)} == {200}


def test_peers_are_forgotten_from_the_longest_silent_on(
    seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_PEERS", 2)
    wrong = attempts.WrongAttempts(1, 60, seconds)
    for peer in ("a", "b", "a", "c"):
        wrong.add(peer)
    assert [wrong.wait(peer) for peer in ("a", "b", "c")] == [60, 0, 60]


async def test_style_sheet_is_served(serve: Serve) -> None:
    client = await serve(FILED)
    response = await client.get("/u/static/applicant.css")
    assert (response.status, response.content_type) == (200, "text/css")
    assert (await client.get("/u/static/..%2fpages.py")).status == 404
