"""Judge the seven resource indicators A1–A7.

Source: 教督〔2017〕6号 and its calculation sheet; S:93–S:139. A unit is one school × one stage; special schools and teaching
points under 50 pupils are left out, private schools are in. Unrounded values are compared.
"""

from __future__ import annotations

import numpy as np

from planning.indicators.assessment import STAGES, Assessment
from planning.indicators.case import Case, Indicator
from planning.indicators.units import BELOW, FLOOR, MET, MISSING, excused
from planning.indicators.verdict import Outcome, Verdict, decide, listed


def a1(case: Case) -> Verdict:
    """A1 = 100 × full-time teachers above the required degree ÷ pupils; ≥ 4.2 primary (专科), 5.3 junior (本科); S:95.

    Teachers are counted by stage, never split.
    """
    return judge_resource(case, "A1")


def a2(case: Case) -> Verdict:
    """A2 = 100 × backbone teachers recognised at county level or above ÷ pupils; ≥ 1; S:103. Counted by stage."""
    return judge_resource(case, "A2")


def a3(case: Case) -> Verdict:
    """A3 = 100 × full-time PE, music and art teachers ÷ pupils; ≥ 0.9; S:109. Counted by stage."""
    return judge_resource(case, "A3")


def a4(case: Case) -> Verdict:
    """A4 = m² of teaching and auxiliary rooms without indoor sports ÷ pupils; ≥ 4.5 / 5.8; S:115. Shared by weighted pupils."""
    return judge_resource(case, "A4")


def a5(case: Case) -> Verdict:
    """A5 = m² of sports grounds and indoor sports rooms ÷ pupils; ≥ 7.5 / 10.2; S:121. Shared by weighted pupils."""
    return judge_resource(case, "A5")


def a6(case: Case) -> Verdict:
    """A6 = yuan of teaching equipment (book value) ÷ pupils; ≥ 2000 / 2500; S:127. Shared by weighted pupils."""
    return judge_resource(case, "A6")


def a7(case: Case) -> Verdict:
    """A7 = 100 × networked multimedia classrooms ÷ pupils; ≥ 2.3 / 2.4; S:133. Shared by weighted pupils."""
    return judge_resource(case, "A7")


def judge_resource(case: Case, name: str) -> Verdict:
    """Judge one resource over all assessed units.

    It passes when every assessed unit reaches the standard, or misses it by no more than 15 % as the single remainder the
    rule allows that unit (S:139), and the coefficient of variation is within its limit in both stages (S:93, S:101). So all
    seven pass exactly when every unit passes and every coefficient is within its limit. With a missing amount it cannot pass.
    The value is the share of assessed units at the standard.
    """
    a, i = case.resources, case.resources.names.index(name)
    code = a.code[:, i]
    allowed = excused(a.code, case.profile.unit_verdict.met)[:, i]
    wrong = (code == BELOW) | ((code == FLOOR) & ~allowed)
    spread, reading_zh, reading_en = _spread(case, a, i)
    outcome: Outcome = decide(not wrong.any() and bool(spread.all()))
    if outcome == "pass" and ((code == MISSING).any() or not len(code)):
        outcome = "not_supplied"
    share = float((code == MET).mean()) if len(code) else None
    names = a.units["name"].to_numpy()[wrong].tolist()
    cvs = " / ".join(f"{v:.3f}" for v in a.cv[:, i])
    parts = [(code == MET).sum(), allowed.sum(), wrong.sum(), (code == MISSING).sum()]
    n_met, n_allowed, n_wrong, n_missing = (int(p) for p in parts)
    standard = " / ".join(f"{case.profile.resources[name].threshold(s):g}" for s in STAGES)
    limits = " / ".join(f"{v:.2f}" for v in a.limits)
    mean = " / ".join(f"{v:.2f}" for v in a.means[:, i])
    least = case.profile.teaching_point_min_pupils
    return Verdict(
        outcome,
        share,
        f"{n_met}/{len(code)} ({share:.1%})" if share is not None else "",
        f"小学/初中 ≥ {standard};差异系数 ≤ {limits}",
        f"primary / junior ≥ {standard}; CV ≤ {limits}",
        f"县均值 {mean};达标 {n_met},允许余项 {n_allowed},不合格 {n_wrong}({listed(names)}),未提供 {n_missing};差异系数 {cvs}",
        f"county mean {mean}; {n_met} met, {n_allowed} allowed remainder, {n_wrong} not acceptable ({listed(names)}), "
        f"{n_missing} not supplied; CV {cvs}",
        f"{len(code)} 个办学单位(不含特殊教育学校和不足{least}人的教学点)",
        f"{len(code)} units (special schools and teaching points under {least} pupils left out)",
        reading_zh,
        reading_en,
    )


def a1(figures: Figures, profile: Profile) -> Verdict:
    """A1: full-time teachers above the required degree (primary 专科, junior 本科) per 100 pupils; ≥ 4.2 / 5.3 (S:95)."""
    return _judge("A1", figures, profile)


def a2(figures: Figures, profile: Profile) -> Verdict:
    """A2: backbone teachers of county level and above per 100 pupils; ≥ 1 / 1 (S:103)."""
    return _judge("A2", figures, profile)


def a3(figures: Figures, profile: Profile) -> Verdict:
    """A3: PE, music and art full-time teachers per 100 pupils; ≥ 0.9 / 0.9 (S:109)."""
    return _judge("A3", figures, profile)


def a4(figures: Figures, profile: Profile) -> Verdict:
    """A4: teaching and auxiliary floor area without indoor sports rooms, m² per pupil; ≥ 4.5 / 5.8 (S:115)."""
    return _judge("A4", figures, profile)


def a5(figures: Figures, profile: Profile) -> Verdict:
    """A5: sports grounds and indoor sports rooms, m² per pupil; ≥ 7.5 / 10.2 (S:121)."""
    return _judge("A5", figures, profile)


def a6(figures: Figures, profile: Profile) -> Verdict:
    """A6: book value of teaching equipment, yuan per pupil; ≥ 2000 / 2500 (S:127)."""
    return _judge("A6", figures, profile)


def a7(figures: Figures, profile: Profile) -> Verdict:
    """A7: networked multimedia classrooms per 100 pupils; ≥ 2.3 / 2.4 (S:133)."""
    return _judge("A7", figures, profile)
