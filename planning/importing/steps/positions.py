"""Settle coordinates as offices write them: degrees and minutes, both in one column, axes exchanged, northings first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from planning.arrays import FloatArray
from planning.district.cells.headers import find_geometry, plain
from planning.district.cells.sheet import Sheet
from planning.district.geometry.gauss import is_easting, is_northing, system_of_zone, zone_number
from planning.district.geometry.place import swap
from planning.errors import Issue
from planning.importing.steps.steps import with_column

_PAIRS = frozenset(
    {"坐标", "经纬度", "经纬度坐标", "位置坐标", "地理坐标", "坐标位置", "中心坐标", "中心点坐标", "坐标点", "coordinates", "coordinate", "lonlat", "latlon", "lnglat", "latlng"}
)  # fmt: skip
"""Headers of columns that hold both coordinates."""
_WEB_MAP = re.compile("百度|高德|腾讯|天地图|gcj-?02|bd-?09|wgs-?84|cgcs-?2000|[-.]")
_NAMED = {
    "GCJ-02": re.compile("高德|腾讯|火星|gcj-?02"),
    "BD-09": re.compile("百度|bd-?09"),
    "CGCS2000": re.compile("天地图|(?:cgcs|国家)-?2000"),
    "WGS84": re.compile("wgs-?84"),
}
"""How headers name the system of degrees."""
_SPLIT = re.compile(r"\s*[,;、|/]\s*|\s+(?=[EWNS东西南北\d-])")
_DEGREES = re.compile(
    r"(?P<side>[EWNS]|[东西]经|[南北]纬)?(?P<d>-?\d{1,3}(?:\.\d+)?)(?:[°º度:d](?:(?P<m>\d{1,2}(?:\.\d+)?)(?:[′'’‘分:m]"
    r"(?:(?P<s>\d{1,2}(?:\.\d+)?)(?:[″\"”“秒s]|''|′′|’’)?)?)?)?)?(?P<after>[EWNS]|[东西]经|[南北]纬)?",
    re.IGNORECASE,
)
_MOST_LATITUDE = 90.0


def holds_pairs(header: str) -> bool:
    """Return whether a column by its header holds both coordinates: 坐标, 经纬度（高德）."""
    word = plain(header)
    return bool({word, _WEB_MAP.sub("", word), re.sub(r"[(\[].*", "", word)} & _PAIRS)


def degrees_of(text: str) -> float | None:
    """Return an angle in degrees, ``None`` where a text is none.

    Examples
    --------
    >>> degrees_of("106°12′36″"), degrees_of("东经106度12分"), degrees_of("38.5N"), degrees_of("金星镇")
    (106.21, 106.2, 38.5, None)
    """
    word = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    match = _DEGREES.fullmatch(word)
    if not match:
        return None
    whole, minutes, seconds = (float(match[p] or 0) for p in ("d", "m", "s"))
    if minutes >= 60 or seconds >= 60:
        return None
    angle = abs(whole) + minutes / 60 + seconds / 3600
    side = (match["side"] or match["after"] or "").upper()[:1]
    return round(-angle if match["d"].startswith("-") or side in ("W", "S", "西", "南") else angle, 9)


def settle_positions(sheet: Sheet) -> tuple[Sheet, list[Issue]]:
    """Return a sheet whose longitudes and latitudes are numbers in their own columns, and what was changed.

    Rows whose coordinates are no such text stay as they are; of shapes only the axes are settled.
    """
    if sheet.shapes is not None:
        if not exchanged(*axes_of(sheet)):
            return sheet, []
        turned = replace(sheet, shapes=swap(sheet.shapes))
        return turned, [Issue("importing.positions.axes_exchanged", sheet.file, level="warning")]
    sheet, problems = _apart(sheet)
    places = {kind: i for i, h in enumerate(sheet.headers) if (kind := find_geometry(h)) in ("lon", "lat")}
    if len(places) < 2:
        return sheet, problems
    sheet, written = _as_numbers(sheet, list(places.values()))
    problems += written
    values = [_floats(sheet.cells[places[k]].tolist()) for k in ("lon", "lat")]
    if exchanged(*values):
        headers = list(sheet.headers)
        headers[places["lon"]], headers[places["lat"]] = "lat", "lon"
        sheet = replace(sheet, headers=headers)
        problems.append(Issue("importing.positions.axes_exchanged", sheet.file, level="warning"))
    return sheet, problems


def exchanged(x: FloatArray, y: FloatArray) -> bool:
    """Return whether what is called x are latitudes or northings throughout, and y longitudes or eastings."""
    there = np.isfinite(x) & np.isfinite(y)
    if not there.any():
        return False
    x, y = x[there], y[there]
    turned = (np.abs(x) <= _MOST_LATITUDE) & (np.abs(y) > _MOST_LATITUDE) & (np.abs(y) <= 180)
    metres = np.array([is_northing(a) and is_easting(b) for a, b in zip(x, y, strict=True)])
    return bool(turned.all() or metres.all())


def system_seen(sheet: Sheet) -> str:
    """Return the system that the numbers of a sheet themselves show: of eastings with a zone's number; ``metres`` for other ones.

    Degrees show none: web maps and the land survey give degrees alike.
    """
    x, y = axes_of(sheet)
    there = np.isfinite(x) & np.isfinite(y)
    if not there.any() or (np.abs(x[there]) <= 180).any():
        return ""
    zones = {zone_number(v) for v in x[there]}
    if len(zones) == 1 and zones != {0}:
        return system_of_zone(zones.pop())
    return "metres"


def system_said(sheet: Sheet) -> tuple[str, str]:
    """Return the system that a header of the coordinates names (高德坐标, 经度（WGS84）), and that header; empty texts where none does.

    Headers that name several systems say nothing.
    """
    said: dict[str, str] = {}
    for header in sheet.headers:
        word = plain(header)
        word = word[1:-1] if word.startswith("(") else word  # a pair that was taken apart
        if find_geometry(word) in ("lon", "lat") or holds_pairs(word):
            found = [system for system, names in _NAMED.items() if names.search(word)]
            said |= dict.fromkeys(found, word)
    return next(iter(said.items())) if len(said) == 1 else ("", "")


def axes_of(sheet: Sheet) -> tuple[FloatArray, FloatArray]:
    """Return what the rows of a sheet place along both axes, in its own numbers; nothing where no header names coordinates."""
    if sheet.shapes is not None:
        bounds = shapely.bounds(sheet.shapes)
        return bounds[:, 0], bounds[:, 1]
    places = {kind: i for i, h in enumerate(sheet.headers) if (kind := find_geometry(h)) in ("lon", "lat")}
    if len(places) < 2:
        return np.zeros(0), np.zeros(0)
    x, y = (_floats(sheet.cells[places[k]].tolist()) for k in ("lon", "lat"))
    return x, y


def _apart(sheet: Sheet) -> tuple[Sheet, list[Issue]]:
    """Return a sheet whose column of pairs became two, unless it has them already."""
    if any(find_geometry(h) for h in sheet.headers):
        return sheet, []
    at = next((i for i, h in enumerate(sheet.headers) if holds_pairs(h)), None)
    if at is None:
        return sheet, []
    parts = [_two(c) for c in sheet.cells[at]]
    if not any(a for a, _ in parts):
        return sheet, []
    header = sheet.headers[at]
    headers = [f"({h})" if i == at else h for i, h in enumerate(sheet.headers)]
    told = replace(sheet, headers=headers)
    told = with_column(with_column(told, "lon", [a for a, _ in parts]), "lat", [b for _, b in parts])
    said = Issue("importing.positions.pair_taken_apart", sheet.file, column=header, level="warning")
    return told, [said]


def _two(cell: str) -> tuple[str, str]:
    text = unicodedata.normalize("NFKC", cell).strip().strip("()[]【】")
    parts = [p for p in _SPLIT.split(text) if p]
    if len(parts) != 2 or any(degrees_of(p) is None and not _number(p) for p in parts):
        return ("", "") if not cell.strip() else (cell, cell)  # named where the numbers are read
    return (parts[1], parts[0]) if re.search("[NS北南]", parts[0].upper()) else (parts[0], parts[1])


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def _as_numbers(sheet: Sheet, places: Sequence[int]) -> tuple[Sheet, list[Issue]]:
    """Return a sheet whose angles in degrees, minutes and seconds are decimal degrees."""
    cells, changed = sheet.cells.copy(), 0
    for at in places:
        texts = cells[at].tolist()
        told = [
            t
            if not t.strip() or _number(t.strip()) or (angle := degrees_of(t)) is None
            else f"{angle:.8f}".rstrip("0")
            for t in texts
        ]
        changed += sum(a != b for a, b in zip(texts, told, strict=True))
        cells[at] = np.array(told, dtype=object)
        cells[at] = cells[at].astype("str")
    if not changed:
        return sheet, []
    said = Issue("importing.positions.minutes_read", sheet.file, level="warning", count=changed)
    return replace(sheet, cells=cells), [said]


def _floats(texts: Sequence[str]) -> FloatArray:
    return np.array([_float(unicodedata.normalize("NFKC", t)) for t in texts], dtype=np.float64)


def _float(text: str) -> float:
    try:
        return float(text.strip() or "nan")
    except ValueError:
        return float("nan")
