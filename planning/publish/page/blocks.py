"""What a report is made of: sections of paragraphs, tables and drawings as plain data; ``report.html`` sets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from planning.publish.html import asset, render
from planning.publish.words import internal_word


@dataclass(frozen=True)
class Bar:
    """A coloured bar of so many pixels or per cent of its cell; ``title`` is shown on it."""

    width: str
    colour: str
    title: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: a text, what is set smaller after it, and how it is marked.

    Attributes
    ----------
    text, small : str
        Any text.
    kind : str
        Class of the cell in the style sheet (``best``, ``how``, ``pass`` …).
    span : int
        How many columns it takes.
    bold : bool
        Whether the text stands out.
    bar : Bar, optional
        A bar before the text.
    bands : sequence of Bar
        Bars that fill the cell.
    """

    text: str = ""
    small: str = ""
    kind: str = ""
    span: int = 1
    bold: bool = False
    bar: Bar | None = None
    bands: Sequence[Bar] = ()


@dataclass(frozen=True)
class Table:
    """A table; columns in ``left`` hold text and stand left; a row of one spanning cell is a heading of rows."""

    block: ClassVar[str] = "table"
    heads: Sequence[str | Cell]
    rows: Sequence[Sequence[str | Cell]]
    left: Sequence[int] = ()


@dataclass(frozen=True)
class Words:
    """A paragraph, or with ``kind="h3"`` a heading."""

    block: ClassVar[str] = "words"
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Keys:
    """The meaning of colours: pairs of colour and words."""

    block: ClassVar[str] = "keys"
    keys: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Folded:
    """A table that opens on request."""

    block: ClassVar[str] = "folded"
    title: str
    table: Table


@dataclass(frozen=True)
class Warned:
    """A box of warnings: a title and its lines."""

    block: ClassVar[str] = "warned"
    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Drawing:
    """A drawing: the template of ``templates/drawings`` that draws it, what it is drawn from, and its caption."""

    block: ClassVar[str] = "drawing"
    template: str
    data: object
    caption: str = ""


Block = Table | Words | Keys | Folded | Warned | Drawing


@dataclass(frozen=True)
class Section:
    """A numbered section: title, how its figures are computed, and its blocks."""

    title: str
    how: str
    blocks: Sequence[Block]


def report_page(title: str, *, head: Sequence[Block], sections: Sequence[Section]) -> str:
    """Return a report as one HTML page that says 内部资料: no script, no outside address, names are text."""
    return render(
        "report.html",
        title=title,
        internal=internal_word(),
        head=head,
        sections=[section for section in sections if section.blocks],
        styles=[asset("comparison.css")],
    )
