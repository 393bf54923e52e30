"""Find a font with Chinese characters, or say how to get one instead of drawing empty boxes."""

from __future__ import annotations

from functools import cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from planning.errors import Issue, MissingExtraError

FONT_NAMES = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei", "SimHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans SC", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip


@cache
def chinese_font() -> FontProperties:
    """Return the first font of :data:`FONT_NAMES` that is installed.

    Raises
    ------
    MissingExtraError
        If none is: maps and notices would show empty boxes.
    """
    for known in (_remembered, _installed):
        files = known()
        for name in FONT_NAMES:
            if name in files:
                return FontProperties(fname=files[name])
    raise MissingExtraError([Issue("publish.fonts.no_font_chinese_characters", "fonts")])


def _remembered() -> dict[str, str]:
    return {font.name: font.fname for font in font_manager.fontManager.ttflist}


def _installed() -> dict[str, str]:
    """Return the fonts of the machine by name; Matplotlib's own list can be older than the last installation."""
    found: dict[str, str] = {}
    for path in sorted(font_manager.findSystemFonts()):
        try:
            found.setdefault(font_manager.get_font(path).family_name, path)
        except (OSError, RuntimeError, ValueError):  # bitmap and broken fonts
            continue
    return found
