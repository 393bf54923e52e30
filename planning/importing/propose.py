"""Propose a mapping for a folder of files: the file that fits each table best, settings where they are plain."""

from __future__ import annotations

import csv
import functools
import glob
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from planning.district.books import OLDER, OPEN_XML, Page, is_book, read_pages
from planning.district.coordinates import in_china
from planning.district.headers import find_column, find_geometry, plain
from planning.district.info import INFO_KEYS
from planning.district.place import may_lack_shape
from planning.district.schema import TABLES, Table
from planning.district.sheet import Shapes
from planning.district.word_tables import WORD
from planning.errors import DistrictError, Issue
from planning.importing import kml
from planning.importing.cohorts import birth_year_of
from planning.importing.dbase import DBASE
from planning.importing.grids import find_header, is_records, known_headers, read_grid
from planning.importing.layers import GEODATABASE, LAYERED, SUFFIXES, is_layers, layers_of, read_vector
from planning.importing.pages import TEXTS, read_page
from planning.importing.sources import full_name
from planning.importing.streets import is_street_file
from planning.importing.words import grade_of

GRIDS = (*OPEN_XML, *OLDER, WORD, *TEXTS, DBASE)
UNREAD = (
    ".doc",
    ".wps",
    ".pdf",
    ".dwg",
    ".mdb",
    ".rar",
    ".zip",
    ".7z",
)
_TOP = 20
WHOLE = "县域"
"""Name of a boundary made of its parts."""
_NAMED, _CALLED, _ENOUGH = 0.75, 0.5, 0.9
_DERIVABLE = {
    "zones": frozenset({"township", "locale"}),
    "schools": frozenset({"kind", "locale", "geometry"}),
    "zone_pupils": frozenset({"layer"}),
    "births": frozenset({"layer"}),
}
_UNREFERRED = 0.3
"""Rows that do not say which zone, unit or school they are about are less likely that table's."""


@dataclass(frozen=True)
class _Source:
    """One sheet or layer that was found: its top rows, or the kind and system of its shapes."""

    file: str
    sheet: str
    rows: list[list[str]]
    geometry: str = ""
    crs: str = ""
    abroad: bool = False
    hidden: bool = False

    def holds(self, geometry: str) -> bool:
        """Return whether a header of the top rows names this kind of coordinates."""
        return any(find_geometry(cell) == geometry for row in self.rows for cell in row)


def propose_mapping(
    folder: str | Path, files: Sequence[Path] = (), *, derivable: bool = False
) -> dict[str, Any]:
    """Return mapping data for the files of a folder: the best file for every table, answers left empty where open.

    Parameters
    ----------
    folder : str or Path
        Looked at with one level of subfolders; hidden files are left out.
    files : sequence of Path
        Only these files of the folder.
    derivable : bool
        Columns, and places of schools, that :mod:`planning.importing.derive` can make may be missing.
    """
    root = Path(folder)
    sources = [s for s in _scan(root, files) if isinstance(s, _Source)]
    left = _DERIVABLE if derivable else {}
    tables: dict[str, dict[str, Any]] = {}
    for table in TABLES:
        may_lack = left.get(table.name, frozenset())
        best = max(sources, key=lambda source: _rank(table, source, may_lack), default=None)
        if derivable and table.name == "zones" and (best is None or _score(table, best, may_lack) < _ENOUGH):
            may_lack = may_lack | {"geometry"}  # lists of estates without coordinates, where no list has any
            named = [s for s in sources if _names_rows(table, s)]
            best = max(named, key=lambda source: _rank(table, source, may_lack), default=best)
        if best is None or _score(table, best, may_lack) < _ENOUGH:
            continue
        entry: dict[str, Any] = {"file": best.file}
        if best.sheet and not _rivals(table, best, sources):
            entry["sheet"] = best.sheet
        if table.geometry:
            entry["coordinates"] = "file" if _says_where(best) else ""
        if table.name == "zones" and best.geometry != "polygon" and not best.holds("wkt"):
            entry["outlines"] = "voronoi"
        tables[table.name] = entry
    streets = [p.relative_to(root).as_posix() for p in _files(root, files) if is_street_file(p)]
    for name in ("roads", "barriers"):
        if streets and name not in tables:
            tables[name] = {"file": streets[0]}
    if "boundary" not in tables and (outline := _whole(tables, sources)):
        tables = {"boundary": outline, **tables}
    return {"district": dict.fromkeys(INFO_KEYS, None), "tables": tables}


def _names_rows(table: Table, source: _Source) -> bool:
    """Return whether a column names the rows of a table."""
    headers = [c for r in find_header(table, source.rows, []) for c in source.rows[r]]
    return any((hit := find_column(table, h)) and hit[0] in ("name", *table.key) for h in headers)


def _rank(table: Table, source: _Source, may_lack: frozenset[str] = frozenset()) -> tuple[bool, float]:
    """Return how likely a source is a table; a hidden sheet comes after all that are shown."""
    score = _score(table, source, may_lack)
    return score >= _ENOUGH and not source.hidden, score


def titles_of(folder: str | Path) -> list[str]:
    """Return what files are called and what stands above their tables: names of files and sheets, lines of one text."""
    found: dict[str, None] = {}
    for source in _scan(Path(folder)):
        if isinstance(source, _Source):
            found |= dict.fromkeys((Path(source.file).stem, source.sheet))
            for row in source.rows[:3] if not source.geometry else ():
                words = {c.strip() for c in row if c.strip()}
                found |= dict.fromkeys(words if len(words) <= 2 else ())
    return [title for title in found if title]


def _rivals(table: Table, best: _Source, sources: Sequence[_Source]) -> list[str]:
    """Return the other sheets of the same workbook that fit a table as well: a person must say which are meant."""
    if best.geometry or best.hidden:
        return []
    known = _headers_known(table, best)
    others = [s for s in sources if s.file == best.file and s.sheet != best.sheet and not s.hidden]
    return [s.sheet for s in others if _headers_known(table, s) >= known]


def _headers_known(table: Table, source: _Source) -> set[str]:
    rows = find_header(table, source.rows, [])
    return known_headers(table, [source.rows[r] for r in rows]) if rows else set()


def _whole(tables: Mapping[str, Mapping[str, Any]], sources: Sequence[_Source]) -> dict[str, Any]:
    """Return a boundary made of all townships, or of all zones, where no file holds it."""
    for name in ("townships", "zones"):
        entry = tables.get(name, {})
        kinds = {s.geometry for s in sources if s.file == entry.get("file")}
        if "polygon" in kinds:
            return {**entry, "merge": True, "values": {"name": WHOLE}}
    return {}


def draft_of(path: str | Path) -> tuple[dict[str, Any], Path]:
    """Return the proposed mapping for a folder or a single file, and the folder its files are relative to.

    Raises
    ------
    DistrictError
        If there is nothing there that fits a table.
    """
    source = Path(path)
    folder = source if source.is_dir() else source.parent
    if not source.exists():
        raise DistrictError([Issue("importing.propose.no_such_file_folder", str(source))])
    data = propose_mapping(folder, () if source.is_dir() else (source,))
    if not data["tables"]:
        raise DistrictError([_nothing(source), *passed_over(source, data)])
    return data, folder


def _nothing(source: Path) -> Issue:
    return Issue("importing.propose.no_file_looks_like_table", str(source))


def _says_where(source: _Source) -> bool:
    """Return whether a file's word on its coordinates counts: GeoJSON and KML claim WGS84 whatever is in them."""
    if source.file.lower().endswith((".geojson", ".json", ".topojson", *kml.SUFFIXES)):
        return source.abroad
    return bool(source.crs)


def _files(root: Path, files: Sequence[Path] = ()) -> Sequence[Path]:
    """Return the files that are looked at: those given, or all of a folder and its subfolders but hidden ones."""
    every = sorted(root.glob("*")) + sorted(root.glob("*/*"))
    return files or [p for p in every if is_layers(p) and p.name[0] not in ".~" and not _beside(p)]


def _beside(path: Path) -> bool:
    """Return whether a file is a part of another one: the table of a Shapefile, the insides of a geodatabase."""
    layer = path.suffix.lower() == DBASE and any(path.with_suffix(s).is_file() for s in (".shp", ".SHP"))
    return layer or path.parent.suffix.lower() == GEODATABASE


def passed_over(path: str | Path, data: Mapping[str, Any]) -> list[Issue]:
    """Return what an import leaves aside without having been told to, as warnings.

    Parameters
    ----------
    path : str or Path
        Folder, or a single file.
    data : mapping
        The mapping that is used; files it names need no word.
    """
    source = Path(path)
    root, files = (source, ()) if source.is_dir() else (source.parent, (source,))
    used = {str(entry.get("file")) for entry in data["tables"].values()}
    rest = [p for p in _files(root, files) if p.relative_to(root).as_posix() not in used]
    found = list(_scan(root, rest)) if rest else []
    damaged = [p.at(level="warning") for p in found if isinstance(p, Issue)]
    unfit = dict.fromkeys(s.file for s in found if isinstance(s, _Source))
    old = [p.relative_to(root).as_posix() for p in rest if p.suffix.lower() in UNREAD]
    return [*damaged, *map(_unread, old), *([_unfit(list(unfit))] if unfit else [])]


def _unfit(files: Sequence[str]) -> Issue:
    return Issue("importing.propose.files_taken_no_table", "、".join(files), level="warning")


def _unread(file: str) -> Issue:
    return Issue("importing.propose.not_read_form_program_does", file, level="warning")


def _scan(root: Path, files: Sequence[Path] = ()) -> Iterator[_Source | Issue]:
    """Yield every sheet and layer of the files, and what is wrong with those that cannot be read."""
    for path in _files(root, files):
        parts = sorted(path.parent.glob(f"{glob.escape(path.stem)}.*"))  # a layer is several files
        stamp = tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in parts)
        yield from _sources_of(path, path.relative_to(root).as_posix(), stamp)


@functools.lru_cache(maxsize=64)
def _sources_of(
    path: Path, relative: str, stamp: tuple[tuple[str, int, int], ...]
) -> tuple[_Source | Issue, ...]:
    """Return the sheets and layers of a file; every answer asks for all of them again, and few have changed."""
    try:
        return tuple(_read_sources(path, relative))
    except DistrictError as error:
        return tuple(p.at(file=relative) for p in error.problems[:1])
    except (OSError, ValueError, csv.Error) as error:
        return (Issue("importing.propose.cannot_read", relative, error=error),)


def _read_sources(path: Path, relative: str) -> Iterator[_Source | Issue]:
    suffix = path.suffix.lower()
    if suffix in SUFFIXES and not is_records(path):
        for layer in layers_of(path):
            sheet, crs = read_vector(path, layer)
            name = layer if suffix in LAYERED else ""
            kind = _kind(sheet.shapes)
            yield _Source(relative, name, [list(sheet.headers)], kind, crs, _abroad(sheet.shapes))
    elif suffix in GRIDS:
        pages = _pages(path)
        if not pages and suffix == WORD:
            yield Issue("importing.propose.no_table_in_document", relative)
        for page in pages:
            yield _Source(relative, page.title, page.filled()[:_TOP], hidden=page.hidden)
    elif is_records(path):
        yield _Source(relative, "", read_grid(path)[1][:_TOP])


def _pages(path: Path) -> Sequence[Page]:
    """Return the sheets of a workbook that hold something, or the one page of a text file."""
    if not is_book(path):
        return [read_page(path)[1]]
    return [page for page in read_pages(path) if any(map(any, page.rows))]


def _kind(shapes: Shapes | None) -> str:
    """Return what kind of shapes a layer holds."""
    types = (
        set() if shapes is None else set(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]).tolist())
    )
    known = {0: "point", 4: "point", 1: "line", 5: "line", 3: "polygon", 6: "polygon"}
    kinds = {known.get(t, "unknown") for t in types}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def _abroad(shapes: Shapes | None) -> bool:
    """Return whether shapes in degrees lie outside the country whose web maps are shifted."""
    if shapes is None or not len(shapes):
        return False
    west, south, east, north = shapely.total_bounds(shapes)
    return bool(not in_china((west + east) / 2, (south + north) / 2))


def _score(table: Table, source: _Source, may_lack: frozenset[str] = frozenset()) -> float:
    """Return how well a source fits a table: share of its required columns, and whether its name says so.

    ``may_lack`` names columns that count as there, ``geometry`` for the place; with ``layer`` the attributes of a layer count.
    """
    drawn = table.name == "zones"  # outlines can be drawn around points
    # the attributes of a layer of estates say how many children live there
    fits = source.geometry in ("", table.geometry) or "layer" in may_lack
    if not fits and not (drawn and source.geometry == "point"):
        return 0.0
    rows = [0] if source.geometry else find_header(table, source.rows, [])
    headers = [c for r in rows for c in source.rows[r]]
    if source.file.lower().endswith(".shp"):
        headers = [full_name(table, h) for h in headers]
    found = {hit[0] for h in headers if (hit := find_column(table, h))}
    placed = bool(source.geometry) or any(find_geometry(h) for h in headers)
    if table.geometry and not placed and not may_lack_shape(table) and "geometry" not in may_lack:
        return 0.0
    if table.name == "births" and any(birth_year_of(h) is not None for h in headers):
        found |= {"year", "births"}
    if {"grade", "pupils"} <= set(table.column_of) and sum(grade_of(h) is not None for h in headers) > 1:
        found |= {"grade", "pupils", "class_no"}
    if not found - {c.name for c in table.columns if c.name in table.key or c.refers}:
        return 0.0
    own = table.key[:1] if len(table.key) == 1 else ()  # rows that nothing identifies are numbered
    # one school year for all rows is asked for; homes and births without a year are no list of new ones
    left = {*own, *may_lack, *(("year",) if "grade" in table.column_of else ())}
    required = [
        c.name
        for c in table.columns
        if c.required and c.default is None and c.name not in left and c.instead not in found
    ]
    share = sum(r in found for r in required) / max(len(required), 1)
    if not table.geometry:  # what lies somewhere can be found by place
        lost = [c.name for c in table.columns if c.refers and c.name in required and c.name not in found]
        share -= _UNREFERRED * len(lost)
    words = [plain(Path(source.file).stem), plain(source.sheet)]
    named = any(_names(plain(name), word) for word in words for name in (table.name, table.zh))
    called = any(plain(name) in word for word in words for name in table.aliases)
    return share + 0.1 * len(found) / len(table.columns) + (_NAMED if named else _CALLED if called else 0.0)


def _names(name: str, word: str) -> bool:
    return len(word) > 1 and (name in word or word in name)
