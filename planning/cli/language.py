"""Choose the language a command speaks: ``--lang`` anywhere on the line, else the locale."""

from __future__ import annotations

import os
from collections.abc import Sequence


def take_language(arguments: Sequence[str]) -> tuple[list[str], str]:
    """Return the arguments without ``--lang``, and the language it names (empty when it is not given)."""
    rest: list[str] = []
    language = ""
    waiting = False
    for argument in arguments:
        if waiting:
            language, waiting = argument, False
        elif argument == "--lang":
            waiting = True
        elif argument.startswith("--lang="):
            language = argument.partition("=")[2]
        else:
            rest.append(argument)
    return rest, language


def user_language() -> str:
    """Return ``"zh"`` or ``"en"``: ``PLANNING_LANG`` (set by ``--lang``), then the locale."""
    for name in ("PLANNING_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value:
            return "zh" if value.startswith(("zh", "cn")) else "en"
    return "en"


def say(en: str, zh: str) -> str:
    """Return the text in the user's language."""
    return zh if user_language() == "zh" else en
