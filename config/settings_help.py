"""The settings as a table for people: name, default and what each is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.settings import NESTING, PREFIX, Settings


@dataclass(frozen=True, slots=True)
class SettingHelp:
    name: str  # BOT_WECOM__CORP_ID
    default: str  # as it would be written; "" when there is none
    help: str


def settings_help() -> tuple[SettingHelp, ...]:
    """Every setting, in the order of the model."""
    return tuple(_rows(Settings, PREFIX))


def settings_table() -> str:
    """The settings as a Markdown table, ending in a line break."""
    rows = "".join(
        f"| `{row.name}` | {f'`{row.default}`' if row.default else '–'} | {row.help} |\n"
        for row in settings_help()
    )
    return f"| 设置 | 默认值 | 说明 |\n|---|---|---|\n{rows}"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[SettingHelp]:
    for name, info in model.model_fields.items():
        full = prefix + name.upper()
        if isinstance(info.default, BaseModel):
            yield from _rows(type(info.default), full + NESTING)
        else:
            yield SettingHelp(full, _default(info), info.description or "")


def _default(info: FieldInfo) -> str:
    match info.default:
        case bool() as flag:
            return "on" if flag else "off"
        case SecretStr() as secret:
            return secret.get_secret_value()
        case int() | str() | Path() as value:
            return str(value)
        case _:
            return ""
