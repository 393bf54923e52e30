"""The ledger command: what was cleared between two dates, on the screen and as a table."""

from __future__ import annotations

import pandas as pd

from planning.indicators import make_case
from planning.indicators.ledger import make_ledger, write_ledger
from planning.standards import read_profile
from tests.cli.invoke import planning
from tests.indicators.hand import figures, unit

PLAN = read_profile("litong-2021")


def test_changes_are_shown_and_written(tmp_path):
    for name, level, day in (("a", 0.5, "2021-09-01"), ("b", 1.0, "2022-09-01")):
        case = make_case(figures([unit("甲", rates={"A4": level}), unit("乙", rates={"A6": 0.6})]), PLAN)
        write_ledger(make_ledger(case, day), tmp_path / f"{name}.csv")
    out = tmp_path / "new" / "changes.csv"
    code, said = planning("ledger", tmp_path / "a.csv", tmp_path / "b.csv", "--out", out)
    assert code == 0
    assert "cleared 1" in said
    table = pd.read_csv(out, encoding="utf-8-sig").set_index(["unit", "item"])
    assert table.loc[("甲", "A4"), ["status", "status_zh"]].tolist() == ["cleared", "已销号"]
    assert table.loc[("乙", "A6"), "status"] == "unchanged"
