"""Write Chinese that tables, profiles and the schema keep in simplified characters as a language writes it."""

from __future__ import annotations

import functools
import importlib
import re
from typing import Any

from planning.messages.catalogue import OWN, catalogue

_RUN = re.compile(r"[\u3400-\u9fff]+")


def written(zh: str, language: str) -> str:
    """Return Chinese words in the characters of a language, whose ``characters`` name the conversion of OpenCC from simplified ones.

    Words that are in traditional characters already, such as names that data bring, stay as they are; so do the characters that the
    language says stand in ``names``, alone.

    Examples
    --------
    >>> written("差异系数 ≤ 0.50", "zh-Hant"), written("差异系数 ≤ 0.50", "zh")
    ('差異係數 ≤ 0.50', '差异系数 ≤ 0.50')
    >>> written("萬里國小（台北）：没有学位", "zh-Hant")
    '萬里國小（台北）：沒有學位'
    """
    about = catalogue(language, OWN)
    conversion, names = about.get("characters", ""), about.get("names", "")
    if not conversion or zh.isascii():
        return zh
    return _RUN.sub(lambda run: _converted(run[0], conversion, names), zh)


@functools.lru_cache(maxsize=65536)
def _converted(run: str, conversion: str, names: str) -> str:
    ours = any(c not in names and _simplified(c, conversion) for c in run)
    theirs = any(map(_only_traditional, run))
    # a run with characters of both kinds is a sentence of ours around a name
    if not ours or (theirs and not any(map(_only_simplified, run))):
        return run
    return str(_converter(conversion).convert(run))


@functools.lru_cache(maxsize=8192)
def _simplified(character: str, conversion: str) -> bool:
    return bool(_converter(conversion).convert(character) != character)


@functools.lru_cache(maxsize=8192)
def _only_simplified(character: str) -> bool:
    """Return whether no traditional Chinese has the character: its old character set lacks it."""
    return not character.encode("big5", "ignore")


@functools.lru_cache(maxsize=8192)
def _only_traditional(character: str) -> bool:
    return bool(_converter("t2s").convert(character) != character)


@functools.lru_cache(maxsize=4)
def _converter(conversion: str) -> Any:
    return importlib.import_module("opencc").OpenCC(conversion)
