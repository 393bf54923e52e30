"""Replace names of other tables' rows by their identifiers; units go by the name of their school and the stage."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from planning.district.cells.dates import half_width
from planning.district.cells.headers import nearest, plain
from planning.district.cells.parse import is_blank
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.cells.traditional import alike
from planning.district.schema import TABLE, Table
from planning.errors import Issue
from planning.grades import Grades
from planning.importing.steps.steps import position_of_column
from planning.importing.values.apart import told_apart
from planning.messages import Both

_STAGES = {plain(word): c.value for c in TABLE["units"].column_of["stage"].choices
           for word in (c.value, c.zh, *c.aliases)}  # fmt: skip
_IN_FORCE = {"current_primary": "primary", "current_junior": "junior"}
"""Columns of today's catchments, and the stage each is for."""
_OF_CATCHMENT = re.compile(
    r"[-_—·]?(?:招生|划片|劃片|施教|服务|服務|学区|學區)?(?:学区|學區|片区|片區|施教区|施教區|服务区|服務區|范围|範圍|区域|區域|划片|劃片|边界|邊界)$"
)
"""What lists put behind the name of a school whose catchment is meant."""
_LISTED = re.compile(r"[;、,/|]")
"""What stands between the names of a list; full-width signs are read as half-width ones before."""
_ENUMERATED = re.compile(r"[(\[]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)\]、.,:]+\s*(?=\D)")
"""What lists put before a name: 1、 (2) 三、."""


def catchment_of(cell: str) -> str:
    """Return the school whose catchment a name means.

    Examples
    --------
    >>> catchment_of("第一小学学区"), catchment_of("第二小學招生範圍"), catchment_of("第一小学")
    ('第一小学', '第二小學', '第一小学')
    """
    return _OF_CATCHMENT.sub("", half_width(cell).strip())


def same_name(cell: str) -> str:
    """Return a name for comparing: without what offices write differently, traditional characters among it."""
    return alike(plain(cell))


@dataclasses.dataclass(frozen=True)
class Names:
    """Identifiers by the plain form of a name; names that several rows have are in ``twice``."""

    known: Mapping[str, str]
    twice: frozenset[str]

    def word(self, cell: str) -> str:
        """Return a name as it is known: plain; where only so it is known, without the number of a list, or in other characters."""
        word, bare = plain(cell), plain(_ENUMERATED.sub("", half_width(cell).strip(), count=1))
        forms = (word, bare, _OF_CATCHMENT.sub("", bare))
        known = next((w for w in forms if w in self.known), "")
        return known or next((self._alike[a] for w in forms if (a := alike(w)) in self._alike), word)

    @cached_property
    def _alike(self) -> dict[str, str]:
        """The one known name that is written so in simplified characters."""
        count = Counter(map(alike, self.known))
        return {alike(w): w for w in self.known if count[alike(w)] == 1}


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
        sheet, problems = _each_to_its_stage(table, sheet, columns, unit_names(sheets))
    for name in columns:
        position = position_of_column(table, sheet, name)
        other = table.column_of[name].refers.split(".")[0]
        if position is None or other not in sheets:
            continue
        if other == "units":
            by_stage = unit_names(sheets)
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
            parts = _parts(cell, mine, theirs)
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
        [{names.known.get(w, w) for p in _parts(cell, names) if (w := names.word(p))} for cell in cells]
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


def _parts(cell: str, *known: Names) -> list[str]:
    """Return the names that a cell lists, none where it says 无 or the like; a name that is known with its signs stays whole."""
    text = half_width(cell).strip()
    if is_blank(text):
        return []
    if any(names.word(text) in names.known for names in known):
        return [text]
    return [p for p in _LISTED.split(text) if not is_blank(p.strip())]


def row_names(table: Table, sheet: Sheet) -> Names:
    """Return the identifiers of a table's rows by name, and by themselves."""
    by_name = position_of_column(table, sheet, "name")
    by_key = position_of_column(table, sheet, table.key[0])
    if by_name is None or by_key is None:
        return Names({}, frozenset())
    return _names(zip(sheet.cells[by_name].map(plain), sheet.cells[by_key].str.strip(), strict=True))


def _names(pairs: Iterable[tuple[str, str]]) -> Names:
    listed = [(n, k) for n, k in pairs if n]
    count = Counter(n for n, _ in listed)
    known = {**dict(listed), **{plain(k): k for _, k in listed}}
    return Names(known, frozenset(n for n, c in count.items() if c > 1))


def unit_names(sheets: Mapping[str, Sheet]) -> dict[str, Names]:
    """Return the units' identifiers by the name or identifier of their school, for each stage."""
    units = sheets["units"]
    columns = [position_of_column(TABLE["units"], units, c) for c in ("unit", "school", "stage")]
    if any(c is None for c in columns):
        return {}
    cells = [units.cells[c].map(half_width).str.strip() for c in columns]
    name_of: dict[str, list[str]] = {}
    if "schools" in sheets:
        found = row_names(TABLE["schools"], sheets["schools"])
        for name, key in found.known.items():
            name_of.setdefault(key, []).append(name)
    pairs: dict[str, list[tuple[str, str]]] = {}
    for unit, school, stage in zip(*cells, strict=True):
        for name in dict.fromkeys((plain(school), *name_of.get(school, []))):
            pairs.setdefault(_STAGES.get(plain(stage), stage), []).append((name, unit))
    return {stage: _names(listed) for stage, listed in pairs.items()}


def _stages(table: Table, sheet: Sheet, column: str) -> Sequence[str]:
    """Return the stage that each row's unit must have: by the column's own name, the stage or the grade."""
    if column.endswith(("primary", "junior")):
        return [column.rpartition("_")[2]] * len(sheet.cells)
    if "stage" in table.column_of and (at := position_of_column(table, sheet, "stage")) is not None:
        return [_STAGES.get(plain(c), "") for c in sheet.cells[at]]
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
        parts = _parts(cell, names) if many else [cell] if cell.strip() else []
        keys = [names.known.get(names.word(p), "") for p in parts]
        double.append(any(names.word(p) in names.twice for p in parts))
        found.append(";".join(keys) if all(keys) and not double[-1] else "")
        lost.append(not all(keys))
    wrong = np.array(lost, dtype=bool) | np.array(double, dtype=bool)

    def problem(i: int) -> Issue:
        known = by_stage.get(stages[i], nothing).known
        cell = str(sheet.cells[position].iloc[i])
        near = "" if double[i] else nearest(cell, list(known))
        return _not_found(sheet.file, str(sheet.labels[i]), place, cell, near, twice=double[i])

    cells = sheet.cells.copy()
    cells[position] = np.array(found, dtype=object)
    cells[position] = cells[position].astype("str")
    return dataclasses.replace(sheet, cells=cells), problems_at(wrong, sheet.labels, problem)


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
