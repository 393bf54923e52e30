"""Read a district that was read before without parsing it again, as long as no byte of it changed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from planning import cache
from planning.district.model import District, DistrictInfo, Layer
from planning.grades import Grades
from planning.version import __version__

KIND = "district"
TABLES = tuple(f.name for f in dataclasses.fields(District) if f.name not in ("info", "path"))
_NUMBERS = ("int64", "float64", "bool")
MOST_BYTES = 300_000_000
"""A folder with more than this is read anew each time: hashing it, with what else lies there, would cost more than it saves."""
Arrays = Mapping[str, npt.NDArray[Any]]


def remembered_district(path: str | Path) -> District:
    """Return what :func:`planning.read_district` returns, from the cache where the same files were read before.

    Parameters
    ----------
    path : str or Path
        As in :func:`planning.read_district`.

    Returns
    -------
    District
        The same tables to the last bit; checked when they were first read.

    Raises
    ------
    DistrictError
        With everything that is wrong; only districts without a mistake are kept.
    """
    source = Path(path)
    key = _key(source)
    held = None if key is None else cache.recall(KIND, key)
    if held is not None:
        district = _restored(held, source.parent if _is_info(source) else source)
        if district is not None:
            return district
    return read_and_keep(source)


def read_and_keep(path: str | Path) -> District:
    """Read a district from its files, whatever is in the cache, and keep what was read for the commands that follow."""
    from planning.district.read import read_district

    source = Path(path)
    before = _key(source)
    district = read_district(source)
    arrays = _arrays(district)
    if before is not None and arrays is not None and before == _key(source):  # nobody wrote meanwhile
        cache.keep(KIND, before, arrays)
    return district


def _is_info(source: Path) -> bool:
    from planning.district.info import FILE

    return source.name == FILE and source.is_file()


def _key(source: Path) -> str | None:
    """Return the digest of every file of a district and of all that reads them; ``None`` where that cannot be told."""
    if cache.cache_folder() is None:
        return None
    folder = source.parent if _is_info(source) else source
    try:
        files = sorted(p for p in folder.iterdir() if p.is_file()) if folder.is_dir() else [folder]
        # what a database keeps beside it lies where the file itself does
        beside = [Path(f"{p.resolve()}{end}") for p in files for end in ("-wal", "-journal")]
        files += [p for p in beside if p.is_file() and p not in files]
        if sum(p.stat().st_size for p in files) > MOST_BYTES:
            return None
        said = [part for path in files for part in (path.name, path.read_bytes())]
        here = Path(__file__).parents[1]
        code = cache.stamp_of_code(here / "district", here / "messages", here / "parameters")
    except OSError:
        return None
    versions = (m.__version__ for m in (np, pd, gpd, shapely, pyproj))
    return cache.key_of((__version__, code, *versions, "folder" if folder.is_dir() else "file", *said))


def _arrays(district: District) -> dict[str, npt.NDArray[Any]] | None:
    """Return a district as arrays of numbers and bytes, or ``None`` if it holds a kind of column that is not known here."""
    about: dict[str, Any] = {"info": dataclasses.asdict(district.info), "tables": {}}
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name in TABLES:
        frame: pd.DataFrame = getattr(district, name)
        if not isinstance(frame.index, pd.RangeIndex) or frame.attrs:
            return None
        kinds = {str(c): str(t) for c, t in frame.dtypes.items()}
        shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
        about["tables"][name] = {"rows": len(frame), "columns": list(kinds.items()), "shape": shape}
        for column, kind in kinds.items():
            values = frame[column]
            if kind in _NUMBERS:
                arrays[f"{name}/{column}"] = values.to_numpy()
            elif kind == "str":
                cells = [
                    None if missing else text
                    for text, missing in zip(values.tolist(), values.isna().tolist(), strict=True)
                ]
                arrays[f"{name}/{column}"] = _bytes(json.dumps(cells).encode("ascii"))
            elif kind == "geometry":
                wkb = [
                    b"" if w is None else w for w in shapely.to_wkb(np.asarray(values.array, dtype=object))
                ]
                arrays[f"{name}/{column}"] = _bytes(b"".join(wkb))
                arrays[f"{name}/{column}/lengths"] = np.array([len(w) for w in wkb], dtype=np.int64)
            else:
                return None
    return {**arrays, "about": _bytes(json.dumps(about).encode("ascii"))}


def _bytes(raw: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(raw, dtype=np.uint8)


def _restored(arrays: Arrays, path: Path) -> District | None:
    """Return the district that was kept; ``None`` if an entry is not as this version writes it."""
    try:
        about = json.loads(arrays["about"].tobytes())
        said = about["info"]
        layers = {n: Layer(**layer) for n, layer in said["layers"].items()}
        grades = Grades(**{stage: tuple(held) for stage, held in said["grades"].items()})
        info = DistrictInfo(**{**said, "layers": layers, "grades": grades})
        frames = {name: _frame(name, about["tables"][name], arrays, info) for name in TABLES}
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
        return None
    return District(info=info, path=path, **frames)


def _frame(name: str, about: Mapping[str, Any], arrays: Arrays, info: DistrictInfo) -> Any:
    index = pd.RangeIndex(about["rows"])
    data = {column: _column(f"{name}/{column}", kind, arrays, info) for column, kind in about["columns"]}
    if about["shape"] is None:
        return pd.DataFrame(data, index=index)
    return gpd.GeoDataFrame(data, index=index, geometry=about["shape"], crs=info.crs_metric)


def _column(name: str, kind: str, arrays: Arrays, info: DistrictInfo) -> Any:
    if kind == "str":
        return pd.array(json.loads(arrays[name].tobytes()), dtype="str")
    if kind == "geometry":
        raw, ends = arrays[name].tobytes(), np.cumsum(arrays[f"{name}/lengths"]).tolist()
        wkb = [raw[a:b] or None for a, b in zip([0, *ends], ends, strict=False)]
        return gpd.array.from_shapely(shapely.from_wkb(np.array(wkb, dtype=object)), crs=info.crs_metric)
    return arrays[name]
