"""Find names on a page by typing: in either characters, by initials or by pinyin, without internet."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from planning import cache
from planning.errors import Issue, MissingExtraError

FINDER = "finder.js"
"""Script that turns a field and a list into a search; pages ask for its words, too."""
# a name with several readings is found by any of the first few
_MOST_READINGS = 4


def readings(name: str) -> list[str]:
    """Return what finds a name besides itself: initials of its readings, then the whole pinyin."""
    module = _pinyin()
    first = module.pinyin(name, style=module.Style.FIRST_LETTER, heteronym=True)
    initials = dict.fromkeys("".join(letters).lower() for letters in _few(first))
    return [*initials, "".join(module.lazy_pinyin(name)).lower()]


def readings_of(names: Sequence[str]) -> list[list[str]]:
    """Return :func:`readings` of every name; the same names with the same dictionary are not looked up twice."""
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or spec.origin is None:
        return [readings(name) for name in names]  # says what is missing
    code = cache.stamp_of_code(Path(spec.origin).parent, Path(__file__).parent)
    key = cache.key_of((code, str(_MOST_READINGS), *names))
    held = cache.recall("readings", key)
    if held is not None and "readings" in held:
        kept: list[list[str]] = json.loads(held["readings"].tobytes())
        return kept
    told = [readings(name) for name in names]
    cache.keep("readings", key, {"readings": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)})
    return told


def _few(letters: list[list[str]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for combination in product(*(dict.fromkeys(x) for x in letters)):
        found.append(combination)
        if len(found) == _MOST_READINGS:
            break
    return found


def _pinyin() -> Any:
    try:
        return importlib.import_module("pypinyin")
    except ImportError:
        raise MissingExtraError(
            [Issue("publish.lookup.lookup_page_finds_names_pinyin", "pypinyin")]
        ) from None
