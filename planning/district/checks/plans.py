"""Check the building projects of a district: when they open, which schools they name, what they cost."""

from __future__ import annotations

from collections.abc import Iterator

from planning.district.cells.sheet import problems_at
from planning.district.load import Loaded
from planning.errors import Issue

TEN_THOUSANDS_BELOW = 100_000
"""A building project with classrooms that costs less yuan than this was probably written in 万元."""


def projects_open_in_time(tables: Loaded) -> Iterator[Issue]:
    """No project opens before the base year: what is open already belongs to the schools."""
    if not tables.has("projects") or tables.info is None:
        return
    projects, labels, year = tables.frames["projects"], tables.labels["projects"], tables.info.base_year
    yield from problems_at(
        (projects["open_year"] < year).to_numpy(dtype=bool),
        labels,
        lambda i: Issue(
            "district.plans.opens_before_base_year",
            tables.files["projects"],
            row=str(labels[i]),
            column="open_year",
            value=f"{projects['open_year'].iloc[i]:g}",
            year=year,
        ),
    )


def projects_name_schools(tables: Loaded) -> Iterator[Issue]:
    """Expansions, closures and conversions name a school that exists; a new school's id is not taken."""
    if not tables.has("projects", "schools"):
        return
    projects, labels = tables.frames["projects"], tables.labels["projects"]
    exists = projects["school"].isin(tables.frames["schools"]["school"].dropna()).to_numpy()
    named = projects["school"].notna().to_numpy() & projects["kind"].notna().to_numpy()
    new = (projects["kind"] == "new").fillna(False).to_numpy(dtype=bool)

    def wrong(i: int, code: str) -> Issue:
        return Issue(
            code,
            tables.files["projects"],
            row=str(labels[i]),
            column="school",
            value=str(projects["school"].iloc[i]),
            kind=projects["kind"].iloc[i],
        )

    yield from problems_at(
        named & ~new & ~exists, labels, lambda i: wrong(i, "district.plans.no_such_school")
    )
    yield from problems_at(named & new & exists, labels, lambda i: wrong(i, "district.plans.id_taken"))


def project_money(tables: Loaded) -> Iterator[Issue]:
    """Ask whether a project that adds classrooms for less than the price of a car is in 万元."""
    projects, labels = tables.frames["projects"], tables.labels["projects"]
    cost = projects["cost_yuan"]
    odd = (projects["rooms"] > 0) & (cost > 0) & (cost < TEN_THOUSANDS_BELOW)
    yield from problems_at(
        odd.to_numpy(dtype=bool),
        labels,
        lambda i: Issue(
            "district.plans.classrooms_yuan",
            tables.files["projects"],
            row=str(labels[i]),
            column="cost_yuan",
            value=f"{cost.iloc[i]:g}",
            rooms=projects["rooms"].iloc[i],
            cost=cost.iloc[i],
        ),
    )
