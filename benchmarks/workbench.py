"""Time the workbench in a real browser: the first picture, a stroke over 200 zones until every figure stands, the memory of the page.

    timeout 600 python -m benchmarks.workbench [--zones 1000 30000] [--fairfax] [--strokes 40]

Each county is served by a process of its own, as ``planning open RUN`` does, and shown by headless chromium without a GPU. A stroke is
measured in the page, from letting go of the mouse to the last figure written; it crosses the wire, is kept on disk and is answered.
Where others want the machine too, the processor time of a stroke, server and browser with all their threads together, says more than the clock.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import planning
from benchmarks.fairfax import OPTIONS, PLACE, district_of
from planning.district import District, write_district
from planning.editing.placed import placed_layout
from planning.layout import Layout
from planning.scenario import Scenario, read_scenario
from planning.synth import imagined_settings, make_county
from planning.workbench.projects.workspace import Workspace

HERE = Path(__file__).parent
TABLE = HERE / "results" / "workbench.md"
BATCH = 200
LARGE = 10_000
"""Zones from which on a made-up county has a school to about 33 zones, like those of `benchmarks.scale`: with a school to twelve, making it takes four times as long."""
PATIENCE_MS = 300_000
HEADS = (
    "county",
    "zones",
    "stroke p50 ms",
    "stroke p95 ms",
    "processor ms a stroke",
    "picture the first time s",
    "picture s",
    "from the command s",
    "page MB",
)
STROKE = """async ([seed, batch]) => {
  const { drawing, painter, idle } = board, scene = drawing.scene, stage = drawing.stage;
  const targets = stage.units.filter((u) => u.takes && u.at), to = targets[seed % targets.length];
  const middle = stage.now.indexOf(stage.at.get(to.unit)), [x, y] = [scene.point[2 * middle], scene.point[2 * middle + 1]];
  const near = [...Array(scene.count).keys()].sort((a, b) => (scene.point[2*a]-x)**2 + (scene.point[2*a+1]-y)**2 - (scene.point[2*b]-x)**2 - (scene.point[2*b+1]-y)**2).slice(0, batch);
  const other = targets.filter((u) => u !== to).sort((a, b) => (a.at[0]-to.at[0])**2 + (a.at[1]-to.at[1])**2 - (b.at[0]-to.at[0])**2 - (b.at[1]-to.at[1])**2)[0];
  drawing.target = other.unit;
  const began = performance.now();
  painter.on.done(near);
  while (!idle()) await new Promise((r) => setTimeout(r, 1));
  await new Promise((r) => requestAnimationFrame(r));
  return performance.now() - began;
}"""
"""A stroke by the way a person's goes: the neighbourhood of a school is given to the school beside it."""


@dataclass(frozen=True)
class Measured:
    """What one county took."""

    zones: int
    strokes_ms: list[float]
    processor_ms: float
    first_s: float
    picture_s: float
    command_s: float
    page_mb: float

    def row(self, name: str) -> tuple[str, ...]:
        """Return the row of the table."""
        p50, p95 = np.percentile(self.strokes_ms, (50, 95))
        return (
            name, f"{self.zones:,}", f"{p50:.0f}", f"{p95:.0f}", f"{self.processor_ms:.0f}", f"{self.first_s:.1f}", f"{self.picture_s:.1f}", f"{self.command_s:.1f}", f"{self.page_mb:.0f}",
        )  # fmt: skip


def main() -> None:
    """Print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, nargs="*", default=[1000, 30000])
    parser.add_argument("--fairfax", action="store_true", help="the real county of 9,404 blocks as well")
    parser.add_argument("--files", type=Path, default=PLACE)
    parser.add_argument("--strokes", type=int, default=40)
    parser.add_argument("--table", type=Path, default=TABLE)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # `timeout 600` ends server and browser, too
    counties = [("made up", partial(imagined, zones), str(zones)) for zones in given.zones]
    if given.fairfax:
        counties.append(("Fairfax, real", partial(fairfax, given.files), "fairfax"))
    rows = [HEADS, ("---",) * len(HEADS)]
    with tempfile.TemporaryDirectory() as scratch:
        for name, county, place in counties:
            rows.append(measured(*county(), Path(scratch) / place, given.strokes).row(name))
            print(*rows[-1], flush=True)
            text = "\n".join("| " + " | ".join(row) + " |" for row in rows)
            given.table.write_text(  # after each: what a limit of time cuts short keeps what it has
                f"# The workbench in headless chromium, strokes over {BATCH} zones\n\n{text}\n",
                encoding="utf-8",
            )


def imagined(zones: int) -> tuple[District, Layout]:
    """Return a made-up county and its catchments in force as a plan; nothing is solved, so that it is ready in minutes."""
    schools = {
        "primaries": 40,
        "juniors": 120,
        "nine_years": 600,
        "teaching_points": 600,
    }  # zones to each, as in `scale`
    few = {kind: zones // each for kind, each in schools.items()} if zones >= LARGE else {}
    district = make_county(imagined_settings(zones, seed=7, **few))
    scenario = Scenario.make(name="bench", demand="register")
    drawing = {
        (stage, zone): (unit,)
        for stage in ("primary", "junior")
        for zone, unit in zip(district.zones["zone"], district.zones[f"current_{stage}"], strict=True)
        if isinstance(unit, str) and unit
    }
    return district, placed_layout(district, scenario, drawing)[1]


def fairfax(files: Path) -> tuple[District, Layout]:
    """Return the county of 9,404 blocks and today's catchments of its middle schools."""
    import pyogrio

    district = district_of(files, HERE / "out" / "fairfax")
    scenario = read_scenario(HERE / "places" / "fairfax-ours.yaml")
    blocks = pyogrio.read_dataframe(files / "blocks.gpkg", read_geometry=False)
    units = dict(zip(blocks["block"].astype(str), blocks[OPTIONS["today"]] + "-J", strict=True))
    _, layout = placed_layout(district, scenario, {("junior", z): (u,) for z, u in units.items()})
    return district, layout


def measured(district: District, layout: Layout, place: Path, strokes: int) -> Measured:
    """Return what a plan takes in the browser."""
    workspace = Workspace(place / "workbench")
    project = workspace.place_for("bench")
    write_district(district, project.folder / "county")
    workspace.note(project)
    run = project.folder / "plans" / "bench"
    planning.Layout.of(layout, district).save(run)
    with opened(run, place) as address, page_at(address) as (_, first_s):
        pass  # reads the county and measures its ways; what follows is a county that was read
    began = time.perf_counter()
    with opened(run, place) as address, page_at(address) as (page, picture_s):
        command_s = time.perf_counter() - began
        before = _processor_s()
        times = [float(page.evaluate(STROKE, [seed, BATCH])) for seed in range(strokes)]
        processor_ms = (_processor_s() - before) / strokes * 1000
        return Measured(len(district.zones), times, processor_ms, first_s, picture_s, command_s, _page_mb())


@contextlib.contextmanager
def opened(run: Path, place: Path) -> Iterator[str]:
    """Yield the address that ``planning open`` says, and end it."""
    words = ["open", str(run), "--no-browser", "--lang", "en", "--workspace", str(place / "workbench")]
    code = f"import sys; sys.argv = ['planning', *{words!r}]; from planning.cli import main; main()"
    server = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=HERE.parent
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        if not found:
            raise RuntimeError("the workbench said no address")
        yield found[0]
    finally:
        server.terminate()
        server.wait(30)


@contextlib.contextmanager
def page_at(address: str) -> Iterator[tuple[Any, float]]:
    """Yield a board in chromium and the seconds from asking for it to its picture."""
    from playwright import sync_api as playwright

    chromium = shutil.which("chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"]
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="en")
        page.set_default_timeout(PATIENCE_MS)
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_selector(".units button")
        page.evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
        yield page, time.perf_counter() - began
        browser.close()


def _processor_s() -> float:
    """Return the processor time that all processes begun by this one have had: server, browser and what drives it."""
    stats = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = place.read_text().rpartition(")")[2].split()  # a name may hold anything
            stats[int(place.parent.name)] = int(words[1]), int(words[11]) + int(words[12])
    ours, found = {os.getpid()}, set[int]()
    while ours:
        ours = {pid for pid, (parent, _) in stats.items() if parent in ours} - found
        found |= ours
    return sum(stats[pid][1] for pid in found) / os.sysconf("SC_CLK_TCK")


def _page_mb() -> float:
    """Return the memory of the page in MB: what its process holds by itself, its share of what it shares."""
    largest = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"--type=renderer" in (place / "cmdline").read_bytes():
                pss = re.search(r"^Pss:\s+(\d+)", (place / "smaps_rollup").read_text(), re.MULTILINE)
                largest = max(largest, int(pss[1]) / 1000 if pss else 0.0)
    return largest


if __name__ == "__main__":
    main()
