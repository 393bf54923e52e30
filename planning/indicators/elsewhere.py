"""Read assignments and attendance that people made elsewhere, so that they can be scored without solving."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planning.district import District
from planning.district.listed import GRADE, PUPILS, SCHOOL, STAGE, ZONE, Listed, read_listed
from planning.district.names import Names, Place, stage_of
from planning.errors import Issue, LayoutError
from planning.grades import Grades, grade_name, is_kindergarten

_SEVERAL = re.compile(r"[;；、]")
_WHOLE = re.compile(r"\d{1,9}(\.0{1,9})?")


@dataclass(frozen=True)
class Elsewhere:
    """What a table said, and which of its columns nobody read (findings of level ``warning``)."""

    table: pd.DataFrame
    findings: tuple[Issue, ...]


def read_assignment(path: str | Path, district: District, created: Iterable[str] = ()) -> Elsewhere:
    """Read catchments that nobody solved: zone, school or unit, and the stage where the school has two.

    Parameters
    ----------
    path : path
        CSV or workbook in any form that :func:`planning.district.listed.read_listed` takes; identifiers and names are both understood.
        Several rows of one zone and stage, or several schools in one cell (``A;B``), are a shared zone.
    created : iterable of str
        Units that projects in use create.

    Returns
    -------
    Elsewhere
        ``zone, stage, unit``, no row twice.

    Raises
    ------
    LayoutError
        With everything that is wrong: columns, unknown zones or units, stages that do not fit, zones left out.
    """
    listed = read_listed(path, needs=(ZONE, SCHOOL))
    names = _names(district, created)
    zone_at, unit_at, stage_at = _at(listed, ZONE), _at(listed, SCHOOL), listed.column(STAGE)
    problems: list[Issue] = []
    rows: list[tuple[str, str, str]] = []
    for row, cells in listed.rows:
        zone = names.zone(cells[zone_at], Place(listed.file, row, listed.headers[zone_at]))
        if isinstance(zone, Issue):
            problems.append(zone)
        word = "" if stage_at is None else cells[stage_at]
        for part in _SEVERAL.split(cells[unit_at]):
            unit = _unit(listed, names, row, part.strip(), word)
            if isinstance(unit, Issue):
                problems.append(unit)
            elif not isinstance(zone, Issue):
                rows.append((zone, names.units[unit][2], unit))
    table = pd.DataFrame(rows, columns=["zone", "stage", "unit"], dtype="str").drop_duplicates(
        ignore_index=True
    )
    if not listed.rows:
        problems.append(Issue("indicators.elsewhere.no_rows", listed.file))
    problems += _left_out(listed.file, table, district)
    if problems:
        raise LayoutError(problems)
    return Elsewhere(table, _unread(listed, (ZONE, SCHOOL, STAGE)))


def read_attendance(path: str | Path, district: District, created: Iterable[str] = ()) -> Elsewhere:
    """Read this year's real enrolment by home: zone, school or unit, grade, pupils; an empty zone lies outside the county.

    Returns
    -------
    Elsewhere
        ``zone`` (empty: outside), ``unit``, ``grade``, ``pupils``.

    Raises
    ------
    LayoutError
        With everything that is wrong.
    """
    listed = read_listed(path, needs=(ZONE, SCHOOL, GRADE, PUPILS))
    names = _names(district, created)
    zone_at, unit_at = _at(listed, ZONE), _at(listed, SCHOOL)
    problems: list[Issue] = []
    rows: list[tuple[str, str, int, int]] = []
    for row, cells in listed.rows:
        place = Place(listed.file, row, listed.headers[zone_at])
        zone = names.zone(cells[zone_at], place) if cells[zone_at] else ""
        grade = _grade(listed, row, cells, district.grades)
        pupils = _number(listed, row, cells, PUPILS, 0, None)
        stage = district.grades.stage_of.get(grade, "") if isinstance(grade, int) else ""
        unit = _unit(listed, names, row, cells[unit_at], stage)
        wrong = [found for found in (zone, unit, grade, pupils) if isinstance(found, Issue)]
        problems += wrong
        if not wrong:
            rows.append((str(zone), str(unit), int(str(grade)), int(str(pupils))))
    if problems:
        raise LayoutError(problems)
    table = pd.DataFrame(rows, columns=["zone", "unit", "grade", "pupils"])
    kinds = {"zone": "str", "unit": "str", "grade": "int64", "pupils": "int64"}
    return Elsewhere(table.astype(kinds), _unread(listed, (ZONE, SCHOOL, GRADE, PUPILS)))


def _names(district: District, created: Iterable[str]) -> Names:
    more = [(u, u.rpartition("-")[0], "", "primary" if u.endswith("-P") else "junior") for u in created]
    return Names.of(district, more)


def _at(listed: Listed, meaning: str) -> int:
    at = listed.column(meaning)
    assert at is not None, "read_listed asked for it"
    return at


def _unit(listed: Listed, names: Names, row: str, text: str, word: str) -> str | Issue:
    """Return the unit that a cell means, or what is wrong: with its name, its stage, or the two together."""
    stage = stage_of(word) if word else None
    unit = names.unit(text, Place(listed.file, row, listed.headers[_at(listed, SCHOOL)]), stage)
    stage_at = listed.column(STAGE)
    if word and isinstance(unit, str) and names.units[unit][2] != stage:
        column = listed.headers[stage_at] if stage_at is not None else listed.headers[_at(listed, SCHOOL)]
        return Issue(
            "indicators.elsewhere.stage_does_not_fit_unit",
            listed.file,
            row=row,
            column=column,
            value=word,
            unit=text,
        )
    return unit


def _grade(listed: Listed, row: str, cells: Sequence[str], grades: Grades) -> int | Issue:
    at = _at(listed, GRADE)
    if is_kindergarten(cells[at]) and grades.first == 0:
        return 0
    found = _number(listed, row, cells, GRADE, grades.first, grades.last)
    if isinstance(found, Issue) and grades.first == 0:
        low = grade_name(0)
        return Issue(found.code, listed.file, row=row, column=listed.headers[at], value=cells[at], low=low, high=grades.last)  # fmt: skip
    return found


def _number(
    listed: Listed, row: str, cells: Sequence[str], meaning: str, low: int, high: int | None
) -> int | Issue:
    at = _at(listed, meaning)
    text = cells[at]
    if _WHOLE.fullmatch(text) and low <= (number := int(float(text))) <= (number if high is None else high):
        return number
    code = (
        "indicators.elsewhere.whole_number_from"
        if high is None
        else "indicators.elsewhere.whole_number_between"
    )
    return Issue(code, listed.file, row=row, column=listed.headers[at], value=text, low=low, high=high)


def _left_out(file: str, table: pd.DataFrame, district: District) -> Iterator[Issue]:
    """Yield the stages in which zones with pupils have no unit, unless the whole stage is absent."""
    homes = district.zone_pupils[district.zone_pupils["pupils"] > 0]
    for stage, grades in district.grades.items():
        placed = set(table.loc[table["stage"] == stage, "zone"])
        left = sorted(set(homes.loc[homes["grade"].isin(grades), "zone"]) - placed)
        if placed and left:
            yield Issue(
                "indicators.elsewhere.zones_pupils_no_unit",
                file,
                column="zone",
                count=len(left),
                stage=stage,
                some=", ".join(left[:5]) + (" …" if len(left) > 5 else ""),
            )


def _unread(listed: Listed, meanings: Sequence[str]) -> tuple[Issue, ...]:
    unread = listed.unread(meanings)
    told = Issue("indicators.elsewhere.columns_not_read", listed.file, level="warning", columns=unread)
    return (told,) if unread else ()
