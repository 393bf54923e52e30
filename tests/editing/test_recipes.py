"""The recipes of docs/editing.md are commands that there are, about places of the default county that there are."""

from __future__ import annotations

import functools

import pytest

from benchmarks.recipes import PAGE, ROOT, recipes, words
from planning.cli.commands import COMMANDS
from planning.district import remembered_district
from planning.district.names import Names, Place

RECIPES = recipes(PAGE.read_text(encoding="utf-8"))


@functools.cache
def default_county() -> Names:
    return Names.of(remembered_district(ROOT / "data" / "geo" / "litong"))


def test_there_are_five_questions_each_with_commands() -> None:
    assert len(RECIPES) == 5
    assert all(RECIPES.values())


@pytest.mark.parametrize("command", [c for commands in RECIPES.values() for c in commands])
def test_a_recipe_is_understood_as_it_is_written(command: str) -> None:
    name, *arguments = words(command)
    command_of = {c.name: c for c in COMMANDS}
    context = command_of[name].loaded().make_context(name, list(arguments))
    places = default_county()
    for move in context.params.get("move") or ():
        zone, _, school = move.partition("=")
        assert places.zone(zone, Place("")) in places.zones
        assert places.unit(school, Place(""), "primary") in places.units
    for zone in context.params.get("zones") or ():
        assert places.zone(zone, Place("")) in places.zones
