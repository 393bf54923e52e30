"""Put an engine together: parameters, neighbourhoods, siting, proof and stopping rules, each of which may be another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from planning.parameters import DEFAULTS, EngineParameters
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.neighbourhoods.competing import CompetingUnits
from planning.zoning.engine.neighbourhoods.protocol import Neighbourhood
from planning.zoning.engine.proof import Branching
from planning.zoning.engine.siting.siting import OpeningsFirst
from planning.zoning.engine.state import SearchState
from planning.zoning.engine.stopping import StoppingRule

Phases = Callable[[SearchState, Deadline, int, int], None]
"""Solves a programme whose openings are given: state, deadline, seed, threads."""


class Siting(Protocol):
    """Decides openings before catchments."""

    def site(
        self,
        state: SearchState,
        relaxation: Relaxation,
        phases: Phases,
        deadline: Deadline,
        *,
        gap: float,
        seed: int,
        threads: int,
    ) -> bool:
        """Offer plans and bounds to ``state.incumbents``; return whether this programme is a case for it."""
        ...


class Proof(Protocol):
    """Closes the gap."""

    def prove(
        self, state: SearchState, relaxation: Relaxation, deadline: Deadline, *, gap: float, seed: int
    ) -> bool:
        """Raise the bound in ``state.incumbents``; return whether the gap is closed."""
        ...


@dataclass(frozen=True)
class Engine:
    """What solves a programme; every part may be replaced by an object of the same one method.

    Parameters
    ----------
    parameters : EngineParameters, optional
        What may be tuned; without them those of the scenario, or the defaults.
    neighbourhoods : tuple of Neighbourhood
        What the improvement sets free, asked in turn.
    stopping : tuple of StoppingRule
        Rules that end a run before its gap or its time limit.
    siting : Siting, optional
        How openings are decided first; None: never.
    proof : Proof, optional
        How the gap is closed; None: the bound is what relaxation and separators say.

    Examples
    --------
    >>> from planning.zoning.engine import Engine, StepsWithoutGain
    >>> Engine(stopping=(StepsWithoutGain(200),)).standard
    False
    """

    parameters: EngineParameters | None = None
    neighbourhoods: tuple[Neighbourhood, ...] = (CompetingUnits(),)
    stopping: tuple[StoppingRule, ...] = ()
    siting: Siting | None = field(default_factory=OpeningsFirst)
    proof: Proof | None = field(default_factory=Branching)

    @property
    def tuned(self) -> EngineParameters:
        """The parameters, or the defaults."""
        return DEFAULTS if self.parameters is None else self.parameters

    @property
    def standard(self) -> bool:
        """Whether everything but the parameters is the package's own."""
        return replace(self, parameters=None) == Engine()
