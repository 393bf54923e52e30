"""Plan school layout and enrolment: zones, catchments, projects, and the 32 indicators."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from planning.version import __version__

if TYPE_CHECKING:
    from planning.district import District, check_district, read_district, write_district
    from planning.indicators import Scorecard, score
    from planning.layout import Layout, load_layout
    from planning.publish import to_map
    from planning.scenario import Scenario, read_scenario
    from planning.zoning import solve

# fetched when first asked for: a command answers Ctrl-C from its first moment, not after seconds of loading
_HOMES = {
    "planning.district": ("District", "check_district", "read_district", "write_district"),
    "planning.indicators": ("Scorecard", "score"),
    "planning.layout": ("Layout", "load_layout"),
    "planning.publish": ("to_map",),
    "planning.scenario": ("Scenario", "read_scenario"),
    "planning.zoning": ("solve",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "District",
    "Layout",
    "Scenario",
    "Scorecard",
    "__version__",
    "check_district",
    "load_layout",
    "read_district",
    "read_scenario",
    "score",
    "solve",
    "to_map",
    "write_district",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
