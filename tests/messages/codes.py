"""Read from the source which codes of texts are used, and with which values."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "planning"
SPOKEN = {
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


@functools.cache
def trees() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        found[path.relative_to(PACKAGE.parent).as_posix()] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def patterns() -> Iterator[re.Pattern[str]]:
    """Codes that stand in the source, also those put together (``f"base.stage.{stage}"``)."""
    for tree in trees().values():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"\w+(\.\w+)+", node.value)
            ):
                yield re.compile(re.escape(node.value))
            if isinstance(node, ast.JoinedStr) and re.match(r"f['\"][a-z_0-9]+\.", ast.unparse(node)):
                parts = (
                    re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w.]+" for v in node.values
                )
                yield re.compile("".join(parts))


def spoken() -> Iterator[Spoken]:
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in SPOKEN or not _codes(node.args[0]):
                continue
            mend = next((k.value for k in node.keywords if k.arg == "mend"), None)
            yield Spoken(
                f"{file}:{node.lineno}", _codes(node.args[0]), _codes(mend) if mend is not None and name == "Issue" else (),
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
