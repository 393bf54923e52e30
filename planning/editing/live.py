"""Hold a layout while it is changed by hand, its figures following every move."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.arrays import IntArray
from planning.district import District
from planning.editing.county import county_figures, measures_of
from planning.editing.figures import CountyFigures, UnitFigures
from planning.editing.ground import Ground, prepare
from planning.editing.journal import Journal, Move, Step, units_named
from planning.editing.requests import check_moves, stands
from planning.editing.sharing import Grounds, several, sharing_of
from planning.editing.start import changed_titles, no_fit
from planning.editing.state import State
from planning.editing.taking_up import check_fit, take_up
from planning.errors import LayoutError
from planning.layout import Layout
from planning.scenario import scenario_from_data
from planning.zoning.answer.layout import Answer
from planning.zoning.answer.tabled import answer_of, layout_of
from planning.zoning.build import build_problem
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.overflow import OVERFLOW

_KEPT = 4
"""Catchments after earlier steps that are kept: the next step, one back, and a trial begin there, not at the first step."""

_Reached = tuple[tuple[Step, ...], IntArray, dict[tuple[int, int], tuple[int, ...]]]


class LiveLayout:
    """A layout that is being changed by hand.

    Who was sent on to another school stays sent on as long as the catchment has so many pupils (the farthest school loses first); nobody
    new is sent on. So a shortage that a move causes is seen at the school where it arises. Classes open anew, as well as can be, in
    every unit and year whose pupils changed.

    Parameters
    ----------
    problem : ZoningProblem
        The problem that the layout answers (:func:`planning.zoning.build_problem`).
    layout : Layout
        The plan; where it was edited before, its journal goes on.
    district : District
        The county, with the catchments in force.
    reference : Layout, optional
        What moved pupils are counted against; last year's catchments without it.

    Raises
    ------
    LayoutError
        If the layout and its district do not fit each other, or its journal does not fit its catchments.

    Examples
    --------
    >>> import planning
    >>> from planning.editing import open_live
    >>> county = planning.sample_district()
    >>> live = open_live(planning.solve(county, {"solver": {"time_limit_s": 5}}), county)
    >>> zone = next(z for z in county.zones["zone"] if live.unit_at(z, "primary") == "S1-P")
    >>> changed = live.move([zone], "S2-P", reason="residents asked")
    >>> sorted(changed), live.county().moved_zones
    (['S1-P', 'S2-P'], 0)
    >>> sorted(live.undo()), live.journal.head
    (['S1-P', 'S2-P'], 0)
    """

    def __init__(
        self, problem: ZoningProblem, layout: Layout, district: District, reference: Layout | None = None
    ) -> None:
        self.district = district
        saved, place = answer_of(problem, layout), str(layout.path or layout.name)
        self._unit = {str(u): j for j, u in enumerate(problem.units["unit"])}
        self._zone = {str(z): i for i, z in enumerate(problem.zones)}
        self._stage = {s: k for k, s in enumerate(problem.stages)}
        self._names = problem.units["unit"].astype(str).to_numpy()
        names = zip(
            district.zones["zone"].astype(str), district.zones["name"].fillna("").astype(str), strict=True
        )
        self._zone_name = dict(names)
        self.journal, self.start, origin, answer = take_up(problem, layout, saved, district, place)
        ground = prepare(origin, answer, reference)
        ground = dataclasses.replace(ground, released=self._released(origin, answer))
        self._measures = measures_of(ground, layout, district)
        self.state = State(ground, answer.unit_of)
        self._grounds = Grounds(ground, district, self.state.before)
        self._reached = deque[_Reached](maxlen=_KEPT)
        target = self._at(self.journal)
        self._settle(target)
        fits = sharing_of(self.problem) == sharing_of(problem)
        if not fits or not (self.state.unit_of == saved.unit_of).all():
            raise LayoutError([no_fit(place)])
        check_fit(self.state, problem, layout, place)

    def _released(self, problem: ZoningProblem, answer: Answer) -> frozenset[tuple[int, int]]:
        """Return stages and zones of settled moves that are locked where they are: a later move takes the lock along."""
        moved = {
            (self._stage[step.move.stage], self._zone[zone], self._unit.get(step.move.unit, -1))
            for step in self.journal.earlier
            if step.move.stage in self._stage
            for zone in step.move.zones
            if zone in self._zone
        }
        held = {(k.stage, k.zones[0], k.unit) for k in problem.locks.every if k.part == "zones"}
        return frozenset((s, z) for s, z, u in moved & held if answer.unit_of[s, z] == u)

    # what may be asked

    @property
    def ground(self) -> Ground:
        """What no move changes; another one where other units share zones."""
        return self.state.ground

    @property
    def problem(self) -> ZoningProblem:
        """The problem that the plan answers as it is now: that of the plan, zones shared as the moves say."""
        return self.state.ground.problem

    def units_at(self, zone: str, stage: str) -> tuple[str, ...]:
        """Return the units that a zone belongs to: several where its pupils are shared."""
        key = (self._stage[stage], self._zone[zone])
        units = sharing_of(self.problem).get(key, (int(self.state.unit_of[key]),))
        return tuple(str(self._names[u]) for u in units)

    def owners(self) -> NDArray[Any]:
        """Return the unit of every zone by id (n_stages, n_zones), those that share a zone joined by ``;`` in order."""
        found = self._names[self.state.unit_of]
        for zone in self.problem.shared:
            found[zone.stage, zone.zone] = ";".join(sorted(self._names[list(zone.units)]))
        return found

    def unit_names(self, unit: str) -> tuple[str, ...]:
        """Return the names of the units that a text names, joined by ``;``."""
        names = self.problem.units["name"]
        return tuple(str(names.iat[self._unit[u]]) if u in self._unit else u for u in units_named(unit))

    def unit_at(self, zone: str, stage: str) -> str:
        """Return the unit that a zone belongs to (of a shared zone the first it names)."""
        return str(self._names[self.state.unit_of[self._stage[stage], self._zone[zone]]])

    def catchments(self, stage: str) -> dict[str, str]:
        """Return the unit of every zone in a stage."""
        units = self._names[self.state.unit_of[self._stage[stage]]]
        return dict(zip(map(str, self.problem.zones), map(str, units), strict=True))

    def unit(self, unit: str) -> UnitFigures:
        """Return the figures of a unit."""
        return self.state.figures(self._unit[unit])

    def units(self) -> tuple[UnitFigures, ...]:
        """Return the figures of every unit, in the order of the problem."""
        return tuple(self.state.figures(u) for u in range(len(self._names)))

    def stands(self, unit: int) -> bool:
        """Return whether the unit at a position is open in the last year of the plan."""
        return stands(self.ground, unit)

    def moved(self) -> dict[int, tuple[int, ...]]:
        """Return by position of the stage the positions of the zones that the steps in force moved."""
        found: dict[int, set[int]] = {}
        for stage, zone in self.journal.moved():
            found.setdefault(self._stage[stage], set()).add(self._zone[zone])
        return {s: tuple(sorted(zones)) for s, zones in found.items()}

    def zone_names(self, zones: Iterable[str]) -> tuple[str, ...]:
        """Return the names of zones, the id where one has none."""
        return tuple(self._zone_name.get(z) or z for z in zones)

    def county(self) -> CountyFigures:
        """Return the figures of the whole plan."""
        return county_figures(self.state, self._measures, self.start)

    # what may be done

    def move(
        self, zones: Sequence[str], unit: str, *, reason: str = "", who: str = "", when: str = ""
    ) -> tuple[str, ...]:
        """Give zones to a unit and return the units whose figures changed; :meth:`apply` for several units at once."""
        known = [self._unit[u] for u in units_named(unit) if u in self._unit]
        stage = self.ground.about[known[0]].stage if known else ""
        return self.apply([Move(tuple(zones), stage, unit, reason, who, when)])

    def apply(self, moves: Iterable[Move]) -> tuple[str, ...]:
        """Make moves, one step of the journal each, and return the units whose figures changed.

        Raises
        ------
        LayoutError
            With everything that is wrong: unknown or shared zones, units that are closed or of another stage; nothing is changed then.
        """
        asked = tuple(moves)
        problems = check_moves(self.ground, asked)
        if problems:
            raise LayoutError(problems)
        now: dict[tuple[str, str], str] = {}
        journal = self.journal
        for move in asked:
            keys = [(move.stage, z) for z in move.zones]
            before = {
                z: now.get(k) or ";".join(self.units_at(z, move.stage))
                for z, k in zip(move.zones, keys, strict=True)
            }
            journal = journal.add(move, before)
            now |= dict.fromkeys(keys, move.unit)
        return self._go(journal)

    @contextmanager
    def trial(self, moves: Iterable[Move]) -> Iterator[tuple[str, ...]]:
        """Make moves, yield the units whose figures changed, and take them back without a trace in the journal.

        Raises
        ------
        LayoutError
            With everything that is wrong with the moves (:meth:`apply`).
        """
        journal = self.journal
        changed = self.apply(moves)
        try:
            yield changed
        finally:
            self._go(journal)

    def undo(self) -> tuple[str, ...]:
        """Take the last step back; return the units whose figures changed."""
        return self._go(self.journal.undo())

    def redo(self, branch: int | None = None) -> tuple[str, ...]:
        """Make the step again that was taken back, the newest or the one named; return the units whose figures changed."""
        return self._go(self.journal.redo(branch))

    def go(self, number: int) -> tuple[str, ...]:
        """Go to any step of the journal (0: before the first); return the units whose figures changed."""
        return self._go(self.journal.go(number))

    def resume(self, journal: Journal) -> tuple[str, ...]:
        """Go on with a journal that was kept elsewhere (a draft); return the units whose figures changed.

        Raises
        ------
        LayoutError
            If it began with other catchments, or names zones, units or stages that are not here; nothing is changed then.
        """
        place = str(self.start.run)
        if journal.origin != self.journal.origin:
            raise LayoutError([no_fit(place)])
        try:
            return self._go(journal)
        except KeyError as error:
            raise LayoutError([no_fit(place)]) from error

    def layout(self, name: str | None = None) -> Layout:
        """Return the plan as it is now: an ordinary layout with its journal; unchanged catchments give the tables they came from.

        The bound of the plan it was edited from is kept where it holds for this one too (:meth:`county`).
        """
        figures = self.county()
        price = figures.price
        solved = {
            "objective": round(price.total, 4),
            "bound": figures.bound,
            "gap": None if figures.gap is None else round(figures.gap, 6),
            "seconds": 0.0,
            "stating_seconds": 0.0,
            "solver": "editing",
            "stopped_by": "edited",
            "objective_parts": price.parts(),
            "edited": {
                "from": self.start.run,
                "steps": len(self.journal.path()),
                "zones": len(self.journal.moved()),
                "price_before": self.start.objective,
            },
        }
        made = layout_of(self.problem, self.answer(), solved)
        scenario = dict(made.scenario)
        if self.journal.path() and scenario.get("catchments") == "current":
            scenario["catchments"] = "free"  # they are today's no more
        if self.journal.path():
            scenario |= changed_titles(self.start.title, self.start.title_zh, "edited")
            scenario["locks"] = self._locks_now(scenario["locks"])
        return dataclasses.replace(
            made,
            name=name or made.name,
            scenario=scenario,
            journal={**self.journal.as_data(), "start": self.start.as_data()},
        )

    def _locks_now(self, locks: Any) -> dict[str, Any]:
        """Return the locks of the scenario, those of settled moves where the zones went since."""
        zones = {zone: list(units) for zone, units in locks["zones"].items()}
        for s, z in sorted(self.ground.released):
            name, was = str(self.problem.zones[z]), str(self._names[self.ground.answer.unit_of[s, z]])
            now = str(self._names[self.state.unit_of[s, z]])
            zones[name] = [now if unit == was else unit for unit in zones.get(name, [now])]
        return {**locks, "zones": zones}

    def answer(self) -> Answer:
        """Return the decisions of the plan as it is now."""
        state, flows, grades = self.state, self.ground.flows, self.problem.school_grades.every
        sent = {
            (int(flows.start[p]), int(flows.end[p]), grades[r], t): float(state.sent[p, r, t])
            for p, r, t in np.argwhere(state.sent > 0).tolist()
        }
        classes = {
            (u, grades[r], t): float(state.classes[u, r, t])
            for u, s in enumerate(self.ground.stage_of)
            for r in self.ground.rows_of[s].tolist()
            for t in range(len(self.problem.years))
        }
        values = {**self.ground.answer.values, CLASSES: classes, OVERFLOW: sent}
        return Answer(state.unit_of.copy(), values)

    # how it is done

    def _go(self, journal: Journal) -> tuple[str, ...]:
        target = self._at(journal)
        self.journal = journal
        return self._settle(target)

    def _at(self, journal: Journal) -> tuple[IntArray, Ground]:
        """Return the catchments under the steps in force of a journal, and the ground they stand on."""
        origin, path = self._grounds.origin, journal.path()
        begun: list[_Reached] = [((), origin.answer.unit_of, sharing_of(origin.problem))]
        begun += [kept for kept in self._reached if path[: len(kept[0])] == kept[0]]
        steps, owners, shared = max(begun, key=lambda kept: len(kept[0]))
        found, sharing = owners.copy(), dict(shared)
        for step in path[len(steps) :]:
            s, zones = self._stage[step.move.stage], [self._zone[z] for z in step.move.zones]
            units = tuple(self._unit[u] for u in step.move.units)
            found[s, zones] = units[0]
            for z in zones:
                sharing.pop((s, z), None)
                if len(set(units)) > 1:
                    sharing[s, z] = several(origin.problem, (s, z), units)
        self._reached.append((path, found.copy(), dict(sharing)))
        ground = self._grounds.of(sharing)
        for zone in ground.problem.shared:
            found[zone.stage, zone.zone] = zone.units[0]
        return found, ground

    def _settle(self, target: tuple[IntArray, Ground]) -> tuple[str, ...]:
        return tuple(str(self._names[u]) for u in self.state.settle(*target))


def open_live(
    layout: Layout,
    district: District,
    reference: Layout | None = None,
    *,
    problem: ZoningProblem | None = None,
) -> LiveLayout:
    """Return a layout ready for moves; ``district`` with the catchments in force (see :class:`LiveLayout`)."""
    if problem is None:
        problem = build_problem(district, scenario_from_data(layout.scenario))
    return LiveLayout(problem, layout, district, reference)
