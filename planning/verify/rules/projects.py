"""Check which projects stand, from when, and what they cost.

Source: S:239 (the five projects in use by the end of 2021); budgets are the scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.verify.evidence import Evidence
from planning.verify.report import Check, compare, require, show

RULE = "projects"


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
    for column in ("name", "kind", "school", "stage", "rooms", "cost_yuan"):
        yield from compare(
            RULE,
            f"{column} as in the district",
            f"{column} 与区县数据一致",
            options[column],
            table[column][table.index.isin(options.index)],
        )
    both = table.index.intersection(options.index)
    built = table["built"].astype(bool)
    decided = [p for p in both if options.at[p, "mode"] == "build"]
    broken = [(f"project {p}", "built", "not built") for p in decided if not built[p]]
    yield from require(RULE, "decided projects are built", "已确定项目均实施", broken, len(decided))
    early = [
        (f"project {p}", f"{options.at[p, 'open_year']} or later, within the plan", show(table.at[p, "year"]))
        for p in both
        if built[p]
        and not int(options.at[p, "open_year"]) <= _year(table.at[p, "year"]) <= max(evidence.years)
    ]
    yield from require(RULE, "no project before its earliest year", "不早于最早投用年", early, len(both))
    idle = [
        (f"project {p}", "no year", show(table.at[p, "year"]))
        for p in both
        if not built[p] and not pd.isna(table.at[p, "year"])
    ]
    yield from require(
        RULE, "projects that are not built have no year", "未实施项目无投用年", idle, len(both)
    )
    yield from _budget(evidence)


def _year(value: object) -> int:
    return -1 if pd.isna(value) else int(value)  # type: ignore[call-overload, no-any-return]


def _budget(evidence: Evidence) -> Iterator[Check]:
    """Hold the optional projects to the budget; what is decided is decided."""
    budget = evidence.scenario.projects.budget_yuan
    if budget is None:
        return
    spent = float(evidence.built.loc[evidence.built["mode"] == "choose", "cost_yuan"].sum())
    broken = (
        []
        if spent <= budget + 0.5
        else [("optional projects", f"at most {budget:.0f} yuan", f"{spent:.0f} yuan")]
    )
    yield from require(RULE, "optional projects within the budget", "备选项目不超预算", broken, 1)
