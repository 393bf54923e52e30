"""Judge the items of government guarantee that documents decide: B2, B7–B12, B14.

Source: 教督〔2017〕6号; S:155–S:203.
"""

from __future__ import annotations

from planning.indicators.case import Case, Indicator
from planning.indicators.documents import at_least, met_by_document, without_stage
from planning.indicators.verdict import Outcome, Verdict, decide
from planning.messages import Both, zh_en


def b2(case: Case) -> Verdict:
    """B2: construction, staffing, fund base and equipment unified between town and country (S:155); register ``met``."""
    return met_by_document(case, "B2", *zh_en("indicators.duties.construction_staffing_funds_equipment"))


def b7(case: Case) -> Verdict:
    """B7: public funds ≥ 6000 yuan per pupil of special schools (S:175) or of all special-education pupils (S:255).

    Register ``special_per_pupil_yuan``: the lowest amount within the scope of the reading.
    """
    verdict = at_least(case, "B7", ["special_per_pupil_yuan"])
    strict = case.profile.readings.B7 == "all_special_pupils"
    return Verdict(
        verdict.outcome,
        verdict.value,
        verdict.shown,
        *zh_en("indicators.duties.yuan_pupil", standard=Both(verdict.standard_en, verdict.standard_zh)),
        verdict.evidence_zh,
        verdict.evidence_en,
        *zh_en(
            "indicators.duties.scope_all_special" if strict else "indicators.duties.scope_special_schools"
        ),
        *zh_en(
            "indicators.duties.reading_all_special" if strict else "indicators.duties.reading_special_schools"
        ),
        verdict.stale,
    )


def b8(case: Case) -> Verdict:
    """B8: mean pay of teachers ≥ mean pay of civil servants (S:179); register ``teacher_pay_yuan, civil_servant_pay_yuan``."""
    teachers, servants = case.entry("B8", "teacher_pay_yuan"), case.entry("B8", "civil_servant_pay_yuan")
    outcome: Outcome = "not_supplied"
    value, shown = None, ""
    if teachers.value is not None and servants.value is not None:
        outcome = decide(teachers.value >= servants.value)
        value, shown = teachers.value - servants.value, f"{teachers.value:,.0f} / {servants.value:,.0f}"
    return Verdict(
        outcome,
        value,
        shown,
        *zh_en("indicators.duties.mean_teacher_pay_mean"),
        *zh_en(
            "indicators.duties.teachers_civil_servants",
            figure=Both(teachers.text_en, teachers.text_zh),
            figure2=Both(servants.text_en, servants.text_zh),
        ),
        stale=teachers.stale or servants.stale,
    )


def b9(case: Case) -> Verdict:
    """B9: 100 % of teachers complete 360 hours of training in five years (S:183); register ``training_rate``."""
    return at_least(case, "B9", ["training_rate"])


def b10(case: Case) -> Verdict:
    """B10: the county allocates posts over its schools, dynamically (S:187); register ``met``."""
    return met_by_document(case, "B10", *zh_en("indicators.duties.allocated_county_dynamically"))


def b11(case: Case) -> Verdict:
    """B11: ≥ 10 % of eligible teachers rotate, ≥ 20 % of them backbone (S:191); ``rotation_rate, rotation_backbone_rate``."""
    return at_least(case, "B11", ["rotation_rate", "rotation_backbone_rate"])


def b12(case: Case) -> Verdict:
    """B12: every full-time teacher holds a certificate (S:195); register ``certified_rate``."""
    return at_least(case, "B12", ["certified_rate"])


def b14(case: Case) -> Verdict:
    """B14: ≥ 50 % of places of good senior schools allotted to junior schools, tilted to rural ones (S:203); ``quota_rate``.

    How the places spread over junior schools moves with their pupils, and so with a layout; the rate does not.
    """
    units = case.arrays
    junior = units.stage["junior"] & units.ordinary & (units.pupils > 0)
    pupils = units.pupils[junior].sum()
    rural = f"{units.pupils[junior & units.locale['rural']].sum() / pupils:.1%}" if pupils else "–"
    extra_zh, extra_en = zh_en("indicators.duties.junior_units", units=int(junior.sum()), rural=rural)
    verdict = at_least(case, "B14", ["quota_rate"], extra_zh=extra_zh, extra_en=extra_en)
    return without_stage(case, "junior", verdict)


INDICATORS = (
    Indicator("B2", *zh_en("indicators.duties.b2.name"), "S:155", "register", b2),
    Indicator("B7", *zh_en("indicators.duties.b7.name"), "S:175", "register", b7),
    Indicator("B8", *zh_en("indicators.duties.b8.name"), "S:179", "register", b8),
    Indicator("B9", *zh_en("indicators.duties.b9.name"), "S:183", "register", b9),
    Indicator("B10", *zh_en("indicators.duties.b10.name"), "S:187", "register", b10),
    Indicator("B11", *zh_en("indicators.duties.b11.name"), "S:191", "register", b11),
    Indicator("B12", *zh_en("indicators.duties.b12.name"), "S:195", "register", b12),
    Indicator("B14", *zh_en("indicators.duties.b14.name"), "S:203", "partly", b14),
)
