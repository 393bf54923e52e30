"""Sum a layout up in the figures of ``summary.json``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from planning.tables import cell
from planning.zoning.classes import classes_over
from planning.zoning.problem import FloatArray, IntArray, ZoningProblem
from planning.zoning.rules.contiguity import anchors
from planning.zoning.rules.nearby import groups


def summarise(
    problem: ZoningProblem,
    *,
    assignment: pd.DataFrame,
    units: pd.DataFrame,
    overflow: pd.DataFrame,
    projects: pd.DataFrame,
    unit_of: IntArray,
    solved: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the headline figures of a layout, ready for JSON."""
    zoned = units[units["unit"].isin(problem.units["unit"])]
    # where everybody stays where they sit, nobody is placed and there is no walk to tell of
    placed = assignment.groupby("stage", sort=False).filter(lambda part: part["pupils"].sum() > 0)
    walks = {s: _walks(part) for s, part in placed.groupby("stage", sort=False)}
    pairs = zip(assignment["previous_unit"], assignment["unit"], strict=True)
    moved = assignment[[bool(was) and unit not in was.split(";") for was, unit in pairs]]
    divided = assignment[assignment.duplicated(["zone", "stage"], keep=False)]
    return {
        **solved,
        "scenario": problem.scenario.name,
        "year": problem.scenario.year,
        "years": list(problem.years),
        "stages": list(problem.stages),
        "zones": problem.n_zones,
        "pupils": {s: int(part["pupils"].sum()) for s, part in zoned.groupby("stage")},
        "seats": {s: int(part["seats"].sum()) for s, part in zoned.groupby("stage")},
        "seats_possible": _seats_possible(problem, zoned),
        "classes": {s: int(part["classes"].sum()) for s, part in zoned.groupby("stage")},
        "shortage_pupils": int(zoned["shortage"].sum()),
        "shortage_by_stage": {s: int(part["shortage"].sum()) for s, part in zoned.groupby("stage")},
        "classes_over_cap": int(classes_over_cap(zoned).sum()),
        "schools_over_size": int(units[units["oversize"] > 0]["school"].nunique()),
        "overflow_pupils": int(overflow["pupils"].sum()),
        "shared_zones": len(divided[["zone", "stage"]].drop_duplicates()),
        "shared_catchments": shared_groups(problem),
        "shared_pupils": int(divided["pupils"].sum()),
        "nearby_ratio": _nearby_ratio(problem, zoned),
        "contiguous": not fragments(problem, unit_of),
        "fragments": fragments(problem, unit_of),
        "mean_distance_m": {s: w[0] for s, w in walks.items()},
        "p95_distance_m": {s: w[1] for s, w in walks.items()},
        "moved_pupils": int(moved["pupils"].sum()),
        "moved_zones": len(moved[["zone", "stage"]].drop_duplicates()),
        "cost_yuan": float(projects.loc[projects["built"], "cost_yuan"].sum()),
        "projects_built": projects.loc[projects["built"], "name"].tolist(),
        "closed_units": _closed(problem, zoned),
        "bridges": [dataclasses.asdict(b) for b in problem.bridges],
        "notes": list(problem.notes),
        "notes_zh": list(problem.notes_zh),
    }


def shared_groups(problem: ZoningProblem) -> list[list[str]]:
    """Return the sets of units that some shared zone names together; two sets with a unit in common stay two."""
    names = problem.units["unit"].to_numpy()
    found = {tuple(sorted(map(str, names[list(z.units)]))) for z in problem.shared}
    return [list(group) for group in sorted(found)]


def classes_over_cap(units: pd.DataFrame) -> pd.Series[Any]:
    """Return how many classes exceed the cap when the pupils of a grade are spread evenly over its classes."""
    columns = (units[name].to_numpy() for name in ("pupils", "classes", "cap"))
    return pd.Series(classes_over(*columns), units.index)


def weighted_quantile(values: FloatArray, weights: FloatArray, q: float) -> float:
    """Return the smallest value below which at least a share ``q`` of the weight lies."""
    if weights.sum() <= 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][np.searchsorted(reached, q - 1e-12)])


def fragments(problem: ZoningProblem, unit_of: IntArray) -> list[dict[str, Any]]:
    """List zones that hang apart from their catchment's anchors (empty when every catchment is connected)."""
    if not problem.scenario.contiguity.enabled:
        return []
    roots = anchors(problem)
    found = []
    for u, stage in enumerate(problem.units["stage"]):
        members = np.flatnonzero(unit_of[problem.stages.index(str(stage))] == u)
        if not len(members) or not len(roots[u]):
            continue
        _, label = sparse.csgraph.connected_components(
            problem.neighbours[members][:, members], directed=False
        )
        held = set(label[np.isin(members, roots[u])].tolist())
        found += [
            {"unit": str(cell(problem.units, "unit", u)), "zone": str(problem.zones[z])}
            for z, component in zip(members.tolist(), label.tolist(), strict=True)
            if component not in held
        ]
    return found


def _walks(part: pd.DataFrame) -> tuple[float, float]:
    distance, pupils = part["distance_m"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=np.int64)
    return walks(np.rint(distance * 10).astype(np.int64), pupils)


def walks(tenths: IntArray, pupils: IntArray) -> tuple[float, float]:
    """Return mean walk and the walk that 95 % of the pupils do not exceed, metres, from walks in whole tenths of a metre.

    Whole numbers, so that the order in which they are summed does not matter; NaN without pupils.
    """
    total = int(pupils.sum())
    mean = int((tenths * pupils).sum()) / (10 * total) if total else float("nan")
    return round(mean, 1), round(weighted_quantile(tenths / 10.0, pupils.astype(float), 0.95), 1)


def _nearby_ratio(problem: ZoningProblem, zoned: pd.DataFrame) -> dict[str, float]:
    result = {}
    for name, _, positions in groups(problem):
        part = zoned[zoned["unit"].isin(problem.units["unit"].iloc[positions])]
        total = float(part["pupils"].sum())
        result[name] = round(float(part["own"].sum()) / total, 6) if total else 1.0
    return result


def _seats_possible(problem: ZoningProblem, zoned: pd.DataFrame) -> dict[str, int]:
    rooms = zoned.drop_duplicates(["unit", "year"])
    return {s: int((part["rooms"] * part["cap"]).sum()) for s, part in rooms.groupby("stage")}  # type: ignore[misc]


def _closed(problem: ZoningProblem, zoned: pd.DataFrame) -> list[str]:
    had = problem.units.loc[problem.units["rooms"] > 0, "unit"]
    rooms = zoned.groupby("unit")["rooms"].max()
    return sorted(str(u) for u in had if rooms.get(u, 0) == 0)
