"""Read the mapping file: which file fills which table, in which coordinates, under which headers."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planning.district.cells.encoding import decode
from planning.district.cells.headers import nearest
from planning.district.info import STATUS, grades_said
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.grades import USUAL, Grades
from planning.importing.geometry.outlines import CUT_BY, METHODS
from planning.importing.geometry.streets import is_street_file
from planning.importing.methods import Method, joined, method
from planning.messages import Both, Text
from planning.yamlfile import read_yaml

Scalar = str | int | float | bool


class Origin(BaseModel):
    """A file, and what must be known to read it.

    Parameters
    ----------
    file : str
        Path relative to the mapping file.
    sheet : str
        Sheet of a workbook (``A/B`` reads two together, ``*`` all that fit) or layer of a vector file; the one that fits
        by default.
    coordinates : str
        Coordinate system of the shapes: ``file`` (as the file itself says), WGS84, CGCS2000, GCJ-02, BD-09 or an EPSG
        code. Must be stated for tables with shapes.
    encoding : str
        Encoding of a CSV file or Shapefile; found when empty, refused when it gives no plausible text.
    outside : bool
        The file may lie outside the folder of the mapping file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    sheet: str = ""
    coordinates: str = ""
    encoding: str = ""
    outside: bool = False


class Join(Origin):
    """Another file whose columns are added to the rows that share a key with it.

    Parameters
    ----------
    by : str or dict of str to str
        Header of the key in both files, or header here: header there; several must all agree.
    keep_all : bool
        Keep rows without a partner instead of leaving them out.
    also : list of str
        Other files of the same form, whose rows are joined, too.
    first : bool
        Take the first of several rows with one key instead of refusing them.
    header_rows : list of int
        Rows of the header, first row is 1; when empty, the first row that holds anything, or on each of several sheets
        (``A/B``, ``*``) or files the one where most headers are known.
    """

    by: str | dict[str, str]
    keep_all: bool = False
    also: list[str] = Field(default_factory=list)
    first: bool = False
    header_rows: list[int] = Field(default_factory=list)


class Overlay(Origin):
    """Areas of another file that say something about the places that lie in them.

    Parameters
    ----------
    column : str
        Header whose value is taken: of the area that holds the point, or most of the area, of a row.
    text : str
        Pattern around the value: ``"{}-P"``.
    only : list of str
        Values whose areas count, where areas of several kinds lie over each other: all by default.
    words : dict of str to str
        Value: what it stands for (a school as its list calls it; several with ``;``), ``无`` for nothing.
    also : list of Overlay
        Other layers whose areas count as well.
    instead_of, same_as : list of str
        Layers of the same kind that are left aside for this one, and those that draw the same: said when it is read.
    """

    column: str
    text: str = "{}"
    only: list[str] = Field(default_factory=list)
    words: dict[str, str] = Field(default_factory=dict)
    also: list[Overlay] = Field(default_factory=list)
    instead_of: list[str] = Field(default_factory=list)
    same_as: list[str] = Field(default_factory=list)

    @property
    def files(self) -> str:
        """Return the files of all its layers."""
        return "、".join(dict.fromkeys((self.file, *(other.file for other in self.also))))


class Spread(BaseModel):
    """How rows that hold totals of areas become rows of zones.

    Parameters
    ----------
    by : str
        Number column of the zones in proportion to which totals are spread (``population``), ``area``, or ``even``.
    areas : Overlay, optional
        Areas that the totals belong to, named by its column; the townships by default.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: str = "population"
    areas: Overlay | None = None


class TableMap(Origin):
    """How one file becomes one table; the steps are taken in this order.

    Parameters
    ----------
    also : list of str
        Other files of the same form, whose rows follow below.
    join : list of Join
        Other files whose columns are added; rows without a partner are left out unless ``keep_all``.
    where, without : dict
        Header: value, or list of values, of the rows to keep, or to leave out.
    compute : dict of str to str
        New or schema column: arithmetic over headers (:mod:`planning.importing.steps.expressions`).
    text : dict of str to str
        New or schema column: text put together from cells, for example ``"{学校代码}-P"``.
    merge : bool
        Merge all rows into one: outlines are united, amounts added up (what ``compute`` makes of all rows together counts
        once), other cells are those of the first row.
    merged : str
        What a number in merged cells means: it belongs to the ``first`` of them, is divided (``divide``), or counts for
        ``each``. Refused when empty.
    repair : bool
        Repair outlines that cross themselves, and say which, instead of refusing them.
    approximate : bool
        Numbers that are said to be about so many (约3800人, 近3000, 3800余) count as they are written, instead of being refused.
    overlay : dict of str to Overlay
        Schema column: areas of another file that give its value by place.
    class_size : int
        For registers that give pupils by grade: classes of at most so many pupils where the number is not given.
    header_rows : list of int
        Rows of the header, first row is 1; found when empty.
    columns : dict of str to str
        Schema column: header in the file, where the headers themselves do not say it.
    values : dict
        Schema column: the same value for every row.
    words : dict of str to dict
        Schema column: word in the file → word of the schema.
    number : dict of str to str
        Schema column: pattern that numbers the rows, for example ``"Z{:04d}"``.
    admission : dict of str to str
        Units only. How units take pupils that leave it open: those of ``private`` schools, of schools called so (``private_name``), of
        ``boarding`` or special ones; ``catchment``, ``county`` or ``none``.
    lookup : list of str
        Columns that hold names instead of identifiers of the table they refer to.
    outlines : str
        ``"voronoi"`` draws zones around points; ``"pieces"`` cuts catchments that overlap into zones shared by their
        schools. The layer is then ``derived``.
    outlines_cut_by : list of str
        Kinds of barriers that no drawn outline reaches across.
    raster : dict of str to Origin
        Zones only. Number column: raster whose cells are summed over every zone.
    located : str
        Schools only. Header of what says where each stands (address, estate, village), for ``derive: [places]``.
    places : dict of str to str
        Schools: zone, or ``longitude,latitude`` in WGS84, where neither coordinates nor address say it. Zones: school, township or
        point by zone or township, where a zone has no coordinates (``derive: [homes]``).
    ages : int
        Births only. Year to whose 31 August columns of ages (6岁, 7岁 …) are counted; residents of six were born six years before.
    addresses : str
        Pupils by zone only. Header of home addresses, one pupil (or several, with their number) per row.
    attending : str
        Pupils by zone with addresses only. Header of the school that each pupil attends: it tells of which stage a year of entry is (2024级).
    counted : bool
        Classes only. A row is one pupil; they are counted by school, grade and class.
    unmatched : str
        ``"refuse"`` or ``"drop"`` rows whose address is no zone's.
    spread : Spread
        Tables by zone only. The zone column holds townships or other areas, whose totals are spread to their zones.
    status, source, licence, method : str
        Origin of the layer.
    """

    also: list[str] = Field(default_factory=list)
    join: list[Join] = Field(default_factory=list)
    where: dict[str, Scalar | list[Scalar]] = Field(default_factory=dict)
    without: dict[str, Scalar | list[Scalar]] = Field(default_factory=dict)
    compute: dict[str, str] = Field(default_factory=dict)
    text: dict[str, str] = Field(default_factory=dict)
    merge: bool = False
    merged: Literal["", "first", "divide", "each"] = ""
    repair: bool = False
    approximate: bool = False
    overlay: dict[str, Overlay] = Field(default_factory=dict)
    class_size: int = Field(default=0, ge=0, le=5000)
    header_rows: list[int] = Field(default_factory=list)
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, Scalar] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    number: dict[str, str] = Field(default_factory=dict)
    admission: dict[
        Literal["private", "private_name", "boarding"], Literal["catchment", "county", "none"]
    ] = Field(default_factory=dict)
    lookup: list[str] = Field(default_factory=list)
    outlines: Literal["", "voronoi", "pieces"] = ""
    outlines_cut_by: list[str] = Field(default_factory=lambda: list(CUT_BY))
    raster: dict[str, Origin] = Field(default_factory=dict)
    located: str = ""
    places: dict[str, str] = Field(default_factory=dict)
    ages: int = Field(default=0, ge=0, le=2100)
    addresses: str = ""
    attending: str = ""
    counted: bool = False
    unmatched: Literal["refuse", "drop"] = "refuse"
    spread: Spread | None = None
    status: str = "unknown"
    source: str = ""
    licence: str = ""
    method: str = ""


class Mapping(BaseModel):
    """A whole mapping file: settings of the district and one entry per table.

    ``derive`` names what no file holds and is made from the others (:mod:`planning.importing.derive`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    district: dict[str, Scalar | None]
    tables: dict[str, TableMap]
    derive: list[
        Literal["kinds", "homes", "places", "boundary", "townships", "locales", "pupils", "units"]
    ] = Field(default_factory=list)


def read_mapping(path: str | Path) -> Mapping:
    """Read a mapping file (YAML).

    Raises
    ------
    DistrictError
        With every unknown key, wrong type, unknown table or column.
    """
    file = Path(path)
    return mapping_from_data(_plain_data(file), file.name)


def mapping_data(path: str | Path) -> dict[str, Any]:
    """Return what a mapping file or a draft of one says, open answers included.

    Raises
    ------
    DistrictError
        If it is no mapping at all.
    """
    data = _plain_data(Path(path))
    parts = [data.get(k) for k in ("district", "tables")] if isinstance(data, dict) else [None]
    entries = parts[-1].values() if isinstance(parts[-1], dict) else []
    named = all(isinstance(entry, dict) and isinstance(entry.get("file"), str) for entry in entries)
    if not named or not all(isinstance(part, dict) for part in parts):
        problem = Issue("importing.mapping.district_tables_file_each_expected", Path(path).name)
        raise DistrictError([problem])
    return dict(data)


def _plain_data(file: Path) -> Any:
    if not file.is_file():
        raise DistrictError([Issue("importing.mapping.no_such_mapping_file", str(file))])
    try:
        return read_yaml(decode(file.read_bytes(), file.name))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = str(mark.line + 1) if mark else ""
        raise DistrictError(
            [Issue("importing.mapping.not_valid_yaml", file.name, row=row, error=error)]
        ) from error


def mapping_from_data(data: Any, file: str) -> Mapping:
    """Return the mapping that plain data describe.

    Raises
    ------
    DistrictError
        With everything that is wrong.
    """
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as error:
        raise DistrictError(_problem(file, dict(e)) for e in error.errors()) from error
    problems = [p for name, entry in mapping.tables.items() for p in _table_problems(file, name, entry)]
    if problems:
        raise DistrictError(problems)
    return mapping


def _problem(file: str, error: dict[str, Any]) -> Issue:
    place = [str(part) for part in error["loc"] if part not in ("str", "int", "float", "bool")]
    key = ".".join(place)
    if error["type"] == "extra_forbidden":
        known = list(TableMap.model_fields) if len(place) > 2 else list(Mapping.model_fields)
        near = nearest(place[-1], known)
        return Issue(
            "importing.mapping.unknown_key",
            file,
            column=key,
            mend="district.mend.did_you_mean" if near else "importing.mend.known_keys",
            near=near,
            known=known,
        )
    if error["type"] == "missing":
        return Issue("importing.mapping.missing", file, column=key, key=key)
    return Issue(
        "importing.mapping.wrong_kind_value",
        file,
        column=key,
        value=str(error.get("input"))[:80],
        msg=error["msg"],
    )


def _table_problems(file: str, name: str, entry: TableMap) -> list[Issue]:
    if name not in TABLE:
        return [_unknown(file, f"tables.{name}", name, list(TABLE))]
    table = TABLE[name]
    extra = ["lon", "lat", "wkt"] if table.geometry else []
    known = [*table.column_of, *extra]
    problems = [
        _unknown(file, f"tables.{name}.{part}.{column}", column, known)
        for part in ("columns", "values", "words", "number", "overlay", "raster")
        for column in getattr(entry, part)
        if column not in known
    ]
    problems += [
        _unknown(file, f"tables.{name}.lookup", column, [c.name for c in table.columns if c.refers])
        for column in entry.lookup
        if not (column in table.column_of and table.column_of[column].refers)
    ]
    if table.geometry and not entry.coordinates and not is_street_file(Path(entry.file)):
        problems.append(
            Issue(
                "importing.mapping.coordinate_system_not_stated",
                file,
                column=f"tables.{name}.coordinates",
                source=entry.file,
            )
        )
    if entry.status not in STATUS:
        problems.append(_unknown(file, f"tables.{name}.status", entry.status, list(STATUS)))
    return problems


def _unknown(file: str, key: str, word: str, known: list[str]) -> Issue:
    near = nearest(word, known)
    return Issue(
        "importing.mapping.unknown_name",
        file,
        column=key,
        mend="district.mend.did_you_mean" if near else "importing.mend.known",
        word=word,
        near=near,
        known=known,
    )


def grades_of(settings: Pairs[str, Any]) -> Grades:
    """Return the grades that a mapping's settings of the district name; the usual ones where they are not understood."""
    return grades_said(settings.get("grades")) or USUAL


def info_data(mapping: Mapping, methods: dict[str, list[Method]] | None = None) -> dict[str, Any]:
    """Return what district.yaml would say, with the origin of every table.

    Parameters
    ----------
    methods : dict of str to list of methods
        Table: how values that its file does not hold came about; such a table is ``derived``.
    """
    keys = ("status", "source", "licence", "method")
    layers = {
        name: {k: getattr(entry, k) for k in keys if getattr(entry, k)}
        for name, entry in mapping.tables.items()
    }
    whole = {entry.status for entry in mapping.tables.values()}
    for name in (n for n in methods or {} if n not in mapping.tables):
        layers[name] = {"status": "synthetic" if whole == {"synthetic"} else "derived", "method": ""}
        layers[name]["method"] = joined((methods or {})[name])
    for name, entry in mapping.tables.items():
        derived: list[Method] = [*(methods or {}).get(name, [])]
        derived += [METHODS[entry.outlines]] if entry.outlines else []
        derived += [
            method("overlay", column=_said(name, column), file=area.files)
            for column, area in entry.overlay.items()
        ]
        derived += [
            method("raster", column=_said(name, column), file=one.file)
            for column, one in entry.raster.items()
        ]
        if entry.spread:
            areas = entry.spread.areas.file if entry.spread.areas else Text("importing.methods.townships")
            derived.append(method("spread", areas=areas, by=_said("zones", entry.spread.by)))
        if derived:
            status = entry.status if entry.status == "synthetic" else "derived"
            layers[name] |= {"status": status, "method": joined((entry.method, *derived))}
    return {**mapping.district, "layers": layers}


def _said(table: str, column: str) -> Both:
    """Return a column by its name in English and Chinese."""
    known = TABLE[table].column_of.get(column) if table in TABLE else None
    return Both(column, known.zh if known else column)
