"""Real places come in through a mapping file alone, where their files lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.importing import import_checked

ROOT = Path(__file__).parents[2]
PLACES = ROOT.parent / "shared" / "places"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PLACES.is_dir(), reason="the places are not part of the project"),
]


def test_washington():
    district, problems = import_checked(ROOT / "benchmarks/places/dc.yaml", PLACES / "dc")
    # blocks cut along the city's border are drawn a little off each other: said, and no error
    told = ("no table uses", "of border do not fit the neighbours")
    assert not [p for p in problems if p.level != "warning" or not any(t in p.message_en for t in told)]
    assert (len(district.zones), len(district.schools)) == (450, 74)
    pupils = district.zone_pupils.groupby("grade")["pupils"].sum()
    assert pupils.sum() == district.classes["pupils"].sum() == 25_493
    assert pupils.max() - pupils.min() < 60
    # counted in seats: a grade of a school is one row, kindergarten among them
    assert not district.classes.duplicated(["unit", "grade"]).any()
    assert sorted(district.classes["grade"].unique()) == list(range(6))
    assert district.zones["current_primary"].isin(district.units["unit"]).all()
    assert {district.info.layers[n].status for n in ("zones", "zone_pupils", "classes", "units")} == {
        "derived"
    }
    assert district.info.layers["schools"].status == "unknown"


def test_baoan():
    district, problems = import_checked(ROOT / "benchmarks/places/baoan.yaml", PLACES / "baoan_sz")
    assert {p.level for p in problems} == {"warning"}
    assert len(district.schools) == 28
    several = district.zones["current_primary"].str.contains(";")
    assert several.sum() >= 15  # pieces that several catchments hold
    assert sum(district.zones.area) == pytest.approx(district.zones.geometry.union_all().area, rel=1e-6)
    # web-map points that were read as such stand in or by the catchments drawn for them
    assert district.schools.distance(district.boundary.geometry.iloc[0]).max() < 1_500


@pytest.mark.slow
def test_fairfax():
    district, problems = import_checked(ROOT / "benchmarks/places/fairfax.yaml", PLACES / "fairfax")
    assert {p.level for p in problems} == {"warning"}
    assert any("columns that no table uses" in p.message_en and "high_now" in p.value for p in problems)
    assert (len(district.zones), len(district.schools), len(district.units)) == (9_404, 26, 26)
    pupils = district.zone_pupils.groupby("grade")["pupils"].sum()
    assert pupils.sum() == 27_892  # every middle-school pupil of the blocks
    assert abs(pupils.loc[7] - pupils.loc[8]) <= 9_404 / 2
    assert district.classes["pupils"].sum() == 27_892  # as many are enrolled
    assert district.zones["current_junior"].isin(district.units["unit"]).all()
    assert district.info.layers["zone_pupils"].status == "derived"
