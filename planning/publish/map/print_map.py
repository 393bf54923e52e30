"""Draw the catchments of a stage on a sheet of paper: vector maps of the county and its core, title, legend, lists of names."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from planning.atomic import whole_file
from planning.district import District
from planning.errors import Issue, LayoutError
from planning.layout import Layout
from planning.messages import paper_language, said
from planning.publish.catchments import catchment_polygons
from planning.publish.fonts import chinese_font
from planning.publish.map.labels import Names, name_roads
from planning.publish.map.name_lists import list_missed, list_schools
from planning.publish.map.shapes import draw_areas
from planning.publish.map.sheet import (
    blank_sheet,
    draw_ground,
    draw_north,
    draw_points,
    draw_scale,
    legend_handles,
    map_window,
    window_bounds,
)
from planning.publish.places import (
    as_published,
    data_word,
    map_title,
    map_title_in,
    public_note,
    stages_of,
    unit_places,
)
from planning.publish.words import chinese, stage_word
from planning.texts import one_line

PAPER_MM = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
# text stays text in the file, so that it can be searched
_VECTOR: Any = {"pdf.fonttype": 42, "svg.fonttype": "none"}
# a core that takes less than this share of the county's extent is drawn again, larger
_CORE_SHARE = 0.5
_LEAST_SCHOOLS = 8

Bounds = tuple[float, float, float, float]


def write_print_map(
    district: District,
    layout: Layout,
    stage: str,
    path: str | Path,
    *,
    paper: str = "A4",
    review_number: str = "",
    date: str = "",
) -> Path:
    """Write the catchments of a stage as a vector PDF with legend, scale bar, north arrow, date and data status.

    The urban core is drawn again larger where it is small on the sheet. Names never cover one another: a school whose
    name finds no room carries a number, and the list beside the map says its name.

    Raises
    ------
    LayoutError
        If the layout has no such stage, or the paper is not one of :data:`PAPER_MM`.
    MissingExtraError
        If no Chinese font is installed.
    """
    with rc_context(_VECTOR), whole_file(path) as temporary:
        figure = overview_figure(district, layout, stage, paper=paper, review_number=review_number, date=date)
        data = {"Title": map_title(district, layout)[0], "Creator": "planning", "CreationDate": None}
        figure.savefig(temporary, format="pdf", metadata=data)
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
    """Return the map of all catchments of a stage on a sheet of paper; upright unless the county is wider than high."""
    _check(layout, stage, paper)
    layout = as_published(layout)
    bounds = _bounds(district.boundary.total_bounds)
    short, long = (mm / 25.4 for mm in PAPER_MM[paper])
    wide = bounds[2] - bounds[0] > 1.2 * (bounds[3] - bounds[1])
    figure = blank_sheet(long, short) if wide else blank_sheet(short, long)
    catchments = catchment_polygons(district, layout, stage)
    places = unit_places(district, layout)
    places = places[
        (places["stage"] == stage) & places["zoned"] & ~(places.geometry.isna() | places.geometry.is_empty)
    ]
    places = places.sort_values(["pupils", "unit"], ascending=[False, True])
    core = _core(district, places, bounds)
    large = PAPER_MM[paper][0] / PAPER_MM["A4"][0]
    boxes = _boxes(bounds, figure, core is not None)
    seen = None if core is None else window_bounds(figure, boxes["core"], core)
    missed = _window(
        figure, boxes["county"], bounds, district, catchments, places, core=seen, size=6.5 * large
    )
    if core is not None:
        x, y, _, tall = boxes["core"]
        figure.text(
            x,
            y + tall + 0.005,
            said("publish.print_map.the_urban_core_larger"),
            fontproperties=chinese_font(),
            fontsize=9 * large,
        )
        missed += _window(
            figure,
            boxes["core"],
            core,
            district,
            catchments,
            places,
            core=None,
            size=6 * large,
            first=len(missed) + 1,
        )
    signs = legend_handles(district, places, core="core" in boxes)
    _around(figure, boxes, district, layout, stage, review_number, date, missed, large, signs)
    if core is not None and boxes["list"][1] > boxes["core"][1] + boxes["core"][3]:
        list_schools(figure, boxes["list"], places, len(missed), large)
    return figure


def _check(layout: Layout, stage: str, paper: str) -> None:
    known_stages = stages_of(layout)
    for value, known, zh in (
        (paper, list(PAPER_MM), said("publish.print_map.paper")),
        (stage, known_stages, said("publish.word.stage")),
    ):
        if value not in known:
            text = ", ".join(known)
            raise LayoutError(
                [Issue("publish.print_map.expected_one", layout.name, value=value, text=text, zh=zh)]
            )


def _window(  # noqa: PLR0913 - one sheet is laid out from its parts
    figure: Figure,
    box: tuple[float, float, float, float],
    bounds: Bounds,
    district: District,
    catchments: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    core: Bounds | None,
    size: float,
    first: int = 1,
) -> list[tuple[int, str]]:
    """Draw one map of the sheet; return number and name of the schools whose name found no room."""
    axes = map_window(figure, box, bounds)
    limits = axes.get_xlim(), axes.get_ylim()
    draw_areas(
        axes, catchments.geometry.array, catchments["colour"], edgecolor="#444", linewidth=0.6, alpha=0.7
    )
    draw_ground(axes, district)
    frame = shapely.box(limits[0][0], limits[1][0], limits[0][1], limits[1][1])
    shown = places[places.within(frame)]
    draw_points(axes, shown)
    names = Names(axes, np.column_stack([shown.geometry.x, shown.geometry.y]))
    draw_scale(axes, names)
    if core is not None:
        axes.add_patch(
            Rectangle(
                core[:2],
                core[2] - core[0],
                core[3] - core[1],
                fill=False,
                edgecolor="#b2182b",
                linewidth=1.0,
                zorder=8,
            )
        )
        shown = shown[~shown.within(shapely.box(*core))]
        low, high = axes.transData.transform([core[:2], core[2:]])
        names.taken.append((low[0], low[1], high[0], high[1]))
    if first == 1:
        draw_north(axes, names)
    missed = _name_schools(axes, names, shown, size, first)
    _town_names(names, district, frame, size + 1.5)
    if core is None:
        name_roads(names, district, frame, minor=False)
    return missed


def _name_schools(
    axes: Any, names: Names, shown: gpd.GeoDataFrame, size: float, first: int
) -> list[tuple[int, str]]:
    """Name schools, or number those whose name finds no room from ``first`` on; return number and name of these."""
    missed: list[tuple[int, str]] = []
    for row in shown.to_dict("records"):
        x, y = row["geometry"].x, row["geometry"].y
        if not names.at_point(str(row["name"]), x, y, size=size):
            missed.append((first + len(missed), str(row["name"])))
            if not names.at_point(
                str(missed[-1][0]), x, y, size=size - 0.5, color="#9c0d20", fontweight="bold"
            ):
                axes.annotate(
                    str(missed[-1][0]),
                    (x, y),
                    (2, 1),
                    textcoords="offset points",
                    fontsize=size - 1,
                    color="#9c0d20",
                    zorder=9,
                )
    return missed


def _town_names(names: Names, district: District, frame: Any, size: float) -> None:
    for row in district.townships.to_dict("records"):
        shape = row["geometry"]
        if shape is None or shape.is_empty or not shape.intersects(frame):
            continue
        seen = shape.intersection(frame)
        place = shapely.point_on_surface(seen)
        names.centred(str(row["name"]), place.x, place.y, size=size, color="#6b5b73")


def _core(district: District, places: gpd.GeoDataFrame, bounds: Bounds) -> Bounds | None:
    """Return where nearly all urban zones lie, if it is small in the county and holds many schools."""
    urban = district.zones[district.zones["locale"] == "urban"]
    if urban.empty:
        return None
    points = urban.geometry.representative_point()
    west, east = points.x.quantile([0.02, 0.98])
    south, north = points.y.quantile([0.02, 0.98])
    share = max((east - west) / (bounds[2] - bounds[0]), (north - south) / (bounds[3] - bounds[1]))
    inside = places.within(shapely.box(west, south, east, north)).sum()
    if share > _CORE_SHARE or inside < _LEAST_SCHOOLS:
        return None
    pad = 0.06 * max(east - west, north - south)
    return float(west - pad), float(south - pad), float(east + pad), float(north + pad)


def _boxes(bounds: Bounds, figure: Figure, divided: bool) -> dict[str, tuple[float, float, float, float]]:
    """Return the parts of the sheet: county map, core map, legend, list of names.

    The core stands below the county on an upright sheet, beside it on a lying one.
    """
    top, low = 0.90, 0.085
    upright = figure.get_figheight() > figure.get_figwidth()
    shape = (
        1.04
        * (bounds[3] - bounds[1])
        / (bounds[2] - bounds[0])
        * figure.get_figwidth()
        / figure.get_figheight()
    )
    if not divided:
        height = min(top - low - 0.13, max(0.35, 0.92 * shape))
        legend = (0.04, low, 0.92, top - height - low - 0.01)
        return {"county": (0.04, top - height, 0.92, height), "legend": legend, "list": legend}
    if upright:
        height = 0.475
        width = min(0.60, max(0.40, height / shape))
        side, rest = 0.06 + width, 0.90 - width
        return {
            "county": (0.04, top - height, width, height),
            "core": (0.04, low, 0.92, top - height - 0.03 - low),
            "legend": (side, top - 0.20, rest, 0.20),
            "list": (side, top - height, rest, height - 0.14),
        }
    return {
        "county": (0.04, 0.30, 0.45, top - 0.30),
        "core": (0.51, 0.30, 0.45, top - 0.33),
        "legend": (0.04, low, 0.45, 0.20),
        "list": (0.51, low, 0.45, 0.20),
    }


def _around(  # noqa: PLR0913 - one sheet is laid out from its parts
    figure: Figure,
    boxes: dict[str, tuple[float, float, float, float]],
    district: District,
    layout: Layout,
    stage: str,
    review_number: str,
    date: str,
    missed: list[tuple[int, str]],
    large: float,
    signs: list[Any],
) -> None:
    """Add title, legend, list of names, data status and the line of the foot."""
    font = chinese_font()
    title, _, scenario = map_title_in(district, layout, paper_language()).partition("·")
    foot = said(
        "publish.print_map.review_number_date_of_the_map",
        review_number=review_number or "________________",
        date=date or "________",
    )
    lines = [
        (0.5, 0.955, title.strip(), 15, "center"),
        (
            0.5,
            0.93,
            said("publish.print_map.catchments", stage=stage_word(stage), scenario=scenario.strip()),
            10,
            "center",
        ),
        (0.04, 0.035, foot, 8, "left"),
        *_status(figure, district, layout, 8, large),
    ]
    for x, y, text, size, side in lines:
        figure.text(
            x, y, one_line(text), ha=side, fontproperties=font, fontsize=size * large, parse_math=False
        )
    small = font.copy()
    small.set_size(7.5 * large)
    box = boxes["legend"]
    figure.legend(handles=signs, loc="upper left", bbox_to_anchor=(box[0], box[1] + box[3]), ncols=2 if box[2] > 0.3 else 1, prop=small,
                  title=said("publish.print_map.legend"), title_fontproperties=small, borderaxespad=0, framealpha=1)  # fmt: skip
    list_missed(figure, boxes["list"], missed, large, aside=boxes["list"] == boxes["legend"])


def _status(
    figure: Figure, district: District, layout: Layout, size: float, large: float
) -> list[tuple[float, float, str, float, str]]:
    """Return the status of the data and the approval in as many lines as they need, three at most."""
    note = public_note(district, layout, exceptions=1)
    text = said("publish.print_map.status_of_the_data") + said("publish.sign.stop").join(
        filter(None, (data_word(district, layout), note))
    )
    # letters are as wide as they are high, figures narrower
    room = int(0.92 * figure.get_figwidth() * 72 / (size * large) / (1.0 if chinese() else 0.55))
    lines = textwrap.wrap(text, room, max_lines=3, placeholder="…") or [""]
    step = 1.5 * size * large / 72 / figure.get_figheight()
    return [(0.04, 0.052 + step * k, line, size, "left") for k, line in enumerate(reversed(lines))]


def _bounds(values: Iterable[float]) -> Bounds:
    west, south, east, north = (float(v) for v in values)
    return west, south, east, north
