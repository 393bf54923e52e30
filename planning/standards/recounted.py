"""List the figures that the scorecard and the verifier each work out by themselves; what they are, not how."""

from __future__ import annotations

from dataclasses import dataclass

from planning.messages import Text


@dataclass(frozen=True)
class Recounted:
    """One figure of a school year.

    Parameters
    ----------
    name : str
        Code of what it is.
    of : str
        ``unit``, ``school``, ``stage``, ``group`` (of B13: stages, and the locales urban and town) or ``county``.
    tolerance : float
        The two may differ by this much (tables print walks in tenths of a metre).
    """

    name: str
    of: str
    tolerance: float = 1e-9

    @property
    def said(self) -> Text:
        """What it is, in words."""
        return Text(f"standards.figure.{self.name}")


VERDICTS = 2
"""Edition of how verdicts are reached; 2: what nobody is judged by does not apply (until then it was met)."""
RECOUNTED: tuple[Recounted, ...] = (
    Recounted("pupils", "unit"),
    Recounted("classes", "unit"),
    Recounted("load", "unit"),
    Recounted("normal", "unit"),
    Recounted("largish", "unit"),
    Recounted("large", "unit"),
    Recounted("super", "unit"),
    Recounted("over_cap", "unit"),
    Recounted("unseated", "unit"),
    Recounted("seats_short", "unit"),
    Recounted("oversize", "school"),
    Recounted("nearby_stock", "group"),
    Recounted("nearby_intake", "group"),
    Recounted("mean_distance_m", "stage", 0.051),
    Recounted("within_radius", "stage"),
)
"""Of every unit that stands in the year and is no special school (S:101); oversize of schools with such a unit. Caps are those of
the standard, also on the way to it; a grade with pupils and no class is over every cap. Walks are those of the plan's first year."""
