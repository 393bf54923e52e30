"""Find what the files of a folder hold: every sheet and layer, with its headers, its rows and what its names are names of."""

from __future__ import annotations

import csv
import functools
import glob
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.headers import find_column, find_geometry, plain
from planning.district.cells.traditional import simplified
from planning.district.formats.books import OLDER, OPEN_XML, Page, is_book, read_pages
from planning.district.formats.word_tables import WORD
from planning.district.geometry.coordinates import in_china
from planning.district.schema import TABLE, Table
from planning.errors import DistrictError, Issue
from planning.importing.files import kml
from planning.importing.files.dbase import DBASE
from planning.importing.files.layers import GEODATABASE, LAYERED, SUFFIXES, is_layers, layers_of, read_vector
from planning.importing.files.pages import TEXTS, read_page
from planning.importing.forms.grids import is_no_data, is_records, read_grid
from planning.importing.forms.heads import find_header, join_headers
from planning.importing.sources.columns import full_name
from planning.texts import plain_text

GRIDS = (*OPEN_XML, *OLDER, WORD, *TEXTS, DBASE)
_TOP = 20
_TURN = 360
_NAMES_OF = {
    "schools": re.compile(r"小学|中学|学校|国小|国中|教学点|附小|附中|幼儿园|[一二三四五六七八九十0-9]中$|[一二三四五六七八九十0-9实]小$|\b(elementary|primary|middle|high|school|academy)\b", re.I),
    "townships": re.compile(r".+(镇|乡|街道|街道办|办事处|苏木|农场|开发区|管委会)$"),
    "zones": re.compile(r".*(小区|社区|花园|家园|公寓|村|屯|苑|里|居委会|居民委员会|村委会|村民委员会|组|宿舍|家属[院楼区]|大院|大厦|片区|学区|estate|court|neighbourhood|[一二三四五六七八九十]期)$", re.I),
}  # fmt: skip
"""What names of schools, townships and homes look like; the first that most of them fit."""
_MOST = 0.6
_SCHOOLS = re.compile("学校|校名|school")
_CODE = re.compile("编号|代码|编码|code|geoid|block|id$", re.IGNORECASE)
_COUNTER = re.compile(r"(objectid|fid|oid|id|gid)(_\d+)?", re.IGNORECASE)
_MEASURE = re.compile("shape|area|length|面积|周长", re.IGNORECASE)
_BIRTHS = re.compile("出生|生育|新生儿|births?")
_NEW_HOMES = re.compile("新增|新建|新楼|在建|待建|拟建|未建|规划(?!户)|交付|交房|housing|new")


@dataclass(frozen=True, eq=False)
class Source:
    """One sheet or layer that was found: its top rows, or the kind and system of its shapes."""

    file: str
    sheet: str
    rows: list[list[str]]
    geometry: str = ""
    crs: str = ""
    abroad: bool = False
    degrees: bool = False
    hidden: bool = False
    every: Sequence[Sequence[str]] = ()
    above: Sequence[str] = ()
    shapes: Shapes | None = field(default=None, compare=False, repr=False)
    read: dict[str, dict[str, list[str]]] = field(default_factory=dict, compare=False, repr=False)

    def says_where(self) -> bool:
        """Return whether its word on its coordinates counts: GeoJSON and KML claim WGS84 whatever is in them."""
        if self.file.lower().endswith((".geojson", ".json", ".topojson", *kml.SUFFIXES)):
            return self.abroad
        return bool(self.crs)

    def holds(self, geometry: str) -> bool:
        """Return whether a header of the top rows names this kind of coordinates."""
        return any(find_geometry(cell) == geometry for row in self.rows for cell in row)

    def head(self, table: Table) -> list[int]:
        """Return the rows of the header as a table reads it; the first row that holds several words where it knows none."""
        if self.geometry:
            return [0]
        found = find_header(table, self.rows, [])
        wide = (r for r, row in enumerate(self.rows) if len({c for c in row if c.strip()}) > 1)
        return found or [next(wide, 0)][: len(self.rows)]

    def headers(self, table: Table) -> list[str]:
        """Return the header of every column as it means something to a table; of two rows the lowest that does, else both."""
        rows = self.head(table)
        if not rows:
            return []
        words = join_headers(table, [self.rows[r] for r in rows], [])
        return [full_name(table, h) for h in words] if self.file.lower().endswith(".shp") else words

    def columns(self, table: Table) -> dict[str, list[str]]:
        """Return the cells below each header."""
        return _columns(self, table)

    def named(self, table: Table, column: str) -> str:
        """Return the header that means a column of a table."""
        return next(
            (h for h in self.columns(table) if (hit := find_column(table, h)) and hit[0] == column), ""
        )

    def kind(self, table: Table) -> str:
        """Return which table's rows the names of a source are, as their header says (小区名称) or as they look; empty where neither tells."""
        header = self.named(table, "name")
        said = [kind for h in self.columns(table) if (kind := _said_by(h))]
        if header and _said_by(header) == table.name and said[0] == table.name:
            return table.name  # estates may all be called after schools, teaching points after villages
        return kind_of_names(self.columns(table)[header]) if header else ""

    def called(self, kind: str) -> str:
        """Return the header of the first column whose cells look like names of a kind."""
        cells = self.columns(TABLE["zones"]).items()
        return next((header for header, held in cells if kind_of_names(held) == kind), "")

    def speaks_of_births(self) -> bool:
        """Return whether the name of the file or sheet, or a line above the table, speaks of births."""
        above = [*self.above, *(c for row in self.rows[:3] for c in row)]
        return any(_BIRTHS.search(plain(t)) for t in (self.file, self.sheet, *above))

    def speaks_of_new_homes(self) -> bool:
        """Return whether the name of the file or sheet, or a line above the header, says that homes are new ones."""
        head = min(self.head(TABLE["housing"]), default=0)
        above = [*self.above, *(c for row in self.rows[:head] for c in row)]
        return any(
            _NEW_HOMES.search(simplified(plain(t))) for t in (Path(self.file).stem, self.sheet, *above)
        )

    def speaks_of_schools(self) -> bool:
        """Return whether the name of the file or sheet, or a word of the first rows, speaks of schools."""
        above = [*self.above, *(c for row in self.rows[:3] for c in row)]
        return any(_SCHOOLS.search(simplified(plain(t))) for t in (self.file, self.sheet, *above))

    def code(self) -> str:
        """Return the header of a column that tells the rows of a layer apart: a code rather than a counter of records."""
        cells = {h: [row[i] for row in self.every[1:]] for i, h in enumerate(self.every[0]) if h.strip()}
        apart = [h for h, c in cells.items() if len(set(c)) == len(c) and all(map(str.strip, c))]
        coded = [h for h in apart if _CODE.search(h) and not _COUNTER.fullmatch(h)]
        other = [h for h in apart if not _COUNTER.fullmatch(h) and not _MEASURE.search(h)]
        return next(iter([*coded, *other, *apart]), "")

    def guessed_name(self, table: Table) -> str:
        """Return the header of the column that holds names of a table's rows though its header does not say so."""
        for header, cells in self.columns(table).items():
            held = [c for c in cells if c]
            if len(set(held)) > 0.8 * len(held) > 0 and kind_of_names(held) == table.name:
                return header
        return ""


def _said_by(header: str) -> str:
    """Return which of schools and zones a header names (学校名称, 小区名称); empty for one that may be either (名称, XQMC)."""
    if plain(header) == "xqmc":  # 小区名称, 学区名称, 校区名称
        return ""
    meant = {
        name
        for name in ("schools", "zones")
        if (hit := find_column(TABLE[name], header)) and hit[0] == "name"
    }
    return meant.pop() if len(meant) == 1 else ""


def _columns(source: Source, table: Table) -> dict[str, list[str]]:
    """Return the cells of a source below each header, read once for every table."""
    if table.name not in source.read:
        rows = source.head(table)
        found: dict[str, list[str]] = {}
        body = source.every[max(rows, default=-1) + 1 :]
        if not source.geometry:  # 合计 is the name of no row
            body = [row for row in body if not is_no_data([c.strip() for c in row])]
        for i, header in enumerate(source.headers(table)):
            if header.strip():
                found.setdefault(header, [plain_text(row[i]).strip() for row in body if i < len(row)])
        source.read[table.name] = found
    return source.read[table.name]


def kind_of_names(cells: Sequence[str]) -> str:
    """Return which table's rows names look like.

    Examples
    --------
    >>> kind_of_names(["第一小学家属院", "二中宿舍"])
    'zones'
    >>> kind_of_names(["金星镇", "胜利镇"]), kind_of_names(["第一小学", "利通二中"]), kind_of_names(["A", "B"])
    ('townships', 'schools', '')
    """
    held = [simplified(c.strip()) for c in cells if c.strip()]
    homes = _NAMES_OF["zones"].fullmatch
    for table, pattern in _NAMES_OF.items():
        find = pattern.search if table == "schools" else pattern.fullmatch
        fit = [c for c in held if find(c) and not (table == "schools" and homes(c))]  # 第一中学家属院
        if held and len(fit) >= _MOST * len(held):
            return table
    return ""


def files_of(root: Path, files: Sequence[Path] = ()) -> Sequence[Path]:
    """Return the files that are looked at: those given, or all of a folder and its subfolders but hidden ones."""
    every = sorted(root.glob("*")) + sorted(root.glob("*/*"))
    return files or [p for p in every if is_layers(p) and p.name[0] not in ".~" and not _beside(p)]


def _beside(path: Path) -> bool:
    """Return whether a file is a part of another one: the table of a Shapefile, the insides of a geodatabase."""
    layer = path.suffix.lower() == DBASE and any(path.with_suffix(s).is_file() for s in (".shp", ".SHP"))
    return layer or path.parent.suffix.lower() == GEODATABASE


def scan(root: Path, files: Sequence[Path] = ()) -> Iterator[Source | Issue]:
    """Yield every sheet and layer of the files, and what is wrong with those that cannot be read."""
    for path in files_of(root, files):
        parts = sorted(path.parent.glob(f"{glob.escape(path.stem)}.*"))  # a layer is several files
        stamp = tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in parts)
        yield from _sources_of(path, path.relative_to(root).as_posix(), stamp)


@functools.lru_cache(maxsize=64)
def _sources_of(
    path: Path, relative: str, stamp: tuple[tuple[str, int, int], ...]
) -> tuple[Source | Issue, ...]:
    """Return the sheets and layers of a file; every answer asks for all of them again, and few have changed."""
    try:
        return tuple(_read_sources(path, relative))
    except DistrictError as error:
        return tuple(p.at(file=relative) for p in error.problems[:1])
    except (OSError, ValueError, csv.Error) as error:
        return (Issue("district.folder.cannot_read", relative, error=error),)


def _read_sources(path: Path, relative: str) -> Iterator[Source | Issue]:
    suffix = path.suffix.lower()
    if suffix in SUFFIXES and not is_records(path):
        for layer in layers_of(path):
            sheet, crs = read_vector(path, layer)
            name = layer if suffix in LAYERED else ""
            kind = _kind(sheet.shapes)
            every = [list(sheet.headers), *sheet.cells.to_numpy().tolist()]
            abroad, degrees = _abroad(sheet.shapes), _in_degrees(sheet.shapes)
            yield Source(
                relative, name, every[:1], kind, crs, abroad, degrees, every=every, shapes=sheet.shapes
            )
    elif suffix in GRIDS:
        pages = _pages(path)
        if not pages and suffix == WORD:
            yield Issue("importing.propose.no_table_in_document", relative)
        for page in pages:
            every = page.filled()
            yield Source(
                relative, page.title, every[:_TOP], hidden=page.hidden, every=every, above=page.above
            )
    elif is_records(path):
        every = read_grid(path)[1]
        yield Source(relative, "", every[:_TOP], every=every)


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


def _in_degrees(shapes: Shapes | None) -> bool:
    """Return whether the numbers of shapes can be degrees."""
    return shapes is not None and bool(np.nanmax(np.abs(shapely.total_bounds(shapes)), initial=0) <= _TURN)


def _abroad(shapes: Shapes | None) -> bool:
    """Return whether shapes in degrees lie outside the country whose web maps are shifted."""
    if shapes is None or not len(shapes):
        return False
    west, south, east, north = shapely.total_bounds(shapes)
    return bool(not in_china((west + east) / 2, (south + north) / 2))
