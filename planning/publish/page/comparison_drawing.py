"""Draw what a comparison shows: zones that change school, the spread of the ways, and which layout nothing beats."""

from __future__ import annotations

import html

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from planning.compare import Comparison
from planning.compare.people import EDGES, quantile
from planning.district import District

FloatArray = npt.NDArray[np.float64]
# Okabe and Ito, colours that colour-blind readers tell apart: blue is nearer, orange farther
COLOURS = {"win": "#0072B2", "same": "#C9C9C9", "lose": "#D55E00"}
LINES = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
_SIZE = 1000.0
_SIMPLIFY_M = 8.0


def change_maps(comparison: Comparison, layout: str, stage: str) -> str:
    """Return two drawings as SVG, the county and its urban core: zones with another school than in the first layout.

    Empty without a district or where nothing changes.
    """
    district, table = comparison.district, comparison.moved_zones
    if district is None or table.empty:
        return ""
    moved = table[(table["layout"] == layout) & (table["stage"] == stage)]
    if moved.empty:
        return ""
    frame = _Frame(district)
    name = f"map-{comparison.names.index(layout)}-{stage}"
    content = _land(district, frame) + _zones(district, frame, moved)
    core = _core_box(district, frame, moved)
    mark = f"<rect x='{core[0]:.0f}' y='{core[1]:.0f}' width='{core[2]:.0f}' height='{core[2]:.0f}' fill='none' stroke='#444' stroke-dasharray='8 5' stroke-width='2'/>"
    whole = f"<svg viewBox='0 0 {_SIZE:.0f} {_SIZE:.0f}' role='img' aria-label='学校有变动的居住单元（全县）'><g id='{name}'>{content}</g>{_schools(district, frame, stage, 3.5)}{mark}</svg>"
    near = _schools(district, frame, stage, 7 * core[2] / _SIZE)
    view = " ".join(f"{v:.1f}" for v in (*core, core[2]))
    part = f"<svg viewBox='{view}' role='img' aria-label='学校有变动的居住单元（局部放大）'><use href='#{name}'/>{near}</svg>"
    return (
        f"<div class='maps'><figure>{whole}<figcaption>全县；虚线框为右图范围</figcaption></figure>"
        f"<figure>{part}<figcaption>变动集中处放大</figcaption></figure></div>"
    )


def way_curves(comparison: Comparison, stage: str) -> str:
    """Return the share of pupils whose way is at most so long, one line per layout, as SVG."""
    table = comparison.walks[comparison.walks["stage"] == stage]
    if table.empty or not table["pupils"].sum() > 0:
        return ""
    every = quantile(table["distance_m"].to_numpy(dtype=float), table["pupils"].to_numpy(dtype=float), 0.98)
    far = float(max(np.ceil(every / 500) * 500, 500.0))
    steps = np.linspace(0, far, 101)
    parts = [_axes(far)]
    for k, name in enumerate(comparison.names):
        part = table[table["layout"] == name]
        order = np.argsort(part["distance_m"].to_numpy(), kind="stable")
        distance, pupils = part["distance_m"].to_numpy()[order], part["pupils"].to_numpy()[order]
        below = np.concatenate([[0.0], np.cumsum(pupils)])[np.searchsorted(distance, steps, side="right")]
        share = below / pupils.sum()
        points = " ".join(
            f"{60 + 620 * x / far:.1f},{270 - 240 * y:.1f}" for x, y in zip(steps, share, strict=True)
        )
        colour, dash = LINES[k % len(LINES)], ("", "7 4", "2 3")[k % 3]
        parts.append(
            f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='2.2' stroke-dasharray='{dash}'/>"
        )
        y = 190 + 18 * (k - len(comparison.names) / 2)
        parts.append(
            f"<line x1='440' x2='475' y1='{y:.0f}' y2='{y:.0f}' stroke='{colour}' stroke-width='2.5' stroke-dasharray='{dash}'/>"
            f"<text x='482' y='{y + 4:.0f}' font-size='13'>{_short(name)}</text>"
        )
    return f"<svg viewBox='0 0 700 320' role='img' aria-label='步行距离累计分布'>{''.join(parts)}</svg>"


def pareto_plot(comparison: Comparison) -> str:
    """Return cost against the mean way of every layout as SVG; layouts that another one beats are hollow."""
    table = comparison.pareto
    if table.empty or table[["cost", "way"]].isna().any().any():
        return ""
    x, y = (_scaled(table[c].to_numpy(dtype=float)) for c in ("cost", "way"))
    marks = []
    for k, row in enumerate(table.to_dict("records")):
        left, top = 110 + 480 * x[k], 250 - 190 * y[k]
        fill = "white" if row["beaten_by"] else LINES[k % len(LINES)]
        twins = sum(
            abs(x[j] - x[k]) < 0.02 and abs(y[j] - y[k]) < 0.08 for j in range(k)
        )  # labels of one place stand below each other
        text = f"{_short(str(row['layout']))} ({row['cost']:,.0f}, {row['way']:,.0f})"
        end = "end" if x[k] > 0.6 else "start"
        shift = -11 if end == "end" else 11
        marks.append(
            f"<circle cx='{left:.1f}' cy='{top:.1f}' r='7' fill='{fill}' stroke='{LINES[k % len(LINES)]}' stroke-width='2.5'/>"
            f"<text x='{left + shift:.1f}' y='{top + 4 + 17 * twins:.1f}' font-size='13' text-anchor='{end}'>{text}</text>"
        )
    axes = (
        "<path d='M70 20V280H690' fill='none' stroke='#444'/><text x='380' y='306' font-size='13' text-anchor='middle'>投资(万元)→</text>"
        "<text x='22' y='150' font-size='13' text-anchor='middle' transform='rotate(-90 22 150)'>平均步行距离（米）→</text>"
    )
    return (
        f"<svg viewBox='0 0 700 320' role='img' aria-label='投资与平均步行距离'>{axes}{''.join(marks)}</svg>"
    )


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


def _land(district: District, frame: _Frame) -> str:
    towns = district.townships if len(district.townships) else district.boundary
    shapes = shapely.simplify(towns.geometry.to_numpy(), 4 * _SIMPLIFY_M)
    style = "fill='#f6f5f1' stroke='#a8a39a' stroke-width='1' vector-effect='non-scaling-stroke' fill-rule='evenodd'"
    return "".join(f"<path d='{frame.path(s)}' {style}/>" for s in shapes if s is not None and not s.is_empty)


def _zones(district: District, frame: _Frame, moved: pd.DataFrame) -> str:
    shape_of = dict(zip(district.zones["zone"].astype(str), district.zones.geometry, strict=True))
    name_of = dict(zip(district.zones["zone"].astype(str), district.zones["name"].astype(str), strict=True))
    parts = []
    for row in moved.to_dict("records"):
        shape = shape_of.get(str(row["zone"]))
        if shape is None:
            continue
        kind = change_kind(float(row["delta_m"]))
        title = f"{name_of[str(row['zone'])]}({row['zone']}) {row['before']} → {row['unit']} {row['delta_m']:+,.0f} 米，学生 {row['pupils']:,.0f}"
        parts.append(
            f"<path d='{frame.path(shape.simplify(_SIMPLIFY_M))}' fill='{COLOURS[kind]}' fill-opacity='.85' stroke='#fff' "
            f"stroke-width='.8' vector-effect='non-scaling-stroke'><title>{html.escape(title)}</title></path>"
        )
    return "".join(parts)


def change_kind(delta_m: float) -> str:
    """Return ``win``, ``same`` or ``lose``: the way is shorter, within 100 m, or longer."""
    return "win" if delta_m <= EDGES[4] else "lose" if delta_m > EDGES[5] else "same"


def _schools(district: District, frame: _Frame, stage: str, radius: float) -> str:
    here = set(district.units.loc[district.units["stage"] == stage, "school"])
    schools = district.schools[district.schools["school"].isin(here)]
    new = district.projects[(district.projects["kind"] == "new") & (district.projects["stage"] == stage)]
    parts = []
    for table, colour in ((schools, "#222"), (new, "#cc0077")):
        points = frame.to(shapely.get_coordinates(table.geometry.to_numpy()))
        for (x, y), name in zip(points, table["name"].astype(str), strict=True):
            parts.append(
                f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.2f}' fill='{colour}' stroke='#fff' stroke-width='{radius / 4:.2f}'>"
                f"<title>{html.escape(name)}</title></circle>"
            )
    return "".join(parts)


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


def _axes(far: float) -> str:
    parts = ["<path d='M60 20V270H690' fill='none' stroke='#444'/>"]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = 270 - 240 * share
        parts.append(
            f"<path d='M60 {y:.0f}H680' stroke='#ddd'/><text x='54' y='{y + 4:.0f}' font-size='12' text-anchor='end'>{share:.0%}</text>"
        )
    for k in range(6):
        x = 60 + 620 * k / 5
        parts.append(
            f"<text x='{x:.0f}' y='288' font-size='12' text-anchor='middle'>{far * k / 5:,.0f}</text>"
        )
    parts.append("<text x='370' y='310' font-size='13' text-anchor='middle'>步行距离不超过（米）</text>")
    return "".join(parts)


def _scaled(values: FloatArray) -> FloatArray:
    low, high = values.min(), values.max()
    return np.full(len(values), 0.5) if high - low < 1e-9 else (values - low) / (high - low)


def _short(name: str, signs: int = 26) -> str:
    return html.escape(name if len(name) <= signs else name[: signs - 1] + "…")
