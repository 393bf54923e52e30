"""Judge the fifteen indicators of government guarantee, B1–B15.

Source: 教督〔2017〕6号; S:143–S:207. Items that a layout decides are computed; the others come from the register and are
``not_supplied`` without a value.
"""

from __future__ import annotations

import numpy as np

from planning.indicators.figures import Figures
from planning.indicators.nearby import nearby_by_locale, nearby_ratios
from planning.indicators.register import lookup
from planning.indicators.verdict import Outcome, Verdict, decide, listed
from planning.standards import Profile


def _document(
    figures: Figures,
    indicator: str,
    zh: str,
    en: str,
    standard: str,
    *,
    extra: str = "",
    origin: str = "register",
) -> Verdict:
    """Judge an item that a document decides: the register's ``met`` is 1 or 0."""
    entry = lookup(figures, indicator, "met")
    outcome: Outcome = "not_supplied" if entry.value is None else decide(entry.value >= 1)
    value = "" if entry.value is None else ("met" if entry.value >= 1 else "not met")
    evidence_zh = "；".join(t for t in (entry.note_zh, extra) if t)
    evidence_en = "; ".join(t for t in (entry.note_en, extra) if t)
    return Verdict(indicator, zh, en, value, standard, outcome, "county", evidence_zh, evidence_en, origin)  # type: ignore[arg-type]


def _rate(
    figures: Figures,
    profile: Profile,
    indicator: str,
    item: str,
    zh: str,
    en: str,
    *,
    origin: str = "register",
) -> Verdict:
    """Judge an item whose register value must reach the profile's threshold."""
    entry = lookup(figures, indicator, item)
    threshold = profile.thresholds[indicator][item]
    outcome: Outcome = "not_supplied" if entry.value is None else decide(entry.value >= threshold)
    percent = item.endswith("_rate")
    shown = "" if entry.value is None else (f"{entry.value:.1%}" if percent else f"{entry.value:g}")
    standard = f"≥ {threshold:.0%}" if percent else f"≥ {threshold:g}"
    return Verdict(
        indicator, zh, en, shown, standard, outcome, "county", entry.note_zh, entry.note_en, origin
    )  # type: ignore[arg-type]


def b1(figures: Figures, profile: Profile) -> Verdict:
    """B1: school layout fits urbanisation and population (S:151); the verdict is a document's, the evidence computed."""
    over = int((figures.units.groupby("school")["pupils"].sum() > profile.school_cap["integrated"]).sum())
    classes = len(figures.class_sizes)
    extra = f"{classes} classes; {over} schools above {profile.school_cap['integrated']}"
    return _document(
        figures,
        "B1",
        "县域内义务教育学校规划布局",
        "school layout",
        "fits plan and population (S:151)",
        extra=extra,
        origin="layout",
    )


def b2(figures: Figures, profile: Profile) -> Verdict:
    """B2: construction, staffing, fund base and equipment unified between town and country (S:155)."""
    return _document(figures, "B2", "城乡义务教育“四统一”", "four unified standards", "all four (S:155)")


def b3(figures: Figures, profile: Profile) -> Verdict:
    """B3: one music room (≥ 96 m²) and one art room (≥ 90 m²) per 12 classes, rounded up, in every unit (S:159)."""
    units = figures.units[(figures.units["classes"] > 0) & (figures.units["kind"] != "special")]
    need = np.ceil(units["classes"] / profile.special_rooms.classes_per_room)
    short = units.index[(units["music_rooms"] < need) | (units["art_rooms"] < need)]
    names = units.loc[short, "name"].tolist()
    missing = (
        int(np.maximum(0, need - units["music_rooms"]).sum()),
        int(np.maximum(0, need - units["art_rooms"]).sum()),
    )
    return Verdict(
        "B3", "音乐、美术专用教室配备", "music and art rooms",
        f"{len(units) - len(names)}/{len(units)} units",
        f"1 music (≥ {profile.special_rooms.music_m2:g} m²) + 1 art (≥ {profile.special_rooms.art_m2:g} m²) per {profile.special_rooms.classes_per_room} classes",
        decide(not names), f"{len(units)} units with classes",
        f"缺音乐教室 {missing[0]} 间、美术教室 {missing[1]} 间:{listed(names)}",
        f"{missing[0]} music and {missing[1]} art rooms short: {listed(names)}", "layout",
    )  # fmt: skip


def b4(figures: Figures, profile: Profile) -> Verdict:
    """B4: no primary or junior school over 2000 pupils, no nine- or twelve-year school over 2500 (S:163)."""
    schools = figures.units.groupby("school").agg(
        name=("name", "first"), kind=("kind", "first"), pupils=("pupils", "sum")
    )
    limit = schools["kind"].map(profile.school_limit)
    over = schools[schools["pupils"] > limit]
    shown = [f"{n}({p:.0f})" for n, p in zip(over["name"], over["pupils"], strict=True)]
    return Verdict(
        "B4", "中小学规模", "school size", f"{len(over)} schools over", "0",
        decide(over.empty), f"{len(schools)} schools", f"超规模学校 {len(over)} 所:{listed(shown)}",
        f"{len(over)} oversized: {listed(shown)}", "layout",
    )  # fmt: skip


def b5(figures: Figures, profile: Profile) -> Verdict:
    """B5: every class at most 45 pupils (primary) or 50 (junior) (S:167)."""
    stage = figures.class_sizes["unit"].map(figures.units["stage"])
    cap = stage.map(profile.class_cap)
    over = figures.class_sizes["pupils"] > cap
    large = int((figures.class_sizes["pupils"] > profile.class_bands["largish"]).sum())
    huge = int((figures.class_sizes["pupils"] > profile.class_bands["large"]).sum())
    total = len(figures.class_sizes)
    return Verdict(
        "B5", "班级学生数", "class size", f"{int(over.sum())} of {total} classes over", "0",
        decide(not over.any()), f"{total} classes", f"超标准班额 {int(over.sum())} 个,其中56人以上 {large} 个、66人以上 {huge} 个",
        f"{int(over.sum())} over the cap, {large} of 56 and more, {huge} of 66 and more", "layout",
    )  # fmt: skip


def b6(figures: Figures, profile: Profile) -> Verdict:
    """B6: rural primary schools and teaching points under 100 pupils are funded as 100 (S:171)."""
    entry = lookup(figures, "B6", "funded_as_100")
    schools = figures.units[figures.units["stage"] == "primary"]
    small = schools[
        (schools["locale"] == "rural")
        & (schools["pupils"] > 0)
        & (schools["pupils"] < profile.small_school_pupils)
    ]
    outcome: Outcome = "not_supplied" if entry.value is None else decide(entry.value >= 1)
    return Verdict(
        "B6", "小规模学校公用经费", "funds of small schools", "" if entry.value is None else ("yes" if entry.value >= 1 else "no"),
        f"schools under {profile.small_school_pupils} funded as {profile.small_school_pupils}", outcome, f"{len(small)} rural units under {profile.small_school_pupils}",
        f"小规模学校 {len(small)} 所;{entry.note_zh}", f"{len(small)} small schools; {entry.note_en}", "partly",
    )  # fmt: skip


def b7(figures: Figures, profile: Profile) -> Verdict:
    """B7: public funds of special schools at least 6000 yuan per pupil (S:175, S:253)."""
    return _rate(
        figures,
        profile,
        "B7",
        "special_per_pupil_yuan",
        "特殊教育学校公用经费",
        "funds of special education, yuan per pupil",
    )


def b8(figures: Figures, profile: Profile) -> Verdict:
    """B8: mean teacher pay not below mean civil-servant pay (S:179)."""
    teachers, servants = (
        lookup(figures, "B8", "teacher_pay_yuan"),
        lookup(figures, "B8", "civil_servant_pay_yuan"),
    )
    if teachers.value is None or servants.value is None:
        return Verdict(
            "B8",
            "教师工资待遇",
            "teacher pay",
            "",
            "≥ civil servants",
            "not_supplied",
            "county",
            "未提供",
            "not supplied",
            "register",
        )
    return Verdict(
        "B8", "教师工资待遇", "teacher pay", f"{teachers.value:,.0f} / {servants.value:,.0f}", "≥ civil servants",
        decide(teachers.value >= servants.value), "county", teachers.note_zh, teachers.note_en, "register",
    )  # fmt: skip


def b9(figures: Figures, profile: Profile) -> Verdict:
    """B9: 100 % of teachers complete 360 hours of training in five years (S:183)."""
    return _rate(figures, profile, "B9", "training_rate", "教师培训", "teacher training")


def b10(figures: Figures, profile: Profile) -> Verdict:
    """B10: the county allocates posts over its schools, dynamically (S:187)."""
    return _document(figures, "B10", "教师编制", "teaching posts", "allocated by the county (S:187)")


def b11(figures: Figures, profile: Profile) -> Verdict:
    """B11: ≥ 10 % of eligible teachers rotate each year, ≥ 20 % of them backbone (S:191)."""
    both = _rate(figures, profile, "B11", "rotation_rate", "教师交流轮岗", "teacher rotation")
    backbone = _rate(figures, profile, "B11", "rotation_backbone_rate", "", "")
    outcomes = {both.verdict, backbone.verdict}
    outcome: Outcome = (
        "fail" if "fail" in outcomes else "not_supplied" if "not_supplied" in outcomes else "pass"
    )
    return Verdict(
        "B11", both.name_zh, both.name_en, f"{both.value} / {backbone.value}", f"{both.standard} / {backbone.standard}",
        outcome, "county", f"交流比例 {both.value},其中骨干 {backbone.value};{both.evidence_zh}",
        f"rotating {both.value}, backbone {backbone.value}; {both.evidence_en}", "register",
    )  # fmt: skip


def b12(figures: Figures, profile: Profile) -> Verdict:
    """B12: every full-time teacher holds a certificate (S:195)."""
    return _rate(figures, profile, "B12", "certified_rate", "专任教师持证上岗", "certified teachers")


def b13(figures: Figures, profile: Profile) -> Verdict:
    """B13: nearby enrolment, primary 100 %, junior 95 %, urban and town public schools without boarding (S:199)."""
    by_locale = profile.nearby.reading == "locale"
    found = nearby_by_locale(figures) if by_locale else nearby_ratios(figures)
    asked = dict(zip(found, (profile.nearby.primary, profile.nearby.junior), strict=True))
    known = {k: v for k, v in found.items() if not np.isnan(v)}
    intake = nearby_ratios(figures, intake=True)
    holds = all(v >= asked[k] - 1e-12 for k, v in known.items())
    names = {"primary": "小学", "junior": "初中", "urban": "城区", "town": "镇区"}
    return Verdict(
        "B13", "就近划片入学", "nearby enrolment", " / ".join(f"{v:.1%}" for v in found.values()),
        " / ".join(f"≥ {v:.0%}" for v in asked.values()), decide(holds) if known else "not_supplied",
        "urban and town public schools without boarding",
        "、".join(f"{names[k]} {v:.1%}" for k, v in found.items()) + ";新生 " + "、".join(f"{names[k]} {v:.1%}" for k, v in intake.items()),
        "all grades " + ", ".join(f"{k} {v:.1%}" for k, v in found.items()) + "; intake " + ", ".join(f"{k} {v:.1%}" for k, v in intake.items()),
        "layout", "urban 100 % / town 95 %" if by_locale else "primary 100 % / junior 95 %",
    )  # fmt: skip


def b14(figures: Figures, profile: Profile) -> Verdict:
    """B14: at least half of the places of good senior schools are allotted to junior schools (S:203)."""
    return _rate(
        figures,
        profile,
        "B14",
        "quota_rate",
        "优质高中招生名额分配",
        "quota of senior school places",
        origin="partly",
    )


def b15(figures: Figures, profile: Profile) -> Verdict:
    """B15: at least 85 % of migrant children in public or purchased places (S:207)."""
    verdict = _rate(
        figures,
        profile,
        "B15",
        "migrant_public_rate",
        "随迁子女就读与留守儿童关爱",
        "migrant children",
        origin="partly",
    )
    return Verdict(
        verdict.id, verdict.name_zh, verdict.name_en, verdict.value, verdict.standard, verdict.verdict, verdict.scope,
        f"{verdict.evidence_zh};在册随迁子女 {figures.migrants:.0f} 人", f"{verdict.evidence_en}; {figures.migrants:.0f} migrant pupils live in the zones",
        "partly",
    )  # fmt: skip
