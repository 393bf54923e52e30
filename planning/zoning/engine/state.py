"""Hold what one search knows: the programme, the incumbents, the separators found, the reduced costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.parameters import DEFAULTS, EngineParameters
from planning.zoning.engine.incumbents import IncumbentStore
from planning.zoning.engine.neighbourhoods.competing import CompetingUnits
from planning.zoning.engine.neighbourhoods.protocol import Neighbourhood
from planning.zoning.engine.pool import CutPool
from planning.zoning.engine.prices import Prices
from planning.zoning.engine.program import NewColumns, Program, TracePoint
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
    origins : list of ndarray (n_items,)
        Plans that relaxations were rounded to: whole plans are annealed from these.
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
        self.origins: list[IntArray] = []
        self.impossible = False
        self.after_step: Callable[[int, int], None] = _nothing
        self._lock = threading.Lock()
        self._few: tuple[FloatArray, float, BoolArray] | None = None

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

    def few_arcs(self, per_item: float | None = None) -> BoolArray | None:
        """Return the arcs that improvement may take up (n_cols,); None for all, where units hold few items.

        Where a unit holds hundreds of items, most lie deep inside its catchment: only those arcs count whose reduced cost is low.
        """
        rules, programme = self.parameters.neighbourhoods, self.programme
        guide = self.prices.guide(programme)
        if guide is None or programme.n_items <= rules.items_per_unit_most * programme.n_units:
            return None
        width = rules.arcs_per_item if per_item is None else per_item
        kept = self._few
        if kept is None or kept[0] is not guide or kept[1] != width or len(kept[2]) != len(programme.cost):
            arcs = (programme.item >= 0) & (programme.upper > 0.5)
            most = min(1.0, width * programme.n_items / max(1, int(arcs.sum())))
            arcs &= guide <= np.quantile(guide[arcs], most)
            kept = guide, width, arcs
            self._few = kept
        return kept[2]


def _nothing(steps: int, steps_without_gain: int) -> None:
    """Hear nothing."""
