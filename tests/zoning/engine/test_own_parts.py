"""Parts of one's own: a neighbourhood takes part, a stopping rule ends a run, and so do siting and proof; as docs/engine.md shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

import planning
from planning.parameters import EngineParameters, NeighbourhoodParameters
from planning.zoning.engine import (
    CompetingUnits,
    Engine,
    Freed,
    PriceAtMost,
    Program,
    Progress,
    Situation,
    StepsWithoutGain,
    solve_apart,
    solve_program,
)
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.repeatable import walked
from tests.zoning.engine.test_engine import connected, county

DOCS = Path(__file__).parents[3] / "docs" / "engine.md"


@dataclass
class BorderItems:
    """Sets free the items that lie beside another catchment, of two neighbouring units."""

    calls: int = 0

    def destroy(self, situation: Situation) -> Freed | None:
        self.calls += 1
        edges, unit_of = situation.graph.adjacency.tocoo(), situation.plan.unit_of
        across = unit_of[edges.row] != unit_of[edges.col]
        if not across.any():
            return None
        k = situation.rng.choice(np.flatnonzero(across))
        pair = np.array([unit_of[edges.row[k]], unit_of[edges.col[k]]])
        beside = across & np.isin(unit_of[edges.row], pair) & np.isin(unit_of[edges.col], pair)
        return Freed(pair, items=edges.row[beside])


@dataclass
class AfterSteps:
    """Ends a run after so many steps."""

    steps: int
    seen: list[Progress] = field(default_factory=list)

    def reached(self, progress: Progress) -> bool:
        self.seen.append(progress)
        return progress.steps >= self.steps


def rounded() -> Program:
    """Return a county whose first plan is only rounded and not annealed, so that there is something to improve."""
    return walked(7, 14, 10, 6, 0.97)


ROUNDED = EngineParameters(
    first_plan={"mip_columns_most": 0},  # type: ignore[arg-type]
    annealing={"rounds_most": 0},  # type: ignore[arg-type]
)


@pytest.mark.slow
def test_a_neighbourhood_of_ones_own_takes_part() -> None:
    own = BorderItems()
    engine = Engine(ROUNDED, neighbourhoods=(CompetingUnits(), own), stopping=(AfterSteps(12),))
    program = rounded()
    answer = solve_program(program, gap=0.0, time_limit_s=60, threads=1, engine=engine)
    assert own.calls == 6  # every other step
    assert connected(program, answer.unit_of_item)


def test_alone_it_improves_the_plan() -> None:
    program = rounded()
    engine = Engine(ROUNDED, neighbourhoods=(BorderItems(),), stopping=(AfterSteps(30),))
    answer = solve_program(program, gap=0.0, time_limit_s=60, threads=1, engine=engine)
    assert "improve" in {point.phase for point in answer.trace}
    assert answer.contiguous
    assert connected(program, answer.unit_of_item)


def test_one_without_anything_to_set_free_ends_the_improvement() -> None:
    class Nothing:
        def destroy(self, situation: Situation) -> Freed | None:
            return None

    engine = Engine(neighbourhoods=(Nothing(),), proof=None)
    answer = solve_program(
        county(1, columns=6, rows=5, units=3), gap=0.0, time_limit_s=60, threads=1, engine=engine
    )
    assert answer.contiguous
    assert answer.seconds < 30


@pytest.mark.parametrize("units", [np.array([99]), np.array([-1]), np.array([0.5])])
def test_what_is_no_unit_is_refused_by_name(units: np.ndarray) -> None:
    class Wrong:
        def destroy(self, situation: Situation) -> Freed | None:
            return Freed(units)

    with pytest.raises(ValueError, match=r"Wrong\.destroy: units"):
        solve_program(rounded(), gap=0.0, time_limit_s=60, threads=1, engine=Engine(ROUNDED, (Wrong(),)))


def test_a_stopping_rule_ends_the_run_at_the_same_plan() -> None:
    answers = [
        solve_program(
            rounded(), gap=0.0, time_limit_s=60, threads=1, engine=Engine(ROUNDED, stopping=(rule,))
        )
        for rule in (AfterSteps(5), AfterSteps(5))
    ]
    assert {answer.stopped_by for answer in answers} == {"rule"}
    assert answers[0].unit_of_item.tolist() == answers[1].unit_of_item.tolist()


def test_the_rules_of_the_package() -> None:
    told = Progress(1.0, 10.0, 5.0, 0.5, steps=20, steps_without_gain=7)
    assert StepsWithoutGain(7).reached(told)
    assert not StepsWithoutGain(8).reached(told)
    assert PriceAtMost(10.0).reached(told)
    assert not PriceAtMost(9.0).reached(told)


def test_an_error_in_a_rule_is_heard() -> None:
    class Wrong:
        def reached(self, progress: Progress) -> bool:
            raise RuntimeError("no such figure")

    with pytest.raises(RuntimeError, match="no such figure"):
        solve_program(rounded(), gap=0.0, time_limit_s=60, threads=1, engine=Engine(stopping=(Wrong(),)))


def test_a_proof_of_ones_own_is_asked() -> None:
    asked = []

    class Giving:
        def prove(
            self, state: SearchState, relaxation: Relaxation, deadline: Deadline, *, gap: float, seed: int
        ) -> bool:
            asked.append(state.incumbents.gap())
            return True

    few = EngineParameters(
        neighbourhoods=NeighbourhoodParameters(patience_steps=1, patience_steps_per_unit=0)
    )
    answer = solve_program(rounded(), gap=0.0, time_limit_s=60, threads=1, engine=Engine(few, proof=Giving()))
    assert len(asked) == 1
    assert not answer.proven


def test_parts_of_ones_own_work_in_this_process() -> None:
    rule = AfterSteps(1)
    many = replace(rounded())
    solve_apart(many, gap=0.0, time_limit_s=60, threads=1, engine=Engine(ROUNDED, stopping=(rule,)))
    assert rule.seen


def test_the_example_of_the_documents_runs() -> None:
    text = DOCS.read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text.split("\n## Parts of one's own\n")[1], re.DOTALL)
    assert code is not None
    given: dict[str, object] = {"planning": planning}
    exec(compile(code.group(1), str(DOCS), "exec"), given)
    layout = given["layout"]
    assert isinstance(layout, planning.Layout)
    assert layout.summary["stopped_by"] in ("rule", "gap", "proven")
    assert layout.summary["engine_parameters"] == {"neighbourhoods": {"items_first": 60.0}}
