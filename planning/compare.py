"""Put layouts side by side and mark the better value of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from planning.errors import LayoutError, Problem
from planning.layout import Layout, load_layout

Better = Literal["low", "high", "none"]


@dataclass(frozen=True)
class Row:
    """One row of the comparison: what it is, which direction is better, how it is computed."""

    key: str
    name_en: str
    name_zh: str
    better: Better
    form: str
    how: str
    value: Callable[[Layout], float]


@dataclass(frozen=True)
class Comparison:
    """Layouts side by side.

    Parameters
    ----------
    names : tuple of str
        Layouts, in order.
    table : DataFrame
        One row per figure: ``key, name_en, name_zh, better, form, how`` and one column per layout.
    indicators : DataFrame
        Verdicts of the 32 indicators, one column per layout.
    moved : DataFrame
        Zones whose unit differs between the first layout and any other: ``zone, stage`` and one column per layout.
    """

    names: tuple[str, ...]
    table: pd.DataFrame
    indicators: pd.DataFrame
    moved: pd.DataFrame

    def best(self, key: str) -> list[bool]:
        """Return which layouts hold the better value of a row (all False when they are equal)."""
        row = self.table.set_index("key").loc[key]
        values = np.array([row[n] for n in self.names], dtype=float)
        known = values[~np.isnan(values)]
        if row["better"] == "none" or len(known) < 2 or known.max() - known.min() < 1e-9:
            return [False] * len(values)
        target = known.min() if row["better"] == "low" else known.max()
        return [bool(v == target) for v in values]


def _summary(key: str, part: str | None = None) -> Callable[[Layout], float]:
    def value(layout: Layout) -> float:
        found: Any = layout.summary.get(key, float("nan"))
        if part is not None:
            found = found.get(part, float("nan")) if isinstance(found, Mapping) else float("nan")
        return float("nan") if found is None else float(found)

    return value


def class_sizes(layout: Layout) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the size of every class of a layout, pupils spread evenly over the classes of a grade."""
    table = layout.units[layout.units["pupils"] > 0]
    classes = table["classes"].clip(lower=1).to_numpy(dtype=np.int64)
    pupils = table["pupils"].to_numpy(dtype=np.int64)
    index = np.repeat(np.arange(len(table)), classes)
    number = np.arange(len(index)) - np.repeat(np.cumsum(classes) - classes, classes)
    return np.asarray(pupils[index] // classes[index] + (number < pupils[index] % classes[index]))


ROWS: tuple[Row, ...] = (
    *(
        Row(f"pupils_{s}", f"Pupils, {s}", f"{zh}学生", "none", ",.0f", "units.csv, units of the zoning", _summary("pupils", s))
        for s, zh in (("primary", "小学"), ("junior", "初中"))
    ),
    *(
        Row(f"seats_{s}", f"Seats possible, {s}", f"{zh}可用学位", "high", ",.0f", "classrooms × class cap", _summary("seats_possible", s))
        for s, zh in (("primary", "小学"), ("junior", "初中"))
    ),
    Row("shortage", "Seats short", "学位缺口", "low", ",.0f", "pupils without a seat in a class within the cap", _summary("shortage_pupils")),
    Row("over_cap", "Classes over the cap", "超标准班额", "low", ",.0f", "pupils of a grade spread evenly over its classes", _summary("classes_over_cap")),
    Row("large", "Classes of 56 and more", "大班额(56人以上)", "low", ",.0f", "same, 56 and more", lambda x: float((class_sizes(x) >= 56).sum())),
    Row("super_large", "Classes of 66 and more", "超大班额(66人以上)", "low", ",.0f", "same, 66 and more", lambda x: float((class_sizes(x) >= 66).sum())),
    Row("oversized", "Schools over size", "大校额学校", "low", ",.0f", "over 2000, or 2500 when integrated", _summary("schools_over_size")),
    Row("overflow", "Pupils sent elsewhere", "统筹调剂学生", "low", ",.0f", "overflow.csv", _summary("overflow_pupils")),
    *(
        Row(f"nearby_{s}", f"Nearby enrolment, {s}", f"{zh}就近入学比例", "high", ".1%", "own catchment over all, urban and town public", _summary("nearby_ratio", s))
        for s, zh in (("primary", "小学"), ("junior", "初中"))
    ),
    *(
        Row(f"mean_{s}", f"Mean walk, {s} (m)", f"{zh}平均步行距离(米)", "low", ",.0f", "zone to school, weighted by pupils", _summary("mean_distance_m", s))
        for s, zh in (("primary", "小学"), ("junior", "初中"))
    ),
    *(
        Row(f"p95_{s}", f"95 % walk less than, {s} (m)", f"{zh}95%学生步行不超过(米)", "low", ",.0f", "weighted 95th percentile", _summary("p95_distance_m", s))
        for s, zh in (("primary", "小学"), ("junior", "初中"))
    ),
    Row("moved", "Pupils with a new catchment", "学区变动学生", "low", ",.0f", "against today's catchments", _summary("moved_pupils")),
    Row("cost", "Cost (10,000 yuan)", "投资(万元)", "low", ",.0f", "projects built", lambda x: _summary("cost_yuan")(x) / 1e4),
    Row("passed", "Indicators passed", "达标指标", "high", ".0f", "scorecard.csv", _summary("indicators", "passed")),
    Row("failed", "Indicators failed", "未达标指标", "low", ".0f", "scorecard.csv", _summary("indicators", "failed")),
    Row("not_supplied", "Indicators not supplied", "未提供指标", "none", ".0f", "scorecard.csv", _summary("indicators", "not_supplied")),
    Row("gap", "Gap to the proven bound", "与理论下界差距", "none", ".2%", "(objective − bound) ÷ objective", _summary("gap")),
)  # fmt: skip


def compare_runs(folders: Sequence[str | Path]) -> Comparison:
    """Compare run folders.

    Raises
    ------
    LayoutError
        If fewer than two are given or one is incomplete.
    """
    if len(folders) < 2:
        raise LayoutError(
            [Problem("compare", "two or more run folders are needed", "至少需要两个运行结果文件夹")]
        )
    problems: list[Problem] = []
    layouts = []
    for folder in folders:
        try:
            layouts.append(load_layout(folder))
        except LayoutError as error:
            problems += error.problems
    if problems:
        raise LayoutError(problems)
    scorecards = [_scorecard(Path(f)) for f in folders]
    return compare(layouts, scorecards)


def compare(layouts: Sequence[Layout], scorecards: Sequence[pd.DataFrame]) -> Comparison:
    """Compare layouts that are in memory, with their indicator tables."""
    names = _distinct([x.name for x in layouts])
    rows = [
        {
            "key": row.key, "name_en": row.name_en, "name_zh": row.name_zh, "better": row.better, "form": row.form,
            "how": row.how, **{n: row.value(x) for n, x in zip(names, layouts, strict=True)},
        }
        for row in ROWS
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table = table[~table[list(names)].isna().all(axis=1)].reset_index(drop=True)
    return Comparison(names, table, _indicators(names, scorecards), _moved(names, layouts))


def _scorecard(folder: Path) -> pd.DataFrame:
    path = folder / "scorecard.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False) if path.is_file() else pd.DataFrame()


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        number = 2
        fresh = name
        while fresh in found:
            fresh, number = f"{name} ({number})", number + 1
        found.append(fresh)
    return tuple(found)


def _indicators(names: Sequence[str], scorecards: Sequence[pd.DataFrame]) -> pd.DataFrame:
    known = [s for s in scorecards if len(s)]
    if not known:
        return pd.DataFrame(columns=["id", "name_zh", "name_en", *names])
    result = known[0][["id", "name_zh", "name_en"]].copy()
    for name, table in zip(names, scorecards, strict=True):
        result[name] = result["id"].map(table.set_index("id")["verdict"]) if len(table) else ""
    return result


def _moved(names: Sequence[str], layouts: Sequence[Layout]) -> pd.DataFrame:
    wide = pd.DataFrame(
        {n: x.assignment.set_index(["zone", "stage"])["unit"] for n, x in zip(names, layouts, strict=True)}
    )
    differs = wide.nunique(axis=1, dropna=False) > 1
    return wide[differs].reset_index()
