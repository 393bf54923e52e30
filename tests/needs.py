"""Skip a test whose optional component is missing, except where everything must be there."""

from __future__ import annotations

import importlib.util
import os

import pytest

STRICT = os.environ.get("PLANNING_REQUIRE_ALL", "") not in ("", "0")
"""Set by ``.ci/run``: a missing component fails the test instead of skipping it."""


def need(there: bool, what: str) -> None:
    """Skip, or fail where ``PLANNING_REQUIRE_ALL`` is set, unless something is there."""
    if not there:
        (pytest.fail if STRICT else pytest.skip)(f"{what} is not installed")


def need_module(name: str) -> None:
    need(importlib.util.find_spec(name) is not None, f"Python package {name}")
