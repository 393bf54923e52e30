"""Answer how far it is and by which way: walking network, distances, neighbours."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.travel.matrix import TravelMatrix, school_places, travel_matrix
    from planning.travel.neighbours import Neighbours, zone_neighbours, zone_of_points, zones_near_points
    from planning.travel.network import WalkingNetwork, walking_graph, walking_network
    from planning.travel.remembered import remembered_travel

__all__ = [
    "Neighbours",
    "TravelMatrix",
    "WalkingNetwork",
    "remembered_travel",
    "school_places",
    "travel_matrix",
    "walking_graph",
    "walking_network",
    "zone_neighbours",
    "zone_of_points",
    "zones_near_points",
]

lazily(__name__)
