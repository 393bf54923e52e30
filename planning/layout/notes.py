"""Name and read the notes of a layout's summary, which are kept in every language there are catalogues of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.messages.catalogue import is_chinese


def notes_key(lang: str) -> str:
    """Return the key of ``summary.json`` under which the notes in a language stand.

    Examples
    --------
    >>> notes_key("en"), notes_key("zh")
    ('notes', 'notes_zh')
    """
    return "notes" if lang == "en" else f"notes_{lang}"


def notes_of(summary: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    """Return the notes in a language; of a run made before the language was known, those in Chinese or English."""
    found = summary.get(notes_key(lang))
    if found is None:
        found = summary.get(notes_key("zh" if is_chinese(lang) else "en"), ())
    return tuple(str(note) for note in found)
