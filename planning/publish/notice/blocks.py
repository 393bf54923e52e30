"""Hold what a notice is made of: headings, paragraphs, tables and maps in reading order, and how large they are set."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"([+\-−]?[\d,]*(\.\d+)?%?|—)(→([+\-−]?[\d,]*(\.\d+)?%?|—))?|—")


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (numbered section) or 2 (one school)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Words:
    """A paragraph; ``label`` stands in bold before it, ``small`` marks remarks, ``keep`` holds it to what follows."""

    text: str
    label: str = ""
    small: bool = False
    keep: bool = False


@dataclass(frozen=True)
class Grid:
    """A table whose first line is repeated on every page; column widths in cm add up to the width of the text."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths_cm: tuple[float, ...]
    last_is_total: bool = False

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold nothing but numbers, and some number: they stand right."""
        return tuple(
            all(_NUMBER.fullmatch(v) for v in column) and any(map(str.isdigit, "".join(column)))
            for column in zip(*self.rows, strict=True)
        )


@dataclass(frozen=True)
class Picture:
    """A map, drawn when it is asked for; a ``whole_page`` map is an annex, on a page of its own after the signature."""

    draw: Callable[[], Any]
    text: str
    whole_page: bool = False


Block = Heading | Words | Grid | Picture


@dataclass(frozen=True)
class Face:
    """How large a notice is set: letters in points (小五 is 9, 六号 7.5), margins in cm."""

    title_pt: float
    heads_pt: tuple[float, float]
    text_pt: float
    small_pt: float
    table_pt: float
    side_cm: float
    top_cm: float


PLAIN = Face(18, (14, 12.5), 11, 9, 9, 2.6, 2.4)
DENSE = Face(15, (10.5, 9), 9, 7.5, 7.5, 1.5, 1.4)
MAP_CM = 11.5
"""Width of the map of one school: two find room on a page with what is said of them."""


@dataclass(frozen=True)
class NoticePaper:
    """Everything a notice holds, in reading order, and what stands around it; ``dense`` is set small, with narrow margins."""

    title: str
    number: str
    status: str
    blocks: tuple[Block, ...]
    signature: tuple[str, ...]
    lang: str = "zh"
    dense: bool = False

    @property
    def face(self) -> Face:
        """Sizes of its letters and margins, for Word and PDF alike."""
        return DENSE if self.dense else PLAIN
