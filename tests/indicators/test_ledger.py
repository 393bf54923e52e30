from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from planning.errors import DistrictError
from planning.indicators import make_case
from planning.indicators.closed import closed_units
from planning.indicators.ledger import (
    LATER,
    STATUSES,
    compare_ledgers,
    make_ledger,
    read_ledger,
    renamed,
    write_ledger,
)
from planning.indicators.ledger_pair import apart
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


def about(table: pd.DataFrame, district: str, zh: str) -> pd.DataFrame:
    return table.assign(district=district, district_zh=zh)


def test_gone_is_not_cleared_and_not_supplied_is_not_less():
    low = {**unit("U", pupils=500), "A1": 18.0, "A6": 1.0}
    before = ledger_of(
        [low, {**unit("V"), "A4": 0.0}, {**unit("W", rates={"A7": 0.5})}, {**unit("X"), "A6": np.nan}]
    )
    after = ledger_of(
        [{**unit("U", pupils=500), "A1": np.nan, "A6": np.nan}, unit("W"), unit("X")], "2022-09-01"
    )
    table = compare_ledgers(before, after).set_index(["unit", "item"])
    assert table["status"].to_dict() == {
        ("U", "A1"): "not_supplied",
        ("U", "A6"): "not_supplied",
        ("V", "A4"): "vanished",
        ("W", "A7"): "cleared",
        ("X", "A6"): "supplied",
    }
    assert table.loc[[("U", "A1"), ("V", "A4")], "change"].isna().all()
    assert set(table["status"]) <= set(STATUSES)


def test_a_unit_that_the_plan_merged_is_told_as_merged():
    before = ledger_of([{**unit("V"), "A4": 0.0}, {**unit("W"), "A4": 0.0}, unit("X")])
    after = ledger_of([unit("X")], "2022-09-01")
    table = compare_ledgers(before, after, {"V"}).set_index(["unit", "item"])
    assert table["status"].to_dict() == {("V", "A4"): "merged", ("W", "A4"): "vanished"}
    assert table["change"].isna().all()
    # what goes on under a new number, or is in the later ledger, is not merged whatever the plan said
    here = ledger_of([{**unit("V")}, unit("X")], "2022-09-01")
    assert set(compare_ledgers(before, here, {"V"})["status"]) == {"cleared", "vanished"}


def test_closed_units_are_those_without_rooms_that_had_some():
    rows = [("A", 2020, 6, 100), ("B", 2020, 6, 40), ("N", 2020, 0, 0), ("C", 2020, 0, 0)]
    rows += [("A", 2021, 6, 140), ("B", 2021, 0, 0), ("N", 2021, 6, 20), ("C", 2021, 0, 0)]
    layout = SimpleNamespace(
        units=pd.DataFrame(rows, columns=["unit", "year", "rooms", "pupils"]), summary={"closed": ["C"]}
    )
    assert closed_units(layout) == {"B", "C"}
    assert closed_units(layout, 2020) == {"C"}


def test_a_school_over_its_size_that_vanishes_is_not_cleared():
    before = ledger_of([unit("U", pupils=2100), unit("V")])
    gone = compare_ledgers(before, ledger_of([unit("V")], "2022-09-01"))
    smaller = compare_ledgers(before, ledger_of([unit("U", pupils=1900), unit("V")], "2022-09-01"))
    for table, status in ((gone, "vanished"), (smaller, "cleared")):
        assert set(table.loc[table["item"] == "oversize", "status"]) == {status}


def test_a_unit_with_a_new_number_is_the_same_unit():
    before = ledger_of([{**unit("U1", rates={"A7": 0.5}), "name": "甲"}, unit("V")])
    after = ledger_of([{**unit("X9"), "name": "甲"}, unit("V")], "2022-09-01")
    assert renamed(before, after) == {"U1": "X9"}
    assert compare_ledgers(before, after)["status"].tolist() == ["cleared"]


def test_an_earlier_version_cannot_tell_gone_from_cleared(tmp_path):
    tables = []
    for day, units in (
        ("2021-09-01", [unit("U", rates={"A7": 0.5}), {**unit("V"), "A4": 0.0}]),
        ("2022-09-01", [unit("U"), {**unit("V"), "A4": 0.0}]),
    ):
        table = ledger_of(units, day)
        old = table[table["item"] != "none"].drop(columns=list(LATER))
        write_ledger(old, tmp_path / f"{day}.csv")
        tables.append(read_ledger(tmp_path / f"{day}.csv"))
    assert apart(*tables, ("a", "b")) == []
    assert compare_ledgers(*tables).set_index("unit").loc["U", "status"] == "unlisted"


GOOD = [{**unit(u, rates={"A7": 0.5}), "name": f"学校{u}"} for u in "UVW"]


def later(**columns) -> pd.DataFrame:
    return about(ledger_of(GOOD, "2022-09-01"), "640302", "利通区").assign(**columns)


@pytest.mark.parametrize(
    ("after", "column"),
    [
        (later(district="640303", district_zh="红寺堡区"), "district"),
        (later(name=["甲", "乙", "丙"]), "district"),
        (later(name=["甲", "乙", "丙"], unit=["1", "2", "3"]), "district"),
        (later(district="", name=["甲", "乙", "丙"]), "district"),
        (later(as_of="2020-09-01"), "as_of"),
        (later(year=2019), "year"),
        (later(stage="junior"), "stage"),
        (later(standards="national-later"), "standards"),
        (later(as_of=["2022-09-01", "2022-09-01", "2023-09-01"]), "as_of"),
    ],
)
def test_what_does_not_belong_together_is_named(after, column):
    before = about(ledger_of(GOOD), "640302", "利通区")
    problems = apart(before, after, ("old.csv", "new.csv"))
    assert column in {p.column for p in problems}
    for problem in problems:
        assert problem.text("en") != problem.text("zh")
    assert apart(before, later(), ("old.csv", "new.csv")) == []


@pytest.mark.parametrize("cell", ["2021/9/1", "2021-09-01", "2021-9-1"])
def test_a_ledger_that_a_spreadsheet_saved(tmp_path, cell):
    write_ledger(ledger_of(GOOD), tmp_path / "ledger.csv")
    text = (tmp_path / "ledger.csv").read_text(encoding="utf-8-sig").replace("2021-09-01", cell)
    (tmp_path / "ledger.csv").write_bytes(text.replace("True", "TRUE").encode("gb18030"))
    back = read_ledger(tmp_path / "ledger.csv")
    assert set(back["as_of"]) == {"2021-09-01"}
    assert back["name"].tolist() == ["学校U", "学校V", "学校W"]


def test_cells_that_no_ledger_holds_are_all_named(tmp_path):
    write_ledger(ledger_of(GOOD), tmp_path / "ledger.csv")
    text = (tmp_path / "ledger.csv").read_text(encoding="utf-8-sig").replace("2021-09-01", "soon")
    (tmp_path / "ledger.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DistrictError) as error:
        read_ledger(tmp_path / "ledger.csv")
    assert [p.row for p in error.value.problems if p.column == "as_of"] == ["2", "3", "4"]
