"""Give neighbouring catchments different colours that colour-blind readers can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely import Geometry, STRtree

if TYPE_CHECKING:
    import networkx as nx

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
NO_LOAD_COLOUR = "#BDBDBD"


def neighbour_graph(shapes: list[Geometry]) -> nx.Graph[int]:
    """Return the graph of shapes that touch, also in a single point."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    if shapes:
        left, right = STRtree(shapes).query(np.array(shapes, dtype=object), predicate="intersects")
        graph.add_edges_from(sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b))
    return graph


def colour_numbers(shapes: list[Geometry]) -> list[int]:
    """Return a colour number for every shape so that shapes which touch differ (DSATUR, deterministic)."""
    import networkx as nx

    numbers = nx.greedy_color(neighbour_graph(shapes), strategy="DSATUR")
    return [numbers[i] for i in range(len(shapes))]


def catchment_colours(shapes: list[Geometry]) -> list[str]:
    """Return a fill colour for every shape; shapes that touch differ."""
    return [CATCHMENT_COLOURS[n % len(CATCHMENT_COLOURS)] for n in colour_numbers(shapes)]


def load_colour(load: float) -> str:
    """Return the colour of a unit's load (pupils ÷ possible seats); exactly full counts as full, not over."""
    if not np.isfinite(load):
        return NO_LOAD_COLOUR
    return next(colour for limit, colour, _ in LOAD_STEPS if load <= limit)
