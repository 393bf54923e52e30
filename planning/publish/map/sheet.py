"""Draw what every paper map shares: sheet, ground, scale bar, north arrow, legend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from planning.arrays import ObjectArray
from planning.district import District
from planning.messages import Text, said, spoken
from planning.publish.fonts import chinese_font
from planning.publish.map.shapes import draw_lines, within
from planning.publish.places import MAIN_ROADS

_BARRIERS: dict[str, tuple[Text | str, str, Any]] = {
    "river": (Text("publish.sheet.river"), "#3a86c8", "-"),
    "canal": (Text("publish.sheet.canal"), "#3a86c8", "-"),
    "railway": (Text("publish.sheet.railway"), "#444444", "--"),
    "motorway": (Text("publish.sheet.motorway"), "#8a5a00", "-"),
    "arterial": (Text("publish.sheet.arterial_road"), "#5b5b5b", "-"),
}
_DOT = "#1f2933"
_SYMBOLS: tuple[tuple[Text, str, float], ...] = (
    (Text("publish.sheet.school"), "o", 4.5),
    (Text("publish.sheet.through_school"), "s", 4.2),
    (Text("publish.sheet.teaching_point"), "^", 4.8),
    (Text("publish.sheet.new_school"), "D", 4.2),
)
"""Signs of schools: words of the legend, marker, size in points."""
_OF_KIND = {"nine_year": 1, "twelve_year": 1, "teaching_point": 2}


class _Canvas(FigureCanvasAgg):
    """A canvas that draws when it is asked to; every layer added would otherwise draw the whole sheet."""

    def draw_idle(self, *_: Any, **__: Any) -> None:
        """Do nothing."""


def blank_sheet(width: float, height: float) -> Figure:
    """Return an empty sheet of so many inches that can measure its texts."""
    chinese_font()
    # at a coarse resolution letters are measured too narrow
    figure = Figure(figsize=(width, height), dpi=200)
    _Canvas(figure)
    return figure


def map_window(figure: Figure, box: tuple[float, float, float, float], bounds: Iterable[float]) -> Any:
    """Return axes in a box of the sheet that show the bounds and no more than the box's shape asks for."""
    axes = figure.add_axes(box)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_linewidth(0.8)
    west, south, east, north = window_bounds(figure, box, bounds)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_autoscale_on(False)
    return axes


def window_bounds(
    figure: Figure, box: tuple[float, float, float, float], bounds: Iterable[float]
) -> tuple[float, float, float, float]:
    """Return what a box of the sheet shows when it shows the bounds: they and what the box's shape adds."""
    west, south, east, north = bounds
    shape = box[2] * figure.get_figwidth() / (box[3] * figure.get_figheight())
    half_x, half_y = 0.52 * (east - west), 0.52 * (north - south)
    half_x, half_y = max(half_x, half_y * shape), max(half_y, half_x / shape)
    x, y = (west + east) / 2, (south + north) / 2
    return x - half_x, y - half_y, x + half_x, y + half_y


def draw_ground(axes: Any, district: District, *, minor: bool = False) -> None:
    """Draw roads, barriers, township and county limits."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    seen = (west, south, east, north)
    roads, barriers = within(district.roads, seen), within(district.barriers, seen)
    main = roads["road_class"].isin(MAIN_ROADS).to_numpy(dtype=bool)
    ways = np.asarray(roads.geometry.array, dtype=object)
    if minor:
        draw_lines(axes, ways[~main], color="#999", linewidth=0.35, zorder=2)
    draw_lines(axes, ways[main], color="#7d746a", linewidth=0.5, alpha=0.8, zorder=3)
    for kind, part in barriers.groupby("kind"):
        _, colour, style = _BARRIERS.get(str(kind), ("", "#444444", "-"))
        draw_lines(axes, part.geometry.array, color=colour, linewidth=1.1, linestyle=style, zorder=3)
    draw_lines(
        axes, _rims(district.townships, seen), color="#6b5b73", linewidth=0.5, linestyle=(0, (4, 3)), zorder=4
    )
    draw_lines(axes, district.boundary.geometry.array, color="#333", linewidth=1.2, zorder=4)


def _rims(areas: gpd.GeoDataFrame, seen: tuple[float, float, float, float]) -> ObjectArray:
    """Return the borders of areas, each once: drawn by both neighbours, the gaps between its dashes would close."""
    shapes = np.asarray(within(areas, seen).geometry.array, dtype=object)
    rims = shapely.clip_by_rect(shapely.boundary(shapes), *seen)
    return np.array([shapely.line_merge(shapely.union_all(rims))], dtype=object)


def draw_points(axes: Any, shown: Any) -> None:
    """Draw the schools, each by the sign of its kind."""
    signs = np.array(_signs_of(shown))
    for sign, (_, marker, size) in enumerate(_SYMBOLS):
        part = shown[signs == sign]
        if not len(part):  # an empty layer of signs takes as long as a full one
            continue
        axes.scatter(part.geometry.x, part.geometry.y, s=(size - 0.7) ** 2, marker=marker, color=_DOT, edgecolor="white",
                     linewidth=0.6, zorder=8)  # fmt: skip


def _signs_of(places: Any) -> list[int]:
    new = len(_SYMBOLS) - 1
    rows = zip(places["kind"], places["is_new"], strict=True)
    return [new if is_new else _OF_KIND.get(str(kind), 0) for kind, is_new in rows]


def legend_handles(district: District, places: Any, *, core: bool = False) -> list[Any]:
    """Return the signs of the map that occur in this district and among the schools shown."""
    shown = sorted(set(_signs_of(places)))
    handles: list[Any] = [
        *(
            Line2D(
                [],
                [],
                marker=m,
                color="none",
                markerfacecolor=_DOT,
                markeredgecolor="white",
                markersize=s,
                label=spoken(n),
            )
            for n, m, s in (_SYMBOLS[k] for k in shown)
        ),
        Patch(
            facecolor="#77AADD",
            edgecolor="#444",
            alpha=0.7,
            label=said("publish.sheet.catchments_neighbours_differ"),
        ),
    ]
    if len(district.roads) and district.roads["road_class"].isin(MAIN_ROADS).any():
        handles.append(Line2D([], [], color="#7d746a", linewidth=1, label=said("publish.sheet.main_roads")))
    kinds = {str(k) for k in district.barriers["kind"]}
    for kind, (label, colour, style) in _BARRIERS.items():
        if kind in kinds:
            handles.append(Line2D([], [], color=colour, linewidth=1.4, linestyle=style, label=spoken(label)))
    handles.append(
        Line2D(
            [],
            [],
            color="#6b5b73",
            linewidth=0.8,
            linestyle=(0, (4, 3)),
            label=said("publish.sheet.township_limits"),
        )
    )
    handles.append(Line2D([], [], color="#333", linewidth=1.4, label=said("publish.sheet.county_limit")))
    if core:
        handles.append(
            Patch(facecolor="none", edgecolor="#b2182b", label=said("publish.sheet.area_drawn_larger"))
        )
    return handles


def draw_scale(axes: Any, names: Any = None) -> None:
    """Add a scale bar of a round length in the lower right corner; names keep away from it."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    want = 0.22 * (east - west)
    step = 10 ** np.floor(np.log10(want))
    length = float(max(k * step for k in (1, 2, 5) if k * step <= want))
    x, y = east - 0.04 * (east - west) - length, south + 0.03 * (north - south)
    x -= 0.03 * (east - west)  # room for the unit behind the last number
    half, high = length / 2, 0.008 * (north - south)
    for start, colour in ((x, "#222"), (x + half, "white")):
        axes.add_patch(
            Rectangle((start, y), half, high, facecolor=colour, edgecolor="#222", linewidth=0.7, zorder=10)
        )
    scale = 1000 if length >= 1000 else 1
    unit = said("publish.sheet.kilometre" if scale == 1000 else "publish.sheet.metre")
    texts = [
        axes.annotate(
            f"{share * length / scale:g}{unit if share == 1 else ''}",
            (x + share * length, y + high),
            (0, 2),
            textcoords="offset points",
            ha="center",
            zorder=10,
            fontproperties=chinese_font(),
            fontsize=6.5,
        )
        for share in (0, 0.5, 1)
    ]
    if names is not None:
        low, top = axes.transData.transform([(x, y), (x + length, y + high)])
        boxes = [t.get_window_extent(names.renderer).extents for t in texts]
        names.taken.append((low[0], low[1], top[0], top[1]))
        names.taken += [tuple(box) for box in boxes]


def draw_north(axes: Any, names: Any = None) -> None:
    """Add an arrow to grid north in the upper right corner; names keep away from it."""
    axes.annotate(said("publish.word.north"), (0.95, 0.975), (0.95, 0.915), xycoords="axes fraction", textcoords="axes fraction", ha="center", va="top",
                  fontproperties=chinese_font(), fontsize=9, arrowprops={"arrowstyle": "-|>", "color": "#222", "lw": 1.2}, zorder=10)  # fmt: skip
    if names is not None:
        low, high = axes.transAxes.transform([(0.92, 0.88), (0.98, 0.98)])
        names.taken.append((low[0], low[1], high[0], high[1]))
