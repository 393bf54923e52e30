"""Find the single purchases that make a unit pass by themselves, cheapest first."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from planning.indicators.units import PASS, states, unit_verdicts
from planning.resourcing.case import ResourceCase
from planning.resourcing.prices import Prices
from planning.resourcing.programme import verdicts

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
    "pupils",
    "yuan_per_pupil",
)


def single_purchases(case: ResourceCase, prices: Prices) -> pd.DataFrame:
    """List every purchase of one resource that alone makes a failing unit pass, as things stand in the first year.

    Returns
    -------
    DataFrame
        ``SINGLE_COLUMNS``, cheapest first: the first row buys one more passing unit for the least money. The amount is the
        smallest whole number of steps that does it.
    """
    rule = case.profile.unit_verdict
    failing = np.flatnonzero(verdicts(case, case.amounts)[:, 0] != PASS)
    rows = []
    for u in failing.tolist():
        pupils = float(case.pupils[u, 0])
        for r, name in enumerate(case.resources):
            thing, have = prices.things[name], case.amounts[u, :, 0].copy()
            for share in (rule.floor, 1.0):  # reaching the floor may be enough
                lack = share * case.standard[u, r] * pupils - have[r]
                steps = math.ceil(lack / thing.step - 1e-9)
                if steps <= 0:
                    continue
                tried = have.copy()
                tried[r] += steps * thing.step
                code = states(tried[None, :] / pupils, case.standard[[u]], rule.floor)
                if unit_verdicts(code, rule.met)[0] == PASS:
                    amount = steps * thing.step
                    cost = amount * thing.yuan
                    about = (str(case.units.index[u]), *case.units.iloc[u][["name", "stage"]])
                    rows.append(
                        (
                            *about,
                            name,
                            thing.name_zh,
                            thing.name_en,
                            amount,
                            thing.unit_zh,
                            cost,
                            pupils,
                            cost / pupils,
                        )
                    )
                    break
    table = pd.DataFrame(rows, columns=list(SINGLE_COLUMNS))
    return table.sort_values(["cost_yuan", "unit", "resource"], ignore_index=True)


def cheapest_by_unit(case: ResourceCase, prices: Prices) -> pd.Series[float]:
    """Return what it costs, in yuan, to make every unit pass by itself as things stand in the first year; 0 where it does.

    All but the dearest of the seven are brought to their standard, as many as the verdict spares to the floor only. Sorted, they
    say how many units the same money brings to pass at most, moves of teachers and coefficients of variation aside.
    """
    rule = case.profile.unit_verdict
    asked = case.standard * case.pupils[:, :1]
    step = np.array([prices.things[n].step for n in case.resources])
    yuan = np.array([prices.things[n].yuan for n in case.resources]) * step
    full, floor = (
        np.ceil(np.maximum(0.0, share * asked - case.amounts[:, :, 0]) / step - 1e-9) * yuan
        for share in (1.0, rule.floor)
    )
    spared = np.sort(full - floor, axis=1)[:, rule.met :]
    return pd.Series(full.sum(axis=1) - spared.sum(axis=1), case.units.index)
