"""Draw catchments on paper: vector maps of the county and of one catchment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from planning.district import District
from planning.layout import Layout
from planning.publish.catchments import catchment_polygons
from planning.publish.fonts import chinese_font
from planning.publish.places import STAGE_NAMES, data_status, map_title, unit_places
from planning.publish.safe import whole_file

PAPER_MM = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
_WATER = {"river": "#3a86c8", "canal": "#3a86c8"}
# text stays text in the file, so that it can be searched
_VECTOR: Any = {"pdf.fonttype": 42, "svg.fonttype": "none"}


def write_print_map(
    district: District,
    layout: Layout,
    stage: str,
    path: str | Path,
    *,
    paper: Literal["A4", "A3"] = "A4",
    review_number: str = "",
    date: str = "",
) -> Path:
    """Write the catchments of a stage as a vector PDF with legend, scale bar, north arrow, date and data status.

    School names that would cover one another are moved aside or left to the table; none overlap.

    Raises
    ------
    MissingExtraError
        If no Chinese font is installed.
    """
    with rc_context(_VECTOR), whole_file(path) as temporary:
        figure = overview_figure(district, layout, stage, paper=paper, review_number=review_number, date=date)
        figure.savefig(temporary, format="pdf")
    return Path(path)


def overview_figure(
    district: District,
    layout: Layout,
    stage: str,
    *,
    paper: str = "A4",
    review_number: str = "",
    date: str = "",
) -> Figure:
    """Return the map of all catchments of a stage on a sheet of paper."""
    width, height = (mm / 25.4 for mm in PAPER_MM[paper])
    figure, axes = _sheet(width, height, (0.04, 0.09, 0.92, 0.81))
    catchments = catchment_polygons(district, layout, stage)
    catchments.plot(ax=axes, color=catchments["colour"], edgecolor="#444", linewidth=0.6, alpha=0.7)
    _ground(axes, district)
    places = unit_places(district, layout)
    places = places[(places["stage"] == stage) & places["zoned"]].sort_values("pupils", ascending=False)
    _frame(axes, district.boundary.total_bounds)
    left_out = _schools(figure, axes, places)
    font = chinese_font()
    title = map_title(district, layout)[0]
    figure.text(0.5, 0.955, title.split("·")[0].strip(), ha="center", fontproperties=font, fontsize=15)
    figure.text(
        0.5,
        0.93,
        f"{STAGE_NAMES[stage][0]}学区 · {title.split('·')[-1].strip()}",
        ha="center",
        fontproperties=font,
        fontsize=10,
    )
    _legend(figure, axes, left_out)
    _furniture(axes)
    foot = [
        data_status(district, layout)[0],
        f"审图号:{review_number or '________________'}",
        f"制图日期:{date or '________'}",
        "示意图,不作为划界依据",
    ]
    figure.text(0.04, 0.035, "    ".join(foot[1:]), fontproperties=font, fontsize=8)
    figure.text(0.04, 0.055, "数据状态——" + foot[0], fontproperties=font, fontsize=8)
    return figure


def catchment_figure(district: District, layout: Layout, catchments: gpd.GeoDataFrame, unit: str) -> Figure:
    """Return a small map of one catchment with its surroundings, school and named roads."""
    figure, axes = _sheet(6.3, 4.1, (0.01, 0.01, 0.98, 0.98))
    chosen = catchments[catchments["unit"] == unit]
    catchments.plot(ax=axes, color="#f3f1ec", edgecolor="#aaa", linewidth=0.6)
    chosen.plot(ax=axes, color=str(chosen["colour"].iat[0]), edgecolor="#b2182b", linewidth=1.8)
    west, south, east, north = chosen.total_bounds
    pad = 0.12 * max(east - west, north - south)
    view = (west - pad, south - pad, east + pad, north + pad)
    near = district.roads.cx[view[0] : view[2], view[1] : view[3]]
    minor = near[near["road_class"].isin(["local", "rural"])] if len(near) else near
    if len(minor) and east - west < 6000:
        minor.plot(ax=axes, color="#999", linewidth=0.4, zorder=2)
    _ground(axes, district)
    _frame(axes, view)
    places = unit_places(district, layout)
    _schools(figure, axes, places[places["unit"].isin(unit.split(";"))])
    _furniture(axes)
    return figure


def _sheet(width: float, height: float, box: tuple[float, float, float, float]) -> tuple[Figure, Any]:
    chinese_font()
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    axes = figure.add_axes(box)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_linewidth(0.8)
    return figure, axes


def _ground(axes: Any, district: District) -> None:
    roads = district.roads
    main = (
        roads[roads["road_class"].isin(["motorway", "trunk", "arterial", "secondary"])]
        if len(roads)
        else roads
    )
    if len(main):
        main.plot(ax=axes, color="#7d746a", linewidth=0.5, alpha=0.7, zorder=3)
    for kind, part in district.barriers.groupby("kind"):
        style = "--" if kind == "railway" else "-"
        part.plot(ax=axes, color=_WATER.get(str(kind), "#444"), linewidth=1.1, linestyle=style, zorder=3)
    district.boundary.boundary.plot(ax=axes, color="#333", linewidth=1.2, zorder=4)


def _frame(axes: Any, bounds: Iterable[float]) -> None:
    """Show the bounds and no more than the paper's shape asks for."""
    west, south, east, north = bounds
    box = axes.get_position(original=True)
    shape = box.width * axes.figure.get_figwidth() / (box.height * axes.figure.get_figheight())
    axes.set_xlabel("")
    axes.set_ylabel("")
    half_x, half_y = 0.52 * (east - west), 0.52 * (north - south)
    half_x, half_y = max(half_x, half_y * shape), max(half_y, half_x / shape)
    axes.set_xlim((west + east) / 2 - half_x, (west + east) / 2 + half_x)
    axes.set_ylim((south + north) / 2 - half_y, (south + north) / 2 + half_y)


def _schools(figure: Figure, axes: Any, places: gpd.GeoDataFrame) -> int:
    """Draw points and the names that find room; return how many did not."""
    shown = places[~(places.geometry.isna() | places.geometry.is_empty)]
    if shown.empty:
        return 0
    axes.scatter(
        shown.geometry.x, shown.geometry.y, s=16, color="#1f2933", edgecolor="white", linewidth=0.6, zorder=6
    )
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    points = axes.transData.transform(np.column_stack([shown.geometry.x, shown.geometry.y]))
    taken: list[Any] = []
    missed = 0
    font = chinese_font()
    row: Any
    for row in shown.itertuples():
        for dx, dy, ha, va in (
            (5, 0, "left", "center"),
            (-5, 0, "right", "center"),
            (0, 5, "center", "bottom"),
            (0, -5, "center", "top"),
        ):
            text = axes.annotate(str(row.name).replace("$", r"\$"), (row.geometry.x, row.geometry.y), (dx, dy), textcoords="offset points",
                                 ha=ha, va=va, fontproperties=font, fontsize=6.5, zorder=7)  # fmt: skip
            box = text.get_window_extent(renderer)
            covers = (
                (points[:, 0] > box.x0)
                & (points[:, 0] < box.x1)
                & (points[:, 1] > box.y0)
                & (points[:, 1] < box.y1)
            )
            if not covers.any() and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()
        else:
            missed += 1
    return missed


def _legend(figure: Figure, axes: Any, left_out: int) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", color="none", markerfacecolor="#1f2933", markersize=5, label="学校"),
        Patch(facecolor="#77AADD", edgecolor="#444", alpha=0.7, label="学区(相邻异色)"),
        Line2D([], [], color="#7d746a", linewidth=1, label="主要道路"),
        Line2D([], [], color="#3a86c8", linewidth=1.4, label="河渠"),
        Line2D([], [], color="#444", linewidth=1.2, linestyle="--", label="铁路"),
        Line2D([], [], color="#333", linewidth=1.4, label="县界"),
    ]
    font = chinese_font().copy()
    font.set_size(8)
    title = f"图例(另有{left_out}所学校名称见附表)" if left_out else "图例"
    axes.legend(
        handles=handles, loc="upper left", prop=font, title=title, title_fontproperties=font, framealpha=0.95
    )


def _furniture(axes: Any) -> None:
    """Add a scale bar of a round length and a north arrow (grid north)."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    want = 0.2 * (east - west)
    step = 10 ** np.floor(np.log10(want))
    length = float(max(k * step for k in (1, 2, 5) if k * step <= want))
    x, y = east - 0.04 * (east - west) - length, south + 0.04 * (north - south)
    axes.plot([x, x + length], [y, y], color="#222", linewidth=2.2, solid_capstyle="butt", zorder=8)
    word = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.annotate(
        word, (x + length / 2, y), (0, 3), textcoords="offset points", ha="center", fontsize=7, zorder=8
    )
    axes.annotate("N", (0.95, 0.96), (0.95, 0.90), xycoords="axes fraction", textcoords="axes fraction", ha="center", va="top",
                  fontsize=9, arrowprops={"arrowstyle": "-|>", "color": "#222", "lw": 1.2}, zorder=8)  # fmt: skip
