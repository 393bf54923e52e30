"""Name what stands in the way when a scenario's hard rules cannot be met."""

from __future__ import annotations

import dataclasses

import numpy as np
import pulp

from planning.errors import Issue
from planning.messages import Text, Words
from planning.zoning.declare import PlanTables, Rule, called_hard
from planning.zoning.engine import plan_exists
from planning.zoning.problem import ZoningProblem
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from planning.zoning.solving.breaking import Places, least_broken
from planning.zoning.solving.clock import Clock

NAMING_S = 2.0
"""However late it is, so long is looked for a proof, and for its names."""
PLACES_S = 6.0
"""For the places of all rules in conflict at most: a few names are enough, the least breach need not be proven."""


def violations(problem: ZoningProblem, tables: PlanTables) -> list[Issue]:
    """List where a plan breaks the rules that the scenario calls hard (empty when it keeps them all)."""
    return [found for rule in called_hard(problem) for found in rule.broken(problem, tables)]


def breaches(problem: ZoningProblem, tables: PlanTables) -> list[Issue]:
    """List where a plan breaks rules that are always hard but elastic inside the model (empty when it keeps them all)."""
    elastic = [rule for rule in problem.rules if rule.hardness == "strict" and rule.violated is not None]
    return [found for rule in elastic for found in rule.broken(problem, tables)]


def no_plan(problem: ZoningProblem, clock: Clock, *, proven: bool = False) -> list[Issue]:
    """Say that no plan exists and which rules that allow no violation are in conflict; nothing where it is not proven.

    Proven is a programme over every pair, contiguity kept by separators. A rule is named when plans exist without it, with the places
    where a plan that keeps all others breaks it least.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    clock : Clock
        Of the solve: what is left of it is used, and ``NAMING_S`` at least.
    proven : bool
        The engine has proven it already.
    """
    until = clock.now() + max(NAMING_S, clock.left())
    if not proven and _exists(problem, until - clock.now()) is not False:
        return []
    strict = [r for r in problem.rules if r.hardness == "strict" and r.violated is None and r.active(problem)]
    until = min(until, clock.now() + PLACES_S)
    where: dict[str, Places] = {}
    for n, rule in enumerate(strict):
        left = until - clock.now()
        found = least_broken(problem, rule, left / (len(strict) - n)) if left > 0 else None
        if found is not None:
            where[rule.name] = found
    named = [r for r in strict if r.name in where] or strict
    names = Text("zoning.breaking.listed", names=tuple(r.called() for r in named))
    return [
        Issue(
            "zoning.conflict.proven_impossible_no_plan_keeps_no_plan",
            "scenario",
            column=rule.setting,
            value=rule.value(problem),
            mend=rule.remedy(),
            names=names,
            where=_where(where.get(rule.name), rule),
        )
        for rule in named
    ]


def _where(places: Places | None, rule: Rule) -> Words | str:
    """Say where a rule would be broken if all others were kept (nothing where that is not known)."""
    said = None if places is None else places.said()
    return "" if said is None else Text("zoning.conflict.broken_at", rule=rule.called(), places=said)


def _exists(problem: ZoningProblem, seconds: float) -> bool | None:
    program = to_program(build_model(problem))
    return plan_exists(program, time_limit_s=seconds, seed=problem.scenario.solver.seed)


def proof(problem: ZoningProblem, impossible: bool, clock: Clock) -> list[Issue]:
    """Say whether the conflict is proven, by the relaxation or by the engine (``impossible``), and of how few rules.

    The linear relaxation without contiguity is asked for the least total violation of the hard rules. If that is
    above zero no plan exists; shrinking the set of rules while it stays above zero names the rules in conflict.
    """
    relaxed = _Relaxed(problem, clock)
    rules = [r for r in problem.scenario.hard if relaxed.least((r,)) > 1e-6]
    if not rules and relaxed.least(problem.scenario.hard) > 1e-6:
        rules = list(problem.scenario.hard)
        for rule in problem.scenario.hard:
            rest = tuple(r for r in rules if r != rule)
            if rest and relaxed.least(rest) > 1e-6:
                rules = list(rest)
    if not rules and impossible:
        names = ", ".join(problem.scenario.hard)
        return [Issue("zoning.conflict.proven_impossible_no_plan_keeps", "hard", value=names, names=names)]
    if not rules:
        return [Issue("zoning.conflict.no_plan_keeps_hard_rules", "hard")]
    names = ", ".join(rules)
    least = relaxed.least(tuple(rules))
    return [
        Issue(
            "zoning.conflict.proven_impossible_cannot_kept_least",
            "hard",
            value=names,
            names=names,
            ceil=np.ceil(least - 1e-06),
        )
    ]


class _Relaxed:
    """The relaxation over every pair, without contiguity, asked for least total violations within the time."""

    def __init__(self, problem: ZoningProblem, clock: Clock) -> None:
        every = problem.scenario.candidates.model_copy(update={"nearest": len(problem.units)})
        whole = problem.scenario.model_copy(update={"candidates": every})
        with clock.stating():
            self.model = build_model(dataclasses.replace(problem, scenario=whole))
        self.until = clock.now() + max(NAMING_S, clock.left())
        self.clock = clock
        self.known: dict[tuple[str, ...], float] = {}

    def least(self, rules: tuple[str, ...]) -> float:
        """Return the least total violation of some hard rules, the others being free; 0 where there was no time to tell."""
        if rules not in self.known:
            hard = [rule for rule in called_hard(self.model.problem) if rule.name in rules]
            terms = [(v, 1.0) for rule in hard for v in self.model.violations(rule)]
            self.model.prob.setObjective(pulp.LpAffineExpression(terms))
            seconds = max(0.1, self.until - self.clock.now())
            self.model.prob.solve(pulp.HiGHS(msg=False, mip=False, threads=1, timeLimit=seconds))
            optimal = self.model.prob.sol_status == pulp.LpSolutionOptimal
            self.known[rules] = float(pulp.value(self.model.prob.objective) or 0.0) if optimal else 0.0
        return self.known[rules]
