"""Solve small programmes and compare with every possible answer; keep what must hold for all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from planning.zoning.engine import LeftOut, NewColumns, Program, TracePoint, relaxation_bound, solve_program
from planning.zoning.engine.contiguity.graph import ItemGraph


def grid(columns: int, rows: int) -> sparse.csr_matrix:
    """Rook neighbours of a lattice of items, numbered row by row."""
    n = columns * rows
    pairs = [(i, i + 1) for i in range(n) if (i + 1) % columns] + [
        (i, i + columns) for i in range(n - columns)
    ]
    a, b = np.array(pairs).T
    return sparse.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(n, n))


def county(
    seed: int, *, columns: int = 3, rows: int = 3, units: int = 2, slack: float = 1.3, contiguous: bool = True
) -> Program:
    """Random people and distances on a lattice; every unit has its own item; seats are hard."""
    rng = np.random.default_rng(seed)
    n = columns * rows
    people = rng.integers(1, 10, n).astype(float)
    homes = rng.choice(n, units, replace=False)
    seats = np.full(units, np.ceil(slack * people.sum() / units) + people.max())
    price = people[:, None] * rng.integers(1, 30, (n, units)).astype(float)
    item, unit = np.repeat(np.arange(n), units), np.tile(np.arange(units), n)
    lower = np.zeros(n * units)
    lower[homes * units + np.arange(units)] = 1.0
    at = np.arange(n * units)
    matrix = sparse.csr_matrix(
        (np.r_[np.ones(n * units), people[item]], (np.r_[item, n + unit], np.r_[at, at])),
        shape=(n + units, n * units),
    )
    return Program(
        cost=price.ravel(),
        col_lower=lower,
        col_upper=np.ones(n * units),
        integer=np.ones(n * units, dtype=bool),
        matrix=matrix,
        row_lower=np.r_[np.ones(n), np.full(units, -np.inf)],
        row_upper=np.r_[np.ones(n), seats],
        offset=0.0,
        arc_item=item,
        arc_unit=unit,
        n_items=n,
        n_units=units,
        neighbours=grid(columns, rows) if contiguous else sparse.csr_matrix((n, n)),
        roots=tuple(np.array([h]) for h in homes),
    )


def connected(program: Program, unit_of: np.ndarray) -> bool:
    """Say whether every catchment hangs on its anchors, by plain search."""
    for u, roots in enumerate(program.roots):
        area = set(np.flatnonzero(unit_of == u).tolist())
        seen = area & set(roots.tolist())
        todo = list(seen)
        while todo:
            for k in program.neighbours[todo.pop()].indices.tolist():
                if k in area - seen:
                    seen.add(k)
                    todo.append(k)
        if seen != area and program.neighbours.nnz:
            return False
    return True


def price_of(program: Program, unit_of: np.ndarray) -> float:
    """Return the price of an answer, infinite when rows or bounds are broken."""
    x = np.zeros(len(program.cost))
    x[np.arange(program.n_items) * program.n_units + unit_of] = 1.0
    rows = program.matrix @ x
    fits = (rows <= program.row_upper + 1e-9).all() and (rows >= program.row_lower - 1e-9).all()
    fits = fits and (x >= program.col_lower).all()
    return float(program.cost @ x) if fits else np.inf


def cheapest(program: Program) -> float:
    """Try every answer."""
    best = np.inf
    for answer in itertools.product(range(program.n_units), repeat=program.n_items):
        unit_of = np.array(answer)
        price = price_of(program, unit_of)
        if price < best and connected(program, unit_of):
            best = price
    return best


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("contiguous", [True, False])
def test_small_programmes_are_solved_to_the_true_optimum(seed: int, contiguous: bool) -> None:
    program = county(seed, contiguous=contiguous)
    answer = solve_program(program, gap=0.0, time_limit_s=20, threads=1)
    assert answer.objective == pytest.approx(cheapest(program))
    assert answer.proven
    assert answer.stopped_by == "proven"


def test_contiguity_changes_some_answers() -> None:
    prices = [(cheapest(county(s)), cheapest(county(s, contiguous=False))) for s in range(6)]
    assert all(with_rule >= without for with_rule, without in prices)
    assert any(with_rule > without for with_rule, without in prices)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(2, 3))
def test_what_must_hold_for_every_answer(seed: int, units: int) -> None:
    program = county(seed, columns=4, rows=3, units=units)
    answer = solve_program(program, gap=0.0, time_limit_s=20, threads=1)
    assert (answer.unit_of_item >= 0).all()
    assert answer.contiguous == connected(program, answer.unit_of_item)
    assert answer.contiguous
    assert answer.objective == pytest.approx(price_of(program, answer.unit_of_item))
    assert answer.bound <= answer.objective + 1e-6
    roomier = Program(
        **{**program.__dict__, "row_upper": program.row_upper + 5.0 * (program.row_upper > 1.0)}
    )
    assert solve_program(roomier, gap=0.0, time_limit_s=20, threads=1).objective <= answer.objective + 1e-6


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_other_labels_give_the_same_price(seed: int) -> None:
    program = county(seed, columns=4, rows=3)
    order = np.random.default_rng(seed).permutation(program.n_items)  # new item j was item order[j]
    at = np.argsort(order)
    columns = (order[:, None] * 2 + np.arange(2)).ravel()
    rows = np.r_[order, program.n_items + np.arange(2)]
    other = Program(
        **{
            **program.__dict__,
            "cost": program.cost[columns],
            "col_lower": program.col_lower[columns],
            "matrix": program.matrix[rows][:, columns],
            "neighbours": program.neighbours[order][:, order],
            "roots": tuple(at[r] for r in program.roots),
        }
    )
    prices = [solve_program(p, gap=0.0, time_limit_s=20, threads=1).objective for p in (program, other)]
    assert prices[0] == pytest.approx(prices[1])


def test_same_seed_same_plan() -> None:
    program = county(3, columns=5, rows=4, units=3)
    plans = [solve_program(program, gap=0.3, time_limit_s=30, seed=5, threads=1) for _ in range(2)]
    assert {p.stopped_by for p in plans} <= {"gap", "proven"}
    assert (plans[0].unit_of_item == plans[1].unit_of_item).all()


def test_stopping_keeps_the_best_plan() -> None:
    program = county(1, columns=12, rows=12, units=6)
    points: list[TracePoint] = []
    answer = solve_program(
        program,
        gap=0.0,
        time_limit_s=60,
        threads=1,
        progress=points.append,
        stop=lambda: any(np.isfinite(p.objective) for p in points),
    )
    assert answer.contiguous
    assert answer.objective <= min(p.objective for p in points) + 1e-9
    assert answer.stopped_by in ("interrupt", "proven")


def test_interrupt_key_keeps_the_best_plan() -> None:
    def hit(point: TracePoint) -> None:
        if np.isfinite(point.objective):
            raise KeyboardInterrupt

    answer = solve_program(
        county(2, columns=8, rows=8, units=4), gap=0.0, time_limit_s=30, threads=1, progress=hit
    )
    assert answer.contiguous
    assert answer.stopped_by in ("interrupt", "proven")


def with_arcs_left_out(whole: Program) -> tuple[Program, Program]:
    """Return the programme with the arcs of one unit and those that must be taken, the others to be asked for; and the whole."""
    keep = np.flatnonzero((whole.arc_unit == 0) | (whole.col_lower > 0.5))
    left = np.setdiff1d(np.arange(len(whole.cost)), keep)

    def ask(duals: np.ndarray) -> LeftOut:
        reduced = whole.cost[left] - whole.matrix[:, left].T @ duals
        good = reduced < -1e-9

        def add(item: np.ndarray, unit: np.ndarray) -> NewColumns:
            columns = item * whole.n_units + unit
            return NewColumns(whole.cost[columns], whole.matrix[:, columns].tocsc())

        return LeftOut(whole.arc_item[left][good], whole.arc_unit[left][good], reduced[good], add)

    part = Program(
        **{
            **whole.__dict__,
            "cost": whole.cost[keep],
            "col_lower": whole.col_lower[keep],
            "col_upper": whole.col_upper[keep],
            "integer": whole.integer[keep],
            "matrix": whole.matrix[:, keep],
            "arc_item": whole.arc_item[keep],
            "arc_unit": whole.arc_unit[keep],
            "price_left_out": ask,
        }
    )
    return part, whole


def test_arcs_left_out_are_priced_in() -> None:
    part, whole = with_arcs_left_out(county(4, columns=4, rows=3))
    assert relaxation_bound(part) == pytest.approx(relaxation_bound(whole))
    answer, truth = (solve_program(p, gap=0.0, time_limit_s=30, threads=1) for p in (part, whole))
    assert answer.bound <= truth.objective + 1e-6
    assert answer.objective == pytest.approx(truth.objective)


def test_separators_stand_between_piece_and_anchor() -> None:
    graph = ItemGraph(grid(5, 1), (np.array([0]),))
    separators = graph.separators_of_plan(0, np.array([0, 1, 4]), np.ones(5, dtype=bool))
    assert {(c.items, c.members) for c in separators} == {((4,), (3,)), ((4,), (2,))}


def test_fractional_separators_are_found_by_flow() -> None:
    graph = ItemGraph(grid(3, 1), (np.array([0]),))
    separators = graph.separators_of_point(
        0, np.arange(3), np.array([1.0, 0.4, 1.0]), np.ones(3, dtype=bool), 0.05
    )
    assert [(c.items, c.members) for c in separators] == [((2,), (1,))]
