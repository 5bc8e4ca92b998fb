"""A real IMAP server on loopback: Dovecot in a folder of its own, with the folders of a NetEase mailbox.

Any user name logs in with the password, so every test takes a mailbox of its own.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

from config.addresses import MailServer

PASSWORD = "secret"
JUNK, VIRUS, ADVERTS, NEWSLETTERS = "垃圾邮件", "病毒邮件", "广告邮件", "订阅邮件"

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
default_vsz_limit = 1G
mail_fsync = never
mail_location = maildir:{folder}/mail/%u
mail_home = {folder}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 50
namespace inbox {{
  inbox = yes
  separator = /
{mailboxes}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""

_MAILBOX = """  mailbox {name} {{
    auto = create
    {special}
  }}"""

_MAILBOXES = (
    ("草稿箱", r"\Drafts"),
    ("已发送", r"\Sent"),
    (JUNK, r"\Junk"),
    (VIRUS, ""),
    (ADVERTS, ""),
    (NEWSLETTERS, ""),
)


@dataclass(frozen=True)
class Dovecot:
    folder: Path
    port: int

    def server(self, user: str, password: str = PASSWORD) -> MailServer:
        return MailServer("127.0.0.1", self.port, False, user, password)

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """A connection of somebody else: a person's webmail, the server that delivers."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30)
        client.normalise_times = False
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            client.logout()

    def deliver(self, user: str, *messages: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        with self.client(user) as client:
            for message in messages:
                client.append(folder, message, msg_time=at)

    def contents(self, user: str, folder: str = "INBOX") -> dict[int, tuple[bytes, bool]]:
        """UID → message and whether it is flagged as seen."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            answer = client.fetch(client.search("ALL"), ["BODY.PEEK[]", "FLAGS"])
        return {uid: (said[b"BODY[]"], rb"\Seen" in said[b"FLAGS"]) for uid, said in answer.items()}

    def forget_numbers(self, user: str) -> None:
        """Make the server number the INBOX anew, from 1, under another UIDVALIDITY."""
        home = self.folder / "mail" / user
        for path in home.glob("dovecot*"):
            path.unlink()


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    # Not under pytest's folders: a socket's path may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="dc-"))
    owner = pwd.getpwuid(os.geteuid())
    as_user: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("nobody")
        as_user = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--"]
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    port = _free_port()
    _write_configuration(folder, port, owner)
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    command = [*as_user, "/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process, folder)
            yield Dovecot(folder, port)
        finally:
            process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


def _write_configuration(folder: Path, port: int, owner: pwd.struct_passwd) -> None:
    mailboxes = "\n".join(
        _MAILBOX.format(name=name, special=f"special_use = {use}" if use else "") for name, use in _MAILBOXES
    )
    text = _CONFIGURATION.format(
        folder=folder,
        user=owner.pw_name,
        group=grp.getgrgid(owner.pw_gid).gr_name,
        port=port,
        password=PASSWORD,
        mailboxes=mailboxes,
    )
    (folder / "dovecot.conf").write_text(text, "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            log = folder / "dovecot.log"
            said = log.read_text() if log.exists() else ""
            assert process.poll() is None, f"Dovecot does not start: {said}"
            assert time.monotonic() < end, f"Dovecot does not answer: {said}"
            time.sleep(0.05)
