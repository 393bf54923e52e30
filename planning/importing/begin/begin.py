"""Make a whole mapping of files as they are, with answers of the office on top, and say what is open."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from planning.district.cells.headers import find_column, plain
from planning.district.cells.sheet import Sheet
from planning.district.geometry.gauss import MERIDIANS
from planning.district.info import STATUS
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.importing.begin.answers import pairs_said, settled_answer, with_answers
from planning.importing.begin.catchments import layer_asked, with_words, words_asked
from planning.importing.begin.rooms import classes_for_rooms, header_of_classes
from planning.importing.begin.systems import meridian_seen, see_systems, system_words
from planning.importing.begin.titles import (
    county_said,
    school_year_said,
    this_school_year,
    years_listed,
)
from planning.importing.build import crs_of_answers, suitable_crs
from planning.importing.derive import NAMES
from planning.importing.derive.cells import points_of, texts
from planning.importing.derive.homes import REST, place_zones
from planning.importing.derive.places import in_degrees, locate_schools
from planning.importing.derive.stages import is_elsewhere, is_several, kind_said
from planning.importing.derive.units import ROOMS_METHOD, fill_kinds
from planning.importing.dialogue import answer, open_questions, read_sheets, settle, sheet_questions
from planning.importing.in_force import overlays_without_system
from planning.importing.layers_in_force import label_of
from planning.importing.mapping import grades_of
from planning.importing.methods import joined
from planning.importing.propose import called_schools, passed_over, propose_mapping, titles_of
from planning.importing.questions import Question
from planning.importing.values.folded import fold_areas
from planning.messages import Both, Text, Words

MOST = 3
"""Questions that a person is asked at most, besides those that nobody can guess."""
_ADDRESSES = (
    "地址",
    "学校地址",
    "详细地址",
    "所在地",
    "位置",
    "所在小区",
    "所在村",
    "所在村社区",
    "所在社区",
    "所属社区",
    "所属小区",
    "所属村",
    "xxdz",
    "dz",
    "sssq",
    "szsq",
    "校址",
    "address",
)
_NO_COUNTY = "本县"
_NAMED = 12
"""Places that one question names."""
_REFERENCES = {"zones": ("current_primary", "current_junior")}


@dataclass(frozen=True)
class Beginning:
    """What is known so far.

    Parameters
    ----------
    data : dict
        The mapping.
    open : tuple of Question
        What a person should say; keys are those of :data:`~planning.importing.begin.KEYS`, or of the mapping.
    assumed : tuple of Question
        What is taken as its default without being asked.
    """

    data: dict[str, Any]
    open: tuple[Question, ...]
    assumed: tuple[Question, ...] = ()


def begin_mapping(
    folder: str | Path, answers: Mapping[str, str] | None = None, *, class_size: int = 45
) -> Beginning:
    """Return the mapping of all files of a folder with answers on top, and what is open.

    It is proposed anew every time, so that a file that came later takes its place and an answer can change.

    Parameters
    ----------
    answers : mapping of str to str
        As :func:`~planning.importing.begin.settled_answer` returns them.
    class_size : int
        Classes of at most so many pupils where a register gives pupils only.

    Raises
    ------
    DistrictError
        If no file is a list of estates, or none a list of schools.
    """
    root, told = Path(folder), dict(answers or {})
    data = propose_mapping(root, derivable=True, layer=told.get("layer", ""))
    _refuse_incomplete(root, data)
    data = with_answers(data, {k: v for k, v in told.items() if k.endswith(".sheet")})
    sheets = [q for q in sheet_questions(data, root) if q.default]
    data = _with_defaults(data, sheets)  # what a list says can be seen as soon as its sheets are read
    _complete(data, root, class_size)
    titles = titles_of(root)
    year, plainly = school_year_said(titles)
    rows = {} if plainly else _sheets_of(data, root)
    tables = [n for n in ("zone_pupils", "classes") if n in rows]
    if listed := years_listed(t for n in tables for t in texts(rows, n, "year")):
        year, plainly = max(listed), True
    name = county_said(titles) or county_said([f"{root.resolve().parent.name}学校"])
    given = {k: v for k, v in (("year", str(year) if plainly else ""), ("name", name)) if v} | told
    metres, stated = see_systems(data, root)
    data = with_answers(data, given, metres)
    questions = _questions(data, root, given, year, metres)
    # a default fills the place until somebody says otherwise
    given |= {q.key: settled_answer(q.key, q.default) for q in questions if q.default}
    data = with_answers(data, given, metres)
    _settings(data)
    for name, entry in data["tables"].items():  # nothing is read by it where no row has a point
        placed = name in metres or not TABLE[name].geometry or _has_points(data, root, name)
        if not placed and not entry.get("coordinates"):
            entry["coordinates"] = "WGS84"
    data = settle(data, root)
    _look_up(data, root)
    others = _other_questions(data, root)
    data = _with_defaults(data, others)
    rest = [*_open_catchments(data, root, told), *_open_places(data, root, metres), *sheets, *others]
    stated += classes_for_rooms(data, told)
    must = [q for q in (*questions, *rest) if not q.default]
    may = [q for q in (*questions, *rest) if q.default]
    room = max(MOST - len(must), 0)
    return Beginning(data, (*must, *may[:room]), (*may[room:], *(q for q in stated if q.key not in told)))


def _with_defaults(data: dict[str, Any], questions: Sequence[Question]) -> dict[str, Any]:
    """Return a mapping in which the default of every question stands until somebody says otherwise."""
    for question in questions:
        if question.default:
            data = answer(data, question.key, question.default)
    return data


def _refuse_incomplete(root: Path, data: Mapping[str, Any]) -> None:
    tables = data["tables"]
    problems: list[Issue] = []
    if "zones" not in tables:
        problems.append(Issue("importing.begin.no_list_estates_villages", ""))
        problems += called_schools(root, tables)
    if "schools" not in tables:
        problems.append(Issue("importing.begin.no_list_schools", ""))
    if problems:
        raise DistrictError([*problems, *passed_over(root, data)])


def _complete(data: dict[str, Any], root: Path, class_size: int) -> None:
    """Fill in what a folder of an office leaves out, and which derivations the import takes."""
    tables = data["tables"]
    sheets = _sheets_of(data, root)
    wanted = [n for n in NAMES if n not in ("units", "pupils")]
    schools = tables["schools"]
    if "schools" in sheets:
        at = next((h for h in sheets["schools"].headers if plain(h) in map(plain, _ADDRESSES)), "")
        schools |= {"located": at} if at else {}
    _leave_elsewhere(tables, sheets)
    several = "units" in sheets and any(map(is_several, texts(sheets, "units", "stage")))
    if several or not _has(sheets, "units", "stage"):
        wanted.append("units")
        same = {k: schools[k] for k in ("file", "sheet", "join") if k in schools}
        if "schools" in sheets and not _has(
            {"units": sheets["schools"]}, "units", "school"
        ):  # a layer calls it name
            named = schools.get("columns", {}).get("name") or _header(sheets["schools"], "schools", "name")
            same |= {"columns": {"school": named}} if named else {}
        as_units = {} if "units" in tables else _sheets_of({"tables": {"units": same}}, root)
        if any(_has(as_units, "units", c) for c in ("rooms", "capacity")) and _has(
            as_units, "units", "school"
        ):
            tables["units"] = same
            _leave_elsewhere(tables, {**sheets, **as_units})
        elif (
            "units" not in tables
            and _has(as_units, "units", "school")
            and (header := header_of_classes(as_units["units"]))
        ):
            columns = {**same.get("columns", {}), "rooms": header}
            tables["units"] = same | {"columns": columns, "method": joined([ROOMS_METHOD])}
            _leave_elsewhere(tables, {**sheets, **as_units})
    if "zone_pupils" not in tables:
        wanted.append("pupils")
    if tables.get("classes", {}).get("counted") or (
        "classes" in sheets and not len(sheets["classes"].cells)
    ):  # pupils by grade, and no number of classes
        tables["classes"].setdefault("class_size", class_size)
    for (
        entry
    ) in tables.values():  # totals of townships follow the residents where the list of estates has them
        if "spread" in entry and _has(sheets, "zones", "population"):
            entry["spread"] = {"by": "population"}
    data["derive"] = [n for n in NAMES if n in wanted]


def _leave_elsewhere(tables: dict[str, Any], sheets: Mapping[str, Sheet]) -> None:
    """Leave senior and vocational schools and kindergartens of the list of schools aside, as nothing of them is planned here."""
    for name in ("schools", "units"):
        entry, sheet = tables.get(name), sheets.get(name)
        if entry is None or sheet is None or "without" in entry:
            continue
        said = {
            c: _header(sheet, t, c) for t, c in (("units", "stage"), ("schools", "kind"), ("schools", "name"))
        }
        cells = {
            c: sheet.cells[list(sheet.headers).index(h)] if h else [""] * len(sheet.cells)
            for c, h in said.items()
        }
        left = [
            i
            for i, (stage, kind, school) in enumerate(
                zip(cells["stage"], cells["kind"], cells["name"], strict=True)
            )
            if is_elsewhere(school, stage or kind)
        ]
        at = next((c for c in ("name", "stage", "kind") if said[c]), "")
        if left and at:
            entry["without"] = {said[at]: list(dict.fromkeys(str(cells[at][i]) for i in left))}


def _settings(data: dict[str, Any]) -> None:
    """Fill in settings that follow from others: the identifier of the county, the year of lists that name none."""
    district = data["district"]
    district["id"] = district.get("id") or district.get("name_zh")


def _questions(
    data: Mapping[str, Any],
    root: Path,
    told: Mapping[str, str],
    year: int | None,
    metres: Collection[str] = (),
) -> list[Question]:
    """Return the questions of the office itself that no answer was given to."""
    found = []
    unknown = [n for n, e in data["tables"].items() if TABLE[n].geometry and not e.get("coordinates")]
    placed = [n for n in unknown if n in metres or _has_points(data, root, n)]
    over = overlays_without_system(data["tables"])
    of_metres = [data["tables"][n]["file"] for n in placed if n in metres]
    if of_metres := [*of_metres, *(area["file"] for area in over if label_of(area) in metres)]:
        files = "、".join(dict.fromkeys(of_metres))
        text = Text("importing.questions.ask.meridian", files=files)
        found.append(_asked("meridian", text, tuple(map(str, MERIDIANS)), meridian_seen(data, root, metres)))
    files_of = [data["tables"][n]["file"] for n in placed if n not in metres]
    files_of += [area["file"] for area in over if label_of(area) not in metres]
    if files_of:
        files = "、".join(dict.fromkeys(files_of))
        words = system_words()
        text = Text("importing.questions.ask.source", files=files)
        found.append(_asked("coordinates", text, tuple(words), words=words))
    if "year" not in told:
        default = str(year or this_school_year())
        found.append(_asked("year", Text("importing.questions.ask.year"), (), default))
    if "status" not in told:
        text = Text("importing.questions.ask.status")
        states = {state: Both(state, word) for state, word in STATUS.items()}
        found.append(_asked("status", text, tuple(states), "unknown", states))
    if "name" not in told:
        found.append(_asked("name", Text("importing.questions.ask.county"), (), _NO_COUNTY))
    return found


def _asked(
    key: str,
    text: Text,
    options: tuple[str, ...] = (),
    default: str = "",
    words: Mapping[str, Words] | None = None,
) -> Question:
    """Return a question of the office itself, whose replies are read as answers given without being asked are."""
    return Question(key, text, options, default, partial(settled_answer, key), words or {})


def _has_points(data: Mapping[str, Any], root: Path, name: str) -> bool:
    """Return whether a table holds any coordinates: schools and estates may come without."""
    if name not in ("schools", "zones"):
        return True
    sheet = read_sheets(data, root).get(name)
    if sheet is None or sheet.shapes is not None:
        return True
    return any(p is not None for p in points_of({name: sheet}, name))


def _look_up(data: dict[str, Any], root: Path) -> None:
    """Note columns that hold names of schools whose units are made later."""
    sheets = _sheets_of(data, root)
    for table, columns in _REFERENCES.items():
        held = [c for c in columns if table in sheets and any(texts(sheets, table, c))]
        entry = data["tables"].get(table, {})
        more = [c for c in held if c not in entry.get("lookup", [])]
        if more and "units" in data["derive"]:
            entry["lookup"] = [*entry.get("lookup", []), *more]
    for name, entry in data["tables"].items():
        year = data["district"].get("base_year")
        if year and name in ("zone_pupils", "classes") and not _has(sheets, name, "year"):
            entry["values"] = {**entry.get("values", {}), "year": year}


def _open_catchments(data: dict[str, Any], root: Path, told: Mapping[str, str]) -> list[Question]:
    """Ask which layers of catchments are in force, and which schools their names mean; what is answered goes into the mapping."""
    found = []
    if "layer" not in told and (asked := layer_asked(data)):
        text, options, default = asked
        found.append(_asked("layer", text, options, default))
    open_ = with_words(data, pairs_said(told.get("catchments", "")), read_sheets(data, root), root)
    if open_:
        found.append(_asked("catchments", words_asked(data, open_)))
    return found


def _open_places(data: Mapping[str, Any], root: Path, metres: Collection[str]) -> list[Question]:
    """Ask where schools stand that have neither coordinates nor an estate in their address or name."""
    sheets, _ = fold_areas(read_sheets(data, root))
    if not {"zones", "schools"} <= set(sheets) or "places" not in data["derive"]:
        return []
    entry = data["tables"]["schools"]
    told = data["tables"]["zones"].get("places", {})
    crs = suitable_crs(sheets) or crs_of_answers(told)
    there = "zones" in metres or _has_points(data, root, "zones")
    if not crs and there and not data["tables"]["zones"].get("coordinates"):
        return []  # where they lie is known as soon as their system is
    if not crs:
        return [_homes_asked(sheets, texts(sheets, "zones", "township"))]
    placed = place_zones(sheets, crs, told)
    if placed.lost:
        towns = texts(sheets, "zones", "township")
        return [_homes_asked(sheets, [towns[i] for i in placed.lost], placed.lost)]
    if placed.found:
        sheets = {**sheets, "zones": in_degrees(sheets["zones"], placed.shapes)}
    sheet = sheets["schools"]
    at = next((i for i, h in enumerate(sheet.headers) if h.strip() == entry.get("located")), None)
    said = [""] * len(sheet.cells) if at is None else list(sheet.cells[at])
    _, _, lost = locate_schools(sheets, crs, said, entry.get("places", {}))
    if not lost:
        return []
    names = tuple(texts(sheets, "schools", "name")[i] for i in lost)
    return [_asked("places", Text("importing.questions.ask.places", names=names))]


def _homes_asked(sheets: Mapping[str, Sheet], towns: Sequence[str], rows: Sequence[int] = ()) -> Question:
    """Ask where estates lie that nothing places: by township where there are any, else each."""
    names = texts(dict(sheets), "zones", "name")
    open_ = [w for w in dict.fromkeys(towns) if w] or [names[i] for i in rows or range(len(names))]
    some = 0 < len(rows) < len(names)
    counted = (
        Text("importing.questions.ask.homes_some", count=len(rows), all=len(names))
        if some
        else Text("importing.questions.ask.homes_all")
    )
    said = {"open": counted, "names": tuple(open_[:_NAMED]), "rest": REST}
    return _asked("homes", Text("importing.questions.ask.homes", **said))


def _other_questions(data: Mapping[str, Any], root: Path) -> list[Question]:
    """Return what only this mapping leaves open: sheets, merged numbers, words, columns that nothing can be derived for."""
    derived = {("zones", "township"), ("zones", "locale"), ("schools", "kind"), ("schools", "locale"), ("units", "stage"), ("units", "unit")}  # fmt: skip
    found = []
    for question in open_questions(data, root):
        part = question.key.split(".")
        if (
            part[:4] == ["tables", "units", "words", "stage"]
            and "units" in data["derive"]
            and kind_said(part[4])
        ):
            continue  # rows of several stages are divided
        own = part[0] == "district" or part[2:3] == ["coordinates"]
        made = part[2:3] == ["columns"] and (part[1], part[3]) in derived
        if own or (made and (part[3] != "kind" or _kinds_known(data, root))):
            continue
        found.append(question)
    return found


def _kinds_known(data: Mapping[str, Any], root: Path) -> bool:
    """Return whether the names of schools or what they teach say of what kind most of them are."""
    sheets = _sheets_of(data, root)
    kinds = (
        texts({"schools": fill_kinds(sheets, grades_of(data["district"]))}, "schools", "kind")
        if "zones" in sheets
        else [""]
    )
    return 2 * sum(map(bool, kinds)) >= len(kinds)


def _sheets_of(data: Mapping[str, Any], root: Path) -> dict[str, Sheet]:
    return read_sheets(copy.deepcopy(dict(data)), root)


def _has(sheets: Mapping[str, Sheet], table: str, column: str) -> bool:
    return table in sheets and bool(_header(sheets[table], table, column))


def _header(sheet: Sheet, table: str, column: str) -> str:
    headers: Sequence[str] = sheet.headers
    return next((h for h in headers if (hit := find_column(TABLE[table], h)) and hit[0] == column), "")
