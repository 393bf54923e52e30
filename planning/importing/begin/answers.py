"""Take answers in words of the office: where coordinates come from, which year, what the data are."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from planning.district.cells.headers import plain
from planning.district.geometry.coordinates import is_projected, system_of
from planning.district.geometry.gauss import MERIDIANS, system_of_meridian
from planning.district.info import STATUS
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.importing.dialogue import answer
from planning.importing.in_force import overlays_without_system
from planning.importing.layers_in_force import label_of
from planning.messages import Both

SYSTEMS = {
    "GCJ-02": (
        "Amap, Tencent maps",
        "高德、腾讯地图",
        ("高德", "腾讯", "高德地图", "腾讯地图", "火星坐标", "gcj02", "gcj-02"),
    ),
    "BD-09": ("Baidu maps", "百度地图", ("百度", "百度坐标", "bd09", "bd-09")),
    "CGCS2000": (
        "Tianditu, land survey",
        "天地图、自然资源部门",
        ("天地图", "自然资源", "国土", "测绘", "国家2000", "2000坐标"),
    ),
    "WGS84": ("phone or handheld GPS", "手机或手持GPS", ("gps", "手机", "手持gps", "北斗")),
}
"""Coordinate system: who gives it out in English and Chinese, other words for it."""


@dataclass(frozen=True)
class Key:
    """One answer: its name in English and Chinese, what it means."""

    name: str
    zh: str
    meaning_en: str
    meaning_zh: str


KEYS = (
    Key("coordinates", "坐标", "where the longitudes and latitudes come from", "经纬度取自哪里"),
    Key(
        "meridian",
        "中央经线",
        "central meridian of eastings without a zone's number",
        "横坐标不带带号时的中央经线",
    ),
    Key(
        "places",
        "学校位置",
        "SCHOOL=ESTATE; for schools whose place is open",
        "位置不明的学校：校名=小区或村名",
    ),
    Key(
        "homes",
        "小区位置",
        "ESTATE or TOWNSHIP=SCHOOL, or LONGITUDE,LATITUDE; for estates without coordinates",
        "没有坐标的小区、村：小区或乡镇=校名，或经度,纬度",
    ),
    Key(
        "layer",
        "学区图层",
        "FILE; FILE; of layers that draw the same catchments, those in force",
        "多个图层划同样的学区时，现行的是哪个：文件名；文件名",
    ),
    Key(
        "catchments",
        "学区学校",
        "NAME=SCHOOL; for names on a layer of catchments that the list of schools has otherwise",
        "学区图层上与学校名单写法不同的名称：名称=校名",
    ),
    Key("year", "学年", "school year of the lists, by its September", "名单所属学年（以9月计）"),
    Key("status", "数据状态", "real, derived, synthetic or unknown", "真实、推导、合成或未注明"),
    Key("name", "名称", "name of the county", "区县名称"),
)
_SAID = {
    "coordinates": ("坐标系", "坐标系统", "坐标来源"),
    "meridian": ("中央子午线", "子午线"),
    "places": ("学校地址", "校址"),
    "homes": ("小区", "村位置"),
    "layer": ("图层", "现行图层"),
    "catchments": ("学区", "图层名称"),
    "year": ("年份", "学年度", "年度"),
    "status": ("状态", "数据性质", "数据来源"),
    "name": ("县名", "区县", "区县名称"),
}
"""Other words by which questions are called."""
_PAIRS = {
    "places": "第一小学=阳光花园；第二小学=东湾村",
    "catchments": "一小=利民县第一小学；东片区=第二小学；其余=无",
    "homes": "阳光花园=第一小学；河东镇=106.21,38.02；其余=第一小学",
}
"""Answers of pairs, with an example of each."""
_PAIR = re.compile(r"\s*(?P<school>[^=＝]+?)\s*[=＝]\s*(?P<place>.+?)\s*")


def answer_key(word: str) -> str:
    """Return the key that a word names, Chinese or English; keys of the mapping (``tables.…``, ``district.…``) as they are.

    Raises
    ------
    DistrictError
        If there is no such answer.
    """
    for key in KEYS:
        if plain(word) in map(plain, (key.name, key.zh, *_SAID.get(key.name, ()))):
            return key.name
    if word.startswith(("tables.", "district.")):
        return word
    known_en, known_zh = ", ".join(k.name for k in KEYS), "、".join(k.zh for k in KEYS)
    raise DistrictError(
        [
            Issue(
                "importing.answers.no_such_question",
                "--answer",
                value=word,
                known_en=Both(known_en, known_zh),
            )
        ]
    )


def settled_answer(key: str, value: str) -> str:
    """Return an answer in the form in which it is kept.

    Raises
    ------
    DistrictError
        If it is no answer to its question.
    """
    text = value.strip()
    if key == "coordinates":
        return _system(value)
    if key == "meridian":
        return _meridian(value)
    if key == "year":
        found = re.search(r"(19|20)\d\d", text)
        if not found:
            raise _no_answer(key, value, "2025")
        return found[0]
    if key == "status":
        states = {plain(w): s for s, zh in STATUS.items() for w in (s, zh, zh + "数据")}
        if plain(text) not in states:
            raise _no_answer(key, value, "、".join(STATUS.values()))
        return states[plain(text)]
    if key == "layer" and not re.search(r"\w", text):
        raise _no_answer(key, value, "小学学区2024.shp")
    if key in _PAIRS and not all(_PAIR.fullmatch(part) for part in _parts(text)):
        raise _no_answer(key, value, _PAIRS[key])
    return text


def _system(value: str) -> str:
    """Return the coordinate system that an answer names, by itself or by who gives it out."""
    text = value.strip()
    word = plain(text)
    for system, (en, zh, words) in SYSTEMS.items():
        parts = (*en.split(", "), *zh.split("、"))
        if word in {plain(system), plain(en), plain(zh), *map(plain, (*parts, *words))} or word in (
            plain(f"{zh}（{system}）"),
            plain(f"{en} ({system})"),
        ):
            return system
    try:
        return text if system_of(text) else ""
    except ValueError:
        raise _no_answer("coordinates", value, "、".join(zh for _, zh, _ in SYSTEMS.values())) from None


def _meridian(value: str) -> str:
    """Return the CGCS2000 system of three-degree zones with a central meridian, or any projected system as it is called."""
    number = re.search(r"(?<!\d)(\d{2,3})(?:\.0+)?\s*(?:°|度|e)?(?!\d)", value.lower())
    if number and int(number[1]) in MERIDIANS and "epsg" not in value.lower():
        return system_of_meridian(int(number[1]))
    try:
        return system_of(value.strip())
    except ValueError:
        raise _no_answer("meridian", value, "105") from None


def pairs_said(answer: str) -> dict[str, str]:
    """Return what an answer of pairs says: place, school or name by what it is said of."""
    pairs = (_PAIR.fullmatch(part) for part in _parts(answer))
    return {m["school"]: m["place"] for m in pairs if m}


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[;；\n]", text) if part.strip()]


def _no_answer(key: str, value: str, example: str) -> DistrictError:
    zh = next(k.zh for k in KEYS if k.name == key)
    return DistrictError(
        [
            Issue(
                "importing.answers.not_answer_question",
                f"--answer {key}",
                value=value,
                zh=zh,
                example=example,
            )
        ]
    )


def with_answers(
    data: Mapping[str, Any], answers: Mapping[str, str], metres: Collection[str] = ()
) -> dict[str, Any]:
    """Return a mapping with the office's answers in place; answers about files that are gone are left aside.

    Parameters
    ----------
    metres : collection of str
        Tables, and layers laid over them, whose coordinates are metres without a zone's number.

    Raises
    ------
    DistrictError
        If a key of the mapping leads nowhere.
    """
    told = copy.deepcopy(dict(data))
    tables = told["tables"]
    degrees, projected = answers.get("coordinates", ""), answers.get("meridian", "")
    if not projected and is_projected(degrees):
        projected = degrees
    unsaid = [(n, e) for n, e in tables.items() if TABLE[n].geometry and not e.get("coordinates")]
    areas = ((label_of(area), area) for area in overlays_without_system(tables))
    for name, entry in (*unsaid, *areas):
        entry["coordinates"] = projected if name in metres else degrees
    settings: dict[str, Any] = {"base_year": int(answers["year"])} if answers.get("year") else {}
    settings |= {"name_zh": answers["name"]} if answers.get("name") else {}
    told["district"] |= settings
    if status := answers.get("status"):
        for entry in tables.values():
            entry["status"] = status
    for name, key in (("schools", "places"), ("zones", "homes")):
        if name in tables and answers.get(key):
            tables[name]["places"] = pairs_said(answers[key])
    for key, value in answers.items():
        if key.startswith("district.") or (key.split(".")[1:2] and key.split(".")[1] in tables):
            told = answer(told, key, value)
    return told
