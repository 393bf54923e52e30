"""State the programme as an integer programme in PuLP: what is bought, who moves, which units pass, what it costs.

    held[u,r,t] = held[u,r,t−1] + given[u,r,t] + step_r · buy[u,r,t] + come[u,r,t] − leave[u,r,t]
    held[u,r,t] = amount[u,r,t] + part[u,r,t] · step_r · Σ_{k ≤ t} buy[school of u,r,k]       where a school holds r in common
    held ≥ floor · standard · pupils · pass;   held ≥ standard · pupils · met;   Σ_r met ≥ 6 · pass
    Σ_u pass[u,t] ≥ share[t] · n
    mean · Σ pupils = Σ_u held;   Σ_u square[u] ≤ (1 + L²) (1 − margin) · Σ pupils · mean       in the last year
    square[u] ≥ held² / (pupils · mean)       by supporting planes 2ρ · held − ρ² · pupils · mean, ρ the rate over the mean

Source: unit verdict and coefficients 教督〔2017〕6号, S:93–S:139; shares by year S:69–S:81; rotation B11, S:251;
the limit on the coefficient of variation, multiplied out and divided among the units: one small cone each, which few
planes hold (Vielma, Dunning, Huchette, Lubin 2017), where one large cone takes hundreds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pulp

from planning.arrays import FloatArray
from planning.indicators.assessment import STAGES
from planning.resourcing.case import TEACHERS, ResourceCase
from planning.resourcing.prices import Prices

MISSING_FACTOR = 50.0  # a yuan beyond the budget costs so much: spent only where no programme fits
LACK_UNIT, LACK_EVEN, LACK_TEACHER = 1e5, 1e6, 1e3
"""Prices in 10,000 yuan of a unit that does not pass, of a coefficient above its limit by the square, of a teacher who does not
rotate: each above what any purchase for it costs, so that money is saved last."""
FINE_YUAN = 5_000  # steps below this price are divisible in the model and rounded up afterwards
MARGIN = 2e-4  # kept from the limits, so that rounding up and the last curvature between planes stay within
RATIOS = (
    0.3,
    0.5,
    0.7,
    0.85,
    1.0,
    1.15,
    1.35,
    1.6,
    2.0,
    2.7,
    4.0,
)  # rates over the mean where planes stand from the start
SAFE = 1e-7  # amounts meet their standard by so much, so that rounding cannot undo a verdict


@dataclass
class ResourceModel:
    """The programme while rules add to it; families of variables by (unit, resource, year) positions."""

    case: ResourceCase
    prices: Prices
    prob: Any = field(default_factory=lambda: pulp.LpProblem("resourcing", pulp.LpMinimize))
    buy: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    come: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    leave: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    held: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    passes: dict[tuple[int, int], Any] = field(default_factory=dict)
    met: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    missing: dict[int, Any] = field(default_factory=dict)
    mean: dict[tuple[str, int], Any] = field(default_factory=dict)
    square: dict[tuple[int, int], Any] = field(default_factory=dict)
    planes: int = 0
    budget: Mapping[int, float] = field(default_factory=dict)
    tighter: Any = field(default_factory=lambda: pulp.LpVariable("tighter", 0, 0))
    soft: bool = False
    lacks: list[tuple[float, Any]] = field(default_factory=list)

    def lack(self, name: str, price: float) -> Any:
        """Return what may be lacking of a demand, at a price in the unit of the objective; nothing where every demand holds."""
        if not self.soft:
            return 0.0
        variable = self.prob.add_variable(f"lack_{name}", 0)
        self.lacks.append((price, variable))
        return variable

    def add_planes(self, stage: str, r: int, ratios: FloatArray) -> None:
        """Add a supporting plane for every unit of a stage: its rate is ``ratios`` times the mean rate (units of the stage,)."""
        units, last = self.case.of_stage(stage), len(self.case.years) - 1
        mean = self.mean[stage, r]
        for u, ratio in zip(units.tolist(), ratios.tolist(), strict=True):
            pupils = float(self.case.pupils[u, last])
            self.planes += 1
            plane = 2.0 * ratio * self.held[u, r, last] - ratio**2 * pupils * mean
            self.prob += self.square[u, r] >= plane, f"plane_{self.planes}"


def build(
    case: ResourceCase, prices: Prices, budget: Mapping[int, float] | None = None, *, soft: bool = False
) -> ResourceModel:
    """State the whole programme; planes that are missing are added while solving.

    Parameters
    ----------
    soft : bool
        Shares, coefficients and rotation may be missed, at prices above any purchase: for how near one can come.
    """
    model = ResourceModel(case, prices, budget=dict(budget or {}), soft=soft)
    _variables(model)
    _balance(model)
    _moves(model)
    _verdicts(model)
    _evenness(model)
    _money(model)
    return model


def _name(family: str, *key: int) -> str:
    return family + "_" + "_".join(str(k) for k in key)


def _variables(model: ResourceModel) -> None:
    case, prices = model.case, model.prices
    for u in range(len(case.units)):
        for r, name in enumerate(case.resources):
            for t in range(len(case.years)):
                key = (u, r, t)
                thing = prices.things[name]
                kind = pulp.LpContinuous if thing.step * thing.yuan < FINE_YUAN else pulp.LpInteger
                if case.buys(u, r):
                    most = thing.most * int((case.buyer[:, r] == u).sum())
                    model.buy[key] = model.prob.add_variable(_name("buy", *key), 0, most, kind)
                model.held[key] = model.prob.add_variable(_name("held", *key), 0)
                if name in TEACHERS:
                    most = prices.may_leave(float(case.amounts[u, r, t]))
                    model.leave[key] = model.prob.add_variable(_name("leave", *key), 0, most, pulp.LpInteger)
                    model.come[key] = model.prob.add_variable(_name("come", *key), 0, None, pulp.LpInteger)


def _balance(model: ResourceModel) -> None:
    """Carry what a unit holds from year to year."""
    case, prices = model.case, model.prices
    for (u, r, t), held in model.held.items():
        step = prices.things[case.resources[r]].step
        if case.common(u, r):
            until = pulp.lpSum(model.buy[int(case.buyer[u, r]), r, k] for k in range(t + 1))
            received = float(case.part[u, r, t]) * step * until
            model.prob += held - received == float(case.amounts[u, r, t]), _name("balance", u, r, t)
            continue
        before = model.held[u, r, t - 1] if t else 0.0
        given = float(case.amounts[u, r, t] - (case.amounts[u, r, t - 1] if t else 0.0))
        change = step * model.buy[u, r, t]
        if (u, r, t) in model.come:
            change = change + model.come[u, r, t] - model.leave[u, r, t]
        model.prob += held - before - change == given, _name("balance", u, r, t)


def _moves(model: ResourceModel) -> None:
    """Keep teachers in their stage, backbone teachers among those above the degree, and rotate as many as asked."""
    case = model.case
    for t, year in enumerate(case.years):
        for stage in STAGES:
            for r, name in enumerate(case.resources):
                if name in TEACHERS:
                    pairs = [
                        (model.come[u, r, t], model.leave[u, r, t]) for u in case.of_stage(stage).tolist()
                    ]
                    model.prob += pulp.lpSum(c - g for c, g in pairs) == 0, f"stay_{stage}_{r}_{t}"
        every, backbone = (case.resources.index(n) for n in TEACHERS[:2])
        units = range(len(case.units))
        for u in units:
            model.prob += model.leave[u, backbone, t] <= model.leave[u, every, t], _name("among_leave", u, t)
            model.prob += model.come[u, backbone, t] <= model.come[u, every, t], _name("among_come", u, t)
        moved = pulp.lpSum(model.leave[u, every, t] for u in units)
        held = float(case.amounts[:, every, t].sum())
        asked = math.ceil(case.rotation("rotation_rate", year) * held - 1e-9)
        model.prob += moved + model.lack(f"rotation_{t}", LACK_TEACHER) >= asked, f"rotation_{t}"
        share = case.rotation("rotation_backbone_rate", year)
        model.prob += (
            pulp.lpSum(model.leave[u, backbone, t] for u in units) + model.lack(f"backbone_{t}", LACK_TEACHER)
            >= share * moved,
            f"rotation_backbone_{t}",
        )


def _verdicts(model: ResourceModel) -> None:
    case, verdict = model.case, model.case.profile.unit_verdict
    for t in range(len(case.years)):
        for u in range(len(case.units)):
            passes = model.passes[u, t] = model.prob.add_variable(_name("pass", u, t), 0, 1, pulp.LpBinary)
            met = []
            for r in range(len(case.resources)):
                asked = float(case.standard[u, r] * case.pupils[u, t]) * (1.0 + SAFE)
                m = model.prob.add_variable(_name("met", u, r, t), 0, 1, pulp.LpBinary)
                model.met[u, r, t] = m
                met.append(m)
                have = model.held[u, r, t]
                scale = 1.0 / asked
                # one row holds both: at least the floor of a unit that passes, the standard where it is met
                row = have * scale - verdict.floor * passes - (1.0 - verdict.floor) * m
                model.prob += row >= 0, _name("standard", u, r, t)
                model.prob += m <= passes, _name("met_of_pass", u, r, t)
            model.prob += pulp.lpSum(met) >= verdict.met * passes, _name("verdict", u, t)
        wanted = math.ceil(case.share[t] * len(case.units) - 1e-9)
        passing = pulp.lpSum(model.passes[u, t] for u in range(len(case.units)))
        model.prob += passing + model.lack(f"share_{t}", LACK_UNIT) >= wanted, f"share_{t}"


def _evenness(model: ResourceModel) -> None:
    """Keep the coefficient of variation of every stage and resource within its limit in the last year."""
    case, last = model.case, len(model.case.years) - 1
    for stage in STAGES:
        units = case.of_stage(stage)
        pupils = float(case.pupils[units, last].sum())
        for r in range(len(case.resources) if len(units) else 0):
            mean = model.mean[stage, r] = model.prob.add_variable(f"mean_{stage}_{r}", 0)
            held = pulp.lpSum(model.held[u, r, last] for u in units.tolist())
            model.prob += held - pupils * mean == 0, f"mean_of_{stage}_{r}"
            for u in units.tolist():
                model.square[u, r] = model.prob.add_variable(_name("square", u, r), 0)
            limit = (1.0 + case.profile.cv_limit[stage] ** 2) * (1.0 - MARGIN)
            squares = pulp.lpSum(model.square[u, r] for u in units.tolist())
            had = max(float(case.amounts[units, r, last].sum()), 1e-9)  # what lacks counts in shares of it
            over = model.lack(f"even_{stage}_{r}", LACK_EVEN / had)
            model.prob += squares + had * model.tighter <= limit * pupils * mean + over, f"even_{stage}_{r}"
            for ratio in RATIOS:
                model.add_planes(stage, r, np.full(len(units), ratio))


def _money(model: ResourceModel) -> None:
    """Price everything, later years for less, and hold the budgets: money that is missing gets a name."""
    case, prices, budget = model.case, model.prices, model.budget
    total = []
    for t, year in enumerate(case.years):
        spent = pulp.lpSum(cost * variable for variable, cost in _paid(model, t))
        factor = (1.0 - prices.discount) ** t
        total.append(factor * spent)
        if year in budget:
            lack = model.missing[t] = model.prob.add_variable(_name("missing", t), 0)
            model.prob += spent * 1e-4 <= budget[year] * 1e-4 + lack, f"budget_{year}"
            total.append(factor * MISSING_FACTOR * 1e4 * lack)
    lacking = pulp.lpSum(price * variable for price, variable in model.lacks)
    model.prob.setObjective(pulp.lpSum(total) * 1e-4 + lacking)


def _paid(model: ResourceModel, t: int) -> list[tuple[Any, float]]:
    things, resources = model.prices.things, model.case.resources
    bought = [
        (v, things[resources[r]].yuan * things[resources[r]].step)
        for (_, r, k), v in model.buy.items()
        if k == t
    ]
    every = resources.index(TEACHERS[0])
    arts = resources.index(TEACHERS[2])
    moves = [
        (v, model.prices.move_yuan) for (_, r, k), v in model.leave.items() if k == t and r in (every, arts)
    ]
    return bought + moves


def amounts_of(model: ResourceModel, value: Any) -> FloatArray:
    """Return the amounts held in the last year under values of the variables (n, 7)."""
    case, last = model.case, len(model.case.years) - 1
    return np.array(
        [
            [float(value(model.held[u, r, last])) for r in range(len(case.resources))]
            for u in range(len(case.units))
        ]
    )
