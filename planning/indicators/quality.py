"""Judge the nine items of quality C1–C9 and recognition D1, all from the register.

Source: 教督〔2017〕6号; S:211–S:233.
"""

from __future__ import annotations

from planning.indicators.case import Case, Indicator
from planning.indicators.documents import at_least, met_by_document, without_stage
from planning.indicators.verdict import Outcome, Verdict, decide
from planning.messages import Both, zh_en


def c1(case: Case) -> Verdict:
    """C1: ≥ 95 % of junior pupils stay the three years (S:213); register ``retention_rate``."""
    return without_stage(case, "junior", at_least(case, "C1", ["retention_rate"]))


def c2(case: Case) -> Verdict:
    """C2: ≥ 95 % of disabled children enrolled (S:215); register ``disabled_enrolment_rate``."""
    return at_least(case, "C2", ["disabled_enrolment_rate"])


def c3(case: Case) -> Verdict:
    """C3: all schools have a charter and run on information systems (S:217); register ``met``."""
    return met_by_document(case, "C3", *zh_en("indicators.quality.all_schools"))


def c4(case: Case) -> Verdict:
    """C4: every school gives ≥ 5 % of its public funds to teacher training (S:219); ``training_budget_rate``, the lowest school's."""
    return at_least(case, "C4", ["training_budget_rate"])


def c5(case: Case) -> Verdict:
    """C5: teachers use information technology well, facilities are in use (S:221); register ``met``."""
    return met_by_document(case, "C5", *zh_en("indicators.quality.used_well_facilities_use"))


def c6(case: Case) -> Verdict:
    """C6: moral education and campus culture good or above in all schools (S:223); register ``met``."""
    return met_by_document(case, "C6", *zh_en("indicators.quality.good_above_all_schools"))


def c7(case: Case) -> Verdict:
    """C7: all courses taught, practical activities carried out (S:225); register ``met``."""
    return met_by_document(case, "C7", *zh_en("indicators.quality.all_courses_taught_practice"))


def c8(case: Case) -> Verdict:
    """C8: no excessive schoolwork (S:227); register ``met``."""
    return met_by_document(case, "C8", *zh_en("indicators.quality.no_excessive_schoolwork"))


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
        *zh_en(
            "indicators.quality.level_difference_between_schools",
            level=f"{asked['level']:g}",
            school_difference=f"{asked['school_difference']:g}",
        ),
        *zh_en(
            "indicators.quality.level_difference",
            figure=Both(level.text_en, level.text_zh),
            figure2=Both(spread.text_en, spread.text_zh),
        ),
        stale=level.stale or spread.stale,
    )


def d1(case: Case) -> Verdict:
    """D1: social recognition ≥ 85 % (S:233); register ``recognition_rate``."""
    return at_least(case, "D1", ["recognition_rate"])


INDICATORS = (
    Indicator("C1", *zh_en("indicators.quality.c1.name"), "S:213", "register", c1),
    Indicator("C2", *zh_en("indicators.quality.c2.name"), "S:215", "register", c2),
    Indicator("C3", *zh_en("indicators.quality.c3.name"), "S:217", "register", c3),
    Indicator("C4", *zh_en("indicators.quality.c4.name"), "S:219", "register", c4),
    Indicator("C5", *zh_en("indicators.quality.c5.name"), "S:221", "register", c5),
    Indicator("C6", *zh_en("indicators.quality.c6.name"), "S:223", "register", c6),
    Indicator("C7", *zh_en("indicators.quality.c7.name"), "S:225", "register", c7),
    Indicator("C8", *zh_en("indicators.quality.c8.name"), "S:227", "register", c8),
    Indicator("C9", *zh_en("indicators.quality.c9.name"), "S:229", "register", c9),
    Indicator("D1", *zh_en("indicators.quality.d1.name"), "S:233", "register", d1),
)
