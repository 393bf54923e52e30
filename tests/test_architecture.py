"""Imports point downwards: a floor may use only what stands below it."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from tests.syntax import PACKAGE, nodes, trees

# from the top floor down
FLOORS = (
    "cli",
    "workbench",
    "batch",
    "library",
    "sweep",
    "phases",
    "anew",
    "edits",
    "start",
    "runs",
    "publish",
    "compare",
    "evaluation",
    "approval",
    "editing",
    "resourcing",
    "exchange",
    "indicators",
    "verify",
    "zoning",
    "layout",
    "scenario",
    "travel",
    "demand",
    "standards",
    "importing",
    "synth",
    "district",
    "added_rules",
    "plugins",
    "parameters",
    "shipped",
    "runner",
    "together",
    "internal",
    "geopackages",
    "atomic",
    "leftovers",
    "filenames",
    "yamlfile",
    "errors",
    "grades",
    "messages",
    "tables",
    "texts",
    "connected",
    "gap",
    "digits",
    "cache",
    "version",
    "arrays",
    "lazy",
)
# the rooms of a folder, from the top floor down; files that lie in the folder itself may be read from every room
ROOMS = {
    "zoning": (
        "solving", "answer", "build", "programme", "rules", "declare", "at_hand", "problem", "engine",
    ),
    "district": ("checks", "formats", "geometry", "cells", "schema"),
    "importing": ("begin", "derive", "values", "sources", "geometry", "steps", "scope", "forms", "files"),
}  # fmt: skip
# floors of equal height that must not know each other
STRANGERS = {
    ("zoning", "indicators"),
    ("verify", "zoning"),
    ("demand", "travel"),
    ("standards", "district"),
    ("importing", "synth"),
}


def floor_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


@functools.cache
def imported() -> dict[str, set[str]]:
    """Return what every file imports of the package."""
    found: dict[str, set[str]] = {file: set() for file in trees()}
    for file, node in nodes(ast.Import):
        found[file].update(a.name for a in node.names)
    for file, named in nodes(ast.ImportFrom):
        assert named.level == 0, f"{file}: relative import"
        if named.module:
            found[file].update(f"{named.module}.{a.name}" for a in named.names)
            found[file].add(named.module)
    return {file: {m for m in names if m.split(".")[0] == "planning"} for file, names in found.items()}


def imports(path: Path) -> set[str]:
    return imported()[path.relative_to(PACKAGE).as_posix()]


def edges() -> list[tuple[str, str, Path]]:
    rows = []
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE).with_suffix("")
        here = relative.parts[0]
        if here in ("__init__", "__main__"):  # the package itself, and its commands
            continue
        for module in imports(path):
            there = floor_of(module)
            if there and there in FLOORS and there != here:
                rows.append((here, there, path))
    return rows


def test_every_folder_has_a_floor() -> None:
    found = {
        p.stem if p.is_file() else p.name for p in PACKAGE.iterdir() if not p.name.startswith(("_", "."))
    }
    found = {f for f in found if (PACKAGE / f"{f}.py").exists() or (PACKAGE / f / "__init__.py").exists()}
    assert found <= set(FLOORS), f"give these a floor: {sorted(found - set(FLOORS))}"


def test_imports_point_downwards() -> None:
    rank = {name: i for i, name in enumerate(FLOORS)}
    wrong = [f"{path.name}: {a} → {b}" for a, b, path in edges() if rank[b] < rank[a]]
    assert not wrong, wrong


@pytest.mark.parametrize("folder", ROOMS)
def test_imports_point_downwards_between_rooms(folder: str) -> None:
    rank = {name: i for i, name in enumerate(ROOMS[folder])}
    found = {p.name for p in (PACKAGE / folder).iterdir() if (p / "__init__.py").exists()}
    assert found == set(rank), "give every room a floor"
    wrong = []
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        here = path.relative_to(PACKAGE / folder).parts[0]
        for module in imports(path):
            there = (module.split(".") + [""] * 3)[2] if module.startswith(f"planning.{folder}.") else here
            if here in rank and rank.get(there, len(rank)) < rank[here]:
                wrong.append(f"{path.name}: {here} → {there}")
    assert not wrong, wrong


def test_strangers_stay_strangers() -> None:
    wrong = [
        f"{path.name}: {a} → {b}" for a, b, path in edges() if (a, b) in STRANGERS or (b, a) in STRANGERS
    ]
    assert not wrong, wrong


# the verifier reads tables and never the code that made what it checks: neither floors above nor builders beside it
VERIFY_READS = {
    "planning.added_rules", "planning.arrays", "planning.district", "planning.district.schema", "planning.errors", "planning.grades", "planning.layout", "planning.lazy", "planning.messages",
    "planning.messages.catalogue", "planning.scenario",
    "planning.scenario.parts", "planning.scenario.settings", "planning.standards",
}  # fmt: skip


def test_the_verifier_stands_on_its_own_feet() -> None:
    seen = 0
    for file, node in nodes(ast.ImportFrom):
        if file.startswith("verify/") and (node.module or "").startswith("planning"):
            seen += 1
            module = str(node.module)
            assert module.startswith("planning.verify") or module in VERIFY_READS, f"{file} imports {module}"
            assert module != "planning" or all(a.name == "verify" for a in node.names), file
    assert seen > 10
    for file, bare in nodes(ast.Import):
        if file.startswith("verify/"):
            assert not any(a.name.startswith("planning") for a in bare.names), (
                f"{file}: import names from planning"
            )


def module_graph() -> dict[str, set[str]]:
    names = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return {name: {m for m in imports(path) if m in names and m != name} for name, path in names.items()}


def test_no_import_cycle() -> None:
    graph = module_graph()
    # a package's __init__ gathers its modules; the modules themselves must not form a circle
    graph = {
        k: {m for m in v if (PACKAGE.parent / (m.replace(".", "/") + ".py")).exists()}
        for k, v in graph.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            pytest.fail(" → ".join((*trail[trail.index(name) :], name)))
        if name in done:
            return
        for other in graph.get(name, ()):
            visit(other, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_every_module_says_what_it_is_for() -> None:
    for file, tree in trees().items():
        doc = ast.get_docstring(tree)
        assert doc, f"{file} has no docstring"
        assert doc.splitlines()[0].endswith("."), f"{file}: first line is not a sentence"
