"""Price the run again from its tables, part by part, and compare with the objective it claims.

Prices are the scenario's, in pupil-kilometres; figures of several years count with their mean.
Source: design.md §4 (everything that reality can violate is priced).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare
from planning.verify.rules.distances import without_way
from planning.verify.rules.nearby import standards
from planning.verify.rules.resources import priced_resources

RULE = "objective"
COVERS = ("resources", "balance", "compactness")
_NO_PUPILS = 0.01  # weight of a zone without pupils, which keeps maps compact
_ROUNDING_KM = 0.00006  # distances are written to a tenth of a metre


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    parts = {
        "travel": _travel(evidence),
        "overflow": _overflow(evidence),
        "shared": _shared(evidence),
        **_seats(evidence),
        "nearby": _nearby(evidence),
        "balance": _balance(evidence),
        "money": _money(evidence),
        "closure": _closure(evidence),
        "resources": priced_resources(evidence),
    }
    for rule in evidence.rules:
        for part, price in _priced(rule, evidence).items():
            parts[part] = parts.get(part, 0.0) + float(price)
    said = evidence.layout.summary.get("objective_parts")
    if evidence.scenario.resources.mode == "pass" and said:
        # a plan may claim fewer passing units than it has, never more
        parts["resources"] = max(parts["resources"], float(said.get("resources", 0.0)))
    expected = pd.Series(parts).rename_axis("part")
    tolerance = _tolerance(evidence)
    if said is not None:
        found = pd.Series(said, dtype=float).rename_axis("part")
        wanted = expected[expected.index.isin(found.index) | (expected.abs() > tolerance)]
        yield from compare(
            RULE,
            Text("verify.objective.cost_each_part_pupil_kilometres"),
            wanted,
            found,
            tolerance=tolerance,
        )
    total = pd.Series({"summary.json objective": float(expected.sum())})
    objective = pd.Series({"summary.json objective": evidence.layout.summary.get("objective")}, dtype=float)
    yield from compare(
        RULE,
        Text("verify.objective.sum_all_parts_pupil_kilometres"),
        total,
        objective,
        tolerance=tolerance + 1e-6 * abs(total.iloc[0]),
    )


def _tolerance(evidence: Evidence) -> float:
    """Return by how much a price may be off because ways are written to a tenth of a metre: by all who walk in any year of the plan."""
    table, prices = (
        evidence.layout.assignment.drop_duplicates(["zone", "stage", "unit"]),
        evidence.scenario.prices,
    )
    walking = _weights(evidence, table).clip(lower=table["pupils"].astype(float)).clip(lower=_NO_PUPILS)
    found = 0.01 + _ROUNDING_KM * (1 + prices.beyond_radius) * float(walking.sum())
    if evidence.scenario.compactness.enabled:  # the square of a rounded way is off by twice the way
        found += _ROUNDING_KM * prices.spread * 2 * float((table["distance_m"] / 1000.0 * walking).sum())
    return found


def _priced(rule: Any, evidence: Evidence) -> Mapping[str, float]:
    """Return what a rule from outside adds to each part; a failure in it bears its name."""
    if not hasattr(rule, "priced"):
        return {}
    try:
        found: Mapping[str, float] = rule.priced(evidence)
    except Exception as error:
        raise ValueError(f"rule {rule.name}, priced: {type(error).__name__}: {error}") from error
    return found


def _travel(evidence: Evidence) -> float:
    """Price the ways of whole zones; one without pupils weighs a little, which keeps maps compact."""
    table = evidence.layout.assignment.drop_duplicates(["zone", "stage", "unit"])
    table = table[~evidence.is_shared(table)]
    return float((_each(evidence, table) * _weights(evidence, table).clip(lower=_NO_PUPILS)).sum())


def _shared(evidence: Evidence) -> float:
    """Price the ways of the pupils of shared zones to the units they go to."""
    table = evidence.layout.assignment.drop_duplicates(["zone", "stage", "unit"])
    table = table[evidence.is_shared(table)]
    return float((_each(evidence, table) * _weights(evidence, table)).sum())


def _each(evidence: Evidence, table: pd.DataFrame) -> Series:
    """Price one pupil of each row: walking, barriers, the way beyond the service radius, a change, a pair without a way."""
    prices, radius = evidence.scenario.prices, evidence.scenario.radius
    km = table["distance_m"] / 1000.0
    cost = (
        km
        + prices.barrier * table["crosses_barrier"].astype(bool)
        + prices.unreached * without_way(evidence, table)
    )
    if radius.enabled:
        reach = table["stage"].map(evidence.profile.travel.service_radius_m).astype(float) / 1000.0
        locale = evidence.district.zones.set_index(evidence.district.zones["zone"].astype("str"))["locale"]
        counted = table["zone"].map(locale).isin(list(radius.locales))
        cost = cost + prices.beyond_radius * (km - reach).clip(lower=0) * counted
    if evidence.scenario.compactness.enabled:
        cost = cost + prices.spread * km**2
    priced: Series = cost + prices.moved * evidence.is_new(table)
    return priced


def _weights(evidence: Evidence, table: pd.DataFrame) -> Series:
    """Return the pupils of each row, mean over the years."""
    mean = evidence.placed.groupby(["zone", "stage", "unit"])["pupils"].sum() / len(evidence.years)
    key = pd.MultiIndex.from_frame(table[["zone", "stage", "unit"]])
    return mean.reindex(key, fill_value=0.0).set_axis(table.index)


def _overflow(evidence: Evidence) -> float:
    flows = evidence.layout.overflow
    cost = evidence.scenario.prices.overflow + flows["distance_m"] / 1000.0
    return float((cost * flows["pupils"]).sum()) / len(evidence.years)


def _seats(evidence: Evidence) -> dict[str, float]:
    prices, years = evidence.scenario.prices, len(evidence.years)
    rows, units = evidence.zoned_rows, evidence.layout.units
    short = (rows["pupils"] - rows["classes"] * rows["cap"]).clip(lower=0).sum()
    zoned = units[units["school"].isin(evidence.zoned["school"])]
    over = zoned.drop_duplicates(["school", "year"])["oversize"].sum()
    return {
        "shortage": float(short) * prices.shortage / years,
        "classes": 0.0
        if evidence.profile.capacity == "seats"
        else float(rows["classes"].sum()) * prices.class_ / years,
        "oversize": float(over) * prices.oversize / years,
    }


def _nearby(evidence: Evidence) -> float:
    """Pupils outside their catchment beyond what the ratio allows, by group and year."""
    zoned, rows = evidence.zoned, evidence.zoned_rows
    counted = zoned[
        zoned["locale"].isin(["urban", "town"]) & (zoned["ownership"] == "public") & ~zoned["boarding"]
    ]
    group = rows["unit"].map(counted["locale" if evidence.profile.nearby.reading == "locale" else "stage"])
    total = (
        rows.assign(group=group)
        .dropna(subset="group")
        .groupby(["group", "year"])[["overflow_in", "pupils"]]
        .sum()
    )
    ratio = total.index.get_level_values("group").map(standards(evidence)).to_numpy(dtype=float)
    outside = (total["overflow_in"] - (1 - ratio) * total["pupils"]).clip(lower=0)
    return float(outside.sum()) * evidence.scenario.prices.nearby / len(evidence.years)


def _balance(evidence: Evidence) -> float:
    """Price the pupils of a unit above the even share of its seats, by year."""
    setting = evidence.scenario.balance
    if not setting.enabled:
        return 0.0
    rows = evidence.zoned_rows
    rows = rows.assign(stage=rows["unit"].map(evidence.zoned["stage"]))
    by_unit = rows.groupby(["stage", "year", "unit"]).agg(
        pupils=("pupils", "sum"), rooms=("rooms", "max"), cap=("cap", "mean")
    )
    fill = pd.Series(setting.above or 1.0, by_unit.groupby(level=["stage", "year"]).size().index)
    if setting.above is None:
        for stage, year in fill.index:
            part = by_unit.loc[stage, year]
            seats = sum(_sure_rooms(evidence, str(u), year) for u in part.index) * float(part["cap"].iloc[0])
            if seats:
                fill[stage, year] = min(1.0, (1 + setting.tolerance) * float(part["pupils"].sum()) / seats)
    level = pd.MultiIndex.from_arrays([by_unit.index.get_level_values(k) for k in ("stage", "year")])
    even = fill.reindex(level).to_numpy() * by_unit["cap"] * by_unit["rooms"]
    uneven = float((by_unit["pupils"] - even).clip(lower=0).sum())
    return uneven * evidence.scenario.prices.uneven / len(evidence.years)


def _sure_rooms(evidence: Evidence, unit: str, year: int) -> float:
    """Return the rooms of a unit that no choice of the plan decides: as it stands, with the decided projects in use."""
    mine = evidence.options[evidence.target.reindex(evidence.options.index).to_numpy() == unit]
    mine = mine[(mine["mode"] == "build") & (mine["open_year"].astype(int) <= year)]
    closed = evidence.scenario.small_schools.closed.get(unit, year + 1) <= year
    if closed or (mine["kind"] == "closure").any():
        return 0.0
    return float(evidence.zoned["rooms"][unit]) + float(mine["rooms"].sum())


def _money(evidence: Evidence) -> float:
    chosen = evidence.built[evidence.built["mode"] == "choose"]
    return float(chosen["cost_yuan"].sum()) / 1e6 * evidence.scenario.prices.million_yuan


def _closure(evidence: Evidence) -> float:
    chosen = evidence.closed[evidence.closed["by"] == "choice"]
    return -evidence.scenario.prices.closure_saving * len(chosen) / len(evidence.years)
