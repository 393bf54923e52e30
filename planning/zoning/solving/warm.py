"""Start a plan of several years from the catchments that are best for its fullest year."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from planning.zoning.engine import Engine, EngineError, TracePoint, prepare, solve_apart
from planning.zoning.problem import ZoningProblem
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from planning.zoning.solving.clock import Clock

SHARE = 0.3
"""Of the time goes into the one year at most; one map over all years needs a programme many times larger."""
LONGEST_S = 60.0
GAP = 0.01


def fullest_year(problem: ZoningProblem) -> ZoningProblem:
    """Return a problem of one year: the pupils of the fullest year, the projects and class sizes of the last.

    Parameters
    ----------
    problem : ZoningProblem
        Of several years.
    """
    full = int(problem.pupils.sum(axis=(0, 1)).argmax())
    last = problem.years[-1]
    projects = problem.scenario.projects.model_copy(update={"budget_by_year": {}})
    changes = {"year": last, "horizon": None, "projects": projects}
    return dataclasses.replace(
        problem,
        scenario=problem.scenario.model_copy(update=changes),
        years=(last,),
        pupils=problem.pupils[:, :, [full]],
        continuing=problem.continuing[:, :, [full]],
        caps=problem.caps[:, :, [-1]],
    )


def warm_start(
    problem: ZoningProblem,
    clock: Clock,
    engine: Engine,
    *,
    progress: Callable[[TracePoint], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[ZoningProblem, bool]:
    """Return the problem with catchments to start from, and whether it was interrupted.

    A problem of one year, with a start, or with catchments that are given, comes back as it is.
    """
    setting = problem.scenario.solver
    if len(problem.years) < 2 or problem.scenario.catchments != "free" or problem.start is not None:
        return problem, False

    def tell(point: TracePoint) -> None:
        if progress is not None:  # one year's figures are not the plan's
            progress(TracePoint(point.seconds, np.inf, -np.inf, "fullest year"))

    with clock.stating():
        program = to_program(build_model(fullest_year(problem), contiguity_rows=False))
    with clock.aside():
        prepare(program, engine.tuned)
    try:
        found = solve_apart(
            program,
            gap=max(setting.gap, GAP),
            time_limit_s=min(LONGEST_S, SHARE * clock.left()),
            seed=setting.seed,
            threads=setting.threads,
            engine=dataclasses.replace(engine, stopping=()),  # they ask about the plan of all years
            progress=tell,
            stop=stop,
        )
    except EngineError:
        return problem, False
    start = found.unit_of_item.reshape(len(problem.stages), problem.n_zones)
    return dataclasses.replace(problem, start=start), found.stopped_by == "interrupt"
