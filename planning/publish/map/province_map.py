"""Draw many counties as one web page: their outlines coloured by a measure, each leading to its own map."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from shapely import Geometry

from planning.atomic import whole_file
from planning.messages import Text, said, spoken
from planning.publish.map.leaflet import MapPage
from planning.publish.province_columns import MEASURES, STATUSES, Column, case_keys, case_name
from planning.publish.words import internal_word, own_cell, own_column, page_words
from planning.standards.money import Money

COLOURS = ("#FEF0D9", "#FDCC8A", "#FC8D59", "#E34A33", "#B30000")
"""From good to bad: ColorBrewer OrRd, safe for colour blindness."""
_MAP = "map.html"


def write_province_map(
    path: str | Path, table: pd.DataFrame, outlines: Mapping[str, Geometry], title: str, unit: Money
) -> None:
    """Write the page: one file that asks nobody for anything; names in it are text and never run.

    Parameters
    ----------
    path : str or Path
        File; the counties' own maps are found from its folder.
    table : DataFrame
        One row per county and scenario, columns as :mod:`planning.publish.province_columns` names them, and ``place``, which tells
        counties apart.
    outlines : mapping of str to Geometry
        Shapes in WGS84 by ``place``; a county without one stands in the list only.
    title : str
        Name of the batch.
    unit : Money
        What amounts are told in.
    """
    page = MapPage(
        said("publish.province_map.title", title=title),
        "web_map.css",
        "province_map.js",
        _data(table, outlines, title, unit),
    )
    with whole_file(path) as temporary:
        temporary.write_text(page.html(), encoding="utf-8")


def _data(table: pd.DataFrame, outlines: Mapping[str, Geometry], title: str, unit: Money) -> dict[str, Any]:
    places = list(dict.fromkeys(table["place"]))
    cases = list(dict.fromkeys(_cases(table)))
    measures = [c for c in MEASURES if _numbers(table, c).notna().any()]
    names = (
        table.sort_values("status", key=lambda s: s != "done", kind="stable")
        .drop_duplicates("place")
        .set_index("place")
    )
    return {
        "internal": internal_word(),
        "title": said("publish.province_map.title", title=title),
        "status": _status(names),
        "cases": cases,
        "measures": [
            [c.key, spoken(c.name), "money" if c.kind == "yuan" else c.kind, c.ranks] for c in measures
        ],
        "colours": list(COLOURS),
        "counties": [
            {
                "name": names.at[place, own_column("county")],
                "folder": names.at[place, "folder"],
                "shape": _plain(outlines.get(place)),
            }
            for place in places
        ],
        "rows": _rows(table, places, cases, measures),
        "statuses": {status: said(f"publish.ended.{status}") for status in STATUSES},
        "words": page_words("province_map.js"),
        "money": {"scale": unit.scale, "unit": spoken(unit.unit)},
    }


def _status(counties: pd.DataFrame) -> list[str]:
    """Return how many counties hold data that are not real."""
    made = counties["data"].value_counts()
    return [
        said("publish.province_map.counties", count=int(made[status]), words=Text(f"publish.data.{status}"))
        for status in ("synthetic", "derived")
        if made.get(status, 0)
    ]


def _cases(table: pd.DataFrame) -> list[str]:
    keys = case_keys(table)
    return [case_name(keys, [row[k] for k in keys]) for row in table[keys].to_dict("records")]


def _rows(
    table: pd.DataFrame, places: list[str], cases: list[str], measures: list[Column]
) -> list[list[Any]]:
    """Return, by case and county, the status, the figures, the map's place and what to do or why there is none; nothing without a row."""
    figures = [_numbers(table, c).tolist() for c in measures]
    place, case = {p: i for i, p in enumerate(places)}, {c: i for i, c in enumerate(cases)}
    rows: list[list[Any]] = [[None] * len(places) for _ in cases]
    for i, (name, row) in enumerate(zip(_cases(table), table.to_dict("records"), strict=True)):
        values = [None if math.isnan(f[i]) else f[i] for f in figures]
        done = row["status"] == "done"
        told = own_cell(row, "mend" if done else "note")
        rows[case[name]][place[row["place"]]] = [
            row["status"], values, f"{row['run']}/{_MAP}" if done else "", told,
        ]  # fmt: skip
    return rows


def _numbers(table: pd.DataFrame, c: Column) -> pd.Series:
    return pd.to_numeric(table[c.key], errors="coerce").astype(float)


def _plain(shape: Geometry | None) -> Any:
    """Return the rings of a shape as ``[part][ring][lat, lon]``, as Leaflet draws them."""
    if shape is None:
        return None
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return [[[[y, x] for x, y in ring.coords] for ring in (part.exterior, *part.interiors)] for part in parts]
