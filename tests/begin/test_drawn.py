"""Catchments drawn beside a list of estates are those in force, whichever school's name or layer says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Polygon, box

from planning.district import read_district
from planning.importing import account_place
from planning.start import begin_county, build_county, keep_answer, take_files
from tests.begin.test_kinds import ANSWERS, books, homes, started

SCHOOLS = [("第一小学", "小学"), ("第二小学", "小学"), ("第一中学", "初级中学")]
WEST, EAST = box(106.19, 37.99, 106.23, 38.02), box(106.23, 37.99, 106.27, 38.02)
WHOLE = box(106.19, 37.99, 106.27, 38.02)


def layer(path: Path, *drawn: tuple[str, Polygon]) -> None:
    frame = gpd.GeoDataFrame({"名称": [n for n, _ in drawn]}, geometry=[s for _, s in drawn], crs=4326)
    frame.to_file(path)


def both_stages(desk: Path) -> None:
    layer(desk / "学区.geojson", ("第一小学学区", WEST), ("第二小学学区", EAST), ("第一中学招生范围", WHOLE))


def a_layer_each(desk: Path) -> None:
    layer(desk / "小学学区.geojson", ("第一小学", WEST), ("第二小学", EAST))
    marks = "".join(f"{x},{y},0 " for x, y in WHOLE.exterior.coords)
    ring = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{marks}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>第一中学</name>{ring}</Placemark></Document></kml>'
    (desk / "初中学区.ovkml").write_text(kml, encoding="utf-8")


@pytest.mark.parametrize("draw", [both_stages, a_layer_each], ids=lambda draw: draw.__name__)
def test_drawn_catchments_are_those_in_force_of_the_estates_inside(
    draw: Callable[[Path], None], tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    listed = [["学校名称", "学校类型", "教室数", "经度", "纬度"]]
    listed += [[n, kind, 14, 106.20 + 0.02 * k, 38.0] for k, (n, kind) in enumerate(SCHOOLS)]  # type: ignore[list-item]
    books(desk, 小区=homes(), 学校=listed)
    draw(desk)
    layer(desk / "校园用地.geojson", ("第二小学", box(106.1995, 37.9995, 106.2105, 38.0005)))  # no catchment
    district = started(desk, tmp_path / "county")
    names = district.units.merge(district.schools[["school", "name"]], on="school").set_index("unit")["name"]
    zones = district.zones.set_index("name")
    assert zones["current_primary"].map(names).to_dict() == {
        "阳光花园": "第一小学",
        "兴隆村": "第一小学",
        "望河苑": "第二小学",
        "东湾村": "第二小学",
    }
    assert set(zones["current_junior"].map(names)) == {"第一中学"}
    assert "学区" in district.info.layers["zones"].method


LISTED = [
    ("利民县第一小学", "小学"), ("城关镇第一小学", "小学"), ("利民县实验小学", "小学"), ("人和小学", "小学"), ("利民县第一中学", "初级中学"),
]  # fmt: skip
MIDDLE = box(106.19, 37.99, 106.255, 38.02)


def desk_with(folder: Path, **layers: tuple[tuple[str, Polygon], ...]) -> Path:
    folder.mkdir()
    listed = [["学校名称", "学校类型", "教室数", "经度", "纬度"]]
    listed += [[n, kind, 14, 106.20 + 0.015 * k, 38.0] for k, (n, kind) in enumerate(LISTED)]  # type: ignore[list-item]
    books(folder, 小区=homes(), 学校=listed)
    for name, drawn in layers.items():
        layer(folder / f"{name}.geojson", *drawn)
    return folder


def open_of(desk: Path, county: Path, **answers: str) -> dict[str, str]:
    """Return the open questions by key, with their defaults."""
    take_files([desk], county)
    for key, value in {**ANSWERS, **answers}.items():
        keep_answer(county, key, value)
    return {q.key: f"{q.text('zh')} {q.default}" for q in begin_county(county).open}


def in_force(county: Path, stage: str) -> dict[str, list[str]]:
    """Return the schools of every zone of a county that was started."""
    district = read_district(county / "district")
    names = district.units.merge(district.schools[["school", "name"]], on="school").set_index("unit")["name"]
    zones = district.zones.set_index("name")[f"current_{stage}"].fillna("")
    return {zone: [names[u] for u in units.split(";") if u] for zone, units in zones.items()}


def test_catchments_of_spoken_names_are_taken_asked_or_said(tmp_path: Path) -> None:
    drawn = (
        ("一小", WEST),
        ("实小和人和小学片\u200b区\u202e", EAST),
        ("南片区", WHOLE),
        ("县一中", WHOLE),
        ("外县小学（东）", box(107, 38, 107.1, 38.1)),
    )
    desk, county = desk_with(tmp_path / "desk", 划片=drawn), tmp_path / "county"
    asked = open_of(desk, county)
    assert list(asked) == ["catchments"]
    assert "一小（利民县第一小学、城关镇第一小学？）、南片区、外县小学(东)？" in asked["catchments"]
    wrong = open_of(desk, county, catchments="一小=没有的小学；其余=无")
    assert [name in wrong["catchments"] for name in ("一小", "外县")] == [True, False]
    started(desk, county, catchments="一小=城关一小；南片区=利民县第一小学；其余=无")
    assert in_force(county, "primary") == {
        "阳光花园": ["城关镇第一小学"],
        "兴隆村": ["城关镇第一小学"],
        "望河苑": ["利民县实验小学", "人和小学"],
        "东湾村": ["利民县实验小学", "人和小学"],
    }
    assert set(map(tuple, in_force(county, "junior").values())) == {("利民县第一中学",)}
    account = account_place(county / "district").read_text(encoding="utf-8-sig")
    assert all(pair in account for pair in ("县一中＝利民县第一中学", "实小＝利民县实验小学"))


def test_layers_that_draw_the_same_are_asked_about_or_said(tmp_path: Path) -> None:
    now, before = (("人和小学", WEST), ("实小", EAST)), (("人和小学", EAST), ("实小", WEST))
    twins = desk_with(tmp_path / "twins", 学区甲=now, 学区乙=before)
    asked = open_of(twins, tmp_path / "a")
    assert [(k, v.endswith(" ")) for k, v in asked.items()] == [("layer", True)]  # nothing tells them apart
    assert open_of(twins, tmp_path / "a", layer="学区甲.geojson") == {}
    old = desk_with(tmp_path / "old", 小学学区=now, 旧小学学区=before, 小学学区副本=now)
    assert open_of(old, tmp_path / "b")["layer"].endswith("小学学区.geojson")
    begun = begin_county(tmp_path / "b")
    said = [p.text("zh") for p in build_county(tmp_path / "b", begun).imported.problems]
    assert any("旧小学学区.geojson" in s and "未采用" in s for s in said)
    assert any("小学学区副本.geojson" in s and "内容相同" in s for s in said)
    assert in_force(tmp_path / "b", "primary")["阳光花园"] == ["人和小学"]


def test_layers_of_parts_of_the_county_belong_together(tmp_path: Path) -> None:
    desk = desk_with(tmp_path / "desk", 城关镇学区=(("人和小学", WEST),), 河东镇学区=(("实小", EAST),))
    started(desk, tmp_path / "county")
    assert set(map(tuple, in_force(tmp_path / "county", "primary").values())) == {
        ("人和小学",),
        ("利民县实验小学",),
    }


def test_an_estate_in_two_catchments_is_said(tmp_path: Path) -> None:
    desk, county = (
        desk_with(tmp_path / "desk", 小学学区=(("人和小学", MIDDLE), ("实小", EAST))),
        tmp_path / "county",
    )
    assert open_of(desk, county) == {}
    found = build_county(county, begin_county(county)).imported.problems
    said = [p for p in found if p.code == "importing.overlay.in_several"]
    assert [p.row for p in said] == ["4"]
    assert all(word in said[0].text("zh") for word in ("望河苑", "按“人和小学”计"))
    both = box(106.23, 37.99, 106.255, 38.02)
    layer(
        desk / "小学学区.geojson",
        ("人和小学", WEST),
        ("人和小学、实小", both),
        ("实小", box(106.255, 37.99, 106.27, 38.02)),
    )
    assert open_of(desk, county) == {}
    after = build_county(county, begin_county(county)).imported.problems
    assert "importing.overlay.in_several" not in {p.code for p in after}
    assert in_force(county, "primary")["望河苑"] == ["人和小学", "利民县实验小学"]


def test_a_layer_without_a_system_is_seen_by_where_the_others_lie(tmp_path: Path) -> None:
    desk, county = desk_with(tmp_path / "desk"), tmp_path / "county"
    frame = gpd.GeoDataFrame({"XXMC": ["人和小学", "实小"]}, geometry=[WEST, EAST], crs=4326).to_crs(4544)
    frame.to_file(desk / "小学学区.shp", encoding="utf-8")
    (desk / "小学学区.prj").unlink()
    asked = open_of(desk, county)
    assert {k: v[-3:] for k, v in asked.items()} == {"meridian": "105"}
    started(desk, county)
    assert in_force(county, "primary")["望河苑"] == ["利民县实验小学"]
