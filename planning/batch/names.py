"""Name the files and folders of a batch."""

from __future__ import annotations

from planning.messages import Text, languages, said

LIST = "batch.json"
"""The units of a batch."""
UNITS, FAILURES, LOGS, SCENARIOS, OUTLINES = "units", "failures", "logs", "scenarios", "outlines"
"""Folders: finished runs, units that ended without one, what their processes printed, resolved scenarios, outlines of counties."""
FETCHED = "fetched"
"""Folder of the counties that came from a store."""
AT_WORK = "at-work"
"""Folder that holds a file for everyone who works on the batch, and one for everyone who was asked to stop."""
TABLE, CHANGES, BEFORE = "province.csv", "changes.csv", "before.csv"
"""A row per unit; what differs from the last complete batch; that batch's table."""
TABLE_ZH, CHANGES_ZH = "province.zh.csv", "changes.zh.csv"
"""The same in Chinese."""
MAP, PARQUET = "province.html", "province.parquet"
"""Web map, and table with outlines for analysts."""
WORKBOOK = "publish.province.file"
"""Code of the workbook's name."""
WORKBOOKS = tuple(dict.fromkeys(Text(WORKBOOK).text(language) for language in languages()))
"""Names of the workbook, in every language."""
OURS = (LIST, UNITS, FAILURES, LOGS, SCENARIOS, OUTLINES, FETCHED, AT_WORK, TABLE, CHANGES, BEFORE, TABLE_ZH, CHANGES_ZH, *WORKBOOKS, MAP, PARQUET)  # fmt: skip
"""Everything that a batch writes."""


def workbook_name() -> str:
    """Return the name of the workbook in the language of papers."""
    return said(WORKBOOK)
