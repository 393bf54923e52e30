"""Find the list of pupils that has a row for each and says in words where they live."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from planning.district.cells.headers import plain
from planning.district.cells.traditional import alike
from planning.district.schema import TABLE
from planning.importing.candidates import Source
from planning.importing.forms.words import grade_of
from planning.importing.matching import same_headers

_HOMES = (
    "现住址",
    "现居住地址",
    "现居住地",
    "家庭住址",
    "家庭地址",
    "家庭详细地址",
    "家庭现住址",
    "居住地址",
    "居住地",
    "实际居住地",
    "实际居住地址",
    "学生住址",
    "住址",
    "通讯地址",
    "home address",
    "address",
    "户籍地址",
    "户口所在地",
)
"""Headers of home addresses; where pupils live comes before where they are registered."""
_SCHOOLS = (
    "就读学校",
    "所在学校",
    "在读学校",
    "就读学校名称",
    "学校",
    "学校名称",
    "school",
    "school attended",
)
"""Headers of the school that a pupil attends."""
_FEWEST = 2
"""Rows that a list has on average for one home."""
_AWAY = 0.2
"""Share of pupils who may attend schools that the list of schools does not name."""


def roster_entry(sources: Sequence[Source], taken: Collection[Source]) -> dict[str, Any]:
    """Return what a mapping says about pupils by zone where a list of pupils tells their homes; nothing where none does.

    Parameters
    ----------
    taken : collection of Source
        What other tables are read from already.
    """
    table = TABLE["zone_pupils"]
    lists = [s for s in sources if s not in taken and not s.geometry and not s.hidden and home_header(s)]
    if not lists:
        return {}
    best = max(lists, key=lambda s: len(s.every))
    entry: dict[str, Any] = {"file": best.file, "addresses": home_header(best)}
    alike = [s for s in lists if s is not best and same_headers(table, best, s)]
    entry |= {"attending": school} if (school := school_header(best)) else {}
    if best.sheet and all(s.file != best.file for s in alike):
        entry["sheet"] = best.sheet
    also = list(dict.fromkeys(s.file for s in alike if s.file != best.file))
    return entry | ({"also": also} if also else {})


def register_entry(
    pupils: Mapping[str, Any], sources: Sequence[Source], schools: Source | None
) -> dict[str, Any]:
    """Return what a mapping says about classes where the list of pupils tells the school of each; nothing where it does not.

    Rows of schools that the list of schools does not name (those of other counties) are left out, as long as they are few.
    """
    parts = [
        s for s in sources if s.file in (pupils.get("file"), *pupils.get("also", [])) and school_header(s)
    ]
    parts = [s for s in parts if s.sheet == pupils.get("sheet", s.sheet)]
    header = str(pupils.get("attending", ""))
    if not header or not parts or schools is None:
        return {}
    table = TABLE["schools"]
    known = {
        alike(plain(c))
        for column in ("name", "school")
        for c in schools.columns(table).get(schools.named(table, column), [])
    }
    said = [c for s in parts for c in s.columns(TABLE["zone_pupils"]).get(header, [])]
    away = list(dict.fromkeys(c for c in said if alike(plain(c)) not in known))
    if sum(c in away for c in said) > _AWAY * len(said):
        return {}
    entry = {k: pupils[k] for k in ("file", "sheet", "also") if k in pupils}
    entry |= {"counted": True, "columns": {"unit": header}}
    return entry | ({"without": {header: away}} if away else {})


def school_header(source: Source) -> str:
    """Return the header of the school that each pupil of a list attends; empty where there is none."""
    headers = {plain(h): h for h in source.columns(TABLE["zone_pupils"])}
    return next((headers[plain(h)] for h in _SCHOOLS if plain(h) in headers), "")


def home_header(source: Source) -> str:
    """Return the header of the homes in a list with a row for each pupil; empty where a source is no such list."""
    table = TABLE["zone_pupils"]
    columns = source.columns(table)
    if not source.named(table, "grade") or source.named(table, "pupils"):
        return ""
    if sum(grade_of(h) is not None for h in columns) > 1:  # grades side by side: a table of counts
        return ""
    headers = {plain(h): h for h in columns}
    told = next((headers[plain(h)] for h in _HOMES if plain(h) in headers), source.named(table, "zone"))
    grades = columns[source.named(table, "grade")]
    return told if len(grades) >= _FEWEST * len({g for g in grades if g}) else ""
