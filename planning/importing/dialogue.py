"""Ask what only a person can answer about a mapping, take the answers, and write the mapping down."""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from planning.atomic import whole_file
from planning.district.cells.dates import half_width
from planning.district.cells.headers import find_column, plain
from planning.district.cells.parse import choice_words
from planning.district.cells.sheet import Sheet
from planning.district.cells.traditional import simplified
from planning.district.formats.books import is_book
from planning.district.info import INFO_KEYS
from planning.district.schema import TABLE, Column, Table
from planning.errors import DistrictError, Issue
from planning.grades import Grades
from planning.importing.admission import admission_asked, open_admission
from planning.importing.files.layers import is_layers
from planning.importing.files.pages import ALL, ALSO
from planning.importing.forms.cohorts import age_columns
from planning.importing.forms.rounded import cells_said_about
from planning.importing.geometry.repair import crossing
from planning.importing.geometry.streets import is_street_file
from planning.importing.mapping import TableMap, grades_of, mapping_from_data
from planning.importing.questions import NUMBER, SAME, Question, answer_meant
from planning.importing.sources.office import MERGED, fitting_sheets, parts_of_one_list, read_office
from planning.importing.sources.sources import read_source
from planning.importing.steps.steps import position_of_column
from planning.importing.values.folded import fold_areas
from planning.importing.values.names import holds_names
from planning.messages import Both, Text, Words

_PREFIX = {"zones": "Z{:04d}", "schools": "S{:03d}", "units": "U{:03d}", "projects": "P{:02d}", "roads": "R{:05d}",
           "barriers": "B{:04d}", "townships": "T{:02d}"}  # fmt: skip
_COMPUTED = ("crs_metric",)
_MOST_WORDS = 30
_MOST_OPTIONS = 12
_LISTS = ("header_rows", "lookup", "outlines_cut_by")
_DISTRICT_YEAR = re.compile(r"(19|20)\d\d")


def settle(data: Mapping[str, Any], folder: str | Path) -> dict[str, Any]:
    """Return a mapping with what needs no person: row numbers as identifiers, and columns that hold names.

    Rows are numbered where nothing in the files identifies them; names of townships, schools, zones and units are
    looked up where a column holds names instead of identifiers.
    """
    settled = copy.deepcopy(dict(data))
    sheets = read_sheets(settled, Path(folder))
    for name, sheet in sheets.items():
        table, entry = TABLE[name], settled["tables"][name]
        if name not in _PREFIX:
            continue
        bare = position_of_column(table, sheet, table.key[0]) is None
        if bare and table.key[0] not in _given(entry):
            entry["number"] = {**entry.get("number", {}), table.key[0]: _PREFIX[name]}
    year = str(settled["district"].get("base_year") or "")
    if "births" in sheets and year.isdigit() and age_columns(sheets["births"].headers):
        settled["tables"]["births"].setdefault("ages", int(year))
    _find_townships(settled, sheets)
    sheets, _ = fold_areas(read_sheets(settled, Path(folder)))
    for name in sheets:
        entry = settled["tables"][name]
        names = [c.name for c in TABLE[name].columns if c.refers and c.name not in entry.get("lookup", [])]
        found = [c for c in names if holds_names(TABLE[name], sheets, c)]
        if found:
            entry["lookup"] = [*entry.get("lookup", []), *found]
    return settled


def _find_townships(data: dict[str, Any], sheets: Mapping[str, Sheet]) -> None:
    """Take the township of zones from where they lie when their rows do not name it."""
    if not {"zones", "townships"} <= set(sheets):
        return
    zones, towns, entry = sheets["zones"], sheets["townships"], data["tables"]["zones"]
    code = position_of_column(TABLE["townships"], towns, "township")
    named = position_of_column(TABLE["zones"], zones, "township") is not None or "township" in _given(entry)
    source = data["tables"]["townships"]
    if named or code is None or towns.shapes is None or "township" in source.get("number", {}):
        return
    area = {k: source[k] for k in ("file", "sheet", "coordinates", "encoding") if source.get(k)}
    entry["overlay"] = {**entry.get("overlay", {}), "township": {**area, "column": towns.headers[code]}}


def open_questions(data: Mapping[str, Any], folder: str | Path) -> list[Question]:
    """Return what a mapping leaves open: settings, coordinate systems, columns without a header, unknown words."""
    sheets = read_sheets(data, Path(folder))
    questions = [
        Question(f"district.{key}", Both(meaning, f"{zh}：{meaning_zh}"), (), _setting(key, sheets))
        for key, (zh, meaning, meaning_zh, required) in INFO_KEYS.items()
        if required and key not in _COMPUTED and data["district"].get(key) in (None, "")
    ]
    for name, entry in data["tables"].items():
        table = TABLE[name]
        if table.geometry and not entry.get("coordinates") and not is_street_file(Path(entry["file"])):
            questions.append(
                Question(
                    f"tables.{name}.coordinates",
                    Text("importing.questions.ask.coordinates", file=entry["file"]),
                    ("WGS84", "CGCS2000", "GCJ-02", "BD-09"),
                )
            )
        if name in TABLE:
            questions += _sheet_questions(TABLE[name], entry, Path(folder))
        if name in sheets:
            questions += _merged_questions(table, entry, Path(folder))
            questions += _repair_questions(table, entry, sheets[name])
            questions += _about_questions(table, entry, sheets[name])
            year = data["district"].get("base_year")
            questions += _column_questions(table, entry, sheets[name], f"{SAME}{year}" if year else "")
            questions += _word_questions(table, entry, sheets[name])
    return [*questions, *_admission_questions(data["tables"], sheets)]


def answer(data: Mapping[str, Any], key: str, value: str) -> dict[str, Any]:
    """Return a mapping with one answer taken.

    Parameters
    ----------
    key : str
        Key of a question, or any other key of the mapping (``tables.zones.outlines``).
    value : str
        Text, in words of either language where it has any; ``=VALUE`` and ``#`` for columns as in
        :data:`~planning.importing.questions.SAME` and :data:`~planning.importing.questions.NUMBER`; lists with commas.

    Raises
    ------
    DistrictError
        If the key leads nowhere.
    """
    answered = copy.deepcopy(dict(data))
    parts = key.split(".")
    value = answer_meant(key, value)
    if (
        parts[0] == "tables"
        and len(parts) >= 4
        and parts[2] == "columns"
        and value.startswith((SAME, NUMBER))
    ):
        parts[2] = "values" if value.startswith(SAME) else "number"
        value = value[1:].strip() if value.startswith(SAME) else _PREFIX.get(parts[1], "{}")
    if parts[0] == "tables" and len(parts) > 4 and parts[2] == "words":
        parts = [*parts[:4], ".".join(parts[4:])]
    known = (parts[0] == "district" and len(parts) == 2) or (
        parts[0] == "tables" and len(parts) > 2 and parts[1] in answered["tables"]
    )
    if not known:
        raise DistrictError([_nowhere(key, answered)])
    place = answered
    for part in parts[:-1]:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            raise DistrictError([_nowhere(key, answered)])
    given: Any = int(value) if parts[0] == "district" and value.isdigit() else value
    if parts[0] == "tables" and len(parts) == 3 and parts[2] in _LISTS:
        given = [part.strip() for part in value.split(",") if part.strip()]
    place[parts[-1]] = given
    return answered


def gone_on(proposed: Mapping[str, Any], draft: Mapping[str, Any], folder: str | Path) -> dict[str, Any]:
    """Return a proposal with the answers of an earlier draft, as far as the draft's files are still there."""
    tables = dict(proposed["tables"])
    for name, entry in draft["tables"].items():
        if name in TABLE and isinstance(entry, dict) and is_layers(Path(folder) / str(entry.get("file"))):
            tables[name] = entry
    return {"district": {**proposed["district"], **draft["district"]}, "tables": tables}


def write_mapping(data: Mapping[str, Any], path: str | Path, *, draft: bool = False) -> Path:
    """Write a mapping file, so that the next import needs no answer.

    Parameters
    ----------
    draft : bool
        Write it although answers are open.

    Raises
    ------
    DistrictError
        If something in it is wrong or still open.
    """
    target = Path(path)
    if not draft:
        mapping_from_data(data, target.name)
    text = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=100)
    with whole_file(target) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return target


def still_open(questions: list[Question], mapping_file: str) -> DistrictError:
    """Return the error that lists open questions and how each can be answered without being asked."""
    return DistrictError(
        Issue(
            with_options(q),
            mapping_file,
            column=q.key,
            mend="importing.mend.set_write_mapping_file",
            key=q.key,
        )
        for q in questions
    )


def with_options(question: Question) -> Words:
    """Return a question with its likely answers behind it, in words."""
    some = question.options[:_MOST_OPTIONS]
    if not some:
        return question.asked
    options = tuple(question.in_words(o) for o in some)
    return Text("importing.questions.with_options", question=question.asked, options=options)


def _setting(key: str, sheets: Mapping[str, Sheet]) -> str:
    """Return a likely value of a setting: the name of the boundary, the only year of the pupils."""
    if key == "name_zh" and "boundary" in sheets:
        at = position_of_column(TABLE["boundary"], sheets["boundary"], "name")
        names = [] if at is None else [c.strip() for c in sheets["boundary"].cells[at] if c.strip()]
        return names[0] if len(set(names)) == 1 else ""
    if key == "base_year" and "zone_pupils" in sheets:
        at = position_of_column(TABLE["zone_pupils"], sheets["zone_pupils"], "year")
        years = set() if at is None else {c.strip() for c in sheets["zone_pupils"].cells[at]}
        year = max(years, default="")
        return year if _DISTRICT_YEAR.fullmatch(year) else ""
    return ""


def _given(entry: Mapping[str, Any]) -> set[str]:
    parts = ("columns", "values", "number", "text", "compute", "overlay")
    counted = ("zone", "pupils") if entry.get("addresses") else ()
    return {*counted, *(column for part in parts for column in entry.get(part, {}))}


def _column_questions(table: Table, entry: Mapping[str, Any], sheet: Sheet, year: str) -> Iterator[Question]:
    given = {found[0] for h in sheet.headers if (found := find_column(table, h))} | _given(entry)
    free = tuple(h for h in sheet.headers if h.strip() and not find_column(table, h))
    for column in table.columns:
        if column.required and column.default is None and not {column.name, column.instead} & set(given):
            numbered = column.identifier and not column.refers
            yield Question(
                f"tables.{table.name}.columns.{column.name}",
                Text(
                    "importing.questions.ask.column",
                    file=entry["file"],
                    name=Both(column.name, column.zh),
                    meaning=column.meaning or column.zh,
                    same=SAME,
                    numbered=Text("importing.questions.ask.numbered", number=NUMBER) if numbered else "",
                ),
                free,
                year if column.name == "year" and table.name != "births" else "",
            )


def _sheet_questions(table: Table, entry: Mapping[str, Any], folder: Path) -> Iterator[Question]:
    """Ask which sheets of a workbook are meant where several fit a table equally well."""
    path = folder / entry["file"]
    if entry.get("sheet") or not is_book(path) or not path.is_file():
        return
    try:
        titles = fitting_sheets(table, path, list(entry.get("columns", {}).values()))
    except DistrictError:
        return
    if len(titles) > 1:
        yield Question(
            f"tables.{table.name}.sheet",
            Text(
                "importing.questions.ask.sheet",
                file=entry["file"],
                name=Both(table.name, table.zh),
                also=ALSO,
            ),
            (*titles, ALL),
            ALL if parts_of_one_list(table, path, titles) else "",
        )


def sheet_questions(data: Mapping[str, Any], folder: str | Path) -> list[Question]:
    """Return the questions which sheets of a workbook are meant, of every table."""
    tables = data["tables"].items()
    return [q for n, entry in tables if n in TABLE for q in _sheet_questions(TABLE[n], entry, Path(folder))]


def _merged_questions(table: Table, entry: Mapping[str, Any], folder: Path) -> Iterator[Question]:
    """Ask what numbers in merged cells mean."""
    if entry.get("merged") or not is_book(folder / entry["file"]):
        return
    asked = TableMap.model_validate({**entry, "coordinates": entry.get("coordinates") or "WGS84"})
    try:
        problems = read_office(table, asked, folder / entry["file"]).problems
    except DistrictError:
        return
    found = [p for p in problems if p.code == MERGED]
    if found:
        rows = ", ".join(dict.fromkeys(p.row for p in found))
        yield Question(
            f"tables.{table.name}.merged",
            Text("importing.questions.ask.merged", file=entry["file"], rows=rows),
            ("first", "divide", "each"),
        )


def _repair_questions(table: Table, entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Question]:
    """Ask what is done with outlines that cross themselves."""
    count = int(crossing(table, sheet).sum())
    if count and "repair" not in entry and not entry.get("merge"):
        yield Question(
            f"tables.{table.name}.repair",
            Text("importing.questions.ask.repair", file=entry["file"], count=count),
            ("true", "false"),
        )


def _about_questions(table: Table, entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Question]:
    """Ask whether numbers that are said to be about so many count as they are written."""
    said = [] if "approximate" in entry else list(cells_said_about(table, sheet))
    if said:
        cells = dict.fromkeys(str(sheet.cells[at].iloc[row]).strip() for row, at, _ in said)
        rows = ", ".join(list(dict.fromkeys(str(sheet.labels[row]) for row, *_ in said))[:_MOST_OPTIONS])
        shown = tuple(cells)[:_MOST_OPTIONS]
        text = Text("importing.questions.ask.about", file=entry["file"], rows=rows, cells=shown)
        yield Question(f"tables.{table.name}.approximate", text, ("true", "false"))


def _word_questions(table: Table, entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Question]:
    """Ask for words of choice columns that the schema does not know."""
    for column in table.columns:
        at = position_of_column(table, sheet, column.name)
        if not column.choices or at is None:
            continue
        known = set(map(plain, choice_words(column.choices))) | set(
            map(plain, entry.get("words", {}).get(column.name, {}))
        )
        words = dict.fromkeys(half_width(c).strip() for c in sheet.cells[at])
        unknown = [w for w in words if w and not {plain(w), simplified(plain(w))} & known]
        yield from (_word_question(table, column, entry["file"], w) for w in unknown[:_MOST_WORDS])


def _admission_questions(
    entries: Mapping[str, Mapping[str, Any]], sheets: Mapping[str, Sheet]
) -> Iterator[Question]:
    """Ask how units take pupils where kind, boarding or name make a catchment doubtful and nothing is said."""
    for group, schools in open_admission(sheets, entries).items():
        # that private schools take no catchment is the law, and said
        if group != "private" and group not in entries["units"].get("admission", {}):
            text = admission_asked(group, schools, entries["units"]["file"])
            options = tuple(c.value for c in TABLE["units"].column_of["admission"].choices)
            yield Question(f"tables.units.admission.{group}", text, options)


def _word_question(table: Table, column: Column, file: str, word: str) -> Question:
    return Question(
        f"tables.{table.name}.words.{column.name}.{word}",
        Text("importing.questions.ask.word", word=word, name=Both(column.name, column.zh), file=file),
        tuple(c.value for c in column.choices),
    )


def read_sheets(data: Mapping[str, Any], folder: Path) -> dict[str, Sheet]:
    """Return the sheets that can be read already; open coordinate systems do not matter here."""
    found: dict[str, Sheet] = {}
    grades = grades_of(data.get("district") or {})
    for name, entry in data["tables"].items():
        if name not in TABLE:
            continue
        try:
            asked = {**entry, "coordinates": entry.get("coordinates") or "WGS84"}
            stamp = (folder / entry["file"]).stat().st_mtime_ns
            found[name] = _sheet(name, json.dumps(asked, sort_keys=True, default=str), folder, stamp, grades)
        except (DistrictError, ValidationError, OSError):
            continue
    return found


@functools.lru_cache(maxsize=2 * len(TABLE))
def _sheet(name: str, entry: str, folder: Path, stamp: int, grades: Grades) -> Sheet:
    """Return the sheet of a table; every answer asks for all of them again, and few have changed."""
    asked = TableMap.model_validate(json.loads(entry))
    return read_source(TABLE[name].with_grades(grades), asked, folder / "mapping.yaml")[0]


def _nowhere(key: str, data: Mapping[str, Any]) -> Issue:
    tables = ", ".join(f"tables.{name}" for name in data["tables"])
    return Issue("importing.dialogue.no_such_place_mapping", "--set", value=key, tables=tables)
