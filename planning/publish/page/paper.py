"""Write a paper of headings, paragraphs and tables as a page and as a Word document that say the same."""

from __future__ import annotations

from pathlib import Path

from planning.atomic import new_folder
from planning.internal import write_internal_note
from planning.publish.html import asset, render
from planning.publish.notice.blocks import NoticePaper
from planning.publish.notice.word import write_word

PAGE_LANGUAGE = {"zh": "zh-CN"}
"""What a page calls a language where that is not its code."""
FAMILY = "SimSun"
"""What a reader's own machine has; nothing is fetched."""


def paper_html(paper: NoticePaper) -> str:
    """Return a paper without pictures as a page; every name is escaped where it stands."""
    return render(
        "notice.html",
        lang=PAGE_LANGUAGE.get(paper.lang, paper.lang),
        title=paper.title,
        styles=[asset("notice.css"), asset("paper.css")],
        family=FAMILY,
        paper=paper,
        blocks=[(type(block).__name__, block) for block in paper.blocks],
    )


def write_paper(paper: NoticePaper, folder: str | Path, name: str) -> Path:
    """Write a paper as ``NAME.html`` and ``NAME.docx`` into a folder of its own, all or nothing; return the folder."""
    target = Path(folder)
    marks = (f"{name}.html", f"{name}.docx")
    with new_folder(target, marks=marks) as temporary:
        (temporary / f"{name}.html").write_text(paper_html(paper), encoding="utf-8", newline="\n")
        write_word(paper, temporary / f"{name}.docx")
        write_internal_note(temporary)
    return target
