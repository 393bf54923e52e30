"""Propose a mapping for a folder of files: the file that fits each table best, settings where they are plain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planning.district.cells.headers import find_column, find_geometry, plain
from planning.district.geometry.place import may_lack_shape
from planning.district.info import INFO_KEYS
from planning.district.schema import TABLE, TABLES, Table
from planning.errors import DistrictError, Issue
from planning.importing.candidates import Source, files_of, scan
from planning.importing.forms.cohorts import age_columns, birth_year_of, year_alone
from planning.importing.forms.heads import known_headers
from planning.importing.forms.words import grade_of
from planning.importing.found_grades import grades_found
from planning.importing.geometry.streets import is_street_file
from planning.importing.in_force import Listed, catchments_in_force, named_after_schools, names_catchments
from planning.importing.matching import drawn_beside, same_form
from planning.importing.rosters import register_entry, roster_entry
from planning.importing.steps.positions import holds_pairs

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
WHOLE = "县域"
"""Name of a boundary made of its parts."""
_NAMED, _CALLED, _ENOUGH = 0.75, 0.5, 0.9
_DERIVABLE = {
    "zones": frozenset({"township", "locale"}),
    "schools": frozenset({"kind", "locale", "geometry"}),
    "zone_pupils": frozenset({"layer"}),
    "births": frozenset({"layer"}),
}
_ORDER = ("schools", "zones", *(t.name for t in TABLES if t.name not in ("schools", "zones")))
"""Tables are chosen in this order: what is a list of schools or of homes is nothing else."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNREFERRED = 0.3
"""Rows that do not say which zone, unit or school they are about are less likely that table's."""


def propose_mapping(
    folder: str | Path, files: Sequence[Path] = (), *, derivable: bool = False, layer: str = ""
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
    layer : str
        Layers of catchments in force, as a person answered, where several draw the same.
    """
    root = Path(folder)
    sources = [s for s in scan(root, files) if isinstance(s, Source)]
    left = _DERIVABLE if derivable else {}
    tables: dict[str, dict[str, Any]] = {}
    taken: dict[str, list[Source]] = {}
    for name in _ORDER:
        table, may_lack = TABLE[name], left.get(name, frozenset())
        free = [s for s in sources if _may_be(table, s, taken, derivable=derivable)]
        best = max(free, key=lambda source: _rank(table, source, may_lack), default=None)
        if derivable and name == "zones" and (best is None or not _draws_homes(table, best, may_lack)):
            may_lack = may_lack | {"geometry"}  # lists of estates without coordinates, where no list has any
            named = [s for s in free if _names_rows(table, s)]
            best = max(named, key=lambda source: _rank(table, source, may_lack), default=best)
        if best is None or _score(table, best, may_lack) < _ENOUGH:
            continue
        tables[name], taken[name] = _entry(table, best, sources), [best]
        if derivable:
            more = [s for s in free if s is not best and same_form(table, best, s)]
            tables[name] |= {"also": [s.file for s in more]} if more else {}
            taken[name] += more
        drawn = _drawn(table, best, free, sources) if derivable else None
        if drawn is not None:
            tables[name], used = drawn
            tables[name]["coordinates"] = "file" if used[0].says_where() else ""
            taken[name] = used
    tables |= _rosters(tables, taken, sources) if derivable else {}
    if derivable and "zones" in tables and (areas := _in_force(taken, sources, layer)):
        tables["zones"] |= {"overlay": areas, "lookup": [*tables["zones"].get("lookup", []), *areas]}
    tables = {table.name: tables[table.name] for table in TABLES if table.name in tables}
    streets = [p.relative_to(root).as_posix() for p in files_of(root, files) if is_street_file(p)]
    for name in ("roads", "barriers"):
        if streets and name not in tables:
            tables[name] = {"file": streets[0]}
    if "boundary" not in tables and (outline := _whole(tables, sources)):
        tables = {"boundary": outline, **tables}
    settings = dict.fromkeys(INFO_KEYS, None) | {"grades": grades_found(sources) or None}
    return {"district": settings, "tables": tables}


def _rosters(
    tables: Mapping[str, Any], taken: Mapping[str, Sequence[Source]], sources: Sequence[Source]
) -> dict[str, Any]:
    """Return the entry of pupils that a list of their homes tells, where no other list says how many live where."""
    if "zones" not in tables or {"zone_pupils", "births"} & set(tables):
        return {}
    entry = roster_entry(sources, [s for used in taken.values() for s in used])
    if not entry:
        return {}
    schools = next(iter(s for s in taken.get("schools", ()) if s.named(TABLE["schools"], "name")), None)
    register = {} if "classes" in tables else register_entry(entry, sources, schools)
    return {"zone_pupils": entry} | ({"classes": register} if register else {})


def _in_force(taken: Mapping[str, Sequence[Source]], sources: Sequence[Source], layer: str) -> dict[str, Any]:
    """Return the overlay of zones by drawn catchments, where zones are no catchments themselves."""
    used = [s for some in taken.values() for s in some]
    return catchments_in_force(sources, used, taken["zones"][0], Listed.of(taken.get("schools", ())), layer)


def _drawn(
    table: Table, best: Source, free: Sequence[Source], sources: Sequence[Source]
) -> tuple[dict[str, Any], list[Source]] | None:
    """Return the entry of a list whose rows a layer beside it places: outlines of homes, points of schools."""
    if table.name == "zones":
        lists = [s for s in free if _names_rows(table, s) and not s.geometry]
        layers = [s for s in sources if s.geometry == "polygon" and s.kind(table) != "townships"]
        return drawn_beside(table, best, lists, layers)
    if table.name != "schools" or (_placed(best) and best.geometry != "point"):
        return None
    points = [best] if best.geometry else [s for s in free if s.geometry == "point"]
    lists = [s for s in free if not _placed(s) and _tells(s) - _tells(points[0])] if points else []
    return drawn_beside(table, best, lists, points, whole=True)


def _may_be(table: Table, source: Source, taken: Mapping[str, Sequence[Source]], *, derivable: bool) -> bool:
    """Return whether a source may be a table at all: what its names are names of, and what it is already, stand against it."""
    kind = source.kind(table)
    if table.name == "schools":
        return source.geometry in ("", "point") and (
            kind == "schools" or (not kind and source.speaks_of_schools())
        )
    if table.name == "zones":
        others = taken.get("schools", ())
        drawn = source.geometry == "polygon"
        if source in others or (drawn and derivable and len(source.every) <= 2):  # the outline of the county
            return False
        return drawn or kind != "schools"
    if table.name == "townships":
        header = source.named(table, "name")
        cells = source.columns(table).get(header, [])
        if kind in ("schools", "zones") or len(set(cells)) < len(cells):
            return False
        listed = Listed.of(taken.get("schools", ()))
        # an outline without a name is the county's; 一小 and 实小 are catchments of schools as people call them
        if derivable and source.geometry and (not any(cells) or names_catchments(source, listed)):
            return False
        used = any(source in some for name, some in taken.items() if name in ("zones", "schools"))
        shown = source.geometry == "polygon" or bool(source.named(table, "township"))
        return not (used or (derivable and not shown))
    if table.name == "boundary":
        schools = Listed.of(taken.get("schools", ())) if derivable else None
        # the catchment or the ground of one school
        named = source.geometry and named_after_schools(source, schools)
        return source.geometry in ("", "polygon") and len(source.every) <= 2 and not named
    return True


def _draws_homes(table: Table, source: Source, may_lack: frozenset[str]) -> bool:
    """Return whether a source of zones with coordinates is better than a list of homes without: it is drawn, or names homes."""
    fits = _score(table, source, may_lack) >= _ENOUGH
    return fits and (source.geometry == "polygon" or source.kind(table) != "townships")


def _entry(table: Table, best: Source, sources: Sequence[Source]) -> dict[str, Any]:
    """Return what a mapping says about the source of a table, answers left empty where open."""
    entry: dict[str, Any] = {"file": best.file}
    if best.sheet and not _rivals(table, best, sources):
        entry["sheet"] = best.sheet
    if table.geometry:
        entry["coordinates"] = "file" if best.says_where() else ""
    if table.name == "zones" and best.geometry != "polygon" and not best.holds("wkt"):
        entry["outlines"] = "voronoi"
    if "name" in table.column_of and not best.named(table, "name") and (name := _other_name(table, best)):
        entry["columns"] = {"name": name}
    if (
        table.name == "boundary"
        and best.geometry
        and not any(best.columns(table).get(best.named(table, "name"), []))
    ):
        entry["values"] = {"name": WHOLE}
    if table.name == "zones" and best.geometry == "polygon" and best.kind(table) == "schools":
        entry["outlines"] = "pieces"  # catchments that several schools share overlap
    if table.name in ("births", "zone_pupils") and not best.named(table, "zone"):
        town = best.named(TABLE["zones"], "township")
        if name := best.guessed_name(TABLE["zones"]):  # rows are estates, though their header does not say so
            entry["columns"] = {"zone": name}
        elif town:
            entry |= {"columns": {"zone": town}, "spread": {"by": "even"}}
    return entry


def _other_name(table: Table, source: Source) -> str:
    """Return the header that names the rows though it does not say so: names of schools or homes, their key, a code."""
    if name := source.guessed_name(table):
        return name
    if table.name == "schools":
        return source.named(table, "school")
    return source.code() if table.name == "zones" and source.geometry == "polygon" else ""


def _names_rows(table: Table, source: Source) -> bool:
    """Return whether a column names the rows of a table."""
    headers = source.headers(table)
    return any((hit := find_column(table, h)) and hit[0] in ("name", *table.key) for h in headers)


def _rank(
    table: Table, source: Source, may_lack: frozenset[str] = frozenset()
) -> tuple[bool, bool, float, int]:
    """Return how likely a source is a table; a hidden sheet comes after all that are shown, an older list after a newer."""
    score = _score(table, source, may_lack)
    kind = source.kind(table) if table.name in ("zones", "schools") else table.name
    years = [int(y) for y in _YEAR.findall(f"{Path(source.file).stem} {source.sheet}")]
    return (
        score >= _ENOUGH and not source.hidden,
        kind in ("", table.name),
        score,
        max(years, default=0),
    )


def titles_of(folder: str | Path) -> list[str]:
    """Return what files are called and what stands above their tables: names of files and sheets, lines of one text."""
    found: dict[str, None] = {}
    for source in scan(Path(folder)):
        if isinstance(source, Source):
            found |= dict.fromkeys((Path(source.file).stem, source.sheet, *source.above))
            for row in source.rows[:3] if not source.geometry else ():
                words = {c.strip() for c in row if c.strip()}
                found |= dict.fromkeys(words if len(words) <= 2 else ())
    return [title for title in found if title]


def _rivals(table: Table, best: Source, sources: Sequence[Source]) -> list[str]:
    """Return the other sheets of the same workbook that fit a table as well: a person must say which are meant."""
    if best.geometry or best.hidden:
        return []
    known = _headers_known(table, best)
    others = [s for s in sources if s.file == best.file and s.sheet != best.sheet and not s.hidden]
    return [s.sheet for s in others if _headers_known(table, s) >= known]


def _headers_known(table: Table, source: Source) -> set[str]:
    return known_headers(table, [source.rows[r] for r in source.head(table)])


def _whole(tables: Mapping[str, Mapping[str, Any]], sources: Sequence[Source]) -> dict[str, Any]:
    """Return a boundary made of all townships, or of all zones, where no file holds it."""
    for name in ("townships", "zones"):
        entry = tables.get(name, {})
        kinds = {s.geometry for s in sources if s.file == entry.get("file")}
        if "polygon" in kinds:
            layer = {k: entry[k] for k in ("file", "sheet", "coordinates") if k in entry}
            return {**layer, "merge": True, "values": {"name": WHOLE}}
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
    used = {file for entry in data["tables"].values() for file in _files_named(entry)}
    rest = [p for p in files_of(root, files) if p.relative_to(root).as_posix() not in used]
    found = list(scan(root, rest)) if rest else []
    damaged = [p.at(level="warning") for p in found if isinstance(p, Issue)]
    unfit = dict.fromkeys(s.file for s in found if isinstance(s, Source))
    old = [p.relative_to(root).as_posix() for p in rest if p.suffix.lower() in UNREAD]
    return [*damaged, *map(_unread, old), *([_unfit(list(unfit))] if unfit else [])]


def called_schools(folder: Path, tables: Mapping[str, Mapping[str, Any]]) -> list[Issue]:
    """Return which lists and layers could hold homes, but for their names, which look like those of schools."""
    used = {entry.get("file") for entry in tables.values()}
    zones = TABLE["zones"]
    return [
        Issue(
            "importing.propose.names_look_like_schools",
            source.file,
            column=header,
            value="、".join(list(dict.fromkeys(source.columns(zones)[header]))[:3]),
        )
        for source in scan(folder)
        if isinstance(source, Source) and source.file not in used
        if (header := source.called("schools"))
    ]


def _files_named(entry: Mapping[str, Any]) -> list[str]:
    """Return every file that a table is read from: its own, those below it, those joined and laid over it."""
    joined = entry.get("join", [])
    areas = [part for area in entry.get("overlay", {}).values() for part in (area, *area.get("also", []))]
    aside = [label for a in areas for label in (*a.get("instead_of", []), *a.get("same_as", []))]
    others = [*joined, *areas, *entry.get("raster", {}).values()]
    return [
        str(entry.get("file")),
        *(part for label in aside for part in (label, label.rpartition(":")[0])),  # said where it is read
        *entry.get("also", []),
        *(f for o in joined for f in o.get("also", [])),
        *(str(o.get("file")) for o in others),
    ]


def _unfit(files: Sequence[str]) -> Issue:
    return Issue("importing.propose.files_taken_no_table", "、".join(files), level="warning")


def _unread(file: str) -> Issue:
    return Issue("importing.propose.not_read_form_program_does", file, level="warning")


def _score(table: Table, source: Source, may_lack: frozenset[str] = frozenset()) -> float:
    """Return how well a source fits a table: share of its required columns, and whether its name says so.

    ``may_lack`` names columns that count as there, ``geometry`` for the place; with ``layer`` the attributes of a layer count.
    """
    drawn = table.name == "zones"  # outlines can be drawn around points
    # the attributes of a layer of estates say how many children live there
    fits = source.geometry in ("", table.geometry) or "layer" in may_lack
    if not fits and not (drawn and source.geometry == "point"):
        return 0.0
    headers = source.headers(table)
    found = {hit[0] for h in headers if (hit := find_column(table, h))}
    if "name" in table.column_of and "name" not in found and _other_name(table, source):
        found.add("name")
    placed = _placed(source, headers)
    if table.geometry == "line" and not source.geometry and not source.holds("wkt"):
        return 0.0
    if table.geometry and not placed and not may_lack_shape(table) and "geometry" not in may_lack:
        return 0.0
    if table.name == "births" and (
        any(birth_year_of(h) is not None for h in headers)
        or age_columns(headers)
        or (sum(year_alone(h) is not None for h in headers) > 1 and source.speaks_of_births())
    ):
        found |= {"year", "births"}
    if table.name in ("births", "zone_pupils") and "layer" in may_lack and "zone" not in found:
        found |= {"zone"} if source.named(TABLE["zones"], "township") else set()
    if {"grade", "pupils"} <= set(table.column_of) and sum(
        grade_of(h, table.grades) is not None for h in headers
    ) > 1:
        found |= {"grade", "pupils", "class_no"}
    keys = {c.name for c in table.columns if c.name in table.key or c.refers}
    # homes that stand already would count once more, as new ones
    stand = table.name == "housing" and "year" not in found and not source.speaks_of_new_homes()
    if stand or not found - keys:
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


def _placed(source: Source, headers: Sequence[str] = ()) -> bool:
    """Return whether a source says where its rows lie: it is a layer, or a header names coordinates."""
    words = headers or source.headers(TABLE["schools"])
    return bool(source.geometry) or any(find_geometry(h) or holds_pairs(h) for h in words)


def _tells(source: Source) -> set[str]:
    """Return what a source tells of schools that no other table does: their kind, rooms and seats."""
    wanted = (("schools", "kind"), ("units", "rooms"), ("units", "capacity"))
    return {column for table, column in wanted if source.named(TABLE[table], column)}


def _names(name: str, word: str) -> bool:
    return len(word) > 1 and (name in word or word in name)
