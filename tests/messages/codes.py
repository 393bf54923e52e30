"""Read from the source which codes of texts are used, and with which values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.syntax import PACKAGE, nodes

SPOKEN = {
    "said": set(),
    "Issue": {"row", "column", "value", "level", "mend"},
    "Text": set(),
    "say": set(),
    "zh_en": set(),
    "en_zh": set(),
    "tell": {"level"},
}
"""Functions that take a code first, and which of their keywords are no values of fields."""


@dataclass(frozen=True)
class Spoken:
    """One place that says something: the codes it may say and the values it gives."""

    where: str
    codes: tuple[str, ...]
    mends: tuple[str, ...]
    values: frozenset[str]
    open: bool
    """Whether it hands on values that the source does not name (``**said``)."""


def patterns() -> Iterator[re.Pattern[str]]:
    """Codes that stand in the source, also those put together (``f"base.stage.{stage}"``)."""
    for _, node in nodes(ast.Constant):
        if isinstance(node.value, str) and re.fullmatch(r"\w+(\.\w+)+", node.value):
            yield re.compile(re.escape(node.value))
    for _, joined in nodes(ast.JoinedStr):
        first = joined.values[0] if joined.values else None
        if isinstance(first, ast.Constant) and re.match(r"[a-z_0-9]+\.", str(first.value)):
            parts = (
                re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w.]+" for v in joined.values
            )
            yield re.compile("".join(parts))
    for path in sorted((PACKAGE / "publish").rglob("*")):
        if path.suffix in (".html", ".svg", ".js"):
            yield from _of_page(path.read_text(encoding="utf-8"))


def _of_page(text: str) -> Iterator[re.Pattern[str]]:
    """Codes that templates say (also put together: ``"publish.word." ~ word``) and words that scripts ask for."""
    for code, more in re.findall(r'said\("([\w.]+)"( ~)?', text):
        yield re.compile(re.escape(code) + (r"[\w.]+" if more else ""))
    for key in re.findall(r'\bw\("(\w+)"', text):
        yield re.compile(re.escape(f"publish.page.{key}"))


def spoken() -> Iterator[Spoken]:
    for file, node in nodes(ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if not node.args or name not in SPOKEN or not _codes(node.args[0]):
            continue
        mend = next((k.value for k in node.keywords if k.arg == "mend"), None)
        yield Spoken(
            f"planning/{file}:{node.lineno}", _codes(node.args[0]), _codes(mend) if mend is not None and name == "Issue" else (),
            frozenset(k.arg for k in node.keywords if k.arg and k.arg not in SPOKEN[name]),
            any(k.arg is None for k in node.keywords),
        )  # fmt: skip


def _codes(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.IfExp):
        return _codes(node.body) + _codes(node.orelse)
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"\w+(\.\w+)+", node.value)
    ):
        return (node.value,)
    return ()
