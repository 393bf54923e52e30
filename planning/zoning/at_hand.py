"""List the plans that are at hand before anything is solved: a given one, today's, and one grown from the schools.

Each is repaired where it breaks a rule that allows no violation: a zone keeps its unit where it may; the zone of a site goes to its
school, what hangs loose goes to a neighbouring catchment, and under nested feeders a primary catchment goes as a whole to the junior
unit that most of its pupils had. The engine completes and prices them like any other plan.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from planning.tables import cell
from planning.zoning.arcs import allowed_pairs, permitted, switched_units
from planning.zoning.engine.contiguity.graph import Neighbourhood
from planning.zoning.engine.contiguity.grow import grow_together
from planning.zoning.problem import FloatArray, IntArray, ZoningProblem
from planning.zoning.rules.contiguity import anchors
from planning.zoning.rules.feeder import nests
from planning.zoning.rules.own_zone import elsewhere, own_homes


def plans_at_hand(problem: ZoningProblem) -> tuple[IntArray, ...]:
    """Return plans to try first, the unit of every zone by stage (n_stages, n_zones), each different, none with a gap."""
    nothing = np.full_like(problem.current, -1)
    wanted = [problem.current] if problem.scenario.catchments == "current" else [problem.current, nothing]
    if problem.start is not None:
        wanted.insert(0, problem.start)
    found: list[IntArray] = []
    for plan in (repaired(problem, each) for each in wanted):
        if (plan >= 0).all() and not any((plan == other).all() for other in found):
            found.append(plan)
    return tuple(found)


def repaired(problem: ZoningProblem, plan: IntArray) -> IntArray:
    """Return a plan as it is where it keeps the rules, changed where not, filled where zones have no unit.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    plan : array (n_stages, n_zones)
        Positions of units, −1 where a zone has none.

    Returns
    -------
    array (n_stages, n_zones)
        −1 where no unit can come to a zone.
    """
    if problem.scenario.catchments == "current":
        return _filled(problem)
    found = np.stack([_stage(problem, s, plan[s]) for s in range(len(problem.stages))])
    if nests(problem):
        primary, junior = problem.stages.index("primary"), problem.stages.index("junior")
        found[junior] = _nested(problem, junior, found[primary], found[junior])
    return found


def _filled(problem: ZoningProblem) -> IntArray:
    """Return today's catchments, zones without one at the cheapest unit."""
    plan = problem.current.copy()
    for s in range(len(problem.stages)):
        gaps = np.flatnonzero(plan[s] < 0)
        plan[s, gaps] = _prices(problem, s, plan[s])[gaps].argmin(axis=1)
    return plan


def _prices(problem: ZoningProblem, s: int, plan: IntArray) -> FloatArray:
    """Return what every pair of a stage costs (n_zones, n_units), infinite where it may not be.

    A unit that the plan decides to build stands only where the plan uses it already; today's pairs are always allowed.
    """
    price = np.full((problem.n_zones, len(problem.units)), np.inf)
    of_stage = problem.units_of(problem.stages[s])
    for u in of_stage:
        price[:, u] = problem.arc_cost(s, int(u))
    price[:, of_stage] = np.where(allowed_pairs(problem, s, of_stage), price[:, of_stage], np.inf)
    shut = [u for u in of_stage.tolist() if not _stands(problem, u, plan)]
    known = np.flatnonzero(problem.current[s] >= 0)
    price[known, problem.current[s, known]] = [
        problem.arc_cost(s, int(u))[z] for z, u in zip(known, problem.current[s, known], strict=True)
    ]
    price[:, shut] = np.inf
    price[:, of_stage] = np.where(permitted(problem, s, of_stage), price[:, of_stage], np.inf)
    for zone in problem.shared:
        if zone.stage == s:  # given, whatever stands: its pupils are divided among those that do
            price[zone.zone, zone.units[0]] = 0.0
    return price


def _stands(problem: ZoningProblem, unit: int, plan: IntArray) -> bool:
    """Return whether a unit stands in a plan: surely, or because the plan gives it zones."""
    if not switched_units(problem)[unit]:
        return True
    decided = problem.scenario.small_schools.closed
    closures = problem.projects[
        (problem.projects["kind"] == "closure") & (problem.projects["mode"] == "build")
    ]
    if str(cell(problem.units, "unit", unit)) in decided or unit in set(closures["unit"]):
        return False
    project = cell(problem.units, "project", unit)
    return not project or bool((plan == unit).any())


def _hood(problem: ZoningProblem) -> Neighbourhood:
    roots = anchors(problem)
    if not problem.scenario.contiguity.enabled:
        roots = [np.empty(0, dtype=np.int64) for _ in roots]
    return Neighbourhood(problem.neighbours, tuple(roots))


def _stage(problem: ZoningProblem, s: int, plan: IntArray) -> IntArray:
    price = _prices(problem, s, plan)
    rows = np.arange(problem.n_zones)
    plan = np.where((plan >= 0) & np.isfinite(price[rows, plan]), plan, -1)
    for unit, zone in _asked_homes(problem, s, plan).items():
        if elsewhere(problem).get(unit, unit) != plan[zone]:
            plan[zone] = unit
    return grow_together(_hood(problem), price, plan)


def _asked_homes(problem: ZoningProblem, s: int, plan: IntArray) -> dict[int, int]:
    """Return unit → zone of its site for the units of a stage that stand in a plan."""
    homes = own_homes(problem).items()
    return {
        u: z
        for u, z in homes
        if problem.units["stage"].iat[u] == problem.stages[s] and _stands(problem, u, plan)
    }


def _nested(problem: ZoningProblem, s: int, primary: IntArray, junior: IntArray) -> IntArray:
    """Return junior catchments that are made of whole primary ones: grown like zones, over primary catchments as places."""
    used, place = np.unique(_whole_primaries(problem, primary), return_inverse=True)
    member = sparse.csr_matrix(
        (np.ones(len(place)), (place, np.arange(len(place)))), shape=(len(used), len(place))
    )
    border = sparse.csr_matrix(member @ problem.neighbours @ member.T)
    border.setdiag(0)
    border.eliminate_zeros()
    border.data[:] = 1
    hood = _hood(problem)
    roots = tuple(np.unique(place[r]) if len(r) else r for r in hood.roots)
    price = _prices(problem, s, junior)
    named = [given for given in problem.shared if given.stage == s]
    for given in named:
        price[given.zone, list(given.units)] = 0.0  # in every catchment that it names
    total = np.full((len(used), price.shape[1]), np.inf)
    possible = np.isfinite(price).any(axis=0)
    total[:, possible] = member @ np.where(np.isfinite(price[:, possible]), price[:, possible], 1e12)
    total[total >= 1e12] = np.inf
    pupils = np.maximum(problem.stage_pupils(problem.stages[s]), 0.01)
    known = np.setdiff1d(np.flatnonzero(junior >= 0), problem.shared_in(s))
    votes = np.zeros(total.shape)
    np.add.at(votes, (place[known], junior[known]), pupils[known])
    votes[np.isinf(total)] = -1.0
    best = np.where(votes.max(axis=1) > 0, votes.argmax(axis=1), -1)
    for unit, zone in _asked_homes(problem, s, junior).items():
        if elsewhere(problem).get(unit, unit) != best[place[zone]]:
            best[place[zone]] = unit
    grown = grow_together(Neighbourhood(border, roots), total, best)
    found = np.asarray(grown[place])
    for given in named:
        found[given.zone] = given.units[0]
    return found


def _whole_primaries(problem: ZoningProblem, primary: IntArray) -> IntArray:
    """Return primary catchments by zone, as one those that a shared zone ties: it follows all the units it names to one junior."""
    s = problem.stages.index("primary")
    free = set(problem.shared_in(problem.stages.index("junior")).tolist())
    tied = [zone.units for zone in problem.shared if zone.stage == s and zone.zone not in free]
    ends = np.array([(units[0], other) for units in tied for other in units[1:]], dtype=np.int64).reshape(
        -1, 2
    )
    n = len(problem.units)
    links = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    group = sparse.csgraph.connected_components(links, directed=False)[1]
    return np.where(primary >= 0, group[primary], -1)
