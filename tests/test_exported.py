"""Every exported name says what it takes, gives and raises, with an example that runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from typing import Any

import pytest

import planning

NAMES = [name for name in planning.__all__ if name != "__version__"]
METHODS = [(cls, name) for cls in ("District", "Layout", "Scenario") for name, member in vars(getattr(planning, cls)).items()
           if not name.startswith(("_", "model_")) and inspect.isroutine(inspect.unwrap(getattr(member, "__func__", member)))]  # fmt: skip


def sections(thing: Any) -> set[str]:
    return set(re.findall(r"^([A-Z]\w+)\n-{4,}$", inspect.getdoc(thing) or "", flags=re.MULTILINE))


@pytest.mark.parametrize("name", NAMES)
def test_exported_names_have_the_sections_of_numpydoc(name: str) -> None:
    thing = getattr(planning, name)
    wanted = {"Examples"}
    if inspect.isclass(thing):
        wanted |= (
            set() if issubclass(thing, Exception) and thing is not planning.PlanningError else {"Parameters"}
        )
    else:
        wanted |= {"Returns"} | ({"Parameters"} if inspect.signature(thing).parameters else set())
        raises = {"solve", "read_district", "read_scenario", "load_layout", "write_district"}
        wanted |= {"Raises"} if name in raises else set()
    assert wanted <= sections(thing), f"{name} lacks {sorted(wanted - sections(thing))}"


@pytest.mark.parametrize(("cls", "method"), METHODS)
def test_methods_have_the_sections_of_numpydoc(cls: str, method: str) -> None:
    own = getattr(getattr(planning, cls), method)
    assert (inspect.getdoc(own) or "").splitlines()[0].endswith(".")
    asked = set(inspect.signature(own).parameters) - {"self", "cls"}
    wanted = {"Returns"} | ({"Parameters"} if asked else set())
    assert wanted <= sections(own), f"{cls}.{method} lacks {sorted(wanted - sections(own))}"


@pytest.mark.parametrize("module", sorted({getattr(planning, name).__module__ for name in NAMES}))
def test_examples_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted
    assert not result.failed
