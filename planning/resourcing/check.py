"""Check a programme from its tables alone: verdicts, shares, coefficients, rotation, money; nothing of the model is used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from planning.indicators.assessment import STAGES, assess
from planning.indicators.units import PASS
from planning.resourcing.case import TEACHERS, ResourceCase
from planning.resourcing.prices import Prices
from planning.resourcing.programme import Programme
from planning.tables import each


def check_programme(
    programme: Programme, case: ResourceCase, prices: Prices, budget: Mapping[int, float] | None = None
) -> list[str]:
    """Return everything that does not hold (empty when all does).

    What the programme itself names as unmet is no objection. The amounts are added up from the tables and judged by :func:`planning.indicators.assessment.assess`, which judges the
    county's own scorecard.
    """
    held = _held(programme, case)
    missed = {(str(u["what"]), int(u["year"])) for u in programme.summary.get("unmet", ())}
    return [
        *_verdicts(held, programme, case, missed),
        *_moves(programme, case, prices, missed),
        *_money(programme, prices, dict(budget or {})),
    ]


def _held(programme: Programme, case: ResourceCase) -> dict[int, pd.DataFrame]:
    """Return the units with what they hold in every year, as the assessment wants them."""
    tables = {}
    for t, year in enumerate(case.years):
        table = case.units.assign(pupils=case.pupils[:, t], counted=True)
        for r, name in enumerate(case.resources):
            amount = pd.Series(case.amounts[:, r, t], table.index)
            bought, moved = (table_of(x, year, name) for x in (programme.purchases, programme.moves))
            total = bought.groupby("unit")["amount"].sum().reindex(table.index).fillna(0).to_numpy()
            amount = amount + total[case.buyer[:, r]] * case.part[:, r, t]  # facilities in common are split
            amount = amount.add((moved["come"] - moved["leave"]).groupby(moved["unit"]).sum(), fill_value=0)
            table[name] = amount.reindex(table.index)
        tables[year] = table
    return tables


def table_of(table: pd.DataFrame, year: int, resource: str) -> pd.DataFrame:
    """Return the rows of a resource up to a year."""
    return table[(table["year"] <= year) & (table["resource"] == resource)]


def _verdicts(
    held: Mapping[int, pd.DataFrame], programme: Programme, case: ResourceCase, missed: set[tuple[str, int]]
) -> Iterator[str]:
    said = programme.compliance.set_index("year")
    for t, (year, table) in enumerate(held.items()):
        found = assess(table, case.profile)
        passing, claimed = int((found.verdict == PASS).sum()), int(said["passing"][year])
        if passing != claimed:
            yield f"{year}: {passing} units pass, the table says {claimed}"
        if ("share", year) not in missed and passing < math.ceil(case.share[t] * len(case.units) - 1e-9):
            yield f"{year}: {passing} of {len(case.units)} units pass, {case.share[t]:.0%} asked"
        if t == len(case.years) - 1 and ("evenness", year) not in missed:
            for s, stage in enumerate(STAGES):
                for name, cv in zip(case.resources, found.cv[s], strict=True):
                    if cv > case.profile.cv_limit[stage] + 1e-6:
                        yield f"{year}: {stage} {name} coefficient {cv:.4f} above {case.profile.cv_limit[stage]}"
        if (table[list(case.resources)].to_numpy() < -1e-9).any():
            yield f"{year}: a unit holds less than nothing"


def _moves(
    programme: Programme, case: ResourceCase, prices: Prices, missed: set[tuple[str, int]]
) -> Iterator[str]:
    moves = programme.moves
    for (year, stage, name), part in moves.groupby(["year", "stage", "resource"]):
        if part["leave"].sum() != part["come"].sum():
            yield f"{year} {stage} {name}: {part['leave'].sum()} leave, {part['come'].sum()} come"
    every, backbone = TEACHERS[:2]
    for t, year in enumerate(case.years):
        left = moves[moves["year"] == year].groupby("resource")["leave"].sum()
        teachers = float(case.amounts[:, case.resources.index(every), t].sum())
        asked = case.rotation("rotation_rate", year) * teachers
        if ("rotation", year) not in missed and left.get(every, 0) < asked - 1e-6:
            yield f"{year}: {left.get(every, 0)} of {teachers:.0f} teachers rotate"
        asked = case.rotation("rotation_backbone_rate", year) * left.get(every, 0)
        if ("backbone", year) not in missed and left.get(backbone, 0) < asked - 1e-6:
            yield f"{year}: {left.get(backbone, 0)} backbone teachers among {left.get(every, 0)} who rotate"
    at = pd.Index(case.units.index).get_indexer(pd.Index(moves["unit"]))
    columns = pd.Index(case.resources).get_indexer(pd.Index(moves["resource"]))
    had = case.amounts[at, columns, pd.Index(case.years).get_indexer(pd.Index(moves["year"]))]
    allowed = np.array([prices.may_leave(x) for x in had])
    for row in each(moves[moves["leave"].to_numpy() > allowed]):
        yield f"{row.year} {row.unit}: {row.leave} leave, more than {prices.leaving_share:.0%}"


def _money(programme: Programme, prices: Prices, budget: Mapping[int, float]) -> Iterator[str]:
    things = prices.things
    steps = programme.purchases["resource"].map({n: thing.step for n, thing in things.items()})
    yuan = programme.purchases["resource"].map({n: thing.yuan for n, thing in things.items()})
    if not np.allclose(programme.purchases["amount"] * yuan, programme.purchases["cost_yuan"]):
        yield "a purchase does not cost what the price file says"
    if ((programme.purchases["amount"] / steps) % 1.0 > 1e-9).any():
        yield "a purchase is no whole number of steps"
    people = programme.moves[programme.moves["resource"].isin((TEACHERS[0], TEACHERS[2]))]
    for row in each(programme.compliance):
        bought = float(programme.purchases.loc[programme.purchases["year"] == row.year, "cost_yuan"].sum())
        moved = float(people.loc[people["year"] == row.year, "leave"].sum())
        paid = bought + moved * prices.move_yuan
        if abs(paid - row.cost_yuan) > 0.5:
            yield f"{row.year}: costs {paid:,.0f} yuan, the table says {row.cost_yuan:,.0f}"
        if row.year in budget and paid > budget[row.year] + row.missing_yuan + 1.0:
            yield f"{row.year}: {paid:,.0f} yuan exceed the budget of {budget[row.year]:,.0f}"
