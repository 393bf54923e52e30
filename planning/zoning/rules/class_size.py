"""Seat every pupil in a class of at most 45 / 50, in the classrooms there are; what cannot be seated has a name.

    attending[u,g,t] ≤ cap[g,t] · classes[u,g,t] + shortage[u,g,t]
    Σ_g classes[u,g,t] ≤ rooms[u] + Σ_k add[k,u] · built[k,t]        (0 when the unit is closed)

Classes are whole numbers and belong to one grade, so that rounding up by grade is part of the truth.
Source: B5, 教督〔2017〕6号; S:167. Seats = classes × cap (standards.md §3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pulp

from planning.arrays import FloatArray
from planning.errors import Issue
from planning.grades import grade_name
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell, each
from planning.zoning.classes import classes_in_rooms, classes_over, classes_short
from planning.zoning.declare import Family, PlanTables, Reason, Rule
from planning.zoning.declare.model import ZoningModel, unit_grades
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.overflow import ATTENDING
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED

CLASSES = Family("classes", "decision", ("unit", "grade", "year"), whole=True, reseated=True)
"""Classes of a grade."""
SHORTAGE = Family("shortage", "violation", ("unit", "grade", "year"))
"""Pupils without a seat."""


class ClassSize(Rule):
    """Every pupil has a seat in a class of at most 45 / 50, in the rooms there are."""

    name, words = "class_size", Text("zoning.rule.class_size")
    families = (CLASSES, SHORTAGE)
    hardness = "choice"
    violated = SHORTAGE

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""
        problem, prices = model.problem, model.problem.scenario.prices
        units, years = problem.units, len(problem.years)
        attending = model.family(ATTENDING)
        for u, g, t in unit_grades(problem):
            cap = problem.caps[problem.stages.index(cell(units, "stage", u)), problem.row(g), t]
            classes = model.add(CLASSES, (u, g, t))
            shortage = model.add(SHORTAGE, (u, g, t))
            row = pulp.LpAffineExpression(
                [(attending[u, g, t], 1.0), (classes, -float(cap)), (shortage, -1.0)]
            )
            model.require(row <= 0, f"class_size_{u}_{g}_{t}")
            model.price("shortage", [(shortage, model.violation_price(self, prices.shortage) / years)])
            model.price("classes", [(classes, problem.class_price / years)])
        for u in range(len(units)):
            for t in range(years):
                _rooms(model, u, t)

    def improve(self, model: ZoningModel, columns: FloatArray) -> FloatArray:
        """Open classes in the rooms there are while a class saves more than it costs."""
        return fill_classes(model, columns)

    def broken(self, problem: ZoningProblem, tables: PlanTables) -> Iterator[Issue]:
        """Yield every unit, year and grade with pupils without a seat."""
        if problem.profile.in_seats:
            yield from _beyond_seats(self.name, tables)
            return
        for row in each(tables.zoned[tables.zoned["shortage"] > 0]):
            yield Issue(
                "zoning.class_size.grade_seats_short_rooms",
                self.name,
                row=str(row.unit),
                grade=grade_name(row.grade),
                year=row.year,
                shortage=row.shortage,
                rooms=row.rooms,
            )

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Count pupils without a seat, and classes over the cap where there are classes."""
        zoned = tables.zoned
        return {
            "shortage_pupils": int(zoned["shortage"].sum()),
            "shortage_by_stage": {s: int(part["shortage"].sum()) for s, part in zoned.groupby("stage")},
            **({} if problem.profile.in_seats else {"classes_over_cap": int(classes_over_cap(zoned).sum())}),
        }

    def notes(self, figures: Mapping[str, Any], lang: str) -> list[str]:
        """Say how many of the seats that are short are short in any plan, where a solve has proven it (:mod:`planning.zoning.solving.necessary`)."""
        least = figures.get("shortage_at_least")
        short = figures["shortage_pupils"]
        if least is None or not short:
            return []
        if not least:
            return [Text("zoning.class_size.short_not_proven", short=short).text(lang)]
        plans = figures.get("shortage_at_least_with", "any")
        return [Text(f"zoning.class_size.short_in_{plans}_plan", short=short, least=least).text(lang)]

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Count the seats short if the zone's pupils came too, class by class, in the rooms there are."""
        yield from full(problem, layout, stage_index, zone, unit)


RULE = ClassSize()


def _beyond_seats(rule: str, tables: PlanTables) -> Iterator[Issue]:
    """Yield every unit and year with more pupils than seats, over all grades."""
    total = tables.zoned.groupby(["unit", "year"], sort=False).agg(
        shortage=("shortage", "sum"), seats=("rooms", "max")
    )
    for row in each(total[total["shortage"] > 0].reset_index()):
        yield Issue(
            "zoning.class_size.seats_short_of",
            rule,
            row=str(row.unit),
            year=row.year,
            shortage=row.shortage,
            seats=row.seats,
        )


def _full(more: int, short: int, year: int, grade: int, rooms: int) -> Text:
    """Say how many seats would be short, and how many of them are already."""
    if not short:
        return Text(
            "zoning.class_size.full_seats_short_grade_first_rooms",
            total=more,
            year=year,
            grade=grade_name(grade),
            rooms=rooms,
        )
    return Text(
        "zoning.class_size.short_already_grade_first_rooms",
        more=more,
        short=short,
        total=more + short,
        year=year,
        grade=grade_name(grade),
        rooms=rooms,
    )


def _no_seats(name: str, year: int, seats: int, more: int, short: int) -> Reason:
    """Return that a unit has too few seats, over all its grades."""
    said = (
        Text(
            "zoning.class_size.short_already_all",
            more=more,
            short=short,
            total=more + short,
            year=year,
            seats=seats,
        )
        if short
        else Text("zoning.class_size.full_seats_short_all", short=more, year=year, seats=seats)
    )
    return Reason.of(
        "full",
        said,
        year=year,
        seats=more,
        mend=Text("zoning.class_size.more_seats", short=more, name=name),
        about="seats",
    )


def _rooms(model: ZoningModel, u: int, t: int) -> None:
    problem = model.problem
    rooms = float(cell(problem.units, "rooms", u))
    terms = [
        (model.family(CLASSES)[u, g, t], 1.0) for g in problem.grades(str(cell(problem.units, "stage", u)))
    ]
    for k in range(len(problem.projects)):
        if cell(problem.projects, "unit", k) == u and cell(problem.projects, "kind", k) != "closure":
            terms.append((model.family(BUILT)[k, t], -float(cell(problem.projects, "rooms", k))))
    closed = model.family(CLOSED).get((u, t))
    if closed is not None:
        most = rooms - sum(weight for column, weight in terms if weight < 0)
        if most > rooms:  # what projects add is gone, too
            classes = [(column, weight) for column, weight in terms if weight > 0]
            model.require(
                pulp.LpAffineExpression([*classes, (closed, most)]) <= most, f"closed_rooms_{u}_{t}"
            )
        terms.append((closed, rooms))
    model.require(pulp.LpAffineExpression(terms) <= rooms, f"rooms_{u}_{t}")


def fill_classes(model: ZoningModel, columns: FloatArray) -> FloatArray:
    """Open classes in the rooms there are while a class saves more than it costs, the one that saves most first.

    Exact for the pupils who attend (:func:`planning.zoning.classes.classes_in_rooms`).
    """
    problem = model.problem
    position = {v.name: j for j, v in enumerate(model.columns())}
    at = {
        family: {key: position[v.name] for key, v in model.family(family).items()}
        for family in (CLASSES, SHORTAGE, ATTENDING)
    }
    price = model.violation_price(RULE, problem.scenario.prices.shortage)
    each = problem.class_price
    better = columns.copy()
    for u, stage in enumerate(problem.units["stage"]):
        caps = problem.caps[problem.stages.index(str(stage))]
        for t in range(len(problem.years)):
            grades = problem.grades(str(stage))
            classes, left = classes_in_rooms(
                [float(better[at[ATTENDING][u, g, t]]) for g in grades],
                [float(caps[problem.row(g), t]) for g in grades],
                _rooms_in(model, position, better, u, t),
                price=price,
                each=each,
            )
            for g, n, short in zip(grades, classes, left, strict=True):
                better[at[CLASSES][u, g, t]], better[at[SHORTAGE][u, g, t]] = n, short
    return better


def _rooms_in(model: ZoningModel, position: dict[str, int], columns: FloatArray, unit: int, t: int) -> int:
    """Return the rooms of a unit in a year under the projects and closings of a plan."""
    problem = model.problem
    closed = model.family(CLOSED).get((unit, t))
    if closed is not None and columns[position[closed.name]] > 0.5:
        return 0
    rooms = int(cell(problem.units, "rooms", unit))
    for k in np.flatnonzero((problem.projects["unit"] == unit).to_numpy()).tolist():
        built = model.family(BUILT)[k, t]
        if cell(problem.projects, "kind", k) != "closure" and columns[position[built.name]] > 0.5:
            rooms += int(cell(problem.projects, "rooms", k))
    return rooms


def full(problem: ZoningProblem, layout: Layout, s: int, z: int, unit: int) -> list[Reason]:
    """Count the seats short if the zone's pupils came too, class by class, in the rooms there are."""
    rows = grade_rows(problem, layout, unit)
    name = str(cell(problem.units, "name", unit))
    worst: tuple[int, int, int, int, int] | None = None
    lacking = [(0, 0)]
    for t, year in enumerate(problem.years):
        grades = problem.grades(problem.stages[s])
        now = {g: rows.get((g, year), (0, 1, 0)) for g in grades}
        coming = {g: int(problem.pupils[z, problem.row(g), t]) for g in grades}
        rooms = max(r for _, _, r in now.values())
        cap = max(c for _, c, _ in now.values())
        short = seats_short({g: now[g][0] + coming[g] for g in grades}, cap, rooms)
        before = seats_short({g: now[g][0] for g in grades}, cap, rooms)
        lacking.append((classes_short(before.values(), cap), classes_short(short.values(), cap)))
        more = sum(short.values()) - sum(before.values())
        if more > 0 and (worst is None or more > worst[0]):
            grade = max(grades, key=lambda g: short[g] - before[g])
            worst = (more, sum(before.values()), year, grade, rooms)
    if worst is None:
        return []
    more, already, year, grade, rooms = worst
    if problem.profile.in_seats:
        return [_no_seats(name, year, rooms, more, already)]
    return [
        Reason.of(
            "full",
            _full(more, already, year, grade, rooms),
            grade=grade,
            year=year,
            seats=more,
            mend=_more_rooms(name, *map(max, zip(*lacking, strict=True))),
            about="seats",
        )
    ]


def _more_rooms(name: str, before: int, after: int) -> Text:
    """Say how many rooms would do in the fullest year, and how many with those that are lacking already."""
    if not before or after <= before:
        return Text("zoning.class_size.more_room_s", total=after, name=name)
    return Text("zoning.class_size.more_rooms_than_lacking", total=after - before, all=after, name=name)


def grade_rows(
    problem: ZoningProblem, layout: Layout, unit: int
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return pupils, class size and rooms of a unit by grade and year."""
    table = layout.units[layout.units["unit"] == cell(problem.units, "unit", unit)]
    return {(int(r.grade), int(r.year)): (int(r.pupils), int(r.cap), int(r.rooms)) for r in each(table)}


def seats_short(pupils: dict[int, int], cap: int, rooms: int) -> dict[int, int]:
    """Return the seats short by grade when rooms go to the grades that lose most without them.

    Whole classes of at most ``cap``; the pupils of a class that finds no room are short.
    """
    left = classes_in_rooms(list(pupils.values()), [cap] * len(pupils), rooms, price=1.0, each=0.0)[1]
    return {grade: int(n) for grade, n in zip(pupils, left, strict=True)}


def classes_over_cap(units: pd.DataFrame) -> pd.Series[Any]:
    """Return how many classes exceed the cap when the pupils of a grade are spread evenly over its classes."""
    columns = (units[name].to_numpy() for name in ("pupils", "classes", "cap"))
    return pd.Series(classes_over(*columns), units.index)
