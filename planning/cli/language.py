"""Choose the language a command speaks: ``--lang`` anywhere on the line, else ``PLANNING_LANG``, else the locale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planning.messages import Both, Text, user_language
from planning.messages.catalogue import is_chinese

__all__ = ["in_chinese", "say", "take_language", "user_language"]


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


def say(code: str, zh: str | None = None, /, **said: Any) -> str:
    """Return a text of the catalogues in the user's language, or one of two words that data bring in English and Chinese."""
    words = Text(code, **said) if zh is None else Both(code, zh)
    return words.text(user_language())


def in_chinese() -> bool:
    """Return whether the user reads Chinese, simplified or traditional."""
    return is_chinese(user_language())
