"""Find the header of a spreadsheet among titles, remarks and merged cells, and join its rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from planning.district.cells.dates import half_width
from planning.district.cells.headers import find_column, find_geometry, plain
from planning.district.cells.traditional import simplified
from planning.district.schema import Table
from planning.importing.forms.amounts import by_grade
from planning.importing.forms.cohorts import age_of, birth_year_of, year_alone
from planning.importing.forms.words import classes_of, grade_of, sex_of

Grid = list[list[str]]

HEADER_WITHIN = 15
"""The header is looked for in so many rows from the top."""
TOTAL = re.compile(r".{0,12}(合计|总计|小计|共计|总数|累计)数?|计|(?i:grand |sub-?)?(?i:totals?|sum)")
FOOTER = re.compile(
    r"(注|备注|附注|说明|填表|制表|审核|(单位)?负责人|填报|数据来源|数据截|统计时间|报送|联系)"
    r"([人日止至:、.\s(\d]|电话|时间|单位|$)"
)
_DAY = r"\d{4}(年\d{1,2}月(\d{1,2}日)?|[-./]\d{1,2}([-./]\d{1,2})?)"
_NOTE = re.compile(
    rf"[(]?(?!其中).{{0,10}}(注|说明|填报|填表|制表|审核|报送|联系|统计|数据|日期|时间|截至|截止|单位|表号|机关|负责人|文号|有效期|电话)[^:]{{0,6}}:.+|.{{0,6}}{_DAY}"
)
"""What stands beside or below a title and heads no column: 填报单位：…, 单位：万元, 2024年9月."""


def known_headers(table: Table, rows: Sequence[Sequence[str]], stated: Sequence[str] = ()) -> set[str]:
    """Return the headers of one or more header rows that mean something to a table, in plain form."""
    return {plain(c) for c in join_headers(table, rows, stated) if _known(table, c, stated)}


def _names_grade(table: Table, header: str) -> bool:
    said = grade_of(sex_of(header)[0], table.grades), classes_of(header, table.grades)
    return any(grade is not None for grade in said)


def _known(table: Table, header: str, stated: Sequence[str]) -> bool:
    return bool(
        header.strip()
        and (
            plain(header) in {plain(s) for s in stated}
            or find_column(table, header)
            or (table.geometry and find_geometry(header))
            or (by_grade(table) and _names_grade(table, header))
            or (
                table.name == "births"
                and (birth_year_of(header) or year_alone(header) or age_of(header) is not None)
            )
        )
    )


def find_header(table: Table, grid: Grid, stated: Sequence[str]) -> list[int]:
    """Return the rows of the header: the row where most headers are known, with those above and below that continue it."""
    best, score = -1, 0
    for r, row in enumerate(grid[:HEADER_WITHIN]):
        known = len({plain(c) for c in row if _known(table, c, stated)})
        if known > score or (known == score and best == r - 1 and known and _spans(grid[best])):
            best, score = r, known
    if score == 0:
        return []
    above = [best - 1] if best and _heads(table, grid[best - 1], grid[best], stated) else []
    if above and best > 1 and _heads(table, grid[best - 2], grid[best - 1], stated):
        above = [best - 2, *above]
    below = [best + 1] if best + 1 < len(grid) and _goes_on(table, grid[best], grid[best + 1], stated) else []
    return [*above, best, *below]


def _spans(row: Sequence[str]) -> bool:
    return any(a and a == b for a, b in itertools.pairwise(row))


def _runs(row: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the first and last column and the text of equal cells side by side, empty ones left out."""
    for text, places in itertools.groupby(range(len(row)), key=lambda i: row[i].strip()):
        found = list(places)
        if text:
            yield found[0], found[-1], text


def _heading(table: Table, upper: Sequence[str], lower: Sequence[str], stated: Sequence[str]) -> list[str]:
    """Return the cells of a row that head columns of the row below: no title of the table, and no remark beside it.

    A title begins at the first column and heads several; where no cells are merged, a group reaches to the next one.
    """
    first = next((i for i, c in enumerate(lower) if c.strip()), 0)
    found, merged = [""] * len(upper), _spans(upper)
    for left, right, text in _runs(upper):
        under = [c.strip() for c in lower[left : right + 1]]
        means = _known(table, text, stated) or any(_known(table, text + c, stated) for c in under if c)
        others = {c for c in under if c} - {text}
        title = left <= first <= right and len(others) > (1 if right > left else 0)
        if means or not (
            title
            or _NOTE.fullmatch(half_width(text))
            or (FOOTER.match(half_width(text).rstrip(":") + ":") and ":" in half_width(text))
        ):
            found[left : right + 1] = [text] * (right + 1 - left)
    if not merged:
        for i in range(1, len(found)):
            if not upper[i].strip() and lower[i].strip() and lower[i - 1].strip() and found[i - 1]:
                found[i] = found[i - 1]
    return found


def _heads(table: Table, upper: Sequence[str], lower: Sequence[str], stated: Sequence[str]) -> bool:
    """Return whether a row above a header says something of its columns that they do not say themselves."""
    cells = _heading(table, upper, lower, stated)
    more = any(
        u and u != c.strip() and (c.strip() or _known(table, u, stated))
        for u, c in zip(cells, lower, strict=True)
    )
    return more and not any(re.fullmatch(r"[\d.,]+", c.strip()) for c in (*upper, *lower))


def _goes_on(table: Table, upper: Sequence[str], lower: Sequence[str], stated: Sequence[str]) -> bool:
    """Return whether the row below continues a header: some cells repeat, or names stand below a group."""
    down = any(a == b and bool(a.strip()) for a, b in zip(upper, lower, strict=True))
    across = _spans(upper) and len({c for c in upper if c.strip()}) > 1
    filled = [c for c in lower if c.strip()]
    named = (down or across) and any(_known(table, c, stated) for c in filled)
    # nothing is merged: names stand below gaps and groups only, below what is known where both together are known (一年级 over 班数)
    below = [
        u + c.strip() for u, c in zip(upper, lower, strict=True) if c.strip() and _known(table, u, stated)
    ]
    apart = len(filled) > 1 and all(_known(table, both, stated) for both in below)
    return (named or apart) and not any(re.fullmatch(r"[\d.,]+", c.strip()) for c in lower)


def join_headers(table: Table, rows: Sequence[Sequence[str]], stated: Sequence[str]) -> list[str]:
    """Return one header per column from one or more header rows: the lowest that is known, else all joined.

    Of several columns below one known header (男, 女, 计) only that of the total carries it.
    """
    headers, joined = [], []
    heading = [_heading(table, upper, lower, stated) for upper, lower in itertools.pairwise(rows)]
    for cells in zip(*heading, rows[-1], strict=True):
        parts = list(dict.fromkeys(c.strip() for c in cells if c.strip()))
        joined.append("".join(parts))
        options = [joined[-1], *reversed(parts)]
        headers.append(next((o for o in options if _known(table, o, stated)), joined[-1]))
    last = [simplified(plain(c)) for c in rows[-1]]
    for header in {h for h in headers if h.strip() and headers.count(h) > 1}:
        places = [i for i, h in enumerate(headers) if h == header and joined[i] != header]
        total = [i for i in places if TOTAL.fullmatch(last[i])]
        for i in places:
            if i not in total[:1]:
                headers[i] = joined[i]
    return headers
