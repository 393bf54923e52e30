"""Finish the rest: draw a plan anew around the zones that were moved by hand and around locks, from where it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from planning.editing.broken_rules import broken
from planning.editing.journal import Journal
from planning.editing.live import LiveLayout
from planning.editing.locking import Asked, keeps_locks, with_locks
from planning.editing.start import CHANGES, changed_titles, start_of
from planning.editing.taking_up import digest
from planning.gap import gap_share
from planning.layout import Layout
from planning.scenario import solver_with
from planning.zoning import solve_problem
from planning.zoning.answer.layout import Answer
from planning.zoning.answer.tabled import answer_of, layout_of
from planning.zoning.engine import TracePoint
from planning.zoning.problem import ZoningProblem

Progress = Callable[[TracePoint], None]
Stop = Callable[[], bool]
_SAME = 1e-3


def finish(
    live: LiveLayout,
    *,
    locks: Asked = None,
    solver: Mapping[str, Any] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Layout:
    """Draw the rest of a plan anew, the zones moved by hand locked where they are.

    The search starts from the plan as it is now and never returns a dearer one, as far as that keeps the rules and the locks.

    Parameters
    ----------
    live : LiveLayout
        The plan; :func:`planning.editing.open_live` opens any layout. It is not changed.
    locks : Locks or mapping, optional
        More locks, by id or name, as a scenario has them: ``{"frozen": ["S004-P"], "not": {"Z2": "S003-P"}}``. Frozen is as the plan is now.
    solver : mapping, optional
        Settings of the solver that differ from the scenario's: ``{"time_limit_s": 30, "gap": 0.01}``.
    name : str, optional
        Name of the new layout.
    progress, stop : callable, optional
        As :func:`planning.zoning.solve_problem` takes them; what is stopped returns the best plan so far.

    Returns
    -------
    Layout
        A layout like any other. Its scenario holds the locks, its bound is proven for the problem with them, its journal tells the moves
        as settled: they are printed with their reasons and no longer taken back. ``summary["finished"]`` says what it came from.

    Raises
    ------
    ScenarioError
        If locks are unknown or contradict one another, the moves or other rules: everything at once.
    InfeasibleError
        If rules declared hard cannot be met around the locks.
    """
    problem = titled(with_locks(live, locks), live, "finished", solver)
    solved = solve_problem(problem, progress=progress, stop=stop)
    price = live.county().price.total
    kept = _dearer(solved, price) and _lawful(live, problem)
    layout = kept_layout(live, problem, solved) if kept else solved
    told = {
        "from": live.start.run,
        "moved_zones": sum(map(len, live.moved().values())),
        "locks": len(problem.locks.every),
        "price_before": round(price, 4),
    }
    return settled(live, problem, layout, name, {"finished": told})


def titled(
    problem: ZoningProblem, live: LiveLayout, change: str, solver: Mapping[str, Any] | None
) -> ZoningProblem:
    """Return a problem whose scenario says in its title what becomes of a plan, with other settings of the solver."""
    scenario = problem.scenario
    changes: dict[str, Any] = changed_titles(*plain_title(live), change)
    if solver:
        changes["solver"] = solver_with(scenario.solver, solver)
    return dataclasses.replace(problem, scenario=scenario.model_copy(update=changes))


def plain_title(live: LiveLayout) -> tuple[str, str]:
    """Return what the plan before the first move is called, without what earlier changes by hand added to it."""
    title, title_zh = live.start.title, live.start.title_zh
    for change in CHANGES:
        added = changed_titles("", "", change)
        title, title_zh = title.removesuffix(added["title"]), title_zh.removesuffix(added["title_zh"])
    return title, title_zh


def settled(
    live: LiveLayout, problem: ZoningProblem, layout: Layout, name: str | None, told: Mapping[str, Any]
) -> Layout:
    """Return a layout with the moves of the plan it came from as settled ones, and with what is told of it."""
    answer = answer_of(problem, layout)
    journal = live.journal.settled(digest(problem, answer.unit_of))
    made = dataclasses.replace(
        layout,
        name=name or layout.name,
        scenario={**layout.scenario, **({"name": name} if name else {})},
        summary={**layout.summary, **told},
    )
    return dataclasses.replace(made, journal=_as_data(journal, problem, made, answer))


def _as_data(
    journal: Journal, problem: ZoningProblem, layout: Layout, answer: Answer
) -> dict[str, Any] | None:
    if not journal.earlier:
        return None
    return {**journal.as_data(), "start": start_of(problem, layout, answer).as_data()}


def kept_layout(live: LiveLayout, problem: ZoningProblem, solved: Layout) -> Layout:
    """Return the plan as it is now as the answer of a problem, with the bound that a search proved for it."""
    price = live.county().price
    bound = solved.summary.get("bound")
    bound = None if bound is None else min(float(bound), round(price.total, 4))
    figures = {
        key: solved.summary[key]
        for key in ("seconds", "stating_seconds", "solver", "stopped_by", "engine_parameters")
        if key in solved.summary
    }
    return layout_of(
        problem,
        live.answer(),
        {
            "objective": round(price.total, 4),
            "bound": bound,
            "gap": None if bound is None else round(gap_share(round(price.total, 4), bound), 6),
            **figures,
            "objective_parts": price.parts(),
        },
    )


def _dearer(solved: Layout, price: float) -> bool:
    return float(solved.summary["objective"]) > price + _SAME


def _lawful(live: LiveLayout, problem: ZoningProblem) -> bool:
    """Return whether the plan as it is now breaks no rule of a problem and keeps its locks."""
    return next(broken(live.state), None) is None and keeps_locks(problem, live.state.unit_of)
