"""Keep catchments and everything counted from them, recomputed for the units whose zones changed."""

from __future__ import annotations

import numpy as np

from planning.arrays import IntArray
from planning.editing.figures import UnitFigures
from planning.editing.ground import Ground, tenths
from planning.editing.seating import Home, home_of, seats_of
from planning.editing.sharing import changed_units
from planning.zoning.classes import classes_over


class State:
    """Catchments and what is counted from them.

    Parameters
    ----------
    ground : Ground
        What no move changes.
    unit_of : int array (n_stages, n_zones)
        Catchments of the plan that is edited.
    """

    def __init__(self, ground: Ground, unit_of: IntArray) -> None:
        self.ground = ground
        n, years = len(ground.stage_of), len(ground.problem.years)
        self.unit_of = unit_of.copy()
        self.homes: list[Home] = []
        shape = (n, ground.problem.school_grades.count, years)
        self.living, self.pupils, self.own = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        self.out, self.taken, self.classes, self.short = (np.zeros(shape, dtype=np.int64) for _ in range(4))
        self.sent = ground.flows.pupils.copy()
        self.travel = np.zeros(n)
        self.over = np.zeros(n, dtype=np.int64)
        self.walk = np.stack([tenths(ground.problem, np.arange(len(row)), row) for row in self.unit_of])
        self._known: dict[int, UnitFigures] = {}
        self.before = np.full(shape, -1, dtype=np.int64)
        self.homes = [self._home(u) for u in range(n)]
        for u in range(n):
            self._place(u)
        self.before = self._attending()
        for u in range(n):
            self._seat(u)

    def settle(self, target: IntArray, ground: Ground) -> list[int]:
        """Take over catchments, and the ground they stand on where other units share zones now; return the units whose figures changed."""
        stage, zone = np.nonzero(target != self.unit_of)
        touched = set(self.unit_of[stage, zone].tolist()) | set(target[stage, zone].tolist())
        if ground is not self.ground:
            touched |= changed_units(self.ground, ground)
            self.ground = ground
        if not touched:
            return []
        self.unit_of[stage, zone] = target[stage, zone]
        self.walk[stage, zone] = tenths(self.ground.problem, zone, target[stage, zone])
        reached = set(touched)
        for u in sorted(touched):
            self.homes[u] = self._home(u)
            reached |= self._place(u)
        for u in sorted(reached):
            self._seat(u)
        schools = set(self.ground.school[sorted(reached)].tolist())
        for u in np.flatnonzero(np.isin(self.ground.school, sorted(schools))).tolist():
            self._known.pop(u, None)
        return sorted(reached)

    def _home(self, u: int) -> Home:
        members = np.flatnonzero(self.unit_of[self.ground.stage_of[u]] == u)
        return home_of(self.ground, u, members)

    def _place(self, u: int) -> set[int]:
        """Take over what follows from a unit's zones; return the units that it sends other numbers to now."""
        home, pairs = self.homes[u], list(self.ground.flows.out[u])
        self.living[u] = home.living
        self.travel[u] = home.travel
        differ = (self.sent[pairs] != home.sent).any(axis=(1, 2)) if pairs else np.empty(0, dtype=bool)
        self.sent[pairs] = home.sent
        self.out[u] = home.sent.sum(axis=0)
        return {int(v) for v in self.ground.flows.end[pairs][differ]}

    def _attending(self) -> IntArray:
        taken = np.zeros_like(self.living)
        np.add.at(taken, self.ground.flows.end, self.sent)
        return self.living + self.ground.sitting - self.out + taken

    def _seat(self, u: int) -> None:
        ground = self.ground
        self.taken[u] = self.sent[list(ground.flows.into[u])].sum(axis=0)
        self.own[u] = self.living[u] + ground.sitting[u] - self.out[u]
        self.pupils[u] = self.own[u] + self.taken[u]
        seats = seats_of(ground, u, self.pupils[u], self.before[u])
        self.classes[u], self.short[u] = seats.classes, seats.short
        if not ground.problem.profile.in_seats:  # without classes none is too large
            self.over[u] = int(classes_over(self.pupils[u], self.classes[u], ground.caps[u]).sum())

    def oversize(self) -> IntArray:
        """Return pupils of every school above its limit (n_schools, n_years)."""
        ground = self.ground
        total = np.zeros(ground.limit.shape, dtype=np.int64)
        np.add.at(total, ground.school, self.pupils.sum(axis=1))
        over = total + ground.elsewhere[:, None] - ground.limit
        return np.maximum(0, over).astype(np.int64)

    def oversize_of(self, u: int) -> list[int]:
        """Return by year the pupils of a unit's school above its limit."""
        ground, school = self.ground, self.ground.school[u]
        total = self.pupils[ground.school == school].sum(axis=(0, 1)) + ground.elsewhere[school]
        return [int(n) for n in np.maximum(0, total - ground.limit[school])]

    def figures(self, u: int) -> UnitFigures:
        """Return the figures of a unit."""
        if u not in self._known:
            self._known[u] = _unit_figures(self, u)
        return self._known[u]


def _unit_figures(state: State, u: int) -> UnitFigures:
    ground, problem, home = state.ground, state.ground.problem, state.homes[u]
    rows = ground.rows_of[ground.stage_of[u]]

    def listed(values: IntArray) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(year) for year in values[u, rows].T.tolist())

    last, own = int(state.pupils[u, :, -1].sum()), int(state.own[u, :, -1].sum())
    about = ground.about[u]
    return UnitFigures(
        unit=about.unit,
        school=about.school,
        name=about.name,
        stage=about.stage,
        zones=home.zones,
        years=problem.years,
        grades=problem.grades(about.stage),
        pupils=listed(state.pupils),
        own=listed(state.own),
        taken=listed(state.taken),
        sent=listed(state.out),
        classes=listed(state.classes),
        cap=listed(ground.caps),
        short=listed(state.short),
        rooms=tuple(ground.rooms[u].tolist()),
        oversize=tuple(state.oversize_of(u)),
        mean_walk_m=home.mean_walk_m,
        p95_walk_m=home.p95_walk_m,
        moved_pupils=home.moved_pupils,
        moved_zones=home.moved_zones,
        parts=home.parts,
        apart=tuple(ground.zone_ids[z] for z in home.apart),
        detached=tuple(ground.zone_ids[z] for z in home.detached),
        inside=own / last if last else 1.0,
    )
