"""Tell which county a file is of, and which zone a home: by identifier or by name, never by guess."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from planning.district import District
from planning.district.sheet import Sheet, problems_at
from planning.errors import Problem
from planning.evaluation.sheets import Labels

_SHOWN = 6
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
    ids = set(district.zones["zone"].astype(str))
    named = zones_by_name(district)
    given, names = (_texts(table, c) for c in ("zone", "zone_name"))
    found: list[str] = []
    candidates: list[list[str]] = []
    for zone, name in zip(given, names, strict=True):
        word = zone or name
        hits = [word] if word in ids else named.get(plain_name(word), [])
        candidates.append(hits)
        found.append(hits[0] if len(hits) == 1 else "")
    written = [zone or name for zone, name in zip(given, names, strict=True)]
    table["zone"] = pd.Series(found, index=table.index, dtype="str")
    column = ["zone" if zone else "zone_name" for zone in given]
    wrong = pd.Series([bool(w) and len(c) != 1 for w, c in zip(written, candidates, strict=True)]).to_numpy(
        dtype=bool
    )
    return problems_at(
        wrong,
        labels,
        lambda i: _zone_problem(sheet.file, str(labels[i]), column[i], written[i], candidates[i], named),
    )


def zones_by_name(district: District) -> dict[str, list[str]]:
    """Return the ids of the zones of every name, as :func:`plain_name` writes it."""
    found: dict[str, list[str]] = defaultdict(list)
    for zone, name in zip(
        district.zones["zone"].astype(str), district.zones["name"].fillna("").astype(str), strict=True
    ):
        if name:
            found[plain_name(name)].append(zone)
    return found


def plain_name(text: str) -> str:
    """Return a name without what people write differently: width, case, spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


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


def _zone_problem(
    file: str,
    row: str,
    column: str,
    value: str,
    candidates: Sequence[str],
    named: Mapping[str, Sequence[str]],
) -> Problem:
    if candidates:
        shown = ", ".join(candidates[:_SHOWN]) + (" …" if len(candidates) > _SHOWN else "")
        return Problem(
            file,
            f"several zones have this name: {shown}",
            f"多个居住单元同名：{shown}",
            row=row,
            column=column,
            value=value,
            mend_en="write the id of the one that is meant",
            mend_zh="请改填所指单元的编号",
        )
    near = difflib.get_close_matches(plain_name(value), list(named), 1, 0.7)
    return Problem(
        file,
        "no such zone in the district",
        "区县数据中没有该居住单元",
        row=row,
        column=column,
        value=value,
        mend_en=f"did you mean {near[0]!r}?"
        if near
        else "write the id or name as in zones; leave it empty for homes outside the county",
        mend_zh=f"是否指“{near[0]}”？" if near else "请按居住单元表填写编号或名称；县外住址留空",
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
