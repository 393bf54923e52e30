"""Add up boys and girls that a form counts in columns of their own, and hold their sums against its totals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planning.district.cells.headers import find_column, plain
from planning.district.cells.parse import is_blank, numbers_of
from planning.district.cells.sheet import Sheet, problems_at, text_frame
from planning.district.schema import Table
from planning.errors import Issue
from planning.importing.forms.amounts import by_grade
from planning.importing.forms.words import grade_header, grade_of, sex_of

_PUPILS = "学生数"


@dataclass(frozen=True)
class Pair:
    """Columns of one grade (or of all pupils) by sex: positions, the header of their sum, and where a total stands already."""

    header: str
    boys: int
    girls: int
    total: int | None


def sex_pairs(table: Table, headers: list[str]) -> list[Pair]:
    """Return the pairs of columns that count boys and girls of the same pupils: 一年级男 and 一年级女, 男生数 and 女生数."""
    if not by_grade(table):
        return []
    found: dict[str, dict[str, list[int]]] = {}
    for position, header in enumerate(headers):
        rest, sex = sex_of(header)
        name = _of_whom(table, rest)
        if sex and name:
            found.setdefault(name, {}).setdefault(sex, []).append(position)
    totals = {
        name: p
        for p, header in enumerate(headers)
        if (name := _of_whom(table, plain(header))) and plain(header)
    }
    return [
        Pair(name, sexes["男"][0], sexes["女"][0], totals.get(name))
        for name, sexes in found.items()
        if len(sexes.get("男", ())) == len(sexes.get("女", ())) == 1
    ]


def _of_whom(table: Table, rest: str) -> str:
    """Return the header of the pupils that a header names besides the sex: a grade, or all."""
    grade = grade_of(rest, table.grades)
    if grade is not None:
        return grade_header(grade)
    hit = find_column(table, rest)
    return _PUPILS if not rest or (hit and hit[0] == "pupils") else ""


def boys_and_girls(table: Table, sheet: Sheet, raw: Sheet) -> tuple[Sheet, Sheet, list[Issue]]:
    """Return rows, and all rows below the header, with boys and girls added up where no column holds both.

    Where a column holds both, it counts, and must equal its parts.
    """
    pairs = sex_pairs(table, list(sheet.headers))
    problems = [p for pair in pairs if pair.total is not None for p in _off(table, sheet, pair, pair.total)]
    summed = [pair for pair in pairs if pair.total is None]
    if not summed:
        return sheet, raw, problems
    said = Issue(
        "importing.sexes.boys_girls_added_up", sheet.file, level="warning", summed=[p.header for p in summed]
    )
    return _added(table, sheet, summed), _added(table, raw, summed), [*problems, said]


def _added(table: Table, sheet: Sheet, pairs: list[Pair]) -> Sheet:
    """Return a sheet in which the sum stands in the place of the boys, and the girls are gone."""
    column = table.column_of["pupils"]
    headers, cells = list(sheet.headers), sheet.cells.copy()
    for pair in pairs:
        parts = [cells[p].fillna("").astype("str").str.strip() for p in (pair.boys, pair.girls)]
        numbers = [numbers_of(column, part).to_numpy(dtype="float64") for part in parts]
        blank = [part.map(is_blank).to_numpy(dtype=bool) for part in parts]
        total = sum(np.nan_to_num(n) for n in numbers)
        texts = [f"{t:.12g}" for t in np.asarray(total).tolist()]
        for number, empty, part in zip(numbers, blank, parts, strict=True):
            # a text that is no number stays, to be refused by its cell
            texts = [
                p if not e and n != n else t for t, p, n, e in zip(texts, part, number, empty, strict=True)
            ]
        cells[pair.boys] = ["" if a and b else t for t, a, b in zip(texts, *blank, strict=True)]
        headers[pair.boys] = pair.header
    gone = {pair.girls for pair in pairs}
    kept = [i for i in range(len(headers)) if i not in gone]
    return replace(
        sheet,
        headers=[headers[i] for i in kept],
        cells=text_frame(cells[kept].to_numpy().tolist(), len(kept)),
    )


def _off(table: Table, sheet: Sheet, pair: Pair, at: int) -> list[Issue]:
    """Refuse totals that are not the sum of their boys and girls."""
    column = table.column_of["pupils"]
    texts = [sheet.cells[p].fillna("").astype("str").str.strip() for p in (pair.boys, pair.girls, at)]
    boys, girls, total = (numbers_of(column, t).to_numpy(dtype="float64") for t in texts)
    wrong = np.isfinite(boys) & np.isfinite(girls) & np.isfinite(total) & (boys + girls != total)
    return problems_at(
        wrong,
        sheet.labels,
        lambda i: Issue(
            "importing.sexes.total_does_not_equal_boys",
            sheet.file,
            row=str(sheet.labels[i]),
            column=sheet.headers[at],
            value=f"{total[i]:g}",
            total=total[i],
            boys=boys[i] + girls[i],
        ),
    )
