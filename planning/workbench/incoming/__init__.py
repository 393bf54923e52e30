"""Take office files in: what they leave open, and where on the map a finding lies; loaded when the first is asked for."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.workbench.incoming.findings import findings_data, outline_data
    from planning.workbench.incoming.questions import (
        answer_all,
        finished_mapping,
        state_of_upload,
        whole_district,
    )

__all__ = [
    "answer_all",
    "findings_data",
    "finished_mapping",
    "outline_data",
    "state_of_upload",
    "whole_district",
]

lazily(__name__)
