"""Recognise the headers of a table: English, Chinese, aliases, with units in brackets."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from planning.district.cells.quantities import COUNTED, UNIT_FACTORS
from planning.district.cells.traditional import simplified
from planning.district.schema import Column, Table
from planning.errors import Issue
from planning.messages import Both, Text
from planning.texts import UNSEEN

GEOMETRY_HEADERS = {
    "lon": ("lon", "lng", "long", "longitude", "x", "经度", "东经", "横坐标", "jd", "jingdu"),
    "lat": ("lat", "latitude", "y", "纬度", "北纬", "纵坐标", "wd", "weidu"),
    "wkt": ("wkt", "geometry", "几何", "几何wkt", "空间范围"),
}

_COUNTED = (*COUNTED, "年", "度", "%")
_LIKE_A_UNIT = re.compile(r".*(元|米|m2|亩|顷|公里|里|人|usd|dollars?|acres?|sqft|ft2)(/.+)?")
_MANY = re.compile("[十百千万亿]+(元|人|米|平方米|平米|m2|亩|公顷|名|间)")
"""So many of a unit."""
_OPEN, _SHUT = r"[(\[【]", r"[)\]】]"
_BRACKET = re.compile(rf"^(?P<base>[^(\[【]+){_OPEN}(?P<inside>[^)\]】]*){_SHUT}$")
_INNER = re.compile(rf"{_OPEN}[^)\]】]*{_SHUT}(?=.)")
"""A bracket inside a header says what else the column holds, no unit: 小区(村组)名称."""
_EITHER = re.compile(r"[()\[\]【】/、]|或")
"""What stands between two words of which either may be meant: 村(社区), 村/社区."""
_JOINT = "/,、;-|"
_PARTS = re.compile("[,、;]")
_WEB_MAPS = re.compile("百度|高德|腾讯|天地图|gcj-?02|bd-?09|wgs-?84|cgcs-?2000|坐标|[-.]")


_WORDS: dict[int, tuple[Table, dict[str, Column]]] = {}
"""Words of tables, with the table itself, so that none of them is ever another's."""


@dataclass(frozen=True)
class Match:
    """Where a column stands in a sheet and the factor from the header's unit to the schema's."""

    position: int
    factor: float = 1.0


@lru_cache(maxsize=8192)  # every header is held against every name of the schema
def plain(header: str) -> str:
    """Return a header without case, spaces, unseen signs, marks of required columns, and full-width forms."""
    text = unicodedata.normalize("NFKC", header if header.isascii() else UNSEEN.sub("", header))
    return re.sub(r"[\s*※::_]+", "", text).lower()


def _names(column: Column) -> tuple[str, ...]:
    return (column.name, column.zh, *column.aliases)


def _known_words(table: Table) -> dict[str, Column]:
    """Return the columns of a table by every word that means one, made once for each table."""
    if (held := _WORDS.get(id(table))) and held[0] is table:
        return held[1]
    known: dict[str, Column] = {}
    for pick in (0, 1, 2):  # a column's own name wins over another one's alias
        for column in table.columns:
            for name in _names(column)[pick : pick + 1] if pick < 2 else column.aliases:
                known.setdefault(plain(name), column)
    _WORDS[id(table)] = (table, known)
    return known


def find_column(table: Table, header: str) -> tuple[str, float] | None:
    """Return the column a header means and the factor of its unit, or ``None``."""
    _known_words(table)
    return _column_of(id(table), header)


@lru_cache(maxsize=16384)  # each table is tried on each sheet again and again
def _column_of(table: int, header: str) -> tuple[str, float] | None:
    known = _WORDS[table][1]
    word = plain(header)
    plainer = simplified(word)
    for text in dict.fromkeys((word, _INNER.sub("", word), plainer, _INNER.sub("", plainer))):
        if text in known:
            return known[text].name, 1.0
        if (bracket := _BRACKET.match(text)) and bracket["base"] in known:
            column = known[bracket["base"]]
            return column.name, _factor(column, bracket["inside"]) or 1.0
        if said := _said_unit(text):
            base = text[: -len(said)].rstrip(_JOINT)
            if base in known and said in UNIT_FACTORS.get(known[base].unit, {}):
                return known[base].name, float(UNIT_FACTORS[known[base].unit][said])
    words = [part for part in _EITHER.split(plainer) if part]
    both = known.get("".join(words)) if len(words) > 1 else None
    return (both.name, 1.0) if both else None


def _factor(column: Column, inside: str) -> float | None:
    """Return the factor of the unit that a bracket names, ``None`` when it names none that the column can have."""
    factors = UNIT_FACTORS.get(column.unit, {})
    said = simplified(inside)
    parts = (part.replace("单位", "") for part in (said, *_PARTS.split(said)))
    return next((float(factors[part]) for part in parts if part in factors), None)


@lru_cache(maxsize=8192)
def _said_unit(word: str) -> str:
    """Return the longest unit that a header without brackets ends with: 教学仪器设备值万元."""
    units = {unit for factors in UNIT_FACTORS.values() for unit in factors}
    plainer = simplified(word)  # one character for one, so that the unit is as long in either
    return max((unit for unit in units if plainer.endswith(unit) and plainer != unit), key=len, default="")


def unit_in(header: str) -> str:
    """Return the unit that ends a header, in brackets, or an empty string."""
    word = plain(header)
    bracket = _BRACKET.match(_INNER.sub("", word))
    inside = bracket["inside"] if bracket else _said_unit(word)
    return f"({inside})" if inside else ""


def is_unit(cell: str) -> bool:
    """Return whether a cell below a header holds nothing but a unit: 万元, (平方米), 间."""
    word = simplified(plain(cell)).strip("()[]【】").replace("单位", "")
    return word in _COUNTED or any(word in factors for factors in UNIT_FACTORS.values())


def _above(text: str) -> str:
    """Return a line above a table as it is searched for units: half-width, without blanks, simplified."""
    return simplified(unicodedata.normalize("NFKC", text).replace(" ", ""))


def stated_units(text: str) -> list[str]:
    """Return the units that a line above a table states for all of it: ``单位：人、万元``."""
    found = re.search(r"单位[::](?P<units>.+)", _above(text))
    parts = re.split(r"[,、;/)\]】]|和|及", found["units"].lower()) if found else []
    return [plain(p) for p in parts if any(plain(p) in factors for factors in UNIT_FACTORS.values())]


def strange_unit(text: str) -> str:
    """Return the unit that a line above a table states and nobody knows: ``单位：百人``; else an empty string."""
    found = re.search(r"单位[::](?P<units>.+)", _above(text))
    parts = re.split(r"[,、;/)\]】]|和|及", found["units"].lower()) if found else []
    return next(
        (p for p in parts if _MANY.fullmatch(p) and not any(p in f for f in UNIT_FACTORS.values())), ""
    )


def with_stated_unit(table: Table, header: str, units: Sequence[str]) -> str:
    """Return a header with the unit that its table states for such columns, unless it names one itself."""
    hit = find_column(table, header)
    if hit is None or plain(header) not in {plain(n) for n in _names(table.column_of[hit[0]])}:
        return header
    factors = UNIT_FACTORS.get(table.column_of[hit[0]].unit, {})
    own = [unit for unit in units if unit in factors]
    return f"{header}({'或'.join(own)})" if own else header


def find_geometry(header: str) -> str | None:
    """Return ``lon``, ``lat``, ``wkt`` or ``wkt2`` … when the header names coordinates."""
    word = simplified(plain(header))
    for text in (word, _WEB_MAPS.sub("", word)):
        for name, words in GEOMETRY_HEADERS.items():
            if text in words:
                return name
    if bracket := _BRACKET.match(word):
        return find_geometry(bracket["base"])
    return word if re.fullmatch(r"wkt\d+", word) else None


def match_headers(
    table: Table, headers: Sequence[str], file: str
) -> tuple[dict[str, Match], dict[str, int], list[Issue]]:
    """Return the columns found, the coordinate columns found, and what is wrong with the headers.

    Returns
    -------
    columns : dict of str to Match
        By schema name.
    geometry : dict of str to int
        Positions of ``lon``, ``lat``, ``wkt``, ``wkt2`` …
    problems : list of Issue
        Missing required columns (with the nearest header), duplicates, and unknown columns as warnings.
    """
    columns: dict[str, Match] = {}
    geometry: dict[str, int] = {}
    unknown: list[str] = []
    problems: list[Issue] = []
    for position, header in enumerate(headers):
        if not plain(header):
            continue
        hit = find_column(table, header)
        if hit is None:
            place = find_geometry(header) if table.geometry else None
            if place is None:
                unknown.append(header)
            else:
                geometry.setdefault(place, position)
        elif wrong := _unknown_unit(file, table.column_of[hit[0]], header):
            problems.append(wrong)
            columns[hit[0]] = Match(position)
        elif hit[0] in columns:
            problems.append(_twice(file, table.column_of[hit[0]], headers[columns[hit[0]].position], header))
        else:
            columns[hit[0]] = Match(position, hit[1])
    missing = [
        c
        for c in table.columns
        if c.required and c.default is None and c.name not in columns and c.instead not in columns
    ]
    problems += [missing_column(file, c, unknown) for c in missing]
    # a header that is to be renamed is one mistake, not two
    renamed = {meant_header(c, unknown) for c in missing}
    open_columns = [c for c in table.columns if c.name not in columns]
    problems += [_unknown(file, open_columns, h) for h in unknown if h not in renamed]
    return columns, geometry, problems


def _unknown_unit(file: str, column: Column, header: str) -> Issue | None:
    """Return what is wrong with a header whose brackets hold a unit that is none of the column's."""
    bracket, factors = _BRACKET.match(simplified(plain(header))), UNIT_FACTORS.get(column.unit, {})
    inside = bracket["inside"].replace("单位", "") if bracket else ""
    parts = _PARTS.split(inside)
    share = column.kind in ("int", "number") and any(p in ("%", "‰") for p in parts)
    if _factor(column, inside) or not (share or (factors and any(map(_LIKE_A_UNIT.fullmatch, parts)))):
        return None
    known = ", ".join(factors) or column.unit
    return Issue(
        "district.headers.unit_not_understood",
        file,
        row="1",
        column=column.name,
        value=header,
        inside=inside,
        known=known,
    )


def _twice(file: str, column: Column, first: str, second: str) -> Issue:
    return Issue(
        "district.headers.headers_both_mean",
        file,
        row="1",
        column=column.name,
        first=first,
        second=second,
        header=Both(column.name, column.zh),
    )


def nearest(word: str, words: Sequence[str]) -> str:
    """Return the most similar word, or an empty string."""
    close = difflib.get_close_matches(plain(word), [plain(w) for w in words], n=1, cutoff=0.5)
    return next((w for w in words if close and plain(w) == close[0]), "")


def meant_header(column: Column, unknown: Sequence[str]) -> str:
    """Return which of the headers that mean nothing may be meant for a column, or an empty string."""
    return next((n for n in (nearest(name, unknown) for name in _names(column)) if n), "")


def missing_column(file: str, column: Column, unknown: Sequence[str]) -> Issue:
    """Say that a table lacks a column, and which of the headers that mean nothing may be meant for it."""
    near = meant_header(column, unknown)
    mend = (
        Text("district.headers.rename_column", near=near, header=Both(column.name, column.zh))
        if near
        else Text("district.headers.add_column", header=column.name, zh=column.zh)
    )
    return Issue(
        "district.headers.column_missing",
        file,
        row="1",
        column=column.name,
        mend=mend,
        header=column.name,
        zh=column.zh,
    )


def _unknown(file: str, columns: Sequence[Column], header: str) -> Issue:
    """Say that a column is ignored; offered are only those that the table does not have yet."""
    near = nearest(header, [n for c in columns for n in _names(c)])
    return Issue(
        "district.headers.unknown_column_ignored",
        file,
        row="1",
        column=header,
        level="warning",
        mend="district.mend.did_you_mean" if near else "",
        near=near,
    )
