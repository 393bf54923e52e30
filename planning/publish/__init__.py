"""Make what people see: catchment polygons, web map, layers, comparison report."""

from planning.publish.catchments import catchment_polygons
from planning.publish.comparison_report import comparison_table, write_comparison
from planning.publish.geopackage import write_layout_gpkg
from planning.publish.web_map import to_map, write_map

__all__ = [
    "catchment_polygons",
    "comparison_table",
    "to_map",
    "write_comparison",
    "write_layout_gpkg",
    "write_map",
]
