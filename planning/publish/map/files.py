"""Read the files that our pages hold inside: Leaflet's script and style sheet."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

from planning.errors import Issue, MissingExtraError

_URL = re.compile(r"url\(['\"]?([^'\")]+)['\"]?\)")


@cache
def leaflet_source() -> tuple[Markup, Markup]:
    """Return Leaflet's script and style sheet, pictures inlined as data URLs.

    Raises
    ------
    MissingExtraError
        If the package ``XStatic-Leaflet`` is not installed.
    """
    try:
        import xstatic.pkg.leaflet as package
    except ImportError:
        raise MissingExtraError(
            [Issue("publish.files.map_needs_leaflet_not_installed", "XStatic-Leaflet")]
        ) from None
    folder = Path(package.BASE_DIR)
    script = next(folder.rglob("leaflet.js")).read_text(encoding="utf-8")
    style = next(folder.rglob("leaflet.css"))

    def inline(match: re.Match[str]) -> str:
        picture = style.parent / match[1]
        if not picture.is_file():
            return "none"
        return f"url(data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()})"

    # the source map would be one more request
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    return Markup(script), Markup(_URL.sub(inline, style.read_text(encoding="utf-8")))
