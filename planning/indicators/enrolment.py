"""Say who sits where in one school year: from a layout, the class register, an assignment, or real attendance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.district import District
from planning.grades import Grades
from planning.layout import Layout
from planning.standards import Profile

COLUMNS = ("unit", "grade", "pupils", "classes", "own")


def enrolment_of_layout(layout: Layout, year: int) -> pd.DataFrame:
    """Return the enrolment of a layout in one of its years.

    Returns
    -------
    DataFrame
        ``unit, grade, pupils, classes, own``; ``own`` pupils live in the unit's own catchment.
    """
    rows = layout.units[layout.units["year"] == year]
    return rows[list(COLUMNS)].reset_index(drop=True)


def enrolment_of_register(district: District, year: int) -> pd.DataFrame:
    """Return the enrolment of the class register; where pupils live is not known, so ``own`` is missing."""
    return enrolment_of_classes(district.classes[district.classes["year"] == year])


def enrolment_of_classes(classes: pd.DataFrame) -> pd.DataFrame:
    """Return the enrolment of a list of classes (``unit, grade, pupils``, one row per class)."""
    table = classes.groupby(["unit", "grade"], as_index=False).agg(
        pupils=("pupils", "sum"), classes=("pupils", "size")
    )
    return table.assign(own=np.nan)[list(COLUMNS)]


def enrolment_of_assignment(
    district: District, assignment: pd.DataFrame, profile: Profile, rooms: pd.Series[int], year: int
) -> pd.DataFrame:
    """Return the enrolment that follows when every pupil attends the unit of the zone.

    Parameters
    ----------
    assignment : DataFrame
        ``zone, stage, unit``.
    rooms : Series
        Classrooms by unit; they limit the classes, see :func:`classes_within_rooms`.
    year : int
        School year of ``zone_pupils``.
    """
    homes = district.zone_pupils[district.zone_pupils["year"] == year]
    homes = homes.assign(stage=homes["grade"].map(district.grades.stage_of))
    placed = homes.merge(assignment[["zone", "stage", "unit"]], on=["zone", "stage"])
    # a shared zone (多校划片) spreads its pupils evenly over its units
    turn = placed.groupby(["zone", "grade"]).cumcount()
    sharing = placed.groupby(["zone", "grade"])["unit"].transform("size")
    placed["pupils"] = placed["pupils"] // sharing + (turn < placed["pupils"] % sharing)
    table = placed.groupby(["unit", "grade"], as_index=False)[["pupils"]].sum()
    table = table[table["pupils"] > 0].reset_index(drop=True)
    table["classes"] = classes_within_rooms(table, profile, rooms, district.grades)
    table["own"] = table["pupils"]
    return pd.DataFrame(table[list(COLUMNS)])


def enrolment_of_attendance(
    attendance: pd.DataFrame,
    assignment: pd.DataFrame,
    profile: Profile,
    rooms: pd.Series[int],
    grades: Grades,
) -> pd.DataFrame:
    """Return the enrolment of a table of who lives where and attends which unit.

    Parameters
    ----------
    attendance : DataFrame
        ``zone, unit, grade, pupils``; an empty or unknown zone counts as living outside the catchment.
    assignment : DataFrame
        ``zone, stage, unit``: the catchments in force; several units of one zone and stage are a shared zone.
    """
    catchments = set(zip(assignment["zone"], assignment["unit"], strict=True))
    inside = [p in catchments for p in zip(attendance["zone"], attendance["unit"], strict=True)]
    rows = attendance.assign(own=np.where(inside, attendance["pupils"], 0))
    table = rows.groupby(["unit", "grade"], as_index=False)[["pupils", "own"]].sum()
    table["classes"] = classes_within_rooms(table, profile, rooms, grades)
    return table[list(COLUMNS)]


def carried(district: District, enrolment: pd.DataFrame) -> pd.DataFrame:
    """Return an enrolment with the units outside the zoning (private, county-wide) as the register has them."""
    outside = district.units.loc[district.units["admission"] != "catchment", "unit"]
    wanted = set(outside) - set(enrolment["unit"])
    rows = enrolment_of_register(district, district.info.base_year)
    rows = rows[rows["unit"].isin(wanted)]
    return pd.concat([enrolment, rows], ignore_index=True) if len(rows) else enrolment


def classes_within_rooms(
    table: pd.DataFrame, profile: Profile, rooms: pd.Series[int], grades: Grades
) -> list[int]:
    """Return how many classes every unit and grade gets: as few as the caps allow, within the unit's rooms.

    Every grade with pupils gets one class; then the grade with the largest classes gets one more until no class is over
    its cap or the rooms are used up. So a full school shows as large classes, not as classes without a room.

    Parameters
    ----------
    table : DataFrame
        ``unit, grade, pupils``.
    rooms : Series
        Classrooms by unit; a unit that is not listed has no limit.
    grades : Grades
        Grades of the stages, which have caps of their own.
    """
    if profile.in_seats:
        return [int(n) for n in seated(table.assign(own=np.nan), rooms)["classes"]]
    cap = table["grade"].map(grades.stage_of).map(profile.class_cap).to_numpy()
    pupils = table["pupils"].to_numpy()
    classes = np.ones(len(table), dtype=np.int64)
    unit_of, names = pd.factorize(table["unit"])
    for u, unit in enumerate(names):
        positions = np.flatnonzero(unit_of == u)
        left = int(rooms.get(unit, np.iinfo(np.int64).max)) - len(positions)
        while left > 0:
            size = pupils[positions] / classes[positions]
            worst = positions[np.argmax(size - cap[positions])]
            if pupils[worst] <= classes[worst] * cap[worst]:
                break
            classes[worst] += 1
            left -= 1
    return [int(c) for c in classes]


def seated(enrolment: pd.DataFrame, seats: pd.Series[int]) -> pd.DataFrame:
    """Return an enrolment with the seats taken in every grade as its classes of one, the lowest grades first, within those of the unit.

    Parameters
    ----------
    enrolment : DataFrame
        ``unit, grade, pupils``.
    seats : Series
        Seats by unit; a unit that is not listed has no limit.
    """
    table = enrolment.sort_values("grade", kind="stable")
    before = table.groupby("unit")["pupils"].cumsum() - table["pupils"]
    limit = table["unit"].map(seats).fillna(np.inf)
    taken = np.minimum(table["pupils"].to_numpy(), np.maximum(0.0, (limit - before).to_numpy()))
    return enrolment.assign(classes=pd.Series(taken.astype(np.int64), table.index).reindex(enrolment.index))


def even_classes(enrolment: pd.DataFrame) -> pd.DataFrame:
    """Spread the pupils of every unit and grade evenly over its classes; sizes differ by at most one.

    Returns
    -------
    DataFrame
        ``unit, grade, pupils, seated``: one row per class. Pupils of a grade that has no class at all are one row that is not
        ``seated``, so that every pupil stands in the table.
    """
    table = enrolment[enrolment["pupils"] > 0]
    classes = table["classes"].clip(lower=1).to_numpy(dtype=np.int64)
    repeat = np.repeat(np.arange(len(table)), classes)
    first = np.cumsum(classes) - classes
    number = np.arange(len(repeat)) - first[repeat]
    pupils = table["pupils"].to_numpy(dtype=np.int64)
    size = pupils[repeat] // classes[repeat] + (number < (pupils % classes)[repeat])
    return pd.DataFrame(
        {
            "unit": table["unit"].to_numpy()[repeat],
            "grade": table["grade"].to_numpy()[repeat],
            "pupils": size,
            "seated": (table["classes"] > 0).to_numpy()[repeat],
        }
    )
