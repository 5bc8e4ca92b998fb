"""The mailbox over IMAP: Dovecot behind the manners of NetEase, and Dovecot itself."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.work.mailbox import Fetched, Folder, Found, MailboxTrouble, MessageTrouble, Trouble
from handlers.mail import imap
from handlers.mail.imap import ImapBox
from tests.fakes.dovecot import ADVERTS, JUNK, NEWSLETTERS, PASSWORD, VIRUS, Dovecot
from tests.fakes.netease_proxy import Proxy

pytestmark = pytest.mark.needs("dovecot-imapd")

INBOX = Folder("INBOX", junk=False)
AT = datetime(2019, 7, 12, 9, 30, tzinfo=UTC)


def message(number: int, size: int = 0) -> bytes:
    head = f"From: a@b.cn\r\nSubject: {number}\r\n\r\n".encode()
    return head + b"".join(b"%07d %03d\r\n" % (line, number) for line in range(size // 13))


@pytest.fixture
async def box(dovecot: Dovecot, proxy: Proxy, user: str) -> AsyncIterator[ImapBox]:
    opened = ImapBox(replace(dovecot.server(user), port=proxy.port), f"{user}@126.com")
    yield opened
    await asyncio.to_thread(opened.close)


async def found_in(box: ImapBox, folder: Folder = INBOX, since: int = 1) -> list[Found]:
    await asyncio.to_thread(box.connect)
    opened = await asyncio.to_thread(box.open, folder, since)
    return list(await asyncio.to_thread(box.describe, opened, opened.uids))


async def test_a_mailbox_opens_for_those_who_say_who_they_are(box: ImapBox, proxy: Proxy) -> None:
    assert await found_in(box) == []
    assert [word for word in proxy.commands if word in ("LOGIN", "ID", "SELECT")] == ["LOGIN", "ID", "SELECT"]


async def test_a_mailbox_closed_to_strangers_is_named_with_what_to_do(
    dovecot: Dovecot, proxy: Proxy, user: str
) -> None:
    box = ImapBox(replace(dovecot.server(user), port=proxy.port), user, identify=False)
    with pytest.raises(MailboxTrouble) as caught:
        await found_in(box)
    assert caught.value.kind is Trouble.UNSAFE_LOGIN
    assert "Unsafe Login" in caught.value.text
    assert PASSWORD not in str(caught.value)


async def test_a_refused_login_is_told_apart_from_a_broken_line(
    dovecot: Dovecot, proxy: Proxy, user: str
) -> None:
    box = ImapBox(replace(dovecot.server(user, "wrong"), port=proxy.port), user)
    with pytest.raises(MailboxTrouble) as caught:
        await found_in(box)
    assert caught.value.kind is Trouble.LOGIN
    assert "授权码" in caught.value.text
    box = ImapBox(replace(dovecot.server(user), port=1), user)
    with pytest.raises(MailboxTrouble) as caught:
        await found_in(box)
    assert caught.value.kind is Trouble.UNREACHABLE


async def test_the_junk_folders_are_read_too(box: ImapBox) -> None:
    await asyncio.to_thread(box.connect)
    folders = await asyncio.to_thread(box.folders)
    assert folders[0] == INBOX
    assert set(folders[1:]) == {
        Folder(JUNK, junk=True),
        Folder(VIRUS, junk=True),
        Folder(ADVERTS, junk=True),
        Folder(NEWSLETTERS, junk=False),
    }


async def test_the_settings_choose_the_folders(dovecot: Dovecot, user: str) -> None:
    box = ImapBox(dovecot.server(user), user, ("inbox", JUNK, "没有的"))
    await asyncio.to_thread(box.connect)
    assert await asyncio.to_thread(box.folders) == [INBOX, Folder(JUNK, junk=True)]
    await asyncio.to_thread(box.close)


@pytest.mark.parametrize("size", [0, imap.CHUNK - 100, imap.CHUNK, 3 * imap.CHUNK + 5])
async def test_a_message_arrives_byte_for_byte(
    box: ImapBox, dovecot: Dovecot, user: str, tmp_path: Path, size: int
) -> None:
    sent = message(1, size)
    dovecot.deliver(user, sent, at=AT)
    (found,) = await found_in(box)
    assert (found.uid_validity, found.size, found.arrived_at) == (1, len(sent), AT)
    fetched = await asyncio.to_thread(box.fetch, found, tmp_path / "message")
    assert (tmp_path / "message").read_bytes() == sent
    assert fetched == Fetched(hashlib.sha256(sent).hexdigest(), len(sent))
    assert dovecot.contents(user) == {1: (sent, False)}


async def test_a_message_whose_length_is_a_whole_number_of_chunks_ends(
    box: ImapBox, dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    sent = message(1, 2 * imap.CHUNK - 1000)
    sent += b"x" * (2 * imap.CHUNK - len(sent) - 2) + b"\r\n"
    dovecot.deliver(user, sent)
    (found,) = await found_in(box)
    assert (await asyncio.to_thread(box.fetch, found, tmp_path / "message")).size == 2 * imap.CHUNK


async def test_new_messages_are_those_from_a_uid_on(box: ImapBox, dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, message(1), message(2), message(3))
    assert [found.uid for found in await found_in(box, since=2)] == [2, 3]
    # the protocol's oddity: the last one is named whatever was asked for
    assert [found.uid for found in await found_in(box, since=9)] == [3]


async def test_a_message_read_by_a_person_is_found_like_any_other(
    box: ImapBox, dovecot: Dovecot, user: str
) -> None:
    dovecot.deliver(user, message(1))
    with dovecot.client(user) as person:
        person.select_folder("INBOX")
        person.add_flags([1], [b"\\Seen"])
    assert [found.uid for found in await found_in(box)] == [1]


@pytest.mark.parametrize("how", ["nothing", "garble", "refuse"])
async def test_a_message_that_cannot_be_had_leaves_the_line_to_the_others(
    box: ImapBox, dovecot: Dovecot, user: str, proxy: Proxy, tmp_path: Path, how: str
) -> None:
    dovecot.deliver(user, message(1), message(2))
    proxy.spoiled[1] = how
    first, second = await found_in(box)
    with pytest.raises(MessageTrouble):
        await asyncio.to_thread(box.fetch, first, tmp_path / "first")
    await asyncio.to_thread(box.fetch, second, tmp_path / "second")
    assert (tmp_path / "second").read_bytes() == message(2)
    assert proxy.connections == 1


@pytest.mark.parametrize("how", ["short", "whole"])
async def test_a_server_that_gives_less_or_more_than_asked_loses_nothing(
    box: ImapBox, dovecot: Dovecot, user: str, proxy: Proxy, tmp_path: Path, how: str
) -> None:
    sent = message(1, 30_000)
    dovecot.deliver(user, sent)
    proxy.spoiled[1] = how
    (found,) = await found_in(box)
    await asyncio.to_thread(box.fetch, found, tmp_path / "message")
    assert (tmp_path / "message").read_bytes() == sent


async def test_a_size_that_is_never_reached_is_believed_to_be_wrong_in_the_end(
    box: ImapBox, dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    dovecot.deliver(user, message(1))
    (found,) = await found_in(box)
    lied = replace(found, size=found.size + 10)
    for _ in range(imap.PATIENCE - 1):
        with pytest.raises(MessageTrouble):
            await asyncio.to_thread(box.fetch, lied, tmp_path / "message")
    assert (await asyncio.to_thread(box.fetch, lied, tmp_path / "message")).size == found.size
    with pytest.raises(MessageTrouble):  # a later one is not believed at once
        await asyncio.to_thread(box.fetch, lied, tmp_path / "message")


async def test_of_a_message_that_is_too_large_the_header_is_kept(
    box: ImapBox, dovecot: Dovecot, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "MAX_SIZE", 2 * imap.CHUNK)
    sent = message(7, 5 * imap.CHUNK)
    dovecot.deliver(user, sent)
    (found,) = await found_in(box)
    header = b"From: a@b.cn\r\nSubject: 7\r\n\r\n"
    for said in (found, replace(found, size=10)):
        fetched = await asyncio.to_thread(box.fetch, said, tmp_path / "message")
        assert (tmp_path / "message").read_bytes() == header
        assert fetched.sha256 == hashlib.sha256(header).hexdigest()
        assert fetched.size > 2 * imap.CHUNK
    assert (await asyncio.to_thread(box.fetch, found, tmp_path / "message")).size == len(sent)


async def test_a_broken_line_is_made_anew(box: ImapBox, dovecot: Dovecot, user: str, proxy: Proxy) -> None:
    dovecot.deliver(user, message(1))
    assert len(await found_in(box)) == 1
    proxy.cut()
    with pytest.raises(MailboxTrouble) as caught:
        await found_in(box)
    assert caught.value.kind is Trouble.UNREACHABLE
    assert await asyncio.to_thread(box.connect)
    assert len(await found_in(box)) == 1


async def test_a_folder_numbered_anew_while_open_is_not_read_by_old_numbers(
    dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    box = ImapBox(dovecot.server(user), user)
    dovecot.deliver(user, message(1))
    (found,) = await found_in(box)
    with pytest.raises(MessageTrouble):
        await asyncio.to_thread(
            box.fetch, replace(found, uid_validity=found.uid_validity + 1), tmp_path / "message"
        )
    await asyncio.to_thread(box.close)


async def test_a_message_is_flagged_and_moved_without_move(
    box: ImapBox, dovecot: Dovecot, user: str, proxy: Proxy
) -> None:
    dovecot.deliver(user, message(1), message(2), folder=JUNK)
    first, second = await found_in(box, Folder(JUNK, junk=True))
    await asyncio.to_thread(box.mark_read, first)
    await asyncio.to_thread(box.mark_read, second)
    await asyncio.to_thread(box.rescue, second)
    assert dovecot.contents(user, JUNK) == {1: (message(1), True)}
    assert dovecot.contents(user) == {1: (message(2), True)}
    assert {"MOVE", "UID MOVE", "IDLE"}.isdisjoint(proxy.commands)


async def test_waiting_ends_with_new_mail_where_the_server_tells(dovecot: Dovecot, user: str) -> None:
    box = ImapBox(dovecot.server(user), user)
    await found_in(box)
    later = threading.Timer(0.5, dovecot.deliver, (user, message(1)))
    later.start()
    began = time.monotonic()
    assert await asyncio.to_thread(box.wait, 20)
    assert time.monotonic() - began < 10
    later.join()
    assert len(await found_in(box)) == 1
    await asyncio.to_thread(box.close)


async def test_waiting_is_left_to_the_caller_where_the_server_does_not_tell(
    box: ImapBox, proxy: Proxy
) -> None:
    await found_in(box)
    assert not await asyncio.to_thread(box.wait, 20)
    assert "IDLE" not in proxy.commands


async def test_waiting_can_be_interrupted(dovecot: Dovecot, user: str) -> None:
    box = ImapBox(dovecot.server(user), user)
    await found_in(box)
    waiting = asyncio.create_task(asyncio.to_thread(box.wait, 60))
    await asyncio.sleep(0.3)
    box.interrupt()
    with pytest.raises(MailboxTrouble):
        await asyncio.wait_for(waiting, 5)
    await asyncio.to_thread(box.close)
