"""Time many-to-many walking distances against plain networkx: python benchmarks/travel.py [--nodes N] [--schools K]."""

from __future__ import annotations

import argparse
import time

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from planning.district.model import District, DistrictInfo
from planning.district.schema import TABLE
from planning.travel import travel_matrix, walking_graph, walking_network, zone_neighbours

CRS = "EPSG:4527"
BLOCK_M = 120.0


def lattice(nodes: int, zones: int, seed: int) -> District:
    """Return a jittered street lattice of about ``nodes`` junctions with square zones, a river and an arterial."""
    rng = np.random.default_rng(seed)
    side = round(nodes**0.5)
    base = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) * BLOCK_M
    at = base + rng.uniform(-25, 25, base.shape)
    across = np.stack([at[:, :-1], at[:, 1:]], axis=2).reshape(-1, 2, 2)
    along = np.stack([at[:-1], at[1:]], axis=2).reshape(-1, 2, 2)
    ends = np.concatenate([across, along])
    roads = pd.DataFrame(
        {"road": [f"R{i}" for i in range(len(ends))], "road_class": "local", "walkable": True}
    )
    roads["crossing"] = rng.random(len(ends)) < 0.1
    cell = side * BLOCK_M / round(zones**0.5)
    steps = np.arange(round(zones**0.5)) * cell
    x, y = (a.ravel() for a in np.meshgrid(steps, steps))
    areas = shapely.box(x, y, x + cell, y + cell)
    extent = side * BLOCK_M
    river = shapely.LineString(
        [(0.31 * extent, -100), (0.34 * extent, 0.5 * extent), (0.31 * extent, extent + 100)]
    )
    arterial = shapely.LineString(at[side // 2])
    tables = {name: empty(name) for name in TABLE}
    tables["roads"] = gpd.GeoDataFrame(roads, geometry=shapely.linestrings(ends), crs=CRS)
    names = [f"Z{i:05d}" for i in range(len(areas))]
    tables["zones"] = gpd.GeoDataFrame({"zone": names}, geometry=areas, crs=CRS)
    tables["barriers"] = gpd.GeoDataFrame(
        {"barrier": ["river", "arterial"], "kind": ["river", "arterial"]}, geometry=[river, arterial], crs=CRS
    )
    return District(info=DistrictInfo("lattice", "Lattice", "格网", 2020, CRS), **tables)


def empty(name: str) -> gpd.GeoDataFrame | pd.DataFrame:
    frame = pd.DataFrame({c.name: pd.Series(dtype="str") for c in TABLE[name].columns})
    return gpd.GeoDataFrame(frame, geometry=[], crs=CRS) if TABLE[name].geometry else frame


def clock(label: str, work):
    begin = time.perf_counter()
    result = work()
    print(f"{label:<58}{time.perf_counter() - begin:9.2f} s", flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--schools", type=int, default=100)
    parser.add_argument("--zones", type=int, default=2_000)
    parser.add_argument(
        "--plain", type=int, default=4, help="schools that plain networkx searches from (0 skips it)"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    district = lattice(options.nodes, options.zones, options.seed)
    rng = np.random.default_rng(options.seed)
    box = district.zones.total_bounds
    at = rng.uniform(box[:2], box[2:], (options.schools, 2))
    schools = gpd.GeoDataFrame(
        geometry=shapely.points(at), index=[f"S{i:03d}" for i in range(options.schools)], crs=CRS
    )
    network = clock("build the network (snapping, barriers, pavements)", lambda: walking_network(district))
    print(f"  {len(network.xy):,} nodes, {len(network.start):,} edges, {len(network.cut):,} roads cut")
    name = f"{len(district.zones):,} zones × {options.schools} schools, network and distances"
    clock(name, lambda: travel_matrix(district, schools))
    clock("zone neighbours with barriers", lambda: zone_neighbours(district))
    if options.plain:
        graph = clock("the same network as a networkx graph", lambda: walking_graph(district))
        sources = list(graph)[:: len(graph) // options.plain][: options.plain]
        begin = time.perf_counter()
        for source in sources:
            nx.single_source_dijkstra_path_length(graph, source, weight="length_m")
        each = (time.perf_counter() - begin) / len(sources)
        print(
            f"{'plain networkx, per school':<58}{each:9.2f} s  (× {options.schools} = {each * options.schools:.0f} s)"
        )


if __name__ == "__main__":
    main()
