from __future__ import annotations

import pytest

from planning.errors import ScenarioError
from planning.indicators.targets import MEASURES
from planning.standards import list_profiles, read_profile
from planning.standards.profile import merge


def test_profiles_of_the_package():
    assert list_profiles() == ("litong-2021", "national-2017", "national-later", "seats")
    for name in list_profiles():
        assert read_profile(name).id == name


def test_the_thresholds_of_the_standard():
    p = read_profile("national-2017")
    assert {k: (r.primary, r.junior) for k, r in p.resources.items()} == {
        "A1": (4.2, 5.3), "A2": (1, 1), "A3": (0.9, 0.9), "A4": (4.5, 5.8), "A5": (7.5, 10.2), "A6": (2000, 2500), "A7": (2.3, 2.4),
    }  # fmt: skip
    assert (p.class_cap, p.cv_limit) == ({"primary": 45, "junior": 50}, {"primary": 0.50, "junior": 0.45})
    assert (p.unit_verdict.met, p.unit_verdict.floor) == (6, 0.85)


def test_stricter_readings_are_the_default():
    for name in ("national-2017", "litong-2021"):
        p = read_profile(name)
        assert (p.cv_reading, p.readings.B7, p.readings.B15, p.nearby.reading) == (
            "each",
            "all_special_pupils",
            "public",
            "stage",
        )
    later = read_profile("national-later")
    assert (later.cv_reading, later.readings.B15) == ("composite", "public_or_purchased")


@pytest.mark.parametrize(
    ("kind", "limit"),
    [("primary", 2000), ("teaching_point", 2000), ("junior", 2000), ("complete_secondary", 2000), ("nine_year", 2500), ("twelve_year", 2500)],
)  # fmt: skip
def test_school_limits(kind, limit):
    assert read_profile("national-2017").school_limit(kind) == limit


def test_every_target_is_measured():
    plan = read_profile("litong-2021")
    assert sorted(plan.targets) == [2021, 2022, 2023, 2024, 2025]
    for targets in plan.targets.values():
        assert set(targets) <= set(MEASURES)
    shares = [plan.targets[y]["units_passing_share"].value for y in (2022, 2023, 2024)]
    assert shares == [0.6, 0.8, 0.9]


def test_the_stricter_reading_of_a_target_stands_first():
    plan = read_profile("litong-2021")
    for year, name in ((2021, "large_class_share"), (2025, "units_passing_share")):
        target = plan.targets[year][name]
        assert target.also is not None
        harder = (
            target.value < target.also.value if MEASURES[name].at_most else target.value > target.also.value
        )
        assert harder


def test_overrides_reach_one_value_and_leave_the_rest():
    p = read_profile("litong-2021", {"resources": {"A4": {"primary": 5.0}}})
    assert (p.resources["A4"].primary, p.resources["A4"].junior) == (5.0, 5.8)
    assert merge({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}) == {"a": {"b": 3, "c": 2}}


def test_what_is_not_understood_is_named_at_once():
    with pytest.raises(ScenarioError) as error:
        read_profile(
            "litong-2021",
            {"clas_cap": {}, "cv_reading": "mild", "targets": {2030: {"super_large_classes": {"line": "1"}}}},
        )
    assert {p.column for p in error.value.problems} >= {
        "clas_cap",
        "cv_reading",
        "targets.2030.super_large_classes.value",
    }


def test_a_profile_that_was_changed_is_read_again(tmp_path):
    path = tmp_path / "mine.yaml"
    for cap in (41, 43):
        path.write_text(f"extends: litong-2021\nclass_cap: {{primary: {cap}}}\n", encoding="utf-8")
        assert read_profile(path).class_cap["primary"] == cap


def test_the_nearest_profile_is_offered():
    with pytest.raises(ScenarioError) as error:
        read_profile("litong-2012")
    assert "litong-2021" in error.value.problems[0].mend_en


def test_a_profile_of_ones_own_extends_another(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("extends: national-2017\nid: mine\nclass_cap: {primary: 40}\n", encoding="utf-8")
    p = read_profile(path)
    assert (p.id, p.class_cap) == ("mine", {"primary": 40, "junior": 50})
    with pytest.raises(ScenarioError, match="file not found"):
        read_profile(tmp_path / "none.yaml")


def test_circles_are_refused(tmp_path):
    for a, b in (("a", "b"), ("b", "a")):
        (tmp_path / f"{a}.yaml").write_text(f"extends: {tmp_path / b}.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="circle"):
        read_profile(tmp_path / "a.yaml")
