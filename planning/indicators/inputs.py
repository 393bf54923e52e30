"""Refuse years and projects that a district does not have: an empty county would pass nearly everything."""

from __future__ import annotations

from collections.abc import Iterable

from planning.district import District
from planning.errors import DistrictError, Issue


def known_year(year: int | None, years: Iterable[int], where: str) -> int | None:
    """Return a year that was asked for, or complain when there are no figures of it; an empty county would pass nearly everything.

    Raises
    ------
    DistrictError
        Naming the years there are.
    """
    known = sorted({int(y) for y in years})
    if year is None or year in known:
        return year
    some = ", ".join(map(str, known)) or "–"
    raise DistrictError(
        [Issue("indicators.inputs.no_pupils_school_year", where, value=str(year), year=year, some=some)]
    )


def known_projects(projects: Iterable[str], district: District) -> tuple[str, ...]:
    """Return projects that were named, or complain about those the district does not have.

    Raises
    ------
    DistrictError
        With every unknown project.
    """
    named, known = tuple(projects), district.projects["project"].astype(str).tolist()
    unknown = [p for p in named if p not in known]
    if unknown:
        raise DistrictError(
            Issue(
                "indicators.inputs.no_such_project_district",
                "projects",
                value=p,
                known=known[:8],
                more=" …" if len(known) > 8 else "",
            )
            for p in unknown
        )
    return named
