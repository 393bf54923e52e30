"""Take the derivations that a mapping asks for, in their fixed order."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Mapping

import numpy as np

from planning.district.cells.sheet import Sheet, problems_at
from planning.errors import Issue
from planning.grades import USUAL, Grades
from planning.importing.derive import areas, homes, locales, places, pupils, units
from planning.importing.derive.cells import texts
from planning.importing.methods import Method

_LISTED = 12
"""Rows that one line names."""


@dataclasses.dataclass
class Derived:
    """What derivations gave.

    Parameters
    ----------
    sheets : dict of str to Sheet
        All tables, those of files and those made.
    methods : dict of str to list of methods
        Table: how what its file does not hold came about.
    problems : list of Issue
    """

    sheets: dict[str, Sheet]
    methods: dict[str, list[Method]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    problems: list[Issue] = dataclasses.field(default_factory=list)

    def take(self, made: Mapping[str, Sheet], how: Mapping[str, Method]) -> None:
        """Put tables in place, with the method of those that were made."""
        self.sheets.update(made)
        for name in made:
            if name in how:
                self.methods[name].append(how[name])


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a mapping says about derivations.

    Parameters
    ----------
    names : tuple of str
        Derivations asked for.
    crs : str
        Projected system of the district.
    name : str
        Name of the county.
    year : int
        School year of the register.
    located : str
        Header of the schools that says where each stands.
    places : mapping of str to str
        School: zone or ``longitude,latitude``, as a person answered.
    homes : mapping of str to str
        Zone or township: school, township or ``longitude,latitude``, as a person answered.
    grades : Grades
        Grades of the county's stages.
    """

    names: tuple[str, ...]
    crs: str
    name: str
    year: int
    located: str = ""
    places: Mapping[str, str] = dataclasses.field(default_factory=dict)
    homes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    grades: Grades = USUAL


def derive_tables(sheets: Mapping[str, Sheet], wanted: Wanted) -> Derived:
    """Return all tables with those that a mapping wants derived, how they came about, and what is wrong."""
    found = Derived(dict(sheets))
    for name, step in _STEPS.items():
        if name in wanted.names and {"zones", "schools"} <= set(found.sheets):
            step(found, wanted)
    return found


def _kinds(found: Derived, wanted: Wanted) -> None:
    before = texts(found.sheets, "schools", "kind")
    sheet = units.fill_kinds(found.sheets, wanted.grades)
    found.take({"schools": sheet}, {} if all(before) else {"schools": units.KIND_METHOD})


def _homes(found: Derived, wanted: Wanted) -> None:
    sheet = found.sheets["zones"]
    placed = homes.place_zones(found.sheets, wanted.crs, wanted.homes)
    if not placed.found and not placed.lost:
        return
    found.take({"zones": places.in_degrees(sheet, placed.shapes)}, {"zones": homes.METHOD})
    names = texts(found.sheets, "zones", "name")
    for rows, code, level in (
        (placed.found, "importing.derive.zones_placed", "warning"),
        (placed.lost, "importing.derive.where_zones_lie_not_known", "error"),
    ):
        if rows:
            labels = ", ".join(str(sheet.labels[i]) for i in rows[:_LISTED])
            more = f" … (+{len(rows) - _LISTED})" if len(rows) > _LISTED else ""
            named = [names[i] for i in rows[:_LISTED]]
            found.problems.append(
                Issue(code, sheet.file, row=labels + more, level=level, count=len(rows), names=named)
            )


def _places(found: Derived, wanted: Wanted) -> None:
    sheet = found.sheets["schools"]
    header = wanted.located.strip()
    at = next((i for i, h in enumerate(sheet.headers) if h.strip() == header), None) if header else None
    said = [""] * len(sheet.cells) if at is None else [c.strip() for c in sheet.cells[at]]
    if at is not None:  # it has said what it can
        sheet = dataclasses.replace(
            sheet, headers=["" if i == at else h for i, h in enumerate(sheet.headers)]
        )
        found.sheets["schools"] = sheet
    shapes, located, lost = places.locate_schools(found.sheets, wanted.crs, said, wanted.places)
    if not located and not lost:
        return
    found.take({"schools": places.in_degrees(sheet, shapes)}, {"schools": places.METHOD})
    open_ = np.isin(np.arange(len(sheet.cells)), lost)
    names = texts(found.sheets, "schools", "name")
    found.problems += problems_at(
        open_,
        sheet.labels,
        lambda i: Issue(
            "importing.derive.where_school_stands_not_known",
            sheet.file,
            row=str(sheet.labels[i]),
            value=names[i],
            names=names[i],
        ),
    )


def _boundary(found: Derived, wanted: Wanted) -> None:
    if "boundary" not in found.sheets:
        found.take(
            areas.draw_boundary(found.sheets, wanted.crs, wanted.name), {"boundary": areas.OUTLINE_METHOD}
        )


def _townships(found: Derived, wanted: Wanted) -> None:
    if "townships" not in found.sheets:
        found.take(areas.draw_townships(found.sheets, wanted.crs), {"townships": areas.TOWN_METHOD})
        schools, left = areas.with_known_towns(found.sheets, "schools")
        found.take({"schools": schools}, {})
        found.problems += left


def _locales(found: Derived, wanted: Wanted) -> None:
    for name, fill in (("zones", locales.fill_zones), ("schools", locales.fill_schools)):
        given = texts(found.sheets, name, "locale")
        if not all(given):
            found.take({name: fill(found.sheets)}, {name: locales.METHOD})


def _units(found: Derived, wanted: Wanted) -> None:
    sheet, problems, methods = units.make_units(found.sheets, wanted.grades)
    found.problems += problems
    found.sheets["units"] = sheet
    found.methods["units"] += methods
    if "classes" in found.sheets:
        found.sheets["classes"] = units.match_register(found.sheets, wanted.grades)


def _pupils(found: Derived, wanted: Wanted) -> None:
    if "zone_pupils" in found.sheets:
        return
    sheet, problems, methods = pupils.make_pupils(found.sheets, wanted.year, wanted.grades)
    found.problems += problems
    if sheet is not None:
        found.sheets["zone_pupils"] = sheet
        found.methods["zone_pupils"] += methods


_STEPS: dict[str, Callable[[Derived, Wanted], None]] = {
    "kinds": _kinds,
    "homes": _homes,
    "places": _places,
    "boundary": _boundary,
    "townships": _townships,
    "locales": _locales,
    "pupils": _pupils,
    "units": _units,
}
NAMES = tuple(_STEPS)
