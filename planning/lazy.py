"""Let a package load what it exports when it is first asked for."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


class _LazyPackage(ModuleType):
    """A package whose exported names are looked up in their modules on first use (PEP 562, as a class)."""

    _homes: dict[str, str]

    def __getattr__(self, name: str) -> Any:
        home = self.__dict__["_homes"].get(name)
        if home is not None:
            value = getattr(importlib.import_module(home), name)
            self.__dict__[name] = value
            return value
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        whole = f"{self.__name__}.{name}"
        try:
            return importlib.import_module(whole)
        except ModuleNotFoundError as error:
            if error.name != whole:
                raise
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        # the import system hangs a loaded module into its package: an exported function of the same name wins
        if isinstance(value, ModuleType) and name in self._homes:
            return
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._homes})


def lazily(package: str) -> None:
    """Make a package load its exported names on first use.

    The last line of an ``__init__.py`` whose imports stand under ``if TYPE_CHECKING:``. Those imports are the only list: type checkers
    read them, and so does this function, so that the two cannot disagree.

    Parameters
    ----------
    package : str
        ``__name__`` of the package.
    """
    module = sys.modules[package]
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    homes = {
        alias.asname or alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        and isinstance(branch.test, ast.Name)
        and branch.test.id == "TYPE_CHECKING"
        for node in branch.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    module.__dict__["_homes"] = homes
    module.__class__ = _LazyPackage
