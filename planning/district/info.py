"""Read and write what district.yaml says about a district."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import yaml

from planning.district.cells.characters import character_problems
from planning.district.cells.encoding import decode
from planning.district.cells.headers import nearest
from planning.district.geometry.closing import SNAP_M
from planning.district.model import DistrictInfo, Layer
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.filenames import name_problem
from planning.grades import USUAL, Grades, read_grades
from planning.messages import Both
from planning.yamlfile import read_yaml

FILE = "district.yaml"
MOST_SNAP_M = 100.0
"""A wider crack between two zones is land, not a mistake of drawing."""
STATUS = {"real": "真实", "derived": "推导", "synthetic": "合成", "unknown": "未注明"}
INFO_KEYS: dict[str, tuple[str, str, str, bool]] = {
    "id": ("编号", "Short identifier of the county.", "区县的简短编号。", True),
    "name": ("英文名称", "Name in English or pinyin.", "英文或拼音名称。", False),
    "name_zh": ("名称", "Chinese name.", "中文名称。", True),
    "base_year": (
        "基准学年",
        "School year of the register, named after its September.",
        "数据所属学年，以9月计。",
        True,
    ),
    "crs_metric": (
        "平面坐标系",
        "Projected coordinate system in metres for lengths and areas, for example EPSG:4544.",
        "用于量算长度和面积的投影坐标系（米），如 EPSG:4544。",
        True,
    ),
    "snap_m": (
        "容差",
        "Gaps and overlaps between zones narrower than this are closed when the district is read, metres (2; 0 closes nothing).",
        "居住单元之间窄于该值的缝隙和重叠在读取时闭合（米，默认 2；0 为不闭合）。",
        False,
    ),
    "grades": (
        "学段年级",
        "Grades of the primary stage, then of the junior stage: 1-6, 7-9 (where nothing is said); 1-5, 6-9; K-5, 6-8 (K: kindergarten).",
        "小学、初中各有哪些年级：1-6, 7-9（默认）；五四学制写 1-5, 6-9；K-5, 6-8（K 为学前）。",
        False,
    ),
    "note": ("说明", "Anything a reader should know.", "需要说明的事项。", False),
}
"""Key: Chinese label, meaning, Chinese meaning, required."""

_LAYER_KEYS = ("status", "source", "licence", "method")


def read_info(path: Path) -> tuple[DistrictInfo | None, list[Issue]]:
    """Read ``district.yaml``; return ``None`` when it cannot be understood, with every reason."""
    try:
        data = read_yaml(decode(path.read_bytes(), path.name))
    except DistrictError as error:
        return None, list(error.problems)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = str(mark.line + 1) if mark else ""
        what = getattr(error, "problem", None) or str(error)
        return None, [Issue("district.info.not_valid_yaml", path.name, row=row, what=what)]
    if not isinstance(data, dict):
        return None, [Issue("district.info.no_settings_found", path.name, info_keys=INFO_KEYS)]
    return info_from_data(data, path.name)


def info_from_data(data: Mapping[Any, Any], file: str) -> tuple[DistrictInfo | None, list[Issue]]:
    """Return the district's settings from a mapping, and everything that is wrong with it."""
    known = (*INFO_KEYS, "layers")
    problems = [_unknown(file, str(key), known) for key in data if key not in known]
    problems += _missing(data, file)
    year = school_year(data.get("base_year"))
    if str(data.get("base_year") or "").strip() and year is None:
        problems.append(
            Issue("district.info.not_school_year", file, column="base_year", value=str(data["base_year"]))
        )
    if (named := _text(data, "id")) and (wrong := name_problem(named, file, "id")):
        problems.append(wrong)
    problems += _odd_texts(data, file)
    problems += _crs_problems(str(data.get("crs_metric") or "").strip(), file)
    snap = _snap(data.get("snap_m"))
    if snap is None:
        problems.append(_no_snap(file, data["snap_m"]))
    grades = grades_said(data.get("grades"))
    if grades is None:
        problems.append(Issue("district.info.not_grades", file, column="grades", value=str(data["grades"])))
    layers, unsure = _layers(data.get("layers"), file)
    problems += unsure
    if any(p.level == "error" for p in problems):
        return None, problems
    info = DistrictInfo(
        id=_text(data, "id"),
        name=_text(data, "name") or _text(data, "name_zh"),
        name_zh=_text(data, "name_zh"),
        base_year=year or 0,
        crs_metric=_text(data, "crs_metric"),
        layers=layers,
        note=_text(data, "note"),
        snap_m=SNAP_M if snap is None else snap,
        grades=grades or USUAL,
    )
    return info, problems


def info_to_yaml(info: DistrictInfo) -> str:
    """Return the text of ``district.yaml``."""
    data: dict[str, Any] = {key: getattr(info, key) for key in INFO_KEYS}
    if info.snap_m == SNAP_M:
        del data["snap_m"]  # the default needs no line
    if info.grades == USUAL:
        del data["grades"]
    else:
        data["grades"] = str(info.grades)
    data["layers"] = {
        name: {k: getattr(layer, k) for k in _LAYER_KEYS if getattr(layer, k)}
        for name, layer in sorted(info.layers.items())
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100, line_break="\n")


def suggest_crs(lon: float, lat: float) -> str:
    """Return a projected CRS that suits a place: CGCS2000 3° Gauss–Krüger in China, UTM elsewhere.

    Notes
    -----
    EPSG:4534–4554 are the CGCS2000 3-degree zones by central meridian, 75° E to 135° E.
    """
    if 73.5 <= lon <= 136.5 and 3 <= lat <= 54:
        return f"EPSG:{4534 + round((lon - 75) / 3)}"
    return f"EPSG:{(32600 if lat >= 0 else 32700) + int((lon + 180) // 6) + 1}"


def _missing(data: Mapping[Any, Any], file: str) -> list[Issue]:
    return [
        Issue("district.info.missing", file, column=key, mend=Both(meaning, meaning_zh), key=key, zh=zh)
        for key, (zh, meaning, meaning_zh, required) in INFO_KEYS.items()
        if required and not _text(data, key)
    ]


def _text(data: Mapping[Any, Any], key: str) -> str:
    value = data.get(key)
    return "" if value is None else str(value).strip()


def _odd_texts(data: Mapping[Any, Any], file: str, place: str = "") -> list[Issue]:
    """Return what is wrong with the characters of every text of the settings, as of the cells of a table."""
    found: list[Issue] = []
    for key, value in data.items():
        name = f"{place}{key}"
        if isinstance(value, Mapping):
            found += _odd_texts(value, file, f"{name}.")
        elif isinstance(value, str):
            found += character_problems(pd.Series([value]), file, np.array([""], dtype=object), name)
    return found


def school_year(value: Any) -> int | None:
    """Return the school year that a setting names (2025, 2025年), if it is one."""
    try:
        number = float(str(value).strip().removesuffix("年"))
    except ValueError:
        return None
    return int(number) if number.is_integer() and 1990 <= number <= 2100 else None


def _snap(value: Any) -> float | None:
    """Return the tolerance in metres, the default where nothing is said, ``None`` where it cannot be meant."""
    if value is None or not str(value).strip():
        return SNAP_M
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if 0 <= number <= MOST_SNAP_M and not isinstance(value, bool) else None


def grades_said(value: Any) -> Grades | None:
    """Return the grades of the stages, the usual ones where nothing is said, ``None`` where they are not understood."""
    if value is None or not str(value).strip():
        return USUAL
    try:
        return read_grades(str(value))
    except ValueError:
        return None


def _no_snap(file: str, value: Any) -> Issue:
    return Issue(
        "district.info.not_tolerance_between_0_metres",
        file,
        column="snap_m",
        value=str(value),
        most_snap_m=MOST_SNAP_M,
    )


def _unknown(file: str, key: str, known: tuple[str, ...]) -> Issue:
    near = nearest(key, known)
    return Issue(
        "district.info.unknown_key_ignored",
        file,
        column=key,
        level="warning",
        mend="district.mend.did_you_mean" if near else "",
        near=near,
    )


def _crs_problems(name: str, file: str) -> list[Issue]:
    if not name:
        return []
    try:
        crs = pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        return [
            Issue(
                "district.info.unknown_coordinate_system",
                file,
                column="crs_metric",
                value=name,
                mend="district.info.projected_crs",
            )
        ]
    metres = crs.is_projected and all(a.unit_name == "metre" for a in crs.axis_info[:2])
    if metres:
        return []
    return [
        Issue(
            "district.info.not_projected_coordinate_system",
            file,
            column="crs_metric",
            value=name,
            mend="district.info.projected_crs",
        )
    ]


def _layers(data: Any, file: str) -> tuple[dict[str, Layer], list[Issue]]:
    if data is None:
        return {}, []
    if not isinstance(data, dict) or not all(isinstance(v, dict) for v in data.values()):
        return {}, [Issue("district.info.layers_must_name_each_table", file, column="layers")]
    layers: dict[str, Layer] = {}
    problems: list[Issue] = []
    zh_status = {zh: key for key, zh in STATUS.items()}
    for name, entry in data.items():
        if name not in TABLE:
            problems.append(_unknown(file, f"layers.{name}", tuple(f"layers.{t}" for t in TABLE)))
            continue
        problems += [
            _unknown(file, f"layers.{name}.{k}", tuple(f"layers.{name}.{x}" for x in _LAYER_KEYS))
            for k in entry
            if k not in _LAYER_KEYS
        ]
        status = str(entry.get("status") or "").strip()
        status = zh_status.get(status, status)
        if status not in STATUS:
            problems.append(
                Issue(
                    "district.info.status_layer_must_real_derived",
                    file,
                    column=f"layers.{name}.status",
                    value=status,
                )
            )
            continue
        layers[name] = Layer(status, *(_text(entry, k) for k in _LAYER_KEYS[1:]))
    return layers, problems
