"""One question that files leave open: its choices in words, and what a reply to it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from planning.district.cells.headers import plain
from planning.district.cells.parse import choice_words
from planning.district.geometry.coordinates import system_of
from planning.district.info import school_year
from planning.district.schema import TABLE, Column
from planning.importing.files.pages import ALL, ALSO
from planning.messages import Both, Text, Words, languages

SAME, NUMBER = "=", "#"
"""Replies to "which column": ``=VALUE`` the same value in every row, ``#`` number the rows."""
_CHOICES = {
    "merged": {value: f"importing.questions.{value}" for value in ("first", "divide", "each")},
    "repair": {"true": "importing.questions.repair", "false": "importing.questions.refuse"},
    "approximate": {"true": "importing.questions.as_written", "false": "importing.questions.refuse"},
    "sheet": {ALL: "importing.questions.all_sheets"},
}
_YEAR = re.compile(r"\d{4}")
_SAID_SAME = re.compile(r"^(各行相同|the same in every row)\s*[:：]\s*")


@dataclass(frozen=True)
class Question:
    """One choice that the files leave open.

    Parameters
    ----------
    key : str
        Where the answer goes in the mapping (``tables.zones.coordinates``).
    asked : Words
        The question.
    options : tuple of str
        Likely answers, best first.
    default : str
        Answer that most files need; ``""`` when there is none. Like every option it is a reply that is accepted.
    settle : callable, optional
        Returns the answer that a reply means, or raises an error a user can read; by the key when left out.
    words : mapping of str to Words
        Options in words, where the key alone does not say them.
    """

    key: str
    asked: Words
    options: tuple[str, ...] = ()
    default: str = ""
    settle: Callable[[str], str] | None = field(default=None, compare=False)
    words: Mapping[str, Words] = field(default_factory=dict, compare=False)

    def text(self, lang: str) -> str:
        """Return the question in a language."""
        return self.asked.text(lang)

    def allows(self, reply: str) -> bool:
        """Return whether a reply is an answer: a header that exists, a known word, a coordinate system."""
        return bool(self.meant(reply))

    def meant(self, reply: str) -> str:
        """Return the answer that a reply means, in the form in which it is kept; ``""`` when it is none."""
        text = reply.strip()
        told = (o for o in self.options if text in {o, *(self.shown(o, lang) for lang in languages())})
        text = next(told, text)
        if self.settle is not None:
            return self.settle(text) if text else ""
        if text in self.options or not text:
            return text
        said = answer_meant(self.key, text, self.options)
        part = self.key.split(".")[2:3]
        if part == ["columns"]:
            return said if said in self.options or said.startswith((SAME, NUMBER)) else ""
        if part == ["coordinates"]:
            return said if _is_system(said) else ""
        if part == ["sheet"]:
            return said if all(p.strip() in self.options for p in said.split(ALSO)) else ""
        if part in (["words"], ["repair"], ["approximate"], ["merged"], ["admission"]):
            return said if said in self.options else ""
        if self.key == "district.base_year":
            return said if school_year(said) else ""
        return said

    def in_words(self, option: str) -> Words:
        """Return an option in words."""
        return self.words[option] if option in self.words else in_words(self.key, option)

    def shown(self, option: str, lang: str) -> str:
        """Return an option in words of a language."""
        return self.in_words(option).text(lang)


def shown(key: str, option: str, lang: str) -> str:
    """Return an answer to a question in words of a language.

    Examples
    --------
    >>> shown("tables.housing.columns.year", "=2026", "zh"), shown("tables.zones.repair", "true", "zh")
    ('各行相同：2026', '自动修复')
    """
    return in_words(key, option).text(lang)


def in_words(key: str, option: str) -> Words:
    """Return an answer to a question in words; itself where it has none."""
    if word := _words(key).get(option):
        return word
    if key.split(".")[2:3] == ["columns"] and option.startswith(SAME):
        return Text("importing.questions.same", value=option[1:].strip())
    if key.split(".")[2:3] == ["columns"] and option == NUMBER:
        return Text("importing.questions.number")
    return Both(option, option)


def answer_meant(key: str, reply: str, headers: Sequence[str] = ()) -> str:
    """Return the answer that a reply to the question of a key means: said in words of either language, or as it is kept.

    A value where a column is asked for, such as 2026 for the year, is the same value in every row.

    Examples
    --------
    >>> answer_meant("tables.zones.merged", "平分"), answer_meant("tables.housing.columns.year", "2026")
    ('divide', '=2026')
    """
    text = reply.strip()
    for value in dict.fromkeys((*_words(key), *headers)):
        if plain(text) in {plain(value), *(plain(shown(key, value, lang)) for lang in languages())}:
            return value
    column = _column(key)
    if column is not None and key.split(".")[2] == "words":
        return choice_words(column.choices).get(text.lower(), text)
    if column is not None and not text.startswith((SAME, NUMBER)):
        said = _SAID_SAME.sub("", text)
        held = choice_words(column.choices).get(said.lower(), "") if column.choices else ""
        year = column.name == "year" and _YEAR.fullmatch(said)
        if said != text or held or year:
            return SAME + (held or said)
    return text


def _column(key: str) -> Column | None:
    """Return the column that a key of the mapping asks about."""
    part = key.split(".")
    if part[0] != "tables" or len(part) < 4 or part[1] not in TABLE or part[2] not in ("columns", "words"):
        return None
    return TABLE[part[1]].column_of.get(part[3])


def _words(key: str) -> Mapping[str, Words]:
    """Return the answers that have words of their own."""
    part = key.split(".")
    if part[0] != "tables" or len(part) < 3:
        return {}
    if part[2] == "admission":
        return {c.value: Both(c.value, c.zh) for c in TABLE["units"].column_of["admission"].choices}
    column = _column(key)
    if part[2] == "words" and column is not None:
        return {c.value: Both(c.value, c.zh) for c in column.choices}
    return {value: Text(code) for value, code in _CHOICES.get(part[2], {}).items()}


def _is_system(name: str) -> bool:
    try:
        return bool(system_of(name))
    except ValueError:
        return False
