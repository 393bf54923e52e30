"""Sets are ranked before they are drawn: which comes when, on sets whose prices are given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from planning.parameters import DEFAULTS
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.siting import search_large
from planning.zoning.engine.siting.search_large import LargeItemSearch
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_siting import SITES, minute, opening_county

LARGE = DEFAULTS.large_items


class Estimated:
    """An estimate that comes down to a price with more rounds."""

    def __init__(self, opened: np.ndarray, price: float) -> None:
        self.opened, self.least, self.rounds = opened, price, 20

    @property
    def price(self) -> float:
        return self.least + 100.0 / self.rounds

    @property
    def optimistic(self) -> float:
        return self.least

    def go_on(self, deadline: Deadline, *, below: float = np.inf) -> None:
        self.rounds += 20


class Drawn:
    """A set whose plans come down to a price, look by look."""

    def __init__(self, search: SitingSearch, estimate: Estimated) -> None:
        self.search, self.estimate, self.opened = search, estimate, estimate.opened
        self.attempts, self.seed, self.unfinished, self.plan = 0, 0, False, np.inf

    @property
    def expected(self) -> float:
        return self.estimate.price

    @property
    def optimistic(self) -> float:
        return self.estimate.optimistic

    def price(self) -> float:
        return self.plan

    def closed(self) -> bool:
        return False

    def attempt(self, deadline: Deadline, seed: int, threads: int) -> None:
        self.search.events.append(f"draw {self.estimate.least:.0f}")
        if self.estimate.least in self.search.hard:
            self.unfinished = True
            return
        before, self.plan = self.plan, self.estimate.least + 4.0 / self.attempts - 0.1 * seed
        self.unfinished = self.plan < before and self.attempts < 4
        self.search.best = min(self.search.best, self.plan)


class SitingSearch:
    """A search over sets whose prices are given, in this order."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, prices: list[float], hard: tuple[float, ...] = ()
    ) -> None:
        self.events: list[str] = []
        self.best, self.hard, self.left = np.inf, hard, list(prices)
        self.sets = 0
        state: Any = SearchState(opening_county(0), 0.0, None)
        sets: Any = SimpleNamespace(next=self._next, total=10.0)
        duals = np.zeros(len(state.programme.row_lower))
        self.large = LargeItemSearch(state, sets, lambda *_: None, gap=0.0, seed=0, duals=duals)
        self.large.estimator = SimpleNamespace(estimate=self._estimate)  # type: ignore[assignment]
        monkeypatch.setattr(
            search_large, "OpenSet", lambda state, opened, gap, *, estimate: Drawn(self, estimate)
        )
        monkeypatch.setattr(self.large, "_best_price", lambda: self.best)
        self.large.attempt(minute())

    def _next(self, around: list[np.ndarray], deadline: Deadline, *, full: bool) -> np.ndarray | None:
        self.sets += 1
        return np.arange(SITES) == self.sets if self.left else None

    def _estimate(self, opened: np.ndarray, deadline: Deadline, *, below: float) -> Estimated:
        price = self.left.pop(0)
        self.events.append(f"rank {price:.0f}")
        return Estimated(opened, price)


def test_the_first_set_is_drawn_at_once_so_that_there_is_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    search = SitingSearch(monkeypatch, [130.0, 110.0, 120.0])
    assert search.events[:3] == ["rank 130", "draw 130", "rank 110"]


def test_every_set_is_ranked_and_the_best_is_drawn_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    prices = [130.0, 112.0, 125.0, 140.0, 119.0, 110.0, 131.0, 111.0]
    search = SitingSearch(monkeypatch, prices)
    assert sorted(e for e in search.events if e.startswith("rank")) == sorted(f"rank {p:.0f}" for p in prices)
    # every trial takes four looks; the last one, with the fifth seed, is at 110 and a fourth part of 4
    assert search.events.count("draw 110") == 4 * LARGE.starts_most
    assert search.best == pytest.approx(111.0 - 0.1 * (LARGE.starts_most - 1))


def test_sets_that_cannot_beat_the_best_plan_are_never_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    search = SitingSearch(monkeypatch, [110.0, *[150.0 + k for k in range(8)]])
    assert {e for e in search.events if e.startswith("draw")} == {"draw 110"}


def test_a_set_without_a_plan_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    search = SitingSearch(monkeypatch, [105.0, 130.0, 110.0], hard=(105.0,))
    assert search.events.count("draw 105") == LARGE.trials_without_plan
    assert search.best == pytest.approx(111.0 - 0.1 * (LARGE.starts_most - 1))


def test_no_set_at_all_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SitingSearch(monkeypatch, []).events == []
