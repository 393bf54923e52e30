"""Check which projects stand, from when, and what they cost.

Source: S:239 (the five projects in use by the end of 2021); budgets are the scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planning.verify.evidence import Evidence
from planning.verify.report import Check, compare, require, show

RULE = "projects"
RULE_ZH = "建设项目"
COVERS = ("projects",)
COLUMNS = {
    "name": "名称",
    "kind": "类型",
    "school": "学校",
    "stage": "学段",
    "rooms": "教室数",
    "cost_yuan": "投资",
}


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.projects.set_index("project")
    options = evidence.options
    yield from compare(
        RULE,
        "projects the scenario may build",
        "情景可用项目",
        pd.Series(1, options.index),
        pd.Series(1, table.index),
    )
    table = table[~table.index.duplicated()]
    for column, chinese in COLUMNS.items():
        yield from compare(
            RULE,
            f"{column} as in the district",
            f"{chinese}与区县数据一致",
            options[column],
            table[column][table.index.isin(options.index)],
        )
    both = table.index.intersection(options.index)
    built = table["built"].astype(bool)
    decided = [p for p in both if options.at[p, "mode"] == "build"]
    broken = [(f"project {p}", "built", "not built") for p in decided if not built[p]]
    yield from require(RULE, "decided projects are built", "已确定项目均实施", broken, len(decided))
    said = {
        str(p): (bool(row_built), year)
        for p, row_built, year in zip(table.index, built, table["year"], strict=True)
    }
    early = [
        (f"project {p}", f"{options.at[p, 'open_year']!s} or later, within the plan", show(said[p][1]))
        for p in both
        if said[p][0] and not _year(options.at[p, "open_year"]) <= _year(said[p][1]) <= max(evidence.years)
    ]
    yield from require(RULE, "no project before its earliest year", "不早于最早投用年", early, len(both))
    idle = [
        (f"project {p}", "no year", show(said[p][1]))
        for p in both
        if not said[p][0] and _year(said[p][1]) >= 0
    ]
    yield from require(
        RULE, "projects that are not built have no year", "未实施项目无投用年", idle, len(both)
    )
    yield from _budget(evidence)


def _year(value: Any) -> int:
    return -1 if pd.isna(value) else int(value)


def _budget(evidence: Evidence) -> Iterator[Check]:
    """Hold the optional projects to the budget, in all and by year; what is decided is decided."""
    setting = evidence.scenario.projects
    chosen = evidence.built[evidence.built["mode"] == "choose"]
    limits = (
        []
        if setting.budget_yuan is None
        else [("all years", setting.budget_yuan, float(chosen["cost_yuan"].sum()))]
    )
    first = min(evidence.years)
    for year, money in setting.budget_by_year.items():
        if year in evidence.years:
            begun = chosen["year"].clip(lower=first) == year
            limits.append((f"year {year}", money, float(chosen.loc[begun, "cost_yuan"].sum())))
    broken = [
        (w, f"at most {money:.0f} yuan", f"{spent:.0f} yuan")
        for w, money, spent in limits
        if spent > money + 0.5
    ]
    yield from require(RULE, "optional projects within the budget", "备选项目不超预算", broken, len(limits))
