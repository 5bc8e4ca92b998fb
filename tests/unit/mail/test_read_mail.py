"""Whole messages: what is found in them and what lies in the output folder afterwards."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.model.mail import FileState, ParsedMail
from handlers.mail.read import Limits, TooMuch, read_mail
from tests.unit.mail.mail_builder import (
    HEAD,
    attachment,
    html,
    multipart,
    plain,
    tnef,
    tnef_object,
    tnef_properties,
    uuencoded,
)

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
BEIJING = timezone(timedelta(hours=8))


class Reader:
    """Reads raw bytes in a folder of its own; `files` are the contents left there by their parts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.out = folder / "out"

    def __call__(self, raw: bytes, limits: Limits | None = None) -> ParsedMail:
        path = self._folder / "raw.eml"
        path.write_bytes(raw)
        return read_mail(path, self.out, limits) if limits else read_mail(path, self.out)

    def files(self, mail: ParsedMail) -> list[tuple[tuple[str, ...], str, bytes]]:
        found = []
        for part in mail.parts:
            content = (self.out / part.sha256).read_bytes()
            assert part.size == len(content)
            assert part.sha256 == hashlib.sha256(content).hexdigest()
            found.append((part.path, part.name, content))
        return found


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def test_read_mail_reads_text_and_files_in_order(read: Reader) -> None:
    raw = HEAD + multipart(
        plain("您好"), attachment("申报表.pdf", PDF), attachment("b.bin", b"\0" * 10), plain("此致")
    )
    mail = read(raw)
    assert read.files(mail) == [((), "申报表.pdf", PDF), ((), "b.bin", b"\0" * 10)]
    assert mail.parts[0].type == "pdf"
    assert (mail.full_text, mail.problems) == ("您好\n此致", ())


def test_read_mail_reads_the_headers(read: Reader) -> None:
    raw = (
        b"From: \xc6\xbd\xb6\xa5\xc9\xbd <<Zhang@Example.CN>>\r\nTo: b@example.cn, =?gbk?B?xr0=?= <c@example.cn>\r\n"
        b"Cc: undisclosed-recipients:;\r\nReply-To: z@example.cn\r\nSubject: =?gb2312?B?yeqxqA==?=\r\n"
        b"Message-ID: <1@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <3@x>,<2@x>\r\n"
        b"Date: Fri, 12 Jul 2019 09:30:00\r\n\r\ntext\r\n"
    )
    mail = read(raw)
    assert (mail.sender, mail.sender_name, mail.reply_to) == ("zhang@example.cn", "平顶山", "z@example.cn")
    assert (mail.to, mail.subject) == (("b@example.cn", "c@example.cn"), "申报")
    assert (mail.message_id, mail.references) == ("<1@x>", ("<2@x>", "<3@x>"))
    assert mail.sent_at == datetime(2019, 7, 12, 9, 30, tzinfo=BEIJING)


def test_read_mail_without_message_id_is_read(read: Reader) -> None:
    assert read(HEAD + b"\r\ntext\r\n").message_id == ""


@pytest.mark.parametrize("ends", [b"\n", b"\r", b"\r\r\n"], ids=["LF", "CR", "CRCRLF"])
def test_read_mail_takes_any_line_ends(read: Reader, ends: bytes) -> None:
    raw = HEAD + multipart(plain("您好"), attachment("a.pdf", PDF))
    mail = read(raw.replace(b"\r\n", ends))
    assert read.files(mail) == [((), "a.pdf", PDF)]
    assert (mail.full_text.strip(), mail.sender) == ("您好", "a@example.cn")


@pytest.mark.parametrize(
    "before",
    [
        b"From a@example.cn Fri Jul 12 09:30:00 2019\r\n",
        b"\r\n\r\n",
        b"\xef\xbb\xbf",
        b"garbage without colon\r\n",
    ],
    ids=["mbox", "empty lines", "byte order mark", "garbage"],
)
def test_read_mail_finds_headers_after_what_does_not_belong(read: Reader, before: bytes) -> None:
    mail = read(before + HEAD + multipart(attachment("a.pdf", PDF)))
    assert (mail.sender, mail.subject) == ("a@example.cn", "x")
    assert read.files(mail) == [((), "a.pdf", PDF)]


def test_read_mail_without_empty_line_before_the_text(read: Reader) -> None:
    mail = read(HEAD + "您好，见附件\r\n第二行\r\n".encode())
    assert (mail.sender, mail.full_text) == ("a@example.cn", "您好，见附件\n第二行")


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ("b-1", "b-1"),
        ("b-1\r\n 2", "b-1 2"),
        ("b-1\r\n\t2", "b-12"),
        ("wrong", "b-1"),
        ("", "b-1"),
        ("=?x?=", "=?x?="),
        ("-", "-"),
        ("a--", "a--"),
    ],
)
def test_read_mail_finds_parts_by_any_boundary(read: Reader, declared: str, used: str) -> None:
    body = multipart(plain("您好"), attachment("a.pdf", PDF), boundary=used).partition(b"\r\n")[2]
    mail = read(HEAD + f'Content-Type: multipart/mixed; boundary="{declared}"\r\n'.encode() + body)
    assert read.files(mail) == [((), "a.pdf", PDF)]
    assert mail.full_text == "您好"


def test_read_mail_goes_on_after_a_false_end(read: Reader) -> None:
    raw = (
        multipart(attachment("a.pdf", PDF)) + b"--b-1\r\n" + attachment("b.pdf", PDF + b"2") + b"--b-1--\r\n"
    )
    assert [name for _, name, _ in read.files(read(HEAD + raw))] == ["a.pdf", "b.pdf"]


def test_read_mail_ends_an_unclosed_inner_multipart(read: Reader) -> None:
    inner = multipart(plain("您好"), kind="alternative", boundary="b-2").replace(b"--b-2--", b"")
    mail = read(HEAD + multipart(inner, attachment("a.pdf", PDF)))
    assert read.files(mail) == [((), "a.pdf", PDF)]
    assert mail.full_text.strip() == "您好"


def test_read_mail_keeps_files_without_a_name_and_texts_with_one(read: Reader) -> None:
    named = b'Content-Type: text/plain; name="a.txt"\r\n\r\nlist\r\n'
    nameless = (
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(PDF)
    )
    mail = read(HEAD + multipart(plain("您好"), named, nameless))
    assert read.files(mail) == [((), "a.txt", b"list\r\n"), ((), "", PDF)]
    assert mail.full_text == "您好"


def test_read_mail_shows_a_named_text_where_there_is_no_other(read: Reader) -> None:
    mail = read(HEAD + b'Content-Type: text/plain; name="body.txt"\r\n\r\nhello\r\n')
    assert ([part.name for part in mail.parts], mail.full_text) == (["body.txt"], "hello")


def test_read_mail_tells_shown_pictures_from_sent_ones(read: Reader) -> None:
    body = multipart(plain("图"), html('图<img src="cid:1@x">'), kind="alternative", boundary="b-2")
    shown = attachment("logo.png", PNG, "Content-ID: <1@x>", type="image/png")
    sent = attachment("scan.png", PNG, "Content-Disposition: inline", "Content-ID: <2@x>", type="image/png")
    mail = read(HEAD + multipart(body, shown, sent))
    assert [(part.name, part.inline) for part in mail.parts] == [("logo.png", True), ("scan.png", False)]


def test_read_mail_opens_forwarded_messages_at_any_depth(read: Reader) -> None:
    innermost = b"Subject: =?gbk?B?yeqxqA==?=\r\n" + multipart(
        plain("里"), attachment("a.pdf", PDF), boundary="b-3"
    )
    inner = b"Content-Type: message/rfc822\r\n\r\n" + innermost
    outer = attachment("转发.eml", b"Subject: y\r\n" + multipart(plain("中"), inner, boundary="b-2"))
    mail = read(HEAD + multipart(plain("外"), outer))
    assert [(part.path, part.name, part.size) for part in mail.parts[1:]] == [
        (("转发.eml",), "", len(innermost)),
        (("转发.eml", "申报"), "a.pdf", len(PDF)),
    ]
    assert (mail.parts[0].name, mail.full_text) == ("转发.eml", "外")


def test_read_mail_unpacks_archives_below_their_path(read: Reader) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("材料/申报表.pdf", PDF)
    inner = attachment("a.zip", packed.getvalue())
    mail = read(HEAD + multipart(attachment("f.eml", b"Subject: y\r\n" + multipart(inner))))
    assert [(part.path, part.name) for part in mail.parts] == [
        ((), "f.eml"),
        (("f.eml",), "a.zip"),
        (("f.eml", "a.zip", "材料"), "申报表.pdf"),
    ]
    assert read.files(mail)[-1][2] == PDF


def test_read_mail_names_empty_and_mislabelled_files(read: Reader) -> None:
    mail = read(HEAD + multipart(attachment("a.pptx", b""), attachment("b.pptx", PDF)))
    assert [part.problem for part in mail.parts] == [FileState.EMPTY, FileState.MISLABELLED]


def test_read_mail_takes_files_out_of_winmail(read: Reader) -> None:
    nested = tnef((0x9002, b""), (0x800F, b"inner"), (0x8010, "内.txt".encode("gbk") + b"\0"))
    embedded = bytes.fromhex("0703020000000000c000000000000046") + nested
    stream = tnef(
        (0x9002, b""),
        (0x8010, b"SHORT~1.PDF\0"),
        (0x800F, PDF),
        (0x9005, tnef_properties((0x1F, 0x3707, "申报表.pdf".encode("utf-16-le")))),
        (0x9002, b""),
        (0x9005, tnef_properties((0x1E, 0x3001, "转发".encode("gbk")), (0x0D, 0x3701, embedded))),
    )
    mail = read(HEAD + multipart(attachment("winmail.dat", stream, type="application/ms-tnef")))
    assert read.files(mail) == [
        (("winmail.dat",), "申报表.pdf", PDF),
        (("winmail.dat", "转发"), "内.txt", b"inner"),
    ]


def test_read_mail_keeps_a_winmail_it_cannot_open(read: Reader) -> None:
    broken = tnef_object(0x8010, b"a.pdf")
    assert read.files(read(HEAD + attachment("winmail.dat", broken))) == [((), "winmail.dat", broken)]


def test_read_mail_takes_uuencoded_files_out_of_the_text(read: Reader) -> None:
    raw = HEAD + b"\r\nbefore\n" + uuencoded("表.pdf", PDF) + b"begin 644 no file\nafter"
    mail = read(raw)
    assert read.files(mail) == [((), "表.pdf", PDF)]
    assert mail.full_text == "before\nbegin 644 no file\nafter"


def test_read_mail_decodes_a_uuencoded_part(read: Reader) -> None:
    head = (
        b'Content-Disposition: attachment; filename="a.pdf"\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n'
    )
    assert read.files(read(HEAD + head + uuencoded("a.pdf", PDF))) == [((), "a.pdf", PDF)]


def test_read_mail_finds_links_of_forwarded_messages_too(read: Reader) -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nhttps://pan.baidu.com/s/1abcdefg\r\n"
    mail = read(HEAD + multipart(plain("见链接"), inner))
    assert [link.host for link in mail.links] == ["pan.baidu.com"]


def test_read_mail_takes_html_where_there_is_no_plain_text(read: Reader) -> None:
    assert read(HEAD + html("<p>第一段</p><p>第二段</p>")).full_text.split() == ["第一段", "第二段"]


def test_read_mail_joins_html_pieces_that_have_no_plain_counterpart(read: Reader) -> None:
    body = multipart(plain("一"), html("<b>一</b>"), kind="alternative", boundary="b-2")
    assert read(HEAD + multipart(body, html("<p>二</p>"))).full_text.split() == ["一", "二"]


def test_read_mail_believes_the_text_more_than_its_label(read: Reader) -> None:
    raw = HEAD + plain("平顶山市政务服务中心申报，材料见附件。", "utf-8", label="GB2312")
    assert read(raw).full_text == "平顶山市政务服务中心申报，材料见附件。"


def test_read_mail_cuts_long_texts_and_says_so(read: Reader) -> None:
    mail = read(HEAD + plain("报" * 5_000), Limits(text=1_000))
    assert (mail.full_text, mail.problems) == ("报" * 1_000, ("text_cut",))


def test_read_mail_leaves_no_unprintable_character(read: Reader) -> None:
    head = b"From: \x00<a\x00@example.cn>\r\nSubject: \x00=?utf-8?Q?a=00=E2=80=AEb?=\r\n"
    mail = read(head + multipart(plain("te\x00xt\u202e"), attachment("a\x00\u202eb", b"1")))
    assert (mail.sender, mail.subject, mail.full_text) == ("a@example.cn", "ab", "text")
    assert mail.parts[0].name == "ab"


def test_read_mail_never_writes_under_the_senders_name(read: Reader) -> None:
    mail = read(HEAD + multipart(attachment("../../evil.pdf", PDF)))
    assert [path.name for path in read.out.iterdir()] == [mail.parts[0].sha256]
    assert mail.parts[0].name == "../../evil.pdf"


def test_read_mail_of_nothing_is_empty(read: Reader) -> None:
    assert read(b"").problems == ("empty_message", "no_sender")


@pytest.mark.parametrize("limits", [Limits(parts=2), Limits(bytes=len(PDF) * 2)])
def test_read_mail_stops_beyond_its_limits(read: Reader, limits: Limits) -> None:
    raw = HEAD + multipart(*(attachment(f"{n}.pdf", PDF) for n in range(3)))
    with pytest.raises(TooMuch):
        read(raw, limits)
    assert all(len(path.name) == 64 for path in read.out.iterdir())
