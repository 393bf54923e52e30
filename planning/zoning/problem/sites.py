"""Say where units stand and to which zones their catchments hang: facts of a problem that several rules read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planning.arrays import IntArray
from planning.layout import Layout
from planning.tables import cell
from planning.zoning.problem.problem import ZoningProblem

if TYPE_CHECKING:
    from scipy import sparse


def own_homes(problem: ZoningProblem) -> dict[int, int]:
    """Return unit → zone for units that are alone of their stage in the zone of their site; shared zones are given."""
    homes = problem.units["home"].to_numpy()
    found: dict[int, int] = {}
    for stage in problem.stages:
        of_stage = problem.units_of(stage)
        zones, counts = np.unique(homes[of_stage], return_counts=True)
        alone = set(zones[counts == 1].tolist()) - set(
            problem.shared_in(problem.stages.index(stage)).tolist()
        )
        found.update({int(u): int(homes[u]) for u in of_stage if homes[u] >= 0 and int(homes[u]) in alone})
    return found


def elsewhere(problem: ZoningProblem) -> dict[int, int]:
    """Return unit → the other unit that has the zone of its site today, for units that have a catchment without it."""
    found: dict[int, int] = {}
    for unit, zone in own_homes(problem).items():
        today = problem.current[problem.stages.index(str(cell(problem.units, "stage", unit)))]
        if today[zone] >= 0 and not problem.today[zone, unit] and problem.today[:, unit].any():
            found[unit] = int(today[zone])
    return found


def anchors(problem: ZoningProblem) -> list[IntArray]:
    """Return, for every unit, the zones to which its catchment must hang."""
    homes = problem.units["home"].to_numpy()
    given = {(z.stage, z.zone): z.units for z in problem.shared}
    found = []
    for u, stage in enumerate(problem.units["stage"]):
        if homes[u] < 0:
            found.append(np.empty(0, dtype=np.int64))
            continue
        s = problem.stages.index(str(stage))
        of_stage = problem.units_of(str(stage))
        zones = {int(homes[u])}
        wide = [z for (at, z), members in given.items() if at == s and u in members]
        if (homes[of_stage] == homes[u]).sum() > 1 or (s, int(homes[u])) in given:
            wide.append(int(homes[u]))
        for zone in wide:
            zones.update((zone, *problem.neighbours[zone].indices.tolist()))
        zones.update(z for stage_index, z, unit in problem.exempt if stage_index == s and unit == u)
        found.append(np.array(sorted(zones), dtype=np.int64))
    return found


def beside(problem: ZoningProblem, unit: int) -> frozenset[int]:
    """Return the zones that hang together with the school itself: the zone of its site, its neighbours too where several units of the stage stand in it.

    Stricter than :func:`anchors`: what may hang apart, as today or because it is shared, does so all the same.
    """
    homes = problem.units["home"].to_numpy()
    of_stage = problem.units_of(str(cell(problem.units, "stage", unit)))
    return around_site(problem.neighbours, int(homes[unit]), int((homes[of_stage] == homes[unit]).sum()))


def around_site(neighbours: sparse.csr_matrix, home: int, units: int) -> frozenset[int]:
    """Return the zone of a site, and its neighbours where several units of a stage stand in it; nothing for a site in no zone (−1)."""
    if home < 0:
        return frozenset()
    return frozenset((home, *(neighbours[home].indices.tolist() if units > 1 else ())))


def stands(problem: ZoningProblem, unit: int, plan: IntArray) -> bool:
    """Return whether a unit stands in a plan: surely, or because the plan gives it zones."""
    if not problem.switched[unit]:
        return True
    decided = problem.scenario.small_schools.closed
    closures = problem.projects[
        (problem.projects["kind"] == "closure") & (problem.projects["mode"] == "build")
    ]
    if str(cell(problem.units, "unit", unit)) in decided or unit in set(closures["unit"]):
        return False
    project = cell(problem.units, "project", unit)
    return not project or bool((plan == unit).any())


def asked_homes(problem: ZoningProblem, s: int, plan: IntArray) -> dict[int, int]:
    """Return unit → zone of its site for the units of a stage that stand in a plan."""
    homes = own_homes(problem).items()
    return {
        u: z
        for u, z in homes
        if problem.units["stage"].iat[u] == problem.stages[s] and stands(problem, u, plan)
    }


def unit_positions(problem: ZoningProblem, layout: Layout) -> IntArray:
    """Return the position of the unit of every stage and zone in a layout (n_stages, n_zones)."""
    result = np.full((len(problem.stages), problem.n_zones), -1, dtype=np.int64)
    first = layout.assignment.drop_duplicates(["stage", "zone"])  # of a shared zone its reference
    position = {u: j for j, u in enumerate(problem.units["unit"])}
    row = {z: j for j, z in enumerate(problem.zones)}
    for stage, zone, unit in first[["stage", "zone", "unit"]].itertuples(index=False):
        result[problem.stages.index(stage), row[zone]] = position[unit]
    return result


def chosen_unit(problem: ZoningProblem, layout: Layout, stage_index: int, zone: int) -> int:
    """Return the position of the unit of a zone in a layout; of a shared zone its reference."""
    table = layout.assignment
    here = (table["stage"] == problem.stages[stage_index]) & (table["zone"] == problem.zones[zone])
    return problem.units["unit"].tolist().index(table.loc[here, "unit"].iloc[0])
