"""Settings are read once, frozen, and every problem in them is named at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.addresses import ListenAddress, MailServer
from config.settings import SettingsError, load_settings
from config.settings_help import settings_help, settings_table

WECOM = {
    "BOT_WECOM__CORP_ID": "ww0123456789abcdef",
    "BOT_WECOM__AGENT_ID": "1000002",
    "BOT_WECOM__SECRET": "wecom-secret",
    "BOT_WECOM__TOKEN": "wecom-token",
    "BOT_WECOM__AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
MAIL = {
    "BOT_MAIL__ADDRESS": "office@example.com",
    "BOT_MAIL__IMAP_URL": "imaps://office%40example.com:c%2Fo%3Ade@imap.example.com",
    "BOT_MAIL__SMTP_URL": "smtp://127.0.0.1:2525",
}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ, env_file=None)
    return refused.value.problems


def test_nothing_set_gives_the_defaults() -> None:
    settings = load_settings({"PATH": "/bin"}, env_file=None)

    assert settings.campaign == "pingdingshan-2019"
    assert settings.database_url.get_secret_value() == "sqlite:///data/bot.db"
    assert settings.files_dir == Path("data/files")
    assert settings.listen_address == ListenAddress("127.0.0.1", 8080)
    assert settings.public_url == "http://127.0.0.1:8080"
    assert (settings.wecom_on, settings.mail_on, settings.llm_on) == (False, False, False)
    assert (settings.mail.poll_seconds, settings.mail.per_day, settings.mail.seconds_between) == (45, 150, 20)
    assert (settings.mail.folders, settings.mail.fetch_links) == ((), False)
    assert (settings.secret_key, settings.clock, settings.log_level) == (None, None, "info")


def test_everything_set_is_read() -> None:
    given = {
        "BOT_LISTEN": "[::1]:9090",
        "BOT_PUBLIC_URL": "https://bot.example.com/",
        "BOT_CLOCK": "2019-07-10T09:00+08:00",
        "BOT_LOG_LEVEL": "WARNING",
        "BOT_MAIL__FOLDERS": "INBOX, 垃圾邮件",
        "BOT_MAIL__FETCH_LINKS": "on",
        "BOT_LLM__BASE_URL": "http://127.0.0.1:11434/v1",
        "BOT_LLM__MODEL": "qwen",
        "BOT_FILES_URL": "s3://bucket/prefix",
    }
    settings = load_settings(given | WECOM | MAIL, env_file=None)

    assert settings.listen_address == ListenAddress("::1", 9090)
    assert settings.public_url == "https://bot.example.com"
    assert settings.clock == datetime(2019, 7, 10, 1, 0, tzinfo=UTC)
    assert settings.log_level == "warning"
    assert (settings.mail.folders, settings.mail.fetch_links) == (("INBOX", "垃圾邮件"), True)
    assert (settings.wecom_on, settings.mail_on, settings.llm_on) == (True, True, True)
    assert settings.wecom.agent_id == 1000002
    assert settings.files_url == "s3://bucket/prefix"


def test_mail_servers_are_decoded_with_their_usual_ports() -> None:
    mail = load_settings(MAIL, env_file=None).mail

    assert mail.imap == MailServer("imap.example.com", 993, True, "office@example.com", "c/o:de")
    assert mail.smtp == MailServer("127.0.0.1", 2525, False)
    assert "c/o:de" not in repr(mail.imap)


def test_environment_goes_before_the_file_and_empty_is_not_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BOT_CAMPAIGN=from-file\nBOT_LISTEN=127.0.0.1:1111\nBOT_LOG_LEVEL=\n", encoding="utf-8")

    settings = load_settings({"BOT_CAMPAIGN": "from-environment", "BOT_LISTEN": ""}, env_file=file)

    assert (settings.campaign, settings.listen) == ("from-environment", "127.0.0.1:1111")
    assert settings.log_level == "info"


def test_settings_cannot_be_changed() -> None:
    settings = load_settings({}, env_file=None)

    with pytest.raises(ValidationError, match="frozen"):
        settings.campaign = "other"


def test_secrets_print_as_stars() -> None:
    secrets = {
        "BOT_SECRET_KEY": "cookie-key",
        "BOT_DATABASE_URL": "postgresql+psycopg://bot:db-word@127.0.0.1/bot",
        "BOT_WECOM__PROXY": "http://user:proxy-word@127.0.0.1:3128",
        "BOT_LLM__BASE_URL": "http://127.0.0.1:1",
        "BOT_LLM__MODEL": "m",
        "BOT_LLM__API_KEY": "llm-key",
    }
    settings = load_settings(secrets | WECOM | MAIL, env_file=None)

    printed = repr(settings) + str(settings) + settings.model_dump_json()
    hidden = (
        "cookie-key",
        "db-word",
        "proxy-word",
        "llm-key",
        "wecom-secret",
        "wecom-token",
        "abcdefgh",
        "c%2Fo",
    )
    assert [word for word in hidden if word in printed] == []
    assert "secret_key=SecretStr('**********')" in printed


def test_half_set_wecom_names_what_is_missing() -> None:
    given = dict(WECOM)
    del given["BOT_WECOM__TOKEN"], given["BOT_WECOM__AES_KEY"]

    assert problems(given) == [
        "BOT_WECOM__TOKEN: 未设置，启用企业微信还需要这一项",
        "BOT_WECOM__AES_KEY: 未设置，启用企业微信还需要这一项",
    ]


def test_half_set_mail_names_what_is_missing() -> None:
    assert problems({"BOT_MAIL__ADDRESS": "office@example.com"}) == [
        "BOT_MAIL__IMAP_URL: 未设置，启用邮箱还需要这一项",
        "BOT_MAIL__SMTP_URL: 未设置，启用邮箱还需要这一项",
    ]


def test_mail_tuning_alone_is_no_half_set_mailbox() -> None:
    assert load_settings({"BOT_MAIL__PER_DAY": "10"}, env_file=None).mail.per_day == 10


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BOT_LISTEN", "8080", "应为 主机:端口，如 127.0.0.1:8080"),
        ("BOT_LISTEN", "127.0.0.1:99999", "应为 主机:端口，如 127.0.0.1:8080"),
        ("BOT_PUBLIC_URL", "bot.example.com", "应为 http:// 或 https:// 开头的地址"),
        (
            "BOT_DATABASE_URL",
            "mysql://db",
            "应为 sqlite:///文件路径 或 postgresql+psycopg://用户名:密码@主机/数据库",
        ),
        ("BOT_FILES_URL", "/srv/files", "应为 s3://存储桶/前缀"),
        ("BOT_CLOCK", "2019-07-10T09:00", "应为带时区的时间，如 2019-07-10T09:00+08:00"),
        ("BOT_CLOCK", "昨天", "应为带时区的时间，如 2019-07-10T09:00+08:00"),
        ("BOT_LOG_LEVEL", "loud", "应为 debug、info、warning、error 之一"),
        ("BOT_MAIL__POLL_SECONDS", "0", "应为大于0的整数"),
        ("BOT_MAIL__PER_DAY", "many", "应为整数"),
        ("BOT_MAIL__SECONDS_BETWEEN", "-1", "应为不小于0的整数"),
        ("BOT_MAIL__FETCH_LINKS", "perhaps", "应为 on 或 off"),
        ("BOT_WECOM__PROXY", "socks://127.0.0.1", "应为 http:// 或 https:// 开头的地址"),
        ("BOT_WECOM__CROP_ID", "ww", "没有这个设置，请核对名称"),
        ("BOT_WECOM", "on", "没有这个设置，请核对名称"),
        ("BOT_CAMPAGN", "x", "没有这个设置，请核对名称"),
    ],
)
def test_wrong_value_is_named_with_what_was_expected(name: str, value: str, expected: str) -> None:
    assert problems({name: value}) == [f"{name}: {expected}"]


@pytest.mark.parametrize("key", ["short", "a" * 42 + "=", "a" * 44])
def test_aes_key_of_another_shape_is_refused_without_showing_it(key: str) -> None:
    assert problems(WECOM | {"BOT_WECOM__AES_KEY": key}) == [
        "BOT_WECOM__AES_KEY: 应为企业微信后台的EncodingAESKey，43位字母和数字"
    ]


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("IMAP_URL", "imaps://imap.example.com", "应写明用户名和授权码，如 imaps://用户名:授权码@主机:993"),
        (
            "IMAP_URL",
            "https://u:c@imap.example.com",
            "应为 imaps://用户名:授权码@主机:端口（也可用 imap），用户名和授权码须作百分号编码",
        ),
        (
            "SMTP_URL",
            "smtps://user@smtp.example.com",
            "应为 smtps://用户名:授权码@主机:端口（也可用 smtp），用户名和授权码须作百分号编码",
        ),
        (
            "SMTP_URL",
            "smtps://user:p/w@smtp.example.com",
            "应为 smtps://用户名:授权码@主机:端口（也可用 smtp），用户名和授权码须作百分号编码",
        ),
    ],
)
def test_mail_url_of_another_shape_is_refused(name: str, url: str, expected: str) -> None:
    assert problems(MAIL | {f"BOT_MAIL__{name}": url}) == [f"BOT_MAIL__{name}: {expected}"]


def test_all_problems_are_listed_at_once() -> None:
    given = {"BOT_LISTEN": "x", "BOT_CLOCK": "x", "BOT_LLM__MODEL": "m", "BOT_OTHER": "x"}

    assert problems(given) == [
        "BOT_CLOCK: 应为带时区的时间，如 2019-07-10T09:00+08:00",
        "BOT_LISTEN: 应为 主机:端口，如 127.0.0.1:8080",
        "BOT_OTHER: 没有这个设置，请核对名称",
        "BOT_LLM__BASE_URL: 未设置，启用语言模型还需要这一项",
    ]


def test_every_setting_has_help_and_a_row() -> None:
    rows = settings_help()

    assert [row.name for row in rows if not row.help] == []
    assert len({row.name for row in rows}) == len(rows) == 30
    assert settings_table().count("\n") == len(rows) + 2
    assert (
        "| `BOT_MAIL__FETCH_LINKS` | `off` | 是否下载邮件中的超大附件链接（on 或 off） |\n"
        in settings_table()
    )
