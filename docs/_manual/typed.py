"""Type commands of the package, open its workbench, and print office documents."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
RUN = "from planning.cli import main; main()"


def planning(project: Path, *words: object) -> str:
    """Type a command in the project and return what it says."""
    paths = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, words)],
        cwd=project,
        env={**os.environ, "PLANNING_LANG": "zh", "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def bench(project: Path) -> Iterator[str]:
    """Yield the address of a workbench over the project."""
    paths = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "open", "--no-browser"],
        cwd=project,
        env={**os.environ, "PLANNING_LANG": "zh", "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = next(text for text in process.stdout if "http://" in text)
        found = re.search(r"http://\S+", line)
        assert found is not None
        yield found[0]
    finally:
        process.terminate()
        process.wait(20)


def pages_of(document: Path, folder: Path) -> list[Image.Image]:
    """Return the pages of an office document as it is printed."""
    folder.mkdir(parents=True, exist_ok=True)
    if document.suffix != ".pdf":
        plain = folder / f"document{document.suffix}"  # names of files pass through a locale without Chinese
        shutil.copyfile(document, plain)
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(plain)]
        subprocess.run(command, check=True, capture_output=True)
        document = folder / "document.pdf"
    subprocess.run(["pdftoppm", "-r", "80", "-png", str(document), str(folder / "page")], check=True)
    return [Image.open(p) for p in sorted(folder.glob("page*.png"))]
