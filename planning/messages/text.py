"""Hold what is to be said until somebody asks for it in a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Union

from planning.messages.catalogue import is_chinese, template
from planning.messages.characters import written
from planning.messages.form import fill

Said = Union[str, int, float, "Text", "Both", tuple["Said", ...]]
"""Value of a field: text, a number, another text with a code, or several of these."""


@dataclass(frozen=True, init=False)
class Text:
    """A text of the catalogues by its code, with the values of its fields.

    Parameters
    ----------
    code : str
        Stable name of the text: floor, subject, what.
    **said
        Value of each field; kept as text, numbers and tuples of these, so that it can be compared, sent and stored.

    Examples
    --------
    >>> Text("base.stage.primary").text("en"), Text("base.stage.primary").text("zh")
    ('primary', '小学')
    """

    code: str
    said: tuple[tuple[str, Said], ...]

    def __init__(self, code: str, /, **said: Any) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "said", tuple((name, plain(value)) for name, value in said.items()))

    def text(self, lang: str = "en") -> str:
        """Return the text in a language; the code itself where no catalogue has it."""
        found = template(self.code, lang)
        return self.code if found is None else filled(found, dict(self.said), lang)

    def more(self, ending: str) -> Text | None:
        """Return the text of ``code.ending`` with the same values, or None where there is none."""
        code = f"{self.code}.{ending}"
        return None if template(code, "en") is None else Text(code, **dict(self.said))


@dataclass(frozen=True)
class Both:
    """Words that data, a profile or somebody's own rule bring in English and Chinese."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """Return the words in a language: the Chinese ones for every Chinese, in its characters; what is the same in both is a name."""
        if not is_chinese(lang):
            return self.en
        return self.zh if self.zh == self.en else written(self.zh, lang)


Words = Text | Both
"""What can be said in a language."""


def zh_en(code: str, /, **said: Any) -> tuple[str, str]:
    """Return a text in Chinese and in English, for what is stored or shown in both."""
    text = Text(code, **said)
    return text.text("zh"), text.text("en")


def en_zh(code: str, /, **said: Any) -> tuple[str, str]:
    """Return a text in English and in Chinese; see :func:`zh_en`."""
    zh, en = zh_en(code, **said)
    return en, zh


def filled(found: str, said: Mapping[str, Said], lang: str) -> str:
    """Return a text of a catalogue with its fields filled in a language."""

    def say(value: object) -> str:
        if isinstance(value, (Text, Both)):
            return value.text(lang)
        return ", ".join(map(say, value)) if isinstance(value, tuple) else str(value)

    return fill(found, said, say)


def plain(value: Any) -> Said:
    """Return a value as text, number, text with a code, or a tuple of these."""
    if isinstance(value, (str, Text, Both)):
        return str(value) if type(value) is not str and isinstance(value, str) else value
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, (bool, int, float)):
        return value
    return tuple(plain(item) for item in value) if isinstance(value, Iterable) else str(value)
