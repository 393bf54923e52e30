"""List every exported name for the API reference, package by package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import planning

SKIPPED = {"planning.cli", "planning.cli.__main__"}


def pages() -> dict[str, str]:
    """Return the pages of the API reference by name."""
    packages = [name for name in _packages() if name not in SKIPPED]
    head = "# API reference\n\nEvery exported name, with types, shapes, units and the errors it raises. `import planning` loads none of them until it is used.\n\n"
    made = {"api/index.md": head + _tree([name.replace(".", "-") for name in packages])}
    told: dict[int, str] = {}
    for name in packages:
        made[f"api/{name.replace('.', '-')}.rst"] = _page(name, told)
    return made


def _packages() -> list[str]:
    found = ["planning"]
    for module in pkgutil.walk_packages(planning.__path__, "planning."):
        if module.ispkg and getattr(importlib.import_module(module.name), "__all__", None):
            found.append(module.name)
    return sorted(found)


def _tree(names: list[str]) -> str:
    return "```{toctree}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"


def _page(name: str, told: dict[int, str]) -> str:
    """Return the page of one package; ``told`` says which objects have a page already, by identity, and is filled."""
    module = importlib.import_module(name)
    documented, plain, elsewhere = [], [], []
    for exported in module.__all__:
        value = getattr(module, exported)
        if not ((inspect.isclass(value) or inspect.isroutine(value)) and (value.__doc__ or "")):
            plain.append(exported)
        elif id(value) in told:
            elsewhere.append(f":obj:`{exported} <{told[id(value)]}>`")
        else:
            told[id(value)] = f"{name}.{exported}"
            documented.append(exported)
    lines = [name, "=" * len(name), "", (module.__doc__ or "").strip(), "", f".. currentmodule:: {name}", ""]
    if documented:
        table = [".. autosummary::", "   :toctree: objects", "   :nosignatures:", ""]
        lines += [*table, *(f"   {n}" for n in documented), ""]
    if elsewhere:
        lines += ["Also here: " + ", ".join(elsewhere) + ".", ""]
    if plain:
        lines += ["Constants and types: " + ", ".join(f"``{n}``" for n in plain) + ".", ""]
    return "\n".join(lines)
