"""Typeset a notice as a Word document."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from PIL import Image

from planning.atomic import whole_file
from planning.messages import said
from planning.publish.notice.blocks import MAP_CM, Grid, Heading, NoticePaper, Picture, Words
from planning.texts import plain_text

_FONT = "宋体"
_HEAD_FONT = "黑体"
_EAST = {"zh-Hant": "zh-TW"}
_DPI = 150
_COLOURS = 128
_SHEET_CM = (19.0, 26.8)


def write_word(paper: NoticePaper, path: Path) -> None:
    """Write a notice as ``.docx``: A4, numbered pages, heads of tables repeated, rows never broken; whole or not at all."""
    document, face = _page(paper), paper.face
    _text(document, paper.title, size=face.title_pt, font=_HEAD_FONT, centre=True)
    _text(document, paper.number, size=0.95 * face.text_pt, centre=True)
    _text(document, paper.status, size=face.small_pt)
    for block in paper.blocks:
        if isinstance(block, Heading):
            _text(document, block.text, font=_HEAD_FONT, size=face.heads_pt[block.level - 1], keep=True)
        elif isinstance(block, Words):
            _text(
                document,
                block.text,
                label=block.label,
                size=face.small_pt if block.small else face.text_pt,
                indent=not block.small,
                keep=block.keep,
            )
        elif isinstance(block, Grid):
            _table(document, block, face.table_pt)
        elif not block.whole_page:
            _picture(document, block)
    _hold_to_signature(document)
    for k, line in enumerate(paper.signature):
        signed = _text(document, line, size=face.text_pt, keep=k + 1 < len(paper.signature))
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for block in paper.blocks:
        if isinstance(block, Picture) and block.whole_page:
            _margins(document.add_section(WD_SECTION.NEW_PAGE), side=1.0, top=0.8, bottom=1.2)
            _picture(document, block)
    with whole_file(path) as temporary:
        document.save(str(temporary))


def _hold_to_signature(document: Any) -> None:
    """Keep the last table on the page of the signature: a signature never stands on a page alone."""
    if document.tables:
        for row in document.tables[-1].rows:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        document.paragraphs[-1].paragraph_format.keep_with_next = True  # the gap below the table


def _page(paper: NoticePaper) -> Any:
    document = Document()
    document.core_properties.title = plain_text(paper.title)[:255]
    document.core_properties.author = plain_text(paper.signature[0])[:255]
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    _margins(section, side=paper.face.side_cm, top=paper.face.top_cm, bottom=paper.face.top_cm)
    style: Any = document.styles["Normal"]
    style.font.name = "Times New Roman"
    style.font.size = Pt(paper.face.text_pt)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    language = OxmlElement(
        "w:lang"
    )  # lines are broken by the rules of Chinese, also where the program speaks another language
    language.set(qn("w:val"), "en-GB")  # of figures and Latin letters: numbers are never broken
    language.set(qn("w:eastAsia"), _EAST.get(paper.lang, "zh-CN"))
    style.element.rPr.append(language)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(foot, said("publish.word.page"), 9, _FONT)
    _field(foot, "PAGE")
    _run(foot, said("publish.word.of"), 9, _FONT)
    _field(foot, "NUMPAGES")
    _run(foot, said("publish.word.page_end"), 9, _FONT)
    return document


def _margins(section: Any, *, side: float, top: float, bottom: float) -> None:
    section.left_margin = section.right_margin = Cm(side)
    section.top_margin, section.bottom_margin = Cm(top), Cm(bottom)
    section.footer_distance = Cm(bottom / 2)


def _field(paragraph: Any, code: str) -> None:
    run = _run(paragraph, "", 9, _FONT)
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)  # noqa: SLF001 - python-docx has no public way


def _table(document: Any, grid: Grid, size: float) -> None:
    table = document.add_table(rows=1, cols=len(grid.heads), style="Table Grid")
    table.autofit = False
    right = grid.numeric or (False,) * len(grid.heads)
    for cell, word, numeric in zip(table.rows[0].cells, grid.heads, right, strict=True):
        _cell(cell, word, size, bold=True, right=numeric)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    _mark_row(table.rows[0], mark)
    for number, values in enumerate(grid.rows, start=1):
        row = table.add_row()
        _mark_row(row, OxmlElement("w:cantSplit"))
        for cell, value, numeric in zip(row.cells, values, right, strict=True):
            _cell(cell, value, size, bold=grid.last_is_total and number == len(grid.rows), right=numeric)
    for column, width in zip(table.columns, grid.widths_cm, strict=True):
        # some programs follow the column, some the cell
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    _text(document, "", size=4)


def _text(
    document: Any,
    text: str,
    *,
    label: str = "",
    size: float = 11,
    font: str = _FONT,
    centre: bool = False,
    indent: bool = False,
    keep: bool = False,
) -> Any:
    paragraph = document.add_paragraph()
    if label:
        _run(paragraph, label, size, _HEAD_FONT)
    _run(paragraph, text, size, font)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    paragraph.paragraph_format.keep_with_next = keep
    paragraph.paragraph_format.space_after = Pt(3)
    return paragraph


def _run(paragraph: Any, text: str, size: float, font: str) -> Any:
    run = paragraph.add_run(plain_text(text))
    run.font.size = Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - python-docx has no public way
    return run


def _cell(cell: Any, text: str, size: float, *, bold: bool = False, right: bool = False) -> None:
    if right:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = _run(cell.paragraphs[0], text, size, _HEAD_FONT if bold else _FONT)
    run.font.bold = bold


def _picture(document: Any, picture: Picture) -> None:
    figure = picture.draw()
    wide, high = figure.get_size_inches()
    data = _png(figure, (int(wide * _DPI), int(high * _DPI)))
    document.add_picture(
        data, width=Cm(min(_SHEET_CM[0], _SHEET_CM[1] * wide / high) if picture.whole_page else MAP_CM)
    )
    paragraph = document.paragraphs[-1]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if picture.text:
        paragraph.paragraph_format.keep_with_next = True
        _text(document, picture.text, size=9, centre=True)


def _png(figure: Any, pixels: tuple[int, int]) -> io.BytesIO:
    """Return a figure as PNG: a map needs few colours, and sixty maps in a letter must remain a letter."""
    drawn, data = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="rgba", dpi=_DPI)
    picture = Image.frombytes("RGBA", pixels, drawn.getvalue()).convert("RGB")
    picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        data, format="png"
    )
    data.seek(0)
    return data


def _mark_row(row: Any, mark: Any) -> None:
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no public way
