"""The page about the input format is what the schema says."""

from __future__ import annotations

from pathlib import Path

from planning.district.document import input_format
from planning.district.schema import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "input-format.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == input_format(), (
        "write it again: python -c 'from planning.district.document import input_format as f; "
        'open("docs/input-format.md", "w").write(f())\''
    )


def test_every_column_is_on_it():
    page = input_format()
    for table in TABLES:
        assert f"## {table.name} · {table.zh}" in page
        assert all(f"| `{c.name}` | {c.zh} |" in page for c in table.columns)
