"""Say where seats are short, in which grade and year, how many, and what would mend it, cheapest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.layout import Layout
from planning.messages import Text, Words
from planning.tables import cell, each
from planning.zoning.problem import ZoningProblem

SHORTAGE_COLUMNS = (
    "unit",
    "name",
    "stage",
    "year",
    "grade",
    "seats_short",
    "rank",
    "mend",
    "mend_en",
    "mend_zh",
    "cost_yuan",
)


@dataclass(frozen=True)
class Mend:
    """One way to mend a shortage: what, in words, and its cost in yuan (0: no money, a rule gives way; NaN: nobody knows)."""

    kind: str
    text: Words
    cost_yuan: float


def shortages(problem: ZoningProblem, layout: Layout) -> pd.DataFrame:
    """List every shortage of a layout with its mends, ranked by cost.

    Returns
    -------
    DataFrame
        ``SHORTAGE_COLUMNS``; one row per shortage and mend, the worst shortages first. ``grade`` is missing where seats belong to no grade:
        the shortage is then that of the whole school.

    Notes
    -----
    The price of a classroom is the median cost per room of the district's own building projects, NaN where it has none: more rooms mend
    every shortage, so that none is left out.
    """
    units = problem.units.set_index("unit")
    table = layout.units[(layout.units["shortage"] > 0) & layout.units["unit"].isin(units.index)]
    if problem.profile.in_seats:  # seats belong to no grade
        table = table.groupby(["unit", "year"], as_index=False, sort=False).agg(
            {c: "sum" if c == "shortage" else "first" for c in table.columns if c not in ("unit", "year")}
        )
        table["grade"] = pd.NA
    rows: list[tuple[object, ...]] = []
    for row in each(table.sort_values("shortage", ascending=False, kind="stable")):
        mends = sorted(_mends(problem, layout, row), key=_dearness)
        for rank, mend in enumerate(mends, start=1):
            rows.append(
                (
                    row.unit, units.at[row.unit, "name"], row.stage, row.year, row.grade, row.shortage, rank,
                    mend.kind, mend.text.text("en"), mend.text.text("zh"), mend.cost_yuan,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(SHORTAGE_COLUMNS)).astype({"grade": "Int64"})


def _dearness(mend: Mend) -> float:
    """Return what a mend is ranked by: costs that nobody knows come last."""
    return mend.cost_yuan if np.isfinite(mend.cost_yuan) else np.inf


def room_price(problem: ZoningProblem) -> float:
    """Return yuan per classroom: the median of the building projects that add rooms."""
    table = problem.all_projects
    adds = table[(table["rooms"] > 0) & (table["cost_yuan"] > 0)]
    return float((adds["cost_yuan"] / adds["rooms"]).median()) if len(adds) else float("nan")


def _mends(problem: ZoningProblem, layout: Layout, row: object) -> list[Mend]:
    unit = int(np.flatnonzero((problem.units["unit"] == row.unit).to_numpy())[0])  # type: ignore[attr-defined]
    return [
        *_spare_nearby(problem, layout, row, unit),
        *_rooms(problem, row, unit),
        *_projects(problem, layout, row, unit),
    ]


def _rooms(problem: ZoningProblem, row: object, unit: int) -> list[Mend]:
    short, cap = int(row.shortage), int(row.cap)  # type: ignore[attr-defined]
    rooms = -(-short // cap)
    price = room_price(problem)
    name = cell(problem.units, "name", unit)
    code = "zoning.shortages.more_seats" if problem.profile.in_seats else "zoning.shortages.more_room_s"
    return [Mend("rooms", Text(code, rooms=rooms, name=name), rooms * price)]


def _projects(problem: ZoningProblem, layout: Layout, row: object, unit: int) -> list[Mend]:
    """Name projects that the run does not build in any year and that add seats of the stage here or within overflow's reach, and when they open."""
    table = problem.all_projects
    built = set(layout.projects.loc[layout.projects["built"], "project"])
    open_ = table[(table["rooms"] > 0) & ~table["project"].isin(built) & (table["stage"] == row.stage)]  # type: ignore[attr-defined]
    here = problem.unit_points[unit]
    found = []
    for project in each(open_):
        at_home = project.school == cell(problem.units, "school", unit)
        away = float(np.hypot(project.geometry.x - here[0], project.geometry.y - here[1]))
        if at_home or away <= problem.scenario.overflow.max_distance_m:
            # of the district's table: the scenario may have decided another year
            late = int(project.open_year) > int(row.year)  # type: ignore[attr-defined]
            what = Text(
                "zoning.shortages.project_seats" if problem.profile.in_seats else "zoning.shortages.project",
                project=project.project,
                name=project.name,
                rooms=project.rooms,
                away=away,
            )
            found.append(
                Mend(
                    "project",
                    Text("zoning.shortages.late", what=what, year=project.open_year) if late else what,
                    float(project.cost_yuan),
                )
            )
    return sorted(found, key=_dearness)[:2]


def _spare_nearby(problem: ZoningProblem, layout: Layout, row: object, unit: int) -> list[Mend]:
    """Name the nearest unit with free seats, of the grade or of the whole school, that pupils could be sent to if a rule gave way."""
    position = {u: j for j, u in enumerate(problem.units["unit"])}
    best: tuple[float, str, int] | None = None
    for name, spare in _spare(problem, layout.units, row).items():
        j = position.get(str(name))
        if j is None or j == unit:
            continue
        away = float(problem.between_m[unit, j])
        if spare >= int(row.shortage) and (best is None or away < best[0]):  # type: ignore[attr-defined]
            best = (away, str(cell(problem.units, "name", j)), int(spare))
    if best is None:
        return []
    away, name, spare = best
    return [
        Mend(
            "rule",
            Text("zoning.shortages.send_them_m_further_seats_free", name=name, away=away, spare=spare),
            0.0,
        )
    ]


def _spare(problem: ZoningProblem, units: pd.DataFrame, row: object) -> pd.Series:
    """Return by unit of the stage how many seats are left in the year, in empty rooms too."""
    table = units[(units["year"] == row.year) & (units["stage"] == row.stage)]  # type: ignore[attr-defined]
    whole = table.groupby("unit")
    if problem.profile.in_seats:
        return whole["rooms"].first() - whole["pupils"].sum()
    same = table[table["grade"] == row.grade].set_index("unit")  # type: ignore[attr-defined]
    empty = (same["rooms"] - whole["classes"].sum().reindex(same.index)).clip(lower=0)
    return same["seats"] - same["pupils"] + empty * same["cap"]
