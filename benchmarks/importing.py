"""Time the import of a large street extract and of many points: python -m benchmarks.importing [--nodes N] [--points N]."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import shapely

from planning.district.schema import TABLE
from planning.importing.geometry.outlines import cut_parts, voronoi_zones, whole_cells
from planning.importing.geometry.streets import mended_streets
from planning.importing.values.addresses import match_addresses


def write_extract(path: Path, nodes: int, seed: int) -> int:
    """Write a lattice of streets with about so many nodes, rivers and signals; return how many nodes it has."""
    rng = np.random.default_rng(seed)
    side = round(nodes**0.5)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        place = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) * 0.001 + (106.0, 37.5)
        place += rng.uniform(-2e-4, 2e-4, place.shape)
        for k, (x, y) in enumerate(place.reshape(-1, 2)):
            tags = {"highway": "traffic_signals"} if k % 97 == 0 else {}
            writer.add_node(osmium.osm.mutable.Node(id=k + 1, location=(x, y), tags=tags, version=1))
        index = np.arange(side * side).reshape(side, side) + 1
        for k, line in enumerate([*index, *index.T]):
            kind = (
                {"waterway": "river"}
                if k % 50 == 25
                else {"highway": "primary" if k % 10 == 0 else "residential"}
            )
            writer.add_way(osmium.osm.mutable.Way(id=k + 1, nodes=line.tolist(), tags=kind, version=1))
    return side * side


def timed(what: str, size: str, work: Callable[[], object]) -> dict[str, object]:
    """Return the processor and wall seconds of a piece of work, with the peak memory of the process so far."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"what": what, "size": size, "seconds": round(time.perf_counter() - wall, 1),
            "processor seconds": round(time.process_time() - cpu, 1), "peak GiB": round(peak, 2)}  # fmt: skip


def main() -> None:
    """Run every piece and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/importing.csv"))
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "county.osm.pbf"
        nodes = write_extract(path, options.nodes, 1)
        for table in ("roads", "barriers"):
            rows.append(
                timed(
                    f"{table} of an .osm.pbf",
                    f"{nodes} nodes",
                    lambda t=table: mended_streets(path, TABLE[t]),
                )
            )
    points = shapely.points(rng.uniform(0, 40_000, (options.points, 2)))
    towns = shapely.box(
        *np.meshgrid([0, 10_000, 20_000, 30_000], [0, 20_000]),
        *np.meshgrid([10_000, 20_000, 30_000, 40_000], [20_000, 40_000]),
    ).ravel()
    rivers = np.array(
        [shapely.LineString([(x, -1), (x + 500, 40_001)]) for x in (5_000, 17_000, 33_000)], dtype=object
    )
    rows.append(
        timed(
            "outlines around points",
            f"{options.points} points",
            lambda: whole_cells(voronoi_zones(points, cut_parts(towns, rivers, points)), points),
        )
    )
    names = {f"{chr(0x4E00 + i // 500)}{chr(0x5E00 + i % 500)}花园": f"Z{i}" for i in range(2_000)}
    listed = list(names)
    homes = [f"{listed[i % 2_000]}{i % 30}号楼{i}室" for i in range(options.points // 2)]
    rows.append(
        timed(
            "addresses to zones", f"{len(homes)} addresses, 2000 zones", lambda: match_addresses(homes, names)
        )
    )
    measured = pd.DataFrame(rows)
    measured.to_csv(options.out, index=False)
    print(measured.to_string(index=False))


if __name__ == "__main__":
    main()
