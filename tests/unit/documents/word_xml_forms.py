"""Word files written out by hand: the notice's own form, as units fill it and take it apart."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def run(text: str, properties: str = "") -> str:
    """A run; \\n is a line break, \\t a tab."""
    parts = escape(text).replace("\n", "</w:t><w:br/><w:t>").replace("\t", "</w:t><w:tab/><w:t>")
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{parts}</w:t></w:r>'


def p(*content: str, properties: str = "") -> str:
    """A paragraph of texts and ready-made elements."""
    runs = "".join(part if part.startswith(("<w:", "<mc:")) else run(part) for part in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def tc(*paragraphs: str, span: int = 1, merge: str = "") -> str:
    """A cell; texts become paragraphs. `merge` is restart or continue."""
    blocks = "".join(
        part if part.startswith(("<w:p>", "<w:tbl>", "<w:sdt>")) else p(part) for part in paragraphs
    )
    vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{vertical}</w:tcPr>{blocks or p("")}</w:tc>'


def tr(*cells: str, properties: str = "") -> str:
    """A row; texts become cells."""
    inner = "".join(cell if cell.startswith("<w:") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def package(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these parts, with what every Word file has."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, **parts}.items():
            archive.writestr(name, content)
    return written.getvalue()


def docx_of(*body: str, header: str = "", numbering: str = "") -> bytes:
    """A .docx with this body."""
    parts: dict[str, str | bytes] = {
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>"
    }
    if header:
        parts["word/header1.xml"] = f"<w:hdr {NAMESPACES}>{header}</w:hdr>"
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>"
    return package(parts)


SUMMARY = "我局2018年办理行政指导案件126件。\n一是建立台账；\n二是开展培训12期。"

VALUES = {
    "applicant_unit": "宝丰县市场监督管理局",
    "recommender": "宝丰县法治政府建设领导小组办公室",
    "fill_date": "2019-07-10",
    "unit_name": "宝丰县市场监督管理局",
    "unit_address": "宝丰县中兴路东段28号",
    "unit_level": "正科级",
    "leader": "张三",
    "summary": SUMMARY,
    "applicant_opinion": "情况属实，同意申报。",
    "contact_name": None,
    "contact_phone": None,
    "contact_email": None,
}
"""What the form below says, as it is stored."""

COVER = (
    p("附件1"),
    p("平顶山市服务型行政执法示范点"),
    p("申 报 表"),
    p("     申 报 单 位    ", run("宝丰县市场监督管理局            ", "<w:u w:val='single'/>")),
    p("     推 荐 单 位  宝丰县法治政府建设领导小组办公室     "),
    p("填报日期：  2019 年  7  月 10 日"),
    p("填 表 说 明"),
    p("一、此表须打印填写，使用仿宋小四号字体，数字统一用阿拉伯数字。"),
    p("二、服务型行政执法工作基本情况力求简明扼要，重点突出，字数在1000字以内。"),
    p("三、此表上报一份，规格为A4纸。"),
)

NAME = tr("单位名称", tc("宝丰县市场监督管理局", span=3))
ADDRESS = tr("单位地址", tc("宝丰县中兴路东段28号", span=3))
LEVEL = tr("单位级别", "正科级", "负责人姓名", "张三")
WORK = tr(tc("申报单位", "服务型行政执法", "工作基本情况"), tc(*SUMMARY.split("\n"), span=3))
OPINION = tr(
    tc("申报单位", "意见"),
    tc("情况属实，同意申报。", "                盖  章           ", "          年    月   日", span=3),
)
RECOMMENDATION = tr(
    "县（市、区）法治机构（市级主管部门）推荐意见",
    tc("（推荐多个单位的，注明推荐顺序）         盖  章", "             年    月    日", span=3),
)
TABLE = (NAME, ADDRESS, LEVEL, WORK, OPINION, RECOMMENDATION)


def table_with(**rows: str) -> str:
    """The notice's table with some rows replaced; "" leaves one out."""
    usual = dict(zip(("name", "address", "level", "work", "opinion", "recommendation"), TABLE, strict=True))
    return tbl(*(usual | rows).values())
