"""Gather what is shown about every unit and project: name, place, pupils, seats, load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from planning.approval import approval_lines, approval_of
from planning.approval.record import PUBLISHED
from planning.district import District
from planning.district.schema import STAGE_ZH
from planning.errors import Issue, LayoutError
from planning.layout import Layout, one_row_per_zone
from planning.messages import Text, paper_language, said, speaking
from planning.publish.words import county_word, title_word

STAGE_NAMES = {stage: (zh, stage.capitalize()) for stage, zh in STAGE_ZH.items()}
MAIN_ROADS = ("motorway", "trunk", "arterial", "secondary")
"""Classes of road that maps draw and notices name."""
SHOWN_LAYERS = ("boundary", "zones", "zone_pupils", "schools", "roads")


def stages_of(layout: Layout) -> list[str]:
    """Return the stages a layout assigns, primary first.

    Raises
    ------
    LayoutError
        If it assigns none: nothing can be drawn or printed of it.
    """
    found = set(layout.assignment["stage"])
    if not found & set(STAGE_NAMES):
        raise LayoutError([Issue("publish.places.assigns_no_zone", str(layout.path or layout.name))])
    return [stage for stage in STAGE_NAMES if stage in found]


def shown_year(layout: Layout) -> int:
    """Return the school year that is drawn: the last of the plan, when all of it is in use."""
    return int(layout.units["year"].max())


def as_published(layout: Layout) -> Layout:
    """Return the layout with one row per zone and stage, the units of a shared zone (多校划片) as one catchment, ``A;B``."""
    return replace(layout, assignment=one_row_per_zone(layout.assignment))


def names_of_zones(district: District) -> pd.Series:
    """Return what every zone is called, in the order of the table: its code where a district made in memory gives it no name."""
    names, codes = district.zones["name"], district.zones["zone"].astype(str)
    told = names.astype(str).str.strip()
    return told.where(names.notna() & (told != ""), codes)


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


def school_sites(district: District, layout: Layout) -> gpd.GeoDataFrame:
    """Return ``unit, name, kind, is_new`` and the point of the school of every unit, by unit; those without a point are left out."""
    year = layout.units[layout.units["year"] == shown_year(layout)]
    table = year[["unit", "school"]].drop_duplicates("unit")
    table = table.sort_values("unit").join(_sites(district), on="school")
    table["name"] = table["name"].fillna(table["school"])
    table["is_new"] = ~table["school"].isin(district.schools["school"])
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
    planned, standing = district.projects, district.schools
    new = (planned["kind"] == "new").to_numpy()
    names: dict[str, Any] = {}
    for table, rows in ((standing, slice(None)), (planned, new)):
        for school, name in zip(
            table["school"].to_numpy()[rows], table["name"].to_numpy()[rows], strict=True
        ):
            names.setdefault(school, name)
    return {
        str(unit): str(school) if pd.isna(name := names.get(school)) else str(name)
        for unit, school in zip(year["unit"], year["school"], strict=True)
    }


def shared_name(unit: str, names: dict[str, str]) -> str:
    """Return the name of a unit, or the names of the several units of a multi-school zone."""
    return said("publish.sign.comma").join(names.get(part, part) for part in str(unit).split(";"))


def data_word(district: District, layout: Layout) -> str:
    """Return the data-status line in the language of the paper."""
    return data_status_in(district, layout, paper_language())


def data_status_in(district: District, layout: Layout, lang: str) -> str:
    """Return the data-status line in a language: which layers shown are real, derived or synthetic (design.md §7)."""
    with speaking(lang):
        layers = {t: district.info.layers[t].status for t in SHOWN_LAYERS if t in district.info.layers}
        schematic = [said("publish.status.schematic")] if _schematic(district, layout) else []
        return said("publish.sign.semicolon").join([*filter(None, [layers_word(layers)]), *schematic])


def layers_word(status: Mapping[str, str]) -> str:
    """Return which layers are real, derived and synthetic, by the status of each."""
    comma = said("publish.sign.comma")
    told = []
    for kind in ("real", "derived", "synthetic", "unknown"):
        here = comma.join(said(f"publish.layer.{layer}") for layer, found in status.items() if found == kind)
        if here:
            told.append(
                said("publish.status.layers", status=Text(f"publish.status.data_{kind}"), layers=here)
            )
    return said("publish.sign.semicolon").join(told)


def public_note(district: District, layout: Layout, *, exceptions: int | None = None) -> str:
    """Return the district's remark and, of an approved layout, its approval with so many of the exceptions (all by default)."""
    return " ".join(filter(None, (district.info.note, *approval_lines(layout, paper_language(), exceptions))))


def output_home(folder: str | Path) -> Path:
    """Return where documents of a run go: its folder, or ``published/NAME`` of an approved one, which nothing may change."""
    path = Path(folder)
    return Path(PUBLISHED) / path.resolve().name if approval_of(path) else path


def public_home(folder: str | Path) -> Path:
    """Return where the files of a run go that may be published: a folder of their own."""
    return output_home(folder) / "public"


def map_title(district: District, layout: Layout) -> tuple[str, str]:
    """Return the title of a map in Chinese and English."""
    return map_title_in(district, layout, "zh"), map_title_in(district, layout, "en")


def map_title_in(district: District, layout: Layout, lang: str) -> str:
    """Return the title of a map in a language."""
    with speaking(lang):
        return said(
            "publish.map.title",
            county=county_word(district),
            year=str(shown_year(layout)),
            title=title_word(layout),
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
