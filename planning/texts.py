"""Say which characters of a text no file can hold or nobody can see, and write them out or leave them out."""

from __future__ import annotations

import re

IMPOSSIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""Control characters, halves of surrogate pairs and non-characters: XML 1.0 (2.2) and Unicode (23.7) exclude them."""
UNSEEN = re.compile(
    "[\t\n\r\x85\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
"""Characters that are read but not seen, or that turn the text around them: line ends and tabs, directional signs, zero-width signs,
soft hyphens, fillers, annotation and tag characters (Unicode Technical Reports 36 and 39). Variation selectors, which choose
the form of a Chinese character, are none of them."""
_KEPT = "\t\n\r"
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def visible(text: str) -> str:
    """Return text in which impossible characters are written as their code: ``甲<U+000B>乙``."""
    return IMPOSSIBLE.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def unseen(text: str) -> str:
    r"""Return text in which impossible and unseen characters are written as their code.

    Examples
    --------
    >>> unseen("甲\u202e乙")
    '甲<U+202E>乙'
    """
    return UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", visible(text))


def impossible(text: str) -> str:
    """Return the codes of the characters of a text that no office file can hold: ``U+000B``."""
    return ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in IMPOSSIBLE.findall(text)))


def plain_text(value: object) -> str:
    r"""Return text that XML can hold, that reads in one direction and hides nothing; writers escape the rest.

    Examples
    --------
    >>> plain_text("东\u202e村\u200b")
    '东村'
    """
    text = _LINE_ENDS.sub(" ", str(value))
    return text if text.isascii() and text.isprintable() else _seen(text)


def _seen(text: str) -> str:
    return UNSEEN.sub(lambda found: found[0] if found[0] in _KEPT else "", IMPOSSIBLE.sub("", text))


def one_line(value: object) -> str:
    """Return plain text on one line: what a drawing can set, which knows neither tabs nor line ends."""
    return " ".join(plain_text(value).split())
