"""Decks (申报报告PPT) for everybody's tests, made with python-pptx: good ones, and every kind of bad one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msoffcrypto.format.ooxml
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Emu, Inches

PASSWORD = "tongxiao"
VIDEO = "D:\\video.mp4"

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_TITLE, _BODY, _BLANK = 5, 1, 6  # layouts of python-pptx's own template


@dataclass(frozen=True, slots=True)
class Sheet:
    """One slide to be made. `plain`: all its text in text boxes, as decks made from templates have it."""

    title: str = ""
    lines: tuple[str, ...] = ()
    pictures: int = 0
    grouped: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    chart: str = ""  # its title
    smart_art: tuple[str, ...] = ()
    linked_video: str = ""  # target
    embedded_video: bool = False
    badge: bool = False  # a picture that is the same wherever it stands
    notes: str = ""
    hidden: bool = False
    plain: bool = False


COVER = Sheet("宝丰县市场监督管理局", ("服务型行政执法示范点申报报告", "2019年7月"))
AGENDA = Sheet("目录", ("服务意识强", "执法方式新", "服务体系优", "队伍管理严", "示范作用强", "工作成效好"))
END = Sheet("谢谢观看", ("敬请批评指正",))

CONDITIONS: dict[str, tuple[Sheet, ...]] = {
    "2.1": (
        Sheet("一、服务意识强", ("树立执法为民理念，把便民作为执法的出发点",)),
        Sheet("把服务送到企业门口", ("全年上门服务86次，为37家企业解决难题112个",), pictures=1),
    ),
    "2.2": (
        Sheet("二、执法方式新", ("行政指导、行政调解、行政和解灵活运用",)),
        Sheet("说理式执法案例", ("某餐饮店标签不合格一案，执法人员当场劝导，当事人两天内自行改正",)),
        Sheet("首违不罚", ("公布轻微违法免罚清单23项，今年已有41家企业受益",)),
    ),
    "2.3": (
        Sheet("三、服务体系优", ("落实“放管服”要求，推行一窗受理、网上办理",)),
        Sheet("互联网+行政执法", ("办理时限由20个工作日压缩到5个工作日",), chart="各季度网上办件数"),
    ),
    "2.4": (
        Sheet("四、队伍管理严"),
        Sheet(
            "教育培训",
            ("每周一学、每月一考",),
            table=(("培训", "场次"), ("法律知识", "12场"), ("岗位练兵", "4场")),
        ),
        Sheet("执法标兵", ("评出执法标兵6名，持证上岗率100%",), pictures=2),
    ),
    "2.5": (
        Sheet("五、示范作用强", ("典型经验在全市推广，3个县前来观摩学习",), pictures=1),
        Sheet("媒体报道", ("《平顶山日报》2019年3月12日专版介绍我局做法",)),
    ),
    "2.6": (
        Sheet("六、工作成效好", ("群众满意度98.6%，行政复议、行政诉讼案件为零",)),
        Sheet("投诉逐年下降", ("投诉量同比下降31%，当事人自动履行率99%",), chart="投诉量"),
    ),
}
"""By clause: the slides of a good deck that speak of it, their section's title first."""


def good(*, without: Iterable[str] = (), agenda: bool = False) -> list[Sheet]:
    """A deck that shows all six conditions, except those named."""
    left_out = set(without)
    told = [sheet for clause, sheets in CONDITIONS.items() if clause not in left_out for sheet in sheets]
    return [COVER, *([AGENDA] if agenda else []), *told, END]


def titles_only() -> list[Sheet]:
    """Every condition's title and nothing else."""
    return [COVER, *(Sheet(sheets[0].title) for sheets in CONDITIONS.values()), END]


def deck(sheets: Sequence[Sheet], prompts: Sequence[str] = ()) -> bytes:
    """The .pptx of these slides; `prompts` are written on the master, where they belong to no slide."""
    presentation = Presentation()
    for prompt in prompts:
        _add_text(presentation.slide_masters[0].placeholders[0], prompt)
    for number, sheet in enumerate(sheets, start=1):
        _add_slide(presentation, sheet, number)
    return _saved(presentation)


def with_macros(content: bytes) -> bytes:
    """The same as .pptm, with a macro project."""
    main = b"openxmlformats-officedocument.presentationml.presentation.main"
    macro = b"ms-powerpoint.presentation.macroEnabled.main"

    def change(name: str, part: bytes) -> bytes:
        if name == "[Content_Types].xml":
            binary = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
            return part.replace(main, macro).replace(b"</Types>", binary)
        if name == "ppt/_rels/presentation.xml.rels":
            kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
            link = b'<Relationship Id="rIdVba" Type="' + kind + b'" Target="vbaProject.bin"/></Relationships>'
            return part.replace(b"</Relationships>", link)
        return part

    return _repacked(content, change, {"ppt/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(60)})


def retyped(content: bytes, kind: str) -> bytes:
    """The same declared a `slideshow` or a `template`."""
    old, new = b"presentationml.presentation.main", f"presentationml.{kind}.main".encode()
    return _repacked(content, lambda _name, part: part.replace(old, new), {})


def encrypted(content: bytes) -> bytes:
    """The same under PASSWORD."""
    out = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(content)).encrypt(PASSWORD, out)
    return out.getvalue()


def truncated(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def bomb(megabytes: int = 300) -> bytes:
    """A deck whose first slide unpacks to so many megabytes of blanks, about a thousandth when packed."""
    out = io.BytesIO(deck([Sheet("炸弹")]))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("ppt/media/blank.bmp", "w", force_zip64=True) as entry,
    ):
        for _ in range(megabytes):
            entry.write(bytes(1 << 20))
    return out.getvalue()


def entity_bomb() -> bytes:
    """A deck whose slide is an XML document that grows a billionfold when its entities are resolved."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE x [<!ENTITY e0 "笑">{entities}]>'.encode()

    def change(name: str, part: bytes) -> bytes:
        if name != "ppt/slides/slide1.xml":
            return part
        declaration, _, rest = part.partition(b"?>")
        return declaration + b"?>" + head + rest.replace("题目".encode(), b"&e9;")

    return _repacked(deck([Sheet("题目")]), change, {})


def with_linked_picture(content: bytes, target: str) -> bytes:
    """The same, the first picture of the first slide only linked to."""

    def change(name: str, part: bytes) -> bytes:
        if name == "ppt/slides/_rels/slide1.xml.rels":
            outside = f'Target="{target}" TargetMode="External"'.encode()
            return part.replace(b'Target="../media/image1.png"', outside)
        if name == "ppt/slides/slide1.xml":
            return part.replace(b"r:embed", b"r:link")
        return part

    return _repacked(content, change, {})


def without_part(content: bytes, name: str) -> bytes:
    """The same with one part lost."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            if entry.filename != name:
                target.writestr(entry, source.read(entry))
    return out.getvalue()


def document() -> bytes:
    """A Word document, which is no deck whatever it is called."""
    import docx

    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("服务意识强")
    document.save(out)
    return out.getvalue()


def picture(number: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """A .png; every number gives another."""
    out = io.BytesIO()
    Image.new("RGB", size, (number * 37 % 256, number * 91 % 256, 120)).save(out, "PNG")
    return out.getvalue()


def _add_slide(presentation: Any, sheet: Sheet, number: int) -> None:
    layout = presentation.slide_layouts[_BLANK if sheet.plain else _BODY if sheet.lines else _TITLE]
    slide = presentation.slides.add_slide(layout)
    if sheet.plain:
        for place, line in enumerate((sheet.title, *sheet.lines)):
            _add_text(slide.shapes.add_textbox(Inches(1), Inches(1 + place), Inches(6), Inches(1)), line)
    else:
        _add_text(slide.shapes.title, sheet.title)
        for line in sheet.lines:
            _add_text(slide.placeholders[1], line)
    for place in range(sheet.pictures):
        image = io.BytesIO(picture(number * 10 + place))
        slide.shapes.add_picture(image, Inches(1 + place), Inches(3), Inches(3), Inches(2))
    if sheet.badge:
        slide.shapes.add_picture(io.BytesIO(picture(250)), Inches(7), 0, Inches(3), Inches(2))
    _add_rest(slide, sheet)
    if sheet.notes:
        slide.notes_slide.notes_text_frame.text = sheet.notes
    if sheet.hidden:
        slide._element.set("show", "0")


def _add_rest(slide: Any, sheet: Sheet) -> None:
    if sheet.grouped:
        group = slide.shapes.add_group_shape().shapes.add_group_shape()
        for line in sheet.grouped:
            _add_text(group.shapes.add_textbox(0, 0, Inches(2), Inches(1)), line)
    if sheet.table:
        rows, columns = len(sheet.table), len(sheet.table[0])
        table = slide.shapes.add_table(rows, columns, 0, 0, Inches(6), Inches(2)).table
        for row, texts in enumerate(sheet.table):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
    if sheet.chart:
        _add_chart(slide, sheet.chart)
    if sheet.smart_art:
        _add_smart_art(slide, sheet.smart_art)
    if sheet.linked_video or sheet.embedded_video:
        _add_video(slide, sheet.linked_video)


def _add_text(shape: Any, text: str) -> None:
    frame = shape.text_frame
    if frame.text:
        frame.add_paragraph().text = text
    else:
        frame.text = text


def _add_chart(slide: Any, title: str) -> None:
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["一季度", "二季度"]
    data.add_series("数量", (120, 90))
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED
    chart = slide.shapes.add_chart(kind, 0, 0, Inches(5), Inches(3), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = title


def _add_smart_art(slide: Any, texts: Iterable[str]) -> None:
    """Only the data of the graphic, which is where its text is."""
    points = "".join(
        f'<dgm:pt modelId="{n}"><dgm:t><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for n, text in enumerate(texts)
    )
    xml = f'<dgm:dataModel xmlns:dgm="{_DIAGRAM}" xmlns:a="{_A}"><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>'
    name = PackURI(f"/ppt/diagrams/data{slide.slide_id}.xml")
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    part = Part(name, kind, slide.part.package, xml.encode())
    relation = slide.part.relate_to(part, f"{_R}/diagramData")
    presentation = "http://schemas.openxmlformats.org/presentationml/2006/main"
    frame = (
        f'<p:graphicFrame xmlns:p="{presentation}" xmlns:a="{_A}" xmlns:r="{_R}" xmlns:dgm="{_DIAGRAM}">'
        '<p:nvGraphicFramePr><p:cNvPr id="90" name="图示"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        '<p:xfrm><a:off x="0" y="0"/><a:ext cx="900" cy="900"/></p:xfrm>'
        f'<a:graphic><a:graphicData uri="{_DIAGRAM}"><dgm:relIds r:dm="{relation}"/></a:graphicData></a:graphic>'
        "</p:graphicFrame>"
    )
    slide.shapes._spTree.append(etree.fromstring(frame))


def _add_video(slide: Any, linked_to: str) -> None:
    """A video in the deck, or one that stays where it is: then nothing of it is in the deck."""
    poster = io.BytesIO(picture(7))
    movie = slide.shapes.add_movie(
        io.BytesIO(b"\0\0\0\x18ftypmp42" + bytes(64)), 0, 0, Emu(3000000), Emu(2000000), poster, "video/mp4"
    )
    if not linked_to:
        return
    relations = {
        f"{_R}/video": "link",
        "http://schemas.microsoft.com/office/2007/relationships/media": "embed",
    }
    for kind, attribute in relations.items():
        new = slide.part.relate_to(linked_to, kind, is_external=True)
        for element in movie._element.iter():
            old = element.get(f"{{{_R}}}{attribute}")
            if old and slide.part.rels[old].reltype == kind:
                del element.attrib[f"{{{_R}}}{attribute}"]
                element.set(f"{{{_R}}}link", new)
                slide.part.rels.pop(old)


def _repacked(content: bytes, change: Any, added: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, part in added.items():
            target.writestr(name, part)
    return out.getvalue()


def _saved(presentation: Any) -> bytes:
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()
