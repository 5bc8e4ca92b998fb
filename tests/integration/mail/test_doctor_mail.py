"""The doctor's look at the mailbox: real logins, and what is wrong said in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.commands.doctor import run
from config.settings import load_settings
from tests.deployment import free_port
from tests.fakes.dovecot import Dovecot

pytestmark = pytest.mark.needs("dovecot-imapd")


def told(tmp_path: Path, imap: str) -> str:
    given = {
        "BOT_DATABASE_URL": f"sqlite:///{tmp_path}/bot.db",
        "BOT_SECRET_KEY": "a key for tests",
        "BOT_MAIL__ADDRESS": "office@example.com",
        "BOT_MAIL__IMAP_URL": imap,
        "BOT_MAIL__SMTP_URL": f"smtp://office:code@127.0.0.1:{free_port()}",
    }
    out = io.StringIO()
    run(load_settings(given, env_file=None), out)
    return next(line for line in out.getvalue().splitlines() if line.startswith("收信"))


def test_mailbox_that_opens_is_well(tmp_path: Path, dovecot: Dovecot) -> None:
    assert told(tmp_path, f"imap://doctor:secret@127.0.0.1:{dovecot.port}").startswith(
        "收信：正常，读取 INBOX"
    )


def test_mailbox_that_cannot_be_reached_says_what_to_do(tmp_path: Path) -> None:
    line = told(tmp_path, f"imap://doctor:secret@127.0.0.1:{free_port()}")
    assert line.startswith("收信：连不上收信服务器")
