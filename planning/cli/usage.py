"""Let the library that reads the command line speak the user's language, too: its help, headings and usage errors."""

from __future__ import annotations

import gettext

from planning.messages import user_language
from planning.messages.catalogue import words_of_libraries


def speak() -> None:
    """Answer the library's questions for a translation from the catalogues; to be called before it is loaded."""
    words = words_of_libraries(user_language())

    def one(message: str) -> str:
        return words.get(message, message)

    def many(msgid1: str, msgid2: str, n: int) -> str:
        return one(msgid1 if n == 1 else msgid2)

    if words:
        gettext.gettext = one
        gettext.ngettext = many
