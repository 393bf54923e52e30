"""Count the verdicts of scorecard.csv again.

Source: standards.md §1: every item is a verdict of its own, a register item without a value is never a pass.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.verify.evidence import Evidence
from planning.verify.report import Check, compare

RULE = "scorecard"
_NAMES = {"pass": "passed", "fail": "failed", "not_supplied": "not_supplied"}


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    folder = evidence.layout.path
    file = folder / "scorecard.csv" if folder else None
    if file is None or not file.is_file():
        yield Check(
            RULE,
            False,
            "the scorecard is in the run folder",
            "运行结果含评分表",
            "scorecard.csv",
            "missing",
            str(file),
        )
        return
    table = pd.read_csv(file, dtype="str", encoding="utf-8-sig")
    one = table.drop_duplicates("indicator")
    ids = [
        *(f"A{i}" for i in range(1, 8)),
        *(f"B{i}" for i in range(1, 16)),
        *(f"C{i}" for i in range(1, 10)),
        "D1",
    ]
    yield from compare(RULE, "the 32 indicators, one row each", "32项指标各一行",
                       pd.Series(1, pd.Index(ids, name="indicator")), pd.Series(1, pd.Index(table["indicator"], name="indicator")))  # fmt: skip
    counts = one["verdict"].map(_NAMES).value_counts().reindex(list(_NAMES.values()), fill_value=0)
    said = pd.Series(evidence.layout.summary.get("indicators") or {}, dtype=float)
    yield from compare(RULE, "indicators passed, failed, not supplied", "达标、未达标、未提供项数",
                       counts.rename_axis("indicators"), said.rename_axis("indicators"))  # fmt: skip
