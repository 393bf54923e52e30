"""Read the sheets of office files that make up one table, with what their cells do not show at a glance."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from planning.district.cells.headers import find_column, find_geometry, plain
from planning.district.cells.quantities import quantity
from planning.district.cells.sheet import Sheet, few, problems_at
from planning.district.formats.books import Page, cell_name, is_book, read_pages
from planning.district.formats.workbook import no_result
from planning.district.schema import Column, Table
from planning.errors import DistrictError, Issue
from planning.importing.account import Change
from planning.importing.files.looks import hidden_cells, rows_of, struck_out
from planning.importing.files.pages import ALL, ALSO, read_page, several_fit, text_encoding
from planning.importing.forms.amounts import amount_columns
from planning.importing.forms.beside import names_over_codes, tables_beside
from planning.importing.forms.grids import grid_sheet, is_no_data, rows_below
from planning.importing.forms.heads import find_header, join_headers, known_headers
from planning.importing.forms.rounded import as_written
from planning.importing.forms.sexes import boys_and_girls, sex_pairs
from planning.importing.forms.totals import totals_problems
from planning.importing.forms.unheaded import columns_without_header
from planning.importing.forms.words import year_of
from planning.importing.mapping import TableMap
from planning.importing.sources.stacked import stack_sheets
from planning.importing.steps.expressions import apportion
from planning.messages import Text

MERGED = "importing.office.whose_open"
"""Code of the issue that a number stands in merged cells."""
_YEAR_IN_TITLE = re.compile(
    r"(?:19|20)\d\d(?:[-~—–](?:19|20)?\d\d)?(?:学年度?|年度?)|民国\d{2,3}(?:学年度?|年度?)"
)


@dataclasses.dataclass(frozen=True)
class Office:
    """What office files give for one table.

    Parameters
    ----------
    sheet : Sheet
        Rows that are data.
    raw : Sheet
        All rows below the header; of merged cells only the first holds the text.
    problems : tuple of Issue
    changes : tuple of Change
        Merged numbers that were repeated because the mapping says so.
    encoding : str
        How a text file was read, unless it is UTF-8.
    totalled : bool
        Totals were compared with their rows.
    """

    sheet: Sheet
    raw: Sheet
    problems: tuple[Issue, ...] = ()
    changes: tuple[Change, ...] = ()
    encoding: str = ""
    totalled: bool = False


def stated_headers(entry: TableMap) -> list[str]:
    """Return the headers that a mapping names."""
    return [
        *entry.columns.values(),
        *entry.where,
        *entry.without,
        *([entry.addresses] if entry.addresses else []),
    ]


def sheets_for(table: Table, entry: TableMap, source: Path) -> list[str]:
    """Return the sheets of a workbook that a table is read from: as the mapping says, else the one that fits.

    Raises
    ------
    DistrictError
        If several fit equally well.
    """
    if not is_book(source):
        return [""]
    if entry.sheet and entry.sheet != ALL:
        return [title.strip() for title in entry.sheet.split(ALSO)]
    fitting = fitting_sheets(table, source, stated_headers(entry))
    if len(fitting) > 1 and entry.sheet != ALL:
        raise DistrictError([several_fit(source, table.name, fitting)])
    return fitting or [""]


def fitting_sheets(
    table: Table, source: Path, stated: Sequence[str] = (), *, hidden: bool = False
) -> list[str]:
    """Return the sheets on which most headers of a table are known, and that hold rows below them.

    Parameters
    ----------
    hidden : bool
        Look at the hidden sheets instead of those that are shown.
    """
    known: dict[str, int] = {}
    for page in read_pages(source):
        if page.hidden != hidden or page.damage:
            continue
        grid = page.filled()
        rows = find_header(table, grid, stated)
        if rows and any(map(any, grid[max(rows) + 1 :])):
            known[page.title] = len(known_headers(table, [grid[r] for r in rows], stated))
    most = max(known.values(), default=0)
    return [title for title, count in known.items() if count == most]


def parts_of_one_list(table: Table, source: Path, titles: Sequence[str]) -> bool:
    """Return whether sheets have the same header and rows of other names each: a list by township, not by year or stage."""
    heads, names = [], []
    for title in titles:
        grid = read_page(source, title)[1].filled()
        rows = find_header(table, grid, [])
        headers = join_headers(table, [grid[r] for r in rows], [])
        own = {c.name for c in table.columns if c.name == "name" or c.identifier}
        at = next(
            (i for i, h in enumerate(headers) if (hit := find_column(table, h)) and hit[0] in own), None
        )
        if at is None:
            return False
        heads.append([plain(h) for h in headers])
        names.append(
            {
                plain(row[at])
                for row in grid[max(rows) + 1 :]
                if row[at].strip() and not is_no_data([c.strip() for c in row])
            }
        )
    whole = set().union(*names)
    years = any(_YEAR_IN_TITLE.search(title) for title in titles)
    return not years and all(h == heads[0] for h in heads) and len(whole) == sum(map(len, names))


def read_office(table: Table, entry: TableMap, source: Path) -> Office:
    """Return the rows of a table from a text file or from the sheets of a workbook.

    Raises
    ------
    DistrictError
        If it cannot be read, a sheet is missing, or it is open which sheet is meant.
    """
    titles, read = [], []
    for title in sheets_for(table, entry, source):
        for part, office in _read_parts(table, entry, source, title):
            titles.append(f"{title}!{part}".lstrip("!") if part else title)
            read.append(office)
    encoding = text_encoding(source, entry.encoding)
    said = "" if encoding is None or encoding.encoding.startswith("utf-8") else encoding.name
    if len(read) == 1:
        return dataclasses.replace(read[0], encoding=said)
    name = f"{source.name}:{ALSO.join(titles)}"
    return Office(
        stack_sheets(name, titles, [one.sheet for one in read]),
        stack_sheets(name, titles, [one.raw for one in read]),
        tuple(p for one in read for p in one.problems),
        tuple(c for one in read for c in one.changes),
        said,
        any(one.totalled for one in read),
    )


def below_each_other(read: Sequence[Office]) -> Office:
    """Return what several files of one form give, rows named after their file."""
    if len(read) == 1:
        return read[0]
    titles = [one.sheet.file for one in read]
    name = ALSO.join(titles)
    return Office(
        stack_sheets(name, titles, [one.sheet for one in read]),
        stack_sheets(name, titles, [one.raw for one in read]),
        tuple(p for one in read for p in one.problems),
        tuple(c for one in read for c in one.changes),
        "、".join(dict.fromkeys(one.encoding for one in read if one.encoding)),
        any(one.totalled for one in read),
    )


def _read_parts(table: Table, entry: TableMap, source: Path, title: str) -> list[tuple[str, Office]]:
    """Return the tables that stand beside each other on one sheet, under their columns; most sheets hold one."""
    name, page = read_page(source, title, entry.encoding)
    parts, said = tables_beside(table, name, page, stated_headers(entry), entry.header_rows)
    read = [(part, _read_one(table, entry, name, cells)) for part, cells in parts]
    first = dataclasses.replace(read[0][1], problems=(*said, *read[0][1].problems))
    return [(read[0][0], first), *read[1:]]


def _read_one(table: Table, entry: TableMap, name: str, page: Page) -> Office:
    grid = page.filled()
    stated = stated_headers(entry)
    sheet, problems = grid_sheet(table, name, grid, stated, entry.header_rows, page.above)
    headers = names_over_codes(table, sheet.headers, sheet.cells.to_numpy().tolist())
    sheet = dataclasses.replace(sheet, headers=headers)
    raw = rows_below(sheet, page.rows, [r - 1 for r in entry.header_rows] or find_header(table, grid, stated))
    used = _used(table, entry, sheet)
    problems += _formulas(name, page, sheet, used)
    problems += hidden_cells(name, page, sheet, used)
    problems += _other_year(name, page, entry)
    problems += struck_out(name, page, sheet, used)
    problems += columns_without_header(table, sheet, stated)
    sheet, wrong, changes = _merged_numbers(table, entry, page, sheet)
    sheet, raw, summed = boys_and_girls(table, sheet, raw)
    problems += summed
    totalled = False
    if not page.merged or not wrong + changes:  # whose a merged number is, is asked first
        meant = dataclasses.replace(raw, headers=_meant(table, entry, raw))
        off, totalled = totals_problems(table, sheet, as_written(table, meant)[0])
        problems += off
        problems += _without_number(table, meant, sheet)
    return Office(sheet, raw, (*problems, *wrong), tuple(changes), totalled=totalled)


def _used(table: Table, entry: TableMap, sheet: Sheet) -> list[int]:
    """Return the columns of a sheet that mean something to its table, or that a step of the mapping names."""
    known = known_headers(table, [sheet.headers], stated_headers(entry))
    steps = " ".join((*entry.compute.values(), *entry.text.values()))
    sexes = {p for pair in sex_pairs(table, list(sheet.headers)) for p in (pair.boys, pair.girls)}
    return [
        i
        for i, h in enumerate(sheet.headers)
        if plain(h)
        and (
            i in sexes
            or plain(h) in known
            or h.strip() in steps
            or find_column(table, h)
            or (table.geometry and find_geometry(h))
        )
    ]


def _without_number(table: Table, meant: Sheet, sheet: Sheet) -> list[Issue]:
    """Name the rows of a table with grades side by side in which no grade holds anything: nothing is read from them."""
    grades = [p for p, a in amount_columns(table, list(meant.headers)).items() if a[0] == "pupils"]
    if len(grades) < 2 or not len(sheet.cells):
        return []
    empty = ~np.any([(sheet.cells[p].fillna("").str.strip() != "").to_numpy() for p in grades], axis=0)
    texts = [
        " ".join(dict.fromkeys(c.strip() for c in row if c.strip()))[:60]
        for row in sheet.cells.to_numpy().tolist()
    ]
    return problems_at(
        empty,
        sheet.labels,
        lambda i: Issue(
            "importing.office.row_without_number_any_grade",
            sheet.file,
            row=str(sheet.labels[i]),
            value=texts[i],
            level="warning",
        ),
    )


def _formulas(name: str, page: Page, sheet: Sheet, used: Sequence[int]) -> list[Issue]:
    rows = rows_of(sheet)
    wrong = sorted(c for c in page.uncalculated if c[0] in rows and c[1] in used)
    return few([no_result(name, row, column) for row, column in wrong])


def _other_year(name: str, page: Page, entry: TableMap) -> list[Issue]:
    """Say when the name of a sheet, or the title above its table, is of another year than the mapping fills in."""
    if "year" not in entry.values:
        return []
    titles = [page.title, *(c for row in page.rows[:3] for c in row if c)]
    years = {y for t in titles for w in _YEAR_IN_TITLE.findall(t) if (y := year_of(w))}
    told = str(entry.values["year"]).strip()
    if not years or told in {str(y) for y in years}:
        return []
    listed = ", ".join(map(str, sorted(years)))
    return [
        Issue(
            "importing.office.sheet_speaks_mapping_stores",
            name,
            column="year",
            value=told,
            level="warning",
            listed=listed,
            told=told,
        )
    ]


def _merged_numbers(
    table: Table, entry: TableMap, page: Page, sheet: Sheet
) -> tuple[Sheet, list[Issue], list[Change]]:
    """Return a sheet in which no merged number counts twice: refused, or read as the mapping says."""
    amounts = _all_amounts(table, entry, sheet)
    rows = rows_of(sheet)
    cells = sheet.cells.copy()
    problems: list[Issue] = []
    changes: list[Change] = []
    for top, left, bottom, right in sorted(page.merged):
        places = [
            (r, c)
            for r in range(top, bottom + 1)
            if r in rows
            for c in range(left, right + 1)
            if c in amounts
        ]
        text = page.rows[top][left] if top < len(page.rows) and left < len(page.rows[top]) else ""
        if not [p for p in places if p != (top, left)]:
            continue
        name, column, factor = amounts[places[0][1]]
        found = quantity(text, column.unit)
        if found is None:
            continue
        if not entry.merged:
            problems.append(_merged(sheet.file, (top, left, bottom, right), name, text))
            continue
        shares = _shares(entry.merged, text, found[0], len(places))
        for (r, c), share in zip(places, shares, strict=True):
            cells.iat[rows[r], c] = share
        if entry.merged == "each":
            more = found[0] * (1.0 if found[1] else factor) * (len(places) - 1)
            label = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            changes.append(
                Change(
                    Text("importing.account.counted_each"),
                    (label,),
                    {name: -more},
                    kept=True,
                )
            )
    return dataclasses.replace(sheet, cells=cells), few(problems), changes


def _all_amounts(table: Table, entry: TableMap, sheet: Sheet) -> dict[int, tuple[str, Column, float]]:
    """Return the columns that hold amounts, boys and girls apart and what formulas of the mapping take among them."""
    headers = _meant(table, entry, sheet)
    amounts = amount_columns(table, headers)
    for pair in sex_pairs(table, headers):
        amounts |= dict.fromkeys((pair.boys, pair.girls), ("pupils", table.column_of["pupils"], 1.0))
    steps = " ".join(entry.compute.values())
    for i, header in enumerate(sheet.headers):
        if header.strip() and header.strip() in steps:
            amounts.setdefault(i, (header.strip(), table.columns[0], 1.0))
    return amounts


def _meant(table: Table, entry: TableMap, sheet: Sheet) -> list[str]:
    """Return the headers of a sheet under the names that the mapping gives them."""
    named = {plain(header): column for column, header in entry.columns.items()}
    return [named.get(plain(h), h) for h in sheet.headers]


def _shares(how: str, text: str, number: float, places: int) -> list[str]:
    if how == "first":
        return [text, *[""] * (places - 1)]
    if how == "each":
        return [text] * places
    return [str(int(v)) for v in apportion(number, np.ones(places))]


def _merged(file: str, area: tuple[int, int, int, int], name: str, text: str) -> Issue:
    top, left, bottom, right = area
    place = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
    return Issue(
        MERGED,
        file,
        row=str(top + 1),
        column=name,
        value=text,
        place=place,
    )


def unread_sheets(source: Path, read: Sequence[str], tables: Sequence[Table]) -> list[tuple[str, list[str]]]:
    """Return the sheets of a workbook that nobody reads, each with the tables that it would fit as well.

    Parameters
    ----------
    read : sequence of str
        Sheets that are read.
    tables : sequence of Table
        Tables that are read from this workbook.
    """
    left = [p for p in read_pages(source) if p.title not in read and (p.damage or any(map(any, p.rows)))]
    fits = {t.name: {*fitting_sheets(t, source), *fitting_sheets(t, source, hidden=True)} for t in tables}
    return [(p.title, [n for n, titles in fits.items() if p.title in titles]) for p in left]


__all__ = [
    "MERGED",
    "Office",
    "below_each_other",
    "fitting_sheets",
    "parts_of_one_list",
    "read_office",
    "sheets_for",
    "stated_headers",
    "unread_sheets",
]
