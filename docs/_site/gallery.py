"""Show the executed notebooks as a gallery: a picture and a question each, and the notebook itself as a page."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

FOLDERS = ("", "long")
"""Notebooks that CI executes, and those that take longer."""
LINK = re.compile(r"\[(?P<text>[^\]\n]*)\]\((?!https?:)(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
HEAD = """# Gallery · 案例

Each notebook is a question; the answer is computed where you read it. They are executed with the package (`make notebooks`; the longer ones: `make notebooks-long`).
Counties are synthetic unless a notebook says otherwise.

"""


def pages(notebooks: Path) -> dict[str, str | bytes]:
    """Return the gallery, its thumbnails and the notebooks as pages, by name."""
    made: dict[str, str | bytes] = {}
    cards = []
    for file in (f for folder in FOLDERS for f in sorted((notebooks / folder).glob("*.ipynb"))):
        book = json.loads(file.read_text(encoding="utf-8"))
        book["metadata"] = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
        picture = _first_picture(book)
        title, question = _told(book)
        long = file.parent != notebooks
        if picture:
            made[f"gallery/{file.stem}.png"] = picture
        made[f"gallery/{file.stem}.ipynb"] = json.dumps(_led(book, file), ensure_ascii=False, indent=1)
        shown = f"[![{title}]({file.stem}.png)]({file.stem}.ipynb)\n\n" if picture else ""
        cards.append(
            f"```{{container}} card\n{shown}[{title}]({file.stem}.ipynb){' (takes a minute or two)' * long}\n\n{question}\n```\n"
        )
    tree = "\n```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"
    made["gallery/index.md"] = HEAD + "````{container} gallery\n" + "\n".join(cards) + "````\n" + tree
    return made


def _led(book: dict[str, Any], file: Path) -> dict[str, Any]:
    """Return the notebook with its links led to pages of the site; what has none there is named."""
    root = _notebooks(file).parent

    def led(found: re.Match[str]) -> str:
        target = (file.parent / found["path"]).resolve()
        if target.suffix == ".ipynb":
            return f"[{found['text']}]({target.name})"
        if target.is_relative_to(root / "docs"):
            return f"[{found['text']}](../../{target.relative_to(root / 'docs').as_posix()}{found['anchor'] or ''})"
        return f"{found['text']} (`{target.relative_to(root).as_posix()}`)"

    for cell in book["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = LINK.sub(led, "".join(cell["source"]))
    return book


def _notebooks(file: Path) -> Path:
    return next(folder for folder in file.parents if folder.name == "notebooks")


def _first_picture(book: dict[str, Any]) -> bytes | None:
    """Return the first picture of a notebook that was stored with it."""
    outputs = (o for cell in book["cells"] for o in cell.get("outputs", []))
    data = next((o["data"]["image/png"] for o in outputs if "image/png" in o.get("data", {})), None)
    return base64.b64decode(data) if data else None


def _told(book: dict[str, Any]) -> tuple[str, str]:
    """Return the title and the abstract of a notebook: its first heading and the line in italics."""
    lines = "".join(book["cells"][0]["source"]).splitlines()
    title = lines[0].removeprefix("# ")
    abstract = next(
        (line.strip("*").removeprefix("中文摘要：") for line in lines if line.startswith("*中文摘要")), ""
    )
    return title, abstract
