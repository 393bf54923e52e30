"""Say why a zone belongs to its unit, why not to a nearer one, and what would change that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.errors import Issue, LayoutError
from planning.layout import Layout, one_row_per_zone
from planning.messages import Text, Words
from planning.tables import cell
from planning.zoning.declare import ABOUT, Reason
from planning.zoning.problem import SharedZone, ZoningProblem
from planning.zoning.problem.sites import chosen_unit

__all__ = ["Alternative", "Explanation", "Reason", "explain"]


@dataclass(frozen=True)
class Alternative:
    """A unit that the zone could belong to, with the reasons against it and the cheapest change in its favour."""

    unit: str
    name: str
    distance_m: float
    extra_cost: float
    reasons: tuple[Reason, ...]
    mend: Words | None


@dataclass(frozen=True)
class Explanation:
    """Why one zone belongs to one unit in one stage; of a shared zone (``shared``: all it names) the pupils who go to the unit.

    ``moved`` says from which school the plan moves the zone and how many with it; none where it stays.
    """

    zone: str
    stage: str
    pupils: int
    unit: str
    name: str
    distance_m: float
    nearest: bool
    alternatives: tuple[Alternative, ...]
    shared: tuple[str, ...] = ()
    moved: Text | None = None


def explain(problem: ZoningProblem, layout: Layout, zone: str, *, most: int = 4) -> tuple[Explanation, ...]:
    """Explain the units of a zone, one explanation per stage.

    Parameters
    ----------
    problem : ZoningProblem
        The problem the layout answers.
    layout : Layout
        The plan.
    zone : str
        Zone id.
    most : int
        How many nearer units to speak of.

    Raises
    ------
    LayoutError
        If the zone does not exist (names the nearest ids), or the layout gives it no unit of its district.
    """
    if zone not in problem.zones:
        import difflib

        near = difflib.get_close_matches(zone, list(problem.zones), 3, cutoff=0.4)
        raise LayoutError(
            [
                Issue("zoning.explain.no_such_zone", "zones", value=zone, mend="zoning.mend.did_you_mean" if near else "", near=near)
            ]
        )  # fmt: skip
    _require_units(problem, layout, zone)
    z = int(problem.zones.get_indexer(pd.Index([zone]))[0])
    found: list[Explanation] = []
    for s in range(len(problem.stages)):
        shared = next((x for x in problem.shared if (x.stage, x.zone) == (s, z)), None)
        found += _shared(problem, layout, shared) if shared else [_explain_stage(problem, layout, s, z, most)]
    return tuple(found)


def _require_units(problem: ZoningProblem, layout: Layout, zone: str) -> None:
    """Refuse a layout that was changed by hand and gives a zone no unit of its district."""
    mine = layout.assignment[layout.assignment["zone"] == zone]
    said = {stage for stage in problem.stages if (mine["stage"] == stage).any()}
    what = "units_school_years" if len(said) == len(problem.stages) else "zones"
    if what == "zones" or not mine["unit"].isin(problem.units["unit"]).all():
        raise LayoutError(
            [
                Issue(
                    "zoning.tabled.run_district_do_not_same",
                    str(layout.path or layout.name),
                    what=Text(f"zoning.tabled.{what}"),
                )
            ]
        )


def _shared(problem: ZoningProblem, layout: Layout, zone: SharedZone) -> list[Explanation]:
    """Explain a shared zone: which units it names, and how many of its pupils go to each in the first year."""
    stage, name = problem.stages[zone.stage], str(problem.zones[zone.zone])
    mine = layout.assignment[(layout.assignment["zone"] == name) & (layout.assignment["stage"] == stage)]
    pupils = dict(zip(mine["unit"].astype(str), mine["pupils"].astype(int), strict=True))
    names = tuple(str(cell(problem.units, "name", u)) for u in zone.units)
    near = min(float(problem.distance_m[zone.zone, u]) for u in problem.units_of(stage))
    return [
        Explanation(
            zone=name,
            stage=stage,
            pupils=pupils[unit],
            unit=unit,
            name=str(cell(problem.units, "name", u)),
            distance_m=float(problem.distance_m[zone.zone, u]),
            nearest=bool(problem.distance_m[zone.zone, u] <= near),
            alternatives=(),
            shared=names,
            moved=_moved(problem, layout, stage, name),
        )
        for u in zone.units
        if (unit := str(cell(problem.units, "unit", u))) in pupils
    ]


def _explain_stage(problem: ZoningProblem, layout: Layout, s: int, z: int, most: int) -> Explanation:
    chosen = chosen_unit(problem, layout, s, z)
    of_stage = problem.units_of(problem.stages[s])
    order = of_stage[np.argsort(problem.distance_m[z, of_stage], kind="stable")]
    nearer = [
        int(u) for u in order if problem.distance_m[z, u] < problem.distance_m[z, chosen] and u != chosen
    ]
    others = nearer[:most] or [int(u) for u in order if u != chosen][:1]
    stage = problem.stages[s]
    return Explanation(
        zone=str(problem.zones[z]),
        stage=stage,
        pupils=int(problem.stage_pupils(stage)[z]),
        unit=str(cell(problem.units, "unit", chosen)),
        name=str(cell(problem.units, "name", chosen)),
        distance_m=float(problem.distance_m[z, chosen]),
        nearest=not nearer,
        alternatives=tuple(_alternative(problem, layout, s, z, chosen, u) for u in others),
        moved=_moved(problem, layout, stage, str(problem.zones[z])),
    )


def _moved(problem: ZoningProblem, layout: Layout, stage: str, zone: str) -> Text | None:
    """Return from which school the plan moves a zone, and how many it moves the same way; none where it stays or had none."""
    table = layout.assignment[layout.assignment["stage"] == stage]
    way = one_row_per_zone(table).set_index("zone")[["previous_unit", "unit", "pupils"]]
    before, now = str(way.at[zone, "previous_unit"]), str(way.at[zone, "unit"])
    if not before or before == now:
        return None
    same = way[(way["previous_unit"] == before) & (way["unit"] == now)]
    called = dict(zip(problem.units["unit"].astype(str), problem.units["name"].astype(str), strict=True))
    names = tuple(called.get(unit) or unit for unit in before.split(";"))
    return Text(
        "zoning.explain.moved_by_plan", names=names, zones=len(same), pupils=int(same["pupils"].sum())
    )


def _alternative(
    problem: ZoningProblem, layout: Layout, s: int, z: int, chosen: int, unit: int
) -> Alternative:
    told = [r for rule in problem.rules for r in rule.reasons(problem, layout, s, z, unit)]
    reasons = sorted(told, key=lambda reason: ABOUT.index(reason.about))
    extra = float(problem.arc_cost(s, unit)[z] - problem.arc_cost(s, chosen)[z])
    if not reasons:
        reasons = [_price(extra)]
    return Alternative(
        unit=str(cell(problem.units, "unit", unit)),
        name=str(cell(problem.units, "name", unit)),
        distance_m=float(problem.distance_m[z, unit]),
        extra_cost=extra,
        reasons=tuple(reasons),
        mend=next((r.mend for r in reasons if r.mend), None),
    )


def _price(extra: float) -> Reason:
    if extra > 0:
        return Reason.of("price", Text("zoning.explain.would_cost_pupil_km_more", extra=extra))
    return Reason.of(
        "price",
        Text("zoning.explain.nothing_forbids_would_save_pupil_km", extra=-extra),
    )
