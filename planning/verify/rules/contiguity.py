"""Check that every catchment hangs together through neighbouring zones to the zone of its school.

Anchors are the zone of the school; where several units of a stage stand in it, or it is a shared zone, its neighbours too; shared
zones that name the unit, with their neighbours; and zones that hang apart from their school today, which may stay. Source: design.md §4; standards.md §3, §5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pandas as pd
import shapely

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.places import outlines
from planning.verify.report import Check, compare, require, warn

RULE = "contiguity"
COVERS = ("contiguity",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    if not evidence.scenario.contiguity.enabled:
        yield from require(RULE, Text("verify.contiguity.not_asked"), [], 0)
        return
    graph = neighbour_graph(evidence)
    yield from _near(evidence, graph)
    loose = fragments(evidence, graph)
    if evidence.scenario.catchments == "free":
        broken = [(f"unit {u}, zone {z}", "connected to the zone of the school", "apart") for u, z in loose]
        yield from require(
            RULE, Text("verify.contiguity.catchments_connected"), broken, len(evidence.layout.assignment)
        )
    yield from _detached(evidence, graph)
    said = evidence.layout.summary.get("contiguous")
    yield from compare(RULE, Text("verify.contiguity.summary_says_whether_catchments_connected"),
                       pd.Series({"summary.json contiguous": not loose}), pd.Series({"summary.json contiguous": said}))  # fmt: skip


def neighbour_graph(evidence: Evidence) -> nx.Graph[Any]:
    """Return which zones are neighbours under the scenario's settings."""
    return evidence.borders.graph


def fragments(evidence: Evidence, graph: nx.Graph[Any]) -> list[tuple[str, str]]:
    """Return the (unit, zone) pairs that hang apart from the anchors of their catchment."""
    zoned = evidence.zoned
    table = evidence.layout.assignment
    loose = []
    for (unit, stage), group in table.groupby(["unit", "stage"]):
        if unit not in zoned.index or not isinstance(zoned.at[unit, "home"], str):
            continue
        held = _anchors(evidence, graph, str(unit), str(stage))
        for part in nx.connected_components(graph.subgraph(group["zone"])):
            if not part & held:
                loose += [(str(unit), str(z)) for z in sorted(part)]
    return sorted(loose)


def _detached(evidence: Evidence, graph: nx.Graph[Any]) -> Iterator[Check]:
    """Warn of parts of a catchment that hang apart from the zone of its school, though they may: as today, or drawn by hand."""
    zoned, table = evidence.zoned, evidence.layout.assignment
    for (unit, stage), group in table.groupby(["unit", "stage"]):
        home = zoned["home"].get(unit)
        if not isinstance(home, str):
            continue
        held = {home}
        if ((zoned["home"] == home) & (zoned["stage"] == stage)).sum() > 1:
            held |= set(graph.neighbors(home))
        for part in nx.connected_components(graph.subgraph(group["zone"])):
            if not part & held:
                yield warn(RULE, Text("verify.contiguity.part_catchment_hangs_apart_school"),
                           f"unit {unit}, zone {', '.join(sorted(part))}")  # fmt: skip


def _anchors(evidence: Evidence, graph: nx.Graph[Any], unit: str, stage: str) -> set[str]:
    zoned = evidence.zoned
    home = str(zoned.at[unit, "home"])
    given = {zone: units for (at, zone), units in evidence.shared.items() if at == stage}
    mine = {zone for zone, units in given.items() if unit in units}
    held, near = {home} | mine, {home}
    if home in given:
        near |= set(graph.neighbors(home))
    if home in given or ((zoned["home"] == home) & (zoned["stage"] == stage)).sum() > 1:
        held |= set(graph.neighbors(home))
    held |= {k for zone in mine for k in graph.neighbors(zone)}
    own = {
        zone
        for (at, zone), units in evidence.today.items()
        if at == stage and units[:1] == (unit,) and zone not in given
    }
    for part in nx.connected_components(graph.subgraph(own | mine)) if own else ():
        if not part & near:
            held |= part
    return held


def _near(evidence: Evidence, graph: nx.Graph[Any]) -> Iterator[Check]:
    """Neighbours must touch within the tolerance, unless they were joined by hand or for want of a neighbour."""
    shape = outlines(evidence.district.zones, "zone")
    snap = max(evidence.scenario.contiguity.snap_m, 1e-6)
    edges = [(a, b) for a, b, data in graph.edges(data=True) if not data.get("by_hand")]
    gap = [float(shapely.distance(shape[a], shape[b])) for a, b in edges]
    broken = [
        (f"{a}–{b}", f"at most {snap:g} m apart", f"{g:.1f} m")
        for (a, b), g in zip(edges, gap, strict=True)
        if g > snap + 1e-6
    ]
    yield from require(RULE, Text("verify.contiguity.neighbouring_zones_touch"), broken, len(edges))
