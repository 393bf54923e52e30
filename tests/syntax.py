"""Read the package's own source once: what the gates ask of it is answered from one parse of every file."""

from __future__ import annotations

import ast
import functools
import gc
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

PACKAGE = Path(__file__).parents[1] / "planning"
Node = TypeVar("Node", bound=ast.AST)


@functools.cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of every file of the package, by its path inside the package."""
    collecting = gc.isenabled()
    gc.disable()  # millions of nodes, none of them garbage
    try:
        return {
            path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
            for path in sorted(PACKAGE.rglob("*.py"))
        }
    finally:
        if collecting:
            gc.enable()


@functools.cache
def _by_kind() -> dict[type[ast.AST], list[tuple[str, ast.AST]]]:
    found: dict[type[ast.AST], list[tuple[str, ast.AST]]] = defaultdict(list)
    for file, tree in trees().items():
        for node in ast.walk(tree):
            found[type(node)].append((file, node))
    return found


def nodes(*kinds: type[Node]) -> Iterator[tuple[str, Node]]:
    """Yield every node of these kinds with the file it stands in."""
    for kind in kinds:
        yield from _by_kind().get(kind, [])  # type: ignore[misc]


@functools.cache
def docstrings() -> frozenset[int]:
    """Return the ids of the constants that are docstrings or other sentences that stand alone."""
    return frozenset(id(n.value) for _, n in nodes(ast.Expr) if isinstance(n.value, ast.Constant))


@functools.cache
def called(node: ast.expr) -> str:
    """Return the name of what is called, as written."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{called(node.value)}.{node.attr}"
    return ast.unparse(node)
