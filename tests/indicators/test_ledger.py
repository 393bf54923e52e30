from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planning.errors import DistrictError
from planning.indicators import make_case
from planning.indicators.ledger import compare_ledgers, make_ledger, read_ledger, write_ledger
from planning.indicators.units import PASS
from planning.standards import read_profile
from tests.indicators.hand import figures, unit

PLAN = read_profile("litong-2021")


def ledger_of(units, as_of="2021-09-01", **other) -> pd.DataFrame:
    return make_ledger(make_case(figures(units, **other), PLAN), as_of)


def gaps(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(u, i): g for u, i, g in zip(table["unit"], table["item"], table["gap"], strict=True)}


def test_gaps_are_counted_in_things():
    # 500 primary pupils need 21 qualified teachers (4.2 per 100) and 3,750 m² of sports area
    low = {**unit("U", pupils=500), "A1": 18.0, "A5": 3000.0}
    found = gaps(ledger_of([low, unit("V")]))
    assert found[("U", "A1")] == 3
    assert found[("U", "A5")] == pytest.approx(750)
    assert ("V", "A1") not in found


def test_whole_things_reach_the_standard_and_no_fewer_do():
    low = {**unit("U", pupils=777), "A1": 11.0, "A7": 3.0, "A4": 0.0}
    case = make_case(figures([low]), PLAN)
    found = gaps(make_ledger(case, "2021-09-01"))
    for item in ("A1", "A7"):
        asked = PLAN.resources[item].primary
        after = (low[item] + found[("U", item)]) / 777 * 100
        assert after >= asked
        assert (low[item] + found[("U", item)] - 1) / 777 * 100 < asked


def test_clearing_the_ledger_makes_every_unit_pass():
    rng = np.random.default_rng(0)
    units = [unit(f"U{i}", rates={f"A{k}": rng.uniform(0.5, 1.4) for k in range(1, 8)}, pupils=int(rng.integers(60, 1900))) for i in range(30)]  # fmt: skip
    for row in units:  # teachers and rooms come whole
        row.update({a: float(int(row[a])) for a in ("A1", "A2", "A3", "A7")})
    for (u, item), gap in gaps(ledger_of(units)).items():
        if item.startswith("A"):
            next(r for r in units if r["unit"] == u)[item] += gap
    case = make_case(figures(units), PLAN)
    assert (case.resources.verdict == PASS).all()
    assert not [i for (_, i) in gaps(make_ledger(case, "2025-09-01")) if i.startswith("A")]


def test_the_allowed_remainder_stands_there_without_a_year():
    table = ledger_of([unit("U", rates={"A7": 0.9})]).set_index(["unit", "item"])
    assert bool(table.loc[("U", "A7"), "excused"])
    assert pd.isna(table.loc[("U", "A7"), "clear_by"])


def test_years_follow_the_shares_of_the_plan():
    # ten units, four pass; 60 % by 2022: two more; 80 % by 2023: two more; 90 % by 2024: one; every unit by 2025: one
    good = [unit(f"G{i}") for i in range(4)]
    bad = [unit(f"B{i}", rates={"A1": 0.8 - i / 20}) for i in range(6)]
    table = ledger_of(good + bad)
    years = table[table["item"] == "A1"].sort_values("unit")["clear_by"].tolist()
    assert years == [2022, 2022, 2023, 2023, 2024, 2025]


def test_classes_seats_rooms_and_size():
    sizes = [("U", 1, n) for n in (45, 47, 58, 70)]
    table = ledger_of([unit("U", pupils=2100, music_rooms=0)], sizes=sizes).set_index("item")
    assert table.loc[["over_cap", "large", "super"], "gap"].tolist() == [3, 2, 1]
    assert table.loc[["over_cap", "large", "super"], "clear_by"].tolist() == [2025, 2023, 2021]
    assert table.loc["seats", ["have", "need", "gap"]].tolist() == [180, 220, 40]
    assert table.loc["music_rooms", "gap"] == 1
    assert table.loc["oversize", ["gap", "clear_by", "line"]].tolist() == [100, 2025, "S:243"]
    assert table.loc["oversize", ["have", "need"]].tolist() == [
        2100,
        2000,
    ]  # pupils and limit, not the other way round
    assert (table["have"].dropna() >= 0).all()


def test_a_missing_amount_stands_in_the_ledger():
    row = ledger_of([{**unit("U"), "A6": np.nan}]).set_index("item").loc["A6"]
    assert pd.isna(row["have"])
    assert pd.isna(row["gap"])


def test_what_was_cleared_between_two_dates():
    before = ledger_of([{**unit("U", pupils=500), "A1": 18.0, "A2": 2.0, "A3": 1.0}, unit("V")])
    after = ledger_of(
        [{**unit("U", pupils=500), "A1": 21.0, "A2": 4.0, "A3": 1.0}, unit("V", rates={"A7": 0.5})],
        "2022-09-01",
    )
    status = {(r.unit, r.item): r.status for r in compare_ledgers(before, after).itertuples()}
    assert status == {
        ("U", "A1"): "cleared",
        ("U", "A2"): "reduced",
        ("U", "A3"): "unchanged",
        ("V", "A7"): "new",
    }
    back = compare_ledgers(after, before).set_index(["unit", "item"])["status"]
    assert back[("U", "A2")] == "grown"


def test_the_file_comes_back(tmp_path):
    table = ledger_of([{**unit("0012", pupils=500), "A1": 18.0, "A6": np.nan}])
    write_ledger(table, tmp_path / "ledger.csv")
    back = read_ledger(tmp_path / "ledger.csv")
    pd.testing.assert_frame_equal(back, table, check_dtype=False)
    assert (compare_ledgers(table, back)["status"] == "unchanged").all()


def test_a_file_that_is_no_ledger(tmp_path):
    with pytest.raises(DistrictError, match="file not found"):
        read_ledger(tmp_path / "none.csv")
    (tmp_path / "x.csv").write_text("unit,item\nU,A1\n", encoding="utf-8")
    with pytest.raises(DistrictError) as error:
        read_ledger(tmp_path / "x.csv")
    assert {p.column for p in error.value.problems} >= {"gap", "clear_by"}
