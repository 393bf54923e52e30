"""State the locks of a scenario in the exact model (docstrings of the scenario's ``locks``)."""

from __future__ import annotations

from tests.differential.facts import Facts
from tests.differential.programme import Programme


def add_locks(programme: Programme, facts: Facts, x: dict[tuple[int, int], int]) -> None:
    """Hold what is locked; ``x`` are the columns of pairs of zone and unit, and a pair without one is no way."""
    locks, place = facts.scenario.locks, {z: i for i, z in enumerate(facts.zones)}
    unit_at = {u["unit"]: k for k, u in enumerate(facts.units)}

    def is_(i: int, u: int, value: float) -> None:
        programme.row([(x[i, u], 1.0)] if (i, u) in x else [], value, value)

    for table, value in ((locks.zones, 1.0), (locks.not_, 0.0)):
        for zone, units in table.items():
            for name in units:
                is_(place[zone], unit_at[name], value)
    for name in locks.frozen:
        u = unit_at[name]
        stage = facts.units[u]["stage"]
        for i in range(len(facts.zones)):
            shared, mine = facts.shared(stage, i), u in facts.named[stage][i]
            if not shared:
                is_(i, u, float(mine))
            elif mine != (u in shared):  # who shares a zone is given: the unit would gain or lose it
                programme.row([], 1.0, 1.0)
    for stage in facts.stages:
        for tie in locks.together:
            for u in facts.of_stage(stage) if tie.stage in (None, stage) else ():
                first, *rest = [[(x[i, u], 1.0)] if (i, u) in x else [] for i in map(place.get, tie.zones)]
                for other in rest:
                    programme.row([*first, *((c, -w) for c, w in other)], 0.0, 0.0)
        for tie in locks.apart:
            for u in facts.of_stage(stage) if tie.stage in (None, stage) else ():
                programme.row([(x[i, u], 1.0) for i in map(place.get, tie.zones) if (i, u) in x], high=1.0)
