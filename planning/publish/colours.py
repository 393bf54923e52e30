"""Give neighbouring catchments different colours that colour-blind readers can tell apart."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Geometry, STRtree

# Paul Tol, "Colour schemes" (2021), scheme "light": distinct for all forms of colour blindness, made for fills
CATCHMENT_COLOURS = ("#77AADD", "#FFDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#AAAA00")
# share of the possible seats in use → colour; diverging blue–red (ColorBrewer RdBu), safe for colour blindness
LOAD_STEPS = (
    (0.6, "#2166AC", "< 60 %"),
    (0.85, "#67A9CF", "60–85 %"),
    (1.0, "#F7E3A1", "85–100 %"),
    (1.1, "#EF8A62", "100–110 %"),
    (float("inf"), "#B2182B", "> 110 %"),
)
_NEAREST = 5
"""So many others lie beside a shape that touches none."""
NO_LOAD_COLOUR = "#BDBDBD"


def touching(shapes: list[Geometry]) -> list[set[int]]:
    """Return, for every shape, the others that touch it, also in a single point."""
    beside: list[set[int]] = [set() for _ in shapes]
    if shapes:
        left, right = STRtree(shapes).query(np.array(shapes, dtype=object), predicate="intersects")
        for a, b in zip(left.tolist(), right.tolist(), strict=True):
            if a != b:
                beside[a].add(b)
                beside[b].add(a)
    return beside


def lying_beside(shapes: list[Geometry]) -> list[set[int]]:
    """Return, for every shape, the others that lie beside it on a map: those that touch it, the nearest where it touches none."""
    beside = touching(shapes)
    every = np.array(shapes, dtype=object)
    for a in [a for a, others in enumerate(beside) if not others]:
        near = np.argsort(shapely.distance(every[a], every), kind="stable")
        for b in [int(b) for b in near if b != a][:_NEAREST]:
            beside[a].add(b)
            beside[b].add(a)
    return beside


def colour_numbers(shapes: list[Geometry]) -> list[int]:
    """Return a colour number for every shape so that shapes which touch differ (DSATUR, deterministic).

    Brélaz, "New methods to color the vertices of a graph" (1979): the shape with most colours around it is next, of equals the one
    with most neighbours. Written out, as the library that has it takes longer to load than a map to draw.
    """
    beside = lying_beside(shapes)
    numbers: dict[int, int] = {}
    around: list[set[int]] = [set() for _ in shapes]
    while len(numbers) < len(shapes):
        left = (i for i in range(len(shapes)) if i not in numbers)
        i = max(left, key=lambda i: (len(around[i]), len(beside[i])))
        numbers[i] = next(n for n in range(len(shapes)) if n not in around[i])
        for j in beside[i]:
            around[j].add(numbers[i])
    return [numbers[i] for i in range(len(shapes))]


def catchment_colours(shapes: list[Geometry]) -> list[str]:
    """Return a fill colour for every shape; shapes that touch differ."""
    return [CATCHMENT_COLOURS[n % len(CATCHMENT_COLOURS)] for n in colour_numbers(shapes)]


def load_colour(load: float) -> str:
    """Return the colour of a unit's load (pupils ÷ possible seats); exactly full counts as full, not over."""
    if not np.isfinite(load):
        return NO_LOAD_COLOUR
    return next(colour for limit, colour, _ in LOAD_STEPS if load <= limit)
