"""Improve the plan: re-optimise the items of a few neighbouring units exactly, everything else fixed.

Large neighbourhood search (Shaw 1998; Pisinger and Ropke 2010; titles in docs/engine.md).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from planning.zoning.engine.construct import with_cuts
from planning.zoning.engine.labels import column_units, label_columns
from planning.zoning.engine.lp.highs import Cancel, run_mip
from planning.zoning.engine.neighbourhoods.partition import Catchments
from planning.zoning.engine.program import BoolArray, FloatArray, IntArray
from planning.zoning.engine.work import CutKey, Plan, Work

MOST_ROOM = 1e9


@dataclass(frozen=True)
class Tried:
    """What a neighbourhood gave: values of its columns, whether it was solved to the end, simplex iterations."""

    values: FloatArray | None
    ended: bool
    effort: int
    seen: tuple[FloatArray, ...] = ()  # other points met on the way, connected or not


class Improver:
    """Neighbourhoods of a few units, chosen where arcs compete, larger when they solve fast and give nothing."""

    def __init__(
        self,
        work: Work,
        cancel: Cancel,
        seed: int,
        threads: int = 1,
        *,
        only: BoolArray | None = None,
        step_seconds: float | None = None,
    ) -> None:
        self.work = work
        self.parameters = work.parameters.neighbourhoods
        self.step_seconds = self.parameters.time_most_s if step_seconds is None else step_seconds
        self.only = only  # arcs that may be taken up; None: all
        self.restart = only is None  # over few arcs there is little to fix at the root: 15 % faster without
        self.cancel = cancel
        self.rng = np.random.default_rng(seed)
        self.units_of = column_units(work)
        self.labels = label_columns(work, self.units_of)
        self.threads = max(1, threads)
        self.pool = ThreadPoolExecutor()  # as many at once as there are threads, which may change
        self.items_target = self.parameters.items_first
        self.credit = np.ones(work.program.n_units)
        self.tried: dict[tuple[int, ...], float] = {}
        self.stale = 0
        self.exact = False
        self.hasty = True
        self.running: dict[Future[Tried], tuple[IntArray, IntArray, bool]] = {}
        self.roots = [set(r.tolist()) for r in work.hood.roots]
        self.catchments = Catchments(work, self.units_of)
        self.steps = 0

    def affinity(self) -> FloatArray:
        """Return how strongly units compete: (n_units, n_units), from reduced costs of the arcs not used."""
        work = self.work
        assert work.best is not None
        arcs = np.flatnonzero((work.item >= 0) & (work.upper > 0.5))
        reduced = np.maximum(0.0, work.reduced[arcs]) if work.reduced is not None else np.abs(work.cost[arcs])
        scale = float(np.quantile(reduced, 0.2)) + 1e-9
        weight = np.exp(-reduced / scale) + 1e-6
        table = np.zeros((work.program.n_units, work.program.n_units))
        np.add.at(table, (work.best.unit_of[work.item[arcs]], work.unit[arcs]), weight)
        table = table + table.T
        np.fill_diagonal(table, 0.0)
        return table

    def excess(self) -> FloatArray:
        """Return what every unit costs above the relaxation: reduced costs of what the plan uses (n_units,).

        They sum to the distance between plan and relaxation, so neighbourhoods start where there is something to gain.
        """
        work = self.work
        assert work.best is not None
        if work.reduced is None:
            return np.ones(work.program.n_units)
        values = work.best.values[: len(work.reduced)]
        paid = np.maximum(0.0, work.reduced[: len(values)] * values)
        found = np.array([paid[own].sum() for own in self.labels.columns])
        arcs = np.flatnonzero((work.item[: len(values)] >= 0) & (values > 0.5))
        np.add.at(found, work.unit[arcs], paid[arcs])
        return np.asarray(found + 0.02 * found.mean() + 1e-9)

    def choose(self, banned: BoolArray) -> IntArray:
        """Return the units of the next neighbourhood, none of them banned."""
        work = self.work
        assert work.best is not None
        table = self.affinity()
        table[banned] = 0.0
        table[:, banned] = 0.0
        size = np.bincount(work.best.unit_of, minlength=work.program.n_units)
        hurt = np.setdiff1d(self.broken_units(), np.flatnonzero(banned))
        chosen: list[int] = []
        worth = self.excess()
        for _ in range(self.parameters.choices):
            chance = np.where(banned, 0.0, self.credit * worth)
            if chance.sum() <= 0:
                return np.empty(0, dtype=np.int64)
            seed = int(
                self.rng.choice(hurt) if len(hurt) else self.rng.choice(len(chance), p=chance / chance.sum())
            )
            chosen = (
                self._towards_room(seed, banned)
                if len(hurt) and self.rng.random() < self.parameters.slack_chance
                else []
            )
            chosen = chosen or self._around_unit(seed, table, size)
            if self.tried.get((int(self.exact), *sorted(chosen)), np.inf) > work.best.objective + 1e-9:
                break
            self.items_target *= self.parameters.retry_growth
        self.credit[chosen[0]] *= 0.5
        if self.credit.max() < 1e-3:
            self.credit[:] = 1.0
        return np.array(sorted(chosen), dtype=np.int64)

    def _around_unit(self, seed: int, table: FloatArray, size: IntArray) -> list[int]:
        chosen, items = [seed], int(size[seed])
        pull = table[seed].copy()
        while True:
            pull[chosen] = 0.0
            noisy = pull * self.rng.exponential(1.0, len(pull))
            nxt = int(np.argmax(noisy))
            if noisy[nxt] <= 0.0 or (len(chosen) >= 2 and items + size[nxt] > self.items_target):
                return chosen
            chosen.append(nxt)
            items += int(size[nxt])
            pull = pull + table[nxt]

    def _towards_room(self, seed: int, banned: BoolArray) -> list[int]:
        """Return the units on a way from a unit whose rows are broken to one with room: what is too much moves along it."""
        work = self.work
        assert work.best is not None
        room = self._room()
        room[banned] = 0.0
        if room.sum() <= 0.0:
            return []
        edges = work.hood.graph.tocoo()
        a, b = work.best.unit_of[edges.row], work.best.unit_of[edges.col]
        across = (a != b) & ~banned[a] & ~banned[b]
        pairs = np.unique(a[across] * len(room) + b[across])
        length = self.rng.exponential(1.0, len(pairs)) + self.parameters.path_step_least
        graph = sparse.csr_matrix((length, (pairs // len(room), pairs % len(room))), shape=(len(room),) * 2)
        away, before = csgraph.dijkstra(graph, indices=seed, return_predecessors=True)
        chance = np.where(np.isfinite(away), room * np.exp(-away), 0.0)
        chance[seed] = 0.0
        if chance.sum() <= 0.0:
            return []
        way = [int(self.rng.choice(len(room), p=chance / chance.sum()))]
        while way[-1] != seed:
            way.append(int(before[way[-1]]))
        return way

    def _room(self) -> FloatArray:
        """Return how far every unit is from the limits that may be broken in passing (n_units,)."""
        work = self.work
        assert work.best is not None
        slack = np.minimum(work.row_upper - work.matrix @ work.best.values, MOST_ROOM)
        room = np.full(work.program.n_units, np.inf)
        for c in np.flatnonzero(work.elastic).tolist():
            own = self.units_of[c]
            if len(own) == 1:
                row = work.matrix.indices[work.matrix.indptr[c]]
                unit = next(iter(own))
                room[unit] = min(room[unit], max(0.0, slack[row]))
        return np.where(np.isfinite(room), room, 0.0)

    def broken_units(self) -> IntArray:
        """Return the units whose rows the best plan breaks."""
        work = self.work
        assert work.best is not None
        if work.best.broken <= 0:
            return np.empty(0, dtype=np.int64)
        used = set(np.flatnonzero(work.elastic & (work.best.values > 1e-9)).tolist())
        return np.array(
            [u for u, own in enumerate(self.labels.columns) if used.intersection(own.tolist())],
            dtype=np.int64,
        )

    def free_columns(self, units: IntArray) -> IntArray:
        """Return the columns that a neighbourhood sets free."""
        work = self.work
        assert work.best is not None
        inside = np.zeros(work.program.n_units, dtype=bool)
        inside[units] = True
        items = inside[work.best.unit_of]
        arcs = (work.item >= 0) & items[work.item] & inside[work.unit]
        arcs &= (work.upper > 0.5 if self.only is None else self.only) | (work.best.values > 0.5)
        return np.union1d(np.flatnonzero(arcs), self.labels.touching(units))

    def step(self) -> bool:
        """Re-optimise neighbourhoods (as many at once as there are threads); return whether the plan improved."""
        work = self.work
        assert work.best is not None
        before, base, wholly = work.best.objective, work.best, self.exact
        # ways and exact steps in turn as soon as ways give little: each finds what the other cannot
        stalled = self.stale >= max(self.parameters.exact_after_steps, work.program.n_units // 3)
        exact = self.exact = wholly or (stalled and self.steps % 2 == 1)
        self.hasty = self.work.gap() > self.parameters.rough_above_gap and not exact and not stalled
        act = self.reoptimise if exact else self.reroute
        while len(self.running) < self.threads and self._submit(act, base):
            pass
        self.exact = wholly
        if not self.running:
            return False
        done, _ = wait(self.running, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=list(self.running).index):
            self._take(*self.running.pop(future), future.result())
        self.steps += 1
        if self.steps % work.parameters.partition.every_steps == 0:
            self._partition()
        return work.best.objective < before - 1e-9 * abs(before)

    def _submit(self, act: Callable[..., Tried], base: Plan) -> bool:
        """Start on a neighbourhood that shares nothing with those under way; return whether there was one."""
        taken = np.zeros(len(self.work.cost), dtype=bool)
        banned = np.zeros(self.work.program.n_units, dtype=bool)
        for columns, units, _ in self.running.values():
            taken[columns] = True
            banned[units] = True
        units = self.choose(banned)
        if not len(units):
            return False
        columns = self.free_columns(units)
        columns = columns[~taken[columns]]
        future = self.pool.submit(act, base, columns, units, int(self.rng.integers(1 << 30)))
        self.running[future] = (columns, units, self.exact)
        return True

    def drain(self) -> None:
        """Wait for the neighbourhoods under way: columns may change places afterwards."""
        wait(self.running)
        for future in list(self.running):
            self._take(*self.running.pop(future), future.result())

    def _partition(self) -> None:
        """Recombine the catchments seen."""
        values = self.catchments.recombine(self.cancel, self.steps)
        if values is not None and self.work.offer(values, "partition"):
            self.stale = 0

    def _take(self, columns: IntArray, units: IntArray, exact: bool, tried: Tried) -> None:
        work = self.work
        assert work.best is not None
        improved = False
        for point in tried.seen:
            values = work.best.values.copy()
            values[columns] = point
            self.catchments.record(values, units)
        if tried.values is not None:
            values = work.best.values.copy()
            values[columns] = tried.values
            self.catchments.record(values, units)
            improved = work.offer(values, "improve")
        if tried.ended and not improved:
            self.tried[(int(exact), *units.tolist())] = work.best.objective
        if improved:
            self.credit[units] = 1.0
            self.stale = 0
        else:
            self.stale += 1
        share = self.parameters.rough_effort if self.hasty else 1.0
        if not tried.ended or tried.effort > share * self.parameters.effort_most:
            self.items_target = max(
                self.parameters.items_least, self.parameters.shrinkage * self.items_target
            )
        elif tried.effort < share * self.parameters.effort_least:
            most = float(work.program.n_items) / self.threads
            self.items_target = min(most, self.parameters.growth * self.items_target)

    def reoptimise(self, base: Plan, columns: IntArray, units: IntArray, seed: int) -> Tried:
        """Solve over some columns, adding separators until the answer hangs together."""
        work = self.work
        inside = set(units.tolist())
        pool = [k for k in list(work.cuts) if k[0] in inside] + self._around(columns)
        known = set(pool)
        effort, kept = 0, base
        met: list[FloatArray] = []
        for _ in range(self.parameters.separation_rounds):
            if self.cancel.over():
                break
            seen: list[FloatArray] = []
            found = run_mip(
                with_cuts(work, columns, base.values, pool),
                self.cancel.within(self.step_seconds),
                start=kept.values[columns],
                nodes=self.parameters.nodes,
                gap=self.parameters.gap_exact,
                seed=seed,
                on_solution=seen.append,
                restart=self.restart,
            )
            effort += found.iterations
            points = [] if found.values is None else [found.values, *reversed(seen)]
            met += seen
            fresh: list[CutKey] = []
            for point in points:
                values = base.values.copy()
                values[columns] = point
                plan = work.plan_of(values)
                if plan.objective >= kept.objective - 1e-9 * abs(kept.objective):
                    break
                cuts = work.cuts_against(plan.unit_of)
                if not cuts:
                    kept = plan
                    break
                fresh += work.remember(cuts, known)
            if not fresh or effort > 3 * self.parameters.effort_most:
                return Tried(kept.values[columns], not fresh and found.finished, effort, tuple(met))
            pool += fresh
        return Tried(kept.values[columns], False, effort, tuple(met))

    def reroute(self, base: Plan, columns: IntArray, units: IntArray, seed: int) -> Tried:
        """Solve over some columns with ways from the anchors that the present catchments use: always connected."""
        work = self.work
        keys: list[CutKey] = []
        free = columns[work.item[columns] >= 0]
        for u in units.tolist():
            if work.hood.asked[u]:
                usable = np.zeros(work.hood.n, dtype=bool)
                usable[work.item[free[work.unit[free] == u]]] = True
                share = (base.unit_of == u).astype(float)
                keys += [(u, i, gate) for i, gate in work.hood.ways(u, share, usable)]
        seen: list[FloatArray] = []
        found = run_mip(
            with_cuts(work, columns, base.values, keys),
            self.cancel.within(self.step_seconds),
            start=base.values[columns],
            nodes=self.parameters.rough_nodes if self.hasty else self.parameters.nodes,
            gap=self.parameters.rough_gap if self.hasty else self.parameters.gap_connected,
            seed=seed,
            on_solution=seen.append if self.catchments.separable else None,
            restart=self.restart,
        )
        return Tried(found.values, found.finished, found.iterations, tuple(seen))

    def _around(self, columns: IntArray) -> list[CutKey]:
        """Return the plainest separators of the free arcs: the neighbours of the item."""
        work, hood = self.work, self.work.hood
        found = []
        for c in columns[work.item[columns] >= 0].tolist():
            item, unit = int(work.item[c]), int(work.unit[c])
            if not hood.asked[unit] or item in self.roots[unit]:
                continue
            gate = hood.indices[hood.indptr[item] : hood.indptr[item + 1]]
            found.append((unit, item, tuple(gate[work.arc_at[gate, unit] >= 0].tolist())))
        return found


def patience_of(work: Work) -> int:
    """Return after how many steps without gain improvement counts as stuck; soon where one neighbourhood holds everything."""
    parameters = work.parameters.neighbourhoods
    if work.program.n_items <= parameters.items_first:
        return parameters.patience_steps_whole
    return parameters.patience_steps + parameters.patience_steps_per_unit * work.program.n_units
