"""Tell which county a file is of, and which zone a home: by identifier or by name, never by guess."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import ObjectArray
from planning.district import District
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.names import Names, Place, plain_name
from planning.errors import Issue
from planning.evaluation.sheets import Note
from planning.messages import Both, zh_en

# 2023年秋季, 2023-2024学年第一学期, 二〇二三年: not of the name of a county before or behind it
_DATE = re.compile(
    r"(?:(?:19|20)\d\d|二[〇○零一二三四五六七八九]{3})(?:[-—~至/]\d{2,4})?(?:学年度?|年度?|届)?(?:[春秋]季?)?(?:第?[一二12]?学期)?"
)
# what a title goes on with behind the name of a county: 小县义务教育…, 中宁县各校…
_GOES_ON = (
    r"(?=义务|教育|教体|教科|中小学|小学|初中|初级|九年|高中|幼儿|在校|学校|学生|学籍|学年|新生|适龄|户籍|实际|就读|招生|入学|入读|各|普通"
    r"|公办|民办|基础|城区|城乡|农村|乡镇|第[一二1-9]|[^\u4e00-\u9fff]|$)"
)
_COUNTY = re.compile(rf"(?:^|[^\u4e00-\u9fff])([\u4e00-\u9fff]{{1,14}}(?:县|旗|市|区)){_GOES_ON}")
# 全县, 各区, 城区, 学区, 工业园区 … are words, no counties
_NO_COUNTY = re.compile(
    r"(?:全|本|我|各|该|外|邻|分|县|市|省|跨|区|某)(?:县|市|旗|区)$|[城镇学片校郊山园社小辖街景库牧农灾地湖边禁]区$|(?:开发|高新|工业|示范|试验|保税|产业|集聚|管理)区$"
    r"|县城|县级市$|城市$"
)


def county_named(title: str) -> str:
    """Return the county that a title names as the one it is of, or an empty string.

    Examples
    --------
    >>> county_named("附件1：2023年秋季中宁县各校在校生统计"), county_named("吴忠市利通区2020学年"), county_named("全县小学在校生")
    ('中宁县', '吴忠市利通区', '')
    """
    for match in _COUNTY.finditer(_DATE.sub(" ", unicodedata.normalize("NFKC", title))):
        if not _NO_COUNTY.search(match[1]):
            return match[1]
    return ""


@dataclass(frozen=True)
class Homes:
    """What is wrong with the homes of a sheet.

    Parameters
    ----------
    asked : list of Issue
        Names that several zones have, with the candidates.
    unknown : list of Issue
        Zones that the district does not have, with the nearest.
    lost : Series of bool
        Rows whose zone is unknown: by its word in ``words``.
    words : list of str
        The zone of every row as it is written.
    """

    asked: list[Issue]
    unknown: list[Issue]
    lost: pd.Series[bool]
    words: list[str]

    @property
    def few(self) -> bool:
        """Whether most homes are known, so that the rest may be left out aloud."""
        return 2 * int(self.lost.sum()) < sum(map(bool, self.words))

    def note(self, name: str, pupils: pd.Series[int], names: Names) -> Note | None:
        """Say which homes are of no zone, of how many pupils, with the nearest names; nothing where all are known."""
        if not self.lost.any():
            return None
        count: Counter[str] = Counter()
        for word, lost, number in zip(self.words, self.lost, pupils, strict=True):
            count.update({word: int(number)} if lost else {})
        told = []
        for word, number in count.most_common():
            near = "、".join(names.near_zones(word)[:1])
            told.append(
                zh_en(
                    "evaluation.place.home" if near else "evaluation.place.home_alone",
                    word=word,
                    number=number,
                    near=near,
                )
            )
        listed = Both("; ".join(en for _, en in told), "；".join(zh for zh, _ in told))
        return zh_en("evaluation.place.homes_unknown", name=name, pupils=sum(count.values()), listed=listed)


def fill_zones(sheet: Sheet, table: pd.DataFrame, labels: ObjectArray, district: District) -> Homes:
    """Fill in the zone of every row from its id or name; an empty text outside the county."""
    names = Names.of(district)
    given, called = (_texts(table, c) for c in ("zone", "zone_name"))
    found: list[str] = []
    candidates: list[list[str]] = []
    for zone, name in zip(given, called, strict=True):
        word = zone or name
        hits = names.zone_candidates(word)
        candidates.append(hits)
        found.append(hits[0] if len(hits) == 1 else "")
    written = [zone or name for zone, name in zip(given, called, strict=True)]
    table["zone"] = pd.Series(found, index=table.index, dtype="str")
    column = ["zone" if zone else "zone_name" for zone in given]
    many = np.array([len(c) if w else 1 for w, c in zip(written, candidates, strict=True)], dtype=np.int64)
    asked, unknown = many > 1, many == 0

    def problem(i: int) -> Issue:
        place = Place(sheet.file, str(labels[i]), column[i])
        return _zone_problem(place, written[i], candidates[i], names)

    lost = pd.Series(unknown, index=table.index, dtype=bool)
    return Homes(problems_at(asked, labels, problem), problems_at(unknown, labels, problem), lost, written)


def other_county(
    sheet: Sheet, table: pd.DataFrame, titles: Sequence[str], district: District
) -> Iterator[Issue]:
    """Name another county that a column or a title says the file is of."""
    info = district.info
    known = {plain_name(t) for t in (info.id, info.name, info.name_zh)} - {""}
    for text in sorted(set(_texts(table, "county")) - {""}):
        if plain_name(text) not in known and not plain_name(text).endswith(plain_name(info.name_zh)):
            yield _county_problem(sheet.file, text, info.name_zh, "county")
    stem = info.name_zh[:-1] if len(info.name_zh) > 2 else info.name_zh
    for title in titles:
        named = county_named(title)
        if named and stem not in title and named not in info.name_zh:
            yield _county_problem(sheet.file, named, info.name_zh, "")


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    return [str(v).strip() for v in table[column].fillna("")]


def _zone_problem(place: Place, value: str, candidates: Sequence[str], names: Names) -> Issue:
    found = names.zone(value, place)
    assert isinstance(found, Issue), candidates
    if candidates or names.near_zones(value):
        return found
    return found.mended("evaluation.place.zone_or_empty")


def _county_problem(file: str, value: str, name: str, column: str) -> Issue:
    return Issue(
        "evaluation.place.file_another_county_approved_layout", file, column=column, value=value, name=name
    )
