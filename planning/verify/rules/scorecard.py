"""Count the verdicts of scorecard.csv again.

Source: standards.md §1: every item is a verdict of its own, a register item without a value is never a pass.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.earlier import of_nobody
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare
from planning.verify.rules.figures import recounted

RULE = "scorecard"
_NAMES = {"pass": "passed", "fail": "failed", "not_supplied": "not_supplied"}


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    folder = evidence.layout.path
    if folder is None:
        return  # a layout in memory has no scorecard yet
    file = folder / "scorecard.csv"
    if not file.is_file():
        yield Check.of(
            RULE,
            False,
            Text("verify.scorecard.scorecard_run_folder"),
            "scorecard.csv",
            "missing",
            str(file),
        )
        return
    table = pd.read_csv(file, dtype="str", encoding="utf-8-sig").rename(columns={"id": "indicator"})
    one = table.drop_duplicates("indicator")
    ids = [
        *(f"A{i}" for i in range(1, 8)),
        *(f"B{i}" for i in range(1, 16)),
        *(f"C{i}" for i in range(1, 10)),
        "D1",
    ]
    yield from compare(RULE, Text("verify.scorecard.32_indicators_one_row_each"),
                       pd.Series(1, pd.Index(ids, name="indicator")), pd.Series(1, pd.Index(table["indicator"], name="indicator")))  # fmt: skip
    said = pd.Series(evidence.layout.summary.get("indicators") or {}, dtype=float)
    names = {
        **_NAMES,
        **(
            {"not_applicable": "not_applicable"}
            if "not_applicable" in said or one["verdict"].eq("not_applicable").any()
            else {}
        ),
    }
    counts = one["verdict"].map(names).value_counts().reindex(list(names.values()), fill_value=0)
    yield from compare(RULE, Text("verify.scorecard.indicators_passed_failed_not_supplied"),
                       counts.rename_axis("indicators"), said.rename_axis("indicators"))  # fmt: skip
    verdicts = _verdicts(evidence)
    found = one.set_index("indicator")["verdict"]
    found, earlier = of_nobody(
        evidence, RULE, verdicts, found[found.index.isin(verdicts.index)], "pass", "not_applicable"
    )
    yield from earlier
    yield from compare(RULE, Text("verify.scorecard.verdicts_follow_tables_b4_b5_b13"), verdicts, found)  # fmt: skip


def _verdicts(evidence: Evidence) -> Series:
    """Return the verdicts on school size, class size and nearby enrolment in the last year of the plan.

    Source: B4, B5, B13 of 教督〔2017〕6号 (S:163, S:167, S:199); class caps are the standard, also on the way to it.
    """
    figures = recounted(evidence, max(evidence.years))
    none = set(evidence.profile.not_applicable) | ({"B5"} if evidence.profile.capacity == "seats" else set())
    nearby = evidence.profile.nearby
    groups = ("urban", "town") if nearby.reading == "locale" else ("primary", "junior")
    asked = dict(zip(groups, (nearby.primary, nearby.junior), strict=True))
    ratios = dict(figures.get("nearby_stock", {}))
    if "pupils" not in figures or not figures["pupils"].any():  # nobody to be judged
        none |= {"B4", "B5"}
    if not any(group in ratios for group in asked):
        none.add("B13")
    holds = {
        "B4": not figures["oversize"].any(),
        "B5": "B5" in none or not figures["over_cap"].any(),
        "B13": all(ratios[group] >= share for group, share in asked.items() if group in ratios),
    }
    verdicts = {
        name: "not_applicable" if name in none else "pass" if ok else "fail" for name, ok in holds.items()
    }
    return pd.Series(verdicts).rename_axis("indicator")
