"""Say how values that no file holds came about, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Iterable

from planning.messages import Text, Words, user_language
from planning.messages.catalogue import is_chinese

Method = Words | str
"""How something was made; text where it is a formula or the office's own words."""


def method(name: str, **said: object) -> Text:
    """Return the text of a method of the catalogues."""
    return Text(f"importing.methods.{name}", **said)


def in_words(how: Method, lang: str) -> str:
    """Return a method in a language."""
    return how if isinstance(how, str) else how.text(lang)


def joined(methods: Iterable[Method]) -> str:
    """Return methods as one line in the user's language: it is kept with the data of the office."""
    lang = user_language()
    return ("；" if is_chinese(lang) else "; ").join(in_words(m, lang) for m in methods if m)
