"""Say what was closed between zones when they were read, and name what stays open below the tolerance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from planning.district.cells.sheet import problems_at
from planning.district.checks.outlines import place, zones_of
from planning.district.geometry.closing import Closed
from planning.district.load import Loaded
from planning.errors import Issue
from planning.messages import Both


def borders_closed(tables: Loaded) -> Iterator[Issue]:
    """List what was closed below the tolerance: zones, metres of border, square metres."""
    for name, (zh, key) in {"zones": ("居住单元", "zone"), "townships": ("乡镇", "township")}.items():
        result = tables.closed.get(name)
        if result is None or not (result.changed.any() or result.specks.any()):
            continue
        assert tables.info is not None
        yield _summary(tables.files[name], name, zh, result, tables.info.snap_m)
        ids = tables.frames[name][key].fillna("").to_numpy()
        yield from problems_at(
            result.changed,
            tables.labels[name],
            lambda i, f=tables.files[name], k=key, d=ids, n=name, r=result: _one(  # type: ignore[misc]
                f, str(tables.labels[n][i]), k, str(d[i]), r, i
            ),
        )


def _summary(file: str, name: str, zh: str, result: Closed, snap_m: float) -> Issue:
    count = int(result.changed.sum())
    length = result.faulty_m[result.changed].sum() / 2
    gained, lost, specks = result.gained_m2.sum(), result.lost_m2.sum(), int(result.specks.sum())
    return Issue(
        "district.borders.gaps_overlaps_narrower_than_m",
        file,
        level="warning",
        snap_m=snap_m,
        count=count,
        name=Both(name, zh),
        length=length,
        gained=gained,
        lost=lost,
        specks=specks,
    )


def _one(file: str, row: str, key: str, value: str, result: Closed, i: int) -> Issue:
    moved = result.gained_m2[i] + result.lost_m2[i]
    length = max(float(result.faulty_m[i]), 1e-9)
    width = f", {min(moved / length, 99):.2f} m wide on average" if result.faulty_m[i] > 1 else ""
    width_zh = f"，平均宽 {min(moved / length, 99):.2f} 米" if result.faulty_m[i] > 1 else ""
    return Issue(
        "district.borders.border_closed_along_m_m",
        file,
        row=row,
        column=key,
        value=value,
        level="warning",
        faulty_m=result.faulty_m[i],
        width=Both(width, width_zh),
        gained_m2=result.gained_m2[i],
        lost_m2=result.lost_m2[i],
    )


def borders_left(tables: Loaded) -> Iterator[Issue]:
    """Name what stays open although it is narrower than the tolerance: the zones, the place, the length."""
    if tables.info is None or not tables.has("zones") or not tables.info.snap_m:
        return
    shapes, labels = zones_of(tables)
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()
    there = np.flatnonzero(~shapely.is_missing(shapes))
    edges = shapely.coverage_invalid_edges(shapes[there], gap_width=tables.info.snap_m)
    open_ = shapely.length(edges) > 0
    there, edges = there[open_], edges[open_]
    tree = shapely.STRtree(edges)
    who, which = tree.query(edges, predicate="dwithin", distance=tables.info.snap_m)
    beside: list[list[int]] = [[] for _ in there]
    for a, b in zip(who.tolist(), which.tolist(), strict=True):
        if a != b:
            beside[a].append(int(there[b]))
    length = shapely.length(edges)
    said = np.array([not b or i <= min(b) for i, b in zip(there, beside, strict=True)], dtype=bool)

    def one(k: int) -> Issue:
        names = ", ".join(str(ids[j]) for j in sorted(beside[k])[:5]) or "-"
        return Issue(
            "district.borders.m_border_do_not_fit",
            tables.files["zones"],
            row=str(labels[there[k]]),
            column="zone",
            value=str(ids[there[k]]),
            level="warning",
            length=length[k],
            names=names,
            snap_m=tables.info.snap_m if tables.info else 0,
            place=place(tables, edges[k]),
        )

    yield from problems_at(said, labels[there], one)
