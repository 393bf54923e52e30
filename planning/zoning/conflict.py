"""Name what stands in the way when a scenario's hard rules cannot be met."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pulp

from planning.errors import Problem
from planning.tables import each
from planning.zoning.answer import Answer, moved_pupils
from planning.zoning.assemble import build_model, rules_of
from planning.zoning.clock import Clock
from planning.zoning.engine import plan_exists
from planning.zoning.export import to_program
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules import feeder, own_zone, slacks
from planning.zoning.rules.nearby import groups

NAMING_S = 2.0
"""However late it is, so long is looked for a proof, and for its names."""
STAGE_ZH = {"primary": "小学", "junior": "初中"}


def too_many_moved(problem: ZoningProblem, answer: Answer) -> list[Problem]:
    """List the stages in which more pupils change their catchment than the scenario allows (empty when it is kept)."""
    share = problem.scenario.stability.max_moved_share
    found: list[Problem] = []
    for s, stage in enumerate(problem.stages):
        moved, total = moved_pupils(problem, answer, s)
        if share is None or moved <= share * total + 1e-6:
            continue
        found.append(
            Problem(
                "stability",
                f"{moved / total:.1%} of the {stage} pupils change their catchment, {share:.1%} may",
                f"{STAGE_ZH[stage]}有 {moved / total:.1%} 的学生学区变动，上限为 {share:.1%}",
                column="stability.max_moved_share",
                value=f"{share:g}",
                mend_en="allow more change, or more time (solver.time_limit_s)",
                mend_zh="放宽变动上限，或延长求解时间（solver.time_limit_s）",
            )
        )
    return found


def violations(problem: ZoningProblem, units: pd.DataFrame, overflow: pd.DataFrame) -> list[Problem]:
    """List where a plan breaks the rules that the scenario calls hard (empty when it keeps them all)."""
    zoned = units[units["unit"].isin(problem.units["unit"])]
    found: list[Problem] = []
    if "class_size" in problem.scenario.hard:
        found += [_short(r) for r in each(zoned[zoned["shortage"] > 0])]
    if "school_size" in problem.scenario.hard:
        found += [
            _oversize(r) for r in each(zoned[zoned["oversize"] > 0].drop_duplicates(["school", "year"]))
        ]
    if "nearby" in problem.scenario.hard:
        found += _outside(problem, zoned)
    return found


def no_plan(problem: ZoningProblem, clock: Clock, *, proven: bool = False) -> list[Problem]:
    """Say that no plan exists and which rules that allow no violation are in conflict; nothing where it is not proven.

    Proven is a programme over every pair, contiguity kept by separators. A rule is named when plans exist without it.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    clock : Clock
        Of the solve: what is left of it is used, and ``NAMING_S`` at least.
    proven : bool
        The engine has proven it already.
    """
    seconds = max(NAMING_S, clock.left())
    if not proven and _exists(problem, rules_of(problem), seconds) is not False:
        return []
    named = [
        strict
        for strict in _strict(problem)
        if _exists(*strict.without(problem), max(NAMING_S / 4, clock.left() / 4)) is True
    ]
    named = named or _strict(problem)
    return [
        Problem(
            "scenario",
            "proven impossible: no plan keeps "
            + ", ".join(s.name_en for s in named)
            + " together with the other rules",
            "已证明无法满足：" + "、".join(s.name_zh for s in named) + "与其他要求不能同时满足",
            column=strict.key,
            value=strict.value(problem),
            mend_en=strict.mend_en,
            mend_zh=strict.mend_zh,
        )
        for strict in named
    ]


@dataclass(frozen=True)
class _StrictRule:
    """A rule that allows no violation: its setting, its names, and the problem without it."""

    key: str
    name_en: str
    name_zh: str
    mend_en: str
    mend_zh: str
    value: Callable[[ZoningProblem], str]
    without: Callable[[ZoningProblem], tuple[ZoningProblem, tuple[Any, ...]]]


def _strict(problem: ZoningProblem) -> list[_StrictRule]:
    """Return the rules of the scenario that allow no violation."""
    scenario = problem.scenario

    def changed(**update: Any) -> tuple[ZoningProblem, tuple[Any, ...]]:
        return dataclasses.replace(problem, scenario=scenario.model_copy(update=update)), rules_of(problem)

    found = []
    if feeder.nests(problem):
        found.append(_StrictRule("feeder", "nested catchments", "对口直升", "set feeder: off", "请设 feeder: off",
                                 lambda p: str(p.scenario.feeder), lambda _: changed(feeder="off")))  # fmt: skip
    if scenario.radius.enabled and scenario.radius.hard:
        found.append(_StrictRule("radius.hard", "the hard radius", "硬性服务半径", "set radius.hard: false", "请设 radius.hard: false",
                                 lambda _: "true", lambda _: changed(radius=scenario.radius.model_copy(update={"hard": False}))))  # fmt: skip
    if scenario.candidates.max_distance_m is not None:
        farther = scenario.candidates.model_copy(update={"max_distance_m": None})
        found.append(_StrictRule("candidates.max_distance_m", "the longest walk", "最大步行距离", "allow longer walks", "请放宽步行距离",
                                 lambda p: f"{p.scenario.candidates.max_distance_m:g}", lambda _: changed(candidates=farther)))  # fmt: skip
    if scenario.catchments == "free" and scenario.contiguity.enabled:
        off = scenario.contiguity.model_copy(update={"enabled": False})
        found.append(_StrictRule("contiguity.enabled", "connected catchments", "连片", "join zones by contiguity.bridges",
                                 "请用 contiguity.bridges 连接单元", lambda _: "true", lambda _: changed(contiguity=off)))  # fmt: skip
    if scenario.catchments == "free":
        rest = tuple(rule for rule in rules_of(problem) if rule is not own_zone)
        found.append(_StrictRule("units", "the zone of every site", "校址单元", "check the sites of the schools", "请核对学校位置",
                                 lambda _: "", lambda p: (p, rest)))  # fmt: skip
    for k, rule in enumerate(problem.rules):
        without = problem.rules[:k] + problem.rules[k + 1 :]
        name = str(rule.name)
        found.append(_StrictRule("rules", name, str(getattr(rule, "name_zh", name)), "leave the rule out", "请去掉该规则",
                                 lambda _, n=name: n,  # type: ignore[misc]
                                 lambda p, rest=without: _with_rules(p, rest)))  # type: ignore[misc]  # fmt: skip
    return found


def _with_rules(problem: ZoningProblem, rules: tuple[Any, ...]) -> tuple[ZoningProblem, tuple[Any, ...]]:
    changed = dataclasses.replace(problem, rules=rules)
    return changed, rules_of(changed)


def _exists(problem: ZoningProblem, rules: tuple[Any, ...], seconds: float) -> bool | None:
    program = to_program(build_model(problem, rules=rules))
    return plan_exists(program, time_limit_s=seconds, seed=problem.scenario.solver.seed)


def proof(problem: ZoningProblem, impossible: bool, clock: Clock) -> list[Problem]:
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
        return [
            Problem(
                "hard",
                f"proven impossible: no plan keeps {names} together with the other rules",
                f"已证明无法满足：{names} 与其他要求不能同时满足",
                value=names,
                mend_en="add rooms or projects, allow overflow, or take a rule out of `hard`",
                mend_zh="增加教室或项目、允许统筹调剂，或从 hard 中去掉一项要求",
            )
        ]
    if not rules:
        return [
            Problem(
                "hard",
                "no plan that keeps the hard rules was found; it is not proven that none exists",
                "未找到满足全部硬性要求的方案，但尚未证明其不存在",
                mend_en="allow more time (solver.time_limit_s), or mend the places below",
                mend_zh="延长求解时间（solver.time_limit_s），或先解决下列问题",
            )
        ]
    names = ", ".join(rules)
    least = relaxed.least(tuple(rules))
    return [
        Problem(
            "hard",
            f"proven impossible: {names} cannot be kept; at least {np.ceil(least - 1e-6):.0f} pupils or seats too many",
            f"已证明无法满足：{names}；至少超出 {np.ceil(least - 1e-6):.0f} 人（学位）",
            value=names,
            mend_en="add rooms or projects, allow overflow, or take the rule out of `hard`",
            mend_zh="增加教室或项目、允许统筹调剂，或从 hard 中去掉该要求",
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
            families = [slacks()[r] for r in rules]
            terms = [(v, 1.0) for family in families for v in self.model.family(family).values()]
            self.model.prob.setObjective(pulp.LpAffineExpression(terms))
            seconds = max(0.1, self.until - self.clock.now())
            self.model.prob.solve(pulp.HiGHS(msg=False, mip=False, threads=1, timeLimit=seconds))
            optimal = self.model.prob.sol_status == pulp.LpSolutionOptimal
            self.known[rules] = float(pulp.value(self.model.prob.objective) or 0.0) if optimal else 0.0
        return self.known[rules]


def _short(row: object) -> Problem:
    r: object = row
    grade, year, rooms, seats, unit = (getattr(r, k) for k in ("grade", "year", "rooms", "shortage", "unit"))
    return Problem(
        "class_size",
        f"grade {grade}, {year}: {seats} seats short in {rooms} rooms",
        f"{year} 年 {grade} 年级缺 {seats} 个学位（教室 {rooms} 间）",
        row=str(unit),
        mend_en="add rooms or a project here, or allow overflow",
        mend_zh="在此增加教室或项目，或允许统筹调剂",
    )


def _oversize(row: object) -> Problem:
    school, year, over = (getattr(row, k) for k in ("school", "year", "oversize"))
    return Problem(
        "school_size",
        f"{over} pupils over the limit in {year}",
        f"{year} 年超规模 {over} 人",
        row=str(school),
        mend_en="a project nearby, or smaller catchments",
        mend_zh="在附近增加项目，或缩小学区",
    )


def _outside(problem: ZoningProblem, zoned: pd.DataFrame) -> list[Problem]:
    found = []
    for name, ratio, positions in groups(problem):
        part = zoned[zoned["unit"].isin(problem.units["unit"].iloc[positions])]
        for year, table in part.groupby("year"):
            pupils, own = float(table["pupils"].sum()), float(table["own"].sum())
            if pupils and own / pupils < ratio - 1e-9:
                found.append(
                    Problem(
                        "nearby",
                        f"{name}, {year}: {own / pupils:.1%} enrol nearby, {ratio:.0%} asked",
                        f"{name}，{year} 年：就近入学 {own / pupils:.1%}，要求 {ratio:.0%}",
                        mend_en="more seats where pupils are sent away from",
                        mend_zh="在学生被调出的学区增加学位",
                    )
                )
    return found
