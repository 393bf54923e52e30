"""Faults in shapes and coordinates."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planning.district import check_district, read_district
from tests.reliability.runs import county
from tests.reliability.table import Outcome, checked, fault

PART = "Shapes · 几何与坐标"
Change = Callable[[list[dict[str, Any]]], None]


def _with(place: Path, file: str, change: Change) -> Path:
    folder = county(place)
    data = json.loads((folder / file).read_text(encoding="utf-8"))
    change(data["features"])
    (folder / file).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return folder


def _ring(feature: dict[str, Any]) -> list[list[float]]:
    ring: list[list[float]] = feature["geometry"]["coordinates"][0]
    return ring


def _bowtie(features: list[dict[str, Any]]) -> None:
    ring = _ring(features[2])
    ring[1], ring[2] = ring[2], ring[1]


def _hair(features: list[dict[str, Any]]) -> None:
    ring = _ring(features[2])
    (x0, y0), (x1, y1) = ring[0], ring[1]
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    ring[1:1] = (
        [[x - 3e-6, y + 3e-6], [x + 3e-6, y - 3e-6]]
        if x0 > x1
        else [[x + 3e-6, y - 3e-6], [x - 3e-6, y + 3e-6]]
    )
    ring[1:1] = [[x + (x1 - x0) / 9, y + (y1 - y0) / 9]]


def _flat(features: list[dict[str, Any]]) -> None:
    ring = _ring(features[2])
    ring[2:4] = [ring[1], ring[0]]


def _swap(features: list[dict[str, Any]]) -> None:
    for f in features:
        f["geometry"]["coordinates"] = f["geometry"]["coordinates"][::-1]


def _set(key: str, value: Any) -> Change:
    def change(features: list[dict[str, Any]]) -> None:
        features[2]["geometry"] = {**(features[2]["geometry"] or {}), key: value} if key else value

    return change


def _spike(features: list[dict[str, Any]]) -> None:
    ring = _ring(features[2])
    x, y = ring[1]
    ring[2:2] = [[x + 0.004, y + 0.004], [x, y]]


def _twice(features: list[dict[str, Any]]) -> None:
    ring = _ring(features[2])
    ring[1:1] = [list(ring[0]), list(ring[0])]


def _some_heights(features: list[dict[str, Any]]) -> None:
    for feature in features[::2]:
        feature["geometry"]["coordinates"] = [[[*point, 1100.0] for point in _ring(feature)]]


def _collection(features: list[dict[str, Any]]) -> None:
    features[2]["geometry"] = {"type": "GeometryCollection", "geometries": [features[2]["geometry"]]}


def _copy_over(features: list[dict[str, Any]]) -> None:
    features[2]["geometry"] = features[1]["geometry"]


def _far(features: list[dict[str, Any]]) -> None:
    ring = _ring(features[2])
    ring[:] = [[x + 1, y] for x, y in ring]


def _metres(features: list[dict[str, Any]]) -> None:
    for f in features:
        f["geometry"]["coordinates"] = [600_000.0, 4_200_000.0]


_CASES: tuple[tuple[str, str, str, str, Change], ...] = (
    ("a zone that crosses itself", "居住单元自相交", "refused", "zones.geojson", _bowtie),
    ("a zone that crosses itself by a hair", "居住单元自相交不足一米", "warned", "zones.geojson", _hair),
    ("a zone without area", "居住单元面积为零", "refused", "zones.geojson", _flat),
    ("a zone without a shape", "居住单元没有几何", "refused", "zones.geojson", _set("", None)),
    ("an empty polygon", "空几何", "refused", "zones.geojson", _set("coordinates", [])),
    ("a point where a polygon belongs", "应为面却是点", "refused", "zones.geojson", _set("", {"type": "Point", "coordinates": [106.2, 37.9]})),
    ("a shape of no known kind", "未知的几何类型", "refused", "zones.geojson", _set("type", "Circle")),
    ("coordinates that are NaN", "坐标为 NaN", "refused", "schools.geojson", _set("coordinates", [float("nan"), 37.9])),
    ("coordinates that are infinite", "坐标为无穷大", "refused", "schools.geojson", _set("coordinates", [float("inf"), 37.9])),
    ("coordinates that are words", "坐标为文字", "refused", "schools.geojson", _set("coordinates", ["a", "b"])),
    ("longitude and latitude exchanged", "经纬度颠倒", "refused", "schools.geojson", _swap),
    ("metres instead of degrees", "米制坐标当作经纬度", "refused", "schools.geojson", _metres),
    ("two zones in the same place", "两个居住单元重叠", "refused", "zones.geojson", _copy_over),
    ("a zone with a spike", "居住单元带尖刺", "warned", "zones.geojson", _spike),
    ("a corner that is written three times", "同一折点重复三次", "read", "zones.geojson", _twice),
    ("heights in some zones only", "部分居住单元带高程", "read", "zones.geojson", _some_heights),
    ("a zone that is a collection of areas", "居住单元为面的集合", "read", "zones.geojson", _collection),
    ("a zone outside the county", "居住单元在县界之外", "refused", "zones.geojson", _far),
)  # fmt: skip

for _what, _zh, _expected, _file, _change in _CASES:
    fault(PART, _what, _zh, _expected)(
        lambda place, f=_file, c=_change: checked(check_district(_with(place, f, c)))  # type: ignore[misc]
    )


@fault(PART, "heights in coordinates", "坐标带高程", "read")
def heights(place: Path) -> Outcome:
    folder = _with(
        place,
        "schools.geojson",
        lambda fs: [f["geometry"]["coordinates"].append(1100.0) for f in fs] and None,
    )
    assert not read_district(folder).schools.geometry.iloc[0].has_z
    return checked(check_district(folder), "without the heights")


@fault(PART, "GeoJSON cut in the middle", "GeoJSON 被截断", "refused")
def cut(place: Path) -> Outcome:
    folder = county(place)
    text = (folder / "zones.geojson").read_text(encoding="utf-8")
    (folder / "zones.geojson").write_text(text[: len(text) // 2], encoding="utf-8")
    outcome = checked(check_district(folder))
    return Outcome(outcome.kind, outcome.said.partition(" (")[0])


@fault(PART, "GeoJSON nested 100,000 deep", "GeoJSON 嵌套十万层", "refused")
def deep(place: Path) -> Outcome:
    folder = county(place)
    (folder / "zones.geojson").write_text("[" * 100_000 + "]" * 100_000, encoding="utf-8")
    outcome = checked(check_district(folder))
    return Outcome(outcome.kind, outcome.said.partition(" (")[0])
