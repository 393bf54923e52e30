"""Write a run's catchments for desktop GIS: GeoPackage, GeoJSON, Shapefile, KML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from planning.atomic import new_folder, whole_file
from planning.district import District
from planning.errors import Issue, LayoutError
from planning.geopackages import flushed_later
from planning.layout import Layout
from planning.messages import Text, languages, said
from planning.publish.catchments import catchment_polygons
from planning.publish.export.kml import write_kml
from planning.publish.notice.limits import limits_of
from planning.publish.notice.read_back import Reader
from planning.publish.places import (
    as_published,
    data_word,
    public_home,
    public_note,
    stages_of,
    unit_places,
)
from planning.publish.told import told_catchments, told_schools
from planning.publish.words import county_word, stage_word
from planning.texts import plain_text

# a Shapefile's field holds 10 bytes of name and 254 of text
_FIELD, _TEXT_BYTES = 10, 254
_ENDING = {".gpkg": "gpkg", ".kml": "kml"}
_SHORT = {"schematic": "is_schemat", "previous_share": "prev_share"}


def export_catchments(
    district: District,
    layout: Layout,
    target: str | Path,
    to: str = "",
    *,
    simplify_m: float = 0.0,
    smooth_m: float = 0.0,
) -> gpd.GeoDataFrame:
    """Write the catchments and schools of a run in one of :data:`EXPORTS`, all or nothing.

    Parameters
    ----------
    district, layout : District, Layout
        What to write; units that admit together (多校划片) have one catchment.
    target : str or Path
        File (``gpkg``, ``kml``) or folder (``geojson``, ``shp``: one file per layer and a note in Chinese).
    to : str
        Format; by the ending of ``target`` when empty.
    simplify_m, smooth_m : float
        Tolerance of the simplification and greatest corner cut of the rounding, metres (0: none); borders stay shared.

    Returns
    -------
    GeoDataFrame
        The catchments of all stages as written (:func:`catchment_polygons`), with ``exclaves`` and ``holes``.

    Raises
    ------
    LayoutError
        If the format is unknown.
    WriteError
        If the place holds something else or the disk refuses.
    """
    path = Path(target)
    kind = to or _ENDING.get(path.suffix.lower(), "")
    if kind not in EXPORTS:
        raise LayoutError([_unknown(path, kind)])
    layers = export_layers(district, layout, simplify_m=simplify_m, smooth_m=smooth_m)
    note = _note(district, layout, simplify_m, smooth_m)
    if kind in _ENDING.values():
        with whole_file(path) as temporary:
            EXPORTS[kind](layers, temporary, note)
    else:
        with new_folder(
            path, marks=tuple(Text("publish.write.note_file").text(lang) for lang in languages())
        ) as folder:
            EXPORTS[kind](layers, folder, note)
            (folder / said("publish.write.note_file")).write_text(note + "\n", encoding="utf-8")
    found = [frame for name, frame in layers.items() if name.startswith("catchments")]
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=district.zones.crs)


def export_layers(
    district: District, layout: Layout, *, simplify_m: float = 0.0, smooth_m: float = 0.0
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers ``catchments_<stage>`` (with the border in words) and ``schools`` in the metric CRS.

    ``pupils`` is missing where it would tell of one zone or of too few children, and so are the ``classes`` and ``seats`` that
    follow from them (:mod:`planning.publish.told`).
    """
    told, open_ = told_catchments(layout), told_schools(layout)
    layout = as_published(layout)
    layers, reader = {}, Reader(district)
    for stage in stages_of(layout):
        frame = catchment_polygons(district, layout, stage, simplify_m=simplify_m, smooth_m=smooth_m)
        whole = frame if not max(simplify_m, smooth_m) else None
        words = limits_of(district, layout, stage, catchments=whole, reader=reader)
        limits = {unit: said.columns for unit, (_, said) in words.items()}
        frame["pupils"] = frame["pupils"].astype(float).where(frame["unit"].isin(told))
        frame.insert(4, "multi", frame["unit"].str.contains(";", regex=False))
        frame.insert(len(frame.columns) - 1, "limits", [limits[u][0] for u in frame["unit"]])
        frame.insert(len(frame.columns) - 1, "line", [limits[u][1] for u in frame["unit"]])
        layers[f"catchments_{stage}"] = frame
    places = unit_places(district, layout)
    for name in ("classes", "seats"):
        places[name] = places[name].astype(float).where(places["unit"].isin(open_))
    columns = ["unit", "school", "name", "stage", "locale", "is_new", "classes", "seats", "geometry"]
    layers["schools"] = places.loc[places["zoned"] & ~places.geometry.is_empty, columns].reset_index(
        drop=True
    )
    for frame in layers.values():
        for name in frame.columns.drop("geometry"):
            if not pd.api.types.is_numeric_dtype(frame[name]):
                frame[name] = frame[name].map(lambda v: plain_text(v) if isinstance(v, str) else v)
    return layers


def default_target(folder: str | Path, to: str) -> Path:
    """Return where a run's export goes: a file or a folder among its documents."""
    name = f"catchments-public.{to}" if to in _ENDING.values() else f"catchments-public-{to}"
    return public_home(folder) / name


@flushed_later()
def _write_package(layers: dict[str, gpd.GeoDataFrame], path: Path, note: str) -> None:
    for name, frame in layers.items():
        pyogrio.write_dataframe(
            frame, path, layer=name, driver="GPKG", append=path.exists(), layer_metadata={"DESCRIPTION": note}
        )


def _write_geojson(layers: dict[str, gpd.GeoDataFrame], folder: Path, note: str) -> None:
    for name, frame in layers.items():
        degrees = frame.to_crs(4326)
        # RFC 7946, 3.1.6: outer rings run counter-clockwise
        degrees["geometry"] = shapely.orient_polygons(degrees.geometry.to_numpy())
        pyogrio.write_dataframe(
            degrees, folder / f"{name}.geojson", driver="GeoJSON", RFC7946="YES", COORDINATE_PRECISION="7"
        )


def _write_shapefiles(layers: dict[str, gpd.GeoDataFrame], folder: Path, note: str) -> None:
    for name, frame in layers.items():
        table = frame.drop(columns=["limits", "line"], errors="ignore")
        table = table.rename(columns={c: _SHORT.get(c, c[:_FIELD]) for c in table.columns})
        for column in table.columns.drop("geometry"):
            if pd.api.types.is_bool_dtype(table[column]):
                table[column] = table[column].astype("int32")
            elif not pd.api.types.is_numeric_dtype(table[column]):
                table[column] = [_cut(text) for text in table[column].astype(str)]
        pyogrio.write_dataframe(table, folder / f"{name}.shp", driver="ESRI Shapefile", encoding="UTF-8")


def _write_kml(layers: dict[str, gpd.GeoDataFrame], path: Path, note: str) -> None:
    folders = {
        said("publish.write.catchments", stage=stage_word(name.partition("_")[2]))
        if name != "schools"
        else said("publish.word.school"): frame.to_crs(4326)
        for name, frame in layers.items()
    }
    write_kml(folders, path, note)


def _cut(text: str) -> str:
    """Return as many whole characters as a field holds."""
    return text.encode("utf-8")[:_TEXT_BYTES].decode("utf-8", "ignore")


def _note(district: District, layout: Layout, simplify_m: float, smooth_m: float) -> str:
    lines = [
        said("publish.write.catchments_of_a_sketch_no_basis", county=county_word(district)),
        said(
            "publish.write.status_of_the_data",
            data_status=data_word(district, layout) or said("publish.word.not_stated"),
        ),
    ]
    if note := public_note(district, layout):
        lines.append(note)
    if simplify_m > 0:
        lines.append(said("publish.write.borders_were_simplified_to_within_m", simplify_m=simplify_m))
    if smooth_m > 0:
        lines.append(said("publish.write.corners_of_borders_were_smoothed_within", smooth_m=smooth_m))
    return plain_text("".join(lines))


def parts_report(catchments: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return ``unit, name, stage, exclaves, holes`` of the catchments that are not one plain area."""
    rows = catchments[(catchments["exclaves"] > 0) | (catchments["holes"] > 0)]
    return pd.DataFrame(rows[["unit", "name", "stage", "exclaves", "holes"]]).reset_index(drop=True)


def _unknown(path: Path, kind: str) -> Issue:
    known = ", ".join(EXPORTS)
    return Issue("publish.write.unknown_format_known", str(path), value=kind, known=known)


EXPORTS: dict[str, Callable[[dict[str, gpd.GeoDataFrame], Path, str], None]] = {
    "gpkg": _write_package,
    "geojson": _write_geojson,
    "shp": _write_shapefiles,
    "kml": _write_kml,
}
"""What writes each format."""
