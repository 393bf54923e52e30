"""Every room is opened over a county, plans, steps, comments and notices whose texts attack it: text stays text, nothing runs, nothing is asked for elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import planning
from planning.district import write_district
from planning.workbench.jobs.folder import ENDED, FAILED, Asked, new_job
from planning.workbench.projects import objections
from planning.workbench.projects.papers import home_of
from planning.workbench.projects.record import now, write_json
from planning.workbench.projects.workspace import Workspace
from planning.workbench.rooms.plans import NOTICE
from planning.workbench.server.app import PLAN_ROOMS
from tests.publish.hostile_county import hostile_district, hostile_words
from tests.workbench.served import Served, served
from tests.workbench.test_pages import page_of

MARKUP = "<img src=x onerror=window.__ran=1>"
NAMES = ("{{7*7}}';window.__ran=1;'", "=1+1&lt;svg onload=window.__ran=1&gt;")
"""As hostile as a folder may be called."""
FOREIGN = """() => [
  ...document.querySelectorAll("img[src='x'], script:not([src]), style, iframe, object, embed, base, a[href^='javascript:'], [href*='.invalid'], [src*='.invalid']"),
  ...[...document.querySelectorAll("*")].filter((e) => e.getAttributeNames().some((n) => n.startsWith("on"))),
].map((e) => e.outerHTML.slice(0, 200))"""
"""What no page of ours makes, and texts would if they were markup."""


def hostile_workspace(root: Path) -> tuple[Workspace, str]:
    """Return a workspace in which everything that somebody may name is named by an attacker, and a plan of it."""
    place = Workspace(root)
    project = place.place_for(MARKUP)
    district = hostile_district()
    write_district(district, project.folder / "county")
    place.note(project)
    settings = {"year": 2020, "demand": "register", "catchments": "current", "solver": {"time_limit_s": 2}}
    layout = planning.solve(district, {"name": "hostile", "title_zh": MARKUP, "title": MARKUP, **settings})
    for name in NAMES:
        layout.save(project.folder / "plans" / name)
    plan = place.plans(project)[0]
    home = home_of(project, plan)
    rows = [{k: hostile_words(n) for k in objections.HEADERS} for n in range(6, 24)]
    objections.add(
        home / "objections.json", [*rows, {"zone": str(district.zones["zone"][0]), "text": MARKUP}]
    )
    write_json(home / "notice.json", {k: hostile_words(8 + n) for n, k in enumerate(NOTICE)})
    job = new_job(root / "jobs", Asked("whatif", project.id, MARKUP))
    told = {"row": MARKUP, "column": MARKUP, "message": {"zh": MARKUP}, "mend": {"zh": MARKUP}}
    write_json(job / ENDED, {"state": FAILED, "when": now(), "problems": [told], "unexpected": MARKUP})
    return place, plan.id


def stroke(bench: Served, plan: str) -> None:
    """Move a zone, for a reason and by a person who attack."""
    live = bench.bench.boards.board(plan).live
    units = [str(u) for u, s in zip(live.problem.units["unit"], live.problem.units["stage"], strict=True) if s == "primary"]  # fmt: skip
    other = next(u for u in units if u != live.unit_at(str(live.problem.zones[0]), "primary"))
    body = {"stage": "primary", "zones": [0], "unit": other, "reason": MARKUP, "who": MARKUP, "head": 0}
    bench.data("POST", f"/api/boards/{plan}/strokes", body)


def harmless(page: Any, room: str) -> None:
    assert page.evaluate("window.__ran") is None, room
    assert page.evaluate(FOREIGN) == [], room


@pytest.mark.slow
@pytest.mark.browser
def test_no_text_is_markup_in_any_room(tmp_path: Path) -> None:
    place, plan = hostile_workspace(tmp_path / "workbench")
    with served(place.root) as bench, page_of(bench) as (page, complaints):
        stroke(bench, plan)
        page.on("dialog", lambda d: complaints.append(d.message))
        page.wait_for_selector(".plan")
        assert page.inner_text(".project h2") == MARKUP
        assert set(page.locator(".plan h3").all_inner_texts()) == set(NAMES)
        assert MARKUP in page.inner_text("#jobs")
        harmless(page, "home")
        page.goto(f"http://{bench.host}/import")
        page.wait_for_selector(".drop")
        page.goto(f"http://{bench.host}/board/{plan}")
        page.wait_for_selector("#edited", timeout=60_000)
        page.click("#hints-gone")
        page.evaluate("document.querySelector('#map').focus()")
        for key in ("ArrowRight", "w", "n", "n", "n"):
            page.keyboard.press(key)
        page.click("#journal")
        page.wait_for_selector(f"dialog .reason:text-is('{MARKUP}')")
        harmless(page, "board")
        for room in PLAN_ROOMS:
            page.goto(f"http://{bench.host}/{room}/{plan}")
            page.wait_for_selector("#main h1", timeout=60_000)
            page.wait_for_load_state("networkidle") if room == "wall" else page.wait_for_timeout(300)
            harmless(page, room)
            if room == "consultation":
                assert MARKUP in page.inner_text("#objections")
        assert complaints == []
