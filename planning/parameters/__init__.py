"""Parameters of the engine: what may be tuned, with meaning, unit and bounds."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.parameters.bounding import (
        DividedParameters,
        FirstPlanParameters,
        ProofParameters,
        RelaxationParameters,
    )
    from planning.parameters.engine import (
        DEFAULTS,
        EngineParameters,
        ProcessParameters,
        StoppingParameters,
    )
    from planning.parameters.neighbourhoods import (
        AnnealingParameters,
        CrossingParameters,
        NeighbourhoodParameters,
        PartitionParameters,
        SeatedParameters,
        WalkParameters,
    )
    from planning.parameters.read import read_toml
    from planning.parameters.siting import (
        ColumnGenerationParameters,
        LargeItemParameters,
        SiteWalkParameters,
        SitingParameters,
    )

__all__ = [
    "DEFAULTS",
    "AnnealingParameters",
    "ColumnGenerationParameters",
    "CrossingParameters",
    "DividedParameters",
    "EngineParameters",
    "FirstPlanParameters",
    "LargeItemParameters",
    "NeighbourhoodParameters",
    "PartitionParameters",
    "ProcessParameters",
    "ProofParameters",
    "RelaxationParameters",
    "SeatedParameters",
    "SiteWalkParameters",
    "SitingParameters",
    "StoppingParameters",
    "WalkParameters",
    "read_toml",
]

lazily(__name__)
