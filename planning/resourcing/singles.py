"""Find the single purchases that make a unit pass by themselves, cheapest first."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from planning.indicators.units import PASS, states, unit_verdicts
from planning.resourcing.case import ResourceCase
from planning.resourcing.prices import Prices
from planning.resourcing.programme import about, verdicts

SINGLE_COLUMNS = (
    "unit",
    "name",
    "stage",
    "resource",
    "thing_zh",
    "thing_en",
    "amount",
    "unit_zh",
    "cost_yuan",
    "units_gained",
    "pupils",
    "yuan_per_pupil",
)


def single_purchases(case: ResourceCase, prices: Prices) -> pd.DataFrame:
    """List every purchase of one resource that alone makes a failing unit pass, as things stand in the first year.

    Returns
    -------
    DataFrame
        ``SINGLE_COLUMNS``, fewest yuan per unit that comes to pass first (``units_gained``: two where a purchase for a school
        brings both its stages over the line). The amount is the smallest whole number of steps that does it; ``stage`` is
        ``shared`` where the school holds the resource in common, and the unit gets its weighted share of it.
    """
    passing = verdicts(case, case.amounts)[:, 0] == PASS
    rows = {}
    for u in np.flatnonzero(~passing).tolist():
        for r, name in enumerate(case.resources):
            steps = _least_steps(case, prices, u, r)
            if steps is None:
                continue
            thing, buyer = prices.things[name], int(case.buyer[u, r])
            amount, pupils = steps * thing.step, float(case.pupils[u, 0])
            gained = int((_verdicts_after(case, buyer, r, amount) & ~passing).sum())
            cost = amount * thing.yuan
            rows[buyer, r, steps] = (
                *about(case, buyer, r), name, thing.name_zh, thing.name_en, amount, thing.unit_zh, cost, gained, pupils,
                cost / pupils,
            )  # fmt: skip
    table = pd.DataFrame([*rows.values()], columns=list(SINGLE_COLUMNS))
    order = (table["cost_yuan"] / table["units_gained"].clip(lower=1)).rename("order")
    columns = ["order", "cost_yuan", "unit", "resource"]
    return table.assign(order=order).sort_values(columns, ignore_index=True)[list(SINGLE_COLUMNS)]


def _least_steps(case: ResourceCase, prices: Prices, u: int, r: int) -> int | None:
    """Return the fewest steps of one resource with which a failing unit passes; None where that resource is not enough."""
    step = prices.things[case.resources[r]].step * float(case.part[u, r, 0])
    if step <= 0:
        return None
    for share in (case.profile.unit_verdict.floor, 1.0):  # reaching the floor may be enough
        lack = share * case.standard[u, r] * float(case.pupils[u, 0]) - case.amounts[u, r, 0]
        steps = math.ceil(float(lack) / step - 1e-9)
        amount = steps * prices.things[case.resources[r]].step
        if steps > 0 and _verdicts_after(case, int(case.buyer[u, r]), r, amount)[u]:
            return steps
    return None


def _verdicts_after(
    case: ResourceCase, buyer: int, r: int, amount: float
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which units pass in the first year once a buyer has bought an amount of one resource."""
    held = case.amounts[:, :, 0].copy()
    held[:, r] += np.where(case.buyer[:, r] == buyer, case.part[:, r, 0], 0.0) * amount
    rule = case.profile.unit_verdict
    code = states(held / case.pupils[:, :1], case.standard, rule.floor)
    return np.asarray(unit_verdicts(code, rule.met) == PASS)


def cheapest_by_unit(case: ResourceCase, prices: Prices) -> pd.Series[float]:
    """Return what it costs, in yuan, to make every unit pass by itself as things stand in the first year; 0 where it does.

    All but the dearest of the seven are brought to their standard, as many as the verdict spares to the floor only. Sorted, they
    say how many units the same money brings to pass at most, moves of teachers and coefficients of variation aside. What a
    school holds in common is bought for each of its units as if the other stage gained nothing from it.
    """
    rule = case.profile.unit_verdict
    asked = case.standard * case.pupils[:, :1]
    step = np.array([prices.things[n].step for n in case.resources])
    yuan = np.array([prices.things[n].yuan for n in case.resources]) * step
    received = step * case.part[:, :, 0]
    full, floor = (
        np.ceil(np.maximum(0.0, share * asked - case.amounts[:, :, 0]) / received - 1e-9) * yuan
        for share in (1.0, rule.floor)
    )
    spared = np.sort(full - floor, axis=1)[:, rule.met :]
    return pd.Series(full.sum(axis=1) - spared.sum(axis=1), case.units.index)
