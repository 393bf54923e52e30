"""All parameters of the engine in one value, from the keywords of a scenario or a TOML file."""

from __future__ import annotations

import dataclasses
from typing import Any

from pydantic.dataclasses import dataclass

from planning.parameters.bounding import (
    DividedParameters,
    FirstPlanParameters,
    ProofParameters,
    RelaxationParameters,
)
from planning.parameters.declared import CHECKED, Count, CountOrNone, Gap, Seconds
from planning.parameters.neighbourhoods import (
    AnnealingParameters,
    CrossingParameters,
    NeighbourhoodParameters,
    PartitionParameters,
    SeatedParameters,
    WalkParameters,
)
from planning.parameters.siting import (
    ColumnGenerationParameters,
    LargeItemParameters,
    SiteWalkParameters,
    SitingParameters,
)


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class StoppingParameters:
    """When a run counts as done, and how it is ended."""

    proven_gap: Gap = 1e-6
    """Gap up to which a plan counts as proven optimal."""
    poll_s: Seconds = 0.1
    """Time between two looks at the stopping rules (seconds)."""
    patience_s: Seconds = 0.75
    """Time after the deadline until solvers are told to stop, and again until they are left alone (seconds)."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class ProcessParameters:
    """The engine in a process of its own."""

    time_least_s: Seconds = 20.0
    """Shorter runs work in this process: they are begun again sooner than another has started (seconds)."""
    columns_least: CountOrNone = 2000
    """Smaller programmes work in this process: they are mostly solved before another has started."""
    breakdowns_most: Count = 2
    """Breakdowns after which the best plan so far is taken."""
    patience_s: Seconds = 2.0
    """Time after the deadline until the process is ended (seconds)."""
    restart_time_least_s: Seconds = 5.0
    """With less time left nothing is begun again (seconds)."""


@dataclass(frozen=True, kw_only=True, config=CHECKED)
class EngineParameters:
    """Every parameter of the engine, by the part that reads it.

    Raises
    ------
    pydantic.ValidationError
        For a value out of its bounds or an unknown name; the message names part and field.

    Examples
    --------
    >>> EngineParameters(neighbourhoods={"items_first": 120}).differing()
    {'neighbourhoods': {'items_first': 120.0}}
    """

    relaxation: RelaxationParameters = RelaxationParameters()
    """Relaxation, pricing, separators."""
    first_plan: FirstPlanParameters = FirstPlanParameters()
    """First plans and completion."""
    neighbourhoods: NeighbourhoodParameters = NeighbourhoodParameters()
    """Large neighbourhood search."""
    annealing: AnnealingParameters = AnnealingParameters()
    """Nearly full units packed."""
    walks: WalkParameters = WalkParameters()
    """Regions annealed where units are nearly full."""
    seated: SeatedParameters = SeatedParameters()
    """Catchments annealed by what their classes cost."""
    crossing: CrossingParameters = CrossingParameters()
    """Incumbent crossed with a divided answer."""
    partition: PartitionParameters = PartitionParameters()
    """Set partitioning over catchments seen."""
    divided: DividedParameters = DividedParameters()
    """Bound with items divided."""
    proof: ProofParameters = ProofParameters()
    """Branching over what is left."""
    siting: SitingParameters = SitingParameters()
    """Openings chosen first."""
    site_walks: SiteWalkParameters = SiteWalkParameters()
    """Regions annealed with other sites."""
    large_items: LargeItemParameters = LargeItemParameters()
    """Siting where few items fill a unit."""
    column_generation: ColumnGenerationParameters = ColumnGenerationParameters()
    """Sets of openings priced by whole catchments."""
    stopping: StoppingParameters = StoppingParameters()
    """When a run counts as done."""
    process: ProcessParameters = ProcessParameters()
    """The engine in a process of its own."""

    def differing(self) -> dict[str, dict[str, Any]]:
        """Return the values that are not the defaults, by part, as plain data."""
        found: dict[str, dict[str, Any]] = {}
        for part in dataclasses.fields(self):
            mine = getattr(self, part.name)
            usual = {f.name: f.default for f in dataclasses.fields(mine)}
            values = {n: getattr(mine, n) for n, default in usual.items() if getattr(mine, n) != default}
            if values:
                found[part.name] = {n: list(v) if isinstance(v, tuple) else v for n, v in values.items()}
        return found


DEFAULTS = EngineParameters()
