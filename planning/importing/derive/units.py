"""Make units from a list of schools: one for every stage that the kind of a school, or its register, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planning.district.cells.parse import choice_words
from planning.district.cells.quantities import quantity
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.cells.traditional import simplified
from planning.district.schema import STAGES, TABLE
from planning.errors import Issue
from planning.grades import Grades
from planning.importing.derive.cells import filled, made, texts
from planning.importing.derive.stages import kind_said
from planning.importing.forms.entrants import kind_of_name
from planning.importing.methods import method
from planning.importing.steps.expressions import apportion
from planning.importing.steps.steps import take
from planning.importing.values.known_names import row_names, same_name
from planning.messages import Both, Text

METHOD = method("units")
ROOMS_METHOD = method("rooms")
SPLIT_METHOD = method("rooms_split")
KIND_METHOD = method("kinds")
STAGES_OF_KIND = {
    "primary": ("primary",),
    "teaching_point": ("primary",),
    "junior": ("junior",),
    "complete_secondary": ("junior",),
    "nine_year": STAGES,
    "twelve_year": STAGES,
    "special": STAGES,
}
"""Stages that a school of a kind teaches."""
_LETTER = {"primary": "P", "junior": "J"}
_NAMED = 12
"""Schools that one line names."""

Counts = dict[str, dict[str, float]]


def classes_by_school(sheets: dict[str, Sheet]) -> tuple[Counts, Counts]:
    """Return the classes of the newest year and their pupils, by plain name or code of the school, then by grade."""
    classes: Counts = defaultdict(lambda: defaultdict(float))
    pupils: Counts = defaultdict(lambda: defaultdict(float))
    if "classes" not in sheets:
        return classes, pupils
    years = texts(sheets, "classes", "year")
    newest = max(years, default="")
    rows = zip(years, *(texts(sheets, "classes", c) for c in ("unit", "grade", "pupils")), strict=True)
    for year, school, grade, count in rows:
        if year == newest:
            classes[same_name(school)][grade] += 1
            pupils[same_name(school)][grade] += float(count) if count.replace(".", "", 1).isdigit() else 0.0
    return classes, pupils


def _stage_of(grade: str, known: Grades) -> str:
    return known.stage_at(int(grade)) if grade.isdigit() else "junior"


def _by_stage(grades: dict[str, float], known: Grades) -> dict[str, float]:
    found = dict.fromkeys(STAGES, 0.0)
    for grade, count in grades.items():
        found[_stage_of(grade, known)] += count
    return found


def fill_kinds(sheets: dict[str, Sheet], known: Grades) -> Sheet:
    """Return the schools with a kind in every row: from the register's grades, else from the name."""
    classes, _ = classes_by_school(sheets)
    given, names = texts(sheets, "schools", "kind"), texts(sheets, "schools", "name")
    listed = _kinds_by_stages(sheets)
    found = []
    for kind, name in zip(given, names, strict=True):
        kind = kind or listed.get(same_name(name), "")
        stages = _by_stage(classes.get(same_name(name), {}), known)
        by_name = kind_of_name(name)
        both = "nine_year" if all(stages.values()) else ""
        one = next((s for s in STAGES if stages[s]), "")
        found.append(kind or both or by_name or one)
    return filled(sheets["schools"], "schools", "kind", found)


def _kinds_by_stages(sheets: dict[str, Sheet]) -> dict[str, str]:
    """Return the kind of every school that the column of stages says: 九年一贯制, or 小学 and 初中 in two rows."""
    if "units" not in sheets:
        return {}
    found: dict[str, str] = {}
    for school, word in zip(texts(sheets, "units", "school"), texts(sheets, "units", "stage"), strict=True):
        kind, before = kind_said(word), found.get(same_name(school), "")
        found[same_name(school)] = "nine_year" if {kind, before} == set(STAGES) else before or kind
    return found


def make_units(sheets: dict[str, Sheet], known: Grades) -> tuple[Sheet, list[Issue], list[Text]]:
    """Return the units of all schools, what is wrong, and how they were made.

    Where a table of units says no stage in a row, or several at once, the row is a school: its rooms are divided between its stages.
    """
    classes, _ = classes_by_school(sheets)
    words = choice_words(TABLE["schools"].column_of["kind"].choices)
    ids, names = texts(sheets, "schools", "school"), texts(sheets, "schools", "name")
    kinds = [
        words.get(k.lower(), words.get(simplified(same_name(k)), k)) for k in texts(sheets, "schools", "kind")
    ]
    row_of = {same_name(name): i for i, name in enumerate(names)} | {
        same_name(s): i for i, s in enumerate(ids) if s
    }
    listed = sheets.get("units")
    schools = texts(sheets, "units", "school") if listed is not None else names
    rooms = _counts(sheets, "rooms") if listed is not None else [""] * len(names)
    seats = _counts(sheets, "capacity") if listed is not None else [""] * len(names)
    said = texts(sheets, "units", "stage") if listed is not None else [""] * len(names)
    rows: list[list[str]] = []
    taken: list[int] = []
    divided: list[tuple[int, str, str, dict[str, str]]] = []
    methods = [METHOD]
    unknown = np.zeros(len(schools), dtype=bool)
    for i, (school, given, word) in enumerate(zip(schools, rooms, said, strict=True)):
        at = row_of.get(same_name(school))
        if at is None or kinds[at] not in STAGES_OF_KIND:
            unknown[i] = at is None
            continue
        told = kind_said(word)
        stages = (told,) if told in STAGES else STAGES_OF_KIND.get(told, STAGES_OF_KIND[kinds[at]])
        stages = tuple(s for s in stages if s in known) or stages
        taught = classes.get(same_name(names[at]), {}) or classes.get(same_name(ids[at]), {})
        counts = _by_stage(taught, known)
        shares = _rooms(given, stages, counts, known)
        if not given and any(counts.values()):
            methods.append(ROOMS_METHOD)
        elif given.isdigit() and len(stages) > 1:
            methods.append(SPLIT_METHOD)
            divided.append((i, names[at], given, dict(zip(stages, shares, strict=True))))
        places = _rooms(seats[i], stages, counts, known) if seats[i] else [""] * len(stages)
        for stage, share, held in zip(stages, shares, places, strict=True):
            rows.append([f"{ids[at]}-{_LETTER[stage]}", ids[at], stage, share, held])
            taken.append(i)
    problems = problems_at(unknown, sheets["units" if listed is not None else "schools"].labels, lambda i: _unknown(
        sheets["units"].file, str(sheets["units"].labels[i]), schools[i]))  # fmt: skip
    if rows and not any(room or held for *_, room, held in rows):  # one cause, one message
        file = sheets["units" if listed is not None else "schools"].file
        problems.append(Issue("importing.units.no_rooms", file, column="rooms"))
    if divided:
        problems.append(_divided(sheets["units" if listed is not None else "schools"], divided))
    columns = ["unit", "school", "stage", "rooms", *(["capacity"] if any(seats) else [])]
    rows = [row[: len(columns)] for row in rows]
    if listed is None:
        labels = (
            sheets["schools"].labels[np.array(taken, dtype=np.int64)] if taken else np.array([], dtype=object)
        )
        sheet = replace(made("units", rows, columns), file=sheets["schools"].file, labels=labels)
        return sheet, problems, list(dict.fromkeys(methods))
    sheet = take(listed, np.array(taken, dtype=np.int64))
    for k, column in enumerate(columns):
        sheet = filled(sheet, "units", column, [row[k] for row in rows])
    return sheet, problems, list(dict.fromkeys(methods))


def _counts(sheets: dict[str, Sheet], column: str) -> list[str]:
    """Return the cells of a column of units, counts as digits alone: 22间 and 1,020 are divided like any other."""
    unit = TABLE["units"].column_of[column].unit
    read = [(text, quantity(text, unit)) for text in texts(sheets, "units", column)]
    return [f"{n[0]:.0f}" if n and n[0] >= 0 and float(n[0]).is_integer() else text for text, n in read]


def _rooms(given: str, stages: tuple[str, ...], counts: dict[str, float], known: Grades) -> list[str]:
    """Return the rooms, or the seats, of every stage: divided by classes where one number is given for both, else the classes."""
    if not given:
        return [f"{counts[s]:.0f}" if any(counts.values()) else "" for s in stages]
    if len(stages) == 1 or not given.isdigit():
        return [given] * len(stages)
    weights = np.array([counts[s] for s in stages])
    weights = (
        weights if weights.sum() else np.array([float(len(known.get(s, ())) or 1) for s in stages])
    )  # years of each stage
    return [f"{v:.0f}" for v in apportion(float(given), weights)]


def match_register(sheets: dict[str, Sheet], known: Grades) -> Sheet:
    """Return the register of classes with the unit's identifier in place of the school's name or code."""
    names = row_names(TABLE["schools"], sheets["schools"])
    units = set(texts(sheets, "units", "unit"))
    cells = []
    for school, grade in zip(
        texts(sheets, "classes", "unit"), texts(sheets, "classes", "grade"), strict=True
    ):
        unit = f"{names.known.get(names.word(school), school)}-{_LETTER[_stage_of(grade, known)]}"
        cells.append(unit if unit in units else school)
    return filled(sheets["classes"], "classes", "unit", cells)


def _divided(sheet: Sheet, schools: Sequence[tuple[int, str, str, dict[str, str]]]) -> Issue:
    """Say how rooms that are given once for several stages were divided: nobody but the school knows."""
    some = schools[:_NAMED]
    more = f" … (+{len(schools) - _NAMED})" if len(schools) > _NAMED else ""
    lines = [
        Text("importing.units.rooms_by_stage", school=name, rooms=given, **share)
        for _, name, given, share in some
    ]
    told = Both("; ".join(t.text("en") for t in lines), "；".join(t.text("zh") for t in lines))
    rows = ", ".join(str(sheet.labels[i]) for i, *_ in some) + more
    return Issue(
        "importing.units.rooms_divided", sheet.file, row=rows, column="rooms", level="warning", told=told
    )


def _unknown(file: str, row: str, name: str) -> Issue:
    return Issue("importing.units.no_school_name_list_schools", file, row=row, column="school", value=name)
