"""Check the tables a forecast reads, so that everything wrong is named at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from planning.arrays import BoolArray
from planning.demand.settings import ForecastSettings
from planning.district.model import District
from planning.errors import DistrictError, Issue
from planning.grades import grade_name
from planning.messages import Both, Text, en_zh


def check_inputs(district: District, years: Sequence[int], settings: ForecastSettings) -> None:
    """Raise what keeps these years from being forecast.

    Raises
    ------
    DistrictError
        Years before the base year or not whole, no register of the base year, missing birth years, negative or
        fractional counts, negative yields, unknown zones, rows given twice.
    """
    problems = [*_years(district, years), *_register(district), *_births(district), *_housing(district)]
    if not problems:
        problems = list(_missing_births(district, years, settings))
    if problems:
        raise DistrictError(problems)


def _years(district: District, years: Sequence[int]) -> Iterator[Issue]:
    base = district.info.base_year
    if not len(years):
        yield Issue("demand.check.expected_least_one_school_year", "years")
    for year in years:
        if isinstance(year, bool) or not isinstance(year, int | np.integer):
            yield Issue("demand.check.expected_whole_school_year", "years", value=str(year))
        elif year < base:
            yield Issue("demand.check.forecast_starts_base_year", "years", value=str(year), base=base)


def _register(district: District) -> Iterator[Issue]:
    table, base = district.zone_pupils, district.info.base_year
    yield from _known_zones(district, table, "zone_pupils.csv")
    yield from _numbers(table, "zone_pupils.csv", "pupils", whole=True)
    if "migrant" in table:
        yield from _numbers(table, "zone_pupils.csv", "migrant", whole=True, empty=True)
    grades = pd.to_numeric(table["grade"], errors="coerce")
    mine = district.grades
    wanted = en_zh("demand.check.grade", low=grade_name(mine.first), high=mine.last)
    yield from _rows(table, ~grades.isin(mine.every), "zone_pupils.csv", "grade", *wanted)
    yield from _twice(table, ["zone", "year", "grade"], "zone_pupils.csv")
    if not (table["year"] == base).any():
        known = ", ".join(str(y) for y in sorted(set(table["year"])))
        yield Issue(
            "demand.check.no_pupils_base_year_years",
            "zone_pupils.csv",
            column="year",
            base=base,
            known=known or Text("demand.check.nothing"),
        )


def _births(district: District) -> Iterator[Issue]:
    yield from _known_zones(district, district.births, "births.csv")
    yield from _numbers(district.births, "births.csv", "births", whole=False)
    yield from _twice(district.births, ["zone", "year"], "births.csv")


def _housing(district: District) -> Iterator[Issue]:
    table = district.housing
    yield from _known_zones(district, table, "housing.csv")
    yield from _numbers(table, "housing.csv", "homes", whole=True)
    yield from _twice(table, ["zone", "year"], "housing.csv")
    for column in ("primary_yield", "junior_yield"):
        if column in table:
            yield from _numbers(table, "housing.csv", column, whole=False, empty=True)


def birth_years(district: District, years: Sequence[int], settings: ForecastSettings) -> list[int]:
    """Return the assessment years whose births the forecast reads: the base cohort and every later one."""
    base, last = district.info.base_year, max(years)
    first = base if settings.entry_rate is None else base + 1
    age = settings.age_at_entry(district.grades)
    return [y - age for y in range(first, last + 1)] if last > base else []


def _missing_births(district: District, years: Sequence[int], settings: ForecastSettings) -> Iterator[Issue]:
    table = district.births
    if table.empty or settings.missing_births == "hold":
        return
    needed = birth_years(district, years, settings)
    known = set(table["year"])
    missing = [y for y in needed if y not in known]
    if missing:
        found = f"{min(known)}–{max(known)}"
        yield Issue(
            "demand.check.births_needed_forecast_children",
            "births.csv",
            column="year",
            value=_list(missing),
            list=Both(_list(missing), _list(missing, "、")),
            years=max(years),
            entry_age=settings.age_at_entry(district.grades),
            found=found,
        )
    pairs = table[table["year"].isin(needed)].groupby("zone")["year"].nunique()
    wanted = len(needed) - len(missing)
    base = district.zone_pupils[district.zone_pupils["year"] == district.info.base_year]
    living = base.groupby("zone")["pupils"].sum()
    has = pairs.reindex(living.index[living > 0], fill_value=0)
    gaps = pd.concat([has, pairs[~pairs.index.isin(has.index)]])
    for zone in gaps.index[(gaps < wanted).to_numpy()]:
        own = set(table.loc[table["zone"] == zone, "year"])
        lacking = [y for y in needed if y in known and y not in own]
        yield Issue(
            "demand.check.births_missing_zone",
            "births.csv",
            row=str(zone),
            column="year",
            list=Both(_list(lacking), _list(lacking, "、")),
        )


def _list(years: Sequence[int], comma: str = ", ") -> str:
    return comma.join(str(y) for y in years)


def _known_zones(district: District, table: pd.DataFrame, file: str) -> Iterator[Issue]:
    bad = ~table["zone"].astype(str).isin(district.zones["zone"].astype(str))
    yield from _rows(table, bad, file, "zone", *en_zh("demand.check.zone_zones_geojson"))


def _numbers(
    table: pd.DataFrame, file: str, column: str, *, whole: bool, empty: bool = False
) -> Iterator[Issue]:
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(values) | (values < 0)
    if whole:
        bad |= values != np.floor(values)
    if empty:
        bad &= table[column].notna().to_numpy()
    yield from _rows(
        table, bad, file, column, *en_zh("demand.check.whole" if whole else "demand.check.number")
    )


def _twice(table: pd.DataFrame, key: list[str], file: str) -> Iterator[Issue]:
    bad = table.duplicated(key)
    yield from _rows(table, bad, file, "+".join(key), *en_zh("demand.check.every_combination_once"))


def _rows(
    table: pd.DataFrame,
    bad: pd.Series[bool] | BoolArray,
    file: str,
    column: str,
    wanted: str,
    wanted_zh: str,
) -> Iterator[Issue]:
    names = column.split("+")
    for position in np.flatnonzero(np.asarray(bad, dtype=bool)):
        # header is row 1, the first record row 2
        yield Issue(
            "demand.check.expected",
            file,
            row=str(position + 2),
            column=column,
            value=" ".join(str(table[n].iloc[position]) for n in names),
            wanted=Both(wanted, wanted_zh),
        )
