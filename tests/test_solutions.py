"""Stored plans are legal, cost what is said, and are checked with nothing but numpy."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from benchmarks import kong_data
from benchmarks.multiyear import check

BENCHMARKS = Path(check.__file__).parents[1]
BENCH = BENCHMARKS.parents[1] / "shared" / "bench"
PLANS = sorted((check.HERE / "solutions").glob("*.csv"))


def stored_in(kind: str) -> list[Path]:
    """Return the plans that are stored of a set of public instances."""
    return sorted((BENCHMARKS / "results" / f"{kind.rstrip('0123456789')}_best").glob("*.csv"))


@pytest.mark.parametrize("file", [check.__file__, kong_data.__file__])
def test_a_checker_needs_nothing_but_numpy(file: str) -> None:
    names = set()
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).partition(".")[0])
    assert names <= {"__future__", "collections", "csv", "dataclasses", "numpy", "pathlib", "sys"}


def test_the_plans_of_our_instances_are_legal_and_not_below_their_bounds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["check.py"])
    assert check.main() == 0
    assert len(capsys.readouterr().out.splitlines()) == len(PLANS) == 15


def test_a_zone_that_hangs_apart_and_a_home_given_away_are_named() -> None:
    inst = check.read("c60-40")
    plan = np.array([int(line.split(",")[1]) for line in PLANS[-1].read_text(encoding="utf-8").split()[1:]])
    plan = plan[: len(inst.metres)] % len(inst.home)
    plan[inst.home[0]] = 1
    assert any("its own zone" in wrong for wrong in check.check(inst, plan)[1])
    assert check.check(inst, np.full(3, 0))[0] == float("inf")


def test_classes_go_where_they_seat_most() -> None:
    assert check.seats(np.array([100, 46, 0, 0, 0, 0]), 3) == (3, 11.0)
    assert check.seats(np.array([10, 0, 0, 0, 0, 0]), 5) == (1, 0.0)


@pytest.mark.shared
@pytest.mark.skipif(not BENCH.is_dir(), reason="the public instances are not part of the project")
@pytest.mark.parametrize("kind", [k for k in ("sap2020", "cflsap2021") if stored_in(k)])
def test_stored_plans_of_public_instances_are_legal_and_cost_what_they_say(kind: str) -> None:
    folder = BENCH / f"kong_{kind}"
    for path in stored_in(kind):
        inst = kong_data.read(folder, path.stem)
        price, wrong = kong_data.check(inst, kong_data.solution(inst, path))
        said = float(path.read_text(encoding="utf-8").split("\n", 1)[0].rpartition(" ")[2])
        assert (wrong, price) == ([], pytest.approx(said, abs=1e-4)), path.name
