"""Name what stands in the way when a scenario's hard rules cannot be met."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.errors import Problem
from planning.tables import each
from planning.zoning.assemble import build_model
from planning.zoning.problem import IntArray, ZoningProblem
from planning.zoning.rules.nearby import groups

STAGE_ZH = {"primary": "小学", "junior": "初中"}
# rule → the family of variables that measures its violation
VIOLATION = {"class_size": "shortage", "school_size": "oversize", "nearby": "outside"}


def too_many_moved(problem: ZoningProblem, unit_of: IntArray) -> list[Problem]:
    """List the stages in which more pupils change their catchment than the scenario allows (empty when it is kept)."""
    share = problem.scenario.stability.max_moved_share
    found: list[Problem] = []
    for s, stage in enumerate(problem.stages):
        pupils, today = problem.stage_pupils(stage), problem.current[s]
        known = today >= 0
        total = float(pupils[known].sum())
        moved = float(pupils[known & (unit_of[s] != today)].sum())
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


def proof(problem: ZoningProblem, bound: float) -> list[Problem]:
    """Say whether the conflict is proven, and over how few units it is proven.

    The linear relaxation without contiguity is asked for the least total violation of the hard rules. If that is
    above zero no plan exists; shrinking the set of rules while it stays above zero names the rules in conflict.
    """
    rules = [r for r in problem.scenario.hard if _least_violation(problem, (r,)) > 1e-6]
    if not rules and _least_violation(problem, problem.scenario.hard) > 1e-6:
        rules = list(problem.scenario.hard)
        for rule in problem.scenario.hard:
            rest = tuple(r for r in rules if r != rule)
            if rest and _least_violation(problem, rest) > 1e-6:
                rules = list(rest)
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
    least = _least_violation(problem, tuple(rules))
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


def _least_violation(problem: ZoningProblem, rules: tuple[str, ...]) -> float:
    """Return the least total violation of some hard rules in the relaxation, the others being free."""
    import pulp

    model = build_model(problem)
    families = [VIOLATION[r] for r in rules]
    terms = [(v, 1.0) for name in families for v in model.family(name).values()]
    model.prob.setObjective(pulp.LpAffineExpression(terms))
    model.prob.solve(pulp.HiGHS(msg=False, mip=False, threads=1))
    return float(pulp.value(model.prob.objective) or 0.0)


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
