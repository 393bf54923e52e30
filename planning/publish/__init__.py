"""Make what people see: catchment polygons, web map, layers, comparison report."""

from planning.publish.catchments import catchment_polygons
from planning.publish.export.geopackage import write_layout_gpkg
from planning.publish.map.web_map import to_map, write_map
from planning.publish.page.comparison import comparison_table, write_comparison

__all__ = [
    "catchment_polygons",
    "comparison_table",
    "to_map",
    "write_comparison",
    "write_layout_gpkg",
    "write_map",
]
