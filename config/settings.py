"""What a deployment is: one frozen `Settings`, read once from BOT_* variables and a .env file.

A variable of the environment goes before the same one in the file; an empty one counts as not
set. Nested settings are joined by two underscores (BOT_WECOM__CORP_ID). Secrets print as ***.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails

from config import addresses
from config.addresses import ListenAddress, MailServer

PREFIX = "BOT_"
NESTING = "__"


class SettingsError(ValueError):
    """Settings that cannot be used; `problems` has a line `BOT_NAME: what was expected` for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _folders(value: object) -> object:
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


def _aware(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError("应为带时区的时间，如 2019-07-10T09:00+08:00") from error
    if moment.tzinfo is None:
        raise ValueError("应为带时区的时间，如 2019-07-10T09:00+08:00")
    return moment


def _aes_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
        raise ValueError("应为企业微信后台的EncodingAESKey，43位字母和数字")
    return value


def _secret_web_url(value: SecretStr) -> SecretStr:
    return SecretStr(addresses.web_url(value.get_secret_value()))


def _secret_database_url(value: SecretStr) -> SecretStr:
    return SecretStr(addresses.database_url(value.get_secret_value()))


def _listen(value: str) -> str:
    addresses.listen_address(value)
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


WebUrl = Annotated[str, AfterValidator(addresses.web_url)]
SecretWebUrl = Annotated[SecretStr, AfterValidator(_secret_web_url)]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeCom(_Group):
    """企业微信; on when the first five are set."""

    corp_id: str | None = Field(default=None, description="企业ID")
    agent_id: PositiveInt | None = Field(default=None, description="自建应用的AgentId")
    secret: SecretStr | None = Field(default=None, description="自建应用的Secret")
    token: SecretStr | None = Field(default=None, description="接收消息的Token")
    aes_key: Annotated[SecretStr, AfterValidator(_aes_key)] | None = Field(
        default=None, description="接收消息的EncodingAESKey，43位；以上五项都设置后启用企业微信"
    )
    api_base: WebUrl = Field(
        default="https://qyapi.weixin.qq.com", description="接口地址，政务微信改为自己的地址"
    )
    oauth_base: WebUrl = Field(default="https://open.weixin.qq.com", description="网页授权地址")
    login_base: WebUrl = Field(default="https://login.work.weixin.qq.com", description="扫码登录地址")
    ca_file: Path | None = Field(default=None, description="自有证书机构的证书文件")
    proxy: SecretWebUrl | None = Field(default=None, description="访问企业微信的HTTP代理")


class Mail(_Group):
    """邮箱; on when the first three are set."""

    address: str | None = Field(
        default=None, description="收件和发件的邮箱地址", pattern=r"^[^@\s]+@[^@\s]+$"
    )
    imap_url: SecretStr | None = Field(
        default=None, description="收信，如 imaps://用户名:授权码@主机:993，用户名和授权码作百分号编码"
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="发信，如 smtps://用户名:授权码@主机:465；以上三项都设置后启用邮箱"
    )
    folders: Annotated[tuple[str, ...], BeforeValidator(_folders)] = Field(
        default=(), description="读取的文件夹，用英文逗号隔开；默认收件箱和垃圾、广告、订阅、病毒邮件"
    )
    poll_seconds: PositiveInt = Field(default=45, description="每隔多少秒收一次信")
    per_day: PositiveInt = Field(default=150, description="每天最多发信数")
    seconds_between: int = Field(default=20, ge=0, description="两封信之间至少间隔的秒数")
    fetch_links: bool = Field(default=False, description="是否下载邮件中的超大附件链接（on 或 off）")

    @field_validator("imap_url")
    @classmethod
    def _imap(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not addresses.mail_server(value.get_secret_value(), "imaps", "imap").user:
            raise ValueError("应写明用户名和授权码，如 imaps://用户名:授权码@主机:993")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            addresses.mail_server(value.get_secret_value(), "smtps", "smtp")
        return value

    @property
    def imap(self) -> MailServer:
        """Where mail is read; only where mail is on."""
        return addresses.mail_server(_secret(self.imap_url), "imaps", "imap")

    @property
    def smtp(self) -> MailServer:
        """Where mail is sent; only where mail is on."""
        return addresses.mail_server(_secret(self.smtp_url), "smtps", "smtp")


class Llm(_Group):
    """A language model; on when its address and name are set."""

    base_url: WebUrl | None = Field(default=None, description="语言模型的接口地址（OpenAI兼容）")
    model: str | None = Field(default=None, description="模型名称；以上两项都设置后启用")
    api_key: SecretStr | None = Field(default=None, description="接口密钥，本地模型可不设")


class Settings(_Group):
    campaign: str = Field(
        default="pingdingshan-2019", description="活动：config/campaigns/ 下的文件夹名，或路径"
    )
    database_url: Annotated[SecretStr, AfterValidator(_secret_database_url)] = Field(
        default=SecretStr("sqlite:///data/bot.db"), description="数据库；多进程用 postgresql+psycopg://…"
    )
    files_dir: Path = Field(default=Path("data/files"), description="文件存放目录")
    files_url: Annotated[str, AfterValidator(addresses.bucket_url)] | None = Field(
        default=None, description="对象存储的地址；本程序把文件存放在 BOT_FILES_DIR，设置此项则不启动"
    )
    listen: Annotated[str, AfterValidator(_listen)] = Field(
        default="127.0.0.1:8080", description="监听的主机:端口"
    )
    public_url: WebUrl = Field(
        default_factory=lambda values: f"http://{values['listen']}",
        description="对外的网址，默认为 http:// 加监听地址",
    )
    secret_key: SecretStr | None = Field(
        default=None, description="为Cookie和链接签名的密钥；正式运行必须设置"
    )
    wecom: WeCom = WeCom()
    mail: Mail = Mail()
    clock: Annotated[datetime, BeforeValidator(_aware)] | None = Field(
        default=None, description="活动时钟的起点，如 2019-07-10T09:00+08:00；不设则为真实时间"
    )
    llm: Llm = Llm()
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="日志级别：debug、info、warning、error"
    )

    @property
    def wecom_on(self) -> bool:
        """Whether WeCom is set up."""
        return self.wecom.corp_id is not None

    @property
    def mail_on(self) -> bool:
        """Whether the mailbox is set up."""
        return self.mail.address is not None

    @property
    def llm_on(self) -> bool:
        """Whether a language model is set up."""
        return self.llm.base_url is not None

    @property
    def listen_address(self) -> ListenAddress:
        """`listen` as host and port."""
        return addresses.listen_address(self.listen)


# Settings that only make sense together: a part of them set is a mistake.
TOGETHER = (
    (
        "企业微信",
        tuple(f"BOT_WECOM__{name}" for name in ("CORP_ID", "AGENT_ID", "SECRET", "TOKEN", "AES_KEY")),
    ),
    ("邮箱", tuple(f"BOT_MAIL__{name}" for name in ("ADDRESS", "IMAP_URL", "SMTP_URL"))),
    ("语言模型", tuple(f"BOT_LLM__{name}" for name in ("BASE_URL", "MODEL"))),
)


def load_settings(environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """The settings in `environ` and, behind it, `env_file`; SettingsError with every problem."""
    given = _given(dotenv_values(env_file) if env_file else {}) | _given(environ)
    problems = _incomplete(given)
    try:
        settings = Settings.model_validate(_nested(given))
    except ValidationError as error:
        details = [detail for detail in error.errors() if detail["type"] != "default_factory_not_called"]
        raise SettingsError(sorted(_problem(detail) for detail in details) + problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


def _given(variables: Mapping[str, str | None]) -> dict[str, str]:
    stripped = {name.upper(): (value or "").strip() for name, value in variables.items()}
    return {name: value for name, value in stripped.items() if name.startswith(PREFIX) and value}


def _nested(given: Mapping[str, str]) -> dict[str, Any]:
    """BOT_WECOM__CORP_ID=a as {"wecom": {"corp_id": "a"}}."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        group, _, key = name.removeprefix(PREFIX).lower().partition(NESTING)
        if key and isinstance(values.setdefault(group, {}), dict):
            values[group][key] = value
        elif not key:
            values[group] = value
    return values


def _incomplete(given: Mapping[str, str]) -> list[str]:
    problems = []
    for what, names in TOGETHER:
        missing = [name for name in names if name not in given]
        if 0 < len(missing) < len(names):
            problems += [f"{name}: 未设置，启用{what}还需要这一项" for name in missing]
    return problems


EXPECTED = {
    "extra_forbidden": "没有这个设置，请核对名称",
    "model_type": "没有这个设置，请核对名称",
    "int_parsing": "应为整数",
    "greater_than": "应为大于0的整数",
    "greater_than_equal": "应为不小于0的整数",
    "bool_parsing": "应为 on 或 off",
    "string_pattern_mismatch": "应为邮箱地址，如 name@example.com",
    "literal_error": "应为 debug、info、warning、error 之一",
}


def _problem(detail: ErrorDetails) -> str:
    name = PREFIX + NESTING.join(str(part) for part in detail["loc"]).upper()
    cause = detail.get("ctx", {}).get("error")
    return f"{name}: {cause if cause else EXPECTED.get(detail['type'], '填写有误，请核对')}"


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
