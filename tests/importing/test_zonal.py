"""Zones from what exists: outlines that stop at barriers, totals and rasters spread, pupils counted from addresses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin

from planning.district import write_district
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.schema import TABLE
from planning.errors import DistrictError
from planning.importing import import_checked, import_district
from planning.importing.geometry.outlines import cut_parts, overlay_pieces, voronoi_zones, whole_cells
from planning.importing.values.addresses import count_by_zone, match_addresses
from planning.importing.values.spread import area_weights, raster_sums, spread_rows

LAND = np.array([shapely.box(0, 0, 2000, 1000)], dtype=object)
POINTS = st.lists(st.tuples(st.integers(1, 1999), st.integers(1, 999)), min_size=1, max_size=20, unique=True)
RIVERS = st.lists(
    st.tuples(st.integers(-50, 2050), st.integers(-50, 2050)).filter(lambda p: p[0] != p[1]), max_size=4
)


def shapes(*parts) -> np.ndarray:
    found = np.empty(len(parts), dtype=object)
    found[:] = parts
    return found


@settings(deadline=None, max_examples=60)
@given(POINTS, RIVERS)
@example([(1, 1), (538, 1), (990, 443)], [(-1, 1), (456, 706)])
def test_cells_fill_the_land_and_do_not_overlap(places, rivers):
    points = shapes(*(shapely.Point(p) for p in places))
    lines = shapes(*(shapely.LineString([(a, -10), (b, 1010)]) for a, b in rivers))
    cells = whole_cells(voronoi_zones(points, cut_parts(LAND, lines, points)), points)
    there = cells[~shapely.is_missing(cells)]
    assert shapely.area(there).sum() == pytest.approx(2e6, rel=1e-6)
    assert shapely.union_all(there).area == pytest.approx(2e6, rel=1e-6)
    assert shapely.coverage_is_valid(there)


def test_no_cell_reaches_over_a_river_between_homes():
    points = shapes(*(shapely.Point(x, y) for x in (200, 900, 1150, 1800) for y in (300, 700)))
    river = shapely.LineString([(1000, -1), (1000, 1001)])
    cells = whole_cells(voronoi_zones(points, cut_parts(LAND, shapes(river), points)), points)
    for cell in cells:
        assert (
            shapely.intersection(cell, river).length == pytest.approx(0)
            or cell.bounds[0] >= 1000
            or cell.bounds[2] <= 1000
        )


def test_land_without_homes_joins_the_longest_border():
    points = shapes(shapely.Point(100, 500), shapely.Point(1900, 500))
    rivers = shapes(
        shapely.LineString([(500, -1), (500, 1001)]),
        shapely.LineString([(1500, 400), (1500, 1001), (1500, -1)]),
    )
    cells = voronoi_zones(points, cut_parts(LAND, rivers, points))
    assert sorted(round(c.area / 1e5) for c in cells) == [5, 15]


def test_fragments_join_the_cell_they_border():
    cells = shapes(
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]),
        shapely.box(1, 0, 2, 1),
        shapely.box(3, 0, 4, 3),
    )
    points = shapes(shapely.Point(0.5, 0.5), shapely.Point(1.5, 0.5), shapely.Point(3.5, 0.5))
    whole = whole_cells(cells, points)
    assert whole[0].equals(shapely.box(0, 0, 1, 1))
    assert sum(c.area for c in whole) == sum(c.area for c in cells)


def test_overlapping_catchments_become_shared_pieces():
    areas = shapes(
        shapely.box(0, 0, 1000, 1000),
        shapely.box(600, 0, 1600, 1000),
        shapely.box(0, 0, 1000, 1000),
        shapely.box(1600, 0, 2000, 400),
    )
    pieces, owners = overlay_pieces(areas)
    assert {(round(p.area), tuple(o)) for p, o in zip(pieces, owners, strict=True)} == {
        (600_000, (0, 2)), (400_000, (0, 1, 2)), (600_000, (1,)), (160_000, (3,)),
    }  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(150, 900), st.integers(150, 900)),
        min_size=1,
        max_size=6,
    )
)
def test_pieces_fill_the_union(boxes):
    areas = shapes(*(shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes))
    pieces, owners = overlay_pieces(areas, sliver_m2=500.0)
    assert shapely.area(pieces).sum() == pytest.approx(shapely.union_all(areas).area, rel=1e-9)
    assert shapely.union_all(pieces).area == pytest.approx(shapely.area(pieces).sum(), rel=1e-9)
    assert all(owners)


def sheet(headers, *rows) -> Sheet:
    labels = np.array([str(i) for i in range(2, len(rows) + 2)], dtype=object)
    return Sheet("表.xlsx", headers, text_frame(list(rows), len(headers)), labels)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 5000), min_size=1, max_size=6),
    st.lists(st.floats(0.1, 1e4), min_size=1, max_size=8),
)
def test_every_total_is_kept(totals, weights):
    rows = sheet(
        ["zone", "year", "grade", "pupils"],
        *(["甲镇", "2020", str(g + 1), str(t)] for g, t in enumerate(totals)),
    )
    zones = [f"Z{i}" for i in range(len(weights))]
    spread, problems = spread_rows(TABLE["zone_pupils"], rows, {"甲镇": (zones, np.array(weights))})
    assert not problems
    sums = spread.cells[3].astype(int).groupby(spread.cells[2]).sum()
    assert sums.to_dict() == {str(g + 1): t for g, t in enumerate(totals)}
    assert len(spread.cells) == len(totals) * len(zones)


def test_totals_of_several_areas_meet_in_one_zone():
    rows = sheet(["zone", "year", "grade", "pupils"], ["甲校", "2020", "1", "10"], ["乙校", "2020", "1", "7"])
    weights = {"甲校": (["Z1", "Z2"], np.array([1.0, 1.0])), "乙校": (["Z2"], np.array([1.0]))}
    spread, problems = spread_rows(TABLE["zone_pupils"], rows, weights)
    assert not problems
    assert spread.cells.to_numpy().tolist() == [["Z1", "2020", "1", "5"], ["Z2", "2020", "1", "12"]]


def test_areas_that_cannot_take_a_total_are_named():
    rows = sheet(
        ["zone", "year", "grade", "pupils"],
        ["甲镇", "2020", "1", "5"],
        ["乙镇", "2020", "1", "5"],
        ["丙镇", "2020", "1", "-5"],
    )
    weights = {"甲镇": (["Z1"], np.array([0.0])), "丙镇": (["Z2"], np.array([1.0]))}
    _, problems = spread_rows(TABLE["zone_pupils"], rows, weights)
    assert [(p.row, p.value) for p in problems] == [("2", "甲镇"), ("3", "乙镇"), ("4", "丙镇")]
    assert [p.message_en.split(":")[0] for p in problems] == [
        "cannot be spread",
        "no such area",
        "cannot be spread",
    ]


def test_weights_of_zones_that_lie_in_two_areas_are_divided():
    zones = shapes(shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1))
    areas = shapes(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 4, 1))
    np.testing.assert_allclose(area_weights(zones, areas, np.array([10.0, 7.0])), [[5, 0], [5, 7]])


@pytest.fixture
def raster(tmp_path):
    def write(cells, crs="EPSG:32648", name="人口.tif"):
        path = tmp_path / name
        options = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": crs, "nodata": -9999}
        with rasterio.open(
            path,
            "w",
            height=cells.shape[0],
            width=cells.shape[1],
            transform=from_origin(0, 1000, 100, 100),
            **options,
        ) as out:
            out.write(cells.astype("float32"), 1)
        return path

    return write


def test_a_raster_is_summed_and_nothing_is_lost(raster):
    cells = np.arange(200, dtype=float).reshape(10, 20)
    cells[0, 0] = -9999
    zones = shapes(shapely.box(0, 0, 950, 1000), shapely.box(950, 0, 1500, 1000))
    sums, outside = raster_sums(raster(cells), zones, "EPSG:32648")
    assert sums.sum() + outside == pytest.approx(cells[:, :15].clip(0).sum())
    assert sums[0] == pytest.approx(cells[:, :9].clip(0).sum() + cells[:, 9].sum() / 2, rel=0.06)


@pytest.mark.parametrize("data", [b"", b"II*\x00nothing", "不是栅格".encode()])
def test_files_that_are_no_raster(tmp_path, data):
    (tmp_path / "x.tif").write_bytes(data)
    with pytest.raises(DistrictError, match=r"x\.tif"):
        raster_sums(tmp_path / "x.tif", shapes(shapely.box(0, 0, 1, 1)), "EPSG:32648")


def test_a_raster_without_a_system_is_refused(raster):
    with pytest.raises(DistrictError, match="coordinate system"):
        raster_sums(raster(np.ones((3, 3)), crs=None), shapes(shapely.box(0, 0, 1, 1)), "EPSG:32648")


NAMES = {
    "阳光花园": "Z1",
    "阳光花园二期": "Z2",
    "和平里小区": "Z3",
    "板桥村": "Z4",
    "金星社区": "Z5",
    "利华苑": "Z6",
}


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("阳光花园", "Z1"),
        ("裕民路12号阳光花园3号楼2单元501室", "Z1"),
        ("阳光花园二期 5-2-301", "Z2"),
        ("和平里(东区)７号楼", "Z3"),
        ("板桥乡板桥村三组", "Z4"),
        ("金星 社区", "Z5"),
        ("利华苑与和平里之间", ""),
        ("朝阳小区", ""),
        ("利华苑三期", "Z6"),
        ("北板桥", ""),
        ("", ""),
    ],
)
def test_addresses(address, zone):
    assert match_addresses([address], NAMES).zone == (zone,)


def test_one_alike_name_is_taken_and_said():
    found = match_addresses(["阳光花圆二期"], NAMES)
    assert found.zone == ("Z2",)
    assert found.alike == (True,)


def test_a_phase_the_district_does_not_know_is_said():
    assert match_addresses(["利华苑三期2号楼", "阳光花园二期"], NAMES).alike == (True, False)


def test_fragments_stay_in_their_township():
    cells = shapes(
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]),
        shapely.box(1, 0, 2, 1),
        shapely.box(3, 0, 4, 1),
    )
    points = shapes(shapely.Point(0.5, 0.5), shapely.Point(1.5, 0.5), shapely.Point(3.5, 0.5))
    whole = whole_cells(cells, points, np.array([0, 1, 0]))
    assert whole[2].equals(shapely.box(2, 0, 4, 1))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_address_is_matched_or_open(text):
    assert match_addresses([text], NAMES).zone[0] in {*NAMES.values(), ""}


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("裕民路12号朝阳花园3号楼", ""),
        ("金星镇东方苑", ""),
        ("裕民村三组", ""),
        ("裕民路12号裕民小区3号楼", "Z1"),
        ("裕民小区东门", "Z1"),
    ],
)
def test_a_street_or_town_of_the_same_name_is_not_the_estate(address, zone):
    assert match_addresses([address], {"裕民小区": "Z1", "金星小区": "Z2"}).zone == (zone,)


def test_a_name_that_two_zones_have_stays_open():
    zones = sheet(["zone", "name"], ["Z1", "阳光花园"], ["Z2", "阳光花园"], ["Z3", "阳光"])
    counted, problems, _ = count_by_zone(
        sheet(["家庭住址", "grade"], ["阳光花园3号楼", "1"]), zones, 0, drop=False
    )
    assert counted.cells.empty
    assert [p.level for p in problems] == ["error"]


def test_counts_in_an_address_list_are_read_or_refused():
    zones = sheet(["zone", "name"], ["Z1", "阳光花园"])
    good = sheet(
        ["家庭住址", "grade", "pupils"], *(["阳光花园", "1", c] for c in ("12人", "1,200", "3.0", "５", ""))
    )
    counted, problems, _ = count_by_zone(good, zones, 0, drop=False)
    assert counted.cells[3].tolist() == ["1220"]
    assert not problems
    bad = sheet(["家庭住址", "grade", "pupils"], *(["阳光花园", "1", c] for c in ("-3", "约五人", "2.5")))
    _, problems, _ = count_by_zone(bad, zones, 0, drop=False)
    assert [(p.row, p.column, p.level) for p in problems] == [(str(r), "pupils", "error") for r in (2, 3, 4)]


@pytest.fixture
def place(tiny, tmp_path):
    """The tiny county, its mapping ready for a table of pupils of another kind."""
    write_district(tiny, tmp_path / "d")
    shaped = ("boundary", "townships", "zones", "schools")
    tables = {n: {"file": f"d/{n}.geojson", "coordinates": "WGS84"} for n in shaped}
    tables |= {n: {"file": f"d/{n}.csv"} for n in ("units", "classes")}
    info = {"id": "tiny", "name_zh": "小县", "base_year": 2020}

    def run(**entries):
        data = {"district": info, "tables": {**tables, **entries}}
        (tmp_path / "m.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return tmp_path / "m.yaml"

    return run, tmp_path


def test_township_totals_become_pupils_of_zones(place, tiny):
    run, folder = place
    town = tiny.townships["name"].iloc[0]
    (folder / "镇.csv").write_text(f"乡镇,年级,学生数\n{town},1,101\n{town},7,50\n", encoding="utf-8")
    entry = {
        "file": "镇.csv",
        "columns": {"zone": "乡镇"},
        "values": {"year": 2020},
        "spread": {"by": "area"},
    }
    district = import_district(run(zone_pupils=entry))
    assert district.zone_pupils.groupby("grade")["pupils"].sum().to_dict() == {1: 101, 7: 50}
    assert district.info.layers["zone_pupils"].status == "derived"
    assert "every total kept" in district.info.layers["zone_pupils"].method


def test_pupils_are_counted_from_addresses_and_none_is_named(place, tiny):
    run, folder = place
    names = tiny.zones["name"].tolist()
    rows = [f"学生{i},{names[i % 2]}，{i + 1}号楼{i}室,{1 + i % 3}" for i in range(12)] + [
        "学生99,不知何处,1"
    ]
    (folder / "名单.csv").write_text("姓名,家庭住址,年级\n" + "\n".join(rows) + "\n", encoding="utf-8")
    entry = {"file": "名单.csv", "addresses": "家庭住址", "values": {"year": 2020}}
    with pytest.raises(DistrictError, match="no zone, or several"):
        import_district(run(zone_pupils=entry))
    district, problems = import_checked(run(zone_pupils={**entry, "unmatched": "drop"}))
    assert int(district.zone_pupils["pupils"].sum()) == 12
    assert "12 of 13 rows matched" in district.info.layers["zone_pupils"].method
    write_district(district, folder / "out")
    text = "".join(p.read_text(encoding="utf-8") for p in (folder / "out").iterdir())
    assert "学生9" not in text
    assert any("不知何处" in p.value for p in problems)


def test_population_from_a_raster(place, tiny):
    run, folder = place
    west, south, east, north = tiny.zones.to_crs(32648).total_bounds
    cells = np.full((int((north - south) // 100) + 4, int((east - west) // 100) + 4), 3.0, dtype="float32")
    with rasterio.open(folder / "pop.tif", "w", driver="GTiff", count=1, dtype="float32", crs="EPSG:32648", height=cells.shape[0], width=cells.shape[1],
                       transform=from_origin(west - 200, north + 200, 100, 100)) as out:  # fmt: skip
        out.write(cells, 1)
    zones = {"file": "d/zones.geojson", "coordinates": "WGS84", "raster": {"population": {"file": "pop.tif"}}}
    district = import_district(run(zones=zones, zone_pupils={"file": "d/zone_pupils.csv"}))
    expected = tiny.zones.area / 1e4 * 3
    np.testing.assert_allclose(district.zones["population"].astype(float), expected, rtol=0.05)
    assert "raster pop.tif" in district.info.layers["zones"].method
    pd.testing.assert_index_equal(district.zones.index, tiny.zones.index)
