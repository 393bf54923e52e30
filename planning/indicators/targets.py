"""Hold a county against the yearly targets of its own plan."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from planning.district.schema import GRADES
from planning.indicators.figures import Figures
from planning.standards import Profile

TARGET_COLUMNS = ("year", "target", "value", "standard", "verdict", "line", "reading")


def target_table(figures: Figures, profile: Profile, unit_verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return every target of every year with the value of the scored figures and whether it would be met.

    Both readings of the plan are listed where it gives two; the stricter one carries ``reading == "strict"``.
    """
    rows = []
    for year, targets in sorted(profile.targets.items()):
        for name, target in targets.items():
            value = MEASURES[name](figures, profile, unit_verdicts)
            readings = [("strict", target)]
            if "also" in target:
                readings.append(("other", {**target["also"]}))
            for reading, asked in readings:
                rows.append(
                    (year, name, value, asked["value"], _holds(name, value, asked), asked["line"], reading)
                )
    return pd.DataFrame(rows, columns=list(TARGET_COLUMNS))


def _holds(name: str, value: float, asked: dict[str, object]) -> str:
    limit = float(asked["value"])  # type: ignore[arg-type]
    if pd.isna(value):
        return "not_supplied"
    if name in AT_MOST:
        return "pass" if (value < limit if asked.get("strict") else value <= limit) else "fail"
    return "pass" if (value > limit if asked.get("strict") else value >= limit - 1e-12) else "fail"


def _share(
    figures: Figures,
    profile: Profile,
    *,
    stage: str | None = None,
    locale: str | None = None,
    grades: set[int] | None = None,
) -> float:
    """Return the share of classes within the cap, over some of the classes."""
    table = figures.class_sizes.join(figures.units[["stage", "locale"]], on="unit")
    if stage:
        table = table[table["stage"] == stage]
    if locale:
        table = table[table["locale"] == locale]
    if grades:
        table = table[table["grade"].isin(grades)]
    within = table["pupils"] <= table["stage"].map(profile.class_cap)
    return float(within.mean()) if len(table) else float("nan")


def _large(figures: Figures, profile: Profile, _: pd.DataFrame) -> float:
    return float((figures.class_sizes["pupils"] > profile.class_bands["largish"]).mean())


def _super_large(figures: Figures, profile: Profile, _: pd.DataFrame) -> float:
    return float((figures.class_sizes["pupils"] > profile.class_bands["large"]).sum())


def _passing(_: Figures, __: Profile, units: pd.DataFrame) -> float:
    return float((units["verdict"] == "pass").mean()) if len(units) else float("nan")


def _oversized(figures: Figures, profile: Profile, _: pd.DataFrame) -> float:
    schools = figures.units.groupby("school").agg(kind=("kind", "first"), pupils=("pupils", "sum"))
    return float((schools["pupils"] > schools["kind"].map(profile.school_limit)).sum())


MEASURES: dict[str, Callable[[Figures, Profile, pd.DataFrame], float]] = {
    "large_class_share": _large,
    "super_large_classes": _super_large,
    "units_passing_share": _passing,
    "entry_classes_at_cap": lambda f, p, _: float(
        _share(f, p, grades={g[0] for g in GRADES.values()}) >= 1.0
    ),
    "urban_primary_within_cap_share": lambda f, p, _: _share(f, p, stage="primary", locale="urban"),
    "urban_junior_within_cap_share": lambda f, p, _: _share(f, p, stage="junior", locale="urban"),
    "within_cap_share": lambda f, p, _: _share(f, p),
    "oversized_schools": _oversized,
}
AT_MOST = {"large_class_share", "super_large_classes", "oversized_schools"}
