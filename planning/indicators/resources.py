"""Judge the seven resource indicators A1–A7.

Source: 教督〔2017〕6号 and its calculation sheet; S:93–S:139. A unit is one school × one stage; special schools and teaching
points under 50 pupils are left out, private schools are in. Unrounded values are compared.
"""

from __future__ import annotations

import numpy as np

from planning.arrays import FloatArray
from planning.indicators.assessment import STAGES, Assessment
from planning.indicators.case import Case, Indicator
from planning.indicators.units import BELOW, FLOOR, MET, MISSING, excused
from planning.indicators.variation import composite
from planning.indicators.verdict import NONE_EN, NONE_ZH, Outcome, Verdict, decide, listed
from planning.messages import Both, Text, zh_en


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
    seven pass exactly when every unit passes and every coefficient is within its limit. With a missing amount it cannot pass;
    it fails on its coefficient only where no value of the missing amounts could bring that within the limit.
    The value is the share of assessed units at the standard.
    """
    a, i = case.resources, case.resources.names.index(name)
    code = a.code[:, i]
    allowed = excused(a.code, case.profile.unit_verdict.met)[:, i]
    wrong = (code == BELOW) | ((code == FLOOR) & ~allowed)
    spread, reading_zh, reading_en = _spread(case, a, i, a.cv)
    possible = _spread(case, a, i, a.least)[0]  # with the best that missing amounts may be
    outcome: Outcome = decide(not wrong.any() and bool(possible.all()))
    if not len(code):
        outcome = case.nothing
    elif outcome == "pass" and ((code == MISSING).any() or not spread.all()):
        outcome = "not_supplied"
    share = float((code == MET).mean()) if len(code) else None
    names = a.units["name"].to_numpy()[wrong].tolist()
    cvs, cvs_en = (_said(a.cv[:, i], 3, a.counts, none) for none in (NONE_ZH, NONE_EN))
    parts = [(code == MET).sum(), allowed.sum(), wrong.sum(), (code == MISSING).sum()]
    n_met, n_allowed, n_wrong, n_missing = (int(p) for p in parts)
    standard = " / ".join(f"{case.profile.resources[name].threshold(s):g}" for s in STAGES)
    limits = " / ".join(f"{v:.2f}" for v in a.limits)
    mean, mean_en = (_said(a.means[:, i], 2, a.counts, none) for none in (NONE_ZH, NONE_EN))
    least = case.profile.teaching_point_min_pupils
    return Verdict(
        outcome,
        share,
        f"{n_met}/{len(code)} ({share:.1%})" if share is not None else "",
        *zh_en("indicators.resources.primary_junior_cv", standard=standard, limits=limits),
        *zh_en(
            "indicators.resources.county_mean_met_allowed",
            mean=Both(mean_en, mean),
            n_met=n_met,
            n_allowed=n_allowed,
            n_wrong=n_wrong,
            names=listed(names),
            n_missing=n_missing,
            cvs=Both(cvs_en, cvs),
        ),
        *zh_en("indicators.resources.units_special_schools_teaching", what=len(code), least=least),
        reading_zh,
        reading_en,
    )


def _said(values: FloatArray, digits: int, counts: tuple[int, ...], none: str) -> str:
    """Return a figure of each stage; a dash where none was supplied, ``none`` where the stage has no unit."""
    said = ("–" if np.isnan(v) else f"{v:.{digits}f}" for v in values)
    return " / ".join(text if n else none for text, n in zip(said, counts, strict=True))


def _spread(
    case: Case, a: Assessment, i: int, cv: FloatArray
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], str, str]:
    """Return whether the spread is within its limit, by stage that has units, and the reading that decided."""
    present = np.array(a.counts) > 0
    each, both = cv[:, i] <= a.limits, composite(cv) <= a.limits
    if not present.any():
        return each[present], "", ""
    holds = {True: Text("indicators.resources.holds"), False: Text("indicators.resources.holds_not")}
    if case.profile.cv_reading == "each":
        return (
            each[present],
            *zh_en(
                "indicators.resources.each_seven_cvs_national",
                what=holds[bool(both[present].all())],
            ),
        )
    return (
        both[present],
        *zh_en(
            "indicators.resources.composite_cv_s_reading",
            what=holds[bool(each[present].all())],
        ),
    )


INDICATORS = (
    Indicator("A1", *zh_en("indicators.resources.a1.name"), "S:95", "layout", a1),
    Indicator("A2", *zh_en("indicators.resources.a2.name"), "S:103", "layout", a2),
    Indicator("A3", *zh_en("indicators.resources.a3.name"), "S:109", "layout", a3),
    Indicator("A4", *zh_en("indicators.resources.a4.name"), "S:115", "layout", a4),
    Indicator("A5", *zh_en("indicators.resources.a5.name"), "S:121", "layout", a5),
    Indicator("A6", *zh_en("indicators.resources.a6.name"), "S:127", "layout", a6),
    Indicator("A7", *zh_en("indicators.resources.a7.name"), "S:133", "layout", a7),
)  # fmt: skip
