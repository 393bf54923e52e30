"""Write the public notice of a stage's catchments as Word or PDF."""

from __future__ import annotations

from pathlib import Path

from planning.district import District
from planning.errors import Issue, LayoutError
from planning.layout import Layout
from planning.publish.notice.compact import compact_paper
from planning.publish.notice.paper import notice_paper
from planning.publish.notice.pdf import write_pdf
from planning.publish.notice.word import write_word
from planning.scenario import Notice


def write_notice(
    district: District,
    layout: Layout,
    stage: str,
    path: str | Path,
    info: Notice | None = None,
    *,
    year: int | None = None,
    compact: bool = False,
) -> Path:
    """Write the notice of a stage as ``.docx`` or ``.pdf`` by the ending of the path, whole or not at all.

    Parameters
    ----------
    district, layout : District, Layout
        What is announced.
    stage : str
        ``"primary"`` or ``"junior"``.
    path : str or Path
        Target.
    info : Notice, optional
        Issuer, dates, contacts, map review number; those of the layout's scenario by default.
    year : int, optional
        School year announced; the first of the plan by default.
    compact : bool
        The short form, with the scopes as one table and no maps.

    Raises
    ------
    LayoutError
        If the layout has no such stage or year, or the ending is unknown.
    MissingExtraError
        If no Chinese font is installed.
    """
    writers = {".docx": write_word, ".pdf": write_pdf}
    target = Path(path)
    if target.suffix.lower() not in writers:
        raise LayoutError([Issue("publish.write.notice_docx_pdf", str(target))])
    said = compact_paper if compact else notice_paper
    paper = said(district, layout, stage, info, year=year)
    writers[target.suffix.lower()](paper, target)
    return target


def notice_kinds(to: str) -> tuple[str, ...]:
    """Return the endings of a stage's notice: ``to`` is ``docx``, ``pdf`` or ``both``.

    Raises
    ------
    LayoutError
        If ``to`` is something else.
    """
    kinds = {"docx": ("docx",), "pdf": ("pdf",), "both": ("docx", "pdf")}
    if to not in kinds:
        raise LayoutError([Issue("publish.write.expected_docx_pdf_both", "--to", value=to)])
    return kinds[to]
