"""The table of papers in docs/engine.md names modules that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_modules_of_the_table_exist() -> None:
    text = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
    section = text.split("\n## Papers\n")[1].split("\n## ")[0]
    named = re.findall(r"`([\w/]+\.py)`", section)
    assert named
    assert [name for name in named if not (ROOT / "planning" / "zoning" / "engine" / name).is_file()] == []
