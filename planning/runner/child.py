"""Be the process that carries one job out; it ends with the one that started it."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from planning.errors import Issue

ORPHAN = 70
"""Exit code of a process whose parent is gone."""


def answer(carry_out: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
    """Read one line of JSON, the job, and print what ``carry_out`` says of it (:func:`ended`) as one line."""
    told = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever prints goes to the log: nobody empties the pipe until the end
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answers.write(json.dumps(carry_out(told)) + "\n")
    answers.flush()


def ended(status: str, issues: Iterable[Issue] = ()) -> dict[str, Any]:
    """Return what is said of a job that ended, with reasons in both languages of the tables."""
    return {
        "status": status,
        "issues": [{lang: issue.text(lang) for lang in ("zh", "en")} for issue in issues],
    }


def _end_with_parent() -> None:
    sys.stdin.read()  # ends when the parent closes it, or is gone
    os._exit(ORPHAN)
