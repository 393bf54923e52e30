"""How long a solve is waited for beyond its limit: without a plan at hand all would be lost, and on a busy machine little is worked in a second."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from planning.zoning.engine import solve
from planning.zoning.engine.deadline import Deadline

PATIENCE_S = 0.1


def watched(best: object) -> Any:
    """Return what is watched: a limit that has just passed."""
    stopping = SimpleNamespace(patience_s=PATIENCE_S, poll_s=0.02)
    state = SimpleNamespace(
        parameters=SimpleNamespace(stopping=stopping), incumbents=SimpleNamespace(best=best)
    )
    return SimpleNamespace(
        deadline=Deadline(time.perf_counter()), state=state, look=lambda: None, reached=False
    )


@pytest.mark.parametrize(("best", "ended"), [(None, True), (object(), False)])
def test_a_search_that_others_starve_is_waited_for_only_until_it_has_a_plan(
    best: object, ended: bool
) -> None:
    with ThreadPoolExecutor(1) as pool:
        starved = pool.submit(time.sleep, 6.5 * PATIENCE_S)  # waits as a process does that gets no processor
        assert solve._wait(starved, watched(best), None) == "time_limit"
        assert starved.done() is ended


def test_nobody_waits_for_ever() -> None:
    begun = time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        stuck = pool.submit(time.sleep, 30 * PATIENCE_S)
        solve._wait(stuck, watched(None), None)
        assert time.perf_counter() - begun < 25 * PATIENCE_S
        assert not stuck.done()
