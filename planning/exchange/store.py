"""Put districts into a PostGIS database and get them back, all or nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.district.check import check_loaded
from planning.district.formats.layers import frame_sheet
from planning.district.geometry.coordinates import WGS84
from planning.district.info import info_from_data
from planning.district.load import assemble, district_of
from planning.district.model import District
from planning.district.schema import TABLES, Table
from planning.district.write import degrees_of, district_files, plain_rows
from planning.errors import Issue, StoreError
from planning.exchange.address import Address, read_address
from planning.exchange.database import Session, changing, reading
from planning.messages import Both, en_zh


@dataclasses.dataclass(frozen=True)
class Entry:
    """One line of the list of a store.

    Parameters
    ----------
    district, layout : str
        Identifiers; ``layout`` is empty for a district.
    title : str
        Chinese name of the district, or title of the layout.
    written : str
        When it was put there.
    current : bool or None
        Whether a layout was made with the district as it is in the store now; ``None`` where that cannot be known.
    """

    district: str
    layout: str
    title: str
    written: str
    current: bool | None = None


def put_district(url: str, district: District, *, replace: bool = False) -> str:
    """Put a district into a store under its own id, in one transaction.

    Parameters
    ----------
    url : str
        Address of the store (:func:`planning.exchange.address.read_address`).
    replace : bool
        Replace a district of that id that says something else.

    Returns
    -------
    str
        The id.

    Raises
    ------
    StoreError
        If the database refuses, or holds another district of that id and ``replace`` is not set.
    """
    with changing(read_address(url)) as session:
        put_tables(session, district, replace=replace)
    return district.info.id


def read_store(url: str, district: str = "") -> District:
    """Read a district from a store and check it like any other.

    Parameters
    ----------
    url : str
        Address of the store; it may name the district: ``…?district=litong``.
    district : str
        Id of the district; may be left out where the store has only one.

    Raises
    ------
    StoreError
        If the database cannot be reached or has no such district.
    DistrictError
        If somebody has put wrong values into its tables.
    """
    address = read_address(url)
    with reading(address) as session:
        return _district(session, name_of(session, district or address.district))


def list_store(url: str) -> list[Entry]:
    """Return the districts of a store, each followed by its layouts."""
    with reading(read_address(url)) as session:
        districts = session.run(
            "SELECT district, name_zh, written, files FROM {s}.districts ORDER BY district"
        ).fetchall()
        layouts = session.run(
            "SELECT district, layout, scenario, summary, written FROM {s}.layouts ORDER BY district, layout"
        ).fetchall()
    entries = []
    for name, title, written, files in districts:
        entries.append(Entry(name, "", title, f"{written:%Y-%m-%d %H:%M}"))
        for _, layout, scenario, summary, moment in (row for row in layouts if row[0] == name):
            words = str(scenario.get("title_zh") or scenario.get("title") or "")
            state = _made_with(summary.get("inputs"), files)
            entries.append(Entry(name, layout, words, f"{moment:%Y-%m-%d %H:%M}", state))
    return entries


def _made_with(inputs: Any, files: dict[str, str]) -> bool | None:
    if not isinstance(inputs, dict) or not set(files) <= set(inputs):
        return None  # made from a workbook or a GeoPackage: its bytes say nothing about the tables
    return all(inputs[name] == digest for name, digest in files.items())


def _digests(district: District) -> dict[str, str]:
    return {n: hashlib.sha256(t.encode("utf-8")).hexdigest() for n, t in district_files(district).items()}


def plain_json(data: Any) -> str:
    """Return data as JSON, the order of their keys kept."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def put_tables(session: Session, district: District, *, replace: bool) -> None:
    """Write every table of a district in an open transaction; see :func:`put_district`."""
    info, files = district.info, _digests(district)
    there = session.run("SELECT files FROM {s}.districts WHERE district = %s", (info.id,)).fetchone()
    if there and there[0] == files:
        return
    if there and not replace:
        raise StoreError([exists(session.address, *en_zh("exchange.store.district2", id=info.id))])
    values = (
        info.name,
        info.name_zh,
        info.base_year,
        info.crs_metric,
        info.note,
        plain_json(files),
        info.snap_m,
        str(info.grades),
        info.id,
    )
    if there:
        session.run(
            "UPDATE {s}.districts SET (name, name_zh, base_year, crs_metric, note, files, snap_m, grades, written) "
            "= (%s, %s, %s, %s, %s, %s, %s, %s, now()) WHERE district = %s",
            values,
        )
    else:
        session.run(
            "INSERT INTO {s}.districts (name, name_zh, base_year, crs_metric, note, files, snap_m, grades, district) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            values,
        )
    for name in ("layers", *(t.name for t in TABLES)):
        session.run(f'DELETE FROM {{s}}."{name}" WHERE district = %s', (info.id,))
    origins = [[info.id, n, o.status, o.source, o.licence, o.method] for n, o in sorted(info.layers.items())]
    columns = ["district", "table", "status", "source", "licence", "method"]
    session.copy("layers", columns, iter(origins))
    for table in TABLES:
        _put_table(session, info.id, table, getattr(district, table.name))


def _put_table(session: Session, district: str, table: Table, frame: pd.DataFrame) -> None:
    columns = ["district", "row", *(c.name for c in table.columns)]
    shapes: list[str | None] = []
    if isinstance(frame, gpd.GeoDataFrame):
        columns.append("geometry")
        degrees = shapely.set_srid(degrees_of(frame), 4326)
        shapes = list(shapely.to_wkb(degrees, hex=True, include_srid=True))
    rows = (
        [district, number, *row, *shapes[number - 1 : number]]
        for number, row in enumerate(plain_rows(table, frame), 1)
    )
    session.copy(table.name, columns, rows)


def name_of(session: Session, wanted: str) -> str:
    """Return the id of the district that is meant."""
    known = [r[0] for r in session.run("SELECT district FROM {s}.districts ORDER BY district").fetchall()]
    if wanted in known:
        return wanted
    if not wanted and len(known) == 1:
        return str(known[0])
    if not wanted:
        raise StoreError([_several(session.address, known)])
    raise StoreError([unknown(session.address, *en_zh("exchange.store.district", wanted=wanted), known)])


def _district(session: Session, name: str) -> District:
    row = session.run(
        # by way of JSON, as tables of earlier versions have no tolerance, or no grades
        "SELECT name, name_zh, base_year, crs_metric, note, to_jsonb(d)->'snap_m', to_jsonb(d)->>'grades' "
        "FROM {s}.districts d WHERE district = %s",
        (name,),
    ).fetchone()
    origins = session.run(
        'SELECT "table", status, source, licence, method FROM {s}.layers WHERE district = %s', (name,)
    ).fetchall()
    said = ("name", "name_zh", "base_year", "crs_metric", "note", "snap_m", "grades")
    data: dict[str, Any] = {k: v for k, v in zip(said, row, strict=True) if v is not None}
    keys = ("status", "source", "licence", "method")
    data |= {"id": name, "layers": {r[0]: dict(zip(keys, r[1:], strict=True)) for r in origins}}
    info, problems = info_from_data(data, f"{session.address} districts")
    sheets = {}
    for table in TABLES:
        frame = _table(session, name, table)
        if len(frame) or table.required:
            sheets[table.name] = frame_sheet(frame, table, f"{session.address} {table.name}")
    loaded = assemble(None, info, sheets, problems)
    return district_of(dataclasses.replace(loaded, problems=(*loaded.problems, *check_loaded(loaded))))


def _table(session: Session, district: str, table: Table) -> pd.DataFrame:
    columns = [c.name for c in table.columns]
    wanted = ", ".join(f'"{c}"' for c in columns) + (", {g}.ST_AsBinary(geometry)" if table.geometry else "")
    rows = session.run(
        f'SELECT {wanted} FROM {{s}}."{table.name}" WHERE district = %s ORDER BY row', (district,)
    ).fetchall()
    data = {c: pd.Series([r[i] for r in rows], dtype="object") for i, c in enumerate(columns)}
    frame = pd.DataFrame(data, columns=columns)
    if not table.geometry:
        return frame
    shapes = shapely.from_wkb(np.array([r[-1] for r in rows], dtype=object))
    return gpd.GeoDataFrame(frame, geometry=np.asarray(shapes, dtype=object), crs=WGS84)


def exists(address: Address, english: str, chinese: str) -> Issue:
    """Say that a name is taken."""
    return Issue(
        "exchange.store.another_already_nothing_changed", str(address), english=Both(english, chinese)
    )


def unknown(address: Address, english: str, chinese: str, known: list[str]) -> Issue:
    """Say that a name is not known."""
    listed = ", ".join(known)
    return Issue(
        "exchange.store.no_here",
        str(address),
        mend="exchange.mend.there_are" if known else "exchange.mend.see_planning_store_list",
        english=Both(english, chinese),
        listed=listed,
    )


def _several(address: Address, known: list[str]) -> Issue:
    listed = ", ".join(known)
    return Issue(
        "exchange.store.several_districts_kept_here" if known else "exchange.store.no_district_kept_here",
        str(address),
        mend="exchange.mend.name_one_district_id",
        listed=listed,
    )
