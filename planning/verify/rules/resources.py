"""Price the resources a layout starves, or the units that pass, again from the tables of the district.

Mode ``floors``: pupils above what 85 % of each standard allows, the worst resource of each unit.
Mode ``pass``: units with at least 6 of the 7 at standard and none below 85 % of it.
Source: A1–A7, S:93–S:139; integrated schools share facilities 1 : 1.1 (standards.md §1).
"""

from __future__ import annotations

import pandas as pd

from planning.verify.evidence import Evidence
from planning.verify.report import rows_of

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
    pupils = evidence.zoned_rows.groupby(["unit", "year"])["pupils"].sum().to_dict()
    amounts, added = _amounts(evidence), _added(evidence)
    senior = evidence.district.schools.set_index("school")["senior_pupils"].fillna(0).to_dict()
    zoned = evidence.zoned.reset_index()
    siblings = {str(s): list(zip(g["unit"], g["stage"], strict=True)) for s, g in zoned.groupby("school")}
    rows = []
    for unit in rows_of(zoned):
        weights = evidence.profile.split_weights.get(unit.kind, {})
        for name, standard in evidence.profile.resources.items():
            own = amounts.get((unit.school, unit.stage, standard.column))
            shared = amounts.get((unit.school, "shared", standard.column))
            built = added.get((unit.unit, standard.column))
            if own is None and shared is None and built is None:
                continue
            per_pupil = standard.per / standard.threshold(unit.stage)
            split = name not in _TEACHERS and own is None and shared is not None and bool(weights)
            mine = weights.get(unit.stage, 1.0) if split else 1.0
            for year in evidence.years:
                total = float(pupils.get((unit.unit, year), 0))
                if split:
                    total = sum(
                        weights.get(s, 1.0) * pupils.get((u, year), 0) for u, s in siblings[unit.school]
                    )
                    total += weights.get("senior", 0.0) * float(senior.get(unit.school, 0))
                amount = (own or 0.0) + (shared or 0.0) + sum(v for y, v in built or () if y <= year)
                rows.append((unit.unit, year, name, total, amount * mine * per_pupil))
    return pd.DataFrame(rows, columns=["unit", "year", "indicator", "denominator", "suffices"])


def _amounts(evidence: Evidence) -> dict[tuple[str, str, str], float]:
    """Return the resources on record by school, stage and column; a missing value has no entry."""
    table = evidence.district.resources.drop_duplicates(["school", "stage"])
    columns = [standard.column for standard in evidence.profile.resources.values()]
    return {
        (row["school"], row["stage"], column): float(row[column])
        for _, row in table.iterrows()
        for column in columns
        if not pd.isna(row[column])
    }


def _added(evidence: Evidence) -> dict[tuple[str, str], list[tuple[int, float]]]:
    """Return what projects add by unit and column: (year in use, amount) of the built ones, an entry if any could."""
    added: dict[tuple[str, str], list[tuple[int, float]]] = {}
    target, year = evidence.target.to_dict(), evidence.built["year"].to_dict()
    for project, row in evidence.options[evidence.options["kind"] != "closure"].iterrows():
        for standard in evidence.profile.resources.values():
            if target.get(project) is None or pd.isna(row[standard.column]):
                continue
            entry = added.setdefault((str(target[project]), standard.column), [])
            if project in year:
                entry.append((int(year[project]), float(row[standard.column])))
    return added
