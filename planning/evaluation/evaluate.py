"""Score an approved layout with the enrolment that became of it, and hold it against its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.approval.freeze import no_date
from planning.district import District
from planning.district.cells.dates import calendar_day
from planning.district.schema import TABLE
from planning.errors import Issue, LayoutError, PlanningError
from planning.evaluation.plan_and_reality import (
    GRADE_KEY,
    became_of_moved,
    by_grade,
    by_school,
    catchments,
    flows_elsewhere,
    forecast_error,
    nearby_ratios,
)
from planning.evaluation.real import RealEnrolment, read_enrolment
from planning.evaluation.sheets import Note, parse_sheet, raise_all, read_sheets
from planning.indicators import Scorecard, even_classes, make_case, score_figures
from planning.indicators.closed import closed_units
from planning.indicators.enrolment import classes_within_rooms
from planning.indicators.figures import (
    figures_of_enrolment,
    figures_of_layout,
    figures_of_register,
)
from planning.indicators.in_use import projects_in_use, rooms_with
from planning.indicators.ledger import compare_ledgers, make_ledger, read_ledger
from planning.indicators.ledger_pair import apart
from planning.layout import Layout
from planning.messages import Text, zh_en
from planning.standards import Profile


@dataclass(frozen=True)
class Evaluation:
    """Plan against reality in one school year.

    Parameters
    ----------
    year : int
        School year.
    scorecard, planned : Scorecard
        With the real enrolment, and as the plan had it for the year.
    grades : DataFrame
        ``unit, name, stage, grade`` and ``plan_…``, ``real_…`` of ``pupils, classes, largest`` (largest class), ``difference``
        (real less planned pupils), ``cap``, ``over`` (real pupils beyond classes × cap).
    schools : DataFrame
        The same by unit, with ``plan_own`` and ``real_own`` (pupils from the own catchment, NaN where homes are not known),
        ``plan_living`` and ``real_living`` (all who live in the catchment).
    accuracy : DataFrame
        By stage, of the units that the file has: ``plan, real, difference, share`` (difference ÷ plan) and ``absolute`` (Σ|difference| by unit and grade ÷ real).
    nearby : DataFrame
        The ratio of B13 by ``stage`` and ``grades`` (``all``, ``entry``): ``plan, real, asked`` (NaN where homes are not known, and where nobody
        attends a counted school, in the plan ``nobody_planned``, in reality ``nobody``: the ratio does not apply).
    outside : DataFrame
        Pupils who attend another school than their catchment's: ``stage, home_unit, unit, pupils``; an empty ``home_unit`` lives
        outside the county.
    moved : DataFrame
        Zones that were moved by hand (:func:`planning.editing.moved.moved_by_hand`) with ``living``, the pupils of the stage whose home
        is there, and ``attending``, those of them in the school they were given to (missing where homes are not known).
    no_home : int
        Pupils of the stock whose home the file does not give; they count as outside.
    ledger, plan_ledger, cleared : DataFrame
        What the units lack now, what the plan would have left, and what became of every lack between the two (or since the
        ledger given).
    notes : tuple of (str, str)
        What the reader must know, in Chinese and English.
    in_seats : bool
        Capacity is counted in seats: ``classes`` are the seats in use, ``over`` are pupils beyond them; there is no class to speak of.
    """

    year: int
    scorecard: Scorecard
    planned: Scorecard
    grades: pd.DataFrame
    schools: pd.DataFrame
    accuracy: pd.DataFrame
    nearby: pd.DataFrame
    outside: pd.DataFrame
    moved: pd.DataFrame
    no_home: int
    ledger: pd.DataFrame
    plan_ledger: pd.DataFrame
    cleared: pd.DataFrame
    notes: tuple[tuple[str, str], ...]
    in_seats: bool = False

    def targets(self) -> pd.DataFrame:
        """Return the targets of the year that was evaluated."""
        table = self.scorecard.targets
        due: pd.DataFrame = table[table["year"] == self.year].reset_index(drop=True)
        return due


def known_units(district: District, layout: Layout) -> dict[str, str]:
    """Return the stage of every unit that may occur in real enrolment: the district's and the layout's new ones."""
    units = dict(zip(district.units["unit"].astype(str), district.units["stage"].astype(str), strict=True))
    table = layout.units.drop_duplicates("unit")
    return units | dict(zip(table["unit"].astype(str), table["stage"].astype(str), strict=True))


def read_real_register(path: str | Path) -> pd.DataFrame:
    """Read the year's register of values that come from documents, in the form of the district's register.

    Raises
    ------
    LayoutError
        With everything that is wrong.
    """
    table = TABLE["register"]
    problems: list[Issue] = []
    frames = []
    book = read_sheets(path, table)
    for sheet in book.sheets:
        frame, _, labels, wrong = parse_sheet(sheet, table)
        problems += wrong
        again = frame.duplicated(list(table.key)).to_numpy() & frame[list(table.key)].notna().all(axis=1)
        problems += [
            Issue(
                "evaluation.evaluate.item_occurs_twice",
                sheet.file,
                row=str(labels[i]),
                value=f"{frame['indicator'].iloc[i]}, {frame['item'].iloc[i]}",
            )
            for i in np.flatnonzero(again)
        ]
        frames.append(frame)
    raise_all(problems)
    whole = pd.concat(frames, ignore_index=True)
    whole.attrs["notes"] = tuple(book.notes)
    return whole


def read_all(
    enrolment: str | Path,
    district: District,
    units: Mapping[str, str],
    *,
    coordinates: str = "wgs84",
    register: str | Path | None = None,
    ledger: str | Path | None = None,
) -> tuple[RealEnrolment, pd.DataFrame | None, pd.DataFrame | None]:
    """Read the enrolment, the register and an earlier ledger.

    Raises
    ------
    LayoutError
        With everything that is wrong in any of the files.
    """
    problems: list[Issue] = []
    found: list[Any] = []
    steps: list[tuple[str | Path | None, Callable[[str | Path], Any]]] = [
        (enrolment, lambda path: read_enrolment(path, district, units, coordinates=coordinates)),
        (register, read_real_register),
        (ledger, read_ledger),
    ]
    for path, read in steps:
        try:
            found.append(None if path is None else read(path))
        except PlanningError as error:
            problems += error.problems
    raise_all(problems)
    return found[0], found[1], found[2]


def evaluate(
    district: District,
    layout: Layout,
    profile: Profile,
    real: RealEnrolment,
    *,
    as_of: str,
    year: int | None = None,
    register: pd.DataFrame | None = None,
    before: pd.DataFrame | None = None,
) -> Evaluation:
    """Evaluate an approved layout with real enrolment.

    Parameters
    ----------
    as_of : str
        Date of the ledger, ``YYYY-MM-DD``.
    year : int, optional
        School year; else the file's own, else the first of the plan.
    register : DataFrame, optional
        The year's register (:func:`read_real_register`, whose ``attrs["notes"]`` say what it left out); entries it has win over the district's.
    before : DataFrame, optional
        Ledger to compare with; the plan's own by default.

    Raises
    ------
    LayoutError
        If the year is not one of the plan, the date is none, or units of the plan have no enrolment.
    """
    day = calendar_day(as_of)
    raise_all([] if day else [no_date(as_of)])
    year = _year(layout, real, year)
    raise_all(list(_missing(layout, real, year)))
    unread: tuple[Note, ...] = () if register is None else register.attrs.get("notes", ())
    if register is not None:
        district = replace(district, register=_merged(district.register, register))
    enrolment, sizes = _enrolment(district, layout, profile, real, year)
    planned = figures_of_layout(district, layout, profile, year)
    figures = figures_of_enrolment(district, layout, profile, year, enrolment, sizes)
    others = {year: figures}
    if len(district.classes) and district.info.base_year != year:
        others[district.info.base_year] = figures_of_register(district, profile)
    case, plan_case = make_case(figures, profile), make_case(planned, profile)
    grades = by_grade(
        planned.enrolment, planned.class_sizes, figures.enrolment, figures.class_sizes, district.grades
    )
    names = figures.units["name"].to_dict()
    grades.insert(1, "name", [str(names.get(u, u)) for u in grades["unit"]])
    grades["cap"] = grades["stage"].map(profile.class_cap)
    grades["over"] = (grades["real_pupils"] - grades["real_classes"] * grades["cap"]).clip(lower=0)
    about = {"district": district.info.id, "district_zh": district.info.name_zh}
    ledger, plan_ledger = make_ledger(case, day, **about), make_ledger(plan_case, day, **about)
    if before is not None:
        raise_all(apart(before, ledger, ("--ledger", f"{district.info.name_zh} {year}")))
    enrolled = float(enrolment["pupils"].sum())
    return Evaluation(
        year=year,
        scorecard=score_figures(figures, profile, others=others),
        planned=score_figures(planned, profile, others={**others, year: planned}),
        grades=grades,
        schools=by_school(grades, layout, enrolment, real, year),
        accuracy=forecast_error(grades[grades["unit"].isin(set(real.enrolled["unit"]))]),
        nearby=nearby_ratios(case, plan_case, profile),
        outside=flows_elsewhere(layout, real),
        moved=became_of_moved(layout, district, real),
        no_home=int(enrolled - real.homes["pupils"].sum()) if len(real.homes) else 0,
        ledger=ledger,
        plan_ledger=plan_ledger,
        cleared=compare_ledgers(
            plan_ledger if before is None else before, ledger, closed_units(layout, year)
        ),
        notes=(
            *real.notes,
            *unread,
            *_notes(district, layout, real, figures.enrolment, year, in_seats=profile.in_seats),
        ),
        in_seats=profile.in_seats,
    )


def _year(layout: Layout, real: RealEnrolment, year: int | None) -> int:
    years = sorted(int(y) for y in layout.units["year"].unique())
    chosen = year if year is not None else real.year if real.year is not None else years[0]
    if chosen not in years or (real.year is not None and real.year != chosen):
        planned = ", ".join(map(str, years))
        raise LayoutError(
            [
                Issue(
                    "evaluation.evaluate.approved_layout_plans_file",
                    "--year",
                    value=str(chosen),
                    planned=planned,
                    year=str(real.year) if real.year else Text("evaluation.evaluate.no_named_year"),
                )
            ]
        )
    return chosen


def _missing(layout: Layout, real: RealEnrolment, year: int) -> Iterator[Issue]:
    """Name the units of the plan that the file leaves out: a missing enrolment is not zero."""
    zoned = set(layout.assignment["unit"])
    plan = layout.units[(layout.units["year"] == year) & layout.units["unit"].isin(zoned)]
    pupils = plan.groupby("unit")["pupils"].sum()
    left = sorted(set(pupils[pupils > 0].index) - set(real.enrolled["unit"]))
    for unit in left:
        yield Issue(
            "evaluation.evaluate.no_enrolment_unit_plan_gives",
            "--enrolment",
            row=str(unit),
            pupils=pupils[unit],
        )


def _merged(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([new, old], ignore_index=True)
    return both.drop_duplicates(["indicator", "item"]).reset_index(drop=True)


def _enrolment(
    district: District, layout: Layout, profile: Profile, real: RealEnrolment, year: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``unit, grade, pupils, classes, own`` and every class; classes follow from the rooms where they are not given, or are seats."""
    table = real.enrolled.copy()
    if len(real.classes) and not profile.in_seats:
        sizes = real.classes[real.classes["pupils"] > 0][["unit", "grade", "pupils"]].reset_index(drop=True)
        count = sizes.groupby(GRADE_KEY).size()
        table["classes"] = count.reindex(pd.MultiIndex.from_frame(table[GRADE_KEY]), fill_value=0).to_numpy()
    else:
        table = table[table["pupils"] > 0].reset_index(drop=True)
        rooms = rooms_with(district, projects_in_use(district, layout, year), profile)
        table["classes"] = classes_within_rooms(table, profile, rooms, district.grades)
        sizes = even_classes(table)
    table["own"] = np.nan
    if len(real.homes):
        pairs = catchments(layout)
        inside = [p in pairs for p in zip(real.homes["zone"], real.homes["unit"], strict=True)]
        own = real.homes[inside].groupby(GRADE_KEY)["pupils"].sum()
        table["own"] = own.reindex(pd.MultiIndex.from_frame(table[GRADE_KEY]), fill_value=0).to_numpy(float)
    return table[["unit", "grade", "pupils", "classes", "own"]], sizes


def _notes(
    district: District, layout: Layout, real: RealEnrolment, whole: pd.DataFrame, year: int, *, in_seats: bool
) -> Iterator[Note]:
    if real.year is None:
        yield zh_en("evaluation.evaluate.file_names_no_school", year=year)
    if layout.scenario.get("enrolled") == "stay" and len(real.homes):
        yield zh_en("evaluation.evaluate.plan_lets_enrolled_pupils")
    if not len(real.classes) and not in_seats:
        yield zh_en("evaluation.evaluate.file_does_tell_classes")
    if not len(real.homes):
        yield zh_en("evaluation.evaluate.file_has_no_homes")
    rest = whole[~whole["unit"].isin(set(real.enrolled["unit"]))]
    if len(rest):
        units = "、".join(sorted(rest["unit"].unique()))
        yield zh_en(
            "evaluation.evaluate.units_without_catchments_that",
            base_year=district.info.base_year,
            units=units,
        )
    if any(layer.status == "synthetic" for layer in district.info.layers.values()):
        yield zh_en("evaluation.evaluate.some_district_s_data")
