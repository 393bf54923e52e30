"""Draw a layout as one HTML page that opens without internet: catchments, schools, projects, what is short."""

from __future__ import annotations

import base64
import html
import os
from functools import cache
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
from branca.element import Element

from planning.district import District
from planning.layout import Layout
from planning.publish.catchments import catchment_polygons, unit_names, zones_of_stage
from planning.publish.legend import STYLE, legend, script, title
from planning.publish.school_points import school_points
from planning.tables import each

STAGE_TEXT = {"primary": ("小学学区", "Primary catchments"), "junior": ("初中学区", "Junior catchments")}
SCHOOL_TEXT = {"primary": ("小学", "Primary schools"), "junior": ("初中", "Junior schools")}
LOADS = ((0.85, "#2b83ba"), (1.0, "#5aae61"), (1.1, "#fdae61"), (float("inf"), "#d7191c"))
BARRIER_STYLE = {
    "river": ("#4a90c2", 4), "canal": ("#4a90c2", 2.5), "railway": ("#444444", 2), "motorway": ("#b5651d", 3), "arterial": ("#9a7b4f", 2.2),
}  # fmt: skip
SIMPLIFY_M = 6.0


def to_map(district: District, layout: Layout) -> folium.Map:
    """Return the map of a layout.

    Parameters
    ----------
    district, layout
        The county and the plan.

    Returns
    -------
    folium.Map
        Layers per stage, schools sized by pupils and coloured by load, projects, shortages, roads and barriers;
        Leaflet is inlined, nothing is fetched, no tiles. Every name is escaped.
    """
    bounds = district.boundary.to_crs(4326).total_bounds
    page = folium.Map(tiles=None, prefer_canvas=False, zoom_snap=0.25, control_scale=False)
    _inline(page)
    _outline(page, district)
    stages = list(dict.fromkeys(layout.assignment["stage"]))
    for number, stage in enumerate(stages):
        _zones(page, district, layout, stage, show=number == 0)
    _lines(page, district)
    for stage in stages:
        _borders(page, district, layout, stage)
    points = school_points(district, layout).to_crs(4326)
    for stage in stages:
        _schools(page, points[points["stage"] == stage], stage)
    _projects(page, district, layout)
    folium.LayerControl(collapsed=False).add_to(page)
    page.fit_bounds(_focus(district, bounds))
    root: Any = page.get_root()
    root.header.add_child(Element(STYLE))
    root.html.add_child(Element(title(district, layout)))
    root.html.add_child(Element(legend(LOADS)))
    root.script.add_child(Element(script(page.get_name())))
    return page


def write_map(district: District, layout: Layout, path: Path) -> Path:
    """Write the map as one HTML file; all or nothing."""
    text = to_map(district, layout).get_root().render()
    temporary = Path(path).with_name(f".{Path(path).name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return Path(path)


@cache
def leaflet() -> str:
    """Return Leaflet's style sheet and script from the registry package, images included, as inline elements."""
    from xstatic.pkg import leaflet as package

    folder = Path(package.BASE_DIR)
    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    for image in sorted((folder / "images").iterdir()):
        data = base64.b64encode(image.read_bytes()).decode()
        style = style.replace(f"url(images/{image.name})", f"url(data:image/png;base64,{data})")
    code = (folder / "leaflet.js").read_text(encoding="utf-8")
    code = os.linesep.join(line for line in code.splitlines() if not line.startswith("//# sourceMappingURL"))
    return f"<style>{style}</style><script>{code}</script>"


def _inline(page: folium.Map) -> None:
    page.default_js = []
    page.default_css = []
    root: Any = page.get_root()
    root.header.add_child(Element(leaflet()), name="leaflet_inline", index=0)


def _focus(district: District, bounds: Any) -> list[list[float]]:
    """Return the corners around nine tenths of the zones' middles, so that the city fills the page."""
    middle = district.zones.geometry.representative_point().to_crs(4326)
    x, y = middle.x, middle.y
    left, right = x.quantile(0.03), x.quantile(0.97)
    low, high = y.quantile(0.07), y.quantile(0.99)
    if right - left <= 0 or high - low <= 0:
        left, low, right, high = bounds
    return [[float(low), float(left)], [float(high), float(right)]]


def _outline(page: folium.Map, district: District) -> None:
    folium.GeoJson(
        district.boundary[["geometry"]].to_crs(4326),
        control=False,
        style_function=lambda _: {
            "color": "#555",
            "weight": 2.5,
            "fill": True,
            "fillColor": "#fbfaf6",
            "fillOpacity": 1.0,
        },
        interactive=False,
    ).add_to(page)


def _zones(page: folium.Map, district: District, layout: Layout, stage: str, *, show: bool) -> None:
    zones = zones_of_stage(district, layout, stage, simplify_m=SIMPLIFY_M)
    catchments = catchment_polygons(district, layout, stage, simplify_m=SIMPLIFY_M).set_index("unit")
    names = unit_names(district)
    layer = gpd.GeoDataFrame(
        {
            "colour": zones["unit"].map(catchments["colour"]),
            "zone": [_safe(f"{n} ({z})") for n, z in zip(zones["name"], zones["zone"], strict=True)],
            "school": [_safe(names.get(u, u)) for u in zones["unit"]],
            "walk": [f"{d:,.0f} m" for d in zones["distance_m"]],
            "pupils": zones["pupils"].astype(int),
            "change": [
                _change(p, u, names) for p, u in zip(zones["previous_unit"], zones["unit"], strict=True)
            ],
        },
        geometry=zones.geometry.to_numpy(),
        crs=zones.crs,
    ).to_crs(4326)
    zh, en = STAGE_TEXT[stage]
    folium.GeoJson(
        layer,
        name=f"{zh} {en}",
        overlay=False,
        show=show,
        style_function=lambda f: {
            "fillColor": f["properties"]["colour"], "fillOpacity": 0.75, "color": "#ffffff", "weight": 0.6, "opacity": 0.8,
        },
        highlight_function=lambda _: {"weight": 2.5, "color": "#222", "fillOpacity": 0.9},
        tooltip=folium.GeoJsonTooltip(
            fields=["zone", "school", "walk", "pupils", "change"],
            aliases=["单元 Zone", f"{zh[:2]} School", "步行 Walk", "学生 Pupils", "变动 Change"],
            sticky=True,
        ),
        smooth_factor=0.5,
    ).add_to(page)  # fmt: skip


def _change(before: Any, now: str, names: pd.Series) -> str:
    if not isinstance(before, str) or not before or before == now:
        return "–"
    return _safe(f"原 was {names.get(before, before)}")


def _borders(page: folium.Map, district: District, layout: Layout, stage: str) -> None:
    catchments = catchment_polygons(district, layout, stage, simplify_m=SIMPLIFY_M)
    zh, en = STAGE_TEXT[stage]
    folium.GeoJson(
        catchments[["geometry"]].to_crs(4326),
        name=f"{zh}界线 {en[:-1]} borders",
        show=stage == "primary",
        interactive=False,
        style_function=lambda _: {"color": "#333", "weight": 1.6, "fill": False},
        smooth_factor=0.5,
    ).add_to(page)


def _lines(page: folium.Map, district: District) -> None:
    if len(district.roads):
        main = district.roads[
            district.roads["road_class"].isin(["trunk", "arterial", "secondary", "motorway"])
        ]
        group = folium.FeatureGroup(name="主要道路 Main roads", show=True)
        _line_layer(main, "#b9b4a8", 1.6).add_to(group)
        group.add_to(page)
    if len(district.barriers):
        group = folium.FeatureGroup(name="河渠、铁路、干路 Barriers", show=True)
        for kind, part in district.barriers.groupby("kind"):
            colour, weight = BARRIER_STYLE.get(str(kind), ("#555", 2))
            _line_layer(part, colour, weight, dash="6 5" if kind == "railway" else None).add_to(group)
        group.add_to(page)


def _line_layer(
    lines: gpd.GeoDataFrame, colour: str, weight: float, dash: str | None = None
) -> folium.GeoJson:
    return folium.GeoJson(
        lines[["geometry"]].to_crs(4326),
        interactive=False,
        style_function=lambda _: {"color": colour, "weight": weight, "dashArray": dash, "opacity": 0.9},
    )


def _schools(page: folium.Map, points: gpd.GeoDataFrame, stage: str) -> None:
    zh, en = SCHOOL_TEXT[stage]
    group = folium.FeatureGroup(name=f"{zh} {en}", show=stage == "primary")
    for row in each(points.sort_values("pupils", ascending=False)):
        if not row.pupils and not row.rooms:
            continue
        folium.CircleMarker(
            [row.geometry.y, row.geometry.x],
            radius=3.5 + 0.22 * float(row.pupils) ** 0.5,
            color="#202020",
            weight=2.4 if row.project else 1.0,
            fill=True,
            fill_color=load_colour(row.load),
            fill_opacity=0.92,
            tooltip=folium.Tooltip(_school_text(row)),
        ).add_to(group)
    for row in each(points[points["shortage"] > 0]):
        _gap_marker(row).add_to(group)
    group.add_to(page)


def load_colour(load: float) -> str:
    """Return the colour of a load: blue below 85 %, green to 100 %, orange to 110 %, red above."""
    if pd.isna(load):
        return "#999999"
    return next(colour for limit, colour in LOADS if load <= limit + 1e-9)


def _school_text(row: Any) -> str:
    load = "–" if pd.isna(row.load) else f"{row.load:.0%}"
    lines = [
        f"<b>{_safe(row.name)}</b>",
        f"学生 Pupils {row.pupils:,} · 班级 Classes {row.classes}",
        f"学位 Seats {row.seats:,} · 负荷 Load {load}",
    ]
    if row.shortage:
        lines.append(f"<span class='short'>缺学位 Seats short {row.shortage:,}</span>")
    if row.oversize:
        lines.append(f"<span class='short'>超规模 Over size {row.oversize:,}</span>")
    return "<br>".join(lines)


def _projects(page: folium.Map, district: District, layout: Layout) -> None:
    built = layout.projects.loc[layout.projects["built"].astype(bool), "project"]
    table = district.projects[district.projects["project"].isin(built)].to_crs(4326)
    if table.empty:
        return
    group = folium.FeatureGroup(name="建设项目(位置示意) Projects, schematic", show=True)
    kinds = {
        "new": "新建 new",
        "expansion": "改扩建 expanded",
        "closure": "撤并 closed",
        "conversion": "改制 converted",
    }
    for row in each(table):
        text = f"<b>{_safe(row.name)}</b><br>{kinds.get(row.kind, '')} · 教室 Rooms {row.rooms}<br>{row.cost_yuan / 1e4:,.0f} 万元 · {row.open_year}<br>{_safe(row.location_note or '')}"
        icon = folium.DivIcon(
            html=f"<div class='project'>{_safe(row.name)}</div>", icon_size=(120, 20), icon_anchor=(60, -8)
        )
        folium.Marker([row.geometry.y, row.geometry.x], icon=icon, tooltip=folium.Tooltip(text)).add_to(group)
    group.add_to(page)


def _gap_marker(row: Any) -> folium.Marker:
    icon = folium.DivIcon(
        html=f"<div class='gap'>−{row.shortage:,}</div>", icon_size=(44, 18), icon_anchor=(22, 30)
    )
    return folium.Marker(
        [row.geometry.y, row.geometry.x], icon=icon, tooltip=folium.Tooltip(_school_text(row))
    )


def _safe(text: Any) -> str:
    """Escape a name for HTML and for the script literals folium writes it into."""
    return (
        html.escape(str(text), quote=True)
        .replace("`", "&#96;")
        .replace("\\", "&#92;")
        .replace("${", "&#36;{")
    )
