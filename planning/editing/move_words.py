"""Understand moves as people write them: names, ids, or a table, several schools where they share a zone; everything that is not understood is named at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from planning.district.listed import REASON, SCHOOL, STAGE, WHEN, WHO, ZONE, read_listed
from planning.district.names import Names, Place, stage_of
from planning.editing.journal import Move
from planning.errors import Issue
from planning.messages import Text

_BETWEEN = re.compile(r"[、,，;；]")
_TOGETHER = re.compile(r"[、;；]")


@dataclass(frozen=True)
class Asked:
    """A move as it was written: zones (several joined by ``、`` or a comma), school, stage (empty: as the school has it), why, who, when, and where it stands."""

    zones: str
    school: str
    stage: str
    reason: str
    who: str
    when: str
    place: Place


def asked_in_words(
    text: str, *, stage: str = "", reason: str = "", who: str = "", when: str = ""
) -> Asked | Issue:
    """Return the move that ``小区=学校`` (several zones: ``小区、小区=学校``) asks for."""
    zones, equal, school = text.replace("＝", "=").rpartition("=")
    if not equal or not zones.strip() or not school.strip():
        return Issue("editing.asked.expected_zone_school", "--move", value=text)
    return Asked(zones.strip(), school.strip(), stage, reason, who, when, Place("--move"))


def asked_in_table(
    path: str | Path, *, stage: str = "", reason: str = "", who: str = "", when: str = ""
) -> list[Asked]:
    """Return the moves of a table (小区, 学校; 学段, 原因, 经办人, 日期 where they are); what it leaves empty is as given here.

    Raises
    ------
    LayoutError
        If the file is missing or has no such table.
    """
    table = read_listed(path, needs=(ZONE, SCHOOL))
    at = {meaning: table.column(meaning) for meaning in (ZONE, SCHOOL, STAGE, REASON, WHO, WHEN)}

    def text(cells: tuple[str, ...], meaning: str, usual: str = "") -> str:
        position = at[meaning]
        return (cells[position] if position is not None else "") or usual

    return [
        Asked(
            text(cells, ZONE),
            text(cells, SCHOOL),
            text(cells, STAGE, stage),
            text(cells, REASON, reason),
            text(cells, WHO, who),
            text(cells, WHEN, when),
            Place(table.file, row),
        )
        for row, cells in table.rows
    ]


def understood(asked: Iterable[Asked], names: Names) -> tuple[list[Move], list[Issue]]:
    """Return the moves that are asked for, and everything that is not understood.

    Rows that give zones to one unit for the same reason become one move.
    """
    moves: dict[tuple[str, ...], list[str]] = {}
    given: dict[tuple[str, str], str] = {}
    problems: list[Issue] = []
    for one in asked:
        stage = stage_of(one.stage) if one.stage else None
        if one.stage and stage is None:
            problems.append(_no_stage(one))
        place = replace(one.place, column=one.place.column or _column(one, "school"))
        units = [names.unit(u, place, stage) for u in _schools(one.school, names)]
        at = replace(one.place, column=_column(one, "zone"))
        zones = [names.zone(z, at) for z in _apart(one.zones, names)]
        wrong = [p for p in (*units, *zones) if isinstance(p, Issue)]
        problems += wrong
        if wrong:
            continue
        unit, stage = ";".join(str(u) for u in units), names.units[str(units[0])][2]
        twice = [str(z) for z in zones if given.setdefault((stage, str(z)), unit) != unit]
        problems += [_given(at, names, stage, z, given[stage, z]) for z in twice]
        key = (stage, unit, one.reason, one.who, one.when)
        moves.setdefault(key, []).extend(str(z) for z in zones)
    made = [Move(tuple(found), stage, unit, *about) for (stage, unit, *about), found in moves.items()]
    return made, problems


def _apart(text: str, names: Names) -> list[str]:
    """Return the zones that a text names; a name may hold a comma itself."""
    if names.zone_candidates(text):
        return [text]
    return [z.strip() for z in _BETWEEN.split(text) if z.strip()] or [text]


def _schools(text: str, names: Names) -> list[str]:
    """Return the schools that a text names, several where they share the zone; a name may hold a comma itself."""
    if names.unit_candidates(text):
        return [text]
    found = [u.strip() for u in _TOGETHER.split(text)]
    return found if all(found) else [text]  # a school forgotten beside a separator is asked for, not left out


def _given(place: Place, names: Names, stage: str, zone: str, unit: str) -> Issue:
    """Say that a zone is given to one school and then to another at the same time."""
    schools = tuple(names.units[u][1] or u for u in unit.split(";"))
    return Issue(
        "editing.asked.given_to_two", place.file, row=place.row, column=place.column, value=names.zones[zone] or zone,
        stage=Text(f"base.stage.{stage}"), schools=schools,
    )  # fmt: skip


def _column(one: Asked, name: str) -> str:
    return "" if one.place.file == "--move" else name


def _no_stage(one: Asked) -> Issue:
    return Issue(
        "editing.asked.no_such_stage", one.place.file, row=one.place.row, column="stage", value=one.stage
    )
