"""Say a problem as a person before a page knows it: tables and columns by their names in words, files without the folders of this machine."""

from __future__ import annotations

import re
from pathlib import Path

from planning.district.schema import TABLE
from planning.errors import Issue
from planning.messages import is_chinese, languages

_BESIDE = " / "
"""Between the files that a problem is about."""


def lines_of(problem: Issue) -> dict[str, str]:
    """Return the line of a problem in every language."""
    return {lang: _in_words(problem, lang).text(lang) for lang in languages()}


def _in_words(problem: Issue, lang: str) -> Issue:
    parts = [_last(part) for part in problem.file.split(_BESIDE)]
    ours = [TABLE[stem] for part in parts if (stem := Path(part).stem) in TABLE]
    if not is_chinese(lang) or len(ours) < len(parts):
        place = ("、" if is_chinese(lang) else _BESIDE).join(parts)
    else:
        place = "、".join(t.zh for t in ours)
    columns = [c.zh for t in (ours or TABLE.values()) for c in t.columns if c.name == problem.column]
    chinese = columns[0] if columns else problem.column
    return problem.at(file=place, column=chinese if is_chinese(lang) else problem.column)


def _last(place: str) -> str:
    """Return the last part of a path, of whichever system."""
    return re.split(r"[/\\]", place.rstrip("/\\"))[-1]
