"""Let the library that reads the command line speak the user's language, too: its help, headings and usage errors."""

from __future__ import annotations

import gettext
import importlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.columns import Columns
from rich.table import Table

from planning.messages import user_language
from planning.messages.catalogue import words_of_libraries

_FIELDS = re.compile(r"\{(\w+)(?:!r)?\}")
_FIELD = re.compile(r"\\\{(\w+)(?:!r)?\\\}")


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


def in_language(text: str, words: Mapping[str, str] | None = None) -> str:
    """Return what the library said in the user's language, also where it asked for no translation.

    Parameters
    ----------
    text : str
        A text with its values filled in.
    words : Mapping, optional
        What the library says, by its English with fields; those of the catalogues where none are given.

    Examples
    --------
    >>> in_language("No such option: --bad", {"No such option: {name}": "没有选项：{name}"})
    '没有选项：--bad'
    """
    words = words_of_libraries(user_language()) if words is None else words
    if text in words:
        return words[text]
    for said, other in sorted(words.items(), key=lambda pair: -len(_FIELDS.sub("", pair[0]))):
        found = re.fullmatch(_FIELD.sub(r"(?P<\1>.+?)", re.escape(said)), text, re.DOTALL)
        if found and found.groupdict():
            values = {name: in_language(value, words) for name, value in found.groupdict().items()}
            return _filled(other, values)
    return text


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _FIELDS.sub(lambda field: values.get(field[1], field[0]), text)


@contextmanager
def spoken() -> Iterator[None]:
    """Put what the library finds wrong with the words of a command into the user's language."""
    try:
        yield
    except Exception as error:
        if hasattr(error, "format_message"):
            said = in_language(error.format_message())
            setattr(error, "format_message", lambda: said)  # noqa: B010 - a method, as this error says it
        raise


_LIST = re.compile(r"list\[(.+)\]")


def type_in_language(label: str) -> str:
    """Return the type of a value as help shows it (``<list[str]>``) in the user's language; English stays as it is."""
    words = words_of_libraries(user_language())
    if not words:
        return label
    inner = label.strip("<>")
    several = _LIST.fullmatch(inner)
    kind = several[1] if several else inner
    return f"<{words.get(kind.lower(), kind)}{'…' if several else ''}>"


def fold_help() -> None:
    """Let what help says go on in the next line where a word has no room, as the tables of results do."""
    drawn = importlib.import_module("typer.rich_utils")

    def folded(table: Any) -> Any:
        for column in getattr(table, "columns", ()):
            column.overflow = "fold" if column.overflow == "ellipsis" else column.overflow
        return table

    class Foldable(Table):  # commands
        def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
            folded(self)
            yield from super().__rich_console__(console, options)

    class FoldableColumns(Columns):  # what is said of an option
        def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
            yield from map(folded, super().__rich_console__(console, options))

    setattr(drawn, "Table", Foldable)  # noqa: B010 - names of another module
    setattr(drawn, "Columns", FoldableColumns)  # noqa: B010


class Spoken:
    """Mixed into the library's commands: their line of usage and their option of help in the user's language."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the line of usage under its heading in the user's language."""
        heading = in_language("Usage:")
        formatter.write_usage(
            ctx.command_path, " ".join(map(in_language, self.collect_usage_pieces(ctx))), f"{heading} "
        )

    def format_help(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the help; Chinese has no spaces to break at, and nothing is cut for that."""
        fold_help()
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, whose types help names in the user's language where the library can be asked for them."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            shown = getattr(type(param), "display_type", None)
            if shown is not None:
                param.display_type_rich = lambda ctx, p=param, s=shown: type_in_language(s(p, ctx))
        return params

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option that shows the help, said in the user's language."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = in_language("Show this message and exit.")
        return option
