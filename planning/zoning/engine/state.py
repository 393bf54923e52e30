"""Hold what one search knows: the programme, the incumbents, the separators found, the reduced costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from planning.parameters import DEFAULTS, EngineParameters
from planning.zoning.engine.incumbents import IncumbentStore
from planning.zoning.engine.neighbourhoods.competing import CompetingUnits
from planning.zoning.engine.neighbourhoods.protocol import Neighbourhood
from planning.zoning.engine.pool import CutPool
from planning.zoning.engine.prices import Prices
from planning.zoning.engine.program import BoolArray, IntArray, NewColumns, Program, TracePoint
from planning.zoning.engine.programme import working_programme


class SearchState:
    """What one search knows, and the only two ways in which its programme changes.

    Parameters
    ----------
    program : Program
        What is to be solved.
    started : float
        Moment of ``time.perf_counter`` from which the course counts.
    progress : callable, optional
        Told whenever incumbent or bound improves.
    parameters : EngineParameters
        What may be tuned.
    neighbourhoods : sequence of Neighbourhood
        What the improvement sets free, asked in turn.

    Attributes
    ----------
    programme : WorkingProgramme
        As it stands; replaced, never changed.
    incumbents : IncumbentStore
        Best plan and bound.
    pool : CutPool
        Separators found.
    prices : Prices
        Reduced costs.
    impossible : bool
        Proven: no plan keeps every row and is connected.
    after_step : callable
        Told after every step of the improvement: how many there were, how many without gain.
    """

    def __init__(
        self,
        program: Program,
        started: float,
        progress: Callable[[TracePoint], None] | None,
        parameters: EngineParameters = DEFAULTS,
        neighbourhoods: Sequence[Neighbourhood] = (CompetingUnits(),),
    ) -> None:
        self.parameters = parameters
        self.neighbourhoods = tuple(neighbourhoods)
        self.programme = working_programme(program, parameters.relaxation.elastic_factor)
        self.incumbents = IncumbentStore(lambda: self.programme, started, progress)
        self.pool = CutPool()
        self.prices = Prices()
        self.impossible = False
        self.after_step: Callable[[int, int], None] = _nothing
        self._lock = threading.Lock()

    def add_arcs(self, item: IntArray, unit: IntArray, new: NewColumns) -> None:
        """Let arcs that were priced in join the programme, and the incumbent."""
        with self._lock:
            self.programme = self.programme.with_arcs(item, unit, new)
            self.incumbents.join(len(item))
            self.prices.join(len(item))

    def rule_out(self, columns: BoolArray) -> None:
        """Rule out arcs that no better plan uses."""
        with self._lock:
            self.programme = self.programme.without(columns)


def _nothing(steps: int, steps_without_gain: int) -> None:
    """Hear nothing."""
