"""Read lists of zones and schools as offices keep them: CSV or workbook, a title above the header, Chinese or English headers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from planning.district.cells.encoding import decode
from planning.district.formats.books import is_book, read_pages
from planning.district.names import plain_name
from planning.errors import Issue, LayoutError, PlanningError
from planning.messages import Both

_HEADER_WITHIN = 10  # rows: a title and a date stand above the header
ZONE, SCHOOL, STAGE, REASON, WHO, WHEN, GRADE, PUPILS = (
    "zone", "school", "stage", "reason", "who", "when", "grade", "pupils",
)  # fmt: skip
WORDS: Mapping[str, tuple[str, ...]] = {
    ZONE: ("zone", "zone_name", "小区", "小区名称", "居住单元", "居住单元编号", "居住单元名称", "单元编号", "单元名称", "单元"),
    SCHOOL: ("school", "unit", "学校", "学校名称", "办学单位", "办学单位编号", "划入学校", "调入学校"),
    STAGE: ("stage", "学段"),
    REASON: ("reason", "原因", "调整原因", "理由"),
    WHO: ("who", "by", "经办人", "决定人"),
    WHEN: ("when", "date", "日期", "时间"),
    GRADE: ("grade", "年级"),
    PUPILS: ("pupils", "学生数", "人数", "学生人数", "在校生数"),
}  # fmt: skip
"""What a header may say, by what it means."""


@dataclass(frozen=True)
class Listed:
    """One table: where it stands, its headers, and its rows with the number a spreadsheet shows."""

    file: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    def column(self, meaning: str) -> int | None:
        """Return the position of the column that means something, ``None`` where there is none."""
        words = {plain_name(w) for w in WORDS[meaning]}
        return next((k for k, header in enumerate(self.headers) if plain_name(header) in words), None)

    def unread(self, meanings: Sequence[str]) -> tuple[str, ...]:
        """Return the headers of the columns that mean none of these and hold something."""
        read = {self.column(meaning) for meaning in meanings}
        held = {k for _, cells in self.rows for k, cell in enumerate(cells) if cell}
        return tuple(h or f"#{k + 1}" for k, h in enumerate(self.headers) if k not in read and k in held)


def read_listed(path: str | Path, *, needs: Sequence[str] = (ZONE,)) -> Listed:
    """Read the first table of a file whose header has the columns needed.

    Raises
    ------
    LayoutError
        If the file is missing or not readable, or no sheet has such a header.
    """
    file = Path(path)
    if not file.is_file():
        raise LayoutError([Issue("district.listed.file_not_found", str(file))])
    try:
        grids = list(_grids(file))
    except PlanningError as error:
        raise LayoutError(error.problems) from None
    except (OSError, csv.Error) as error:
        raise LayoutError([Issue("district.listed.not_readable", str(file), error=error)]) from None
    for name, grid in grids:
        for k, row in enumerate(grid[:_HEADER_WITHIN]):
            found = Listed(name, tuple(c.strip() for c in row), ())
            if all(found.column(meaning) is not None for meaning in needs):
                width = len(row)
                rows = tuple(
                    (str(n), (*(c.strip() for c in cells), *[""] * width)[:width])
                    for n, cells in enumerate(grid[k + 1 :], start=k + 2)
                    if any(c.strip() for c in cells)
                )
                return Listed(name, found.headers, rows)
    raise LayoutError([_no_header(file, needs)])


def _grids(file: Path) -> Iterator[tuple[str, list[list[str]]]]:
    if is_book(file):
        for page in read_pages(file):
            if not page.hidden:
                yield f"{file.name}: {page.title}", page.rows
        return
    text = decode(file.read_bytes(), file.name)
    delimiter = max(",\t;", key=text[:5000].count)
    yield file.name, list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _no_header(file: Path, needs: Sequence[str]) -> Issue:
    english, chinese = (
        (", ".join(WORDS[m][0] for m in needs)),
        "、".join(WORDS[m][2 if len(WORDS[m]) > 2 else 1] for m in needs),
    )
    return Issue("district.listed.no_table_header_columns", str(file), english=Both(english, chinese))
