"""Understand what an office writes as the stage or kind of a school: 九年一贯制, 小学、初中, 完全中学, 高中."""

from __future__ import annotations

import re

from planning.district.cells.headers import plain
from planning.district.cells.parse import choice_words
from planning.district.cells.traditional import simplified
from planning.district.schema import STAGES, TABLE

ELSEWHERE = "elsewhere"
"""Neither primary nor junior classes: senior and vocational schools, kindergartens."""
_PARTS = (
    (re.compile("小学|小|完小"), "primary"),
    (re.compile("初级中学|初中|初"), "junior"),
    (re.compile("高级中学|普通高中|普高|高中|高"), "senior"),
    (re.compile("学前|幼儿园|幼"), "nursery"),
)
_SAID = re.compile(
    "(?:小学|完小|初级中学|初中|高级中学|普通高中|普高|高中|学前|幼儿园|[小初高幼]|[部段、,，;；/+＋和及与—–~至-]|阶段|教育)+"
)
_NO_STAGE = re.compile(
    "高级中学|普?高中(?!.*初中)|职业|职教|职高|中职|技工|技校|中专|幼儿园|托育|托儿|电大|党校|进修"
)
_WORDS = {
    "初小": "primary",
    "高小": "primary",
    "义务教育": "nine_year",
    "义务教育阶段": "nine_year",
    "特殊教育": "special",
    "特教": "special",
}
_NURSERY = re.compile(r"[(（][^)）]*(?:幼|学前)[^)）]*[)）]")
"""A kindergarten that is only mentioned beside."""
_BY_STAGES = {
    ("primary",): "primary",
    ("junior",): "junior",
    ("primary", "junior"): "nine_year",
    ("junior", "senior"): "complete_secondary",
    ("primary", "junior", "senior"): "twelve_year",
    ("primary", "senior"): "twelve_year",
}


def kind_said(word: str) -> str:
    """Return the kind of a school that a word for its stage or kind means.

    ``ELSEWHERE`` where it has neither primary nor junior classes, ``""`` where the word says nothing.

    Examples
    --------
    >>> kind_said("九年一贯制"), kind_said("小学、初中"), kind_said("初高中"), kind_said("高中"), kind_said("城区")
    ('nine_year', 'nine_year', 'complete_secondary', 'elsewhere', '')
    """
    text = _NURSERY.sub("", simplified(plain(word)))
    if text in _WORDS:
        return _WORDS[text]
    for choices in (TABLE["schools"].column_of["kind"].choices, TABLE["units"].column_of["stage"].choices):
        known = {plain(w): value for w, value in choice_words(choices).items()}
        if text in known:
            return known[text]
    if "十二年" in text:
        return "twelve_year"
    if "九年" in text or "一贯" in text:
        return "nine_year"
    if _SAID.fullmatch(text):
        named = tuple(stage for pattern, stage in _PARTS if pattern.search(text))
        taught = tuple(stage for stage in named if stage != "nursery")
        return _BY_STAGES.get(taught, ELSEWHERE)
    return ELSEWHERE if _NO_STAGE.search(text) else ""


def is_several(word: str) -> bool:
    """Return whether a word in a column of stages says more than one stage of one school."""
    return kind_said(word) not in ("", ELSEWHERE, *STAGES)


def is_elsewhere(name: str, said: str) -> bool:
    """Return whether a school has no classes that are planned here, by what is said of it, else by its name.

    Examples
    --------
    >>> is_elsewhere("县职业教育中心", ""), is_elsewhere("第一中学", ""), is_elsewhere("第一中学", "高中")
    (True, False, True)
    """
    kind = kind_said(said) if said else ""
    return kind == ELSEWHERE or (not kind and bool(_NO_STAGE.search(simplified(plain(name)))))
