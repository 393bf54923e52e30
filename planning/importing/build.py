"""Build a district from the files a mapping names."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.headers import match_headers
from planning.district.cells.sheet import Sheet
from planning.district.check import check_loaded
from planning.district.geometry.place import shapes_of
from planning.district.info import info_from_data, suggest_crs
from planning.district.load import Loaded, assemble, district_of
from planning.district.model import District
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.grades import Grades
from planning.importing.account import Change, Line, Trail, close, step, unbalanced
from planning.importing.derive import Wanted, derive_tables
from planning.importing.derive.places import spoken_point
from planning.importing.geometry.outlines import draw_zones, piece_zones
from planning.importing.geometry.streets import is_street_file, near_county
from planning.importing.geometry.systems import points_fit_townships
from planning.importing.leftovers import after_drawing, unread_problems
from planning.importing.mapping import Mapping, grades_of, info_data, read_mapping
from planning.importing.methods import Method
from planning.importing.sources.columns import known_columns
from planning.importing.sources.sources import Source, follow_source
from planning.importing.steps.steps import position_of
from planning.importing.values.addresses import count_by_zone
from planning.importing.values.folded import TAKEN as FOLDED
from planning.importing.values.folded import fold_areas
from planning.importing.values.names import TAKEN, look_up
from planning.importing.values.overlay import overlay_columns
from planning.importing.values.spread import spread_rows
from planning.importing.values.zonal import fill_from_rasters, zone_weights
from planning.messages import Text

_EMPTY = "district.parse.empty"
_NOT_DRAWN = ("district.place.empty_geometry", "district.place.no_geometry", "district.place.wrong_geometry")
"""Issues of rows without the outline that their file should have given."""


def import_district(path: str | Path, files: str | Path | None = None) -> District:
    """Build and check the district that a mapping file describes.

    Parameters
    ----------
    path : str or Path
        Mapping file (YAML).
    files : str or Path, optional
        Folder that file names are relative to; the folder of the mapping file by default.

    Raises
    ------
    DistrictError
        With everything that is wrong in the mapping, the files and between the tables.
    """
    return import_checked(path, files)[0]


def import_checked(path: str | Path, files: str | Path | None = None) -> tuple[District, tuple[Issue, ...]]:
    """Build the district that a mapping file describes and return it with every warning.

    Raises
    ------
    DistrictError
        As :func:`import_district`.
    """
    found = import_accounted(path, files)
    return found.district, found.problems


@dataclasses.dataclass(frozen=True)
class Imported:
    """A district that was built from files.

    Parameters
    ----------
    district : District
    problems : tuple of Issue
        Warnings.
    account : tuple of Line
        What was read, left out and written; it balances.
    """

    district: District
    problems: tuple[Issue, ...]
    account: tuple[Line, ...]


def import_accounted(path: str | Path, files: str | Path | None = None) -> Imported:
    """Build the district that a mapping file describes, with every warning and an account of what was read.

    Raises
    ------
    DistrictError
        As :func:`import_district`, and when the account does not balance.
    """
    loaded, account = _follow(path, files)
    return Imported(dataclasses.replace(district_of(loaded), path=None), loaded.problems, account)


def import_tables(path: str | Path, files: str | Path | None = None) -> Loaded:
    """Return the tables that a mapping file describes with every error and warning found.

    Raises
    ------
    DistrictError
        If the mapping itself is wrong.
    """
    return _follow(path, files)[0]


def _follow(path: str | Path, files: str | Path | None) -> tuple[Loaded, tuple[Line, ...]]:
    file = Path(path)
    mapping = read_mapping(file)
    if files is not None:
        file = Path(files) / file.name
    grades = grades_of(mapping.district)
    sources, problems = _read_sources(mapping, file, grades)
    sheets = {name: source.sheet for name, source in sources.items()}
    trails = {name: source.trail for name, source in sources.items()}
    methods = {name: list(source.methods) for name, source in sources.items()}
    settings = mapping.district
    if not settings.get("crs_metric"):
        told = mapping.tables["zones"].places if "zones" in mapping.tables else {}
        settings = {**settings, "crs_metric": suitable_crs(sheets) or crs_of_answers(told)}
    mapping = mapping.model_copy(update={"district": settings})
    sheets, wrong = fold_areas(sheets)
    problems += wrong
    sheets, wrong = _derive(mapping, sheets, methods)
    problems += wrong
    info, wrong = info_from_data(info_data(mapping, methods), file.name)
    problems += wrong
    for name, entry in mapping.tables.items():
        if name in sheets:
            areas = ("zone",) if entry.spread or entry.addresses else ()  # no zone's name stands there
            now = [c for c in entry.lookup if c not in areas and c not in entry.overlay]
            sheets[name], wrong = look_up(TABLE[name].with_grades(grades), sheets, now)
            problems += wrong
    if info:
        before = dict(sheets)
        for name, entry in mapping.tables.items():
            if name in sheets and "boundary" in sheets and is_street_file(Path(entry.file)):
                sheets[name] = near_county(sheets[name], sheets["boundary"], info.crs_metric)
        problems += _draw_and_overlay(mapping, sheets, info.crs_metric, file)
        try:
            problems += _fill_zones(mapping, sheets, info.crs_metric, file, methods)
        except DistrictError as error:
            problems += error.problems
        info, _ = info_from_data(info_data(mapping, methods), file.name)
        trails = {n: after_drawing(t, mapping.tables[n], before[n], sheets[n]) for n, t in trails.items()}
    _note_taken(trails, problems)
    problems += unread_problems(mapping, file)
    doubted = mapping.tables["units"].admission.items() if "units" in mapping.tables else ()
    answered = {str(group): str(admission) for group, admission in doubted}
    loaded = assemble(None, info, sheets, problems, admission=answered)
    named = {(p.file, p.row, p.column) for p in problems if p.level == "error"}
    kept = [
        p
        for p in loaded.problems
        if not _said_before(p, mapping, sheets)
        and not (
            p.code == _EMPTY and {(p.file, p.row, p.column), (p.file, "", p.column)} & named
        )  # a name that was not found left it so
    ]
    account = close([_damaged(t, sheets[n], loaded) for n, t in trails.items()], loaded)
    if not any(p.level == "error" for p in kept):  # with an error something is missing in any case
        kept += unbalanced(account)
    loaded = dataclasses.replace(loaded, problems=tuple(kept))
    return dataclasses.replace(loaded, problems=(*loaded.problems, *check_loaded(loaded))), account


def _note_taken(trails: dict[str, Trail], problems: Sequence[Issue]) -> None:
    """Keep in the account which names were taken for others, in place."""
    for said in problems:
        names = [n for n, t in trails.items() if t.file == said.file and TABLE[n].column_of.get(said.column)]
        if said.code in (TAKEN, FOLDED) and isinstance(said.message, Text) and names:
            change = Change(said.message, tuple(said.row.split(", ")), taken=True)
            trails[names[0]] = trails[names[0]].noted(change)


def _derive(
    mapping: Mapping, sheets: dict[str, Sheet], methods: dict[str, list[Method]]
) -> tuple[dict[str, Sheet], list[Issue]]:
    """Make the tables and columns that no file holds; how is added to ``methods``."""
    schools = mapping.tables.get("schools")
    settings = mapping.district
    if not (mapping.derive and settings.get("crs_metric")):
        return sheets, []
    year = str(settings.get("base_year") or "")
    wanted = Wanted(
        tuple(mapping.derive),
        str(settings["crs_metric"]),
        str(settings.get("name_zh") or ""),
        int(year) if year.isdigit() else 0,
        schools.located if schools else "",
        schools.places if schools else {},
        mapping.tables["zones"].places if "zones" in mapping.tables else {},
        grades_of(settings),
    )
    found = derive_tables(sheets, wanted)
    for name, how in found.methods.items():
        methods[name] = [*methods.get(name, []), *how]
    return found.sheets, found.problems


def _damaged(trail: Trail, sheet: Sheet, loaded: Loaded) -> Trail:
    """Return the trail of a layer of lines without the features that hold no usable line."""
    table = TABLE[trail.table]
    if table.geometry != "line":
        return trail
    kept = dataclasses.replace(sheet, labels=loaded.labels[table.name])
    return step(trail, table, sheet, kept, Text("importing.account.no_usable_line"))


def _fill_zones(
    mapping: Mapping, sheets: dict[str, Sheet], crs: str, file: Path, methods: dict[str, list[Method]]
) -> list[Issue]:
    """Sum rasters over zones, count addresses and spread totals, in place."""
    problems: list[Issue] = []
    if "zones" in sheets and mapping.tables["zones"].raster:
        sheets["zones"], wrong, said = fill_from_rasters(
            sheets["zones"], mapping.tables["zones"].raster, crs, file
        )
        methods["zones"] += said
        problems += wrong
    for name, entry in mapping.tables.items():
        if name not in sheets or "zones" not in sheets:
            continue
        if entry.addresses and name == "zone_pupils":
            header, drop = position_of(sheets[name], entry.addresses), entry.unmatched == "drop"
            sheets[name], wrong, method = count_by_zone(sheets[name], sheets["zones"], header, drop=drop)
            methods[name].append(method)
            problems += wrong
        if entry.spread and "zone" in TABLE[name].column_of and name != "zones":
            weights = zone_weights(entry.spread, sheets, crs, file)
            sheets[name], wrong = spread_rows(TABLE[name], sheets[name], weights)
            problems += wrong
    return problems


def _draw(mapping: Mapping, sheets: dict[str, Sheet], crs: str) -> list[Issue]:
    """Draw outlines where asked, in place, and return what is wrong with the points."""
    questions = points_fit_townships(sheets)
    if "zones" not in sheets or not mapping.tables["zones"].outlines:
        return questions
    if mapping.tables["zones"].outlines == "pieces":
        sheets["zones"], wrong = piece_zones(sheets["zones"], crs)
        return [*questions, *wrong]
    sheets["zones"], wrong = draw_zones(sheets, crs, mapping.tables["zones"].outlines_cut_by)
    own = [q for q in questions if q.file == sheets["zones"].file]
    if not (wrong and own):
        return [*questions, *wrong]
    # points in the wrong system fall out of the county one by one: one cause, one message
    return [*(dataclasses.replace(q, level="error") for q in own), *(q for q in questions if q not in own)]


def _draw_and_overlay(mapping: Mapping, sheets: dict[str, Sheet], crs: str, file: Path) -> list[Issue]:
    """Draw outlines and take values from areas: pieces are drawn before, as of an estate the point lies in an area, not the outline around it."""
    if "zones" in mapping.tables and mapping.tables["zones"].outlines == "pieces":
        return [*_draw(mapping, sheets, crs), *_overlay(mapping, sheets, crs, file)]
    return [*_overlay(mapping, sheets, crs, file), *_draw(mapping, sheets, crs)]


def _overlay(mapping: Mapping, sheets: dict[str, Sheet], crs: str, file: Path) -> list[Issue]:
    """Take values from the areas of other files, in place."""
    problems: list[Issue] = []
    for name, entry in mapping.tables.items():
        if name in sheets and entry.overlay:
            try:
                sheets[name], wrong = overlay_columns(TABLE[name], sheets[name], entry.overlay, crs, file)
            except DistrictError as error:
                wrong = list(error.problems)
            problems += wrong
            later = [c for c in entry.lookup if c in entry.overlay]
            sheets[name], wrong = look_up(TABLE[name], sheets, later)
            problems += wrong
    return problems


def _said_before(problem: Issue, mapping: Mapping, sheets: dict[str, Sheet]) -> bool:
    """Return whether a problem only follows from one that was named: a file not read, an outline not drawn."""
    unread = {TABLE[n].file for n in mapping.tables if n not in sheets}
    drawn = {sheets[n].file for n, e in mapping.tables.items() if n in sheets and e.outlines}
    missing = problem.file in unread and problem.code == "district.load.table_missing"
    return missing or (problem.file in drawn and problem.code in _NOT_DRAWN)


def _read_sources(mapping: Mapping, file: Path, grades: Grades) -> tuple[dict[str, Source], list[Issue]]:
    """Return every table's source as far as it can be read, and what is wrong."""
    sources: dict[str, Source] = {}
    problems: list[Issue] = []
    unused: dict[str, list[set[str]]] = {}
    for name, entry in mapping.tables.items():
        table = TABLE[name].with_grades(grades)
        try:
            source = follow_source(table, entry, file)
            problems += source.problems
        except DistrictError as error:
            problems += error.problems
            continue
        known, left = known_columns(table, source.sheet, entry)
        sources[name] = dataclasses.replace(source, sheet=known)
        unused.setdefault(known.file, []).append(left)
    problems += [_unused(name, left) for name, some in unused.items() if (left := set.intersection(*some))]
    return sources, problems


def _unused(file: str, headers: set[str]) -> Issue:
    return Issue(
        "importing.build.columns_no_table_uses", file, value=", ".join(sorted(headers)), level="warning"
    )


def suitable_crs(sheets: dict[str, Sheet]) -> str:
    """Return a projected system that suits the first layer that lies somewhere."""
    for name in ("boundary", "townships", "zones", "schools"):
        if name in sheets:
            sheet = sheets[name]
            _, positions, _ = match_headers(TABLE[name], sheet.headers, sheet.file)
            # zones come as points, too: of a list, or of a layer
            points = {"lon", "lat"} <= set(positions) if sheet.shapes is None else _all_points(sheet.shapes)
            table = dataclasses.replace(TABLE[name], geometry="point") if points else TABLE[name]
            shapes, _ = shapes_of(sheet, table, positions)
            bounds = shapely.total_bounds(shapes)
            if np.isfinite(bounds).all():
                return suggest_crs((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    return ""


def _all_points(shapes: Shapes) -> bool:
    there = shapes[~shapely.is_missing(shapes)]
    return bool(len(there)) and bool((shapely.get_type_id(there) == 0).all())


def crs_of_answers(told: Pairs[str, str]) -> str:
    """Return a projected system that suits the first point that an answer gives."""
    pairs = (spoken_point(place) for place in told.values())
    point = next((p for p in pairs if p is not None), None)
    return suggest_crs(*point) if point else ""
