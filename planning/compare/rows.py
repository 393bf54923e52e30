"""List the figures of the headline table: what each is, which direction is better, how it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from planning.district.schema import STAGE_ZH
from planning.layout import Layout, in_seats

Better = Literal["low", "high", "none"]
Value = Callable[[Layout], float]
GROUPS = {
    "seats": ("学位与班额", "Seats and classes"),
    "near": ("就近与路程", "Nearness and ways"),
    "change": ("稳定与投资", "Change and money"),
    "standard": ("达标情况", "Standards"),
    "proof": ("求解", "Solution"),
}


@dataclass(frozen=True)
class Row:
    """One row of the comparison.

    Parameters
    ----------
    key, group : str
        Identifier, and the part of the table it stands in (``GROUPS``).
    name_zh, name_en : str
        Names.
    better : str
        ``low``, ``high`` or ``none``: which value is marked.
    form : str
        Format of the number.
    how_zh, how : str
        How it is computed, in Chinese and English.
    value : callable
        Returns the figure of a layout, NaN where it is not known.
    """

    key: str
    group: str
    name_zh: str
    name_en: str
    better: Better
    form: str
    how_zh: str
    how: str
    value: Value


def _summary(key: str, part: str | None = None) -> Value:
    def value(layout: Layout) -> float:
        found: Any = layout.summary.get(key, float("nan"))
        if part is not None:
            found = found.get(part, float("nan")) if isinstance(found, Mapping) else float("nan")
        return float("nan") if found is None else float(found)

    return value


def last_year(layout: Layout) -> pd.DataFrame:
    """Return the unit table of the last school year of a layout, when all of its projects are in use."""
    units = layout.units
    last: pd.DataFrame = units[units["year"] == units["year"].max()]
    return last


def class_sizes(layout: Layout) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the size of every class of a layout (all its years), pupils spread evenly over the classes of a grade."""
    return spread(layout.units)[0]


def spread(
    units: pd.DataFrame,
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.intp]]]:
    """Return the size of every class of a unit table and the row of the table it belongs to.

    Sizes differ by at most one within a grade; pupils of a grade without a class are one entry, which :func:`taught` tells.
    """
    rows = np.flatnonzero((units["pupils"] > 0).to_numpy())
    table = units.iloc[rows]
    classes = table["classes"].clip(lower=1).to_numpy(dtype=np.int64)
    pupils = table["pupils"].to_numpy(dtype=np.int64)
    index = np.repeat(np.arange(len(table)), classes)
    number = np.arange(len(index)) - np.repeat(np.cumsum(classes) - classes, classes)
    sizes = pupils[index] // classes[index] + (number < pupils[index] % classes[index])
    return np.asarray(sizes), rows[index]


def taught(
    units: pd.DataFrame, rows: np.ndarray[Any, np.dtype[np.intp]]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which entries of :func:`spread` are classes; the others are pupils in no class, more than any band allows."""
    return np.asarray((units["classes"] > 0).to_numpy()[rows])


def _at_least(pupils: int) -> Value:
    def count(layout: Layout) -> float:
        if in_seats(layout.units):
            return float("nan")
        sizes, rows = spread(layout.units)
        return float(((sizes >= pupils) | ~taught(layout.units, rows)).sum())

    return count


SUMMED = frozenset(
    ("pupils_primary", "pupils_junior", "seats_primary", "seats_junior", "shortage", "over_cap", "large", "super_large", "overflow")
)  # fmt: skip
"""Figures that add up the years of a plan: none is better than another of a plan over other years."""

_SPREAD = (
    "各年级学生平均分到班后统计（规划各年合计）",
    "pupils of a grade spread evenly over its classes, all years of the plan",
)

ROWS: tuple[Row, ...] = (
    *(Row(f"pupils_{s}", "seats", f"{zh}学生", f"Pupils, {s}", "none", ",.0f", "划片办学单位学生数（规划各年合计）", "units.csv, units of the zoning, all years of the plan", _summary("pupils", s)) for s, zh in STAGE_ZH.items()),
    *(Row(f"seats_{s}", "seats", f"{zh}可用学位", f"Seats possible, {s}", "high", ",.0f", "教室数×班额标准；按学位核定的为学位总数", "classrooms × class cap, or the seats where they are counted", _summary("seats_possible", s)) for s, zh in STAGE_ZH.items()),
    Row("shortage", "seats", "学位缺口（人）", "Seats short", "low", ",.0f", "没有学位的学生之和", "pupils without a seat, summed", _summary("shortage_pupils")),
    Row("over_cap", "seats", "超标准班额班数", "Classes over the cap", "low", ",.0f", *_SPREAD, _summary("classes_over_cap")),
    Row("large", "seats", "大班额班数（56人及以上）", "Classes of 56 and more", "low", ",.0f", *_SPREAD, _at_least(56)),
    Row("super_large", "seats", "超大班额班数（66人及以上）", "Classes of 66 and more", "low", ",.0f", *_SPREAD, _at_least(66)),
    Row("oversized", "seats", "大校额学校", "Schools over size", "low", ",.0f", "超过规模上限的学校数", "schools above their size limit", _summary("schools_over_size")),
    Row("overflow", "near", "统筹调剂学生", "Pupils sent elsewhere", "low", ",.0f", "因学位不足调到其他学校的学生（overflow.csv）", "sent on because a school is full (overflow.csv)", _summary("overflow_pupils")),
    *(Row(f"nearby_{s}", "near", f"{zh}就近入学比例", f"Nearby enrolment, {s}", "high", ".1%", "城区、镇区公办非寄宿学校中片内就读学生÷全部学生（B13）", "own catchment over all, urban and town public day schools (B13)", _summary("nearby_ratio", s)) for s, zh in STAGE_ZH.items()),
    *(Row(f"mean_{s}", "near", f"{zh}平均步行距离（米）", f"Mean walk, {s} (m)", "low", ",.0f", "居住单元到学区学校的步行距离，按学生数加权", "zone to its school, weighted by pupils", _summary("mean_distance_m", s)) for s, zh in STAGE_ZH.items()),
    *(Row(f"p95_{s}", "near", f"{zh}95%学生步行不超过（米）", f"95 % walk less than, {s} (m)", "low", ",.0f", "按学生数加权的95%分位数", "weighted 95th percentile", _summary("p95_distance_m", s)) for s, zh in STAGE_ZH.items()),
    Row("moved", "change", "学区变动学生", "Pupils with a new catchment", "low", ",.0f", "与现行（或起始批准方案）学区不同的居住单元的学生", "zones whose catchment differs from the one in force", _summary("moved_pupils")),
    Row("cost", "change", "投资（万元）", "Cost (10,000 yuan)", "low", ",.0f", "建成项目投资之和", "projects built", lambda x: _summary("cost_yuan")(x) / 1e4),
    Row("passed", "standard", "达标指标数", "Indicators passed", "high", ".0f", "32项指标中达标的项数（scorecard.csv）", "of 32, scorecard.csv", _summary("indicators", "passed")),
    Row("failed", "standard", "未达标指标数", "Indicators failed", "low", ".0f", "32项指标中未达标的项数", "of 32, scorecard.csv", _summary("indicators", "failed")),
    Row("not_supplied", "standard", "未提供指标数", "Indicators not supplied", "none", ".0f", "缺数据，不算达标", "no data, never a pass", _summary("indicators", "not_supplied")),
    Row("gap", "proof", "与理论下界差距", "Gap to the proven bound", "none", ".2%", "（目标值−下界）÷目标值", "(objective − bound) ÷ objective", _summary("gap")),
)  # fmt: skip
