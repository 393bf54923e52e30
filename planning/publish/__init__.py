"""Make what people see: catchment polygons, web map, layers, comparison report."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.publish.added import Output, added_outputs, write_added
    from planning.publish.catchments import catchment_polygons
    from planning.publish.export.geopackage import write_layout_gpkg
    from planning.publish.map.web_map import to_map, write_map
    from planning.publish.page.approval import approval_page
    from planning.publish.page.comparison import comparison_table, write_comparison
    from planning.publish.page.lookup import LOOKUP
    from planning.publish.places import unit_places
    from planning.publish.workbook.results import results_name, write_results_workbook

__all__ = [
    "LOOKUP",
    "Output",
    "added_outputs",
    "approval_page",
    "catchment_polygons",
    "comparison_table",
    "results_name",
    "to_map",
    "unit_places",
    "write_added",
    "write_comparison",
    "write_layout_gpkg",
    "write_map",
    "write_results_workbook",
]

lazily(__name__)
