"""The one way of data, scripts and styles into HTML: template files that escape everything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from planning.messages import paper_language, said
from planning.publish.safe import script_json
from planning.texts import plain_text


def render(template: str, /, **values: Any) -> str:
    """Return a page made from a file of ``planning/publish/templates``.

    Every value is text: it is cleaned (:func:`planning.publish.safe.plain_text`) and escaped where it stands; a name that the
    template uses and nobody gave is an error. What was rendered never passes a template again.

    Parameters
    ----------
    template : str
        Name of the file.
    **values
        What the template shows.
    """
    return _environment().get_template(template).render(values)


def asset(name: str) -> Markup:
    """Return one of our own scripts, style sheets or drawings (``planning/publish/assets``); never data."""
    return Markup(files("planning.publish").joinpath("assets", name).read_text(encoding="utf-8"))


def data_block(value: Any) -> Markup:
    """Return data as JSON for a ``<script type="application/json">`` element, which no browser runs."""
    return Markup(script_json(value))


def content_policy(scripts: Sequence[str] = ()) -> str:
    """Return the content policy of a page that may run these scripts and no other, and may ask nobody for anything."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    allowed = " ".join(f"'sha256-{code}'" for code in hashes) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def page_language() -> str:
    """Return the language of a page as browsers name it."""
    return {"zh": "zh-CN"}.get(paper_language(), paper_language())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("planning.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        asset=asset,
        content_policy=content_policy,
        data_block=data_block,
        said=said,
        page_language=page_language,
    )
    return environment


def _shown(value: Any) -> Any:
    return plain_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value
