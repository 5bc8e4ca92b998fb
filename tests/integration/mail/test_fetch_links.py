"""Fetching linked files over real HTTPS, from hosts that behave and hosts that do not."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model.mail import Link
from bot.work.link_source import Failure, Fetched, LinkFailed
from handlers.mail.fetch_links import LinkFetcher, is_public
from tests.fakes.share_host import (
    ShareHost,
    client_tls,
    gives,
    leads,
    says,
    share_host,
    status,
    streams,
)

MB = 1 << 20
CONTENT = bytes(range(256)) * 10_000
NETEASE = Link(
    "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&file=KEY-1",
    "mail.163.com",
    "报告.pptx",
)
TENCENT = Link("http://wx.mail.qq.com/ftn/download?func=3&key=KEY&code=CODE", "wx.mail.qq.com", "报告.pptx")
PREPARE = "mail.163.com/filehub/bg/dl/prepare"
FILE = "fs.163.com/files/1"
OFFER = says({"code": 200, "data": {"downloadUrl": f"https://{FILE}?sign=a%2Fb"}})
FOREIGN = (
    "https://evil.cn/file",
    "https://mail.163.com.evil.cn/file",
    "https://127.0.0.1/file",
    "https://2130706433/file",
    "https://fs.163.com@evil.cn/file",
    "https://fs.163.com:8443/files/1",
    "http://fs.163.com/files/1",
    "https://evil.cn\\.163.com/file",
    "ftp://fs.163.com/files/1",
    "//evil.cn/file",
    "https://[::1]/file",
    "https://mail.qq.com/file",
    "javascript:alert(1)",
)


@pytest.fixture
async def host() -> AsyncIterator[ShareHost]:
    async with share_host() as running:
        running.answers |= {PREPARE: OFFER, FILE: gives(CONTENT)}
        yield running


@pytest.fixture
async def fetcher(host: ShareHost) -> AsyncIterator[LinkFetcher]:
    made = LinkFetcher(host.resolver(), client_tls(), lambda address: address == "127.0.0.1", 20.0, 0.3)
    yield made
    await made.close()


async def failure(fetcher: LinkFetcher, path: Path, link: Link = NETEASE, at_most: int = 9 * MB) -> Failure:
    with pytest.raises(LinkFailed) as failed:
        await fetcher.fetch(link, path / "file", at_most)
    return failed.value.failure


def fetched(content: bytes = CONTENT, name: str = "") -> Fetched:
    return Fetched(hashlib.sha256(content).hexdigest(), len(content), name)


# as it should be


async def test_netease_file_is_fetched_from_where_its_page_says(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path
) -> None:
    assert await fetcher.fetch(NETEASE, tmp_path / "file", len(CONTENT)) == fetched()
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert host.asked == [f"POST {PREPARE}", f"GET {FILE}"]
    assert host.bodies == ['{"linkKey": "KEY-1"}']


async def test_tencent_file_is_fetched_with_the_cookie_that_its_redirect_sets(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path
) -> None:
    url = "https://wx.mail.qq.com/ftn/get?func=4"
    host.answers |= {
        "wx.mail.qq.com/ftn/download": says(
            {"body": {"url": url, "name": "成果.pptx", "size": len(CONTENT)}}
        ),
        "wx.mail.qq.com/ftn/get": leads(
            "https://gzc.mail.ftn.qq.com/f/1?fname=a", {"mail5k": "a1b2", "other": "x"}
        ),
        "gzc.mail.ftn.qq.com/f/1": gives(CONTENT),
    }
    assert await fetcher.fetch(TENCENT, tmp_path / "file", 9 * MB) == fetched(name="成果.pptx")
    assert host.asked == [
        "POST wx.mail.qq.com/ftn/download",
        "GET wx.mail.qq.com/ftn/get",
        "GET gzc.mail.ftn.qq.com/f/1",
    ]
    assert (host.bodies, host.cookies) == (["f=json"], ["", "", "mail5k=a1b2"])


async def test_five_redirects_are_followed_and_a_sixth_is_not(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path
) -> None:
    for number in range(1, 6):
        host.answers[f"fs.163.com/files/{number}"] = leads(f"/files/{number + 1}")
    host.answers["fs.163.com/files/6"] = gives(CONTENT)
    assert await fetcher.fetch(NETEASE, tmp_path / "file", 9 * MB) == fetched()
    host.answers |= {"fs.163.com/files/6": leads("/files/7"), "fs.163.com/files/7": gives(CONTENT)}
    assert await failure(fetcher, tmp_path) is Failure.FOREIGN
    assert host.files[-1] == "fs.163.com/files/6"


async def test_file_of_exactly_the_largest_size_is_fetched_and_one_more_byte_is_not(
    fetcher: LinkFetcher, tmp_path: Path
) -> None:
    assert await fetcher.fetch(NETEASE, tmp_path / "file", len(CONTENT)) == fetched()
    assert await failure(fetcher, tmp_path, at_most=len(CONTENT) - 1) is Failure.TOO_LARGE


# where it leads


@pytest.mark.parametrize("url", FOREIGN)
async def test_redirect_to_a_foreign_address_is_not_followed(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path, url: str
) -> None:
    host.answers[FILE] = leads(url)
    assert await failure(fetcher, tmp_path) is Failure.FOREIGN
    assert host.files == [FILE]


@pytest.mark.parametrize("url", FOREIGN)
async def test_offer_at_a_foreign_address_is_not_taken(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path, url: str
) -> None:
    host.answers[PREPARE] = says({"data": {"downloadUrl": url}})
    assert await failure(fetcher, tmp_path) is Failure.FOREIGN
    assert host.files == []


@pytest.mark.parametrize("address", ["10.0.0.8", "192.168.1.1", "169.254.169.254", "172.16.3.4", "0.0.0.0"])
async def test_name_that_stands_for_an_inner_address_is_not_connected_to(
    host: ShareHost, tmp_path: Path, address: str
) -> None:
    host.addresses["fs.163.com"] = address
    careful = LinkFetcher(host.resolver(), client_tls(), lambda it: it == "127.0.0.1" or is_public(it))
    assert await failure(careful, tmp_path) is Failure.FOREIGN
    assert host.asked == [f"POST {PREPARE}"]
    await careful.close()


async def test_loopback_is_no_public_address(host: ShareHost, tmp_path: Path) -> None:
    strict = LinkFetcher(host.resolver(), client_tls())
    assert await failure(strict, tmp_path) is Failure.FOREIGN
    assert host.asked == []
    await strict.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("123.58.177.8", True), ("127.0.0.1", False), ("100.64.1.1", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("240.0.0.1", False), ("::1", False), ("fe80::1", False), ("fd00::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False),
    ],
)  # fmt: skip
def test_public_address_is_told_from_others(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_certificate_of_somebody_else_ends_the_line(host: ShareHost, tmp_path: Path) -> None:
    usual = LinkFetcher(host.resolver(), ssl.create_default_context(), lambda _: True)
    assert await failure(usual, tmp_path) is Failure.BROKEN
    assert host.asked == []
    await usual.close()


@pytest.mark.parametrize(
    "url",
    [
        "https://pan.baidu.com/s/1abc",
        "https://u.163.com/abc",
        "https://dashi.163.com/html/cloud-attachment-download/?key=a",
        "https://mail.163.com/large-attachment-download/index.html?title=a",
        "https://mail.163.com/login?file=KEY",
        "https://mail.163.com.evil.cn/large-attachment-download/index.html?file=KEY",
        "https://mail.163.com:8443/large-attachment-download/index.html?file=KEY",
        "https://drive.weixin.qq.com/s?k=a",
        "https://wx.mail.qq.com/ftn/download",
    ],
)
async def test_other_links_are_not_known_and_never_asked_about(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path, url: str
) -> None:
    link = Link(url, "", "a.pptx")
    assert fetcher.knows(link) is False
    assert await failure(fetcher, tmp_path, link) is Failure.FOREIGN
    assert host.asked == []


# what is no offer, and what is no file


@pytest.mark.parametrize(
    "told",
    [
        {"code": 601, "desc": "EXPIRED"}, {"data": None}, {"data": {"downloadUrl": ""}}, {"data": {"downloadUrl": 7}},
        {"body": {"url": f"https://{FILE}"}}, [1], "null", "<html>请登录</html>", "{", "[" * 50_000, "x" * 70_000,
    ],
)  # fmt: skip
async def test_answer_of_another_shape_is_no_offer(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path, told: object
) -> None:
    host.answers[PREPARE] = says(told)
    assert await failure(fetcher, tmp_path) is Failure.REFUSED
    assert host.files == []


@pytest.mark.parametrize("code", [204, 206, 401, 403, 404, 410, 500, 503])
async def test_other_status_is_no_file(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path, code: int
) -> None:
    host.answers[FILE] = status(code)
    assert await failure(fetcher, tmp_path) is Failure.REFUSED
    host.answers[PREPARE] = status(code)
    assert await failure(fetcher, tmp_path) is Failure.REFUSED


async def test_redirect_of_the_question_itself_is_not_followed(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path
) -> None:
    host.answers |= {PREPARE: leads("https://mail.126.com/filehub"), "mail.126.com/filehub": OFFER}
    assert await failure(fetcher, tmp_path) is Failure.REFUSED
    assert host.asked == [f"POST {PREPARE}"]


@pytest.mark.parametrize("type", ["text/html", "application/json", "text/plain"])
async def test_page_is_no_file(host: ShareHost, fetcher: LinkFetcher, tmp_path: Path, type: str) -> None:
    host.answers[FILE] = gives(b"<html>expired</html>", type)
    assert await failure(fetcher, tmp_path) is Failure.NOT_A_FILE


async def test_packed_answer_is_never_unpacked(host: ShareHost, fetcher: LinkFetcher, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(300 * MB), 9)
    host.answers[FILE] = gives(bomb, Content_Encoding="gzip")
    assert await failure(fetcher, tmp_path) is Failure.NOT_A_FILE
    host.answers[PREPARE] = gives(bomb, "application/json", Content_Encoding="gzip")
    assert await failure(fetcher, tmp_path) is Failure.REFUSED
    assert not (tmp_path / "file").exists()


# sizes and times


async def test_endless_file_ends_at_the_largest_size(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path
) -> None:
    host.answers[FILE] = streams(bytes(3 * MB), asyncio.Event())
    assert await failure(fetcher, tmp_path, at_most=2 * MB) is Failure.TOO_LARGE
    assert (tmp_path / "file").stat().st_size <= 2 * MB


async def test_file_announced_as_too_large_is_not_begun(
    host: ShareHost, fetcher: LinkFetcher, tmp_path: Path
) -> None:
    host.answers[FILE] = streams(b"abc", length=3 << 30)
    assert await failure(fetcher, tmp_path) is Failure.TOO_LARGE
    said = {"url": "https://wx.mail.qq.com/ftn/get", "size": 10 * MB}
    host.answers["wx.mail.qq.com/ftn/download"] = says({"body": said})
    assert await failure(fetcher, tmp_path, TENCENT) is Failure.TOO_LARGE
    assert (host.files, (tmp_path / "file").exists()) == ([FILE], False)


async def test_line_that_stalls_is_given_up(host: ShareHost, fetcher: LinkFetcher, tmp_path: Path) -> None:
    host.answers[FILE] = streams(b"abc", asyncio.Event())
    assert await failure(fetcher, tmp_path) is Failure.TIMED_OUT


async def test_fetch_as_a_whole_has_an_end(host: ShareHost, tmp_path: Path) -> None:
    host.answers[FILE] = streams(b"abc", asyncio.Event())
    hurried = LinkFetcher(host.resolver(), client_tls(), lambda _: True, total_seconds=0.4)
    assert await failure(hurried, tmp_path) is Failure.TIMED_OUT
    await hurried.close()


async def test_file_that_ends_early_is_broken(host: ShareHost, fetcher: LinkFetcher, tmp_path: Path) -> None:
    host.answers[FILE] = streams(b"abc", length=100)
    assert await failure(fetcher, tmp_path) is Failure.BROKEN
    said = {"url": "https://wx.mail.qq.com/ftn/get", "size": len(CONTENT) + 1}
    host.answers |= {
        "wx.mail.qq.com/ftn/download": says({"body": said}),
        "wx.mail.qq.com/ftn/get": gives(CONTENT),
    }
    assert await failure(fetcher, tmp_path, TENCENT) is Failure.BROKEN


async def test_host_that_is_not_there_is_a_broken_line(host: ShareHost, tmp_path: Path) -> None:
    host.port = 1
    lost = LinkFetcher(host.resolver(), client_tls(), lambda _: True)
    assert await failure(lost, tmp_path) is Failure.BROKEN
    await lost.close()
