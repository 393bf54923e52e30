"""Typeset a notice as a PDF with its fonts inside."""

from __future__ import annotations

import base64
import importlib
import io
from html import escape
from pathlib import Path
from typing import Any

from matplotlib import rc_context

from planning.atomic import whole_file
from planning.errors import MissingExtraError, Problem
from planning.publish.fonts import chinese_font
from planning.publish.notice.paper import Grid, Heading, NoticePaper, Picture, Words
from planning.publish.safe import plain_text

_STYLE = """
@page { size: A4; margin: 2.4cm 2.6cm; @bottom-center { content: "第 " counter(page) " 页 共 " counter(pages) " 页";
  font: 9pt FAMILY; color: #444; } }
body { font: 11pt/1.65 FAMILY; color: #111; margin: 0; overflow-wrap: anywhere; text-align: justify; }
h1 { font-size: 18pt; text-align: center; margin: 0 0 4pt; line-height: 1.4; }
h2 { font-size: 14pt; margin: 12pt 0 4pt; break-after: avoid; }
h3 { font-size: 12.5pt; margin: 12pt 0 3pt; break-after: avoid; }
p { margin: 0 0 3pt; text-indent: 2em; orphans: 2; widows: 2; }
p.plain, p.small, p.number, p.sign, figcaption { text-indent: 0; }
p.small { font-size: 9pt; color: #333; }
p.keep { break-after: avoid; }
p.number { text-align: center; font-size: 10.5pt; }
p.sign { text-align: right; break-before: avoid; }
p.first { margin-top: 24pt; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; line-height: 1.4; margin: 4pt 0 6pt; table-layout: fixed; }
th, td { border: .6pt solid #333; padding: 2pt 4pt; text-align: left; }
th { background: #eee; }
tr { break-inside: avoid; }
tr.total td { font-weight: bold; }
figure { margin: 4pt 0; text-align: center; break-inside: avoid; }
figure img { width: 14cm; }
@page sheet { margin: 0 0 1cm; @bottom-center { vertical-align: top; } }
figure.page { page: sheet; break-before: page; break-after: page; margin: 0; }
figure.page img { width: auto; max-width: 21cm; max-height: 28.6cm; }
td.n, th.n { text-align: right; }
figcaption { font-size: 9pt; }
"""


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
    family = f'"{chinese_font().get_name()}", sans-serif'
    body = [f"<h1>{_safe(paper.title)}</h1>", f'<p class="number">{_safe(paper.number)}</p>',
            f'<p class="small">{_safe(paper.status)}</p>']  # fmt: skip
    for block in paper.blocks:
        if isinstance(block, Heading):
            tag = "h2" if block.level == 1 else "h3"
            body.append(f"<{tag}>{_safe(block.text)}</{tag}>")
        elif isinstance(block, Words):
            label = f"<b>{_safe(block.label)}</b>" if block.label else ""
            body.append(
                f'<p class="{"small" if block.small else "keep" if block.keep else "text"}">{label}{_safe(block.text)}</p>'
            )
        elif isinstance(block, Grid):
            body.append(_table(block))
        else:
            body.append(_figure(block))
    body += [
        f'<p class="sign {"first" if k == 0 else ""}">{_safe(line)}</p>'
        for k, line in enumerate(paper.signature)
    ]
    head = f"<meta charset='utf-8'><title>{_safe(paper.title)}</title><style>{_STYLE.replace('FAMILY', family)}</style>"
    return f"<!doctype html><html lang='zh-CN'><head>{head}</head><body>{''.join(body)}</body></html>"


def _table(grid: Grid) -> str:
    total = sum(grid.widths_cm)
    widths = "".join(f'<col style="width:{100 * w / total:.2f}%">' for w in grid.widths_cm)
    right = [' class="n"' if number else "" for number in grid.numeric] or [""] * len(grid.heads)
    heads = "".join(f"<th{n}>{_safe(word)}</th>" for n, word in zip(right, grid.heads, strict=True))
    lines = []
    for number, values in enumerate(grid.rows, start=1):
        last = ' class="total"' if grid.last_is_total and number == len(grid.rows) else ""
        cells = (f"<td{n}>{_safe(v)}</td>" for n, v in zip(right, values, strict=True))
        lines.append(f"<tr{last}>{''.join(cells)}</tr>")
    return f"<table><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _figure(picture: Picture) -> str:
    data = io.StringIO()
    # characters become outlines in the map; the text beside it is searchable
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "planning", "path.simplify_threshold": 0.2}):
        picture.draw().savefig(data, format="svg", metadata={"Date": None, "Creator": None})
    source = base64.b64encode(data.getvalue().encode()).decode()
    caption = f"<figcaption>{_safe(picture.text)}</figcaption>" if picture.text else ""
    kind = ' class="page"' if picture.whole_page else ""
    return f'<figure{kind}><img alt="{_safe(picture.text or "示意图")}" src="data:image/svg+xml;base64,{source}">{caption}</figure>'


def _safe(text: str) -> str:
    return escape(plain_text(text))


def _weasyprint() -> Any:
    try:
        weasyprint = importlib.import_module("weasyprint")
        importlib.import_module("weasyprint.urls")
    except (ImportError, OSError):  # OSError: the package is there, the Pango library is not
        raise MissingExtraError(
            [
                Problem(
                    "weasyprint",
                    "a PDF of the notice needs WeasyPrint and the Pango library",
                    "生成公示 PDF 需要 WeasyPrint 和 Pango 库",
                    mend_en="pip install 'weasyprint>=70,<71' and apt-get install libpangoft2-1.0-0; or write .docx",
                    mend_zh="请运行 pip install 'weasyprint>=70,<71' 并 apt-get install libpangoft2-1.0-0;或改写 .docx",
                )
            ]
        ) from None
    return weasyprint
