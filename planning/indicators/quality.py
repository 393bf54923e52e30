"""Judge the nine indicators of quality C1–C9 and the recognition D1, all from the register.

Source: 教督〔2017〕6号; S:211–S:233.
"""

from __future__ import annotations

from planning.indicators.figures import Figures
from planning.indicators.guarantee import _document, _rate
from planning.indicators.register import lookup
from planning.indicators.verdict import Outcome, Verdict, decide
from planning.standards import Profile


def c1(figures: Figures, profile: Profile) -> Verdict:
    """C1: at least 95 % of junior pupils stay the three years (S:213)."""
    return _rate(
        figures, profile, "C1", "retention_rate", "初中三年巩固率", "retention over three junior years"
    )


def c2(figures: Figures, profile: Profile) -> Verdict:
    """C2: at least 95 % of disabled children enrolled (S:215)."""
    return _rate(
        figures,
        profile,
        "C2",
        "disabled_enrolment_rate",
        "残疾儿童少年入学率",
        "enrolment of disabled children",
    )


def c3(figures: Figures, profile: Profile) -> Verdict:
    """C3: every school has a charter and runs on information systems (S:217)."""
    return _document(
        figures, "C3", "章程与管理信息化", "charter and information systems", "all schools (S:217)"
    )


def c4(figures: Figures, profile: Profile) -> Verdict:
    """C4: at least 5 % of each school's public funds for teacher training (S:219)."""
    return _rate(figures, profile, "C4", "training_budget_rate", "教师培训经费", "training budget")


def c5(figures: Figures, profile: Profile) -> Verdict:
    """C5: teachers use information technology well (S:221)."""
    return _document(figures, "C5", "信息化教学", "teaching with information technology", "S:221")


def c6(figures: Figures, profile: Profile) -> Verdict:
    """C6: moral education and campus culture good or above in all schools (S:223)."""
    return _document(
        figures, "C6", "德育与校园文化", "moral education and campus culture", "good in all schools (S:223)"
    )


def c7(figures: Figures, profile: Profile) -> Verdict:
    """C7: all courses taught, practical activities carried out (S:225)."""
    return _document(figures, "C7", "课程与综合实践", "courses and practice", "S:225")


def c8(figures: Figures, profile: Profile) -> Verdict:
    """C8: no excessive schoolwork (S:227)."""
    return _document(figures, "C8", "无过重课业负担", "no excessive schoolwork", "S:227")


def c9(figures: Figures, profile: Profile) -> Verdict:
    """C9: national monitoring at level III or above, differences between schools below 0.15 (S:229)."""
    level, spread = lookup(figures, "C9", "level"), lookup(figures, "C9", "school_difference")
    asked = profile.thresholds["C9"]
    standard = f"level ≥ {asked['level']:g}, difference < {asked['school_difference']:g}"
    outcome: Outcome = "not_supplied"
    if level.value is not None and spread.value is not None:
        outcome = decide(level.value >= asked["level"] and spread.value < asked["school_difference"])
    value = "" if outcome == "not_supplied" else f"{level.value:g}; {spread.value:.3f}"
    return Verdict(
        "C9",
        "国家义务教育质量监测",
        "national quality monitoring",
        value,
        standard,
        outcome,
        "county",
        level.note_zh,
        level.note_en,
        "register",
    )


def d1(figures: Figures, profile: Profile) -> Verdict:
    """D1: social recognition at least 85 % (S:233)."""
    return _rate(figures, profile, "D1", "recognition_rate", "社会认可度", "social recognition")
