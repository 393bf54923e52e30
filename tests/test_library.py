"""A district, a scenario and a layout in memory: made from frames, asked, compared, saved and read again."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, Polygon, box

import planning
from planning.verify import verify_run

EAST, NORTH = 600_000.0, 4_200_000.0
FAST = {"solver": {"time_limit_s": 5}}


def squares(**columns: Any) -> gpd.GeoDataFrame:
    """Return four squares of 500 m side by side, called a to d."""
    shapes = [box(EAST + 500 * k, NORTH, EAST + 500 * (k + 1), NORTH + 500) for k in range(4)]
    return gpd.GeoDataFrame({"id": list("abcd"), **columns}, geometry=shapes, crs="EPSG:32648")


def two_schools(**columns: Any) -> gpd.GeoDataFrame:
    points = [Point(EAST + 250, NORTH + 250), Point(EAST + 1750, NORTH + 250)]
    return gpd.GeoDataFrame({"id": ["A", "B"], "rooms": [6, 6]} | columns, geometry=points, crs="EPSG:32648")


@pytest.fixture(scope="module")
def layout() -> planning.Layout:
    return planning.solve(planning.sample_district(), FAST)


LONG = pd.DataFrame(
    [(z, 2025, g, 10) for z in "abcd" for g in range(1, 7)], columns=["zone", "year", "grade", "pupils"]
)


@pytest.mark.parametrize(
    "pupils",
    [
        LONG,
        LONG.drop(columns="year"),
        pd.DataFrame({"zone": list("abcd"), **{f"grade_{g}": 10 for g in range(1, 7)}}),
        pd.DataFrame({"zone": list("abcd"), "primary": 60}),
        pd.DataFrame({"小区编号": list("abcd"), "小学": 60}),
        pd.DataFrame({"pupils": [60] * 4}, index=pd.Index(list("abcd"), name="zone")),
        pd.Series(60, index=list("abcd")),
    ],
    ids=["long", "long without year", "grades", "stages", "Chinese", "index", "series"],
)  # fmt: skip
def test_pupils_long_and_wide_say_the_same(pupils: Any) -> None:
    district = planning.District.from_frames(squares(), two_schools(), pupils, base_year=2025)
    table = district.zone_pupils.sort_values(["zone", "grade"], ignore_index=True)
    assert (
        table[["zone", "year", "grade", "pupils"]].astype({"zone": str}).values.tolist()
        == LONG.values.tolist()
    )


def test_totals_are_divided_with_every_pupil_kept_and_it_is_said() -> None:
    district = planning.District.from_frames(squares(pupils=[61, 7, 0, 5]), two_schools(), base_year=2025)
    assert district.zone_pupils.groupby("zone")["pupils"].sum().to_dict() == {"a": 61, "b": 7, "c": 0, "d": 5}
    assert "divided" in district.info.layers["zone_pupils"].method


def test_degrees_and_plain_columns_of_coordinates_are_read() -> None:
    degrees = two_schools().to_crs(4326)
    plain = pd.DataFrame({"id": ["A", "B"], "rooms": 6, "lon": degrees.geometry.x, "lat": degrees.geometry.y})
    district = planning.District.from_frames(squares(pupils=60).to_crs(4326), plain, base_year=2025)
    assert district.info.crs_metric.startswith("EPSG:45")
    assert district.zones.area.round(-3).tolist() == [250_000.0] * 4


def test_seats_ask_what_a_room_holds() -> None:
    schools = two_schools(seats=[270, 271]).drop(columns="rooms")
    with pytest.raises(planning.DistrictError, match="how many a classroom holds"):
        planning.District.from_frames(squares(pupils=60), schools, base_year=2025)
    district = planning.District.from_frames(
        squares(pupils=60), schools, base_year=2025, seats_per_room={"primary": 45}
    )
    assert district.units["rooms"].tolist() == [6, 6]


def test_everything_wrong_is_named_at_once_with_its_place() -> None:
    zones = squares(pupils=[60, -5, "many", 60])
    zones.loc[0, "geometry"] = Polygon(
        [(EAST, NORTH), (EAST + 500, NORTH + 500), (EAST + 500, NORTH), (EAST, NORTH + 500)]
    )
    zones.loc[3, "id"] = "a"
    schools = two_schools(rooms=[6, "six"], kind=["primary", "kindergarten"])
    with pytest.raises(planning.DistrictError) as caught:
        planning.District.from_frames(zones, schools, base_year=2025)
    found = {(p.file, p.row, p.column, p.value) for p in caught.value.problems}
    assert ("schools", "2 (B)", "kind", "kindergarten") in found
    assert any(f == "zones" and r.startswith("2 (b)") and v == "-5" for f, r, _, v in found)
    assert any(f == "zones" and r.startswith("3 (c)") and v == "many" for f, r, _, v in found)
    assert any(f == "zones" and v == "a" for f, _, _, v in found)
    assert all(p.message_zh for p in caught.value.problems)


@pytest.mark.parametrize(
    ("zones", "schools", "word"),
    [
        (squares(pupils=60).set_crs(None, allow_override=True), two_schools(), "coordinate system"),
        (squares(), two_schools(), "no column counts pupils"),
        (squares(pupils=60), two_schools().drop(columns="rooms"), "rooms"),
        (squares(pupils=60), two_schools(kind="nine_year"), "several stages"),
        (squares(pupils=60).drop(columns="id"), two_schools(), "zone"),
    ],
)
def test_what_is_missing_is_said(zones: Any, schools: Any, word: str) -> None:
    with pytest.raises(planning.DistrictError, match=word):
        planning.District.from_frames(zones, schools, base_year=2025)


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(planning.DistrictError, match="no such table"):
        planning.District.from_frames(squares(pupils=60), two_schools(), rodes=pd.DataFrame())


def test_frames_given_are_left_as_they_were() -> None:
    zones, schools = squares(pupils=60), two_schools()
    planning.District.from_frames(zones, schools, base_year=2025)
    assert list(zones.columns) == ["id", "pupils", "geometry"]
    assert list(schools.columns) == ["id", "rooms", "geometry"]


def test_a_district_of_primary_schools_is_planned_with_defaults_alone() -> None:
    district = planning.District.from_frames(squares(pupils=60), two_schools(), base_year=2025)
    layout = planning.solve(district, FAST)
    assert layout.loads()["pupils"].tolist() == [120, 120]
    assert layout.verify().ok, layout.verify().text()


def test_a_layout_answers(layout: planning.Layout) -> None:
    assert layout.catchments()["unit"].tolist() == ["S1-P", "S2-P", "S3-J"]
    assert layout.loads()["shortage"].sum() == 0
    assert layout.verify().ok, layout.verify().text()
    assert {e.stage for e in layout.explain("Z01")} == {"primary", "junior"}
    assert len(layout.to_gdf("primary")) == 12
    assert layout.plot("junior").collections
    assert layout.score().year == 2025
    with pytest.raises(planning.LayoutError, match="no such stage"):
        layout.catchments("senior")
    with pytest.raises(planning.LayoutError, match="no such zone"):
        layout.explain("Z1")
    assert layout.explain("合成社区 001") == layout.explain("Z01")
    with pytest.raises(planning.LayoutError, match="did you mean"):
        layout.explain("成社区001号")


def test_verify_in_memory_finds_what_was_changed(layout: planning.Layout) -> None:
    from dataclasses import replace

    lying = replace(layout, units=layout.units.assign(classes=1))
    assert not lying.verify().ok
    assert lying != layout


def test_moved_tells_what_differs_from_another_layout(layout: planning.Layout) -> None:
    from dataclasses import replace

    assert layout.moved().empty
    assert layout.moved(layout).empty
    table = layout.assignment.copy()
    row = table.index[(table["zone"] == "Z01") & (table["stage"] == "primary")][0]
    table.loc[row, "unit"] = "S2-P"
    moved = replace(layout, assignment=table).moved(layout)
    assert moved.values.tolist() == [["Z01", "primary", "S1-P", "S2-P", 60]]


def test_a_saved_layout_is_a_run_that_verifies_and_reads_back_the_same(
    layout: planning.Layout, tmp_path: Path
) -> None:
    folder = layout.save(tmp_path / "run")
    again = planning.Layout.load(folder)
    assert again == layout
    assert again.district == layout.district
    assert verify_run(folder).ok, verify_run(folder).text()
    assert planning.load_layout(folder).loads().equals(layout.loads())


@pytest.mark.parametrize("given", [{"unit": "nobody"}, {"zone": "nobody"}, {"stage": ""}])
def test_an_assignment_of_another_district_is_no_reason(
    given: dict[str, str], layout: planning.Layout
) -> None:
    from dataclasses import replace

    table = layout.assignment.copy()
    own = table["zone"] == "Z01"
    for column, value in given.items():
        table.loc[own, column] = value
    with pytest.raises(planning.LayoutError, match="do not have the same"):
        replace(layout, assignment=table).explain("Z01")


def test_a_row_cut_short_is_named(layout: planning.Layout, tmp_path: Path) -> None:
    table = layout.save(tmp_path / "run") / "units.csv"
    table.write_bytes(table.read_bytes() + b"S1-P,S1\n")
    with pytest.raises(
        planning.LayoutError, match=r"units\.csv, row \d+: the row has 2 cells where the header has 15"
    ):
        planning.load_layout(tmp_path / "run")


def test_a_district_reads_back_the_same(tmp_path: Path) -> None:
    district = planning.sample_district()
    assert planning.District.read(district.save(tmp_path / "county")) == district


@pytest.mark.parametrize("kind", ["District", "Layout", "Scenario"])
def test_things_are_short_equal_hashed_and_pickled(kind: str, layout: planning.Layout) -> None:
    thing: Any = {"District": layout.district, "Layout": layout, "Scenario": planning.Scenario(year=2025)}[
        kind
    ]
    again = pickle.loads(pickle.dumps(thing))
    assert len(repr(thing)) < 120
    assert (again == thing) is True
    assert hash(again) == hash(thing)
    assert (thing == 3) is False
    assert (thing != again) is False
    assert thing._repr_html_().startswith("<table>")


def test_html_is_escaped() -> None:
    district = planning.District.from_frames(
        squares(pupils=60), two_schools(), base_year=2025, name="<b>x</b>"
    )
    assert "<b>x" not in district._repr_html_()


def test_errors_can_be_pickled() -> None:
    with pytest.raises(planning.ScenarioError) as caught:
        planning.Scenario.make(yaer=2025, solver={"gap": 7})
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems


def test_a_scenario_file_still_needs_its_name_district_and_year(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("catchments: free\n")
    with pytest.raises(planning.ScenarioError) as caught:
        planning.read_scenario(file)
    assert {p.column for p in caught.value.problems} == {"name", "district", "year"}


def test_a_layout_without_a_district_says_so(layout: planning.Layout) -> None:
    from dataclasses import replace

    with pytest.raises(planning.LayoutError, match="which district"):
        replace(layout, district=None).loads()


def test_the_page_on_the_library_is_true(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code = "\n".join(part.split("```")[0] for part in text.split("```python\n")[1:])
    names: dict[str, Any] = {}
    exec(compile(code, "docs/library.md", "exec"), names)
    assert repr(names["district"]) in text
