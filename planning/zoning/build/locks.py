"""Find what the locks of a scenario name, by id or name, and refuse what is unknown or not drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from planning.arrays import BoolArray
from planning.district import District
from planning.district.names import Names, Place
from planning.errors import Issue, ScenarioError
from planning.messages import Text
from planning.scenario import Scenario
from planning.scenario.locks import Locks, Tie
from planning.zoning.build.inputs import written
from planning.zoning.build.units import units_of_projects
from planning.zoning.problem.held import HeldLocks, Lock
from planning.zoning.problem.problem import SharedZone


@dataclass(frozen=True)
class _Open:
    """What is known where locks are looked up."""

    scenario: Scenario
    names: Names
    zone_at: dict[str, int]
    unit_at: dict[str, int]
    unit_stage: tuple[int, ...]
    shared: dict[tuple[int, int], tuple[int, ...]]
    today: BoolArray
    of_projects: frozenset[str]


def held_locks(
    district: District,
    scenario: Scenario,
    units: pd.DataFrame,
    zones: Sequence[str],
    today: BoolArray,
    shared: tuple[SharedZone, ...],
) -> HeldLocks:
    """Return the locks of a scenario as positions of stages, zones and units.

    Parameters
    ----------
    district : District
        The county.
    scenario : Scenario
        The settings, ``locks`` among them.
    units : DataFrame
        Units of the zoning by position.
    zones : sequence of str
        Zone ids by position.
    today : bool array (n_zones, n_units)
        Units that the zone's catchment in force names.
    shared : tuple of SharedZone
        Shared zones: their pupils are divided, so no lock can hold them; a frozen unit has those it has in force.

    Raises
    ------
    ScenarioError
        Unknown or ambiguous names, units that the plan does not draw, shared zones, a zone locked to two units: everything at once.
    """
    more = units[["unit", "school", "name", "stage"]].astype(str).itertuples(index=False, name=None)
    at = _Open(
        scenario,
        Names.of(district, (*more, *units_of_projects(district))),
        {str(z): k for k, z in enumerate(zones)},
        {str(u): k for k, u in enumerate(units["unit"])},
        tuple(scenario.stages.index(str(s)) for s in units["stage"]),
        {(z.stage, z.zone): z.units for z in shared},
        today,
        frozenset(unit for unit, *_ in units_of_projects(district)),
    )
    wrong: list[Issue] = []
    every: list[Lock] = []
    unit_of: dict[tuple[int, int], int] = {}
    for key, z, u in _pairs(at, "zones", scenario.locks.zones, wrong):
        if unit_of.setdefault((at.unit_stage[u], z), u) != u:
            wrong.append(_twice(key, units, unit_of[at.unit_stage[u], z], u))
        every.append(Lock("zones", key, at.unit_stage[u], (z,), u))
    for key, z, u in _pairs(at, "not", scenario.locks.not_, wrong):
        every.append(Lock("not", key, at.unit_stage[u], (z,), u))
    every += _frozen(at, wrong)
    every += _ties(at, "together", scenario.locks.together, wrong)
    every += _ties(at, "apart", scenario.locks.apart, wrong)
    if wrong:
        raise ScenarioError(written(scenario, p) for p in wrong)
    return HeldLocks(tuple(every))


def _problem(key: str, value: str, what: Text, mend: Text | None = None) -> Issue:
    return Issue(what, "scenario", column=f"locks.{key}", value=value, mend=mend)


def _zone(at: _Open, key: str, text: str, wrong: list[Issue]) -> int | None:
    found = at.names.zone(text, Place("scenario", column=f"locks.{key}"))
    if isinstance(found, Issue):
        wrong.append(found)
        return None
    return at.zone_at[found]


def _unit(at: _Open, key: str, text: str, wrong: list[Issue]) -> int | None:
    stages = at.scenario.stages
    place = Place("scenario", column=f"locks.{key}")
    found = at.names.unit(text, place, stages[0] if len(stages) == 1 else None)
    if isinstance(found, Issue):
        wrong.append(found)
        return None
    if found in at.unit_at:
        return at.unit_at[found]
    stage = at.names.units[found][2]
    if stage not in stages:
        wrong.append(
            _problem(
                key,
                text,
                Text("zoning.locks.unit_other_stage_plan_draws_not", stages=stages, stage=stage),
            )
        )
    elif found in at.of_projects:
        wrong.append(_problem(key, text, Text("zoning.locks.project_not_open", last=at.scenario.years[-1])))
    else:
        wrong.append(_problem(key, text, Text("zoning.locks.unit_no_catchment_does_not_admit")))
    return None


def locks_within(locks: Locks, district: District, absent: Collection[str]) -> Locks:
    """Return locks without those on units that do not stand yet: the locks of one phase of a plan, which hold once the unit is there.

    Parameters
    ----------
    locks : Locks
        Those of the whole plan.
    district : District
        The county.
    absent : collection of str
        Ids of the units that no year of the phase has.
    """
    names = Names.of(district, units_of_projects(district))

    def there(units: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(u for u in units if not (found := names.unit_candidates(u)) or set(found) - set(absent))

    def table(given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {zone: left for zone, units in given.items() if (left := there(units))}

    return locks.model_copy(
        update={"zones": table(locks.zones), "not_": table(locks.not_), "frozen": there(locks.frozen)}
    )


def _pairs(
    at: _Open, part: str, table: dict[str, tuple[str, ...]], wrong: list[Issue]
) -> Iterator[tuple[str, int, int]]:
    """Yield key, zone and unit of a table of zones and units; what is wrong is added to ``wrong``."""
    for name, units in table.items():
        key = f"{part}.{name}"
        zone = _zone(at, key, name, wrong)
        for text in units:
            unit = _unit(at, key, text, wrong)
            if zone is None or unit is None:
                continue
            if (at.unit_stage[unit], zone) in at.shared:
                wrong.append(_is_shared(key, name))
            else:
                yield key, zone, unit


def _is_shared(key: str, name: str) -> Issue:
    return _problem(
        key,
        name,
        Text("zoning.locks.pupils_shared_zone_divided_among_units"),
        Text("zoning.locks.take_out_shared_out_locks"),
    )


def _twice(key: str, units: pd.DataFrame, first: int, second: int) -> Issue:
    both = f"{units['unit'].iat[first]}, {units['unit'].iat[second]}"
    return _problem(
        key,
        both,
        Text("zoning.locks.zone_locked_two_units_one_stage"),
        Text("zoning.locks.name_one_them"),
    )


def _frozen(at: _Open, wrong: list[Issue]) -> Iterator[Lock]:
    for k, text in enumerate(at.scenario.locks.frozen):
        key = f"frozen.{k}"
        unit = _unit(at, key, text, wrong)
        if unit is None:
            continue
        if at.today[:, unit].any():
            wrong.extend(_shared_otherwise(at, key, text, unit))
            zones = tuple(np.flatnonzero(at.today[:, unit]).tolist())
            yield Lock("frozen", key, at.unit_stage[unit], zones, unit)
            continue
        wrong.append(
            _problem(
                key,
                text,
                Text("zoning.locks.unit_no_catchment_force_could_frozen"),
                Text("zoning.locks.lock_zones_locks_zones"),
            )
        )


def _shared_otherwise(at: _Open, key: str, text: str, unit: int) -> Iterator[Issue]:
    """Yield the shared zones that a frozen unit would gain or lose: which units share a zone is given, so no plan keeps both."""
    zones = list(at.zone_at)
    for (s, z), members in at.shared.items():
        if s == at.unit_stage[unit] and (unit in members) != bool(at.today[z, unit]):
            way = "gains" if unit in members else "loses"
            yield _problem(
                key,
                text,
                Text(f"zoning.locks.frozen_{way}_shared_zone", zone=zones[z]),
                Text("zoning.locks.take_out_shared_out_locks"),
            )


def _ties(
    at: _Open, part: Literal["together", "apart"], ties: tuple[Tie, ...], wrong: list[Issue]
) -> Iterator[Lock]:
    for k, tie in enumerate(ties):
        key = f"{part}.{k}"
        if tie.stage is not None and tie.stage not in at.scenario.stages:
            wrong.append(_problem(key, tie.stage, Text("zoning.locks.plan_does_not_draw_stage")))
            continue
        named = [(text, _zone(at, key, text, wrong)) for text in tie.zones]
        zones = tuple(dict.fromkeys(z for _, z in named if z is not None))
        if len(zones) < sum(z is not None for _, z in named):
            wrong.append(_problem(key, ", ".join(tie.zones), Text("zoning.locks.zone_named_twice")))
        for s, stage in enumerate(at.scenario.stages):
            if tie.stage in (None, stage):
                wrong.extend(_is_shared(key, text) for text, z in named if (s, z) in at.shared)
                yield Lock(part, key, s, zones)
