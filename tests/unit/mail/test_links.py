"""Large attachments and net-disk shares in mails, and what only looks like them."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.mail import Link
from handlers.mail.links import MAX_LINKS, find_links

ZONE = ZoneInfo("Asia/Shanghai")
NETEASE = "https://mail.163.com/large-attachment-download/index.html"
TENCENT = "mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=5a5b&code=12cd"


def _netease_row(file: str, name: str, note: str) -> str:
    return (
        f'<div style="height:36px;padding:6px 4px"><div><a href="{NETEASE}?file={file}"></a></div>'
        f'<div><div><a href="{NETEASE}?file={file}">{name}</a><span style="color:#bbb"> ({note})</span></div>'
        f'<div><a href="{NETEASE}?file={file}">下载</a></div></div></div>'
    )


def test_netease_large_attachments_are_one_link_each() -> None:
    html = (
        "<div>附件较大，请下载。</div><div><b>从网易126邮箱发来的超大附件</b>"
        '<a class="bigattach-mailmaster-download" href="http://u.163.com/RcUw?spm=1">推荐客户端极速下载</a></div>'
        + _netease_row("djAy", "申报视频.zip", "256M, 2019年8月11日 23:59 到期")
        + _netease_row("ejMz", "附件1.pptx", "80.5M, 2019年8月12日 8:05 到期")
    )
    assert find_links("", html) == (
        Link(
            f"{NETEASE}?file=djAy",
            "mail.163.com",
            "申报视频.zip",
            268435456,
            datetime(2019, 8, 11, 23, 59, tzinfo=ZONE),
        ),
        Link(
            f"{NETEASE}?file=ejMz",
            "mail.163.com",
            "附件1.pptx",
            84410368,
            datetime(2019, 8, 12, 8, 5, tzinfo=ZONE),
        ),
    )


def test_short_address_of_netease_counts_where_it_is_the_only_one() -> None:
    html = '<a href="http://u.163.com/RcUw">推荐客户端极速下载</a>'
    assert find_links("", html) == (Link("http://u.163.com/RcUw", "u.163.com"),)


def test_older_netease_address_is_the_same_file_with_and_without_its_title() -> None:
    full = f"{NETEASE}?p=X-NETEASE-HUGE-ATTACHMENT&file=abc"
    html = f'<a download="申报 报告.pptx" href="{full}&amp;title=x">下载</a>'
    assert find_links(f"下载地址：{full}", html) == (
        Link(f"{full}&title=x", "mail.163.com", "申报 报告.pptx"),
    )


def test_title_in_the_address_names_the_file() -> None:
    address = f"{NETEASE}?file=abc&title=%E7%94%B3%E6%8A%A5.pptx"
    assert find_links(f"请下载 {address} 。", "") == (Link(address, "mail.163.com", "申报.pptx"),)


def test_mail_master_cloud_attachment() -> None:
    address = "https://dashi.163.com/html/cloud-attachment-download/?key=a2V5"
    html = f'<div>云附件</div><a href="{address}"><div>现场照片.rar</div><div>12.5MB</div></a>'
    assert [(link.host, link.url) for link in find_links("", html)] == [("dashi.163.com", address)]


def test_tencent_plain_text_lines() -> None:
    text = (
        "从QQ邮箱发来的超大附件\n\n"
        f"申报 视频 (终稿).mp4 (1.5G, 2019年08月11日 21:59 到期)进入下载页面：http://{TENCENT}\n"
        f"照片.zip (640K, 无限期)进入下载页面：http://{TENCENT.replace('5a5b', '6c6d')}\n"
    )
    assert find_links(text, "") == (
        Link(
            f"http://{TENCENT}",
            "mail.qq.com",
            "申报 视频 (终稿).mp4",
            1610612736,
            datetime(2019, 8, 11, 21, 59, tzinfo=ZONE),
        ),
        Link(f"http://{TENCENT.replace('5a5b', '6c6d')}", "mail.qq.com", "照片.zip", 655360, None),
    )


@pytest.mark.parametrize(
    ("note", "expires_at"),
    [
        ("到期时间：2019年08月11日 23:59", datetime(2019, 8, 11, 23, 59, tzinfo=ZONE)),
        ("到期时间：2019-08-11 08:30:00", datetime(2019, 8, 11, 8, 30, tzinfo=ZONE)),
        ("到期时间：2019年8月11日", datetime(2019, 8, 11, 23, 59, tzinfo=ZONE)),
        ("到期时间：无限期", None),
        ("到期时间：2019年13月41日 23:59", None),
    ],
)
def test_tencent_box_says_name_size_and_expiry(note: str, expires_at: datetime | None) -> None:
    address = "https://wx.mail.qq.com/ftn/download?func=3&key=aa&code=bb"
    escaped = address.replace("&", "&amp;")
    html = (
        f'<div title="申报视频.zip&#10;&#13;文件大小：64M&#10;&#13;{note}" class="bigatt_bt">'
        f'<div><a href="{escaped}"><img src="x.gif"/></a></div><div class="name_big">'
        f"<span class='qqmailbgattach' expiretime='1' downloadlink='{escaped}'>"
        f'<a href="{escaped}">申报视频.zip</a></span>'
        f'<a href="{escaped}">查看下载信息</a><span style="display:none">：{escaped}</span></div></div>'
    )
    assert find_links("", html) == (Link(address, "wx.mail.qq.com", "申报视频.zip", 67108864, expires_at),)


@pytest.mark.parametrize(
    ("text", "url", "name"),
    [
        (
            "通过网盘分享的文件：申报视频.zip\n链接: https://pan.baidu.com/s/1aB-c_d?pwd=x7k2 提取码: x7k2",
            "https://pan.baidu.com/s/1aB-c_d",
            "申报视频.zip",
        ),
        (
            "链接：https://pan.baidu.com/s/1aBcd 提取码：x7k2 复制这段内容后打开App",
            "https://pan.baidu.com/s/1aBcd",
            "",
        ),
        (
            "https://pan.baidu.com/share/init?surl=aBc&pwd=x7k2",
            "https://pan.baidu.com/share/init?surl=aBc",
            "",
        ),
        ("「申报视频」https://www.alipan.com/s/a1B2c3", "https://www.alipan.com/s/a1B2c3", "申报视频"),
        ("https://www.aliyundrive.com/s/a1B2c3。", "https://www.aliyundrive.com/s/a1B2c3", ""),
        (
            "申报视频.mp4：https://cloud.189.cn/t/a1B2c3（访问码：x7k2）",
            "https://cloud.189.cn/t/a1B2c3",
            "申报视频.mp4",
        ),
        (
            "【微盘】申报材料.zip\nhttps://drive.weixin.qq.com/s?k=AAA",
            "https://drive.weixin.qq.com/s?k=AAA",
            "申报材料.zip",
        ),
        ("【腾讯文档】申报表\nhttps://docs.qq.com/doc/DQ0x", "https://docs.qq.com/doc/DQ0x", "申报表"),
        ("【金山文档】 申报表\nhttps://kdocs.cn/l/cabc", "https://kdocs.cn/l/cabc", "申报表"),
        ("(https://www.kdocs.cn/l/cabc)", "https://www.kdocs.cn/l/cabc", ""),
        ("https://1drv.ms/p/s!AbCd", "https://1drv.ms/p/s!AbCd", ""),
        ("https://exmail.qq.com/cgi-bin/ftnExs_download?k=1&t=exs_ftn_download&code=2&s=email",) * 2 + ("",),
        ("HTTPS://PAN.BAIDU.COM/s/1aBcd", "https://pan.baidu.com/s/1aBcd", ""),
    ],
)
def test_shares_of_net_disks_without_the_code_that_opens_them(text: str, url: str, name: str) -> None:
    (link,) = find_links(text, "")
    assert (link.url, link.name, link.size, link.expires_at) == (url, name, None, None)
    assert "x7k2" not in repr(link)


GOOD = "https://mail.qq.com/ftn/download?func=3&key=aa&code=bb"
FALSE = [
    GOOD.replace("mail.qq.com", "mail.qq.com.evil.example"),
    GOOD.replace("mail.qq.com", "evilmail.qq.com"),
    GOOD.replace("mail.qq.com", "mail.qq.com@evil.example"),
    GOOD.replace("mail.qq.com", "user:secret@mail.qq.com"),
    GOOD.replace("mail.qq.com", "mail.qq.com:8443"),
    GOOD.replace("mail.qq.com", "mail.qq.com."),
    GOOD.replace("mail.qq.com", "mail.qq.com\\.evil.example"),
    GOOD.replace("mail.qq.com", "evil.example\\@mail.qq.com"),
    GOOD.replace("mail.qq.com", "mail.qq.com。evil.example"),
    GOOD.replace("mail.qq.com", "ｍail.qq.com"),
    GOOD.replace("mail.qq.com", "mаil.qq.com"),  # a Cyrillic а
    GOOD.replace("mail.qq.com", "xn--mil-8cd.qq.com"),
    GOOD.replace("mail.qq.com", "mail%2eqq.com"),
    GOOD.replace("mail.qq.com", "mail.qq.com%00.evil.example"),
    GOOD.replace("https://", "https:///"),
    GOOD.replace("https://", "ftp://"),
    GOOD.replace("https://", "//"),
    f"https://evil.example/?u={GOOD}",
    f"https://evil.example/{GOOD}",
    f"evil.example/?u={GOOD}",
    "https://mail.qq.com/cgi-bin/readtemplate?t=safety&gourl=https%3A%2F%2Fevil.example",
    "https://c.pc.qq.com/middlem.html?pfurl=https://mail.qq.com/ftn/download?key=1",
    "https://mail.qq.com/ftn/download",
    "https://mail.qq.com/ftn/download?key=&code=1",
    "https://mail.qq.com/",
    "https://pan.baidu.com/disk/home",
    "https://pan.baidu.com/s/../login",
    "https://www.163.com/file",
    "https://docs.qq.com/desktop",
    GOOD + "&x=" + "a" * 3000,
]


@pytest.mark.parametrize("address", FALSE)
def test_look_alikes_are_no_links(address: str) -> None:
    assert find_links(f"请下载 {address} 谢谢", "") == ()
    assert find_links("", f'<a href="{address}">申报视频.zip (1M, 2019年8月11日 23:59 到期)</a>') == ()


def test_what_an_anchor_shows_is_not_where_it_leads() -> None:
    assert find_links("", f'<a href="https://evil.example/x">{GOOD}</a>') == ()
    assert find_links("", f'<a href="javascript:{GOOD}">申报视频.zip</a>') == ()
    assert find_links("", f'<a href="{GOOD}">https://evil.example/x</a>') == (Link(GOOD, "mail.qq.com"),)


def test_address_pasted_into_html_counts() -> None:
    html = (
        f'<p>视频：</p><p>{GOOD.replace("&", "&amp;")}</p><p><a href="https://www.example.org/">官网</a></p>'
    )
    assert find_links("", html) == (Link(GOOD, "mail.qq.com"),)


def test_same_file_in_both_bodies_is_one_link_with_all_that_is_known() -> None:
    text = f"申报视频.zip (2M, 2019年8月11日 23:59 到期)进入下载页面：{GOOD.replace('https', 'http')}"
    expected = Link(GOOD, "mail.qq.com", "申报视频.zip", 2097152, datetime(2019, 8, 11, 23, 59, tzinfo=ZONE))
    assert find_links(text, f'<a href="{GOOD}">下载</a>') == (expected,)


def test_size_of_one_file_is_not_that_of_the_next() -> None:
    text = f"无说明：{GOOD}\n照片.zip (2M, 无限期)进入下载页面：{GOOD.replace('key=aa', 'key=bb')}"
    assert [(link.name, link.size) for link in find_links(text, "")] == [("", None), ("照片.zip", 2097152)]


def test_links_are_limited() -> None:
    text = "\n".join(f"https://pan.baidu.com/s/1{number:04}" for number in range(MAX_LINKS * 3))
    assert len(find_links(text, "")) == MAX_LINKS


_BITS = st.sampled_from(
    [
        GOOD,
        f'<a href="{GOOD}">',
        "</a>",
        "(80M, 2019年8月11日 23:59 到期)",
        "https://",
        "<",
        '"',
        "<div title='1M\n'>",
    ]
)


@given(st.one_of(st.text(), st.lists(_BITS).map("".join)), st.one_of(st.text(), st.lists(_BITS).map("".join)))
def test_find_links_never_fails_and_gives_known_hosts(text: str, html: str) -> None:
    assert {link.host for link in find_links(text, html)} <= {"mail.qq.com"}


@pytest.mark.parametrize(
    "unit",
    [
        "http://",
        "https://pan.baidu.com/s/1a\n",
        "https://pan.baidu.com/s/1a https://pan.baidu.com/s/1b ",
        "(80M, ",
        "80M, 2026年1月1日 ",
        "「",
        "a.",
        "1.zip",
        "<a href=https://pan.baidu.com/s/1a>x</a> ",
        "<a href=https://pan.baidu.com/s/1a>",
        "<div title='文件大小：1M\n'>",
        "<a href='",
        "<p>",
    ],
)
def test_find_links_takes_time_in_proportion(unit: str) -> None:
    hostile = (unit * (100_000 // len(unit) + 1))[:100_000]
    start = time.process_time()
    find_links(hostile, hostile)
    assert time.process_time() - start < 20  # a pattern that backtracks takes minutes
