"""One damaged road does not refuse a layer: it is mended or left out, and named."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planning.district.cells.sheet import Sheet, text_frame
from planning.district.geometry.lines import leave_out_damaged, mend_lines
from planning.district.load import assemble
from planning.district.schema import TABLE

GOOD = [
    "LINESTRING (106 38, 106.01 38)",
    "LINESTRING (106.01 38, 106.02 38)",
    "LINESTRING (106 38, 106 38.01)",
]
DAMAGED = [
    "LINESTRING (106 38, 106 38)",
    "LINESTRING EMPTY",
    "POINT (106 38)",
    "LINESTRING (500 38, 501 38)",
    None,
]


def layer(words):
    rows = [[f"R{i}", "一号路"] for i in range(1, len(words) + 1)]
    labels = np.array([r[0] for r in rows], dtype=object)
    shapes = np.array(shapely.from_wkt(words), dtype=object)
    return Sheet("roads.geojson", ["road", "name"], text_frame(rows, 2), labels, shapes, "EPSG:4326")


def loaded(words, table="roads"):
    sheet = layer(words)
    if table == "barriers":
        sheet = Sheet(sheet.file, ["barrier", "name"], *[sheet.cells, sheet.labels, sheet.shapes, sheet.crs])
    return assemble(None, None, {table: sheet}, [])


@pytest.mark.parametrize("table", ["roads", "barriers"])
@pytest.mark.parametrize("word", DAMAGED)
def test_one_damaged_feature_is_left_out_and_named(word, table):
    found = loaded([GOOD[0], word, *GOOD[1:]], table)
    assert list(found.labels[table]) == ["R1", "R3", "R4"]
    assert len(found.frames[table]) == len(found.degrees[table]) == 3
    said = [p for p in found.problems if "left out" in p.message_en]
    assert [(p.row, p.level) for p in said] == [("R2", "warning")]
    assert not [p for p in found.problems if p.row == "R2" and p.level == "error"]


def test_a_layer_that_is_damaged_as_a_whole_is_refused():
    found = loaded([GOOD[0], *DAMAGED[:3]])
    assert len(found.frames["roads"]) == 4
    assert {p.row for p in found.problems if p.level == "error" and p.file == "roads.geojson"} >= {
        "R2",
        "R3",
        "R4",
    }


def test_the_good_parts_of_a_feature_stay():
    words = [
        "MULTILINESTRING ((106 38, 106 38), (106 38, 106.01 38))",
        "GEOMETRYCOLLECTION (POINT (106 38), LINESTRING (106 38, 106 38.01))",
        GOOD[0],
    ]
    sheet, said = mend_lines(layer(words))
    assert [s.length for s in sheet.shapes] == pytest.approx([0.01] * 3)
    assert [(p.row, p.level) for p in said] == [("R1", "warning"), ("R2", "warning")]
    assert TABLE["roads"].geometry == "line"
    usable, _ = leave_out_damaged(sheet.shapes, [])
    assert usable.all()
