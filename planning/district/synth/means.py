"""Give schools their seven resources, with the spreads of a county before reform."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.district.schema import RESOURCE_COLUMNS

# mean as a multiple of the standard, and coefficient of variation, by stage and resource (standards.md §1: a published
# county, 2022: primary .677 .674 .618 .519 .597 .167 .759; junior .542 1.055 .507 .587 .686 .254 .496)
STANDARD = {
    "primary": (4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3),
    "junior": (5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4),
}
PER = (100.0, 100.0, 100.0, 1.0, 1.0, 1.0, 100.0)
SPREAD = {
    "primary": (0.677, 0.674, 0.618, 0.519, 0.597, 0.167, 0.759),
    "junior": (0.542, 1.055, 0.507, 0.587, 0.686, 0.254, 0.496),
}
LEVEL = 1.5  # county mean over the standard
FLOOR = 0.82  # the poorest unit, as a share of the standard


def resources(
    units: pd.DataFrame, schools: pd.DataFrame, classes: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the resources table: rural schools rich per pupil, crowded urban ones poor."""
    enrolled = classes.groupby("unit")["pupils"].sum()
    kind = schools.set_index("school")["kind"]
    rows = []
    for stage in ("primary", "junior"):
        part = units[units["stage"] == stage]
        pupils = part["unit"].map(enrolled).fillna(0).to_numpy(dtype=float)
        amounts = np.column_stack([_amounts(pupils, stage, k, rng) for k in range(7)])
        for unit, row in zip(part.itertuples(), amounts, strict=True):
            rows.append([unit.school, stage, *row])
    names = [c.name for c in RESOURCE_COLUMNS]
    table = pd.DataFrame(rows, columns=["school", "stage", *names])
    return _shared(table, kind, names)


def _amounts(
    pupils: npt.NDArray[np.float64], stage: str, k: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Spread one resource so that its pupil-weighted variation is the published one."""
    standard, spread = STANDARD[stage][k], SPREAD[stage][k]
    rank = np.argsort(np.argsort(-pupils)) / max(1, len(pupils) - 1)  # 0: the largest school
    score = 0.75 * (rank - 0.5) * 3.0 + 0.65 * rng.normal(0, 1, len(pupils))
    low, high = 0.0, 4.0
    for _ in range(40):  # the tilt that gives the wanted variation
        tilt = (low + high) / 2
        low, high = (tilt, high) if _variation(_rate(score, tilt, standard), pupils) < spread else (low, tilt)
    rate = _rate(score, (low + high) / 2, standard)
    amount = rate * pupils / PER[k]
    return np.round(amount) if k in (0, 1, 2, 6) else np.round(amount, 0)


def _rate(score: npt.NDArray[np.float64], tilt: float, standard: float) -> npt.NDArray[np.float64]:
    raw = np.exp(score * tilt)
    return np.asarray(standard * np.maximum(FLOOR, LEVEL * raw / np.median(raw) * 0.72))


def _variation(rate: npt.NDArray[np.float64], pupils: npt.NDArray[np.float64]) -> float:
    share = pupils / pupils.sum()
    mean = float((share * rate).sum())
    return float(np.sqrt((share * (rate - mean) ** 2).sum()) / mean)


def _shared(table: pd.DataFrame, kind: pd.Series, names: list[str]) -> pd.DataFrame:
    """Move the facilities of integrated schools to a row of their own; teachers stay with their stage."""
    facilities = names[3:]
    integrated = table["school"].map(kind) == "nine_year"
    shared = table[integrated].groupby("school", as_index=False)[facilities].sum()
    table.loc[integrated, facilities] = np.nan
    both = pd.concat([table, shared.assign(stage="shared")], ignore_index=True)
    return both.sort_values(["school", "stage"], ignore_index=True)[["school", "stage", *names]]
