"""Tell apart tables that stand beside each other on one sheet, and columns that a form repeats."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from planning.district.cells.headers import find_column, plain
from planning.district.cells.traditional import simplified
from planning.district.formats.books import Page, column_name
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.importing.forms.amounts import by_grade
from planning.importing.forms.heads import find_header, join_headers
from planning.importing.forms.words import classes_of, grade_of
from planning.messages import Both

_CODE = re.compile("代码|编号|编码|标识码|code|id$")
Blocks = list[tuple[int, int]]


def tables_beside(
    table: Table, name: str, page: Page, stated: Sequence[str], header_rows: Sequence[int] = ()
) -> tuple[list[tuple[str, Page]], list[Issue]]:
    """Return the parts of a sheet that hold a table each, under their columns (``L:U``), and what is said of it.

    A sheet with one table is one part without a name. Parts keep the places of their cells; what belongs to the others
    is empty in them. A part that lacks what identifies the rows is left out, and said.

    Raises
    ------
    DistrictError
        If a column that may stand once stands twice in one table.
    """
    grid = page.filled()
    rows = [r - 1 for r in header_rows] or find_header(table, grid, stated)
    if not rows or max(rows) >= len(grid):
        return [("", page)], []
    headers = join_headers(table, [grid[r] for r in rows], stated)
    headers = names_over_codes(table, headers, grid[max(rows) + 1 :])
    meant = [_meaning(table, h) for h in headers]
    twice = _repeated(meant)
    if not twice:
        return [("", page)], []
    blocks = _blocks(grid, headers, min(rows), meant)
    held = [b for b in blocks if any(_identifies(table, m) for m in meant[b[0] : b[1]])]
    whole = [b for b in blocks if b not in held]
    for first, last in held:
        if again := _repeated(meant[first:last]):
            raise DistrictError([_stands_twice(name, table, headers, again, first, last, meant)])
    if not held:
        raise DistrictError([_stands_twice(name, table, headers, twice, 0, len(headers), meant)])
    problems = [_left_aside(name, b) for b in whole if any(meant[b[0] : b[1]])]
    if len(held) == 1:
        return [("", _only(page, held[0]))], problems
    parts = [(f"{column_name(a)}:{column_name(b - 1)}", _only(page, (a, b))) for a, b in held]
    return parts, [*problems, _said(name, [p[0] for p in parts])]


def names_over_codes(table: Table, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return headers of which one refers to each other table: a list gives both the code and the name of a school.

    The name does, as every table of the other rows has it, unless it tells fewer rows apart than the code.
    """
    told = list(headers)
    for column in (c.name for c in table.columns if c.refers):
        both = [i for i, h in enumerate(told) if (hit := find_column(table, h)) and hit[0] == column]
        codes = [i for i in both if _CODE.search(simplified(plain(told[i])))]
        if len(both) != 2 or len(codes) != 1:
            continue
        name = next(i for i in both if i not in codes)
        apart = [len({row[i].strip() for row in rows if row[i].strip()}) for i in (name, codes[0])]
        told[codes[0] if apart[0] >= apart[1] else name] = (
            f"({told[codes[0] if apart[0] >= apart[1] else name]})"
        )
    return told


def _meaning(table: Table, header: str) -> str:
    """Return what a header means where it may stand once only: a grade, a column of the table."""
    if by_grade(table):
        if (grade := grade_of(header, table.grades)) is not None:
            return f"grade {grade}"
        if (grade := classes_of(header, table.grades)) is not None:
            return f"classes of grade {grade}"
    hit = find_column(table, header)
    return hit[0] if hit else ""


def _identifies(table: Table, meaning: str) -> bool:
    return meaning in table.key or meaning in {c.name for c in table.columns if c.refers or c.name == "name"}


def _repeated(meant: Sequence[str]) -> str:
    """Return the first thing that several columns mean."""
    seen: set[str] = set()
    return next((m for m in meant if m and (m in seen or seen.add(m))), "")  # type: ignore[func-returns-value]


def _blocks(grid: Sequence[Sequence[str]], headers: Sequence[str], top: int, meant: Sequence[str]) -> Blocks:
    """Return the ranges of columns that hold a table each: cut at empty columns, and where the first header begins anew."""
    width = len(headers)
    empty = [not any(row[c].strip() for row in grid[top:]) for c in range(width)]
    first = next((m for m in meant if m), "")
    plain_first = next((plain(h) for h, m in zip(headers, meant, strict=True) if m == first), "")
    starts = [0]
    starts += [
        c
        for c in range(1, width)
        if (empty[c - 1] and not empty[c]) or (meant[c] == first and plain(headers[c]) == plain_first)
    ]
    starts = sorted(set(starts))
    found = []
    for a, b in itertools.pairwise([*starts, width]):
        end = b
        while end > a and empty[end - 1]:
            end -= 1
        if end > a:
            found.append((a, end))
    return found


def _only(page: Page, block: tuple[int, int]) -> Page:
    """Return a page in which only some columns hold anything, where they stand."""
    first, last = block
    rows = [[cell if first <= c < last else "" for c, cell in enumerate(row)] for row in page.rows]
    merged = tuple(a for a in page.merged if first <= a[1] and a[3] < last)
    return replace(page, rows=rows, merged=merged)


def _said(name: str, places: Sequence[str]) -> Issue:
    return Issue(
        "importing.beside.tables_stand_beside_each_other",
        name,
        column=", ".join(places),
        level="warning",
        count=len(places),
    )


def _left_aside(name: str, block: tuple[int, int]) -> Issue:
    return Issue(
        "importing.beside.another_table_beside_not_read",
        name,
        column=f"{column_name(block[0])}:{column_name(block[1] - 1)}",
        level="warning",
    )


def _stands_twice(
    name: str, table: Table, headers: Sequence[str], what: str, first: int, last: int, meant: Sequence[str]
) -> Issue:
    places = [c for c in range(first, last) if meant[c] == what]
    junior = what in ("grade 1", "grade 2", "grade 3")
    shown = "、".join(dict.fromkeys(headers[c].strip() for c in places))
    zh = table.column_of[what].zh if what in table.column_of else shown
    return Issue(
        "importing.beside.columns_both_mean",
        name,
        row="1",
        column=what if what in table.column_of else "grade",
        value=shown,
        mend="importing.beside.write_junior" if junior else "district.headers.headers_both_mean.mend",
        places=[column_name(c) for c in places],
        shown=shown,
        what=Both(what, zh),
    )
