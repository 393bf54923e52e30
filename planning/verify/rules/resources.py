"""Price the resources a layout starves, or the units that pass, again from the tables of the district.

Mode ``floors``: pupils above what 85 % of each standard allows, the worst resource of each unit.
Mode ``pass``: units with at least 6 of the 7 at standard and none below 85 % of it.
Source: A1–A7, S:93–S:139; integrated schools share facilities 1 : 1.1 (standards.md §1).
"""

from __future__ import annotations

import pandas as pd

from planning.verify.evidence import Evidence

_TEACHERS = ("A1", "A2", "A3")  # counted by stage, never shared


def priced_resources(evidence: Evidence) -> float:
    """Return the part ``resources`` of the objective, pupil-kilometres."""
    mode, prices = evidence.scenario.resources.mode, evidence.scenario.prices
    if mode == "off":
        return 0.0
    shares = standard_shares(evidence)
    if mode == "pass":
        return -prices.unit_pass * float(_passing(evidence, shares).sum()) / len(evidence.years)
    floor = evidence.profile.unit_verdict.floor
    excess = (shares["denominator"] - shares["suffices"] / floor).clip(lower=0)
    return (
        prices.starved
        * float(excess.groupby([shares["unit"], shares["year"]]).max().sum())
        / len(evidence.years)
    )


def _passing(evidence: Evidence, shares: pd.DataFrame) -> pd.Series[bool]:
    verdict = evidence.profile.unit_verdict
    met = shares["denominator"] <= shares["suffices"] + 1e-6
    floor = shares["denominator"] <= shares["suffices"] / verdict.floor + 1e-6
    by = [shares["unit"], shares["year"]]
    return (met.groupby(by).sum() >= verdict.met) & floor.groupby(by).all()


def standard_shares(evidence: Evidence) -> pd.DataFrame:
    """Return ``unit, year, indicator, denominator, suffices``: weighted pupils, and how many the resource suffices for."""
    attending = evidence.zoned_rows.groupby(["unit", "year"])["pupils"].sum()
    rows = []
    for unit in evidence.zoned.index:
        for indicator in evidence.profile.resources:
            for year in evidence.years:
                found = _share(evidence, str(unit), indicator, year, attending)
                if found is not None:
                    rows.append((unit, year, indicator, *found))
    return pd.DataFrame(rows, columns=["unit", "year", "indicator", "denominator", "suffices"])


def _share(
    evidence: Evidence, unit: str, indicator: str, year: int, attending: pd.Series[int]
) -> tuple[float, float] | None:
    zoned, standard = evidence.zoned, evidence.profile.resources[indicator]
    school, stage, kind = (str(zoned.at[unit, c]) for c in ("school", "stage", "kind"))
    own, shared = (_amount(evidence, school, s, standard.column) for s in (stage, "shared"))
    could, added = _added(evidence, unit, standard.column, year)
    if own is None and shared is None and not could:
        return None
    per_pupil = standard.per / standard.threshold(stage)
    weights = evidence.profile.split_weights.get(kind, {})
    if indicator in _TEACHERS or own is not None or shared is None or not weights:
        return float(attending.get((unit, year), 0)), ((own or 0.0) + (shared or 0.0) + added) * per_pupil
    siblings = zoned.index[zoned["school"] == school]
    total = sum(
        weights.get(str(zoned.at[v, "stage"]), 1.0) * float(attending.get((v, year), 0)) for v in siblings
    )
    senior = evidence.district.schools.set_index("school")["senior_pupils"].get(school, 0)
    total += weights.get("senior", 0.0) * (0.0 if pd.isna(senior) else float(senior))
    return total, (shared + added) * weights.get(stage, 1.0) * per_pupil


def _amount(evidence: Evidence, school: str, stage: str, column: str) -> float | None:
    table = evidence.district.resources
    values = table.loc[(table["school"] == school) & (table["stage"] == stage), column].dropna()
    return None if values.empty else float(values.iloc[0])


def _added(evidence: Evidence, unit: str, column: str, year: int) -> tuple[bool, float]:
    """Return whether projects could add to the resource of the unit, and what the built ones add by the year."""
    mine = evidence.options[
        (evidence.target.reindex(evidence.options.index) == unit) & (evidence.options["kind"] != "closure")
    ]
    built = evidence.built.loc[evidence.built.index.intersection(mine.index)]
    added = built.loc[built["year"] <= year, column].fillna(0.0).astype(float).sum()
    return bool(mine[column].notna().any()), float(added)
