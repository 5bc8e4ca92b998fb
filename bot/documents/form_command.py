"""`python -m bot form`: reads a filled form, or fills one (commands page §4).

form FILE [--json]                     the values of a .docx, .doc or .wps
form --fill DATA.json --out FILE.docx  the official form from {field id: value}; - reads DATA from stdin
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from bot.dialogue.fields import Refusal, read_value
from bot.documents.form_fill import fill_form, version_of
from bot.documents.form_read import FormReading, message_for, read_form
from bot.documents.print_code import print_code
from bot.documents.unreadable import UnreadableForm
from bot.documents.word_file import MOST_BYTES
from config.campaign import Campaign

OK, REFUSED, WRONG_USAGE = 0, 1, 2


class _Refused(Exception):
    """Data that is not printed. `code` and the sentence go to whoever sent it."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO, campaign: Campaign) -> int:
    """Run the command with what follows `form`; its exit status. Wrong usage is explained on stderr."""
    parser = _parser()
    try:
        options = parser.parse_args(list(argv))
        reads = options.file is not None
        if [options.fill is None, options.out is None] != [reads, reads]:
            parser.error("give FILE, or --fill DATA.json with --out FILE.docx")
    except SystemExit as leaving:
        return OK if leaving.code in (None, 0) else WRONG_USAGE
    if options.fill is not None:
        return _fill(options.fill, options.out, stdin, stdout, campaign)
    return _read(options.file, options.json, stdout, campaign)


def reading_as_json(reading: FormReading) -> dict[str, object]:
    """A reading in the shape of the commands page §4, with `edited` and `version` added."""
    return {
        "values": dict(reading.values),
        "recommender_opinion": reading.recommender_opinion,
        "print_code": reading.print_code,
        "origin": reading.origin.value,
        "problems": [
            {"field": problem.field, "code": problem.code, "message": problem.message}
            for problem in reading.problems
        ],
        "edited": list(reading.edited),
        "version": reading.version,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot form", description="读取或填写官方申报表")
    parser.add_argument("file", nargs="?", metavar="FILE", help="已填写的申报表（.docx .doc .wps）")
    parser.add_argument("--json", action="store_true", help="以JSON输出")
    parser.add_argument("--fill", metavar="DATA.json", help="各栏内容 {栏目id: 内容}，- 表示标准输入")
    parser.add_argument("--out", metavar="FILE.docx", help="生成的申报表")
    return parser


def _read(name: str, as_json: bool, stdout: TextIO, campaign: Campaign) -> int:
    try:
        reading = read_form(campaign, _content(Path(name)))
    except UnreadableForm as error:
        if as_json:
            _print_error(stdout, error.code, str(error))
        else:
            print(error, file=stdout)
        return REFUSED
    if as_json:
        print(_json(reading_as_json(reading)), file=stdout)
    else:
        print(_page(campaign, reading), file=stdout)
    return OK


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableForm("not_found") from error


def _page(campaign: Campaign, reading: FormReading) -> str:
    """The reading for people: a line per field, then what is wrong."""
    lines = [
        f"{field.number}. {field.label}：{reading.values[field.id] or '（空）'}"
        for field in campaign.form.fields
    ]
    reserved = next(iter(campaign.form.reserved), "")
    lines += [f"{reserved}：{reading.recommender_opinion or '（空）'}"] if reserved else []
    lines.append(f"打印码：{reading.print_code or '（无）'}")
    lines += [problem.message for problem in reading.problems]
    changed = "、".join(campaign.form.field(field_id).label for field_id in reading.edited)
    if changed:
        lines.append(f"以下各项在生成后被改动，以表上文字为准，打印码不再对应：{changed}。")
    return re.sub("[\ud800-\udfff]", "\ufffd", "\n".join(lines))


def _fill(data: str, out: str, stdin: TextIO, stdout: TextIO, campaign: Campaign) -> int:
    try:
        values = _values(campaign, _data(data, stdin))
        version = version_of(campaign, values)
        code = print_code(version)
        _write(Path(out), fill_form(campaign, values, code))
    except _Refused as refused:
        _print_error(stdout, refused.code, str(refused), refused.field)
        return REFUSED
    print(_json({"out": out, "print_code": code, "version": version}), file=stdout)
    return OK


def _data(name: str, stdin: TextIO) -> Mapping[str, object]:
    try:
        text = stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _Refused("not_found", "没有找到数据文件，请核对文件名和路径。") from error
    except UnicodeDecodeError as error:
        raise _Refused("bad_input", "数据文件应为UTF-8编码的JSON。") from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Refused("bad_input", "数据文件不是有效的JSON。") from error
    if not isinstance(data, dict):
        raise _Refused("bad_input", "数据应为一个JSON对象：{栏目id: 内容}。")
    return data


def _values(campaign: Campaign, data: Mapping[str, object]) -> dict[str, str]:
    """The values as they are stored. null and blank text leave a field empty."""
    fields = {field.id: field for field in campaign.form.fields}
    values = {}
    for key, text in data.items():
        if key not in fields:
            raise _Refused("unknown_field", f"申报表没有“{key}”这一项，可用的是：{'、'.join(fields)}。", key)
        if text is None:
            continue
        if not isinstance(text, str):
            raise _Refused("bad_input", f"“{fields[key].label}”的内容应为文本。", key)
        if not text.strip():
            continue
        read = read_value(fields[key], text, campaign.opens)
        if isinstance(read, Refusal):
            raise _Refused(read.code, message_for(fields[key], read.code, read.count), key)
        values[key] = read.text
    return values


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _Refused("not_writable", "不能写入这个位置，请核对文件夹是否存在、是否有写入权限。") from error


def _print_error(stdout: TextIO, code: str, message: str, field: str | None = None) -> None:
    error = {"code": code, "message": message} | ({"field": field} if field is not None else {})
    print(_json({"error": error}), file=stdout)


def _json(value: object) -> str:
    """One line of JSON; half characters, which UTF-8 cannot hold, are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
