"""Draw what a comparison shows: zones that change school, the spread of the ways, and which layout nothing beats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from planning.arrays import FloatArray
from planning.compare import Comparison
from planning.compare.people import EDGES, quantile
from planning.district import District
from planning.messages import said
from planning.publish.page.blocks import Drawing
from planning.publish.places import names_of_zones

# Okabe and Ito, colours that colour-blind readers tell apart: blue is nearer, orange farther
COLOURS = {"win": "#0072B2", "same": "#C9C9C9", "lose": "#D55E00"}
LINES = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
_SIZE = 1000.0
_SIMPLIFY_M = 8.0


def change_maps(comparison: Comparison, layout: str, stage: str) -> Drawing | None:
    """Return two drawings, the county and its urban core: zones with another school than in the first layout.

    None without a district or where nothing changes.
    """
    district, table = comparison.district, comparison.moved_zones
    if district is None or table.empty:
        return None
    moved = table[(table["layout"] == layout) & (table["stage"] == stage)]
    if moved.empty:
        return None
    frame = _Frame(district)
    data = {
        "name": f"map-{comparison.names.index(layout)}-{stage}",
        "size": round(_SIZE),
        "core": _core_box(district, frame, moved),
        "land": _land(district, frame),
        "zones": _zones(district, frame, moved),
        "schools": _schools(district, frame, stage),
    }
    return Drawing("change_maps.svg", data)


def way_curves(comparison: Comparison, stage: str, caption: str) -> Drawing | None:
    """Return the share of pupils whose way is at most so long, one line per layout."""
    table = comparison.walks[comparison.walks["stage"] == stage]
    if table.empty or not table["pupils"].sum() > 0:
        return None
    every = quantile(table["distance_m"].to_numpy(dtype=float), table["pupils"].to_numpy(dtype=float), 0.98)
    far = float(max(np.ceil(every / 500) * 500, 500.0))
    lines = [
        {
            "points": _curve(table[table["layout"] == name], far),
            "colour": LINES[k % len(LINES)],
            "dash": ("", "7 4", "2 3")[k % 3],
            "y": 190 + 18 * (k - len(comparison.names) / 2),
            "name": _short(name),
        }
        for k, name in enumerate(comparison.names)
    ]
    return Drawing("way_curves.svg", {"far": far, "lines": lines}, caption)


def _curve(part: pd.DataFrame, far: float) -> str:
    steps = np.linspace(0, far, 101)
    order = np.argsort(part["distance_m"].to_numpy(), kind="stable")
    distance, pupils = part["distance_m"].to_numpy()[order], part["pupils"].to_numpy()[order]
    below = np.concatenate([[0.0], np.cumsum(pupils)])[np.searchsorted(distance, steps, side="right")]
    share = below / pupils.sum()
    return " ".join(
        f"{60 + 620 * x / far:.1f},{270 - 240 * y:.1f}" for x, y in zip(steps, share, strict=True)
    )


def pareto_plot(comparison: Comparison) -> Drawing | None:
    """Return cost against the mean way of every layout; layouts that another one beats are hollow."""
    table = comparison.pareto
    if table.empty or table[["cost", "way"]].isna().any().any():
        return None
    x, y = (_scaled(table[c].to_numpy(dtype=float)) for c in ("cost", "way"))
    marks = []
    for k, row in enumerate(table.to_dict("records")):
        left, top = 110 + 480 * x[k], 250 - 190 * y[k]
        # labels of one place stand below each other
        twins = sum(abs(x[j] - x[k]) < 0.02 and abs(y[j] - y[k]) < 0.08 for j in range(k))
        end = "end" if x[k] > 0.6 else "start"
        colour = LINES[k % len(LINES)]
        marks.append(
            {
                "x": left,
                "y": top,
                "fill": "white" if row["beaten_by"] else colour,
                "colour": colour,
                "text": f"{_short(str(row['layout']))} ({row['cost']:,.0f}, {row['way']:,.0f})",
                "text_x": left + (-11 if end == "end" else 11),
                "text_y": top + 4 + 17 * twins,
                "anchor": end,
            }
        )
    across = said("publish.drawing.cost", unit=comparison.money.unit)
    return Drawing("pareto.svg", {"marks": marks, "across": across})


class _Frame:
    """Turn metres into the units of the drawing."""

    def __init__(self, district: District) -> None:
        left, low, right, top = district.zones.total_bounds
        self.scale = _SIZE / max(right - left, top - low)
        self.x0 = left - (_SIZE / self.scale - (right - left)) / 2
        self.y1 = top + (_SIZE / self.scale - (top - low)) / 2

    def to(self, xy: FloatArray) -> FloatArray:
        return np.column_stack([(xy[:, 0] - self.x0) * self.scale, (self.y1 - xy[:, 1]) * self.scale])

    def path(self, shape: shapely.Geometry) -> str:
        rings = []
        for ring in shapely.get_rings(shape):
            points = self.to(shapely.get_coordinates(ring))[:-1]
            rings.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
        return "".join(rings)


def _land(district: District, frame: _Frame) -> list[str]:
    towns = district.townships if len(district.townships) else district.boundary
    shapes = shapely.simplify(towns.geometry.to_numpy(), 4 * _SIMPLIFY_M)
    return [frame.path(s) for s in shapes if s is not None and not s.is_empty]


def _zones(district: District, frame: _Frame, moved: pd.DataFrame) -> list[dict[str, str]]:
    shape_of = dict(zip(district.zones["zone"].astype(str), district.zones.geometry, strict=True))
    name_of = dict(zip(district.zones["zone"].astype(str), names_of_zones(district), strict=True))
    drawn = []
    for row in moved.to_dict("records"):
        shape = shape_of.get(str(row["zone"]))
        if shape is None:
            continue
        title = said(
            "publish.comparison_drawing.m_pupils",
            name_of=name_of[str(row["zone"])],
            zone=row["zone"],
            before=row["before"],
            unit=row["unit"],
            delta_m=row["delta_m"],
            pupils=row["pupils"],
        )
        colour = COLOURS[change_kind(float(row["delta_m"]))]
        drawn.append({"path": frame.path(shape.simplify(_SIMPLIFY_M)), "colour": colour, "title": title})
    return drawn


def change_kind(delta_m: float) -> str:
    """Return ``win``, ``same`` or ``lose``: the way is shorter, within 100 m, or longer."""
    return "win" if delta_m <= EDGES[4] else "lose" if delta_m > EDGES[5] else "same"


def _schools(district: District, frame: _Frame, stage: str) -> list[dict[str, Any]]:
    here = set(district.units.loc[district.units["stage"] == stage, "school"])
    schools = district.schools[district.schools["school"].isin(here)]
    new = district.projects[(district.projects["kind"] == "new") & (district.projects["stage"] == stage)]
    return [
        {"x": x, "y": y, "name": name, "colour": colour}
        for table, colour in ((schools, "#222"), (new, "#cc0077"))
        for (x, y), name in zip(
            frame.to(shapely.get_coordinates(table.geometry.to_numpy())),
            table["name"].astype(str),
            strict=True,
        )
    ]


def _core_box(district: District, frame: _Frame, moved: pd.DataFrame) -> tuple[float, float, float]:
    """Return corner and size of the square that holds most of the pupils whose school changes."""
    at = district.zones.set_index("zone").geometry.representative_point()
    points = frame.to(shapely.get_coordinates(np.asarray(at.reindex(moved["zone"]))))
    weight = moved["pupils"].to_numpy(dtype=float) + 1e-6
    middle = np.array([_median(points[:, 0], weight), _median(points[:, 1], weight)])
    reach = np.abs(points - middle).max(axis=1)
    order = np.argsort(reach, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    size = float(np.clip(2.4 * reach[order][np.searchsorted(share, 0.6)], 120.0, _SIZE))
    corner = np.clip(middle - size / 2, 0, _SIZE - size)
    return float(corner[0]), float(corner[1]), size


def _median(values: FloatArray, weight: FloatArray) -> float:
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    return float(values[order][np.searchsorted(share, 0.5)])


def _scaled(values: FloatArray) -> FloatArray:
    low, high = values.min(), values.max()
    return np.full(len(values), 0.5) if high - low < 1e-9 else (values - low) / (high - low)


def _short(name: str, signs: int = 26) -> str:
    return name if len(name) <= signs else name[: signs - 1] + "…"
