"""Judge the nine items of quality C1–C9 and recognition D1, all from the register.

Source: 教督〔2017〕6号; S:211–S:233.
"""

from __future__ import annotations

from planning.indicators.case import Case, Indicator
from planning.indicators.documents import at_least, met_by_document, without_stage
from planning.indicators.verdict import Outcome, Verdict, decide


def c1(case: Case) -> Verdict:
    """C1: ≥ 95 % of junior pupils stay the three years (S:213); register ``retention_rate``."""
    return without_stage(case, "junior", at_least(case, "C1", ["retention_rate"]))


def c2(case: Case) -> Verdict:
    """C2: ≥ 95 % of disabled children enrolled (S:215); register ``disabled_enrolment_rate``."""
    return at_least(case, "C2", ["disabled_enrolment_rate"])


def c3(case: Case) -> Verdict:
    """C3: all schools have a charter and run on information systems (S:217); register ``met``."""
    return met_by_document(case, "C3", "所有学校", "all schools")


def c4(case: Case) -> Verdict:
    """C4: every school gives ≥ 5 % of its public funds to teacher training (S:219); ``training_budget_rate``, the lowest school's."""
    return at_least(case, "C4", ["training_budget_rate"])


def c5(case: Case) -> Verdict:
    """C5: teachers use information technology well, facilities are in use (S:221); register ``met``."""
    return met_by_document(case, "C5", "熟练运用，设施利用率较高", "used well, facilities in use")


def c6(case: Case) -> Verdict:
    """C6: moral education and campus culture good or above in all schools (S:223); register ``met``."""
    return met_by_document(case, "C6", "所有学校良好以上", "good or above in all schools")


def c7(case: Case) -> Verdict:
    """C7: all courses taught, practical activities carried out (S:225); register ``met``."""
    return met_by_document(case, "C7", "开齐开足、有效开展", "all courses taught, practice carried out")


def c8(case: Case) -> Verdict:
    """C8: no excessive schoolwork (S:227); register ``met``."""
    return met_by_document(case, "C8", "无过重课业负担", "no excessive schoolwork")


def c9(case: Case) -> Verdict:
    """C9: national monitoring at level III or above, difference between schools below 0.15 in every subject (S:229).

    Register ``level`` (the lowest subject) and ``school_difference`` (the largest).
    """
    level, spread = case.entry("C9", "level"), case.entry("C9", "school_difference")
    asked = case.profile.thresholds["C9"]
    failed = (level.value is not None and level.value < asked["level"]) or (
        spread.value is not None and spread.value >= asked["school_difference"]
    )
    outcome: Outcome = decide(not failed)
    if not failed and (level.value is None or spread.value is None):
        outcome = "not_supplied"
    texts = [
        "–" if level.value is None else f"{level.value:g}",
        "–" if spread.value is None else f"{spread.value:.3f}",
    ]
    return Verdict(
        outcome,
        spread.value,
        " / ".join(texts) if level.value is not None or spread.value is not None else "",
        f"水平 ≥ {asked['level']:g} 级，校际差异率 < {asked['school_difference']:g}",
        f"level ≥ {asked['level']:g}, difference between schools < {asked['school_difference']:g}",
        f"水平：{level.text_zh}；差异率：{spread.text_zh}",
        f"level: {level.text_en}; difference: {spread.text_en}",
        stale=level.stale or spread.stale,
    )


def d1(case: Case) -> Verdict:
    """D1: social recognition ≥ 85 % (S:233); register ``recognition_rate``."""
    return at_least(case, "D1", ["recognition_rate"])


INDICATORS = (
    Indicator("C1", "初中三年巩固率", "Retention over three junior years", "S:213", "register", c1),
    Indicator("C2", "残疾儿童少年入学率", "Enrolment of disabled children", "S:215", "register", c2),
    Indicator("C3", "学校章程与管理信息化", "Charters and information systems", "S:217", "register", c3),
    Indicator("C4", "教师培训经费", "Training budget", "S:219", "register", c4),
    Indicator("C5", "信息化教学", "Teaching with information technology", "S:221", "register", c5),
    Indicator("C6", "德育工作与校园文化", "Moral education and campus culture", "S:223", "register", c6),
    Indicator("C7", "课程与综合实践", "Courses and practice", "S:225", "register", c7),
    Indicator("C8", "无过重课业负担", "No excessive schoolwork", "S:227", "register", c8),
    Indicator("C9", "国家义务教育质量监测", "National quality monitoring", "S:229", "register", c9),
    Indicator("D1", "社会认可度", "Social recognition", "S:233", "register", d1),
)
