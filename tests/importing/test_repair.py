"""Outlines that cross themselves are repaired when somebody says so, and every one is named."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planning.district import read_district
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.schema import TABLE
from planning.importing.geometry.repair import repair_shapes
from tests.cli.invoke import planning
from tests.importing.test_bureau import ANSWERS, bureau, sets  # noqa: F401

BOW = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
LINE = shapely.Polygon([(0, 0), (1, 0), (2, 0), (0, 0)])
SQUARE = shapely.box(0, 0, 1, 1)


def layer(*shapes):
    at = np.array([str(i) for i in range(1, len(shapes) + 1)], dtype=object)
    return Sheet("f", ["name"], text_frame([["a"]] * len(shapes), 1), at, np.array(shapes, dtype=object))


def test_a_bow_becomes_two_triangles_and_others_stay():
    sheet, said, method = repair_shapes(TABLE["zones"], layer(SQUARE, BOW, None, shapely.Polygon()))
    assert sheet.shapes[0] is SQUARE
    assert sheet.shapes[1].is_valid
    assert sheet.shapes[1].area == pytest.approx(2)
    assert sheet.shapes[2] is None
    assert [(p.row, p.level) for p in said] == [("2", "warning")]
    assert "2 parts" in said[0].message_en
    assert [m.text() for m in method] == ["1 shapes that crossed themselves repaired"]


def test_what_has_no_area_is_left_to_be_refused():
    sheet, said, method = repair_shapes(TABLE["zones"], layer(LINE))
    assert sheet.shapes[0] is LINE
    assert said == method == []


def test_only_areas_are_repaired():
    assert repair_shapes(TABLE["roads"], layer(shapely.LineString([(0, 0), (1, 1)])))[1] == []


def test_the_import_asks_repairs_and_reports(bureau, tmp_path):  # noqa: F811
    (bureau / "县界.gpkg").unlink()
    towns = gpd.read_file(bureau / "乡镇界.shp", encoding="GBK")
    ring = list(towns.geometry[0].exterior.coords)
    x, y = ring[0]
    spike = [
        (x, y),
        (x - 4, y - 4),
        (x - 4, y),
        (x, y - 4),
        (x, y),
    ]  # a bow of a few metres at the first corner
    towns.loc[0, "geometry"] = shapely.Polygon([*ring[:-1], *spike])
    assert not towns.geometry[0].is_valid
    towns.to_file(bureau / "乡镇界.shp", encoding="GBK")
    answers = [*sets(ANSWERS), "--set", "district.name_zh=小县"]
    code, said = planning("import", bureau, tmp_path / "tiny", "--no-ask", *answers)
    assert code == 2
    assert "tables.townships.repair" in said.replace("\n", "")
    code, said = planning(
        "import", bureau, tmp_path / "tiny", "--no-ask", "--set", "tables.townships.repair=true"
    )
    assert code == 0, said
    assert "the shape was repaired (" in said.replace("\n", " ")
    district = read_district(tmp_path / "tiny")
    assert district.townships.geometry.is_valid.all()
    assert "repaired" in district.info.layers["townships"].method
    assert district.info.layers["townships"].status == "derived"
