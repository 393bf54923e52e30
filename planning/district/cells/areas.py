"""Tell which township or community a name means that is written another way: 城關鎮, 城关 or 利民县城关镇人民政府 for 城关镇."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from planning.district.cells.headers import plain
from planning.district.cells.traditional import alike

_OFFICES = (
    (re.compile("(?:人民政府|政府)$"), ""),
    (re.compile("(?:社区居民委员会|社区居委会|居民委员会|居委会)$"), "社区"),
    (re.compile("(?:村民委员会|村委会|行政村|自然村)$"), "村"),
    (re.compile("(?:街道办事处|街道办|办事处|街办)$"), "街道"),
    (re.compile("(?:民族乡|族乡)$"), "乡"),
)
"""Offices by which an area is called, and the area's own word."""
_KIND = re.compile("(?:街道|社区|[镇乡村])$")
_ABOVE = re.compile(r".+(?:街道|[省市州盟县区旗镇乡])")
"""Areas in front that hold the one meant."""
_LEAST = 2


def areas_meant(said: str, names: Iterable[str]) -> list[str]:
    """Return the names of areas that a name means: written so in other characters, as its office, behind the areas that hold it, without its kind.

    The first of these that any name fits counts; several names are several areas that may be meant.

    Examples
    --------
    >>> listed = ["城关镇", "河东镇", "河东乡", "东湾村"]
    >>> [areas_meant(said, listed) for said in ("城關鎮", "利民县城关镇", "城关", "城关街道办", "河东", "东湾村委会", "河西镇")]
    [['城关镇'], ['城关镇'], ['城关镇'], [], ['河东镇', '河东乡'], ['东湾村'], []]
    """
    word = _form(said)
    if len(word) < _LEAST:
        return []
    every = [(name, _form(name)) for name in dict.fromkeys(names)]
    for fits in (str.__eq__, _within, _but_for_kind):
        found = [name for name, form in every if form and fits(word, form)]
        if found:
            return found
    return []


@lru_cache(maxsize=65536)
def _form(name: str) -> str:
    """Return a name as it is compared: simplified, its office as the area itself."""
    word = alike(plain(name))
    for office, kind in _OFFICES:
        word = office.sub(kind, word)
    return word


def _within(said: str, name: str) -> bool:
    """Return whether one of two names is the other behind the areas that hold it."""
    long, short = (said, name) if len(said) > len(name) else (name, said)
    above = long[: len(long) - len(short)]
    return (
        len(short) >= _LEAST
        and long.endswith(short)
        and bool(_ABOVE.fullmatch(above))
        and bool(_KIND.search(short))
    )


def _but_for_kind(said: str, name: str) -> bool:
    """Return whether two names are one but for their kinds, one of which may be behind the areas that hold it."""
    short = [_KIND.sub("", word) for word in (said, name)]
    kinds = [_KIND.search(word) for word in (said, name)]
    if all(kinds) or not any(kinds):  # 河东镇 is not 河东街道
        return False
    long, least = sorted(short, key=len, reverse=True)
    above = long[: len(long) - len(least)]
    return len(least) >= _LEAST and long.endswith(least) and (not above or bool(_ABOVE.fullmatch(above)))
