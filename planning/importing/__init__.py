"""Build a district from files as they come, driven by a mapping file that records every answer."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.importing.account import account_csv, account_text
    from planning.importing.build import (
        Imported,
        import_accounted,
        import_checked,
        import_district,
        import_tables,
    )
    from planning.importing.dialogue import (
        answer,
        gone_on,
        open_questions,
        settle,
        still_open,
        with_options,
        write_mapping,
    )
    from planning.importing.files.archives import ARCHIVE, unpack
    from planning.importing.mapping import Mapping, TableMap, mapping_data, read_mapping
    from planning.importing.propose import draft_of, passed_over, propose_mapping
    from planning.importing.questions import Question
    from planning.importing.rehearsal import account_place, refuse_what_check_refuses
    from planning.importing.whole import is_district

__all__ = [
    "ARCHIVE",
    "Imported",
    "Mapping",
    "Question",
    "TableMap",
    "account_csv",
    "account_place",
    "account_text",
    "answer",
    "draft_of",
    "gone_on",
    "import_accounted",
    "import_checked",
    "import_district",
    "import_tables",
    "is_district",
    "mapping_data",
    "open_questions",
    "passed_over",
    "propose_mapping",
    "read_mapping",
    "refuse_what_check_refuses",
    "settle",
    "still_open",
    "unpack",
    "with_options",
    "write_mapping",
]

lazily(__name__)
