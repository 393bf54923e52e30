"""Turn a district and a scenario into a problem, and refuse what cannot be meant."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.zoning.build.build import build_problem

__all__ = ["build_problem"]

lazily(__name__)
