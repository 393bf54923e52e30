"""Check which projects stand, from when, and what they cost.

Source: S:239 (the five projects in use by the end of 2021); budgets are the scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, compare, require, show

RULE = "projects"
COVERS = ("projects",)
COLUMNS = ("name", "kind", "school", "stage", "rooms", "cost_yuan")


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.projects.set_index("project")
    options = evidence.options
    yield from compare(
        RULE,
        Text("verify.projects.projects_scenario_may_build"),
        pd.Series(1, options.index),
        pd.Series(1, table.index),
    )
    table = table[~table.index.duplicated()]
    for column in COLUMNS:
        in_seats = column == "rooms" and evidence.profile.capacity == "seats"
        shown = "seats" if in_seats else column
        yield from compare(
            RULE,
            Text("verify.projects.as_in_district", what=Text(f"verify.column.{shown}")),
            options[column],
            table[column][table.index.isin(options.index)],
        )
    both = table.index.intersection(options.index)
    built = table["built"].astype(bool)
    decided = [p for p in both if options.at[p, "mode"] == "build"]
    broken = [(f"project {p}", "built", "not built") for p in decided if not built[p]]
    yield from require(RULE, Text("verify.projects.decided_projects_built"), broken, len(decided))
    said = {
        str(p): (bool(row_built), year)
        for p, row_built, year in zip(table.index, built, table["year"], strict=True)
    }
    early = [
        (f"project {p}", f"{options.at[p, 'open_year']!s} or later, within the plan", show(said[p][1]))
        for p in both
        if said[p][0] and not _year(options.at[p, "open_year"]) <= _year(said[p][1]) <= max(evidence.years)
    ]
    yield from require(RULE, Text("verify.projects.no_project_before_earliest_year"), early, len(both))
    idle = [
        (f"project {p}", "no year", show(said[p][1]))
        for p in both
        if not said[p][0] and _year(said[p][1]) >= 0
    ]
    yield from require(RULE, Text("verify.projects.projects_not_built_no_year"), idle, len(both))
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
    yield from require(RULE, Text("verify.projects.optional_projects_within_budget"), broken, len(limits))
