"""Check the tables a forecast reads, so that everything wrong is named at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning.demand.settings import ForecastSettings
from planning.district.model import District
from planning.errors import DistrictError, Issue, Problem


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
    yield from _rows(table, ~grades.isin(range(1, 10)), "zone_pupils.csv", "grade", "a grade 1–9", "年级 1—9")
    yield from _twice(table, ["zone", "year", "grade"], "zone_pupils.csv")
    if not (table["year"] == base).any():
        known = ", ".join(str(y) for y in sorted(set(table["year"])))
        yield Problem(
            "zone_pupils.csv",
            f"no pupils of the base year {base}; years found: {known or 'none'}",
            f"缺少基年 {base} 的学生数；已有学年：{known or '无'}",
            column="year",
            mend_en=f"add the rows of {base}, or set base_year in district.yaml",
            mend_zh=f"补充 {base} 学年数据，或修改 district.yaml 的 base_year",
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
    return [y - settings.entry_age for y in range(first, last + 1)] if last > base else []


def _missing_births(district: District, years: Sequence[int], settings: ForecastSettings) -> Iterator[Issue]:
    table = district.births
    if table.empty or settings.missing_births == "hold":
        return
    needed = birth_years(district, years, settings)
    known = set(table["year"])
    missing = [y for y in needed if y not in known]
    if missing:
        found = f"{min(known)}–{max(known)}"
        yield Problem(
            "births.csv",
            f"births of {_list(missing)} are needed to forecast {max(years)} (children enter at "
            f"{settings.entry_age}); the table covers {found}",
            f"预测到 {max(years)} 学年需要 {_list(missing, '、')} 年出生人数（{settings.entry_age} 周岁入学），"
            f"现有 {found}",
            column="year",
            value=_list(missing),
            mend_en="add these years, forecast fewer years, or hold the last known year (forecast --hold-births; in a scenario missing_births: hold)",
            mend_zh="补充这些年份、缩短预测期，或按最近已知年份保持不变（forecast 加 --hold-births；情景中设 missing_births: hold）",
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
        yield Problem(
            "births.csv",
            f"births of {_list(lacking)} are missing for this zone",
            f"该单元缺少 {_list(lacking, '、')} 年出生人数",
            row=str(zone),
            column="year",
            mend_en="add the rows (0 where nobody was born)",
            mend_zh="补充这些行（无出生填 0）",
        )


def _list(years: Sequence[int], comma: str = ", ") -> str:
    return comma.join(str(y) for y in years)


def _known_zones(district: District, table: pd.DataFrame, file: str) -> Iterator[Issue]:
    bad = ~table["zone"].astype(str).isin(district.zones["zone"].astype(str))
    yield from _rows(table, bad, file, "zone", "a zone of zones.geojson", "zones.geojson 中的单元编号")


def _numbers(
    table: pd.DataFrame, file: str, column: str, *, whole: bool, empty: bool = False
) -> Iterator[Issue]:
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(values) | (values < 0)
    if whole:
        bad |= values != np.floor(values)
    if empty:
        bad &= table[column].notna().to_numpy()
    wanted = "a whole number of 0 or more" if whole else "a number of 0 or more"
    yield from _rows(table, bad, file, column, wanted, "非负整数" if whole else "非负数")


def _twice(table: pd.DataFrame, key: list[str], file: str) -> Iterator[Issue]:
    bad = table.duplicated(key)
    yield from _rows(table, bad, file, "+".join(key), "every combination once", "每个组合只出现一次")


def _rows(
    table: pd.DataFrame,
    bad: pd.Series[bool] | NDArray[np.bool_],
    file: str,
    column: str,
    wanted: str,
    wanted_zh: str,
) -> Iterator[Issue]:
    names = column.split("+")
    for position in np.flatnonzero(np.asarray(bad, dtype=bool)):
        # header is row 1, the first record row 2
        yield Problem(
            file,
            f"expected {wanted}",
            f"应为{wanted_zh}",
            row=str(position + 2),
            column=column,
            value=" ".join(str(table[n].iloc[position]) for n in names),
        )
