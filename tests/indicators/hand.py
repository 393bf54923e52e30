"""Make small counties for the indicators, as figures: units that reach every standard exactly unless a test says otherwise."""

from __future__ import annotations

import pandas as pd

from planning.indicators.figures import NO_ASSIGNMENT, Figures
from planning.indicators.in_use import why_not
from planning.standards import Profile, read_profile

NAMES = ("A1", "A2", "A3", "A4", "A5", "A6", "A7")
PROFILE = read_profile("national-2017")


def unit(name: str = "U", stage: str = "primary", pupils: float = 400, profile: Profile = PROFILE, **other: object) -> dict[str, object]:  # fmt: skip
    """Return a unit whose seven resources lie at ``rates`` (default 1.2) times the standard."""
    rate = other.pop("rates", 1.2)
    rates = rate if isinstance(rate, dict) else dict.fromkeys(NAMES, rate)
    amounts = {
        a: rates.get(a, 1.2) * profile.resources[a].threshold(stage) * pupils / profile.resources[a].per
        for a in NAMES
    }
    return {
        "unit": name, "school": name, "name": name, "stage": stage, "kind": stage, "locale": "urban", "ownership": "public",
        "boarding": False, "admission": "catchment", "senior_pupils": 0, "pupils": pupils, "rooms": 30, "music_rooms": 3, "art_rooms": 3,
        **amounts, **other,
    }  # fmt: skip


def figures(units: list[dict[str, object]], *, year: int = 2021, register: list[tuple[object, ...]] = (), sizes: list[tuple[str, int, int]] | None = None, own: float = 1.0) -> Figures:  # fmt: skip
    """Return figures of these units; classes of 40 unless ``sizes`` lists ``(unit, grade, pupils)``."""
    table = pd.DataFrame(units).set_index("unit")
    if sizes is None:
        first = {"primary": 1, "junior": 7}
        sizes = [
            (u, first[str(r["stage"])], 40)
            for u, r in table.iterrows()
            for _ in range(int(r["pupils"]) // 40)
        ]
    classes = pd.DataFrame(sizes, columns=["unit", "grade", "pupils"])
    table["classes"] = classes.groupby("unit").size().reindex(table.index).fillna(0).astype(int)
    table["why_not"] = why_not(table, PROFILE)
    table["counted"] = table["why_not"] == ""
    enrolment = pd.DataFrame(
        {
            "unit": table.index,
            "grade": [1 if s == "primary" else 7 for s in table["stage"]],
            "pupils": table["pupils"].to_numpy(),
            "classes": table["classes"].to_numpy(),
            "own": table["pupils"].to_numpy() * own,
        }
    )
    entries = pd.DataFrame(list(register), columns=["indicator", "item", "value", "date", "source"])
    return Figures(year, "layout", table, classes, enrolment, entries, NO_ASSIGNMENT, 0.0)


def full_register(date: str = "2021-03-01") -> list[tuple[object, ...]]:
    """Return a register in which every document item is met."""
    values = {
        ("B6", "funded_as_100"): 1, ("B7", "special_per_pupil_yuan"): 6000, ("B8", "teacher_pay_yuan"): 90_000,
        ("B8", "civil_servant_pay_yuan"): 90_000, ("B9", "training_rate"): 1, ("B11", "rotation_rate"): 0.1,
        ("B11", "rotation_backbone_rate"): 0.2, ("B12", "certified_rate"): 1, ("B14", "quota_rate"): 0.5,
        ("B15", "migrant_public_rate"): 0.85, ("C1", "retention_rate"): 0.95, ("C2", "disabled_enrolment_rate"): 0.95,
        ("C4", "training_budget_rate"): 0.05, ("C9", "level"): 3, ("C9", "school_difference"): 0.149,
        ("D1", "recognition_rate"): 0.85,
    }  # fmt: skip
    values |= {(i, "met"): 1 for i in ("B1", "B2", "B10", "C3", "C5", "C6", "C7", "C8")}
    return [(i, item, float(v), date, "文件") for (i, item), v in values.items()]
