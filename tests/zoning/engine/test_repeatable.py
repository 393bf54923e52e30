"""One thread and one seed repeat a run, its course included."""

from __future__ import annotations

import json

import pytest

from tests.zoning.engine.repeatable import PROBLEMS, STORED, fingerprint, run


@pytest.mark.parametrize("name", ["full street", "small county, three years"])
def test_a_run_repeats(name: str) -> None:
    assert fingerprint(run(name)) == fingerprint(run(name))


def test_every_problem_is_stored() -> None:
    assert set(json.loads(STORED.read_text(encoding="utf-8"))) == set(PROBLEMS)
