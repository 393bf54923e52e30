"""Every room can be used by everybody: axe finds no serious fault, in both languages, at the sizes that offices have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planning.workbench.server.app import PLAN_ROOMS
from tests.workbench.served import sample_workspace, served
from tests.workbench.test_pages import page_of

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
SIZES = {"zh": {"width": 1366, "height": 768}, "en": {"width": 820, "height": 1180}}


def faults(page: Any) -> list[str]:
    """Return the serious faults that axe finds, and what is wider than the page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {json.dumps(RULES)})")["violations"]
    told = [
        f"{v['id']}: {n['html'][:160]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for n in v["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        told.append("wider than the page")
    return told


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_room_has_a_serious_fault(tmp_path: Path, lang: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci)")
    place, plan = sample_workspace(tmp_path / "workbench")
    wrong = {}
    with served(place.root, lang=lang) as bench, page_of(bench, lang=lang) as (page, complaints):
        page.set_viewport_size(SIZES[lang])
        for path, there in (
            ("/", ".plan"),
            ("/import", ".drop"),
            (f"/board/{plan}", "[data-tool=brush]"),
            *((f"/{room}/{plan}", "#main h1") for room in PLAN_ROOMS),
        ):
            page.goto(f"http://{bench.host}{path}")
            page.wait_for_selector(there, timeout=60_000)
            if found := faults(page):
                wrong[path.replace(plan, "")] = found
        assert complaints == []
    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)
