"""Read the traditional characters of forms from Taiwan and Hong Kong as the simplified ones of the schema."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

_NUMERALS = str.maketrans("壹貳贰叁肆伍陸陆貮參参○", "一二二三四五六六二三三〇")
"""Numerals of cheques, which a form may hold instead of plain ones."""


@lru_cache(maxsize=65536)
def simplified(text: str) -> str:
    """Return a header or a word of a form in simplified characters, one for one; names are never changed.

    Examples
    --------
    >>> simplified("學校代碼"), simplified("國小一年級"), simplified("教育階段")
    ('学校代码', '国小一年级', '教育阶段')
    """
    if text.isascii():
        return text
    return text.translate(_forms()).translate(_NUMERALS)


@lru_cache(maxsize=1)
def _forms() -> dict[int, str]:
    return str.maketrans(_simple_forms())


@lru_cache(maxsize=65536)
def alike(name: str) -> str:
    """Return a name in simplified characters, for comparing names only: the same place is written either way.

    Examples
    --------
    >>> alike("東灣村"), alike("陽光花園") == alike("阳光花园")
    ('东湾村', True)
    """
    return name if name.isascii() else str(_converter().convert(name))


def written_as(text: str) -> dict[str, str]:
    """Return other characters by which those of a text are written, each with the simplified one that both mean.

    A page that searches without a dictionary compares by it, character by character.

    Examples
    --------
    >>> written_as("吴忠")["吳"], written_as("學校")["學"], written_as("ABC")
    ('吴', '学', {})
    """
    known = _simple_forms()
    meant = {known.get(c, c) for c in text}
    return {other: simple for other, simple in known.items() if simple in meant}


@lru_cache(maxsize=1)
def _simple_forms() -> dict[str, str]:
    """Every Chinese character that has a simplified one, and that; one by one, as no word decides there."""
    held = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = str(_converter().convert("\n".join(held))).split("\n")
    return {one: other for one, other in zip(held, simple, strict=True) if one != other}


@lru_cache(maxsize=1)
def _converter() -> Any:
    return importlib.import_module("opencc").OpenCC("t2s")
