"""Measure how much of the official scope texts of a real district is understood: Shenzhen 宝安区, autumn 2024.

    python -m benchmarks.places.baoan [--data FOLDER] [--out benchmarks/results]

161 texts with planned classes, 41 points of schools (GCJ-02), 30 drawn areas. The texts are public but no part of this
project: only figures are written. There are no roads, so limits are checked against one another: where one text says
"west of a road" and another "east of" the same road, neighbouring drawn areas must lie so about their common edge.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.table import RESULTS
from planning.district.geometry.coordinates import gcj02_to_wgs84
from planning.importing.scope import (
    Clause,
    Scope,
    entry_seats,
    parse_scope,
    parse_sharing,
    shared_groups,
)
from planning.importing.scope.model import OPPOSITE
from planning.importing.scope.sides import beside
from planning.standards import read_profile

DATA = Path(__file__).parents[3] / "shared" / "places" / "baoan_sz"
CRS = "EPSG:4547"
STAGES = {1: "primary", 2: "junior"}
TOWARDS = ("east", "west", "north", "south")
# hand-drawn edges of neighbours lie this close; a shorter common edge is a corner, metres
EDGE_M, LEAST_M = 60.0, 200.0


def read_rows(folder: Path) -> pd.DataFrame:
    """Return the register: school, stage, text, note, classes, lon, lat (GCJ-02, missing where the file has 0)."""
    raw = pd.DataFrame(json.loads((folder / "baoan_2024_all.json").read_text(encoding="utf-8")))
    notes = raw["memo"].where(raw["memo"].str.strip() != "", raw["schoolType"].map(_words))
    place = raw[["longitude", "latitude"]].astype(float).where(lambda x: x != 0.0)
    return pd.DataFrame(
        {
            "school": raw["schoolName"],
            "stage": raw["educationType"].map(STAGES),
            "text": raw["belongsText"],
            "note": notes.fillna(""),
            "code": raw["schoolType"].map(lambda v: str(v) if str(v).isdigit() else ""),
            "classes": raw["schoolClass"],
            "lon": place["longitude"],
            "lat": place["latitude"],
        }
    )


def _words(value: object) -> str:
    return "" if str(value).isdigit() else str(value)


def understood(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how many texts, clauses and characters were read, and what they name."""
    scopes = [parse_scope(t) for t in rows["text"]]
    pieces: Counter[str] = Counter()
    for scope in scopes:
        for piece in scope.pieces:
            pieces[piece.kind] += len(piece.text)
    clauses = [(s, c) for s in scopes for c in s.clauses]
    clear = sum(all(p.start >= c.end or p.end <= c.start for p in s.not_understood) for s, c in clauses)
    every = sum(pieces.values())
    found = [
        _row("texts", len(scopes), len(scopes)),
        _row("different texts", rows["text"].nunique(), len(scopes)),
        _row("texts understood to the last word", sum(not s.not_understood for s in scopes), len(scopes)),
        _row("clauses understood to the last word", clear, len(clauses)),
        _row("characters understood", every - pieces["unknown"] - pieces["note"], every),
        _row("characters kept as remarks", pieces["note"], every),
        _row("characters not understood", pieces["unknown"], every),
    ]
    places = Counter(p.kind for _, c in clauses for p in c.places)
    sides = [s for _, c in clauses for s in c.sides]
    found += [
        _row("limits (sides)", len(sides), len(sides)),
        _row("limits with a direction", sum(bool(s.lies) for s in sides), len(sides)),
        _row("limits of several roads in a row", sum(len(s.lines) > 1 for s in sides), len(sides)),
    ]
    found += [_row(f"places: {kind}", n, sum(places.values())) for kind, n in sorted(places.items())]
    found.append(_row("clauses with exceptions", sum(bool(c.excluded) for _, c in clauses), len(clauses)))
    found.append(_row("clauses for one school alone", sum(bool(c.only) for _, c in clauses), len(clauses)))
    return found


def sharing(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the groups with one text, how they agree with the register's own code, and the notes read."""
    groups = shared_groups(rows)
    together = set(zip(groups["stage"].repeat(groups["schools"].str.split("、").map(len)),
                       groups["schools"].str.split("、").explode(), strict=True))  # fmt: skip
    coded = rows[rows["code"] != ""]
    same = [((r.stage, r.school) in together) == (r.code == "1") for r in coded.itertuples()]
    notes = [parse_sharing(n) for n in rows["note"] if n.strip()]
    return [
        _row("groups of schools with one text", len(groups), len(groups)),
        _row("schools in such groups", len(together), len(rows)),
        _row("schools whose code (shared or not) agrees", sum(same), len(coded)),
        _row("notes on shared places read", sum(bool(n.kind) and not n.rest for n in notes), len(notes)),
    ]


def points(rows: pd.DataFrame, folder: Path) -> list[dict[str, Any]]:
    """Return the schools without a place, and how far the converted points lie from the WGS84 file."""
    there = rows[rows["lon"].notna()]
    lon, lat = gcj02_to_wgs84(there["lon"].to_numpy(), there["lat"].to_numpy())
    ours = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(CRS)
    keys = pd.MultiIndex.from_frame(there[["school", "stage"]])
    theirs = gpd.read_file(folder / "schools_wgs84.geojson").to_crs(CRS)
    at = keys.get_indexer(
        pd.MultiIndex.from_arrays([theirs["schoolName"], theirs["educationType"].map(STAGES)])
    )
    apart = (
        ours.iloc[at[at >= 0]]
        .reset_index(drop=True)
        .distance(theirs[at >= 0].geometry.reset_index(drop=True))
    )
    return [
        _row("schools without a place", int(rows["lon"].isna().sum()), len(rows)),
        _row("points found in the WGS84 file", int((at >= 0).sum()), len(theirs)),
        _row("points within 1 m of it", int((apart < 1).sum()), int((at >= 0).sum())),
        {"what": "largest distance, m", "count": round(float(apart.max()), 3), "of": "", "share": ""},
    ]


def against_areas(rows: pd.DataFrame, folder: Path) -> list[dict[str, Any]]:
    """Return how many pairs of drawn areas lie as their texts say about a road that both name with opposite sides."""
    drawn = gpd.read_file(folder / "catchments_wgs84.geojson").to_crs(CRS)
    texts = {(r.school, r.stage): r.text for r in rows.itertuples()}
    areas: dict[str, Any] = {}
    for row in drawn.itertuples():
        text = texts.get((row.schoolName, STAGES.get(row.educationType, "")))
        if text is not None:
            areas.setdefault(text, row.geometry)
    limits = {t: _limits(parse_scope(t)) for t in areas}
    pairs, right = 0, 0
    for a in sorted(areas):
        for b in sorted(areas):
            shared = [
                s for s in limits[a] if (s[0], OPPOSITE[s[1]]) in limits[b] and s[1] in ("east", "north")
            ]
            edge = areas[b].boundary.intersection(areas[a].buffer(EDGE_M))
            if len(shared) == 1 and edge.length > LEAST_M:
                pairs += 1
                lies = shared[0][1]
                right += bool(
                    _share(edge, areas[a], lies) > 0.5 and _share(edge, areas[b], OPPOSITE[lies]) > 0.5
                )
    return [
        _row("different texts with a drawn area", len(areas), rows["text"].nunique()),
        _row("neighbours on opposite sides of a road that lie so", right, pairs),
    ]


def _share(edge: Any, area: Any, lies: str) -> float:
    """Return the share of an area that lies on a side of an edge, on a grid of points."""
    west, south, east, north = area.bounds
    grid = np.stack(np.meshgrid(np.linspace(west, east, 30), np.linspace(south, north, 30)), axis=-1).reshape(
        -1, 2
    )
    inside = grid[shapely.contains_xy(area, grid)]
    return float(beside(edge, inside, lies).mean())


def _limits(scope: Scope) -> set[tuple[str, str]]:
    """Return the roads with the side of a text whose first clause is all of it."""
    clauses: tuple[Clause, ...] = scope.clauses
    if len(clauses) != 1:
        return set()
    return {(line, s.lies) for s in clauses[0].sides if s.lies in TOWARDS for line in s.lines}


def seats(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the planned entry classes and seats of each stage."""
    table = entry_seats(rows, read_profile("national-2017").class_cap)
    total = table.groupby("stage")[["classes", "seats"]].sum()
    return [
        {"what": f"{stage}: entry {what}", "count": int(total.loc[stage, what]), "of": "", "share": ""}
        for stage in ("primary", "junior")
        for what in ("classes", "seats")
    ]


def _row(what: str, count: int, of: int) -> dict[str, Any]:
    return {"what": what, "count": count, "of": of, "share": round(count / of, 4) if of else ""}


def main() -> int:
    """Print the table and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data} is missing: the raw files are public but not part of this project; skipped.")
        return 0
    rows = read_rows(options.data)
    table = [*understood(rows), *sharing(rows), *points(rows, options.data), *against_areas(rows, options.data),
             *seats(rows)]  # fmt: skip
    print(pd.DataFrame(table).to_string(index=False))
    options.out.mkdir(parents=True, exist_ok=True)
    temporary = options.out / "baoan.csv.tmp"
    pd.DataFrame(table).to_csv(temporary, index=False, lineterminator="\n")
    temporary.replace(options.out / "baoan.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
