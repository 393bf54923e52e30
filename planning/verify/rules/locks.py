"""Check that locked zones and frozen units are as the scenario says.

Source: design.md §4 (locks are kept exactly), ``locks`` of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.named import Named
from planning.verify.report import Check, require

RULE = "locks"
COVERS = ("locks",)

Broken = tuple[str, str, str]


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none when the scenario locks nothing."""
    locks, named = evidence.scenario.locks, Named(evidence)
    if locks.zones or locks.not_:
        told = [(z, u, True) for z, u in named.table(locks.zones)]
        told += [(z, u, False) for z, u in named.table(locks.not_)]
        broken = [item for lock in told for item in _pair(evidence, *lock)]
        yield from require(RULE, Text("verify.locks.locked_zones_keep_their_unit"), broken, len(told))
    if locks.frozen:
        units = [named.unit(word) for word in locks.frozen]
        broken = [item for unit in units for item in _frozen(evidence, unit)]
        yield from require(RULE, Text("verify.locks.frozen_catchments_force"), broken, len(units))


def _pair(evidence: Evidence, zone: str, unit: str, wanted: bool) -> Iterator[Broken]:
    """Yield that a zone is not at the unit it is locked to, or at the one it is kept from."""
    rows = evidence.layout.assignment
    stage = evidence.zoned["stage"].get(unit)
    here = rows.loc[(rows["zone"].astype(str) == zone) & (rows["stage"] == stage), "unit"].astype(str)
    at = ", ".join(here) or "none"
    if wanted and set(here) != {unit}:
        yield f"zone {zone}", unit, at
    if not wanted and (here.empty or unit in set(here)):
        yield f"zone {zone}", f"not {unit}", at


def _frozen(evidence: Evidence, unit: str) -> Iterator[Broken]:
    """Yield the zones that a frozen unit has gained or lost; it keeps its part in those it shares in force."""
    stage = evidence.zoned["stage"].get(unit)
    before = {z for (s, z), units in evidence.today.items() if s == stage and unit in units}
    rows = evidence.layout.assignment
    after = set(rows.loc[rows["unit"] == unit, "zone"].astype(str))
    for zone in sorted(before ^ after):
        yield f"unit {unit}, zone {zone}", "in" if zone in before else "out", "in" if zone in after else "out"
    if not before:
        yield f"unit {unit}", "a catchment in force", "none"
