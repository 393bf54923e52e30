"""Fill the fields of a text with values; values are never read as texts, no field reaches into one."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping

from planning.digits import in_digits

_FIELD = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)(?::([^{}|]*)|\|([^{}]*))?\}")
_NUMBER = re.compile(r"\+?0?\d?,?(\.\d)?[fg%d]?")
_WIDTH = re.compile(r"[<>]\d+")
_PLURAL = {"s": ("", "s"), "es": ("", "es"), "ies": ("y", "ies"), "is": ("is", "are"), "has": ("has", "have")}


def fields(text: str) -> frozenset[str]:
    """Return the names of the fields of a text.

    Examples
    --------
    >>> sorted(fields("{count:,} zones: {names|, }"))
    ['count', 'names']
    """
    return frozenset(m[1] for m in _FIELD.finditer(text) if m[1])


def fill(text: str, said: Mapping[str, object], say: Callable[[object], str]) -> str:
    """Return the text with every field replaced once by its value.

    Parameters
    ----------
    text : str
        ``{name}`` is the value; ``{name:,.1f}`` a number in this form; ``{name:quoted}`` text in quotation marks as Python writes it;
        ``{name:s}``, ``{name:is}`` the ending or verb that agrees with a number; ``{name:unsaid}`` nothing, where a language leaves a value out; ``{name:<12}`` text to a width; ``{names|, }`` the items of a list with ``, `` between them;
        ``{{`` and ``}}`` are braces.
    said : Mapping
        Value of each field; a field without a value stays as it is written.
    say : Callable
        How a value becomes text in the language of the text.

    Examples
    --------
    >>> fill("{count:,} zone{count:s}: {names|, }", {"count": 1200, "names": ("A", "{count}")}, str)
    '1,200 zones: A, {count}'
    """
    parts: list[str] = []
    for written, name, form, between in _parted(text):
        if name is None or name not in said:
            parts.append(written)
        elif between is not None:
            value = said[name]
            items = value if isinstance(value, tuple) else (value,)
            parts.append(between.join(say(item) for item in items))
        else:
            parts.append(formed(said[name], form, say) if form else say(said[name]))
    return "".join(parts)


@functools.lru_cache(maxsize=4096)
def _parted(text: str) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    """Return the pieces of a text as written, each with the name, form and separator of its field where it is one."""
    pieces: list[tuple[str, str | None, str | None, str | None]] = []
    end = 0
    for found in _FIELD.finditer(text):
        pieces.append((text[end : found.start()], None, None, None))
        name, form, between = found.groups()
        pieces.append((found[0] if name else found[0][0], name, form, between))
        end = found.end()
    return (*pieces, (text[end:], None, None, None))


def formed(value: object, form: str, say: Callable[[object], str] = str) -> str:
    """Return a value in one of the forms that fields know.

    Raises
    ------
    ValueError
        The form is not known.
    """
    if form == "unsaid":
        return ""
    if form == "quoted":
        return repr(value if isinstance(value, (str, int, float)) else say(value))
    if form in _PLURAL:
        return _PLURAL[form][value != 1]
    if _WIDTH.fullmatch(form):
        return format(say(value), form)
    if not _NUMBER.fullmatch(form):
        raise ValueError(form)
    return in_digits(value, form) if isinstance(value, (int, float)) else say(value)
