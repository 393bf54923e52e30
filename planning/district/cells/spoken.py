"""Tell which school a name means that is not written as in the list: 第一小学, 一小 or 县一小 for 利民县第一小学."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from planning.district.cells.traditional import alike, simplified
from planning.texts import UNSEEN

Tokens = tuple[str, ...]
_SHORT = (
    (re.compile(r"^(.+)[(\[【](.+)[)\]】]$"), r"\2\1"),  # 一小(城关) is 城关一小
    (re.compile(r"[\s_·.。()\[\]【】-]+"), ""),
    (re.compile("附属"), "附"),
    (re.compile("实验"), "实"),
    (re.compile("(?:国民小学|完全小学|小学校|小学|完小|国小)$"), "小"),
    (re.compile("(?:国民中学|(?:初级|高级|完全)?中学校?|初中|国中)$"), "中"),
    (re.compile("学校$"), "校"),
)
"""How the words of a school's name are shortened when people say it."""
_NUMBER = re.compile(r"第?(?P<number>\d+|[零〇一二两三四五六七八九十百]+)")
_DIGITS = {c: k for k, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100}
_AREA = re.compile("自治县|民族乡|街道办事处|街道办|街道|[省市州盟县区旗镇乡]")
"""Words behind the names of areas."""
_COUNTY = re.compile(".{2,}[省市州盟县区旗]")
_KINDS = ("小", "中", "校")
_BARE = ("中心", "中央", "明德", "希望")
"""What may stand between the name of a place and the kind of its only school."""


def schools_meant(said: str, names: Iterable[str]) -> list[str]:
    """Return the names of schools that a name means: written so but for its short forms, else ending so, else as people say it.

    The first of these that any name fits counts; several names are several schools that may be meant.

    Examples
    --------
    >>> listed = ["利民县第一小学", "利民县第十一小学", "利民县实验小学", "第二实验小学", "河东镇中心小学"]
    >>> [schools_meant(said, listed) for said in ("一小", "实小", "实验二小", "河东小学", "三小")]
    [['利民县第一小学'], ['利民县实验小学'], ['第二实验小学'], ['河东镇中心小学'], []]
    >>> schools_meant("一小", ["城关镇第一小学", "河东镇第一小学"])
    ['城关镇第一小学', '河东镇第一小学']
    """
    word = _tokens(said)
    if not word:
        return []
    every = [(name, _tokens(name)) for name in dict.fromkeys(names)]
    for fits in (_same, _ends, _says):
        found = [name for name, tokens in every if tokens and fits(word, tokens)]
        if found:
            return found
    return []


def holds_in_order(name: Sequence[str], said: Sequence[str]) -> bool:
    """Return whether a name holds what is said sign by sign, with others left out: as the search of the pages finds it (finder.js).

    Examples
    --------
    >>> holds_in_order("实验小学", "实小"), holds_in_order("实验小学", "小实")
    (True, False)
    """
    rest = iter(name)
    return all(sign in rest for sign in said)


@lru_cache(maxsize=65536)
def _tokens(name: str) -> Tokens:
    """Return a name as it is compared: short, its numbers each as one sign."""
    word = alike(simplified(unicodedata.normalize("NFKC", UNSEEN.sub("", name)).strip().lower()))
    for pattern, short in _SHORT:
        word = pattern.sub(short, word)
    found: list[str] = []
    at = 0
    for match in _NUMBER.finditer(word):
        found += [*word[at : match.start()], str(_number(match["number"]))]
        at = match.end()
    return (*found, *word[at:])


def _number(text: str) -> int:
    """Return a number in Chinese or Arabic numerals."""
    if text.isdecimal():
        return int(text)
    if not set(text) & set(_TENS):
        return int("".join(str(_DIGITS[c]) for c in text))
    whole, digit = 0, 0
    for c in text:
        if c in _TENS:
            whole, digit = whole + (digit or 1) * _TENS[c], 0
        else:
            digit = _DIGITS[c]
    return whole + digit


@lru_cache(maxsize=65536)
def _bare(word: Tokens) -> Tokens:
    """Return a name without the words behind names of areas: 利民县城关镇一小 as 利民城关一小."""
    text = "".join(word[:-2])
    kept = _AREA.sub(lambda found: "" if found.start() >= 2 else found[0], text)
    return (*_tokens(kept), *word[-2:])


def _same(said: Tokens, name: Tokens) -> bool:
    return said == name or _bare(said) == _bare(name)


def _ends(said: Tokens, name: Tokens) -> bool:
    """Return whether the list's name is the said one behind the names of areas, or the other way about; a place alone names its school."""
    pairs = ((said, name), (_bare(said), _bare(name)))
    if any(_ends_with(long, short) for short, long in pairs):
        return True
    if _ends_with(said, name) and _COUNTY.fullmatch("".join(said[: len(said) - len(name)])):
        return True
    return said[-1] not in _KINDS and any(_without_kind(long) == short for short, long in pairs)


def _ends_with(long: Tokens, short: Tokens) -> bool:
    """Return whether a name ends with another one, no number before it: 第二实验小学 is not 实验小学."""
    before = long[: len(long) - len(short)]
    ends = len(short) >= 2 and len(before) > 0 and long[-len(short) :] == short
    return ends and not before[-1].isdecimal()


def _without_kind(name: Tokens) -> Tokens:
    """Return the place that a school is named after."""
    place = name[:-1] if name[-1] in _KINDS else name
    tail = "".join(place[-2:])
    return place[:-2] if tail in _BARE else place


def _says(said: Tokens, name: Tokens) -> bool:
    """Return whether people may say a name so: its signs in order, the same numbers, the same kind of school at its end."""
    numbers = [[t for t in word if t.isdecimal()] for word in (said, name)]
    short = len(said) >= 2 and said[-1] == name[-1] and sorted(numbers[0]) == sorted(numbers[1])
    signs = [[t for t in word if not t.isdecimal()] for word in (said, name)]
    return short and holds_in_order(signs[1], signs[0])
