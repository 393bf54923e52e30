"""Fill the register of values that come from documents; a few are left out on purpose."""

from __future__ import annotations

import pandas as pd

from planning.synth.settings import CountySettings

_VALUES: tuple[tuple[str, str, float | None, str], ...] = (
    ("B1", "met", 1, ""),
    ("B2", "met", 1, ""),
    ("B6", "funded_as_100", 1, ""),
    ("B7", "special_per_pupil_yuan", 6200, "yuan"),
    ("B8", "teacher_pay_yuan", 98_600, "yuan"),
    ("B8", "civil_servant_pay_yuan", 97_100, "yuan"),
    ("B9", "training_rate", 1.0, "share"),
    ("B10", "met", 1, ""),
    ("B11", "rotation_rate", 0.112, "share"),
    ("B11", "rotation_backbone_rate", 0.187, "share"),
    ("B12", "certified_rate", 1.0, "share"),
    ("B14", "quota_rate", 0.6, "share"),
    ("B15", "migrant_public_rate", 0.93, "share"),
    ("C1", "retention_rate", 0.991, "share"),
    ("C2", "disabled_enrolment_rate", 0.968, "share"),
    ("C3", "met", 1, ""),
    ("C4", "training_budget_rate", 0.051, "share"),
    ("C5", "met", 1, ""),
    ("C6", "met", None, ""),
    ("C7", "met", 1, ""),
    ("C8", "met", 1, ""),
    ("C9", "level", None, ""),
    ("C9", "school_difference", None, "share"),
    ("D1", "recognition_rate", None, "share"),
)


def make_register(settings: CountySettings) -> pd.DataFrame:
    """Return the register; values are examples, not facts about any county."""
    rows = [
        (
            indicator,
            item,
            value,
            unit,
            f"{settings.base_year}-12-31" if value is not None else None,
            f"合成示例文件{k + 1:02d}" if value is not None else None,
            None if value is not None else "故意留空：未提供",
        )
        for k, (indicator, item, value, unit) in enumerate(_VALUES)
    ]
    return pd.DataFrame(
        rows, columns=["indicator", "item", "value", "unit_of_value", "date", "source", "note"]
    )
