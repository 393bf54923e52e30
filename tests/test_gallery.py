"""Every notebook is a question with a stored answer, and the gallery shows it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
TOUR = "tour"
"""Executed without stored outputs: its pictures stand in the README."""


def book(path: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return held


@pytest.fixture(scope="module")
def pages() -> dict[str, str | bytes]:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from _site import gallery
    finally:
        sys.path.pop(0)
    made: dict[str, str | bytes] = gallery.pages(ROOT / "notebooks")
    return made


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem != TOUR], ids=lambda p: p.stem)
def test_a_notebook_asks_in_two_languages_and_stores_its_answer(path: Path) -> None:
    cells = book(path)["cells"]
    first = "".join(cells[0]["source"])
    assert first.startswith("# ")
    assert "*中文摘要：" in first
    outputs = [o for cell in cells for o in cell.get("outputs", [])]
    assert any("image/png" in o.get("data", {}) for o in outputs), "make notebooks EXECUTED=--overwrite"
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_links_of_a_notebook_lead_to_files(path: Path) -> None:
    text = "".join("".join(c["source"]) for c in book(path)["cells"] if c["cell_type"] == "markdown")
    linked = re.findall(r"\]\((?!https?:)([^)#\s]+)", text)
    assert not [target for target in linked if not (path.parent / target).exists()]


def test_the_gallery_has_a_closed_card_and_a_page_for_each(pages: dict[str, str | bytes]) -> None:
    index = pages["gallery/index.md"]
    assert isinstance(index, str)
    assert index.count("\n```{container} card\n") == len(NOTEBOOKS)
    assert len(re.findall(r"^```$", index, re.MULTILINE)) == len(NOTEBOOKS) + 1  # and the list of pages
    assert not [p.stem for p in NOTEBOOKS if f"gallery/{p.stem}.ipynb" not in pages]
    assert not [p.stem for p in NOTEBOOKS if f"]({p.stem}.ipynb)" not in index]
