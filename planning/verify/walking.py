"""Search the walking ways again, one school at a time, with networkx and whole numbers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely

from planning.travel.access import Access
from planning.travel.matrix import NORM_KINDS, join_homes_and_schools
from planning.travel.network import WalkingNetwork, geometries, walking_network
from planning.verify.evidence import Evidence

_GRID = 1024  # parts of a metre; costs are whole numbers: length in these parts, then crossings
_CROSSINGS = 1 << 20
_EFFORT = 4_000_000  # nodes × schools searched; beyond it schools are sampled evenly


def ways(evidence: Evidence, schools: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """Return walking metres and crossings of barriers, zones × schools, and whether streets were used.

    Unreachable pairs hold ``inf``. With straight lines (by the scenario, or because there are no roads) the
    distance is the straight line × detour.
    """
    setting, district = evidence.scenario.travel, evidence.district
    zones = district.zones["zone"].astype("str").tolist()
    homes = np.asarray(shapely.point_on_surface(geometries(district.zones)))
    sites = geometries(evidence.sites.loc[schools])
    network = walking_network(district, barriers=setting.barriers) if setting.mode == "network" else None
    if network is None or len(network.start) == 0:
        return *_straight(evidence, zones, schools, homes, sites), False
    # homes are joined with every place of the run in view, as parts of the network with a school are preferred
    places = geometries(evidence.sites.loc[sorted(set(evidence.zoned["school"]))])
    at_home, _ = join_homes_and_schools(district, network, homes, places, barriers=setting.barriers)
    _, at_school = join_homes_and_schools(district, network, homes, sites, barriers=setting.barriers)
    graph = _graph(network, at_home, at_school, setting.detour)
    far, over = {}, {}
    for number, school in enumerate(schools):
        cost = (
            nx.single_source_dijkstra_path_length(graph, ("school", number), weight="cost")
            if ("school", number) in graph
            else {}
        )
        reached = [cost.get(("home", row)) for row in range(len(zones))]
        far[school] = [np.inf if c is None else (c // _CROSSINGS) / _GRID for c in reached]
        over[school] = [c is not None and c % _CROSSINGS > 0 for c in reached]
    return pd.DataFrame(far, index=zones), pd.DataFrame(over, index=zones), True


def sample(evidence: Evidence, schools: list[str]) -> list[str]:
    """Return the schools to search from: all, or evenly spread ones where the network is very large."""
    most = max(1, _EFFORT // max(1, 2 * len(evidence.district.roads)))
    return (
        schools
        if len(schools) <= most
        else [schools[i] for i in np.linspace(0, len(schools) - 1, most).astype(int)]
    )


def _straight(
    evidence: Evidence, zones: list[str], schools: list[str], homes: np.ndarray, sites: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    barriers = evidence.district.barriers
    kept = (
        barriers[barriers["kind"].isin(NORM_KINDS)]
        if evidence.scenario.travel.barriers
        else barriers.iloc[:0]
    )
    lines = shapely.union_all(geometries(kept))
    shapely.prepare(lines)
    far = {
        s: shapely.distance(homes, p) * evidence.scenario.travel.detour
        for s, p in zip(schools, sites, strict=True)
    }
    over = {
        s: shapely.intersects(lines, shapely.shortest_line(homes, p))
        for s, p in zip(schools, sites, strict=True)
    }
    return pd.DataFrame(far, index=zones), pd.DataFrame(over, index=zones)


def _graph(network: WalkingNetwork, at_home: Access, at_school: Access, detour: float) -> nx.Graph[Any]:
    """Return the streets with homes and schools joined to them; ``cost`` is a whole number."""
    graph: nx.Graph[Any] = nx.Graph()
    stops: dict[int, list[tuple[float, object]]] = defaultdict(list)
    for name, access in (("home", at_home), ("school", at_school)):
        for number, edge in enumerate(access.edge.tolist()):
            if edge < 0:
                continue
            gate = ("gate", name, number)
            stops[edge].append((float(access.along_m[number]), gate))
            _link(graph, (name, number), gate, access.leg_m[number] * detour, int(access.over[number]))
    for edge in range(len(network.start)):
        over = sum(kind in NORM_KINDS for kind in str(network.barrier[edge]).split(";"))
        a, b, length = int(network.start[edge]), int(network.end[edge]), float(network.length_m[edge])
        _link(graph, a, b, length, over)
        here: tuple[float, object] = (0.0, a)
        for stop in [*sorted(stops.get(edge, ()), key=lambda s: s[0]), (length, b)] if edge in stops else ():
            _link(graph, here[1], stop[1], max(0.0, stop[0] - here[0]), over)
            here = stop
    return graph


def _link(graph: nx.Graph[Any], a: object, b: object, length: float, over: int) -> None:
    cost = round(float(length) * _GRID) * _CROSSINGS + over
    if a != b and cost < graph.get_edge_data(a, b, {"cost": cost + 1})["cost"]:
        graph.add_edge(a, b, cost=cost)
