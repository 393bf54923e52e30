"""A street network becomes roads that meet at junctions, and barriers; nothing is lost where ways are cut."""

from __future__ import annotations

import networkx as nx
import numpy as np
import osmium
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planning.district.cells.sheet import Sheet, text_frame
from planning.district.schema import TABLE
from planning.errors import DistrictError
from planning.importing import draft_of, import_district, write_mapping
from planning.importing.geometry.streets import Way, cut_at, mended_streets, near_county
from planning.travel import walking_network

ROADS, BARRIERS = TABLE["roads"], TABLE["barriers"]
HOME = (106.2, 38.0)
NODES = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1, -1), 6: (0, 2), 7: (2, 2), 8: (3, 0)}
WAYS = {
    10: ((1, 2, 3, 8), {"highway": "primary", "name": "Main Street", "name:zh": "人民路"}),
    11: ((5, 2, 4), {"highway": "residential", "name": "团结巷"}),
    12: ((6, 7), {"highway": "footway", "bridge": "yes"}),
    13: ((4, 6), {"highway": "service", "access": "private"}),
    14: ((1, 6), {"waterway": "canal", "name": "秦渠"}),
    15: ((3, 7), {"railway": "rail"}),
    16: ((5, 8), {"railway": "rail", "tunnel": "yes"}),
    17: ((4, 7), {"highway": "motorway"}),
    18: ((1, 5), {"building": "yes"}),
}


def degrees(xy: tuple[float, float]) -> tuple[float, float]:
    return HOME[0] + xy[0] * 0.001, HOME[1] + xy[1] * 0.001


@pytest.fixture
def extract(tmp_path):
    def write(name: str):
        path = tmp_path / name
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for key, xy in NODES.items():
                tags = {"highway": "traffic_signals"} if key == 3 else {}
                writer.add_node(osmium.osm.mutable.Node(id=key, location=degrees(xy), tags=tags, version=1))
            for key, (nodes, tags) in WAYS.items():
                writer.add_way(osmium.osm.mutable.Way(id=key, nodes=nodes, tags=tags, version=1))
        return path

    return write


def rows(sheet: Sheet) -> dict[str, dict[str, str]]:
    found = sheet.cells.set_axis(list(sheet.headers), axis=1).to_dict("records")
    return {row[sheet.headers[0]]: row for row in found}


@pytest.mark.parametrize("name", ["county.osm.pbf", "county.osm", "county.osm.gz"])
def test_ways_are_cut_at_junctions_and_crossings(extract, name):
    sheet = mended_streets(extract(name), ROADS)[0]
    found = rows(sheet)
    assert set(found) == {"W10-0", "W10-1", "W10-2", "W11-0", "W11-1", "W12-0", "W13-0", "W17-0"}
    assert found["W10-0"] == {
        "road": "W10-0",
        "name": "人民路",
        "road_class": "arterial",
        "walkable": "true",
        "crossing": "false",
    }
    assert [found[f"W10-{i}"]["crossing"] for i in range(3)] == ["false", "true", "true"]  # signals at node 3
    assert found["W12-0"]["crossing"] == "true"
    assert found["W13-0"]["walkable"] == "false"
    assert found["W17-0"]["walkable"] == "false"
    length = {
        w: shapely.LineString([degrees(NODES[n]) for n in nodes]).length for w, (nodes, _) in WAYS.items()
    }
    assert shapely.length(sheet.shapes).sum() == pytest.approx(sum(length[w] for w in (10, 11, 12, 13, 17)))


def test_barriers_lie_above_the_ground(extract):
    found = rows(mended_streets(extract("county.osm.pbf"), BARRIERS)[0])
    assert {k: r["kind"] for k, r in found.items()} == {
        "W10": "arterial",
        "W14": "canal",
        "W15": "railway",
        "W17": "motorway",
    }
    assert found["W14"]["name"] == "秦渠"


def test_words_of_the_mapping_win(extract):
    found = rows(mended_streets(extract("county.osm.pbf"), ROADS, {"primary": "local"})[0])
    assert found["W10-0"]["road_class"] == "local"


def test_osmnx_graphml_gives_the_same_roads_once(tmp_path):
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for key in (1, 2, 3, 4, 5):
        x, y = degrees(NODES[key])
        graph.add_node(key, x=x, y=y, **({"highway": "traffic_signals"} if key == 3 else {}))
    bend = shapely.LineString([degrees(p) for p in ((1, 0), (1.2, 0.5), (1, 1))]).wkt
    for a, b, data in [
        (1, 2, {"highway": "primary", "name": "人民路", "osmid": 10}),
        (2, 3, {"highway": "['primary', 'secondary']", "osmid": "[10, 12]"}),
        (2, 4, {"highway": "residential", "geometry": bend, "osmid": 11}),
        (2, 5, {"highway": "residential", "osmid": 11}),
    ]:
        graph.add_edge(a, b, **data)
        graph.add_edge(b, a, **data)
    nx.write_graphml(graph, tmp_path / "streets.graphml")
    sheet = mended_streets(tmp_path / "streets.graphml", ROADS)[0]
    found = list(rows(sheet).values())
    assert [r["road_class"] for r in found] == ["arterial", "arterial", "local", "local"]
    assert [r["crossing"] for r in found] == ["false", "true", "false", "false"]
    assert shapely.get_num_coordinates(sheet.shapes).tolist() == [2, 2, 3, 2]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader"),
        ("text.osm.pbf", "不是路网".encode()),
        ("empty.osm.pbf", b""),
        ("broken.osm", b"<osm version='0.6'><node id='1' lat='38'"),
        ("other.osm", b"<html></html>"),
        ("no.graphml", b"<graphml"),
        ("other.graphml", b"<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph edgedefault='directed'><node id='a'/></graph></graphml>"),
    ],
)  # fmt: skip
def test_files_that_are_no_street_network(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DistrictError) as caught:
        mended_streets(tmp_path / name, ROADS)
    assert name in str(caught.value)


def test_an_extract_without_streets_and_a_table_that_streets_cannot_fill(tmp_path):
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=HOME, version=1))
    with pytest.raises(DistrictError, match="no street"):
        mended_streets(tmp_path / "a.osm.pbf", ROADS)
    with pytest.raises(DistrictError, match="cannot fill table zones"):
        mended_streets(tmp_path / "a.osm.pbf", TABLE["zones"])


def test_an_extract_cut_at_its_edge_keeps_what_has_a_place(tmp_path):
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for key in (1, 2):
            writer.add_node(osmium.osm.mutable.Node(id=key, location=degrees(NODES[key]), version=1))
        writer.add_way(
            osmium.osm.mutable.Way(id=10, nodes=(1, 2, 3), tags={"highway": "residential"}, version=1)
        )
    sheet = mended_streets(tmp_path / "a.osm.pbf", ROADS)[0]
    assert shapely.get_num_coordinates(sheet.shapes).tolist() == [2]


def test_streets_far_from_the_county_are_left_out():
    shapes = np.array(
        [shapely.LineString([(106.2 + d, 38), (106.21 + d, 38)]) for d in (0, 0.02, 1)], dtype=object
    )
    labels = np.array(["a", "b", "c"], dtype=object)
    roads = Sheet("x.pbf", ["road"], text_frame([["a"], ["b"], ["c"]], 1), labels, shapes)
    outline = np.array([shapely.box(106.19, 37.99, 106.21, 38.01)], dtype=object)
    county = Sheet("b", ["name"], text_frame([["县"]], 1), labels[:1], outline)
    assert list(near_county(roads, county, "EPSG:32648").labels) == ["a", "b"]
    assert list(near_county(roads, county, "EPSG:32648", 100.0).labels) == ["a"]


@given(st.integers(2, 30), st.sets(st.integers(0, 29)))
def test_pieces_join_to_the_way(count, junctions):
    way = Way("W1", {}, np.arange(count), np.column_stack([np.arange(count), np.zeros(count)]).astype(float))
    pieces = cut_at(way, junctions)
    assert sum(shapely.LineString(way.xy[p]).length for p in pieces) == pytest.approx(count - 1)
    assert {p.start for p in pieces} | {count - 1} == {0, count - 1} | {
        j for j in junctions if 0 < j < count - 1
    }


def test_an_extract_in_the_folder_gives_roads_and_barriers(tiny, folder, extract, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    for table in ("boundary", "townships", "zones", "schools"):
        (files / f"{table}.geojson").write_bytes((folder / f"{table}.geojson").read_bytes())
    for table in ("zone_pupils", "units", "classes"):
        (files / f"{table}.csv").write_bytes((folder / f"{table}.csv").read_bytes())
    x, y = tiny.schools.to_crs(4326).geometry.iloc[0].coords[0]
    with osmium.SimpleWriter(str(files / "streets.osm.pbf")) as writer:
        for key, (dx, dy) in NODES.items():
            writer.add_node(
                osmium.osm.mutable.Node(id=key, location=(x + dx * 1e-3, y + dy * 1e-3), version=1)
            )
        for key, (nodes, tags) in WAYS.items():
            writer.add_way(osmium.osm.mutable.Way(id=key, nodes=nodes, tags=tags, version=1))
    data, _ = draft_of(files)
    assert data["tables"]["roads"] == data["tables"]["barriers"] == {"file": "streets.osm.pbf"}
    data["district"] |= {"id": "tiny", "name_zh": "小县", "base_year": 2020}
    for entry in data["tables"].values():
        if entry.get("coordinates") == "":
            entry["coordinates"] = "WGS84"
    district = import_district(write_mapping(data, files / "mapping.yaml"))
    assert {"canal", "railway", "arterial"} <= set(district.barriers["kind"])
    network = walking_network(district)
    assert network.length_m.sum() > 0
