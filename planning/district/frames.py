"""Make a district from frames in memory, with the checks and the messages that files get."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.district.cells.headers import find_column
from planning.district.cells.sheet import Sheet
from planning.district.check import check_loaded
from planning.district.formats.layers import frame_sheet
from planning.district.geometry.coordinates import WGS84
from planning.district.info import info_from_data, suggest_crs
from planning.district.load import assemble, district_of
from planning.district.model import District, DistrictInfo, Layer
from planning.district.said import NOTHING, Said
from planning.district.schema import STAGE_ZH, STAGES, TABLE, Table
from planning.district.write import degrees_of
from planning.errors import DistrictError, Issue
from planning.grades import USUAL, Grades, is_kindergarten

_GRADE = re.compile(r"(?:grade|g|年级)?[ _]?(1[0-2]|[1-9])(?:年级)?", re.IGNORECASE)
_STAGE_OF = {word: stage for stage, zh in STAGE_ZH.items() for word in (stage, zh)}
_SUFFIX = {"primary": "P", "junior": "J"}
_ROOM_WORDS = {"rooms": "rooms", "seats": "seats", "学位": "seats", "学位数": "seats"}
_NOT_IN_NAMES = re.compile(r"[\\/:*?\"<>|\s]")
_TOWN = "T1"
_METHOD = "frames given in memory"


@dataclass
class _Table:
    """Rows of one table on their way to a sheet: the name the user knows it by, and what its rows are called."""

    known_as: str
    frame: pd.DataFrame
    labels: list[str] | None = None
    method: str = _METHOD


@dataclass
class _Making:
    """What was understood so far."""

    tables: dict[str, _Table] = field(default_factory=dict)
    problems: list[Issue] = field(default_factory=list)


def district_from_frames(
    zones: gpd.GeoDataFrame,
    schools: pd.DataFrame,
    pupils: pd.DataFrame | pd.Series[Any] | None = None,
    *,
    said: Said = NOTHING,
    seats_per_room: Mapping[str, int] | None = None,
    **tables: pd.DataFrame | None,
) -> District:
    """Return a district made of frames; see :meth:`planning.District.from_frames`."""
    making = _Making()
    year = said.base_year or _year_of(pupils)
    making.tables["zones"] = _Table("zones", _named(zones, TABLE["zones"]))
    making.tables["schools"] = _Table("schools", _named(schools, TABLE["schools"]))
    for table, frame in tables.items():
        if table not in TABLE:
            raise DistrictError([_no_such_table(table)])
        if frame is not None:
            making.tables[table] = _Table(table, _named(frame, TABLE[table]))
    _units(making, seats_per_room or {})
    info, wrong = info_from_data(
        {
            "id": _NOT_IN_NAMES.sub("_", said.name),
            "name": said.name,
            "name_zh": said.name,
            "base_year": year,
            "crs_metric": said.crs or _metric(zones),
            "grades": said.grades,
        },
        "district",
    )
    _pupils(making, pupils, year, info.grades if info else USUAL)
    _towns(making, said.name)
    sheets = _sheets(making)
    loaded = assemble(None, info, sheets, [*wrong, *making.problems])
    loaded = replace(loaded, problems=(*loaded.problems, *check_loaded(loaded)))
    district = district_of(loaded)
    layers = {t: Layer(said.status, method=made.method) for t, made in making.tables.items()}
    return replace(district, info=replace(_sure(loaded.info), layers=layers))


def _sure(info: DistrictInfo | None) -> DistrictInfo:
    assert info is not None, "a district was made"
    return info


def _named(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a frame whose headers are those of the schema; ``id`` and a named index hold the identifier."""
    if frame.index.name is not None:
        frame = frame.reset_index()
    renamed: dict[Any, str] = {}
    shape = (
        frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name else None
    )
    for header in frame.columns:
        hit = find_column(table, str(header))
        if header == shape or header in table.column_of:
            continue
        if hit is not None and hit[1] == 1.0 and hit[0] not in {*frame.columns, *renamed.values()}:
            renamed[header] = hit[0]
        elif (
            table.key
            and str(header).lower() == "id"
            and table.key[0] not in {*frame.columns, *renamed.values()}
        ):
            renamed[header] = table.key[0]
    return frame.rename(columns=renamed)


def _metric(zones: gpd.GeoDataFrame) -> str:
    """Return the projected system of the zones, or one that suits the place when theirs is in degrees."""
    crs = getattr(zones, "crs", None)
    if crs is None:
        return "EPSG:4544"  # the missing system is reported with the zones
    if crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info[:2]):
        return str(crs.to_string())
    west, south, east, north = zones.to_crs(WGS84).total_bounds
    return suggest_crs((west + east) / 2, (south + north) / 2)


def _year_of(pupils: Any) -> int:
    """Return the last school year of the pupils, or this one where they name none (it begins in September)."""
    if isinstance(pupils, pd.DataFrame):
        named = _named(pupils, TABLE["zone_pupils"])
        years = (
            pd.to_numeric(named["year"], errors="coerce").dropna()
            if "year" in named
            else pd.Series(dtype=float)
        )
        if len(years):
            return int(years.max())
    today = datetime.date.today()
    return today.year if today.month >= 9 else today.year - 1


def _units(making: _Making, seats_per_room: Mapping[str, int]) -> None:
    """Give every school its units where no table of units was given: one for each stage of its kind."""
    schools = making.tables["schools"]
    frame = schools.frame.copy()
    words = {c: _ROOM_WORDS.get(str(c), "") for c in frame.columns if c not in TABLE["schools"].column_of}
    rooms = {c: words[c] or (hit[0] if (hit := find_column(TABLE["units"], str(c))) else "") for c in words}
    frame = frame.rename(
        columns={c: n for c, n in rooms.items() if n in ("rooms", "seats", "capacity", "stage", "admission")}
    )
    if "kind" not in frame and "stage" in frame:
        frame["kind"] = frame["stage"]
    elif "kind" not in frame:
        frame["kind"] = "primary"
    for column, value in (("name", frame.get("school")), ("locale", "urban")):
        if column not in frame and value is not None:
            frame[column] = value
    extra = [c for c in ("rooms", "seats", "capacity", "stage", "admission") if c in frame]
    making.tables["schools"] = replace(schools, frame=frame.drop(columns=extra))
    if "units" in making.tables or "school" not in frame:
        return
    rows, labels = [], []
    for number, row in enumerate(frame.to_dict("records"), 1):
        school, label = str(row["school"]), f"{number} ({row['school']})"
        stages = [s for s in STAGES if str(row["kind"]) == s] or (
            [str(row["kind"])] if "stage" in frame else []
        )
        if not stages:
            making.problems.append(_which_stage(label, str(row["kind"])))
        for stage in stages:
            unit = {"unit": f"{school}-{_SUFFIX.get(stage, 'P')}", "school": school, "stage": stage}
            unit |= {c: row[c] for c in ("rooms", "capacity", "admission") if c in row}
            if not {"rooms", "capacity"} & set(row) and "seats" in row:
                unit["rooms"] = _rooms(making, row["seats"], stage, seats_per_room, label)
            rows.append(unit)
            labels.append(label)
    table = pd.DataFrame(rows, columns=None if rows else ["unit", "school", "stage", "rooms"])
    making.tables["units"] = _Table("schools", table, labels, "one unit for each school given")


def _rooms(making: _Making, seats: Any, stage: str, seats_per_room: Mapping[str, int], label: str) -> Any:
    """Return the classrooms that hold so many seats, rounded down; the seats as they are where they are no number."""
    if stage not in seats_per_room:
        if not any(p.column == "seats" for p in making.problems):
            making.problems.append(_how_many_a_room(label, seats, stage))
        return 0
    try:
        number = float(seats)
    except (TypeError, ValueError):
        return seats
    return int(number // seats_per_room[stage]) if np.isfinite(number) and number >= 0 else seats


def _pupils(making: _Making, pupils: Any, year: int, grades: Grades) -> None:
    """Bring pupils into rows of zone, year and grade: from a long table, a wide one, or columns of the zones."""
    zones = making.tables["zones"]
    if pupils is None:
        counted = [c for c in zones.frame.columns if _spread(c, grades) is not None]
        frame, known_as = (
            pd.DataFrame(zones.frame[[c for c in ("zone", *counted) if c in zones.frame]]),
            "zones",
        )
        making.tables["zones"] = replace(zones, frame=zones.frame.drop(columns=counted))
    else:
        frame = (
            pupils.rename("pupils").rename_axis("zone").reset_index()
            if isinstance(pupils, pd.Series)
            else pupils
        )
        known_as = "pupils"
        frame = _named(frame, TABLE["zone_pupils"])
        if "zone" not in frame:
            frame = _named(frame, TABLE["zones"])
    if "grade" in frame and "pupils" in frame:
        making.tables["zone_pupils"] = _Table(known_as, frame if "year" in frame else frame.assign(year=year))
        return
    wide = {c: some for c in frame.columns if (some := _spread(c, grades)) is not None}
    stages = set(making.tables["units"].frame["stage"]) if "units" in making.tables else set(STAGES)
    rows: list[dict[str, Any]] = []
    labels: list[str] = []
    for number, row in enumerate(frame.to_dict("records"), 1):
        for column, some in wide.items():
            some = some or tuple(g for s in grades if s in stages for g in grades[s]) or (grades.first,)
            for grade, count in zip(some, _shares(row[column], len(some)), strict=False):
                rows.append(
                    {"zone": row.get("zone"), "year": row.get("year", year), "grade": grade, "pupils": count}
                )
                labels.append(f"{number} ({row.get('zone')}), {column}")
    if not wide:
        making.problems.append(_no_pupils(known_as))
        rows, labels = [], []
    table = pd.DataFrame(rows, columns=["zone", "year", "grade", "pupils"])
    method = "totals divided evenly over the grades" if any(len(g) != 1 for g in wide.values()) else _METHOD
    making.tables["zone_pupils"] = _Table(known_as, table, labels, method)


def _spread(column: Any, grades: Grades) -> tuple[int, ...] | None:
    """Return the grades that a column counts, none for those of every stage; ``None`` for a column that counts no pupils."""
    text = str(column).strip().lower()
    if is_kindergarten(text) and 0 in grades.every:
        return (0,)
    if (match := _GRADE.fullmatch(text)) and int(match[1]) <= max(9, grades.last):
        return (int(match[1]),)
    if text in _STAGE_OF:
        return grades.get(_STAGE_OF[text], ())
    return () if text in ("pupils", "学生数") else None


def _shares(total: Any, parts: int) -> list[Any]:
    """Return a whole number divided over parts, the lowest first; anything else stands in the first part, to be reported."""
    if parts == 1:
        return [total]
    try:
        number = float(total)
    except (TypeError, ValueError):
        return [total]
    if not np.isfinite(number) or number < 0 or number != int(number):
        return [total]
    each, rest = divmod(int(number), parts)
    return [each + (1 if k < rest else 0) for k in range(parts)]


def _towns(making: _Making, name: str) -> None:
    """Complete what a small county leaves out: names of zones, one township, the outline of the zones."""
    zones = making.tables["zones"]
    frame = zones.frame.copy()
    given = {"name": frame.get("zone"), "township": _TOWN, "locale": "urban"}
    for column, value in given.items():
        if column not in frame and value is not None:
            frame[column] = value
    making.tables["zones"] = replace(zones, frame=frame)
    if getattr(frame, "crs", None) is None:
        return  # reported with the zones; nothing can be drawn from them
    shapes = shapely.make_valid(np.asarray(frame.geometry.array, dtype=object))
    outline = shapely.union_all(shapes)
    if "townships" not in making.tables:
        towns = [t for t in dict.fromkeys(frame["township"]) if pd.notna(t)]
        parts = [shapely.union_all(shapes[(frame["township"] == t).to_numpy()]) for t in towns]
        names = [name if t == _TOWN else str(t) for t in towns]
        made = gpd.GeoDataFrame({"township": towns, "name": names}, geometry=parts, crs=frame.crs)
        making.tables["townships"] = _Table("zones", made, method="joined from the zones")
    if "boundary" not in making.tables:
        made = gpd.GeoDataFrame({"name": [name]}, geometry=[outline], crs=frame.crs)
        making.tables["boundary"] = _Table("zones", made, method="joined from the zones")


def _sheets(making: _Making) -> dict[str, Sheet]:
    """Return the tables as text and shapes, as if read from files; shapes rounded as files hold them."""
    sheets: dict[str, Sheet] = {}
    for name, made in making.tables.items():
        frame = made.frame
        try:
            if isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None:
                frame = frame.set_geometry(gpd.GeoSeries(degrees_of(frame), index=frame.index, crs=WGS84))
            sheet = frame_sheet(frame, TABLE[name], made.known_as)
        except DistrictError as error:
            making.problems += error.problems
            continue
        sheets[name] = (
            sheet if made.labels is None else replace(sheet, labels=np.array(made.labels, dtype=object))
        )
    return sheets


def _no_such_table(name: str) -> Issue:
    return Issue("district.frames.no_such_table", "district", value=name, table=TABLE)


def _which_stage(label: str, kind: str) -> Issue:
    return Issue(
        "district.frames.school_kind_several_stages_none", "schools", row=label, column="kind", value=kind
    )


def _how_many_a_room(label: str, seats: Any, stage: str) -> Issue:
    return Issue(
        "district.frames.seats_given_but_not_how",
        "schools",
        row=label,
        column="seats",
        value=str(seats),
        stage=stage,
    )


def _no_pupils(known_as: str) -> Issue:
    return Issue("district.frames.no_column_counts_pupils", known_as, column="pupils")
