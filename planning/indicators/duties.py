"""Judge the items of government guarantee that documents decide: B2, B7–B12, B14.

Source: 教督〔2017〕6号; S:155–S:203.
"""

from __future__ import annotations

from planning.indicators.case import Case, Indicator
from planning.indicators.documents import at_least, met_by_document, without_stage
from planning.indicators.verdict import Outcome, Verdict, decide


def b2(case: Case) -> Verdict:
    """B2: construction, staffing, fund base and equipment unified between town and country (S:155); register ``met``."""
    return met_by_document(
        case, "B2", "建设、编制、经费基准、装备四项统一", "construction, staffing, funds, equipment unified"
    )


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
        f"{verdict.standard_zh} 元/生",
        f"{verdict.standard_en} yuan per pupil",
        verdict.evidence_zh,
        verdict.evidence_en,
        "含随班就读和送教上门学生" if strict else "特殊教育学校学生",
        "all special-education pupils" if strict else "pupils of special schools",
        "全部特殊教育学生（S:255）" if strict else "特殊教育学校（S:175）",
        "all special-education pupils (S:255)" if strict else "special schools (S:175)",
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
        "教师平均工资 ≥ 公务员平均工资（元）",
        "mean teacher pay ≥ mean civil-servant pay (yuan)",
        f"教师：{teachers.text_zh}；公务员：{servants.text_zh}",
        f"teachers: {teachers.text_en}; civil servants: {servants.text_en}",
        stale=teachers.stale or servants.stale,
    )


def b9(case: Case) -> Verdict:
    """B9: 100 % of teachers complete 360 hours of training in five years (S:183); register ``training_rate``."""
    return at_least(case, "B9", ["training_rate"])


def b10(case: Case) -> Verdict:
    """B10: the county allocates posts over its schools, dynamically (S:187); register ``met``."""
    return met_by_document(case, "B10", "县级统筹分配、动态管理", "allocated by the county, dynamically")


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
    verdict = at_least(
        case,
        "B14",
        ["quota_rate"],
        extra_zh=f"{junior.sum()} 个初中办学单位，农村学生占 {rural}",
        extra_en=f"{junior.sum()} junior units, {rural} of their pupils rural",
    )
    return without_stage(case, "junior", verdict)


INDICATORS = (
    Indicator("B2", "县域内城乡义务教育“四统一”", "Four unified standards", "S:155", "register", b2),
    Indicator("B7", "特殊教育学校公用经费", "Funds of special education", "S:175", "register", b7),
    Indicator("B8", "教师工资待遇", "Teacher pay", "S:179", "register", b8),
    Indicator("B9", "教师培训", "Teacher training", "S:183", "register", b9),
    Indicator("B10", "教师编制", "Teaching posts", "S:187", "register", b10),
    Indicator("B11", "教师交流轮岗", "Teacher rotation", "S:191", "register", b11),
    Indicator("B12", "专任教师持证上岗", "Certified teachers", "S:195", "register", b12),
    Indicator("B14", "优质高中招生名额分配", "Quota of senior school places", "S:203", "partly", b14),
)
