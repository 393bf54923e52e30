"""Gather what is shown about every unit and project: name, place, pupils, seats, load."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from planning.approval import approval_lines, approval_of
from planning.approval.record import PUBLISHED
from planning.district import District
from planning.district.cells.dates import calendar_day
from planning.district.schema import STAGE_ZH
from planning.layout import Layout, one_row_per_zone

STAGE_NAMES = {stage: (zh, stage.capitalize()) for stage, zh in STAGE_ZH.items()}
KIND_NAMES = {
    "new": ("新建", "new school"),
    "expansion": ("改扩建", "expansion"),
    "closure": ("撤并", "closure"),
    "conversion": ("改制", "conversion"),
}
MAIN_ROADS = ("motorway", "trunk", "arterial", "secondary")
"""Classes of road that maps draw and notices name."""
STATUS_NAMES = {
    "real": ("真实数据", "real"),
    "derived": ("推导数据", "derived"),
    "synthetic": ("合成数据", "synthetic"),
    "unknown": ("来源未注明", "origin not stated"),
}


def stages_of(layout: Layout) -> list[str]:
    """Return the stages a layout assigns, primary first."""
    found = set(layout.assignment["stage"])
    return [stage for stage in STAGE_NAMES if stage in found]


def shown_year(layout: Layout) -> int:
    """Return the school year that is drawn: the last of the plan, when all of it is in use."""
    return int(layout.units["year"].max())


def as_published(layout: Layout) -> Layout:
    """Return the layout with one row per zone and stage, the units of a shared zone (多校划片) as one catchment, ``A;B``."""
    return replace(layout, assignment=one_row_per_zone(layout.assignment))


def unit_places(district: District, layout: Layout) -> gpd.GeoDataFrame:
    """Return one row per unit of the layout in its last year.

    Returns
    -------
    GeoDataFrame
        ``unit, school, name, stage, locale, kind, is_new, zoned, pupils, classes, seats`` (classes × cap),
        ``capacity`` (rooms × cap: the seats that could be opened), ``load`` (pupils ÷ capacity, NaN without rooms),
        ``shortage, oversize, overflow_in, overflow_out, rooms`` and the point of the school (empty when unknown),
        in the district's metric CRS.
    """
    year = layout.units[layout.units["year"] == shown_year(layout)]
    table = (
        year.groupby("unit", sort=True)
        .agg(
            school=("school", "first"),
            stage=("stage", "first"),
            pupils=("pupils", "sum"),
            classes=("classes", "sum"),
            seats=("seats", "sum"),
            cap=("cap", "mean"),
            rooms=("rooms", "max"),
            shortage=("shortage", "sum"),
            oversize=("oversize", "max"),
            overflow_in=("overflow_in", "sum"),
            overflow_out=("overflow_out", "sum"),
        )
        .reset_index()
    )
    table["capacity"] = (table["rooms"] * table.pop("cap")).round().astype(int)
    table["load"] = (table["pupils"] / table["capacity"]).where(table["capacity"] > 0)
    table["zoned"] = table["unit"].isin(
        layout.assignment["unit"].dropna().astype(str).str.split(";").explode()
    )
    sites = _sites(district)
    table = table.join(sites, on="school")
    table["name"] = table["name"].fillna(table["school"])
    table["locale"] = table["locale"].fillna("")
    table["kind"] = table["kind"].astype(object).fillna("").astype(str)
    table["is_new"] = ~table["school"].isin(district.schools["school"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=district.info.crs_metric)


def school_sites(district: District, layout: Layout, units: Collection[str]) -> gpd.GeoDataFrame:
    """Return ``unit, name`` and the point of the school of these units, by unit; those without a point are left out."""
    year = layout.units[layout.units["year"] == shown_year(layout)]
    mine = year.loc[year["unit"].isin(list(units)), ["unit", "school"]].drop_duplicates("unit")
    table = mine.sort_values("unit").join(_sites(district), on="school")
    table["name"] = table["name"].fillna(table["school"])
    sites = gpd.GeoDataFrame(table, geometry="geometry", crs=district.info.crs_metric)
    return sites[~(sites.geometry.isna() | sites.geometry.is_empty)]


def project_places(district: District, layout: Layout, *, only_built: bool = True) -> gpd.GeoDataFrame:
    """Return the projects of the layout with their point and ``location_note``; by default those that are built."""
    known = district.projects.set_index("project")
    table = layout.projects[layout.projects["built"].astype(bool)] if only_built else layout.projects
    table = table.reset_index(drop=True)
    table = table.join(known[["location_note", "geometry"]], on="project")
    table["location_note"] = table["location_note"].fillna("")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=district.info.crs_metric)


def names_of_units(district: District, layout: Layout) -> dict[str, str]:
    """Return the school name of every unit of the layout in its last year."""
    year = layout.units[layout.units["year"] == shown_year(layout)].drop_duplicates("unit")
    names = _sites(district)["name"]
    return {
        str(unit): school if pd.isna(name) else name
        for unit, school, name in zip(year["unit"], year["school"], year["school"].map(names), strict=True)
    }


def shared_name(unit: str, names: dict[str, str]) -> str:
    """Return the name of a unit, or the names of the several units of a multi-school zone."""
    return "、".join(names.get(part, part) for part in str(unit).split(";"))


def data_status(district: District, layout: Layout) -> tuple[str, str]:
    """Return the data-status line (Chinese, English): which layers shown are real, derived or synthetic (design.md §7)."""
    layers = {t: district.info.layers[t].status for t in district.info.layers}
    shown = ("boundary", "zones", "zone_pupils", "schools", "roads")
    words_zh = {
        "boundary": "县界",
        "zones": "居住单元",
        "zone_pupils": "学生",
        "schools": "学校",
        "roads": "道路",
    }
    words_en = {
        "boundary": "boundary",
        "zones": "zones",
        "zone_pupils": "pupils",
        "schools": "schools",
        "roads": "roads",
    }
    zh, en = [], []
    for status, (name_zh, name_en) in STATUS_NAMES.items():
        here = [t for t in shown if layers.get(t) == status]
        if here:
            zh.append(f"{name_zh}：{'、'.join(words_zh[t] for t in here)}")
            en.append(f"{name_en}: {', '.join(words_en[t] for t in here)}")
    if _schematic(district, layout):
        zh.append("项目位置示意")
        en.append("project sites schematic")
    return "；".join(zh), "; ".join(en)


def public_note(district: District, layout: Layout, *, exceptions: int | None = None) -> str:
    """Return the district's remark and, of an approved layout, its approval with so many of the exceptions (all by default)."""
    return " ".join(filter(None, (district.info.note, *approval_lines(layout, "zh", exceptions))))


def day_zh(text: str) -> str:
    """Return a date as official papers write it; what is no date stays as it is.

    Examples
    --------
    >>> day_zh("2021-06-01"), day_zh("6月初")
    ('2021年6月1日', '6月初')
    """
    parts = [int(part) for part in calendar_day(text).split("-") if part]
    return "{}年{}月{}日".format(*parts) if parts else text


def output_home(folder: str | Path) -> Path:
    """Return where documents of a run go: its folder, or ``published/NAME`` of an approved one, which nothing may change."""
    path = Path(folder)
    return Path(PUBLISHED) / path.resolve().name if approval_of(path) else path


def public_home(folder: str | Path) -> Path:
    """Return where the files of a run go that may be published: a folder of their own."""
    return output_home(folder) / "public"


def map_title(district: District, layout: Layout) -> tuple[str, str]:
    """Return the title of a map in Chinese and English."""
    name_zh, name_en = district.info.name_zh, district.info.name or district.info.id
    year = shown_year(layout)
    title_zh = str(layout.scenario.get("title_zh") or layout.scenario.get("title") or layout.name)
    title_en = str(layout.scenario.get("title") or layout.name)
    return (
        f"{name_zh}义务教育学区划分示意图（{year}学年）· {title_zh}",
        f"{name_en}: catchments {year} · {title_en}",
    )


def _sites(district: District) -> pd.DataFrame:
    columns = ["school", "name", "locale", "geometry"]
    new = district.projects[district.projects["kind"] == "new"]
    sites = pd.concat(
        [pd.DataFrame(district.schools[[*columns, "kind"]]), pd.DataFrame(new[columns]).assign(kind="")]
    )
    return sites.drop_duplicates("school").set_index("school")


def _schematic(district: District, layout: Layout) -> bool:
    notes = project_places(district, layout)["location_note"]
    return bool((notes != "").any())
