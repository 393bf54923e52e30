"""Replace names of other tables' rows by their identifiers; units go by the name of their school and the stage."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from planning.district.cells.dates import half_width
from planning.district.cells.headers import nearest, plain
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.schema import TABLE, Table
from planning.errors import Issue
from planning.grades import Grades
from planning.importing.steps.steps import position_of_column
from planning.importing.values.apart import told_apart
from planning.importing.values.known_names import STAGE_WORDS, Names, few, parts_of, row_names, unit_names
from planning.messages import Both, Text

_IN_FORCE = {"current_primary": "primary", "current_junior": "junior"}
"""Columns of today's catchments, and the stage each is for."""
TAKEN = "importing.names.taken_for_schools"
"""Code of what says which schools were taken for names that the list does not hold as they are written."""


def look_up(table: Table, sheets: Mapping[str, Sheet], columns: Iterable[str]) -> tuple[Sheet, list[Issue]]:
    """Return a sheet in which names of other tables' rows are replaced by their identifiers.

    Parameters
    ----------
    columns : iterable of str
        Columns that refer to another table and may hold names.
    """
    sheet = sheets[table.name]
    problems: list[Issue] = []
    columns = list(columns)
    if table.name == "zones" and "units" in sheets and set(columns) & set(_IN_FORCE):
        sheet, problems = _each_to_its_stage(table, sheet, columns, _spoken(unit_names(sheets)))
    for name in columns:
        position = position_of_column(table, sheet, name)
        other = table.column_of[name].refers.split(".")[0]
        if position is None or other not in sheets:
            continue
        if other == "units":
            by_stage = _spoken(unit_names(sheets)) if name in _IN_FORCE else unit_names(sheets)
            stages = _stages(table, sheet, name)
        else:
            by_stage = {"": row_names(TABLE[other], sheets[other])}
            stages = [""] * len(sheet.cells)
        if not any(names.known for names in by_stage.values()):
            continue
        if other == "zones":
            towns = row_names(TABLE["townships"], sheets["townships"]).known if "townships" in sheets else {}
            known = {n: plain(k) for n, k in towns.items()}
            sheet, position = told_apart(table, sheet, position, sheets["zones"], known)
        many = table.column_of[name].many
        problems += _taken(sheet, position, name, by_stage, stages) if name in _IN_FORCE else []
        sheet, wrong = _replace(sheet, position, (name, other), by_stage, stages, many=many)
        problems += wrong
    return sheet, problems


def _each_to_its_stage(
    table: Table, sheet: Sheet, columns: list[str], by_stage: Mapping[str, Names]
) -> tuple[Sheet, list[Issue]]:
    """Return zones whose one column of schools may name those of both stages with each school in the column of its stage.

    A column that has to be made is added to ``columns``. Where both columns name a school of one stage, the stage's own column
    is taken; rows in which they differ are named.
    """
    problems: list[Issue] = []
    for name, other in zip(_IN_FORCE, reversed(_IN_FORCE), strict=True):
        position = position_of_column(table, sheet, name) if name in columns else None
        mine, theirs = (by_stage.get(_IN_FORCE[c], Names({}, frozenset())) for c in (name, other))
        if position is None:
            continue
        stays, goes = [], []
        for cell in sheet.cells[position]:
            parts = parts_of(cell, mine, theirs)
            away = [p for p in parts if mine.word(p) not in mine.known and theirs.word(p) in theirs.known]
            stays.append(";".join(p for p in parts if p not in away))
            goes.append(";".join(away))
        if not any(goes):
            continue
        cells, headers = sheet.cells.copy(), list(sheet.headers)
        at = position_of_column(table, sheet, other)
        if at is None:
            at = len(headers)
            headers.append(other)
            cells[at] = ""
        named = {name: str(sheet.headers[position]), other: str(headers[at])}
        problems += _disagreeing(sheet, named, list(cells[at]), goes, theirs)
        cells[position] = np.array(stays, dtype=object)
        cells[at] = [own if own.strip() else more for own, more in zip(cells[at], goes, strict=True)]
        sheet = dataclasses.replace(sheet, headers=headers, cells=cells.astype("str"))
        columns += [other] if other not in columns else []
    return sheet, problems


def _disagreeing(
    sheet: Sheet, named: Mapping[str, str], own: Sequence[str], other: Sequence[str], names: Names
) -> list[Issue]:
    """Name the rows in which two columns name different schools of one stage; ``named`` gives their headers, the other one's first."""
    here, there = (
        [{names.known.get(w, w) for p in parts_of(cell, names) if (w := names.word(p))} for cell in cells]
        for cells in (own, other)
    )
    (_, header), (column, own_header) = named.items()
    differ = np.array([bool(a and b and a != b) for a, b in zip(here, there, strict=True)], dtype=bool)
    return problems_at(
        differ,
        sheet.labels,
        lambda i: Issue(
            "importing.names.columns_disagree",
            sheet.file,
            row=str(sheet.labels[i]),
            column=column,
            value=f"{other[i]} / {own[i]}",
            level="warning",
            header=header,
            own_header=own_header,
            taken=own[i],
        ),
    )


def _spoken(by_stage: Mapping[str, Names]) -> dict[str, Names]:
    """Return names of schools that are known as people say them, too."""
    return {stage: dataclasses.replace(names, spoken=True) for stage, names in by_stage.items()}


def _taken(
    sheet: Sheet, position: int, column: str, by_stage: Mapping[str, Names], stages: Sequence[str]
) -> list[Issue]:
    """Say which school was taken for a name that the list of schools does not hold as it is written."""
    found: dict[tuple[str, str], list[str]] = {}
    for cell, stage, label in zip(sheet.cells[position], stages, sheet.labels, strict=True):
        names = by_stage.get(stage)
        for part in parts_of(cell, names) if names else []:
            if (word := names.differs(part)) and str(label) not in found.setdefault((part.strip(), word), []):  # type: ignore[union-attr]
                found[part.strip(), word].append(str(label))
    if not found:
        return []
    pairs = [Text("importing.names.taken_for_school", name=said, school=word) for said, word in found]
    rows = list(dict.fromkeys(row for some in found.values() for row in some))
    return [Issue(TAKEN, sheet.file, row=few(rows), column=column, level="warning", pairs=tuple(pairs))]


def _stages(table: Table, sheet: Sheet, column: str) -> Sequence[str]:
    """Return the stage that each row's unit must have: by the column's own name, the stage or the grade."""
    if column.endswith(("primary", "junior")):
        return [column.rpartition("_")[2]] * len(sheet.cells)
    if "stage" in table.column_of and (at := position_of_column(table, sheet, "stage")) is not None:
        return [STAGE_WORDS.get(plain(c), "") for c in sheet.cells[at]]
    if "grade" in table.column_of and (at := position_of_column(table, sheet, "grade")) is not None:
        return [_stage_of_grade(c, table.grades) for c in sheet.cells[at]]
    return [""] * len(sheet.cells)


def _stage_of_grade(cell: str, grades: Grades) -> str:
    digits = half_width(cell).strip()
    return grades.stage_at(int(digits)) if digits.isdigit() else ""


def _replace(
    sheet: Sheet, position: int, place: tuple[str, str], by_stage: Mapping[str, Names],
    stages: Sequence[str], *, many: bool,
) -> tuple[Sheet, list[Issue]]:  # fmt: skip
    nothing = Names({}, frozenset())
    found, lost, double = [], [], []
    for cell, stage in zip(sheet.cells[position], stages, strict=True):
        names = by_stage.get(stage, nothing)
        parts = parts_of(cell, names) if many else [cell] if cell.strip() else []
        keys = [names.known.get(names.word(p), "") for p in parts]
        double.append(any(names.word(p) in names.twice for p in parts))
        found.append(";".join(keys) if all(keys) and not double[-1] else "")
        lost.append(not all(keys))
    wrong = np.array(lost, dtype=bool) | np.array(double, dtype=bool)
    said = pd.DataFrame({"row": sheet.labels, "cell": sheet.cells[position]})[wrong]
    wrong[np.flatnonzero(wrong)[said.duplicated().to_numpy()]] = False  # one row of several years or grades

    def problem(i: int) -> Issue:
        names = by_stage.get(stages[i], nothing)
        known, cell = names.known, str(sheet.cells[position].iloc[i])
        fits = [names.meant(p) for p in parts_of(cell, names)] if names.spoken and not double[i] else []
        if several := [word for some in fits if len(some) > 1 for word in some]:
            return _several_fit(sheet.file, str(sheet.labels[i]), place, cell, several)
        near = "" if double[i] else nearest(cell, list(known))
        return _not_found(sheet.file, str(sheet.labels[i]), place, cell, near, twice=double[i])

    cells = sheet.cells.copy()
    cells[position] = np.array(found, dtype=object)
    cells[position] = cells[position].astype("str")
    return dataclasses.replace(sheet, cells=cells), problems_at(wrong, sheet.labels, problem)


def _several_fit(file: str, row: str, place: tuple[str, str], value: str, fits: Sequence[str]) -> Issue:
    column, other = place
    return Issue(
        "importing.names.several_fit_in_force",
        file,
        level="warning",
        row=row,
        column=column,
        value=value,
        fits=tuple(fits),
        other=Both(other, TABLE[other].zh),
    )


def _not_found(file: str, row: str, place: tuple[str, str], value: str, near: str, *, twice: bool) -> Issue:
    column, other = place
    left = column in _IN_FORCE
    mend = (
        "importing.mend.write_township_too"
        if twice and other == "zones"
        else "district.mend.did_you_mean"
        if near
        else "importing.mend.write_identifier_instead"
    )
    return Issue(
        f"importing.names.{'several_rows' if twice else 'no_row'}{'_in_force' if left else ''}",
        file,
        level="warning" if left else "error",  # a school of another county, or nobody knows
        row=row,
        column=column,
        value=value,
        mend=mend,
        near=near,
        other=Both(other, TABLE[other].zh),
    )


def holds_names(table: Table, sheets: Mapping[str, Sheet], column: str) -> bool:
    """Return whether more cells of a column are names of the other table's rows than identifiers."""
    position = position_of_column(table, sheets[table.name], column)
    other = table.column_of[column].refers.split(".")[0]
    if position is None or other not in sheets:
        return False
    texts = [c for c in sheets[table.name].cells[position] if c.strip()]
    key = position_of_column(TABLE[other], sheets[other], TABLE[other].key[0])
    keys = set() if key is None else set(sheets[other].cells[key].map(plain))
    if other == "units":
        known = {n for names in unit_names(sheets).values() for n in names.known}
    else:
        known = set(row_names(TABLE[other], sheets[other]).known)
    names = Names(dict.fromkeys(known, ""), frozenset())
    cells = {names.word(c) for c in texts}
    return len(cells & (known - keys)) > len(cells & keys)
