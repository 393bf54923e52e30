"""Say what is there: the tables of one county, read, checked and written."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.district.check import check_district
    from planning.district.frames import district_from_frames
    from planning.district.model import District, DistrictInfo, Layer
    from planning.district.read import read_district
    from planning.district.remembered import read_and_keep, remembered_district
    from planning.district.template import write_template, write_workbook
    from planning.district.write import write_district

__all__ = [
    "District",
    "DistrictInfo",
    "Layer",
    "check_district",
    "district_from_frames",
    "read_and_keep",
    "read_district",
    "remembered_district",
    "write_district",
    "write_template",
    "write_workbook",
]

lazily(__name__)
