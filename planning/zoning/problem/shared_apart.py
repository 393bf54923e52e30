"""Name shared zones that lie apart from a school that they name: its catchment is then drawn in several pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planning.arrays import IntArray
from planning.connected import connected_parts
from planning.district import District
from planning.errors import Issue
from planning.messages import Text
from planning.scenario.parts import Contiguity
from planning.travel.neighbours import zone_neighbours, zone_of_points
from planning.zoning.problem.problem import ZoningProblem
from planning.zoning.problem.sites import around_site, beside

if TYPE_CHECKING:
    from scipy import sparse

Apart = tuple[str, str, str]  # stage, zone, unit


def out_of_reach(neighbours: sparse.csr_matrix, members: IntArray, start: frozenset[int]) -> IntArray:
    """Return the zones of a catchment that do not hang together with its school.

    Parameters
    ----------
    neighbours : csr matrix (n_zones, n_zones)
        Which zones are neighbours.
    members : array
        Zones of the catchment, shared ones included.
    start : frozenset of int
        Zones of the school (:func:`planning.zoning.problem.sites.beside`).
    """
    label = connected_parts(len(members), *neighbours[members][:, members].nonzero())
    held = set(label[np.isin(members, sorted(start))].tolist())
    return members[[c not in held for c in label.tolist()]]


def apart_in_plan(problem: ZoningProblem, assignment: pd.DataFrame) -> list[Apart]:
    """Return the shared zones that lie apart from a unit to which the plan lets their pupils go."""
    if not problem.scenario.contiguity.enabled:
        return []
    shared = {(problem.stages[z.stage], str(problem.zones[z.zone])) for z in problem.shared}
    found: list[Apart] = []
    for u, (unit, stage, home) in enumerate(
        problem.units[["unit", "stage", "home"]].itertuples(index=False, name=None)
    ):
        if home < 0 or not any(u in z.units for z in problem.shared):
            continue
        mine = assignment[(assignment["unit"] == unit) & (assignment["stage"] == stage)]["zone"]
        members = np.sort(problem.zones.get_indexer(pd.Index(mine.astype(str)))).astype(np.int64)
        names = problem.zones[out_of_reach(problem.neighbours, members, beside(problem, u))]
        found += [(str(stage), str(z), str(unit)) for z in names if (stage, str(z)) in shared]
    return found


def apart_today(district: District, file: str = "zones") -> list[Issue]:
    """Return a warning for each shared zone of today that lies apart from a school that it names.

    Parameters
    ----------
    district : District
        Zones with the units of today, and schools.
    file : str
        Name of the zones' table in the messages.
    """
    zones = pd.Index(district.zones["zone"].astype(str))
    named = {
        stage: [
            [u for part in str(text).split(";") if (u := part.strip())]
            for text in district.zones[f"current_{stage}"].fillna("")
        ]
        for stage in ("primary", "junior")
    }
    if not any(len(units) > 1 for column in named.values() for units in column):
        return []
    setting = Contiguity()
    neighbours = zone_neighbours(
        district, contiguity=setting.neighbours, snap_m=setting.snap_m, cut=setting.cut_by, bridges=()
    ).matrix
    at = zone_of_points(district, district.schools.set_index("school"))
    home = dict(zip(district.units["unit"], district.units["school"].map(at), strict=True))
    of_stage = district.units.groupby("stage")["unit"].agg(list)
    found = []
    for stage, column in named.items():
        for unit in sorted({u for units in column if len(units) > 1 for u in units}):
            if (site := home.get(unit)) not in zones:
                continue
            there = sum(home[u] == site for u in of_stage.get(stage, []))
            members = np.array([k for k, units in enumerate(column) if unit in units], dtype=np.int64)
            start = around_site(neighbours, int(zones.get_indexer(pd.Index([site]))[0]), there)
            loose = out_of_reach(neighbours, members, start)
            found += [(stage, str(zones[k]), unit) for k in loose if len(column[k]) > 1]
    return [_warning(file, apart) for apart in found]


def _warning(file: str, apart: Apart) -> Issue:
    stage, zone, unit = apart
    return Issue(
        "zoning.shared_apart.shared_zone_lies_apart_from",
        file,
        row=zone,
        column=f"current_{stage}",
        value=unit,
        level="warning",
        unit=unit,
    )


def said(found: list[Apart], lang: str = "en") -> list[str]:
    """Return one line for each unit in a language."""
    zones: dict[str, list[str]] = {}
    for _, zone, unit in found:
        zones.setdefault(unit, []).append(zone)
    return [
        Text("zoning.shared_apart.lie_apart", zones=names, unit=unit).text(lang)
        for unit, names in zones.items()
    ]
