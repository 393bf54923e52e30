"""Prepare what no move changes: pupils by zone, who sits where, rooms, flows of the plan, neighbours, prices."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.layout import Layout
from planning.tables import cell, each
from planning.zoning.answer.layout import (
    Answer,
    continuing_after,
    rooms_of,
    school_limits,
    shared_parts,
    standing_units,
)
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import allowed_pairs
from planning.zoning.problem.locked import left_open
from planning.zoning.problem.sites import anchors, beside, elsewhere, own_homes
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.overflow import OVERFLOW
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.shared import SHARE
from planning.zoning.rules.small_schools import CLOSED


@dataclass(frozen=True)
class Flows:
    """Pupils the plan sends on, by pair of units; of a unit the farthest partner first.

    Parameters
    ----------
    start, end : int array (n_pairs,)
        Units.
    pupils : int array (n_pairs, n_grades, n_years)
        As the plan has them.
    price : float array (n_pairs,)
        Of one pupil a year.
    out, into : tuple of tuple of int
        Pairs that leave, and reach, every unit.
    held : bool array (n_pairs,)
        Whoever was sent over this pair stays there in later years (``enrolled: stay``).
    """

    start: IntArray
    end: IntArray
    pupils: IntArray
    price: FloatArray
    out: tuple[tuple[int, ...], ...]
    into: tuple[tuple[int, ...], ...]
    held: BoolArray


@dataclass(frozen=True)
class SharedRows:
    """Rows of shared zones in the table of zones, which no move changes: stage, unit, tenths of a metre, pupils, moved."""

    stage: IntArray
    zone: IntArray
    unit: IntArray
    tenths: IntArray
    pupils: IntArray
    moved: BoolArray


@dataclass(frozen=True)
class About:
    """What a unit is called."""

    unit: str
    school: str
    name: str
    stage: str


@dataclass(frozen=True)
class Ground:
    """What no move changes.

    Parameters
    ----------
    problem : ZoningProblem
        The problem that the layout answers.
    answer : Answer
        The layout's own decisions.
    stage_of : tuple of int
        Stage of every unit.
    whole, joining : int array (n_zones, n_grades, n_years)
        Pupils placed with their zone, and by how many they grow; shared zones count nobody.
    shares, share_joining : int array (n_units, n_grades, n_years)
        What shared zones bring to every unit.
    sitting : int array (n_units, n_grades, n_years)
        Pupils who stay.
    rooms : int array (n_units, n_years)
    caps : int array (n_units, n_grades, n_years)
    school : int array (n_units,)
        Position of the unit's school in ``limit`` (n_schools, n_years) and ``elsewhere`` (pupils outside the zoning).
    first : int array (n_stages, n_zones)
        Pupils of the first year, shared zones none; ``weight`` (n_stages, n_zones) is what travel is priced with.
    known : bool array (n_stages, n_zones), named : bool array (n_zones, n_units)
        Which zones the reference gives a unit, and which.
    zone_at, unit_at : dict of str to int
        Position by id; ``about`` names the units.
    near : tuple of tuple of int
        Neighbours of every zone. By unit: ``beside`` are the zones of its school, ``roots`` those to which its catchment must hang, ``given`` the
        shared zones that name it.
    released : set of (int, int)
        Stages and zones whose lock stems from a move that was settled: another move may follow it, and takes the lock along.
    reshared : bool
        Whether other units share other zones than in the plan before the first move.
    """

    problem: ZoningProblem
    answer: Answer
    stage_of: tuple[int, ...]
    rows_of: tuple[IntArray, ...]
    whole: IntArray
    joining: IntArray
    shares: IntArray
    share_joining: IntArray
    sitting: IntArray
    rooms: IntArray
    caps: IntArray
    classes: IntArray
    school: IntArray
    limit: FloatArray
    elsewhere: IntArray
    first: IntArray
    weight: FloatArray
    is_shared: BoolArray
    known: BoolArray
    named: BoolArray
    flows: Flows
    shared_rows: SharedRows
    near: tuple[tuple[int, ...], ...]
    beside: tuple[frozenset[int], ...]
    roots: tuple[frozenset[int], ...]
    given: tuple[frozenset[int], ...]
    constant: dict[str, float]
    zone_at: dict[str, int]
    unit_at: dict[str, int]
    about: tuple[About, ...]
    released: frozenset[tuple[int, int]] = frozenset()
    reshared: bool = False

    @property
    def had_catchments(self) -> bool:
        """Whether the reference gives any zone a unit, so that pupils can be moved at all."""
        return bool(self.known.any())

    @cached_property
    def zone_ids(self) -> tuple[str, ...]:
        """Ids of the zones in order: one is at hand at once, unlike in a column of text."""
        return tuple(self.zone_at)

    @cached_property
    def unlocked(self) -> tuple[BoolArray, ...] | None:
        """Return for every stage which pairs the locks of the scenario leave open (n_zones, n_units); ``None`` without locks."""
        problem = self.problem
        return tuple(left_open(problem, s) for s in range(len(problem.stages))) if problem.locks else None

    def locked(self, s: int, zone: int, unit: int) -> bool:
        """Return whether a lock keeps a zone from a unit."""
        return self.unlocked is not None and not self.unlocked[s][zone, unit]

    @cached_property
    def own_zones(self) -> dict[int, tuple[int, int]]:
        """Return unit → the zone of its site, and who may hold that: the unit that has it today, else itself."""
        other = elsewhere(self.problem)
        return {u: (zone, other.get(u, u)) for u, zone in own_homes(self.problem).items()}

    @cached_property
    def allowed(self) -> tuple[BoolArray, ...]:
        """Return for every stage which pairs no rule forbids (n_zones, n_units); of other stages all."""
        found = []
        for s, stage in enumerate(self.problem.stages):
            of_stage = self.problem.units_of(stage)
            pairs = np.ones((self.problem.n_zones, len(self.stage_of)), dtype=bool)
            pairs[:, of_stage] = allowed_pairs(self.problem, s, of_stage)
            found.append(pairs)
        return tuple(found)


def prepare(problem: ZoningProblem, answer: Answer, reference: Layout | None = None) -> Ground:
    """Prepare a layout for moves; ``reference`` is what moved pupils are counted against (today's catchments without it)."""
    stage_of = tuple(problem.stages.index(str(s)) for s in problem.units["stage"])
    rows_of = tuple(np.array(problem.rows(s)) for s in problem.stages)
    schools = list(dict.fromkeys(problem.units["school"].astype(str)))
    n, years = len(problem.units), range(len(problem.years))
    limits = school_limits(problem, answer)
    carried = problem.carried.groupby("school")["pupils"].sum()
    known, named = _reference(problem, reference)
    return Ground(
        problem=problem,
        answer=answer,
        stage_of=stage_of,
        rows_of=rows_of,
        sitting=_whole_numbers(continuing_after(problem, answer)),
        rooms=np.array([[rooms_of(problem, answer, u, t) for t in years] for u in range(n)], dtype=np.int64),
        caps=_whole_numbers(problem.caps[np.array(stage_of)]),
        classes=_by_unit(problem, dict(answer.of(CLASSES))),
        school=np.array([schools.index(str(s)) for s in problem.units["school"]], dtype=np.int64),
        limit=np.array([[limits[s, year] for year in problem.years] for s in schools]),
        elsewhere=np.array([int(carried.get(s, 0)) for s in schools], dtype=np.int64),
        known=known,
        named=named,
        flows=_flows(problem, answer),
        near=_adjacent(problem),
        beside=tuple(beside(problem, u) for u in range(n)),
        zone_at={str(z): i for i, z in enumerate(problem.zones)},
        unit_at={str(u): j for j, u in enumerate(problem.units["unit"])},
        about=tuple(
            About(str(r.unit), str(r.school), str(r.name), str(r.stage)) for r in each(problem.units)
        ),
        **_sharing(problem, answer, known, named),
    )


def with_sharing(ground: Ground, problem: ZoningProblem, answer: Answer) -> Ground:
    """Return the same ground where other units share other zones: ``problem`` and ``answer`` differ in nothing else."""
    return replace(
        ground,
        problem=problem,
        answer=answer,
        reshared=True,
        **_sharing(problem, answer, ground.known, ground.named),
    )


def _sharing(problem: ZoningProblem, answer: Answer, known: BoolArray, named: BoolArray) -> dict[str, Any]:
    """Return what depends on who shares which zones."""
    is_shared = np.zeros((len(problem.stages), problem.n_zones), dtype=bool)
    for zone in problem.shared:
        is_shared[zone.stage, zone.zone] = True
    rows_of = [problem.rows(s) for s in problem.stages]
    first = np.stack([problem.pupils[:, rows, 0].sum(axis=1) for rows in rows_of]).astype(np.int64)
    weight = np.stack([np.maximum(problem.stage_pupils(s), 0.01) for s in problem.stages])
    shares, joined = _shares(problem, answer)
    given: list[set[int]] = [set() for _ in range(len(problem.units))]
    for zone in problem.shared:
        for u in zone.units:
            given[u].add(zone.zone)
    return {
        "whole": _whole_numbers(problem.whole(problem.pupils)),
        "joining": _whole_numbers(problem.whole(problem.joining())),
        "shares": shares,
        "share_joining": joined,
        "first": np.where(is_shared, 0, first),
        "weight": np.where(is_shared, 0.0, weight),
        "is_shared": is_shared,
        "shared_rows": _shared_rows(problem, answer, known, named),
        "roots": tuple(frozenset(r.tolist()) for r in anchors(problem)),
        "given": tuple(map(frozenset, given)),
        "constant": _constant(problem, answer),
    }


def _whole_numbers(values: FloatArray) -> IntArray:
    return np.rint(values).astype(np.int64)


def _by_unit(problem: ZoningProblem, values: dict[tuple[Any, ...], float]) -> IntArray:
    found = np.zeros((len(problem.units), problem.school_grades.count, len(problem.years)), dtype=np.int64)
    for (u, g, t), value in values.items():
        found[u, problem.row(g), t] = round(value)
    return found


def _shares(problem: ZoningProblem, answer: Answer) -> tuple[IntArray, IntArray]:
    """Return what shared zones bring to every unit, and by how much that grows from the grade below the year before."""
    shares = np.zeros((len(problem.units), problem.school_grades.count, len(problem.years)), dtype=np.int64)
    joined, grown, share = np.zeros_like(shares), problem.joining(), answer.of(SHARE)
    for (k, u, g, t), value in share.items():
        shares[u, problem.row(g), t] += round(value)
        if grown[problem.shared[k].zone, problem.row(g), t] > 0:
            joined[u, problem.row(g), t] += round(value) - round(share[k, u, g - 1, t - 1])
    return shares, joined


def _reference(problem: ZoningProblem, reference: Layout | None) -> tuple[BoolArray, BoolArray]:
    if reference is None:
        known = np.stack([problem.placed_today(s) for s in range(len(problem.stages))])
        return known, problem.today
    unit = {str(u): j for j, u in enumerate(problem.units["unit"])}
    zone = {str(z): i for i, z in enumerate(problem.zones)}
    stage = {s: k for k, s in enumerate(problem.stages)}
    known = np.zeros((len(problem.stages), problem.n_zones), dtype=bool)
    named = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
    for row in each(reference.assignment):
        if row.zone in zone and row.stage in stage:
            known[stage[row.stage], zone[row.zone]] = True
            if row.unit in unit:
                named[zone[row.zone], unit[row.unit]] = True
    return known, named


def _flows(problem: ZoningProblem, answer: Answer) -> Flows:
    sent: dict[tuple[int, int], IntArray] = defaultdict(
        lambda: np.zeros((problem.school_grades.count, len(problem.years)), dtype=np.int64)
    )
    for (u, v, g, t), value in answer.of(OVERFLOW).items():
        if round(value) > 0:
            sent[u, v][problem.row(g), t] = round(value)
    pairs = sorted(sent, key=lambda pair: (pair[0], -problem.between_m[pair], pair[1]))
    start = np.array([u for u, _ in pairs], dtype=np.int64)
    end = np.array([v for _, v in pairs], dtype=np.int64)
    away = problem.between_m[start, end] if pairs else np.empty(0)
    may_close = set(np.flatnonzero(_may_close(problem)).tolist())
    n = len(problem.units)
    return Flows(
        start,
        end,
        np.array([sent[pair] for pair in pairs], dtype=np.int64).reshape(
            -1, problem.school_grades.count, len(problem.years)
        ),
        problem.scenario.prices.overflow + away / 1000.0,
        tuple(tuple(np.flatnonzero(start == u).tolist()) for u in range(n)),
        tuple(tuple(np.flatnonzero(end == u).tolist()) for u in range(n)),
        np.array([problem.stays() and not {u, v} & may_close for u, v in pairs], dtype=bool),
    )


def _may_close(problem: ZoningProblem) -> BoolArray:
    closures = problem.projects.loc[problem.projects["kind"] == "closure", "unit"]
    closable = problem.units["closable"].to_numpy(dtype=bool)
    return np.asarray(closable | np.isin(np.arange(len(problem.units)), closures))


def _shared_rows(problem: ZoningProblem, answer: Answer, known: BoolArray, named: BoolArray) -> SharedRows:
    """Return the rows that shared zones have in the table of zones."""
    stands = standing_units(problem, answer) if problem.shared else []
    rows = [
        (zone.stage, zone.zone, u, round(sum(parts)))
        for k, zone in enumerate(problem.shared)
        for u, parts in shared_parts(problem, answer, k, stands)
    ]
    stage, z, u, pupils = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return SharedRows(stage, z, u, tenths(problem, z, u), pupils, known[stage, z] & ~named[z, u])


def tenths(problem: ZoningProblem, zones: IntArray, units: IntArray | int) -> IntArray:
    """Return walks in whole tenths of a metre, as the table of zones has them."""
    return np.asarray(np.rint(problem.distance_m[zones, units] * 10.0), dtype=np.int64)


def _adjacent(problem: ZoningProblem) -> tuple[tuple[int, ...], ...]:
    matrix = problem.neighbours
    return tuple(
        tuple(matrix.indices[matrix.indptr[z] : matrix.indptr[z + 1]].tolist())
        for z in range(problem.n_zones)
    )


def _constant(problem: ZoningProblem, answer: Answer) -> dict[str, float]:
    """Return the parts of the price that no move changes: shared zones, money, closings."""
    prices, years, last = problem.scenario.prices, len(problem.years), len(problem.years) - 1
    cost = {
        (k, u): float(problem.pupil_cost(zone.stage, u)[zone.zone]) / years
        for k, zone in enumerate(problem.shared)
        for u in zone.units
    }
    # exact, so that the order in which zones came to be shared shows in no digit
    shared = math.fsum(cost[k, u] * value for (k, u, _, _), value in answer.of(SHARE).items())
    money = sum(
        float(cell(problem.projects, "cost_yuan", k)) / 1e6 * prices.million_yuan
        for (k, t), built in answer.of(BUILT).items()
        if t == last and built > 0.5 and cell(problem.projects, "mode", k) == "choose"
    )
    by_project = set(problem.projects.loc[problem.projects["kind"] == "closure", "unit"])
    closed = sum(1 for (u, _), shut in answer.of(CLOSED).items() if shut > 0.5 and u not in by_project)
    return {
        "shared": shared,
        "money": float(money),
        "closure": -prices.closure_saving * closed / years,
    }
