"""Keep pictures as they are made, and the names of those that could not be."""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable
from pathlib import Path

from PIL import Image

SHOWN = Path(__file__).parents[1] / "zh" / "pictures"
WINDOW = {"width": 1280, "height": 800}
QUALITY = 72  # of WebP: text stays sharp, a page takes about 50 kB


class Album:
    """Pictures as they are made, and those that could not be.

    Parameters
    ----------
    only : str
        Chapters that begin otherwise are left as they are.
    """

    def __init__(self, only: str = "") -> None:
        self.only = only
        self.made: list[str] = []
        self.failed: list[str] = []

    def keep(self, name: str, picture: Image.Image | bytes) -> None:
        """Write one picture, no wider than the window."""
        image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
        if image.width > WINDOW["width"]:
            image = image.resize((WINDOW["width"], round(image.height * WINDOW["width"] / image.width)))
        SHOWN.mkdir(exist_ok=True)
        image.convert("RGB").save(SHOWN / f"{name}.webp", quality=QUALITY, method=6)
        self.made.append(name)

    def chapter(self, name: str, draw: Callable[[], None]) -> None:
        """Make the pictures of one chapter; what goes wrong ends this chapter only."""
        if not name.startswith(self.only):
            return
        try:
            draw()
        except Exception:
            self.failed.append(name)
            traceback.print_exc()
        print(f"{name}: {len(self.made)} pictures", flush=True)
