"""Build a district from files as they come, driven by a mapping file that records every answer."""

from planning.district.importing.build import import_district, import_tables
from planning.district.importing.mapping import Mapping, TableMap, read_mapping
from planning.district.importing.propose import Question, open_questions, propose_mapping, write_mapping

__all__ = [
    "Mapping",
    "Question",
    "TableMap",
    "import_district",
    "import_tables",
    "open_questions",
    "propose_mapping",
    "read_mapping",
    "write_mapping",
]
