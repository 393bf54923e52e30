"""Catchments drawn beside a list of estates are those in force, whichever school's name or layer says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Polygon, box

from tests.begin.test_kinds import books, homes, started

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
