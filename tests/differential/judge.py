"""Hold the product's answer to a county against the exact one, and its plan against its verifier."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.district import District
from planning.errors import InfeasibleError, ScenarioError
from planning.indicators import score, write_scorecard
from planning.layout import Layout, in_seats, save_tables
from planning.scenario import Scenario
from planning.scenario.locks import Locks
from planning.verify import verify_run
from planning.verify.gather import gather
from planning.verify.rules import RULES
from planning.verify.run import _guarded
from planning.zoning import begun_with, build_problem, solve_problem
from tests.differential.county import Case
from tests.differential.draft import traits_of
from tests.differential.exact import optimum
from tests.differential.facts import Facts

PROVEN = 1e-6
EXACT_S = 120.0
HASTY_S = 1.0
"""For a plan to begin with."""
CONTRADICTIONS = ("zoning.lock_conflicts.contradiction",)
"""Codes of refusals that say: no plan at all."""


@dataclass(frozen=True)
class Verdict:
    """One county tried: ``differences`` say in words what is wrong; ``ratio`` is price ÷ optimum − 1."""

    kind: str
    seed: int
    differences: tuple[str, ...]
    status: str
    claim: str
    ratio: float
    seconds: float
    exact_seconds: float


def tried(case: Case, folder: Path, *, mutations: int = 2) -> Verdict:
    """Solve a county both ways, compare, and let the verifier judge the plan and some mutations of it."""
    may = "begun" in traits_of(case.kind, case.seed) and case.scenario.catchments == "free"
    start = hasty(case) if may else None
    started = time.perf_counter()
    layout, refusal = answered(case.district, case.scenario, start)
    seconds = time.perf_counter() - started
    return judged(case, Facts(case), layout, refusal, folder, seconds, mutations=mutations)


def hasty(case: Case) -> Layout | None:
    """Return a hasty plan of the county without its locks, as it is begun with where somebody locks what is drawn already."""
    solver = case.scenario.solver.model_copy(update={"time_limit_s": HASTY_S})
    before = case.scenario.model_copy(update={"locks": Locks(), "hard": (), "solver": solver})
    return answered(case.district, before)[0]


def answered(
    district: District, scenario: Scenario, start: Layout | None = None
) -> tuple[Layout | None, str]:
    """Return the product's plan, begun with another one where there is one, or what it said instead of a plan."""
    try:
        problem = build_problem(district, scenario)
        return solve_problem(problem if start is None else begun_with(problem, start)), ""
    except (InfeasibleError, ScenarioError) as error:
        return None, refusal_of(error)


def refusal_of(error: InfeasibleError | ScenarioError) -> str:
    """Return in words that there is no plan; a scenario that is refused for anything but its locks is a difference of its own."""
    # locks that contradict one another are refused before anything is solved
    if isinstance(error, ScenarioError) and any(p.code not in CONTRADICTIONS for p in error.problems):
        raise error
    return "; ".join(p.text("en") for p in error.problems)


def judged(
    case: Case,
    facts: Facts,
    layout: Layout | None,
    refusal: str,
    folder: Path,
    seconds: float,
    *,
    mutations: int = 2,
) -> Verdict:
    """Compare an answer with the optimum of its facts."""
    started = time.perf_counter()
    best = optimum(facts, EXACT_S)
    exact_seconds = time.perf_counter() - started
    differences = []
    ratio, claim = np.nan, "no plan" if layout is None else str(layout.summary["stopped_by"])
    if layout is None:
        if best.status != "infeasible":
            differences.append(f"no plan, but one of {best.price:.4f} exists ({refusal[:160]})")
    elif best.status == "infeasible":
        differences.append(f"a plan of {layout.summary['objective']:.4f} where none exists")
    else:
        above = layout.summary["objective"] - best.price
        ratio = above / max(abs(best.price), 1e-9) if best.status == "optimal" else np.nan
        differences += _prices(layout, best.price, best.bound, claim)
    if layout is not None:
        differences += _verified(case, layout, folder, mutations)
    return Verdict(
        case.kind, case.seed, tuple(differences), best.status, claim, float(ratio), seconds, exact_seconds
    )


def _prices(layout: Layout, price: float, least: float, claim: str) -> Iterator[str]:
    """Yield where objective, optimum and bound contradict each other; ``least`` is what the exact model proved."""
    objective, bound = float(layout.summary["objective"]), layout.summary["bound"]
    slack = 2e-3 + 2e-6 * abs(least)
    if objective < least - slack:
        yield f"a plan of {objective:.4f} below the optimum {least:.4f}"
    if bound is not None and bound > price + slack:
        yield f"a bound of {bound:.4f} above the optimum {price:.4f}"
    least_short, short = layout.summary.get("shortage_at_least", 0), layout.summary["shortage_pupils"]
    if least_short > short:
        yield f"{least_short} seats short in any plan, but {short} here"
    proven = claim == "proven" or (bound is not None and objective - bound <= PROVEN * abs(objective))
    if proven and objective > price + slack:
        yield f"proven at {objective:.4f}, but {price:.4f} is possible ({(objective - price) / max(abs(price), 1e-9):.3%})"


def _verified(case: Case, layout: Layout, folder: Path, mutations: int) -> Iterator[str]:
    write(case.district, case.scenario, layout, folder)
    report = verify_run(folder, case.district)
    for check in report.failures[:3]:
        yield f"verify refuses the plan: {check.text('en')}"
    rng = np.random.default_rng(case.seed)
    possible = [(name, make) for name, make in MUTATIONS if make(layout, rng) is not None]
    for k in rng.permutation(len(possible))[:mutations].tolist():
        name, make = possible[k]
        changed = make(layout, rng)
        assert changed is not None
        write(case.district, case.scenario, changed, folder, scored=False)
        if not _refused(folder, case.district):
            yield f"verify accepts a plan with {name}"


def _refused(folder: Path, district: District) -> bool:
    """Tell whether any rule refuses a run: the first that does ends the search."""
    evidence = gather(folder, district)
    return any(not c.ok for name, _, rule in RULES for c in _guarded(name, rule, evidence))


def write(
    district: District, scenario: Scenario, layout: Layout, folder: Path, *, scored: bool = True
) -> None:
    """Write what verification reads of a run: tables, summary and scorecard."""
    folder.mkdir(parents=True, exist_ok=True)
    if scored:
        card = score(district, layout, scenario.profile())
        write_scorecard(card, folder)
        layout.summary["indicators"] = card.counts()  # type: ignore[index]
    save_tables(layout, folder)


def _another_unit(layout: Layout, rng: np.random.Generator) -> Layout | None:
    """Give one zone with pupils to another unit and leave everything else."""
    table = layout.assignment.copy()
    rows = [
        (k, other)
        for k, (stage, unit, pupils) in enumerate(
            zip(table["stage"], table["unit"], table["pupils"], strict=True)
        )
        for other in sorted(set(table.loc[table["stage"] == stage, "unit"]) - {unit})
        if int(pupils) > 0
    ]
    if not rows:
        return None
    k, other = rows[int(rng.integers(0, len(rows)))]
    table.loc[table.index[k], "unit"] = other
    return dataclasses.replace(layout, assignment=table)


def _bumped(name: str, column: str, step: float) -> Callable[[Layout, np.random.Generator], Layout | None]:
    def change(layout: Layout, rng: np.random.Generator) -> Layout | None:
        table: pd.DataFrame = getattr(layout, name).copy()
        rows = np.flatnonzero((table[column] > 0).to_numpy())
        if not len(rows):
            return None
        row = table.index[int(rows[int(rng.integers(0, len(rows)))])]
        table.loc[row, column] = table.loc[row, column] + step
        tables: dict[str, Any] = {name: table}
        return dataclasses.replace(layout, **tables)

    return change


def _class_more(layout: Layout, rng: np.random.Generator) -> Layout | None:
    """Give a unit a class more than it has; files of a plan in seats hold no classes."""
    return None if in_seats(layout.units) else _bumped("units", "classes", 1)(layout, rng)


def _flow_lost(layout: Layout, rng: np.random.Generator) -> Layout | None:
    if layout.overflow.empty:
        return None
    kept = layout.overflow.drop(layout.overflow.index[int(rng.integers(0, len(layout.overflow)))])
    return dataclasses.replace(layout, overflow=kept.reset_index(drop=True))


def _figure(key: str, factor: float) -> Callable[[Layout, np.random.Generator], Layout | None]:
    def change(layout: Layout, rng: np.random.Generator) -> Layout | None:
        value = layout.summary.get(key)
        if not value or abs(float(value)) < 1.0:
            return None
        return dataclasses.replace(layout, summary={**layout.summary, key: float(value) * factor})

    return change


def _not_built(layout: Layout, rng: np.random.Generator) -> Layout | None:
    """Say that a built project with money or rooms is not built."""
    table = layout.projects.copy()
    rows = np.flatnonzero((table["built"] & (table["rooms"] > 0)).to_numpy())
    if not len(rows):
        return None
    table.loc[table.index[int(rng.choice(rows))], "built"] = False
    return dataclasses.replace(layout, projects=table)


MUTATIONS: tuple[tuple[str, Callable[[Layout, np.random.Generator], Layout | None]], ...] = (
    ("a zone given to another unit", _another_unit),
    ("a walk that is 100 m shorter", _bumped("assignment", "distance_m", -100.0)),
    ("a pupil more in a zone", _bumped("assignment", "pupils", 1)),
    ("a class more", _class_more),
    ("a pupil less in a grade", _bumped("units", "pupils", -1)),
    ("a pupil more sent on", _bumped("overflow", "pupils", 1)),
    ("a flow that is lost", _flow_lost),
    ("a cheaper price", _figure("objective", 0.98)),
    ("a bound that is too high", _figure("bound", 1.05)),
    ("a project that is not built", _not_built),
)
