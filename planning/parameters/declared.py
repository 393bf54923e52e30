"""Declare a group of parameters: a frozen class whose values are checked when it is made."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

CHECKED = ConfigDict(extra="forbid", validate_default=True)
"""Unknown names are refused, and every value must lie in its bounds."""

Count = Annotated[int, Field(ge=1, le=10**9)]
"""A whole number of things, at least one."""
CountOrNone = Annotated[int, Field(ge=0, le=10**9)]
"""A whole number of things, or none of them."""
Share = Annotated[float, Field(ge=0, le=1)]
"""A share of a whole, from 0 to 1."""
Seconds = Annotated[float, Field(ge=0, le=1e7)]
"""A span of time in seconds."""
Gap = Annotated[float, Field(ge=0, le=10)]
"""A distance from the bound as a share of the price."""
Positive = Annotated[float, Field(gt=0, le=1e9)]
"""A number above nothing, without unit unless one is named."""
Factor = Annotated[float, Field(ge=1, le=1e6)]
"""What a value is multiplied by to grow, or divided by to shrink."""
