"""Find the texts: one folder a language, in it one TOML file a floor, read when its first text is asked for."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

LIBRARY = "library"
"""File of a language with the words of libraries."""
PHRASES = "phrases"
"""File of a language with phrases of the verifier."""
FOLDER = Path(__file__).parent
OWN = "language"
"""File of a language about itself: ``name``, ``locales`` it serves, ``else``, the language that stands in for a missing text, and ``characters``, OpenCC's conversion of Chinese kept in simplified ones (``names``: what that leaves alone)."""


@functools.cache
def languages() -> tuple[str, ...]:
    """Return the languages there are catalogues of, for example ``("en", "zh", "zh-Hant")``."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob(f"*/{OWN}.toml")))


@functools.cache
def catalogue(language: str, floor: str) -> Mapping[str, str]:
    """Return the texts of a floor by code; empty where the language has no such file."""
    path = FOLDER / language / f"{floor}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def template(code: str, language: str) -> str | None:
    """Return the text of a code before its fields are filled, or None where no catalogue has it."""
    floor = code.partition(".")[0]
    for each in _chain(language):
        text = catalogue(each, floor).get(code)
        if text is not None:
            return text
    return None


def words_of_libraries(language: str) -> Mapping[str, str]:
    """Return what libraries say, by their English; empty where the language leaves it in English."""
    return _by_english(language, LIBRARY)


def phrases(language: str) -> Mapping[str, str]:
    """Return what stands for a phrase, by the pattern of its English, in the order they are replaced; empty as above."""
    return _by_english(language, PHRASES)


def _by_english(language: str, name: str) -> Mapping[str, str]:
    chain = _chain(language)
    before = chain[: chain.index("en")] if "en" in chain else chain
    return next((words for each in before if (words := catalogue(each, name))), {})


@functools.cache
def _chain(language: str) -> tuple[str, ...]:
    chain: list[str] = []
    while language in languages() and language not in chain:
        chain.append(language)
        language = str(catalogue(language, OWN).get("else", "en"))
    return tuple(chain) or ("en",)


def is_chinese(language: str) -> bool:
    """Return whether a language is written in Chinese, simplified or traditional."""
    return language.partition("-")[0] == "zh"
