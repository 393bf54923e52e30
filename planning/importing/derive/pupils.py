"""Make pupils by zone and grade from births, or from residents, where no list gives them."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from planning.district.cells.sheet import Sheet
from planning.errors import Issue
from planning.grades import Grades
from planning.importing.derive.cells import made, texts
from planning.importing.derive.units import classes_by_school
from planning.importing.methods import method
from planning.importing.steps.expressions import apportion
from planning.importing.values.known_names import same_name
from planning.messages import Text

BIRTHS_METHOD = method("births")
RESIDENTS_METHOD = method("residents")
REGISTER_METHOD = method("register")


def make_pupils(
    sheets: dict[str, Sheet], year: int, grades: Grades
) -> tuple[Sheet | None, list[Issue], list[Text]]:
    """Return pupils by zone and grade of a school year, and how they were made; nothing where nothing speaks of them.

    Births that lie outside the years given are those of the nearest year. Where the register of classes has a grade, its total is kept.
    """
    ids, names = texts(sheets, "zones", "zone"), texts(sheets, "zones", "name")
    totals = _register(sheets)
    if "births" in sheets:
        weights, methods = _births(sheets, ids, names, year, grades), [BIRTHS_METHOD]
    else:
        residents = np.array([_number(t) for t in texts(sheets, "zones", "population")])
        if not residents.sum() or not totals:
            return None, [_nothing(sheets["zones"].file)], []
        weights, methods = {g: residents for g in grades.every if g in totals}, [RESIDENTS_METHOD]
    rows = []
    for grade, weight in weights.items():
        if grade in totals and weight.sum():
            counts = apportion(totals[grade], weight)
            methods.append(REGISTER_METHOD)
        else:
            counts = np.round(weight)
        rows += [[z, str(year), str(grade), f"{n:.0f}"] for z, n in zip(ids, counts, strict=True)]
    return (
        made("zone_pupils", rows, ["zone", "year", "grade", "pupils"]),
        [],
        list(dict.fromkeys(methods)),
    )


def _births(
    sheets: dict[str, Sheet], ids: list[str], names: list[str], year: int, grades: Grades
) -> dict[int, np.ndarray]:
    towns: dict[str, list[int]] = defaultdict(list)
    for i, town in enumerate(texts(sheets, "zones", "township")):
        towns[same_name(town)].append(i)
    residents = np.array([_number(t) for t in texts(sheets, "zones", "population")])
    row_of = {same_name(n): i for i, n in enumerate(names)} | {
        same_name(z): i for i, z in enumerate(ids) if z
    }
    born: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(len(ids)))
    columns = (texts(sheets, "births", c) for c in ("zone", "year", "births"))
    for zone, when, count in zip(*columns, strict=True):
        at = row_of.get(same_name(zone))
        rows = [at] if at is not None else towns.get(same_name(zone), [])
        if rows and when.isdigit():  # births of a township follow its residents
            own = residents[rows] if residents[rows].sum() > 0 else np.ones(len(rows))
            born[int(when)][rows] += apportion(_number(count), own)
    if not born:
        return {}
    known = np.array(sorted(born))
    found = {}
    for grade in grades.every:  # born until 31 August, at school in September (义务教育法 §11)
        wanted = year - grades.entry_age - grades.row(grade)
        found[grade] = born[int(known[np.abs(known - wanted).argmin()])]
    return found


def _register(sheets: dict[str, Sheet]) -> dict[int, float]:
    totals: dict[int, float] = defaultdict(float)
    for grades in classes_by_school(sheets)[1].values():
        for grade, count in grades.items():
            if grade.isdigit():
                totals[int(grade)] += count
    return dict(totals)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0.0


def _nothing(file: str) -> Issue:
    return Issue("importing.pupils.no_file_says_how_many", file)
