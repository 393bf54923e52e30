"""Every document, section and line that the package cites can be opened by its reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READ = ("planning", "benchmarks", "tests", "docs", "scenarios", "notebooks", "data/geo")
TEXTS = (".py", ".md", ".yaml", ".html", ".js", ".css", ".toml")


def texts() -> Iterator[tuple[str, str]]:
    paths = [p for folder in READ for p in sorted((ROOT / folder).rglob("*")) if p.suffix in TEXTS]
    for path in [*paths, *ROOT.glob("*.md"), ROOT / "pyproject.toml"]:
        if path != Path(__file__) and not {"out", "_build", "generated"} & set(path.parts):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_every_cited_line_of_the_plan_is_listed_with_what_it_says() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| S:(\d+) \|", page, re.MULTILINE)) | set(re.findall(r"S:(\d+)", page))
    missing = {
        (place, line)
        for place, text in texts()
        for line in re.findall(r"\bS:(\d+)", text)
        if line not in listed
    }
    assert not missing


@pytest.mark.parametrize("page", ["standards", "design"])
def test_every_cited_section_exists(page: str) -> None:
    sections = set(
        re.findall(r"^## (\d+)\.", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    missing = {
        (place, number)
        for place, text in texts()
        for cited in re.findall(rf"\b{page}\.md((?:,? §\d+)+)", text)
        for number in re.findall(r"§(\d+)", cited)
        if number not in sections
    }
    assert not missing


def test_every_cited_document_exists() -> None:
    names = {p.name for p in ROOT.rglob("*.md") if ".venv" not in p.parts}
    missing = {
        (place, name)
        for place, text in texts()
        for name in re.findall(r"(?<![\w/.`{<])(?:docs/)?([A-Za-z][\w.-]*\.md)\b", text)
        if name not in names
    }
    assert not missing
