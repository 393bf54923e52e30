"""Check a district: every table by itself, then the tables against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from planning.district.checks import borders, cross, gaps, groups, overlaps, plans, shift, space
from planning.district.load import Loaded, district_of, load
from planning.district.model import District
from planning.errors import DistrictError, Issue

Rule = Callable[[Loaded], Iterable[Issue]]

RULES: tuple[Rule, ...] = (
    cross.references_join,
    cross.units_fit_school_kind,
    cross.stages_have_grades,
    cross.schools_have_their_stages,
    cross.class_grades_fit_stage,
    cross.current_units_fit_stage,
    cross.resources_fit_units,
    cross.migrants_within_pupils,
    cross.base_year_present,
    cross.pupils_sum,
    cross.zones_have_pupils,
    cross.catchments_have_zones,
    plans.projects_open_in_time,
    plans.projects_name_schools,
    plans.project_money,
    space.coordinates_in_order,
    space.points_inside,
    space.zones_inside,
    borders.borders_closed,
    borders.borders_left,
    overlaps.zones_apart,
    gaps.zones_meet,
    gaps.wedges,
    groups.groups_have_schools,
    space.zones_cover,
    space.schools_near_zones,
    space.projects_have_places,
    space.roads_connected,
    shift.points_fit_streets,
    shift.zones_fit_boundary,
)
"""Every cross-check, in the order of the report."""


def check_loaded(loaded: Loaded) -> list[Issue]:
    """Return what the cross-checks find in tables that were loaded."""
    return [problem for rule in RULES for problem in rule(loaded)]


def check_district(path: str | Path) -> list[Issue]:
    """Return everything that is wrong (errors) or odd (warnings) with a district, all at once.

    Parameters
    ----------
    path : str or Path
        District folder or filled workbook; bad content is reported, never raised.

    Returns
    -------
    list of Issue
        Errors first; ``text("zh")`` says them in Chinese. :func:`planning.check_district` adds what barriers part.

    Examples
    --------
    >>> import planning
    >>> planning.check_district("no-such-county")[0].level
    'error'
    """
    return checked(path)[0]


def checked(path: str | Path) -> tuple[list[Issue], District | None]:
    """Return what :func:`check_district` finds, and the district if nothing of it is an error."""
    try:
        loaded = load(path)
    except DistrictError as error:
        return list(error.problems), None
    found = sorted([*loaded.problems, *check_loaded(loaded)], key=lambda p: p.level != "error")
    wrong = any(p.level == "error" for p in found)
    return found, None if wrong else district_of(loaded)
