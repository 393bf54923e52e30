"""Make the pictures of the manual from the default county: plans solved, papers written, every room of the workbench photographed.

    python docs/_manual [--project FOLDER] [--seconds 40] [--only BEGINNING]

About ten minutes on two cores. FOLDER keeps the plans between two turns. Needs chromium, LibreOffice, poppler (``make system``) and the
packages of ``make test``. Every picture that could not be made is named, and the command ends with code 1.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from album import SHOWN, WINDOW, Album
from desk import write_desk
from papers import PLAN, ahead, papers
from playwright.sync_api import sync_playwright
from rooms import Rooms, beginning, board, comparing, deciding, planning_room, publishing
from typed import ROOT, bench, planning


def main() -> int:
    """Make the pictures; return 1 when any could not be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    album = Album(given.only)
    with tempfile.TemporaryDirectory() as scratch:
        project = given.project or Path(scratch) / "project"
        project.mkdir(parents=True, exist_ok=True)
        for name in ("data", "scenarios"):
            if not (project / name).exists():
                (project / name).symlink_to(ROOT / name)
        for scenario in (PLAN, "baseline"):
            if not (project / "runs" / scenario).is_dir():
                limit = f"solver.time_limit_s={given.seconds}"
                planning(project, "run", f"scenarios/{scenario}.yaml", "--allow-outside", "--set", limit)
        desk = write_desk(Path(scratch) / "desk")
        take(album, project, desk, Path(scratch), given.seconds)
    print(
        f"{len(album.made)} pictures in {SHOWN.relative_to(ROOT)}"
        + "".join(f"; failed: {f}" for f in album.failed)
    )
    return 1 if album.failed else 0


def take(album: Album, project: Path, desk: Path, scratch: Path, seconds: int) -> None:
    """Open the workbench and a browser, and take every chapter."""
    with bench(project) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
        )
        page = browser.new_context(viewport=WINDOW, locale="zh-CN").new_page()  # type: ignore[arg-type]
        rooms = Rooms(page, address, album, project)
        plan, other = rooms.plan(PLAN), rooms.plan("baseline")
        chapters: tuple[tuple[str, Callable[..., None], tuple[Any, ...]], ...] = (
            ("plan-whatif", planning_room, (rooms, plan, seconds)),
            ("plan-compare", comparing, (rooms, plan, other)),
            ("edit", board, (rooms, plan)),
            ("publish-rooms", publishing, (rooms, plan)),
            ("evaluate", deciding, (rooms, plan)),
            ("publish-papers", papers, (album, project, page, scratch)),
            ("plan-ahead", ahead, (album, project, page, scratch)),
            ("begin", beginning, (rooms, desk)),
        )
        for name, draw, asked in chapters:
            album.chapter(name, lambda draw=draw, asked=asked: draw(*asked))  # type: ignore[misc]
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
