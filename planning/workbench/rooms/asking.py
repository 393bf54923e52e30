"""Put a job into the queue, in the language that its papers are to have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request

from planning.messages import is_chinese, languages, paper_language

if TYPE_CHECKING:
    from planning.workbench.jobs.folder import Asked, Job
    from planning.workbench.server.bench import Bench

HEADER = "x-language"
"""Where a page says which language it is in."""
QUERY = "lang"
"""The same where a page only leads to an address."""


def ask(bench: Bench, request: Request, asked: Asked, *, public: bool = False) -> Job:
    """Put a job into the queue and return it.

    Parameters
    ----------
    bench : Bench
    request : Request
        Of the page that asks: what is made for whoever sits before it is in the language of the page.
    asked : Asked
    public : bool
        What is made goes to the public: it is in the language of the page where that is Chinese, else in the one that papers of this
        server have.
    """
    lang = language_of(request)
    if public and not is_chinese(lang):
        lang = paper_language()
    return bench.queue.add(replace(asked, lang=lang))


def language_of(request: Request) -> str:
    """Return the language of the page that a request comes from, that of the server's papers where it says none."""
    said = request.headers.get(HEADER) or request.query_params.get(QUERY, "")
    return said if said in languages() else paper_language()
