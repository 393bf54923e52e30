"""Measure a county's ways once: a command takes them from the cache as long as zones, schools, streets and barriers are the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from planning import cache
from planning.arrays import FloatArray
from planning.district.model import District
from planning.travel.matrix import GRID, TravelMatrix, travel_matrix
from planning.version import __version__

KIND = "travel"
_NO_WAY = np.iinfo(np.uint32).max
WORTH_ROADS = 500
"""With fewer roads the ways are measured as fast as they are recalled."""
_NOT_ARRAYS = tuple(
    f.name for f in dataclasses.fields(TravelMatrix) if f.name not in ("distance_m", "crosses_barrier")
)


def remembered_travel(
    district: District,
    places: gpd.GeoDataFrame,
    *,
    mode: Literal["network", "straight"] = "network",
    detour: float = 1.3,
    barriers: bool = True,
) -> TravelMatrix:
    """Return what :func:`planning.travel.travel_matrix` returns, from the cache where the same ways were measured before.

    Parameters
    ----------
    district, places, mode, detour, barriers
        As in :func:`planning.travel.travel_matrix`.

    Returns
    -------
    TravelMatrix
        The same to the last bit.
    """
    key = _key(district, places, (mode, repr(detour), repr(barriers)))
    held = None if key is None else cache.recall(KIND, key)
    found = None if held is None else _restored(held)
    if found is None:
        found = travel_matrix(district, places, mode=mode, detour=detour, barriers=barriers)
        if key is not None:
            cache.keep(KIND, key, _arrays(found))
    return found


def _key(district: District, places: gpd.GeoDataFrame, asked: tuple[str, ...]) -> str | None:
    """Return the digest of all that the ways depend on, the code that measures them included; ``None`` where it is not worth it."""
    if len(district.roads) < WORTH_ROADS or cache.cache_folder() is None:
        return None
    here = Path(__file__).parents[1]
    said = [path.read_bytes() for path in sorted((here / "messages").glob("*/travel.toml"))]
    code = cache.stamp_of_code(here / "travel", here / "messages")
    versions = (m.__version__ for m in (np, pd, gpd, shapely))
    info = json.dumps(dataclasses.asdict(district.info), sort_keys=True, default=str)
    tables = (district.zones[["zone", "geometry"]], places[["geometry"]], district.roads, district.barriers)
    content = [part for table in tables for part in _content(table)]
    return cache.key_of((__version__, code, *versions, *asked, info, *said, *content))


def _content(table: gpd.GeoDataFrame) -> Iterator[bytes]:
    """Yield every cell of a table with its index and the names of its columns."""
    yield json.dumps([list(table.columns), [str(t) for t in table.dtypes], len(table)]).encode()
    yield json.dumps(table.index.astype("str").tolist()).encode()
    for name in table.columns:
        if str(table[name].dtype) == "geometry":
            shapes = shapely.to_wkb(np.asarray(table[name].array, dtype=object))
            yield from (b"" if wkb is None else wkb for wkb in shapes)
        else:
            yield json.dumps(table[name].astype("object").tolist(), default=str).encode()


def _arrays(found: TravelMatrix) -> dict[str, npt.NDArray[Any]]:
    about = {name: getattr(found, name) for name in _NOT_ARRAYS}
    about |= {name: list(about[name]) for name in ("zones", "schools")}
    raw = json.dumps(about).encode()
    return {
        "distance": _steps(found.distance_m),
        "crosses": np.packbits(found.crosses_barrier),
        "about": np.frombuffer(raw, np.uint8),
    }


def _steps(metres: FloatArray) -> npt.NDArray[Any]:
    """Return distances as whole steps of the measure where they all are (half the room), else as they are."""
    steps = metres * GRID
    steps[np.isinf(metres)] = _NO_WAY
    whole = np.isinf(metres) | ((steps == np.floor(steps)) & (steps < _NO_WAY))
    return steps.astype(np.uint32) if whole.all() else metres


def _metres(kept: npt.NDArray[Any]) -> FloatArray:
    if kept.dtype != np.uint32:
        return np.asarray(kept, dtype=np.float64)
    return np.where(kept == _NO_WAY, np.inf, kept / GRID)


def _restored(held: Mapping[str, npt.NDArray[Any]]) -> TravelMatrix | None:
    """Return the ways that were kept; ``None`` if an entry is not as this version writes it."""
    try:
        about = json.loads(held["about"].tobytes())
        about |= {name: tuple(value) for name, value in about.items() if isinstance(value, list)}
        zones = pd.Index(list(about.pop("zones")), dtype="str", name="zone")
        schools = pd.Index(list(about.pop("schools")), dtype="str", name="school")
        distance = _metres(held["distance"])
        crosses = np.unpackbits(held["crosses"], count=distance.size).astype(bool).reshape(distance.shape)
        return TravelMatrix(zones, schools, distance, crosses, **about)
    except (KeyError, TypeError, ValueError):
        return None
