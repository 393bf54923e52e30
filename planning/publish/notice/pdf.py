"""Typeset a notice as a PDF with its fonts inside."""

from __future__ import annotations

import base64
import importlib
import io
from pathlib import Path
from typing import Any

from matplotlib import rc_context

from planning.atomic import whole_file
from planning.errors import Issue, MissingExtraError
from planning.publish.fonts import chinese_font
from planning.publish.html import asset, render
from planning.publish.notice.paper import NoticePaper, Picture


def write_pdf(paper: NoticePaper, path: Path) -> None:
    """Write a notice as PDF: A4, vector maps, fonts embedded, heads of tables repeated; whole or not at all.

    Raises
    ------
    MissingExtraError
        If WeasyPrint or a Chinese font is not installed.
    """
    chinese_font()
    weasyprint = _weasyprint()
    text = notice_html(paper)
    with whole_file(path) as temporary:
        # nothing but what the page itself holds may be opened
        fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
        weasyprint.HTML(string=text, url_fetcher=fetcher).write_pdf(str(temporary))


def notice_html(paper: NoticePaper) -> str:
    """Return the page that is typeset; names are escaped, maps are inside as SVG."""
    return render(
        "notice.html",
        title=paper.title,
        styles=[asset("notice.css")],
        family=chinese_font().get_name(),
        paper=paper,
        blocks=[(type(block).__name__, block) for block in paper.blocks],
        svg=_svg,
    )


def _svg(picture: Picture) -> str:
    """Return a picture as SVG in base64; characters become outlines, the text beside it is searchable."""
    data = io.StringIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "planning", "path.simplify_threshold": 0.2}):
        picture.draw().savefig(data, format="svg", metadata={"Date": None, "Creator": None})
    return base64.b64encode(data.getvalue().encode()).decode()


def _weasyprint() -> Any:
    try:
        weasyprint = importlib.import_module("weasyprint")
        importlib.import_module("weasyprint.urls")
    except (ImportError, OSError):  # OSError: the package is there, the Pango library is not
        raise MissingExtraError(
            [Issue("publish.pdf.pdf_notice_needs_weasyprint_pango", "weasyprint")]
        ) from None
    return weasyprint
