"""Judge the seven resource indicators A1–A7, unit by unit and for the county.

Source: 教督〔2017〕6号 and its calculation sheet; S:93–S:139. A unit is one school × one stage; special schools and teaching
points under 50 pupils are not assessed. Unrounded values are compared.
"""

from __future__ import annotations

import pandas as pd

from planning.indicators.figures import Figures
from planning.indicators.variation import coefficient_of_variation, composite
from planning.indicators.verdict import Verdict, decide, listed
from planning.standards import Profile

NAMES = {
    "A1": ("每百名学生拥有高于规定学历教师数", "teachers above the required degree per 100 pupils"),
    "A2": ("每百名学生拥有县级及以上骨干教师数", "backbone teachers per 100 pupils"),
    "A3": ("每百名学生拥有体育、艺术(美术、音乐)专任教师数", "PE, music and art teachers per 100 pupils"),
    "A4": ("生均教学及辅助用房面积", "teaching and auxiliary floor area per pupil, m²"),
    "A5": ("生均体育运动场馆面积", "sports area per pupil, m²"),
    "A6": ("生均教学仪器设备值", "teaching equipment per pupil, yuan"),
    "A7": ("每百名学生拥有网络多媒体教室数", "networked classrooms per 100 pupils"),
}


def unit_rates(figures: Figures, profile: Profile) -> pd.DataFrame:
    """Return, for every assessed unit and resource, the rate, its threshold and how it stands.

    Returns
    -------
    DataFrame
        ``unit, name, stage, indicator, rate, threshold, state`` with state ``met``, ``near`` (≥ 85 %), ``below`` or
        ``not_supplied``.
    """
    units = figures.units[figures.units["counted"]]
    parts = []
    for name, standard in profile.resources.items():
        rate = units[name] / units["pupils"] * standard.per
        threshold = units["stage"].map(standard.threshold)
        part = pd.DataFrame(
            {
                "unit": units.index,
                "name": units["name"].to_numpy(),
                "stage": units["stage"].to_numpy(),
                "indicator": name,
                "rate": rate.to_numpy(),
                "threshold": threshold.to_numpy(dtype=float),
            }
        )
        part["state"] = "below"
        part.loc[part["rate"] >= part["threshold"] * profile.unit_verdict.floor, "state"] = "near"
        part.loc[part["rate"] >= part["threshold"], "state"] = "met"
        part.loc[part["rate"].isna(), "state"] = "not_supplied"
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def unit_verdicts(rates: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """Return the verdict of every unit: at least 6 of 7 met and the remaining one at 85 % or more (S:139)."""
    state = rates.pivot(index="unit", columns="indicator", values="state")
    met = (state == "met").sum(axis=1)
    missing = (state == "not_supplied").any(axis=1)
    below = (state == "below").any(axis=1)
    passes = (met >= profile.unit_verdict.met) & ~below
    verdict = passes.map({True: "pass", False: "fail"}).astype(object)
    verdict[missing & ~below] = "not_supplied"
    about = rates.drop_duplicates("unit").set_index("unit")[["name", "stage"]]
    return about.assign(met=met, verdict=verdict).reset_index()


def variation_table(figures: Figures, profile: Profile) -> pd.DataFrame:
    """Return the coefficient of variation by stage and resource, and the composite (``indicator == "composite"``)."""
    rows = []
    for stage in ("primary", "junior"):
        units = figures.units[figures.units["counted"] & (figures.units["stage"] == stage)]
        values = []
        for name in profile.resources:
            part = units[units[name].notna()]
            cv = float(coefficient_of_variation(part[name].to_numpy(), part["pupils"].to_numpy()))
            values.append(cv)
            rows.append((stage, name, cv, profile.cv_limit[stage]))
        rows.append((stage, "composite", float(composite(values)), profile.cv_limit[stage]))
    table = pd.DataFrame(rows, columns=["stage", "indicator", "cv", "limit"])
    table["within"] = table["cv"] <= table["limit"]
    return table


def _judge(name: str, figures: Figures, profile: Profile) -> Verdict:
    """Judge one resource: no assessed unit under 85 % of its standard, and its variation within the limit.

    The rule that six of seven must be met in full is a verdict on units and stands in ``scorecard_units.csv``.
    """
    standard = profile.resources[name]
    rates = unit_rates(figures, profile)
    rates = rates[rates["indicator"] == name]
    variation = variation_table(figures, profile)
    wanted = name if profile.cv_reading == "each" else "composite"
    spread = variation[variation["indicator"] == wanted].set_index("stage")
    single = variation[variation["indicator"] == name].set_index("stage")["cv"]
    below = rates.loc[rates["state"] == "below", "name"].tolist()
    met = int((rates["state"] == "met").sum())
    missing = int((rates["state"] == "not_supplied").sum())
    holds = not below and bool(spread["within"].all())
    outcome = "not_supplied" if (missing and holds) or rates.empty else decide(holds)
    zh, en = NAMES[name]
    reading = "each CV within its limit" if profile.cv_reading == "each" else "composite CV within its limit"
    cvs = f"CV 小学 {single['primary']:.3f} / 初中 {single['junior']:.3f}"
    return Verdict(
        name,
        zh,
        en,
        f"{met}/{len(rates)} units met; CV {single['primary']:.3f} / {single['junior']:.3f}",
        f"≥ {standard.primary:g} / {standard.junior:g}; CV ≤ {profile.cv_limit['primary']:.2f} / {profile.cv_limit['junior']:.2f}",
        outcome,  # type: ignore[arg-type]
        f"{len(rates)} units (special schools and teaching points under {profile.teaching_point_min_pupils} pupils left out)",
        f"达到标准 {met} 个,低于85% {len(below)} 个({listed(below)});{cvs};未提供 {missing} 个",
        f"{met} at the standard, {len(below)} under 85 % ({listed(below)}); {missing} not supplied",
        "layout",
        reading,
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
