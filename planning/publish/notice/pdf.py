"""Typeset a notice as a PDF with its fonts inside."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from matplotlib import rc_context

from planning.atomic import whole_file
from planning.messages import said
from planning.publish.fonts import chinese_font
from planning.publish.notice.blocks import MAP_CM, Grid, NoticePaper, Picture
from planning.texts import plain_text

_BOLD = 600
# a row of more lines than this may go over two pages; a shorter one stays whole
_WHOLE_LINES = 20
_POINTS_OF_CM = 28.35


def write_pdf(paper: NoticePaper, path: Path) -> None:
    """Write a notice as PDF: A4, vector maps, fonts embedded, heads of tables repeated; whole or not at all.

    Nothing that the notice says passes through a language: the template is fixed and reads the texts as data.

    Raises
    ------
    MissingExtraError
        If no Chinese font is installed.
    """
    sources = notice_sources(paper)
    with whole_file(path) as temporary:
        # the fonts of the machine come after the one that maps are drawn with: for rare characters that it lacks
        typesetter: Any = typst  # its stub knows no files by name, which its documentation promises
        typesetter.compile(sources, output=str(temporary), format="pdf", font_paths=typst.Fonts())


def notice_sources(paper: NoticePaper) -> dict[str, bytes]:
    """Return the files that are typeset, by name: the template, what the paper says as JSON, and its maps as SVG."""
    template = files("planning.publish").joinpath("assets", "notice.typ").read_bytes()
    pictures = {f"{k}.svg": _svg(b) for k, b in enumerate(paper.blocks) if isinstance(b, Picture)}
    told = json.dumps(_plain(_said(paper)), ensure_ascii=False).encode()
    return {"main": template, "paper.json": told, **pictures}


def _said(paper: NoticePaper) -> dict[str, Any]:
    family, bold = _family()
    return {
        "title": paper.title,
        "number": paper.number,
        "status": paper.status,
        "page": [said(f"publish.word.{part}") for part in ("page", "of", "page_end")],
        "author": paper.signature[0],
        "signature": list(paper.signature),
        "fonts": [family],
        "bold": bold,
        "face": asdict(paper.face),
        "blocks": [_block(k, block, paper.face.table_pt) for k, block in enumerate(paper.blocks)],
    }


def _block(number: int, block: Any, size_pt: float) -> dict[str, Any]:
    kind = {"kind": type(block).__name__}
    if isinstance(block, Picture):
        alt = block.text or said("publish.page.sketch")
        return {**kind, "file": f"{number}.svg", "text": block.text, "alt": alt, "whole": block.whole_page, "width_cm": MAP_CM}  # fmt: skip
    if isinstance(block, Grid):
        rows = [
            {"values": list(row), "long": _lines(row, block, size_pt) > _WHOLE_LINES} for row in block.rows
        ]
        return {**kind, "heads": list(block.heads), "rows": rows, "widths": list(block.widths_cm),
                "numeric": list(block.numeric) if block.rows else [], "total": block.last_is_total}  # fmt: skip
    return {**kind, **asdict(block)}


def _lines(row: tuple[str, ...], grid: Grid, size_pt: float) -> float:
    """Return about how many lines the longest cell of a row takes, its letters as wide as they are high."""
    return max(
        len(value) * size_pt / (width * _POINTS_OF_CM)
        for value, width in zip(row, grid.widths_cm, strict=True)
    )


def _plain(value: Any) -> Any:
    """Return data whose texts hide nothing and read in one direction."""
    if isinstance(value, dict):
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_plain(held) for held in value]
    return plain_text(value) if isinstance(value, str) else value


def _family() -> tuple[str, bool]:
    """Return the name under which the font of the maps is known to the typesetter, and whether it comes in bold."""
    font = chinese_font()
    known = typst.Fonts().fonts()
    here = [f.family for f in known if f.path == font.get_file()]
    family = font.get_name() if font.get_name() in here or not here else here[0]
    return family, any(f.family == family and f.weight >= _BOLD for f in known)


def _svg(picture: Picture) -> bytes:
    """Return a picture as SVG; characters become outlines, the text beside it is searchable."""
    data = io.BytesIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "planning", "path.simplify_threshold": 0.2}):
        picture.draw().savefig(data, format="svg", metadata={"Date": None, "Creator": None})
    return data.getvalue()
