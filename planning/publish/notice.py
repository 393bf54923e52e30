"""Write the public notice of a stage's catchments as a Word document."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from planning.district import District
from planning.layout import Layout
from planning.publish.boundary_text import BoundaryText, boundary_texts
from planning.publish.catchments import catchment_polygons
from planning.publish.places import STAGE_NAMES, data_status, shared_name, shown_year, unit_names, unit_places
from planning.publish.print_map import catchment_figure, overview_figure
from planning.publish.safe import whole_file

_FONT = "宋体"
_HEAD_FONT = "黑体"
# signs that XML cannot hold
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLANK = "__________"
_WIDTHS_CM = (1.1, 4.4, 2.0, 2.0, 1.4, 1.6, 1.7, 1.6)


@dataclass(frozen=True)
class NoticeInfo:
    """What only the issuing office knows; blanks are left to be filled in by hand."""

    issuer: str = ""
    number: str = ""
    date: str = ""
    window: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    review_number: str = ""
    basis: str = "《中华人民共和国义务教育法》及免试就近入学有关规定"


def write_notice(
    district: District, layout: Layout, stage: str, path: str | Path, info: NoticeInfo | None = None
) -> Path:
    """Write the notice of a stage (standards.md §5): A4, an overview map and one map per catchment.

    Parameters
    ----------
    district, layout : District, Layout
        What is announced.
    stage : str
        ``"primary"`` or ``"junior"``.
    path : str or Path
        Target ``.docx``, written whole or not at all.
    info : NoticeInfo, optional
        Issuer, dates, contacts, map review number.

    Raises
    ------
    MissingExtraError
        If no Chinese font is installed for the maps.
    """
    info = info or NoticeInfo()
    document = _paper()
    texts = boundary_texts(district, layout, stage)
    catchments = catchment_polygons(district, layout, stage)
    entrants = expected_entrants(district, layout, stage)
    _opening(document, district, layout, stage, info)
    _picture(
        document,
        overview_figure(district, layout, stage, review_number=info.review_number, date=info.date),
        12.0,
    )
    _heading(document, "二、各校招生计划一览")
    _plan_table(document, entrants)
    _heading(document, "三、各校学区范围")
    for number, row in enumerate(entrants.itertuples(), start=1):
        _text(document, f"({number}){row.name}", font=_HEAD_FONT, size=13, keep=True)
        _picture(document, catchment_figure(district, layout, catchments, str(row.unit)), 13.0)
        _limits(document, texts[str(row.unit)])
    _changes(document, district, layout, stage)
    _closing(document, info)
    with whole_file(path) as temporary:
        document.save(str(temporary))
    return Path(path)


def expected_entrants(district: District, layout: Layout, stage: str) -> pd.DataFrame:
    """Return ``unit, name, classes, cap, seats, entrants, out`` of the entry grade of every catchment, in the last year.

    ``seats`` = classes × cap of the entry grade; ``entrants`` live in the catchment, those sent elsewhere included.
    """
    names = unit_names(unit_places(district, layout))
    units = layout.units[(layout.units["stage"] == stage) & (layout.units["year"] == shown_year(layout))]
    entry = units[units["grade"] == units["grade"].min()].set_index("unit")
    rows = []
    assigned = layout.assignment.loc[layout.assignment["stage"] == stage, "unit"]
    for unit in sorted(set(assigned.astype(str))):
        part = entry.reindex(unit.split(";")).fillna(0)
        cap = int(part["cap"].max())
        living = int((part["own"] + part["overflow_out"]).sum())
        rows.append((unit, shared_name(unit, names), int(part["classes"].sum()), cap, int(part["seats"].sum()), living,
                     int(part["overflow_out"].sum())))  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "name", "classes", "cap", "seats", "entrants", "out"])


def _opening(document: Any, district: District, layout: Layout, stage: str, info: NoticeInfo) -> None:
    year = shown_year(layout)
    title = f"关于{district.info.name_zh}{year}年{STAGE_NAMES[stage][0]}学区划分的公示"
    _text(document, title, size=18, font=_HEAD_FONT, centre=True)
    _text(document, f"文号:{info.number or _BLANK}", size=10.5, centre=True)
    _text(document, f"数据状态:{data_status(district, layout)[0]}。{district.info.note}", size=9)
    _heading(document, "一、依据与原则")
    _text(
        document,
        f"依据{info.basis},按照适龄儿童少年人数、学校分布、班额标准、通学距离和安全等因素,坚持免试就近、公平公开、相对稳定的原则划定学区,现予公示。",
        indent=True,
    )
    _text(document, f"附图为示意图,不作为划界依据。审图号:{info.review_number or _BLANK}", indent=True)


def _plan_table(document: Any, entrants: pd.DataFrame) -> None:
    heads = ("序号", "学校", "划片方式", "起始年级班数", "班额", "学位", "预计入学", "统筹调剂")
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, word in zip(table.rows[0].cells, heads, strict=True):
        _cell(cell, word, bold=True)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for number, row in enumerate(entrants.itertuples(), start=1):
        way = "多校划片" if ";" in str(row.unit) else "单校划片"
        values = (number, row.name, way, row.classes, row.cap, row.seats, row.entrants, row.out)
        cells = table.add_row()
        stay = OxmlElement("w:cantSplit")
        cells._tr.get_or_add_trPr().append(stay)
        for cell, value in zip(cells.cells, values, strict=True):
            _cell(cell, str(value))
    for column, width in zip(table.columns, _WIDTHS_CM, strict=True):
        for cell in column.cells:
            cell.width = Cm(width)
    _text(document, "学位=班数×班额标准;预计入学为居住在本学区的起始年级人数。", size=9)


def _limits(document: Any, words: BoundaryText) -> None:
    _text(document, f"四至:{words.four_sides}", indent=True)
    _text(document, f"围合界线:{words.enclosing_line}", indent=True)
    for town, places in words.places.items():
        _text(document, f"{town}:{'、'.join(places)}。", indent=True)
    if words.exclaves:
        _text(document, f"另有飞地{words.exclaves}处,见示意图。", indent=True)


def _changes(document: Any, district: District, layout: Layout, stage: str) -> None:
    _heading(document, "四、与上年相比的调整")
    names = unit_names(unit_places(district, layout))
    zone_names = district.zones.set_index("zone")["name"]
    part = layout.assignment[layout.assignment["stage"] == stage]
    moved = part[(part["previous_unit"].fillna("") != "") & (part["previous_unit"] != part["unit"])]
    for (old, new), rows in moved.groupby(["previous_unit", "unit"]):
        places = "、".join(str(zone_names.get(z, z)) for z in rows["zone"])
        _text(
            document,
            f"由{shared_name(str(old), names)}调整到{shared_name(str(new), names)}:{places}。",
            indent=True,
        )
    if moved.empty:
        _text(document, "学区范围无调整。", indent=True)


def _closing(document: Any, info: NoticeInfo) -> None:
    _heading(document, "五、学位不足时的办法")
    _text(
        document,
        "学区内报名人数超过学位时,按公布的顺序录取,其余学生由教育行政部门统筹安排到就近有学位的公办学校,并提前告知家长。",
        indent=True,
    )
    _heading(document, "六、意见反馈")
    _text(
        document,
        f"公示期:{info.window or _BLANK}。电话:{info.phone or _BLANK};电子邮箱:{info.email or _BLANK};地址:{info.address or _BLANK}。",
        indent=True,
    )
    for line in (info.issuer or _BLANK, info.date or "____年__月__日"):
        _text(document, line).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _paper() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin = section.bottom_margin = Cm(2.5)
    style: Any = document.styles["Normal"]
    style.font.name = "Times New Roman"
    style.font.size = Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    return document


def _heading(document: Any, text: str) -> None:
    _text(document, text, font=_HEAD_FONT, size=14, keep=True)


def _text(
    document: Any,
    text: str,
    *,
    size: float = 11,
    font: str = _FONT,
    centre: bool = False,
    indent: bool = False,
    keep: bool = False,
) -> Any:
    paragraph = document.add_paragraph()
    _run(paragraph, text, size, font)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    paragraph.paragraph_format.keep_with_next = keep
    paragraph.paragraph_format.space_after = Pt(3)
    return paragraph


def _run(paragraph: Any, text: str, size: float, font: str) -> Any:
    run = paragraph.add_run(_FORBIDDEN.sub("", text))
    run.font.size = Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _cell(cell: Any, text: str, *, bold: bool = False) -> None:
    run = _run(cell.paragraphs[0], text, 9, _HEAD_FONT if bold else _FONT)
    run.font.bold = bold


def _picture(document: Any, figure: Any, width_cm: float) -> None:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=130)
    data.seek(0)
    document.add_picture(data, width=Cm(width_cm))
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
