"""The process that carries one unit out.

The job: ``scenario``, a file; ``out``, the run folder; ``outline``, the file for the county's outline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.runner.child import answer, ended

BUSY = "base.atomic.another_process_writing_folder"
"""Code of the issue that says another process has the unit."""


def carried_out(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return how one run ended: ``done``, ``refused`` (the data or the scenario are wrong) or ``taken`` (another one is at it)."""
    from planning.batch.outline import write_outline
    from planning.errors import PlanningError, WriteError
    from planning.phases import run_phases
    from planning.runs import run_scenario
    from planning.scenario import read_scenario

    try:
        if read_scenario(job["scenario"], allow_outside=True).phases:
            run = run_phases(job["scenario"], out=job["out"], allow_outside=True).one_map
        else:
            run = run_scenario(job["scenario"], out=job["out"], allow_outside=True)
        write_outline(run.district.boundary, job["outline"])
    except WriteError as error:
        busy = any(issue.code == BUSY for issue in error.problems)
        return ended("taken" if busy else "failed", error.problems)
    except PlanningError as error:
        return ended("refused", error.problems)
    return ended("done")


if __name__ == "__main__":
    answer(carried_out)
