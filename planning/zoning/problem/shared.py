"""Find the zones that several units share (多校划片), declared today or by the scenario, and propose more."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd

from planning.district import District
from planning.errors import DistrictError, Issue
from planning.layout import Layout
from planning.scenario import Scenario
from planning.scenario.parts import SharedArea
from planning.zoning.problem.problem import SharedZone

PROPOSAL_COLUMNS = ("unit", "other", "stage", "pupils", "distance_m")


def shared_zones(
    district: District, scenario: Scenario, units: pd.DataFrame, zones: pd.Index[Any]
) -> tuple[SharedZone, ...]:
    """Return the zones whose pupils may go to several units.

    Zones whose catchment of today names several (``S001-P;S002-P``) are shared unless ``shared_today`` is off. ``shared`` of the
    scenario declares more: units and zones by name, or units alone: then the zones of their catchments of today. A zone that several
    entries hold goes to all the units these name; two entries never join their other zones.

    Raises
    ------
    DistrictError
        If the scenario names units or zones that do not exist, units of several stages, or units that have no zone today; all at once.
    """
    position = {str(u): j for j, u in enumerate(units["unit"])}
    stage = dict(zip(units["unit"].astype(str), units["stage"], strict=True))
    problems = [p for entry in scenario.shared for p in _wrong(entry, stage, set(zones.astype(str)))]
    if problems:
        raise DistrictError(problems)
    found = []
    for s, name in enumerate(scenario.stages):
        named = named_today(district, name, {u for u, at in stage.items() if at == name})
        declared = _declared(scenario, name, stage, named)
        for z, zone in enumerate(zones.astype(str)):
            several = named.get(zone, ()) if scenario.shared_today else ()
            members = declared.get(zone) or several
            if len(members) > 1:
                found.append(SharedZone(s, z, tuple(position[u] for u in members)))
    empty = [p for entry in scenario.shared for p in _without_zones(entry, district, stage)]
    if empty:
        raise DistrictError(empty)
    return tuple(found)


def named_today(district: District, stage: str, known: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the units of the zoning that the catchment of today of every zone names, in the order of the table."""
    texts = district.zones[f"current_{stage}"]
    given = texts.notna()
    zones, named = district.zones["zone"].astype(str)[given].tolist(), texts[given].tolist()
    return {
        str(zone): tuple(dict.fromkeys(u for part in str(text).split(";") if (u := part.strip()) in known))
        for zone, text in zip(zones, named, strict=True)
    }


def _declared(
    scenario: Scenario, stage: str, stage_of: Mapping[str, str], named: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return the units that the scenario's entries give to zones of a stage, the reference first."""
    found: dict[str, dict[str, None]] = {}
    for entry in scenario.shared:
        members, zones = entry_of(entry)
        if stage_of[members[0]] != stage:
            continue
        chosen = zones or tuple(z for z, units in named.items() if units and set(units) <= set(members))
        for zone in chosen:
            first = [u for u in named.get(zone, ()) if u in members]
            found.setdefault(zone, {}).update(dict.fromkeys((*first, *members)))
    return {zone: tuple(units) for zone, units in found.items()}


def entry_of(entry: tuple[str, ...] | SharedArea) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the units of an entry of ``shared`` and the zones it names (none where it speaks of whole catchments)."""
    return (entry.units, entry.zones) if isinstance(entry, SharedArea) else (entry, ())


def _without_zones(
    entry: tuple[str, ...] | SharedArea, district: District, stage_of: Mapping[str, str]
) -> Iterator[Issue]:
    members, zones = entry_of(entry)
    stage = stage_of[members[0]]
    named = named_today(district, stage, {u for u, at in stage_of.items() if at == stage})
    if not zones and not any(units and set(units) <= set(members) for units in named.values()):
        yield Issue(
            "zoning.shared.none_these_units_catchment_today",
            "scenario",
            column="shared",
            value=", ".join(members),
        )


def _wrong(entry: tuple[str, ...] | SharedArea, stage: dict[str, str], known: set[str]) -> Iterator[Issue]:
    place = {"file": "scenario", "column": "shared"}
    group, zones = entry_of(entry)
    for zone in zones:
        if zone not in known:
            near = difflib.get_close_matches(zone, sorted(known), 1, cutoff=0.4)
            yield Issue(
                "zoning.shared.no_such_zone",
                value=zone,
                mend="zoning.mend.did_you_mean_decided" if near else "",
                near=(near[0]) if near else "",
                **place,
            )
    for unit in group:
        if unit not in stage:
            near = difflib.get_close_matches(unit, list(stage), 1, cutoff=0.4)
            yield Issue(
                "zoning.shared.no_unit_zoning",
                value=unit,
                mend="zoning.mend.did_you_mean_decided" if near else "",
                near=(near[0]) if near else "",
                **place,
            )
    if len(set(group)) < 2 or len({stage[u] for u in group if u in stage}) > 1:
        yield Issue("zoning.shared.expected_two_more_units_one", value=", ".join(group), **place)


def propose_shared(layout: Layout) -> pd.DataFrame:
    """List pairs of units whose catchments could become one: pupils are sent from one to the other because it is full.

    Returns
    -------
    DataFrame
        ``PROPOSAL_COLUMNS``: pupils a year who would then count as enrolled nearby (B13), metres between the units; most
        pupils first.
    """
    flows = layout.overflow
    if flows.empty:
        return pd.DataFrame(columns=list(PROPOSAL_COLUMNS))
    stage = layout.units.drop_duplicates("unit").set_index("unit")["stage"]
    ends = pd.DataFrame({"a": flows["from_unit"].astype(str), "b": flows["to_unit"].astype(str)})
    pairs = flows.assign(unit=ends.min(axis=1), other=ends.max(axis=1))
    years = max(1, layout.units["year"].nunique())
    table = pairs.groupby(["unit", "other"], as_index=False).agg(
        pupils=("pupils", "sum"), distance_m=("distance_m", "first")
    )
    table["pupils"] = (table["pupils"] / years).round(1)
    table["stage"] = table["unit"].map(stage)
    ordered = table.sort_values(["pupils", "unit", "other"], ascending=[False, True, True], ignore_index=True)
    return ordered[list(PROPOSAL_COLUMNS)]
