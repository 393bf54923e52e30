"""Hold a zoning problem as arrays: who lives where, which units there are, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.grades import USUAL, Grades
from planning.messages import Words
from planning.scenario import Scenario
from planning.standards import Profile
from planning.zoning.problem.amounts import ResourceLimit
from planning.zoning.problem.held import NO_LOCKS, HeldLocks
from planning.zoning.problem.switched import switched

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True)
class SharedZone:
    """A zone whose pupils may go to any of several units (多校划片): positions of stage, zone and units.

    The first unit is the zone's reference: its item belongs to it, so that every zone still has one unit in the arrays.
    """

    stage: int
    zone: int
    units: tuple[int, ...]


@dataclass(frozen=True)
class ZoningProblem:
    """Everything the rules need, as arrays over zones, units, grades and years.

    Parameters
    ----------
    scenario, profile
        The settings and the standards.
    zones : Index
        Zone ids, ``n_zones``.
    units : DataFrame
        Units of the zoning, by position: ``unit, school, name, stage, kind, locale, ownership, boarding,
        rooms, school_limit, limit_before`` (without the project that
        creates it), ``home`` (zone position), ``project`` (id of the project that creates it, or empty),
        ``closable``.
    carried : DataFrame
        Units outside the zoning (private, county-wide, special): ``unit, grade, pupils, classes`` of the register.
    years : tuple of int
        School years of the plan.
    pupils : array (n_zones, n_grades, n_years)
        Pupils to be placed by catchment; the row of a grade is :meth:`row`.
    continuing : array (n_units, n_grades, n_years)
        Pupils who sit in the unit already and stay (grandfathering).
    caps : array (n_stages, n_grades, n_years)
        Pupils per class.
    distance_m, crosses : array (n_zones, n_units)
        Walking metres (never infinite) and whether the way crosses a barrier.
    unreached : bool array (n_zones, n_units)
        No way over the network: the distance is a straight line with a penalty.
    between_m : array (n_units, n_units)
        Straight line × detour between units, for overflow.
    neighbours : csr matrix (n_zones, n_zones)
        Contiguity.
    current : array (n_stages, n_zones)
        Position of today's unit, −1 where there is none; of a shared zone its reference.
    today : bool array (n_zones, n_units)
        Units that the zone's catchment of today names, one or several.
    exempt : set of (stage_index, zone, unit)
        Zones cut off from their school today: they may stay.
    shared : tuple of SharedZone
        Zones whose pupils are divided among the units they name; other zones of these units are not touched.
    projects : DataFrame
        Projects of the scenario: columns of the table plus ``fixed`` as the scenario decides and ``unit``
        (position of the unit it adds rooms to or closes).
    all_projects : DataFrame
        Every project of the district, chosen for the scenario or not, with ``geometry``.
    resource_limits : tuple per unit
        How many pupils each resource suffices for.
    unit_points : array (n_units, 2)
        Sites in metres.
    zone_locale, zone_township : array (n_zones,)
        Locale and township id of every zone.
    notes : tuple of str
        What the reader of a result must know about distances, demand and neighbours.
    notes_zh : tuple of str
        The same, in Chinese what concerns neighbours.
    bridges : tuple of Bridge
        Places that border no school and where they are joined (:mod:`planning.zoning.build.islands`).
    start : array (n_stages, n_zones), optional
        Position of the unit of every zone in a plan to start from.
    seated : mapping, optional
        Its classes, pupils sent on, shares, projects and closings, as :attr:`planning.zoning.answer.layout.Answer.values`.
    rules : tuple
        Every rule of the problem in order (:class:`planning.zoning.declare.Rule`): those of the package, then what was added.
    locks : HeldLocks
        What the plan must leave as it is.
    school_grades : Grades
        Grades of the county's stages.
    """

    scenario: Scenario
    profile: Profile
    zones: pd.Index[Any]
    units: pd.DataFrame
    carried: pd.DataFrame
    years: tuple[int, ...]
    pupils: FloatArray
    continuing: FloatArray
    caps: FloatArray
    distance_m: FloatArray
    crosses: BoolArray
    unreached: BoolArray
    between_m: FloatArray
    neighbours: sparse.csr_matrix
    current: IntArray
    today: BoolArray
    exempt: frozenset[tuple[int, int, int]]
    shared: tuple[SharedZone, ...]
    projects: pd.DataFrame
    all_projects: pd.DataFrame
    resource_limits: tuple[tuple[ResourceLimit, ...], ...]
    unit_points: FloatArray
    zone_locale: npt.NDArray[Any]
    zone_township: npt.NDArray[Any]
    notes: tuple[Words, ...]
    bridges: tuple[Any, ...] = ()
    start: IntArray | None = None
    seated: Mapping[Any, Mapping[tuple[Any, ...], float]] | None = None
    rules: tuple[Any, ...] = ()
    locks: HeldLocks = NO_LOCKS
    school_grades: Grades = USUAL

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages of the plan, in order."""
        return self.scenario.stages

    @property
    def n_zones(self) -> int:
        """Number of zones."""
        return len(self.zones)

    @property
    def n_items(self) -> int:
        """Number of (stage, zone) pairs that each need a unit."""
        return len(self.stages) * self.n_zones

    @property
    def class_price(self) -> float:
        """Pupil-kilometres that a class costs: nothing where capacity is counted in seats."""
        return 0.0 if self.profile.in_seats else self.scenario.prices.class_

    def grades(self, stage: str) -> tuple[int, ...]:
        """Grades of a stage."""
        return self.school_grades[stage]

    def row(self, grade: int) -> int:
        """Place of a grade in arrays by grade."""
        return self.school_grades.row(grade)

    def rows(self, stage: str) -> list[int]:
        """Places of the grades of a stage in arrays by grade."""
        return self.school_grades.rows(stage)

    def stage_pupils(self, stage: str) -> FloatArray:
        """Return pupils of a stage by zone, mean over the years (n_zones,)."""
        return np.asarray(self.pupils[:, self.rows(stage), :].sum(axis=1).mean(axis=1))

    def stays(self) -> bool:
        """Return whether pupils stay where they sit and there is a second year for them to stay in."""
        return self.scenario.enrolled == "stay" and len(self.years) > 1

    def shared_in(self, stage_index: int) -> IntArray:
        """Return the shared zones of a stage, in order."""
        return np.array([z.zone for z in self.shared if z.stage == stage_index], dtype=np.int64)

    def whole(self, counts: FloatArray) -> FloatArray:
        """Return numbers by zone, grade and year with those of shared zones, which are divided, left out."""
        found = counts.copy()
        for zone in self.shared:
            found[zone.zone, self.rows(self.stages[zone.stage]), :] = 0.0
        return found

    def joining(self) -> FloatArray:
        """Return by how much the pupils to be placed grow from the grade below the year before (n_zones, n_grades, n_years).

        Entry grades and the first year count nobody.
        """
        grown = np.zeros_like(self.pupils)
        grown[:, 1:, 1:] = np.maximum(0.0, self.pupils[:, 1:, 1:] - self.pupils[:, :-1, :-1])
        grown[:, [self.row(entry) for entry in self.school_grades.entries], :] = 0.0
        return grown

    def units_of(self, stage: str) -> IntArray:
        """Positions of the units of a stage."""
        return self._by_stage.get(stage, np.empty(0, dtype=np.int64))

    @cached_property
    def switched(self) -> BoolArray:
        """Which units may be open or not, as the plan decides (n_units,); read only."""
        found = switched(self.units, self.projects)
        found.setflags(write=False)
        return found

    @cached_property
    def _by_stage(self) -> dict[str, IntArray]:
        stages = self.units["stage"].astype(str).to_numpy()
        return {str(s): np.flatnonzero(stages == s) for s in dict.fromkeys(stages)}

    @cached_property
    def _placed(self) -> BoolArray:
        """Which zones have a catchment of today (n_stages, n_zones): asked for every unit, looked up once."""
        return np.stack([self.today[:, self.units_of(stage)].any(axis=1) for stage in self.stages])

    def arc_cost(self, stage_index: int, unit: int) -> FloatArray:
        """Return what assigning each zone to ``unit`` costs, in pupil-kilometres (n_zones,).

        A zone without pupils still prefers its nearest unit, so that maps stay compact; a shared zone costs nothing here, because
        its pupils are priced where they go (rule ``shared``).
        """
        pupils = np.maximum(self.stage_pupils(self.stages[stage_index]), 0.01)
        pupils[self.shared_in(stage_index)] = 0.0
        return np.asarray(pupils * self.pupil_cost(stage_index, unit))

    def pupil_cost(self, stage_index: int, unit: int, zones: IntArray | None = None) -> FloatArray:
        """Return what one pupil of each zone (all, or those at the positions given) who goes to ``unit`` costs, in pupil-kilometres.

        The sum over the rules (:meth:`planning.zoning.declare.Rule.pupil_price`).
        """
        at: Any = slice(None) if zones is None else zones
        cost = np.zeros(self.n_zones if zones is None else len(zones))
        for rule in self.rules:
            price = rule.pupil_price(self, stage_index, unit, at)
            if price is not None:
                cost = cost + price
        return np.asarray(cost)

    def placed_today(self, stage_index: int, zones: Any = slice(None)) -> BoolArray:
        """Return which zones (all, or those at the positions given) have a catchment of today."""
        return np.asarray(self._placed[stage_index, zones])

    def changes(self, stage_index: int, unit: int, zones: Any = slice(None)) -> BoolArray:
        """Return of which zones (all, or those given) today's catchment does not name the unit, where there is one."""
        return np.asarray(self.placed_today(stage_index, zones) & ~self.today[zones, unit])
