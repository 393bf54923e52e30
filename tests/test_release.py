"""A release is made only of what agrees; the checker of the site finds dead links and requests to the outside."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from planning.version import __version__

ROOT = Path(__file__).parents[1]
CITATION = "version: 1.2.0\ndate-released: 2026-01-31\n"
CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 1.2.0 — 2026-01-31\n\n## 1.1.0 — 2025-01-31\n"


def script(path: str) -> ModuleType:
    loader = SourceFileLoader(Path(path).stem, str(ROOT / path))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_release_that_agrees_has_nothing_to_say() -> None:
    assert script(".ci/release").disagreements("1.2.0", CHANGELOG, CITATION) == []


def test_the_version_here_is_dated_and_cited() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("CHANGELOG.md", "CITATION.cff")]
    assert script(".ci/release").disagreements(__version__, *texts) == []


@pytest.mark.parametrize(
    ("version", "changelog", "citation", "named"),
    [
        ("1.3.0", CHANGELOG, CITATION, ["CHANGELOG.md", "CITATION.cff"]),
        ("1.2.0", CHANGELOG.replace(" — 2026-01-31", ""), CITATION, ["CHANGELOG.md"]),
        ("1.2.0", CHANGELOG, CITATION.replace("01-31", "02-01"), ["CITATION.cff"]),
        ("1.2.0", "# Changelog\n", "", ["CHANGELOG.md", "CITATION.cff"]),
    ],
)
def test_what_disagrees_is_named(version: str, changelog: str, citation: str, named: list[str]) -> None:
    wrong = script(".ci/release").disagreements(version, changelog, citation)
    assert [line.split(":")[0] for line in wrong] == named


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<a href="other.html#here">x</a><a href="https://example.org">y</a>', None),
        ('<a href="none.html">x</a>', "none.html leads nowhere"),
        ('<a href="other.html#gone">x</a>', "other.html#gone has no such place"),
        ('<script src="https://example.org/x.js"></script>', "loads https://example.org/x.js from outside"),
        ('<img src="//example.org/x.png">', "loads //example.org/x.png from outside"),
    ],
)
def test_the_site_s_checker_finds(tmp_path: Path, body: str, said: str | None) -> None:
    (tmp_path / "page.html").write_text(f"<html>{body}</html>")
    (tmp_path / "other.html").write_text('<html><p id="here"></p></html>')
    found = list(script("docs/_site/check.py").faults(tmp_path))
    assert found == ([] if said is None else [f"page.html: {said}"])


def test_a_style_sheet_that_asks_the_network_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("@import url('https://example.org/font.css');")
    assert len(list(script("docs/_site/check.py").faults(tmp_path))) == 1
