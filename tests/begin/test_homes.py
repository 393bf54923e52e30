"""Estates without coordinates are placed by school or township, or asked for: never a dead end, and marked derived."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from openpyxl import load_workbook

from planning.start import Started, begin_county, build_county, keep_answer, take_files
from tests.begin.offices import SCHOOLS, TOWNS, Office


def desk(folder: Path, *, schools: bool = True, towns: bool = True, own: bool = False, some: int = 0) -> Path:
    """Return an office's files whose estates have no coordinates but the first ``some``."""
    place = Office(towns=towns, addresses=not schools).write(folder)
    book = load_workbook(place / "小区.xlsx")
    page = book.worksheets[0]
    at = {cell.value: cell.column for cell in page[2]}
    for row in range(3 + some, page.max_row + 1):
        page.cell(row, at["经度"]).value = page.cell(row, at["纬度"]).value = None
    if not some:
        page.cell(2, at["经度"]).value, page.cell(2, at["纬度"]).value = "栋数", "层数"
    if own:
        page.cell(2, page.max_column + 1, "小学学区")
        for row in range(3, page.max_row + 1):
            page.cell(row, page.max_column, ("第一小学", "河东小学", "柳林学校")[(row - 3) // 4])
    book.save(place / "小区.xlsx")
    return place


def county_of(place: Path, county: Path, **answers: str) -> Started:
    take_files([place], county)
    for key, value in answers.items():
        keep_answer(county, key, value)
    beginning = begin_county(county)
    assert not [q for q in beginning.open if not q.default], beginning.open
    return build_county(county, beginning)


def near(started: Started, school: str, zones: list[str]) -> float:
    """Return how far the farthest of some zones lies from a school, metres."""
    district = started.imported.district
    point = district.schools.set_index("name").geometry[school]
    homes = district.zones.set_index("name").geometry[zones]
    return max(shapely.distance(point, shapely.centroid(home)) for home in homes)


@pytest.mark.slow
def test_estates_lie_around_the_schools_of_their_township(tmp_path: Path) -> None:
    started = county_of(desk(tmp_path / "desk"), tmp_path / "county", coordinates="GPS")
    district = started.imported.district
    assert len(district.zones) == 4 * len(TOWNS)
    assert district.info.layers["zones"].status == "derived"
    assert "without coordinates" in district.info.layers["zones"].method
    assert any(p.code == "importing.derive.zones_placed" for p in started.imported.problems)
    assert near(started, "河东小学", ["阳光花园二期", "东湾村二期"]) < 3000


def test_estates_lie_around_the_school_they_belong_to(tmp_path: Path) -> None:
    place = desk(tmp_path / "desk", towns=False, own=True)
    started = county_of(place, tmp_path / "county", coordinates="GPS")
    assert near(started, "柳林学校", ["阳光花园三期", "兴隆村三期"]) < 3000


def test_a_few_without_coordinates_join_those_of_their_township(tmp_path: Path) -> None:
    started = county_of(desk(tmp_path / "desk", some=9), tmp_path / "county", coordinates="GPS")
    placed = next(p for p in started.imported.problems if p.code == "importing.derive.zones_placed")
    assert placed.row == "12, 13, 14"


def test_what_nothing_places_is_asked_and_an_answer_is_enough(tmp_path: Path) -> None:
    place, county = desk(tmp_path / "desk", towns=False), tmp_path / "county"
    take_files([place], county)
    keep_answer(county, "coordinates", "GPS")
    asked = next(q for q in begin_county(county).open if not q.default)
    assert asked.key == "homes"
    assert "阳光花园" in asked.text("zh")
    assert asked.allows("阳光花园=第一小学；其余=河东小学")
    started = county_of(place, county, homes="阳光花园=第一小学；其余=河东小学")
    assert near(started, "河东小学", ["东湾村三期"]) < 4000


def test_a_county_without_any_coordinate_needs_one_point_a_township(tmp_path: Path) -> None:
    place, county = desk(tmp_path / "desk", schools=False), tmp_path / "county"
    take_files([place], county)
    asked = [q for q in begin_county(county).open if not q.default]
    assert [q.key for q in asked] == ["homes"]
    points = "；".join(f"{town}={x},{y}" for town, (x, y) in TOWNS.items())
    started = county_of(place, county, homes=points)
    assert len(started.imported.district.schools) == len(SCHOOLS)


@pytest.mark.parametrize("wrong", ["河东镇", "=第一小学"])
def test_an_answer_that_is_no_pair_is_none(wrong: str) -> None:
    from planning.errors import DistrictError
    from planning.importing.begin import settled_answer

    with pytest.raises(DistrictError):
        settled_answer("homes", wrong)


@pytest.mark.slow
def test_a_layer_of_points_without_a_system_is_asked_for_and_fills_its_townships(tmp_path: Path) -> None:
    place, county = Office().write(tmp_path / "desk"), tmp_path / "county"
    rows = [
        [c.value for c in row]
        for row in load_workbook(place / "小区.xlsx").worksheets[0].iter_rows(min_row=2)
    ]
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    (place / "小区.xlsx").unlink()
    points = gpd.points_from_xy(frame.pop("经度"), frame.pop("纬度"))
    gpd.GeoDataFrame(frame, geometry=points).to_file(place / "小区.gpkg", driver="GPKG")
    take_files([place], county)
    assert [q.key for q in begin_county(county).open if not q.default] == ["coordinates"]
    district = county_of(place, county, coordinates="GPS").imported.district
    assert sorted(district.townships["name"]) == sorted(TOWNS)
    assert shapely.area(district.zones.geometry).sum() == pytest.approx(
        district.boundary.area.iloc[0], rel=1e-3
    )
