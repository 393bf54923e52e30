"""Nest primary catchments in junior ones (对口直升), when the scenario asks for it.

    Σ_j feeds[p,j] = 1                                        every primary unit feeds one junior unit
    x[i,j] ≥ x[i,p] + feeds[p,j] − 1                          zones follow their primary school

Source: standards.md §3 (a primary school feeds one junior school).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pulp
from scipy import sparse

from planning.arrays import BoolArray, IntArray
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell
from planning.zoning.at_hand.growing import item_graph, pair_prices
from planning.zoning.declare import Family, Reason, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine.contiguity.graph import ItemGraph
from planning.zoning.engine.contiguity.grow import grow_together
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import asked_homes, elsewhere

FEEDS = Family("feeds", "decision", ("primary", "junior"), whole=True, most=1.0)
"""Whether a primary unit leads to a junior one."""


def nests(problem: ZoningProblem) -> bool:
    """Return whether the scenario nests primary catchments in junior ones."""
    return problem.scenario.feeder != "off" and set(problem.stages) == {"primary", "junior"}


class Feeder(Rule):
    """Primary catchments nest in junior ones."""

    name, words = "feeder", Text("zoning.rule.feeder")
    families = (FEEDS,)
    setting = "feeder"
    mend = Text("zoning.feeder.set_feeder_off")

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return the pairs that the rows tie: all, as any primary unit may bring its zones to any junior one (n_zones, n_units)."""
        return np.full((problem.n_zones, len(problem.units)), nests(problem))

    def add(self, model: ZoningModel) -> None:
        """Add the variables and rows of this rule."""
        problem, arcs = model.problem, model.arcs
        if not nests(problem):
            return
        of_zone: dict[tuple[str, int], list[int]] = defaultdict(list)
        for a, (zone, unit) in enumerate(zip(arcs.zone.tolist(), arcs.unit.tolist(), strict=True)):
            of_zone[str(cell(problem.units, "stage", unit)), zone].append(a)
        primary, junior = problem.units_of("primary").tolist(), problem.units_of("junior").tolist()
        feeds = {(p, j): model.add(FEEDS, (p, j)) for p in primary for j in junior}
        for p in primary:
            model.require(pulp.LpAffineExpression([(feeds[p, j], 1.0) for j in junior]) == 1, f"feeds_{p}")
        named = {(problem.stages[z.stage], z.zone): z.units for z in problem.shared}
        for zone in range(problem.n_zones):
            reach = {int(arcs.unit[a]): model.x[a] for a in of_zone["junior", zone]}
            for p, x in _members(model, of_zone, named, zone):
                for j in junior:
                    row = [(x, 1.0)] if x is not None else []
                    row.append((feeds[p, j], 1.0))
                    if j in named.get(("junior", zone), ()):
                        continue  # the zone lies in this junior catchment whatever is drawn
                    if j in reach and ("junior", zone) not in named:
                        row.append((reach[j], -1.0))
                    model.require(
                        pulp.LpAffineExpression(row) <= (1 if x is not None else 0), f"feeder_{zone}_{p}_{j}"
                    )

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether primary catchments nest in junior ones."""
        return nests(problem)

    def value(self, problem: ZoningProblem) -> str:
        """Return the setting."""
        return str(problem.scenario.feeder)

    def repair(self, problem: ZoningProblem, plan: IntArray) -> IntArray:
        """Give primary catchments as a whole to the junior unit that most of their pupils had."""
        if not nests(problem):
            return plan
        primary, junior = problem.stages.index("primary"), problem.stages.index("junior")
        found = plan.copy()
        found[primary] = _without_misfits(problem, plan[primary], plan[junior])
        found[junior] = nested(problem, junior, found[primary], plan[junior])
        return found

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that the zone's primary and junior units go together."""
        if not nests(problem):
            return
        stage, other = problem.stages[stage_index], problem.stages[1 - stage_index]
        rows = layout.assignment[["zone", "stage", "unit"]]
        rows = rows[~rows.duplicated(["zone", "stage"], keep=False)]
        both = rows[rows["stage"] == stage].merge(
            rows[rows["stage"] == other], on="zone", suffixes=("", "_other")
        )
        name = str(cell(problem.units, "unit", unit))
        kept = both.loc[both["zone"] == str(problem.zones[zone]), "unit_other"]
        if stage == "junior":
            primary = kept.iloc[0] if len(kept) else ""
            away = (
                (both["unit_other"] == primary)
                & (both["zone"] != str(problem.zones[zone]))
                & (both["unit"] != name)
            )
        else:
            away = (both["unit"] == name) & ~both["unit_other"].isin(kept)
        if len(kept) and away.any():
            yield Reason.of(
                self.name,
                Text("zoning.feeder.primary_catchments_go_one_junior_school"),
                mend=Text("zoning.feeder.move_whole_primary_catchment"),
                about="lines",
            )


RULE = Feeder()


def _members(
    model: ZoningModel,
    of_zone: dict[tuple[str, int], list[int]],
    named: dict[tuple[str, int], tuple[int, ...]],
    zone: int,
) -> list[tuple[int, Any]]:
    """Return the primary units a zone may belong to, with the variable; none where it surely belongs (a shared zone)."""
    if ("primary", zone) in named:
        return [(p, None) for p in named["primary", zone]]
    return [(int(model.arcs.unit[a]), model.x[a]) for a in of_zone["primary", zone]]


def _without_misfits(problem: ZoningProblem, primary: IntArray, junior: IntArray) -> IntArray:
    """Return primary catchments without the zones that may not follow them to the junior unit whose site they hold."""
    p, s = problem.stages.index("primary"), problem.stages.index("junior")
    reach = np.isfinite(pair_prices(problem, s, junior))
    price = pair_prices(problem, p, primary)
    for _ in range(len(problem.units)):
        group = _whole_primaries(problem, primary)
        misfits = np.zeros(problem.n_zones, dtype=bool)
        for unit, zone in asked_homes(problem, s, junior).items():
            misfits |= (group == group[zone]) & ~reach[:, unit]
        misfits[problem.shared_in(p)] = False
        if not misfits.any():
            break
        price[misfits, primary[misfits]] = np.inf
        primary = grow_together(item_graph(problem), price, np.where(misfits, -1, primary))
        if (primary < 0).any():
            break
    return primary


def nested(problem: ZoningProblem, s: int, primary: IntArray, junior: IntArray) -> IntArray:
    """Return junior catchments that are made of whole primary ones: grown like zones, over primary catchments as places."""
    used, place = np.unique(_whole_primaries(problem, primary), return_inverse=True)
    member = sparse.csr_matrix(
        (np.ones(len(place)), (place, np.arange(len(place)))), shape=(len(used), len(place))
    )
    border = sparse.csr_matrix(member @ problem.neighbours @ member.T)
    border.setdiag(0)
    border.eliminate_zeros()
    border.data[:] = 1
    graph = item_graph(problem)
    roots = tuple(np.unique(place[r]) if len(r) else r for r in graph.roots)
    price = pair_prices(problem, s, junior)
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
    for unit, zone in asked_homes(problem, s, junior).items():
        if elsewhere(problem).get(unit, unit) != best[place[zone]]:
            best[place[zone]] = unit if np.isfinite(total[place[zone], unit]) else -1
    grown = grow_together(ItemGraph(border, roots), total, best)
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
