"""A run made by hand verifies; every rule catches the one value that breaks it."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import geopandas as gpd
import pandas as pd
import pytest
import yaml
from shapely.geometry import LineString

from planning.errors import LayoutError
from planning.messages import Both
from planning.verify import Check, VerifyReport, verify_run
from planning.verify.report import compare
from planning.verify.rules import RULES
from planning.verify.run import _guarded
from planning.verify.words import in_language
from tests.verify.hand import county, examined, write_run


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "run")


def edit(folder, table, column, value, **where):
    """Change one value of a table and return the folder."""
    path = folder / f"{table}.csv"
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    rows = pd.Series(True, frame.index)
    for name, wanted in where.items():
        rows &= frame[name] == str(wanted)
    assert rows.sum() == 1, "an edit changes one row"
    assert (frame.loc[rows, column] != str(value)).all(), "an edit changes the value"
    frame.loc[rows, column] = str(value)
    frame.to_csv(path, index=False)
    return folder


def edit_yaml(folder, **values):
    path = folder / "scenario.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, value in values.items():
        part, _, name = key.partition("__")
        if name:
            data[part][name] = value
        else:
            data[part] = value
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return folder


def edit_summary(folder, **values):
    path = folder / "summary.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")
    return folder


def failed_rules(folder):
    return {check.rule for check in verify_run(folder, county()).failures}


def differences(folder, rule, district=None):
    """Return the differences that one rule alone finds, in tables that no command would read as well."""
    check = {name: check for name, _, check in RULES}[rule]
    return [c for c in _guarded(rule, check, examined(folder, district or county())) if not c.ok]


def fails(folder, rule):
    """Tell whether one rule alone finds a difference."""
    return bool(differences(folder, rule))


def test_the_run_made_by_hand_verifies(run):
    report = verify_run(run, county())
    assert report.failures == ()
    assert report.ok
    assert report.text() == f"all {len(report.checks)} checks agree"
    assert len(report.to_frame()) == len(report.checks)


S1_G1 = {"unit": "S1-P", "grade": 1}
S2_G2 = {"unit": "S2-P", "grade": 2}


@pytest.mark.parametrize(
    ("table", "column", "value", "where", "rule"),
    [
        ("assignment", "unit", "S1-P", {"zone": "z02", "stage": "primary"}, "overflow"),
        ("assignment", "unit", "S2-P", {"zone": "z02", "stage": "junior"}, "assignment"),
        ("assignment", "unit", "S3-P", {"zone": "z02", "stage": "primary"}, "assignment"),
        ("assignment", "unit", "N1-P", {"zone": "z01", "stage": "primary"}, "assignment"),
        ("assignment", "unit", "S9-P", {"zone": "z02", "stage": "primary"}, "assignment"),
        ("assignment", "unit", "", {"zone": "z02", "stage": "primary"}, "assignment"),
        ("assignment", "zone", "z00", {"zone": "z02", "stage": "primary"}, "assignment"),
        ("assignment", "pupils", 61, {"zone": "z02", "stage": "primary"}, "assignment"),
        ("assignment", "previous_unit", "S2-P", {"zone": "z11", "stage": "primary"}, "assignment"),
        ("assignment", "distance_m", 378.2, {"zone": "z01", "stage": "junior"}, "distances"),
        ("assignment", "crosses_barrier", True, {"zone": "z01", "stage": "junior"}, "distances"),
        ("assignment", "overflow", 6.5, {"zone": "z00", "stage": "primary"}, "overflow"),
        ("overflow", "pupils", 9, {"grade": 1}, "overflow"),
        ("overflow", "pupils", -10, {"grade": 1}, "overflow"),
        ("overflow", "to_unit", "S2-J", {"grade": 1}, "overflow"),
        ("overflow", "grade", 2, {"grade": 1}, "overflow"),
        ("overflow", "year", 2022, {"grade": 1}, "overflow"),
        ("overflow", "distance_m", 200, {"grade": 1}, "overflow"),
        ("units", "own", 51, S1_G1, "overflow"),
        ("units", "pupils", 49, S1_G1, "overflow"),
        ("units", "overflow_out", 9, S1_G1, "overflow"),
        ("units", "overflow_in", 1, S1_G1, "overflow"),
        ("units", "grade", 9, S2_G2, "overflow"),
        ("units", "cap", 50, S1_G1, "class_size"),
        ("units", "seats", 50, S1_G1, "class_size"),
        ("units", "shortage", 4, S1_G1, "class_size"),
        ("units", "classes", 0.5, S2_G2, "class_size"),
        ("units", "classes", 2, S1_G1, "rooms"),
        ("units", "rooms", 7, S1_G1, "rooms"),
        ("units", "rooms", 3, {"unit": "S2-J", "grade": 7}, "rooms"),
        ("units", "oversize", 1, S1_G1, "school_size"),
        ("units", "pupils", 21, {"unit": "S3-P", "grade": 1}, "carried"),
        ("units", "classes", 2, {"unit": "S3-P", "grade": 1}, "carried"),
        ("projects", "built", False, {"project": "P1"}, "rooms"),
        ("projects", "built", True, {"project": "P2"}, "projects"),
        ("projects", "year", 2020, {"project": "P1"}, "projects"),
        ("projects", "year", 2021, {"project": "P2"}, "projects"),
        ("projects", "cost_yuan", 11e6, {"project": "P1"}, "projects"),
        ("projects", "project", "P3", {"project": "P2"}, "projects"),
        ("scorecard", "verdict", "pass", {"indicator": "C1"}, "scorecard"),
        ("scorecard", "verdict", "not_supplied", {"indicator": "B4"}, "scorecard"),
        ("scorecard", "indicator", "B1", {"indicator": "D1"}, "scorecard"),
    ],
)  # fmt: skip
def test_one_wrong_value_is_caught(run, table, column, value, where, rule):
    assert fails(edit(run, table, column, value, **where), rule)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"objective": 1773.5}, "objective"),
        ({"objective_parts": {"travel": 186.5}}, "objective"),
        ({"bound": 1780.0}, "summary"),
        ({"gap": 0.02}, "summary"),
        ({"gap": None}, "summary"),
        ({"shortage_pupils": 4}, "summary"),
        ({"shortage_pupils": None}, "summary"),
        ({"classes_over_cap": 0}, "summary"),
        ({"schools_over_size": 1}, "summary"),
        ({"cost_yuan": 0}, "summary"),
        ({"moved_pupils": 0}, "summary"),
        ({"mean_distance_m": {"primary": 231.0, "junior": 361.3}}, "summary"),
        ({"p95_distance_m": {"primary": 378.0}}, "summary"),
        ({"nearby_ratio": {"primary": 0.98, "junior": 1.0}}, "nearby"),
        ({"nearby_ratio": {"primary": 0.974359}}, "nearby"),
        ({"contiguous": False}, "contiguity"),
        ({"closed_units": ["S2-P"]}, "small_schools"),
        ({"indicators": {"passed": 30, "failed": 2, "not_supplied": 0}}, "scorecard"),
        ({"years": [2021, 2022]}, "summary"),
        ({"scenario_hash": "0" * 64}, "inputs"),
    ],
)
def test_one_wrong_figure_is_caught(run, change, rule):
    assert fails(edit_summary(run, **change), rule)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"stability__max_moved_share": 0.1}, "stability"),
        ({"projects__budget_yuan": 1e6}, "projects"),
        ({"projects__exclude": ["P1"]}, "projects"),
        ({"overflow__allowed": False}, "overflow"),
        ({"overflow__max_distance_m": 300}, "overflow"),
        ({"catchments": "current"}, "assignment"),
        ({"hard": ["class_size"]}, "class_size"),
        ({"hard": ["nearby"]}, "nearby"),
        ({"standards_set": {"class_cap": {"primary": 40}}}, "class_size"),
        ({"standards_set": {"school_cap": {"primary": 190}}}, "school_size"),
        ({"prices__shortage": 100}, "objective"),
        ({"travel__detour": 1.5}, "distances"),
        ({"travel__mode": "straight"}, "distances"),
        ({"year": 2020}, "projects"),
    ],
)
def test_a_rule_the_run_does_not_keep_is_caught(run, change, rule):
    if "year" in change:
        edit_summary(run, years=[2020])
    assert fails(edit_yaml(run, **change), rule)


def expected_at(folder, rule, where):
    return [c.expected for c in differences(folder, rule) if c.where == where]


def test_pupils_who_may_stay_are_counted_where_they_sit(run):
    # 40 sit in every grade of S1 in 2020: grade 2 of 2021 holds them, grade 1 is placed by catchment as before
    edit_yaml(run, enrolled="stay")
    assert "40" in expected_at(run, "overflow", "unit S1-P, year 2021, grade 2")
    assert expected_at(run, "overflow", "unit S1-P, year 2021, grade 1") == []


def test_older_cohorts_may_have_55_on_the_way_to_2025(run):
    edit_yaml(run, class_caps="path")
    assert expected_at(run, "class_size", "unit S1-P, year 2021, grade 1")[0] == "55"


def test_catchments_that_do_not_nest_are_caught(run):
    edit_yaml(run, feeder="nested")
    assert not fails(run, "feeder")
    edit(run, "assignment", "unit", "N1-J", zone="z00", stage="junior")
    assert expected_at(run, "feeder", "unit S1-P") == ["one junior unit"]


def test_walk_beyond_a_hard_radius_is_caught_where_a_unit_lies_within(run):
    edit_yaml(run, radius__hard=True, standards_set={"travel": {"service_radius_m": {"primary": 300}}})
    assert not fails(run, "reach")
    edit(run, "assignment", "unit", "S2-P", zone="z01", stage="primary")
    edit(run, "assignment", "distance_m", 378.0, zone="z01", stage="primary")
    assert expected_at(run, "reach", "stage primary, zone z01") == ["at most 300 m"]


def close(folder, unit):
    path = folder / "units.csv"
    table = pd.read_csv(path)
    table.loc[table["unit"] == unit, "rooms"] = 0
    table.to_csv(path, index=False)


def test_closed_unit_must_be_allowed_to_close_be_empty_and_leave_a_walk(run):
    close(run, "S1-P")
    found = {c.what for c in differences(run, "small_schools")}
    assert found == {
        "only units that may close are closed",
        "closed units have no classes and no zones",
        "closed units of summary.json",
    }
    choose = {"close": "choose", "kinds": ["primary"], "below_pupils": 300, "max_walk_m": 400}
    edit_yaml(run, small_schools=choose)
    far = [c.where for c in differences(run, "small_schools") if "acceptable walk" in c.what]
    assert far == ["unit S1-P, zone z00"]  # 478 m to S2; N1 is nearer but not built


def test_resources_are_priced_when_the_scenario_asks(run):
    # no resource on record: nothing to starve, nothing to pass
    edit_yaml(run, resources={"mode": "floors"})
    assert not fails(run, "objective")


def test_starved_unit_costs_what_the_tables_say(run):
    # 180 m² of teaching area suffice for 40 pupils at 4.5 m², for 47.06 at 85 %; S1 has 200: 152.94 × 2 pupil-km
    district = county()
    columns = ["school", "stage", *(c for c in ("teachers_qualified", "teachers_backbone", "teachers_arts",
               "teaching_area_m2", "sports_area_m2", "equipment_yuan", "network_rooms"))]  # fmt: skip
    table = pd.DataFrame([("S1", "primary", None, None, None, 180.0, None, None, None)], columns=columns)
    edit_yaml(run, resources={"mode": "floors"})
    found = differences(run, "objective", dataclasses.replace(district, resources=table))
    (check,) = [c for c in found if c.where == "part resources"]
    assert float(check.expected) == pytest.approx(2 * (200 - 40 / 0.85))


def test_catchment_in_two_pieces_is_caught(run):
    # z10 and z12 change places: each hangs to its catchment by a corner only, z12 also leaves the site of S2
    edit(run, "assignment", "unit", "S2-P", zone="z00", stage="primary")
    assert any(c.where == "unit S2-P, zone z00" for c in differences(run, "contiguity"))
    assert ("S1-P", "S2-P") in {(c.expected, c.found) for c in differences(run, "own_zone")}


def test_zones_apart_today_may_stay(run):
    district = county()
    zones = district.zones.copy()
    zones.loc[zones["zone"] == "z00", "current_primary"] = "S2-P"
    edit(run, "assignment", "unit", "S2-P", zone="z00", stage="primary")
    found = differences(run, "contiguity", dataclasses.replace(district, zones=zones))
    assert not [c for c in found if "S2-P" in c.where]


def test_difference_says_where_and_both_numbers(run):
    edit(run, "units", "shortage", 4, unit="S1-P", grade=1)
    (check,) = [c for c in verify_run(run, county()).failures if c.rule == "class_size"]
    assert (check.where, check.expected, check.found) == ("unit S1-P, year 2021, grade 1", "5", "4")
    assert (
        check.text("en")
        == "class_size: pupils without a seat (unit S1-P, year 2021, grade 1): expected 5, found 4"
    )
    assert check.text("zh") == "班额：缺少的学位（单位 S1-P，学年 2021，年级 1）：应为 5，实为 4"


def test_row_that_occurs_twice_or_is_missing_is_caught(run):
    path = run / "assignment.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:-1], lines[1]]) + "\n")
    found = differences(run, "assignment")
    assert {(c.where, c.found) for c in found if c.expected == "1"} == {("stage junior, zone z12", "missing")}
    assert ("one row", "2 rows") in {(c.expected, c.found) for c in found}


def test_text_where_a_number_belongs_is_named_with_its_place(run):
    edit(run, "units", "pupils", "viele", unit="S1-P", grade=1)
    with pytest.raises(LayoutError, match=r"units\.csv, row 2, column pupils.*viele"):
        verify_run(run)


def test_changed_district_file_is_caught(run, tmp_path):
    folder = tmp_path / "district"
    folder.mkdir()
    (folder / "zones.geojson").write_text("{}")
    (folder / "units.csv").write_text("unit\n")
    hashes = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}
    edit_summary(run, inputs=hashes)
    district = dataclasses.replace(county(), path=folder)
    assert verify_run(run, district).ok
    (folder / "units.csv").write_text("unit\nS9\n")
    (folder / "new.csv").write_text("")
    assert {c.where for c in verify_run(run, district).failures} == {"file units.csv", "file new.csv"}


def test_verdict_against_the_tables_is_caught_even_when_the_counts_agree(run):
    edit(run, "scorecard", "verdict", "pass", indicator="B5")
    edit(run, "scorecard", "verdict", "fail", indicator="A1")
    found = differences(run, "scorecard")
    assert [(c.where, c.expected, c.found) for c in found] == [("indicator B5", "fail", "pass")]


def test_missing_scorecard_and_missing_table(run):
    (run / "scorecard.csv").unlink()
    assert failed_rules(run) == {"scorecard"}
    (run / "units.csv").unlink()
    with pytest.raises(LayoutError, match=r"units\.csv"):
        verify_run(run, county())


def test_zone_without_a_way_counts_twice_the_straight_line(run):
    district = county()
    line = LineString([(-50, 30), (450, 30)])
    river = gpd.GeoDataFrame({"barrier": ["R"], "kind": ["river"]}, geometry=[line], crs=district.zones.crs)
    found = differences(run, "distances", dataclasses.replace(district, barriers=river))
    # S1 stands south of the river without a bridge: home z01 (150, 50) lies √(100² + 40²) × 1.3 × 2 = 280.0 m away
    assert ("stage primary, zone z01, unit S1-P", "280.0") in {
        (c.where, f"{float(c.expected):.1f}") for c in found if "metres" in c.what
    }


def test_compare_tells_missing_from_extra():
    found = compare("r", Both("w", "w"), pd.Series({"a": 1, "b": 2}), pd.Series({"b": 2.0, "c": 3.0}))
    assert [(c.where, c.expected, c.found) for c in found] == [("a", "1", "missing"), ("c", "missing", "3")]
    assert compare("r", Both("w", "w"), pd.Series({"a": 1}), pd.Series({"a": 1.04}), tolerance=0.05)[0].ok


def test_report_is_ok_only_without_failures(tmp_path):
    good = Check("r", True, "w", "w", "1", "1")
    bad = dataclasses.replace(good, ok=False)
    assert VerifyReport(tmp_path, (good,)).ok
    assert not VerifyReport(tmp_path, (good, bad)).ok
    assert VerifyReport(tmp_path, (good, bad)).failures == (bad,)


def test_every_rule_has_a_chinese_name(run):
    lines = [check.text("zh") for check in verify_run(run, county()).checks]
    assert lines
    assert not [line for line in lines if line[0].isascii()]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("stage primary, zone Z12", "学段 小学，居住单元 Z12"),
        ("a primary unit that admits by catchment and is open", "按学区招生且开放的小学单位"),
        ("at most 3000 m", "不超过 3000 米"),
        ("3120 m", "3120 米"),
        ("at most 0.1000 of the pupils", "不超过学生的 0.1000"),
        ("2023 or later, within the plan", "2023 或以后，且在规划期内"),
        ("S001-P → S002-P, year 2021, grade 2", "S001-P → S002-P，学年 2021，年级 2"),
        ("summary.json", "summary.json"),
        ("开放路小学 open-air, 12", "开放路小学 open-air，12"),
    ],
)
def test_places_and_requirements_are_said_in_chinese(english, chinese):
    assert in_language(english, "zh") == chinese
