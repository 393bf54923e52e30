"""Hold a county against the yearly targets of its own plan, year by year."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import BoolArray
from planning.indicators.case import Case
from planning.indicators.guarantee import oversized_schools, running_schools
from planning.indicators.units import MET, PASS
from planning.indicators.verdict import Outcome
from planning.messages import zh_en
from planning.standards import Profile
from planning.standards.profile import Target

COLUMNS = (
    "year", "target", "name_zh", "name_en", "reading", "line", "asked", "strict", "value", "shortfall", "verdict",
    "measured_year", "due",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """What a target measures: ``of`` a case (and the first year's case), to be at most or at least what is asked.

    ``among`` counts the classes, units or schools it speaks of: where there are none, the target does not apply and is never met.
    """

    name_zh: str
    name_en: str
    at_most: bool
    of: Callable[[Case, Case, Target], float]
    among: Callable[[Case], int] = lambda case: 1


COUNTED = ("super_large_classes", "oversized_schools", "projects_in_use", "shell_schools")
"""Targets that count classes, schools or projects; all others are shares."""


def is_share(target: str) -> bool:
    """Return whether a target asks for a share, which is told in per cent."""
    return target not in COUNTED


def target_table(cases: Mapping[int, Case], scored: int, profile: Profile) -> pd.DataFrame:
    """Return every target of every year, what was found, and by how much it is missed.

    Parameters
    ----------
    cases : mapping of int to Case
        Cases by school year; the earliest is what "lower than before" compares with.
    scored : int
        Year that stands in for target years without a case.

    Returns
    -------
    DataFrame
        ``asked`` and ``strict`` (more or less than, not equal), ``value``, ``shortfall`` (0 when met), ``verdict``,
        ``not_applicable`` where nobody is there whom it speaks of; ``measured_year`` the figures are of, and ``due``: the measured year is not before the target's. Where the plan gives two
        readings both are listed, ``reading`` saying which is the ``default``.
    """
    rows = []
    for year, targets in sorted(profile.targets.items()):
        measured = year if year in cases else scored
        for name, target in targets.items():
            case, measure = cases[measured], MEASURES[name]
            some = measure.among(case) > 0
            value = measure.of(case, cases[min(cases)], target) if some else math.nan
            without: Outcome = "not_supplied" if some else case.nothing
            for reading, asked in (("default", target), ("other", target.also)):
                if asked is not None:
                    rows.append(_row(year, name, reading, asked, value, without, measured))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    year: int, name: str, reading: str, asked: Target, value: float, without: Outcome, measured: int
) -> tuple[object, ...]:
    measure = MEASURES[name]
    missing = value - asked.value if measure.at_most else asked.value - value
    met = missing < 0 if asked.strict else missing <= 1e-12
    verdict = without if math.isnan(value) else "pass" if met else "fail"
    shortfall = math.nan if math.isnan(value) else 0.0 if met else max(missing, 0.0)
    about = (year, name, measure.name_zh, measure.name_en, reading, f"S:{asked.line}")
    return (*about, float(asked.value), asked.strict, value, shortfall, verdict, measured, measured >= year)


def large_class_share(case: Case, first: Case, target: Target) -> float:
    """Return the share of classes of 56 and more, super-large ones included (S:65, S:73, S:243)."""
    return _mean(case.classes.at_least("large"))


def super_large_classes(case: Case, first: Case, target: Target) -> float:
    """Return the number of classes of 66 and more (S:243)."""
    return float(case.classes.at_least("super").sum())


def units_passing_share(case: Case, first: Case, target: Target) -> float:
    """Return the share of assessed units that pass A1–A7 (S:69–S:81)."""
    return _mean(case.resources.verdict == PASS)


def entry_classes_at_cap(case: Case, first: Case, target: Target) -> float:
    """Return the share of entry classes within 45 / 50 (S:69)."""
    return _mean(~case.classes.over[_entry(case)])


def within_cap_share(case: Case, first: Case, target: Target) -> float:
    """Return the share of units whose every class is within 45 / 50 (S:243)."""
    return _units_within(case, _all)


def urban_primary_within_cap_share(case: Case, first: Case, target: Target) -> float:
    """Return the share of urban primary units whose every class is within 45 (S:243, read of schools, not of classes)."""
    return _units_within(case, _urban_primary)


def urban_junior_within_cap_share(case: Case, first: Case, target: Target) -> float:
    """Return the share of urban junior units whose every class is within 50 (S:243)."""
    return _units_within(case, _urban_junior)


def oversized_count(case: Case, first: Case, target: Target) -> float:
    """Return the number of schools over their size limit (S:243)."""
    return float(len(oversized_schools(case)))


def oversized_change(case: Case, first: Case, target: Target) -> float:
    """Return the change of the share of oversized schools since the first year known; no change is 0 (S:69, S:73).

    Where there were none before and are none now the target holds, so the change counts as −1.
    """
    if case is first:
        return math.nan
    now, before = _oversized_share(case), _oversized_share(first)
    return -1.0 if now == before == 0 else now - before


def projects_in_use(case: Case, first: Case, target: Target) -> float:
    """Return how many of the named projects are in use (S:239)."""
    return float(sum(name in case.figures.projects for name in target.names))


def shell_schools(case: Case, first: Case, target: Target) -> float:
    """Return the number of schools (almost) without pupils, fewer than ``below`` [inferred] (S:65).

    In the register a school without any pupil counts; in a layout such a school is closed and does not.
    """
    units = case.arrays
    pupils = np.bincount(units.school[units.ordinary], weights=units.pupils[units.ordinary], minlength=0)
    listed = np.bincount(units.school[units.ordinary]) > 0
    shells = listed & (pupils < target.below)
    return float((shells if case.figures.source == "register" else shells & (pupils > 0)).sum())


def rotation_rate(case: Case, first: Case, target: Target) -> float:
    """Return the share of eligible teachers who rotate, from the register (S:251)."""
    value = case.entry("B11", "rotation_rate").value
    return math.nan if value is None else value


def rotation_backbone_rate(case: Case, first: Case, target: Target) -> float:
    """Return the share of backbone teachers among those who rotate, from the register (S:251)."""
    value = case.entry("B11", "rotation_backbone_rate").value
    return math.nan if value is None else value


def network_rooms_met_share(case: Case, first: Case, target: Target) -> float:
    """Return the share of assessed units that reach the standard of A7 (S:247)."""
    return _mean(case.resources.code[:, case.resources.names.index("A7")] == MET)


def _mean(flags: BoolArray) -> float:
    return float(flags.mean()) if len(flags) else math.nan


def _all(case: Case) -> BoolArray:
    return np.ones(len(case.figures.units), dtype=bool)


def _urban_primary(case: Case) -> BoolArray:
    return case.arrays.stage["primary"] & case.arrays.locale["urban"]


def _urban_junior(case: Case) -> BoolArray:
    return case.arrays.stage["junior"] & case.arrays.locale["urban"]


def _with_classes(case: Case, part: Callable[[Case], BoolArray]) -> BoolArray:
    return (np.bincount(case.classes.unit, minlength=len(case.figures.units)) > 0) & part(case)


def _units_within(case: Case, part: Callable[[Case], BoolArray]) -> float:
    over = np.bincount(case.classes.unit[case.classes.over], minlength=len(case.figures.units)) > 0
    return _mean(~over[_with_classes(case, part)])


def _units(part: Callable[[Case], BoolArray]) -> Callable[[Case], int]:
    return lambda case: int(_with_classes(case, part).sum())


def _entry(case: Case) -> BoolArray:
    return np.isin(case.classes.grade, case.figures.grades.entries)


def _entry_classes(case: Case) -> int:
    return int(_entry(case).sum())


def _classes(case: Case) -> int:
    return len(case.classes.pupils)


def _assessed(case: Case) -> int:
    return len(case.resources.code)


def _listed(case: Case) -> int:
    return int(case.arrays.ordinary.sum())


def _oversized_share(case: Case) -> float:
    return len(oversized_schools(case)) / running_schools(case) if running_schools(case) else 0.0


MEASURES: dict[str, Measure] = {
    "large_class_share": Measure(*zh_en("indicators.targets.share_classes_more"), True, large_class_share, _classes),
    "super_large_classes": Measure(*zh_en("indicators.targets.classes_more"), True, super_large_classes, _classes),
    "units_passing_share": Measure(*zh_en("indicators.targets.share_units_passing"), False, units_passing_share, _assessed),
    "entry_classes_at_cap": Measure(*zh_en("indicators.targets.share_entry_classes_within"), False, entry_classes_at_cap, _entry_classes),
    "within_cap_share": Measure(*zh_en("indicators.targets.share_units_every_class"), False, within_cap_share, _units(_all)),
    "urban_primary_within_cap_share": Measure(*zh_en("indicators.targets.share_urban_primary_units"), False, urban_primary_within_cap_share, _units(_urban_primary)),
    "urban_junior_within_cap_share": Measure(*zh_en("indicators.targets.share_urban_junior_units"), False, urban_junior_within_cap_share, _units(_urban_junior)),
    "oversized_schools": Measure(*zh_en("indicators.targets.oversized_schools"), True, oversized_count, running_schools),
    "oversized_share_change": Measure(*zh_en("indicators.targets.change_share_oversized_schools"), True, oversized_change, running_schools),
    "projects_in_use": Measure(*zh_en("indicators.targets.named_projects_use"), False, projects_in_use),
    "shell_schools": Measure(*zh_en("indicators.targets.schools_almost_without_pupils"), True, shell_schools, _listed),
    "rotation_rate": Measure(*zh_en("indicators.targets.teachers_rotating"), False, rotation_rate),
    "rotation_backbone_rate": Measure(*zh_en("indicators.targets.backbone_teachers_among_those"), False, rotation_backbone_rate),
    "network_rooms_met_share": Measure(*zh_en("indicators.targets.share_units_reaching"), False, network_rooms_met_share, _assessed),
}  # fmt: skip
