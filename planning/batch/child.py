"""The process that carries one unit out; it ends with the one that started it.

Reads one line of JSON (``scenario``, a file; ``out``, the run folder; ``outline``, the file for the county's outline) and prints one:
``{"status": …, "issues": [{"zh": …, "en": …}]}``.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

BUSY = "base.atomic.another_process_writing_folder"
"""Code of the issue that says another process has the unit."""
ORPHAN = 70
"""Exit code of a process whose parent is gone."""


def main() -> None:
    """Carry out what the first line says."""
    told = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever prints goes to the log: nobody empties the pipe until the end
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answers.write(json.dumps(carried_out(told["scenario"], told["out"], told["outline"])) + "\n")
    answers.flush()


def carried_out(scenario: str, out: str, outline: str) -> dict[str, Any]:
    """Return how one run ended: ``done``, ``refused`` (the data or the scenario are wrong) or ``taken`` (another one is at it)."""
    from planning.batch.outline import write_outline
    from planning.errors import PlanningError, WriteError
    from planning.runs import run_scenario

    try:
        run = run_scenario(scenario, out=out, allow_outside=True)
        write_outline(run.district.boundary, outline)
    except WriteError as error:
        busy = any(issue.code == BUSY for issue in error.problems)
        return _ended("taken" if busy else "failed", error)
    except PlanningError as error:
        return _ended("refused", error)
    return {"status": "done", "issues": []}


def _ended(status: str, error: Any) -> dict[str, Any]:
    return {
        "status": status,
        "issues": [{lang: issue.text(lang) for lang in ("zh", "en")} for issue in error.problems],
    }


def _end_with_parent() -> None:
    sys.stdin.read()  # ends when the parent closes it, or is gone
    os._exit(ORPHAN)


if __name__ == "__main__":
    main()
