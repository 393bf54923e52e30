"""Improve the plan: re-optimise the items of a few neighbouring units exactly, everything else fixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.zoning.engine.construct import restricted, with_cuts
from planning.zoning.engine.graph import Cut
from planning.zoning.engine.highs import Cancel, Found, run_mip
from planning.zoning.engine.program import FloatArray, IntArray
from planning.zoning.engine.work import Work

LABEL_ROUNDS = 4
LABEL_MOST = 4
CUT_ROUNDS = 10
NODES = 400
ITEMS_FIRST = 80
ITEMS_MOST = 500


@dataclass
class Labels:
    """Which units every column outside the arcs speaks of: ``table[column]`` is a set of units."""

    columns: list[IntArray]

    def touching(self, units: IntArray) -> IntArray:
        """Return the columns that speak of any of the units."""
        return np.unique(np.concatenate([self.columns[u] for u in units.tolist()]))


def label_columns(work: Work) -> Labels:
    """Find out which units the other columns belong to, by following the rows from the arcs.

    A row whose arcs lead to one unit only speaks of this unit; columns take the units of their rows; a column of
    too many units is global and stays with nobody, unless no row ever says whose it is (then with everybody).
    """
    rows = work.matrix.tocsr()
    n_cols = len(work.cost)
    units: list[set[int]] = [set() for _ in range(n_cols)]
    for c in np.flatnonzero(work.item >= 0).tolist():
        units[c] = {int(work.unit[c])}
    settled = work.item >= 0
    spoken: list[set[int]] = [set() for _ in range(rows.shape[0])]
    for _ in range(LABEL_ROUNDS):
        for r in range(rows.shape[0]):
            said: set[int] = set()
            for c in rows.indices[rows.indptr[r] : rows.indptr[r + 1]].tolist():
                if settled[c]:
                    said |= units[c]
                    if len(said) > LABEL_MOST:
                        break
            spoken[r] = said if len(said) <= LABEL_MOST else set()
        fresh = []
        for c in np.flatnonzero(~settled).tolist():
            for r in work.matrix.indices[work.matrix.indptr[c] : work.matrix.indptr[c + 1]].tolist():
                units[c] |= spoken[r]
            if units[c]:
                fresh.append(c)
        if not fresh:
            break
        settled[fresh] = True
    everybody = [c for c in np.flatnonzero(work.item < 0).tolist() if not units[c]]
    table: list[list[int]] = [list(everybody) for _ in range(work.program.n_units)]
    for c in np.flatnonzero(work.item < 0).tolist():
        for u in units[c]:
            table[u].append(c)
    return Labels([np.array(sorted(t), dtype=np.int64) for t in table])


class Improver:
    """Neighbourhoods of a few units, chosen where arcs compete, larger when they solve fast and give nothing."""

    def __init__(self, work: Work, cancel: Cancel, seed: int) -> None:
        self.work = work
        self.cancel = cancel
        self.rng = np.random.default_rng(seed)
        self.labels = label_columns(work)
        self.n_labelled = len(work.cost)
        self.items_target = ITEMS_FIRST
        self.credit = np.ones(work.program.n_units)
        self.tried: dict[tuple[int, ...], float] = {}
        self.stale = 0

    def refresh(self) -> None:
        """Follow the columns that joined meanwhile (arcs only: labels of the others stay)."""
        self.n_labelled = len(self.work.cost)

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

    def choose(self) -> IntArray:
        """Return the units of the next neighbourhood."""
        work = self.work
        assert work.best is not None
        table = self.affinity()
        size = np.bincount(work.best.unit_of, minlength=work.program.n_units)
        for _ in range(20):
            seed = int(self.rng.choice(len(self.credit), p=self.credit / self.credit.sum()))
            chosen = [seed]
            items = int(size[seed])
            pull = table[seed].copy()
            while True:
                pull[chosen] = 0.0
                noisy = pull * self.rng.exponential(1.0, len(pull))
                nxt = int(np.argmax(noisy))
                if noisy[nxt] <= 0.0 or (len(chosen) >= 2 and items + size[nxt] > self.items_target):
                    break
                chosen.append(nxt)
                items += int(size[nxt])
                pull = pull + table[nxt]
            key = tuple(sorted(chosen))
            if self.tried.get(key, np.inf) > work.best.objective + 1e-9:
                break
        self.credit[seed] *= 0.5
        if self.credit.max() < 1e-3:
            self.credit[:] = 1.0
        return np.array(sorted(chosen), dtype=np.int64)

    def free_columns(self, units: IntArray) -> IntArray:
        """Return the columns that a neighbourhood sets free."""
        work = self.work
        assert work.best is not None
        inside = np.zeros(work.program.n_units, dtype=bool)
        inside[units] = True
        items = inside[work.best.unit_of]
        arcs = (work.item >= 0) & items[work.item] & inside[work.unit]
        arcs &= (work.upper > 0.5) | (work.best.values > 0.5)
        return np.union1d(np.flatnonzero(arcs), self.labels.touching(units))

    def step(self) -> bool:
        """Re-optimise one neighbourhood; return whether the plan improved."""
        work = self.work
        assert work.best is not None
        units = self.choose()
        before = work.best.objective
        columns = self.free_columns(units)
        ended = self.reoptimise(columns, units)
        improved = work.best.objective < before - 1e-9 * abs(before)
        if ended and not improved:
            self.tried[tuple(units.tolist())] = work.best.objective
        self._steer(units, ended, improved)
        return improved

    def _steer(self, units: IntArray, ended: bool, improved: bool) -> None:
        if improved:
            self.credit[units] = 1.0
            self.stale = 0
            return
        self.stale += 1
        if not ended:
            self.items_target = max(30, int(self.items_target * 0.85))
        elif self.stale % 4 == 0:
            self.items_target = min(ITEMS_MOST, int(self.items_target * 1.15) + 1)

    def reoptimise(self, columns: IntArray, units: IntArray) -> bool:
        """Solve over some columns, adding separators until the answer hangs together; return whether solved."""
        work = self.work
        assert work.best is not None
        base = work.best
        reduced_start = base.values[columns]
        pool = [k for k in work.cuts if k[0] in set(units.tolist())]
        for _ in range(CUT_ROUNDS):
            if self.cancel.over():
                return False
            arrays = with_cuts(work, columns, base.values, pool)
            found: Found = run_mip(
                arrays,
                self.cancel.within(20.0),
                start=reduced_start,
                nodes=NODES,
                gap=1e-7,
                seed=int(self.rng.integers(1 << 30)),
            )
            if found.values is None:
                return found.finished
            values = base.values.copy()
            values[columns] = found.values
            plan = work.plan_of(values)
            if plan.objective >= base.objective - 1e-9 * abs(base.objective):
                return found.finished
            cuts: list[Cut] = work.cuts_against(plan.unit_of)
            if not cuts:
                work.offer(values, "improve")
                return found.finished
            pool += work.remember(cuts)
        return False


def _unused() -> None:  # pragma: no cover
    restricted  # noqa: B018
