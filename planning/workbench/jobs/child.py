"""The process of one job: ``python -m planning.workbench.jobs.child FOLDER``. Progress goes to the folder, line by line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planning.errors import PlanningError
from planning.workbench.jobs.folder import DONE, ENDED, FAILED, STOPPED, read_asked
from planning.workbench.jobs.work import Work
from planning.workbench.projects.record import now, write_json
from planning.workbench.projects.told import lines_of


def carry_out(
    folder: Path, do: Callable[[dict[str, Any], Work], dict[str, Any]], values: dict[str, Any]
) -> None:
    """Do the work and write how it ended; mistakes of the user are values, as everywhere."""
    work = Work(folder)
    work.listen()
    try:
        result = do(values, work)
        write_json(folder / ENDED, {"state": STOPPED if work.stop() else DONE, "when": now(), **result})
    except PlanningError as error:
        problems = [{**p.data(), **lines_of(p)} for p in error.problems]
        write_json(folder / ENDED, {"state": FAILED, "when": now(), "problems": problems})
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        write_json(folder / ENDED, {"state": FAILED, "when": now(), "unexpected": reason})
        raise  # the whole story stands in the log


def main(folder: Path) -> int:
    """Carry out the job of a folder; return 0, or 1 where there is none."""
    from planning.workbench.jobs.kinds import KINDS

    asked = read_asked(folder)
    if asked is None or asked.kind not in KINDS:
        return 1
    carry_out(folder, KINDS[asked.kind], asked.values)
    return 0


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a solver's thread that does not hear the word to stop must not keep the process
