"""Read a whole district from one GeoPackage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from planning.district.cells.sheet import Sheet
from planning.district.formats.files import broken
from planning.district.formats.layers import layer_names, open_layer, read_layer
from planning.district.info import info_from_data
from planning.district.model import DistrictInfo
from planning.district.schema import TABLES
from planning.errors import DistrictError, Issue
from planning.messages import Text

INFO_LAYER, ORIGIN_LAYER = "district", "layers"
"""Tables of the package with the settings (key, value) and the origin of every table."""


def read_package(path: Path) -> tuple[DistrictInfo | None, dict[str, Sheet], list[Issue]]:
    """Return the settings and the tables of a one-file district, and what is wrong with them.

    Parameters
    ----------
    path : Path
        GeoPackage with a layer for each table and the tables :data:`INFO_LAYER` and :data:`ORIGIN_LAYER`.
    """
    names = layer_names(path)
    if not names:
        return None, {}, list(broken(path.name, Text("district.package.no_layers")).problems)
    sheets: dict[str, Sheet] = {}
    problems: list[Issue] = []
    for table in TABLES:
        layer = next((n for n in (table.name, table.zh) if n in names), "")
        if not layer:
            continue
        try:
            sheets[table.name] = read_layer(path, layer, table)
        except DistrictError as error:
            problems += error.problems
    info, wrong = _info(path, names)
    return info, sheets, [*problems, *wrong]


def _info(path: Path, names: tuple[str, ...]) -> tuple[DistrictInfo | None, list[Issue]]:
    file = f"{path.name}:{INFO_LAYER}"
    try:
        settings = _rows(path, INFO_LAYER) if INFO_LAYER in names else []
        origins = _rows(path, ORIGIN_LAYER) if ORIGIN_LAYER in names else []
    except DistrictError as error:
        return None, list(error.problems)
    data: dict[str, Any] = {str(row["key"]): row.get("value") for row in settings if row.get("key")}
    data["layers"] = {
        str(row["table"]): {k: v for k, v in row.items() if k != "table" and v}
        for row in origins
        if row.get("table")
    }
    return info_from_data(data, file)


def _rows(path: Path, layer: str) -> list[dict[str, Any]]:
    frame = pd.DataFrame(open_layer(path, layer, f"{path.name}:{layer}"))
    frame = frame.drop(columns=["geometry"], errors="ignore")
    rows = frame.astype("object").where(frame.notna(), None).to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in rows]
