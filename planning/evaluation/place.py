"""Tell which county a file is of, and which zone a home: by identifier or by name, never by guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from planning.district import District
from planning.district.names import Names, Place, plain_name
from planning.district.sheet import Sheet, problems_at
from planning.errors import Problem
from planning.evaluation.sheets import Labels

# 吴忠市利通区2020学年…, 小县义务教育…: a county before what a title goes on with; 城区, 学区 … are no counties
_COUNTY = re.compile(
    r"^\W*([\u4e00-\u9fff]{1,12}(?:县|旗|市|(?<![城镇学片校全本我地])区))(?=(?:19|20)\d\d|义务|教育|中小学|小学|初中|在校|学校|学生|实际|就读)"
)


def fill_zones(sheet: Sheet, table: pd.DataFrame, labels: Labels, district: District) -> list[Problem]:
    """Fill in the zone of every row from its id or name; an empty text outside the county.

    Returns
    -------
    list of Problem
        Zones that the district does not have, and names that several of its zones have, with the candidates.
    """
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
    wrong = pd.Series([bool(w) and len(c) != 1 for w, c in zip(written, candidates, strict=True)]).to_numpy(
        dtype=bool
    )
    return problems_at(
        wrong,
        labels,
        lambda i: _zone_problem(
            Place(sheet.file, str(labels[i]), column[i]), written[i], candidates[i], names
        ),
    )


def other_county(
    sheet: Sheet, table: pd.DataFrame, titles: Sequence[str], district: District
) -> Iterator[Problem]:
    """Name another county that a column or a title says the file is of."""
    info = district.info
    known = {plain_name(t) for t in (info.id, info.name, info.name_zh)} - {""}
    for text in sorted(set(_texts(table, "county")) - {""}):
        if plain_name(text) not in known and not plain_name(text).endswith(plain_name(info.name_zh)):
            yield _county_problem(sheet.file, text, info.name_zh, "county")
    stem = info.name_zh[:-1] if len(info.name_zh) > 2 else info.name_zh
    for title in titles:
        match = _COUNTY.match(unicodedata.normalize("NFKC", title))
        if match and stem not in title and match[1] not in info.name_zh:
            yield _county_problem(sheet.file, match[1], info.name_zh, "")


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    return [str(v).strip() for v in table[column].fillna("")]


def _zone_problem(place: Place, value: str, candidates: Sequence[str], names: Names) -> Problem:
    found = names.zone(value, place)
    assert isinstance(found, Problem), candidates
    if candidates or names.near_zones(value):
        return found
    return replace(
        found,
        mend_en="write the id or name as in zones; leave it empty for homes outside the county",
        mend_zh="请按居住单元表填写编号或名称；县外住址留空",
    )


def _county_problem(file: str, value: str, name: str, column: str) -> Problem:
    return Problem(
        file,
        f"the file is of another county; the approved layout is of {name}",
        f"该文件属于其他区县；批准方案为{name}",
        column=column,
        value=value,
        mend_en="give the enrolment of the county that was planned",
        mend_zh="请提供方案所属区县的就读数据",
    )
