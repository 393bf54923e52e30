"""Decide once in which language the program speaks: ``--lang``, else ``PLANNING_LANG``, else the machine's locale."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from planning.messages.catalogue import OWN, catalogue, languages
from planning.messages.text import Text, Words

LANGUAGE = "PLANNING_LANG"
"""Variable that ``--lang`` sets for one command."""
PLACES = (LANGUAGE, "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a language may be set, the strongest first."""


def user_language() -> str:
    """Return the language of the user, one of :func:`languages`; English where nothing says another.

    Examples
    --------
    >>> user_language() in languages()
    True
    """
    return next((matching(os.environ[name]) for name in PLACES if os.environ.get(name)), "en")


_PAPER: ContextVar[str] = ContextVar("language of papers", default="")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write papers in a language, one of :func:`languages`, whatever else was asked for.

    Examples
    --------
    >>> with speaking("en"):
    ...     paper_language()
    'en'
    """
    before = _PAPER.set(language)
    try:
        yield
    finally:
        _PAPER.reset(before)


def paper_language() -> str:
    """Return the language of papers that are handed on: that of :func:`speaking`, else the one asked for by ``--lang`` or ``PLANNING_LANG``, Chinese otherwise.

    The machine's locale says how the program speaks to whoever sits before it, not what a bureau sends out.
    """
    if _PAPER.get():
        return _PAPER.get()
    return known(os.environ.get(LANGUAGE, "")) or "zh"


def said(code: str, /, **values: Any) -> str:
    """Return a text of the catalogues in the language of the paper."""
    return Text(code, **values).text(paper_language())


def spoken(words: Words | str) -> str:
    """Return words in the language of the paper; what is text already stays."""
    return words if isinstance(words, str) else words.text(paper_language())


def matching(said: str) -> str:
    """Return the language that serves a locale or a name of a language: the one whose own locale is the longest beginning of it.

    Examples
    --------
    >>> matching("zh_CN.UTF-8"), matching("zh-Hant"), matching("zh_TW"), matching("de_DE")
    ('zh', 'zh-Hant', 'zh-Hant', 'en')
    """
    return known(said) or "en"


@functools.cache
def known(said: str) -> str:
    """Return the language that serves a locale, or "" where none does."""
    asked = said.lower().replace("-", "_")
    served = [
        (len(locale), language)
        for language in languages()
        for locale in catalogue(language, OWN)["locales"].split()
        if asked.startswith(locale)
    ]
    return max(served, default=(0, ""))[1]
