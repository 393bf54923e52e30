"""Type the five recipes of docs/editing.md as they are written there, and time each: ``python -m benchmarks.recipes [--seconds 20]``.

The default county is planned first (``scenarios/new-schools.yaml``, so many seconds of the solver); the recipes begin with that run. Printed is the
processor time of each command and its children, in a process of its own as one types it.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "editing.md"
HEADING = "## Five questions, five recipes"


def recipes(page: str) -> dict[str, list[str]]:
    """Return the commands of every question of the page, in its order."""
    part = page.partition(HEADING)[2].partition("\n## ")[0]
    found: dict[str, list[str]] = {}
    for title, block in re.findall(r"^\*\*(.+?)\*\*.*?```\n(.+?)```", part, re.DOTALL | re.MULTILINE):
        found[title] = [line for line in block.splitlines() if line.startswith("planning ")]
    return found


def words(command: str) -> list[str]:
    """Return the words of a command without its remark."""
    return shlex.split(command.partition("  #")[0])[1:]


def _typed(home: Path, arguments: list[str]) -> tuple[int, float, str]:
    before = _children()
    done = subprocess.run(
        [sys.executable, "-m", "planning", *arguments], cwd=home, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLANNING_LANG": "en"},
    )  # fmt: skip
    return done.returncode, _children() - before, done.stdout + done.stderr


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(home: Path, seconds: int) -> Iterator[tuple[str, str, int, float, str]]:
    """Yield question, command, exit code, processor seconds and what was said, the run they begin with first."""
    first = ["run", "scenarios/new-schools.yaml", "--set", f"solver.time_limit_s={seconds}"]
    yield ("", shlex.join(first), *_typed(home, first))
    for title, commands in recipes(PAGE.read_text(encoding="utf-8")).items():
        for command in commands:
            yield (title, command, *_typed(home, words(command)))


def main() -> int:
    """Print the time of every command; 1 where one fails that should not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=int, default=20, help="of the solver for the plan that the recipes begin with"
    )
    asked, failed = parser.parse_args(), 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for part in ("data/geo", "scenarios"):
            shutil.copytree(ROOT / part, home / part)
        for title, command, code, used, text in timed(home, asked.seconds):
            print(f"{used:6.1f} s  [{code}]  {title}  {command}", flush=True)
            if code not in (0, 1 if "--check" in command else 0):
                failed, _ = 1, print(text)
    return failed


if __name__ == "__main__":
    sys.exit(main())
