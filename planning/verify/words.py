"""Say places, requirements and findings of a check in the user's language; what has no entry stays as it is (ids, numbers, file names)."""

from __future__ import annotations

import re

from planning.messages.catalogue import phrases


def in_language(text: str, language: str) -> str:
    """Return a place, requirement or finding, written in English, in a language.

    Examples
    --------
    >>> in_language("at most 3000 m", "zh"), in_language("summary.json", "zh"), in_language("3120 m", "en")
    ('不超过 3000 米', 'summary.json', '3120 m')
    """
    for pattern, words in phrases(language).items():
        text = re.sub(pattern, words, text)
    return text
