"""Nearly full units are packed: catchments hang together, loads add up, a seed repeats, other programmes are left alone."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from planning.parameters import AnnealingParameters, EngineParameters
from planning.zoning.engine import Program, prepare, solve_program
from planning.zoning.engine import solve as solving
from planning.zoning.engine.compiled import compiled, kept
from planning.zoning.engine.neighbourhoods import annealing
from planning.zoning.engine.neighbourhoods.annealing import anneal, fill, packing
from planning.zoning.engine.state import SearchState

SIDE = 12


def program(seed: int, spare: float, *, k: int = 9, side: int = SIDE) -> Program:
    """Return a grid of zones with pupils and k schools that have so many seats to spare in all."""
    rng = np.random.default_rng(seed)
    n = side * side
    at = np.stack(np.divmod(np.arange(n), side), axis=1).astype(float)
    pupils = rng.integers(5, 60, n).astype(float)
    homes = rng.choice(n, k, replace=False)
    share = rng.dirichlet(np.full(k, 8.0))
    seats = np.maximum(np.round(share * pupils.sum() * (1 + spare)), pupils[homes])
    seats[-1] += max(0.0, np.round(pupils.sum() * (1 + spare)) - seats.sum())
    away = np.abs(at[:, None] - at[homes][None]).sum(axis=2)
    item, unit = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    lower = np.zeros(n * k)
    lower[homes * k + np.arange(k)] = 1.0
    matrix = sparse.csr_matrix(
        (
            np.concatenate([np.ones(n * k), pupils[item]]),
            (np.concatenate([item, n + unit]), np.tile(np.arange(n * k), 2)),
        ),
        shape=(n + k, n * k),
    )
    near = sparse.csr_matrix(np.abs(at[:, None] - at[None]).sum(axis=2) == 1).astype(float)
    return Program(
        cost=(pupils[:, None] * away).ravel(),
        col_lower=lower,
        col_upper=np.ones(n * k),
        integer=np.ones(n * k, dtype=bool),
        matrix=matrix,
        row_lower=np.concatenate([np.ones(n), np.full(k, -np.inf)]),
        row_upper=np.concatenate([np.ones(n), seats]),
        offset=0.0,
        arc_item=item,
        arc_unit=unit,
        n_items=n,
        n_units=k,
        neighbours=near,
        roots=tuple(np.array([h]) for h in homes),
    )


def nearest(state: SearchState) -> np.ndarray:
    """Return a plan that hangs together without a thought for seats: every item with its nearest school."""
    k = state.programme.given.n_units
    price = state.programme.given.cost.reshape(-1, k) + 1e-6 * np.arange(k)
    unit_of = price.argmin(axis=1)
    values = np.zeros(len(state.programme.cost))
    values[state.programme.arc_at[np.arange(len(unit_of)), unit_of]] = 1.0
    activity = state.programme.matrix @ values - np.where(
        np.isfinite(state.programme.row_upper), state.programme.row_upper, np.inf
    )
    for c in np.flatnonzero(state.programme.elastic):
        row = state.programme.matrix.indices[state.programme.matrix.indptr[c]]
        values[c] = max(0.0, activity[row])
    assert state.incumbents.offer(values, "test")
    return unit_of


def assert_whole(problem: Program, unit_of: np.ndarray) -> None:
    for u in range(problem.n_units):
        own = np.flatnonzero(unit_of == u)
        assert problem.roots[u][0] in own
        assert connected_components(problem.neighbours[own][:, own], directed=False)[0] == 1


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), spare=st.sampled_from([0.0, 0.02, 0.05, 0.2]))
def test_catchments_hang_together_and_a_seed_repeats(seed: int, spare: float) -> None:
    problem = program(seed, spare)
    state = SearchState(problem, time.perf_counter(), None)
    start = nearest(state)
    case = packing(state)
    assert case is not None
    runs = [
        anneal(case, start, 20_000, heat=6.0, seed=seed, parameters=AnnealingParameters()) for _ in range(2)
    ]
    assert np.array_equal(runs[0][1], runs[1][1])
    for found in (runs[0][1], runs[0][0]):
        if found is not None:
            assert_whole(problem, found)
    best = runs[0][0]
    if best is not None:
        load = np.zeros(problem.n_units)
        np.add.at(load, best, case.asked[np.arange(problem.n_items), best])
        assert (load <= case.seats + 1e-9).all()


def test_full_counties_have_a_plan_soon_where_packing_is_on() -> None:
    for seed in range(3):
        answer = solve_program(program(seed, 0.02), gap=0.2, time_limit_s=30.0, threads=1)
        assert answer.feasible
        assert answer.contiguous


def test_what_fills_few_seats_is_told() -> None:
    state = SearchState(program(1, 1.0), time.perf_counter(), None)
    nearest(state)
    case = packing(state)
    assert case is not None
    assert fill(case) == pytest.approx(0.5, abs=0.02)


def test_a_row_over_two_units_is_no_packing() -> None:
    problem = program(2, 0.1)
    row = sparse.csr_matrix(np.ones((1, len(problem.cost))))
    wider = Program(
        **{
            **problem.__dict__,
            "matrix": sparse.csr_matrix(sparse.vstack([problem.matrix, row])),
            "row_lower": np.r_[problem.row_lower, -np.inf],
            "row_upper": np.r_[problem.row_upper, float(problem.n_items)],
        }
    )
    state = SearchState(wider, time.perf_counter(), None)
    nearest(state)
    assert packing(state) is None


def test_packing_can_be_turned_off() -> None:
    off = EngineParameters(annealing={"rounds_most": 0})  # type: ignore[arg-type]
    assert off.annealing.rounds_most == 0


def test_what_compiles_does_so_before_the_clock_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    begin = solving.Deadline
    monkeypatch.setattr(annealing, "_compiled", lambda: done.append("compiled") or False)
    monkeypatch.setattr(solving, "Deadline", lambda at: done.append("clock") or begin(at))
    solve_program(program(0, 0.02), gap=1.0, time_limit_s=30.0, threads=1)
    assert done == ["compiled", "clock"]


@pytest.mark.parametrize(
    "problem", [program(1, 1.0), program(2, 0.0, k=1)], ids=["room to spare", "one unit"]
)
def test_nothing_is_compiled_for_what_is_never_annealed(
    problem: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annealing, "_compiled", lambda: False)
    never = EngineParameters(annealing=AnnealingParameters(rounds_most=0))
    assert prepare(problem, never)
    if problem.n_units > 1:
        assert prepare(problem, EngineParameters())
    assert not prepare(program(0, 0.02), EngineParameters())


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine where neither the package's folder nor one of the user may be written to; returns its temporary folder."""
    locators = numba.core.caching.CacheImpl._locator_classes
    (tmp_path / "file").touch()
    monkeypatch.setattr(numba.core.caching.CacheImpl, "_locator_classes", locators[:1])
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file" / "none"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def one_more(x: int) -> int:
    return x + 1


def test_what_is_compiled_is_kept_where_nothing_else_may_be_written_to(nowhere: Path) -> None:
    more = compiled(one_more)
    assert kept(more)
    assert more(1) == 2
    (folder,) = nowhere.glob("xuequ-compiled-*")
    assert folder.stat().st_mode & 0o077 == 0
    assert list(folder.rglob("*.nbi"))


def test_nothing_is_run_from_a_folder_that_others_write_to(nowhere: Path) -> None:
    compiled(one_more)
    (folder,) = nowhere.glob("xuequ-compiled-*")
    folder.chmod(0o777)
    numba.config.CACHE_DIR = str(nowhere / "file" / "none")
    more = compiled(one_more)
    assert not kept(more)
    assert more(1) == 2
