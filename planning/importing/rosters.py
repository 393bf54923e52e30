"""Find the list of pupils that has a row for each and says in words where they live."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from planning.district.cells.headers import plain
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
_FEWEST = 2
"""Rows that a list has on average for one home."""


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
    if best.sheet and all(s.file != best.file for s in alike):
        entry["sheet"] = best.sheet
    also = list(dict.fromkeys(s.file for s in alike if s.file != best.file))
    return entry | ({"also": also} if also else {})


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
