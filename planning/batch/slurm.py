"""Write the script that a Slurm cluster runs for each worker."""

from __future__ import annotations

import importlib
from typing import Any

from planning.errors import MissingExtraError, not_installed

_WORKER_MB = 500.0
"""Memory of the worker that watches the units."""


def slurm_script(
    scheduler: str = "tcp://HOST:8786", *, cores: int = 1, memory_mb: float = 8000.0, hours: float = 12.0
) -> str:
    """Return the job script of one worker, to be handed to ``sbatch`` as often as workers are wanted.

    Parameters
    ----------
    scheduler : str
        Address of the scheduler that ``dask scheduler`` printed.
    cores : int
        Units at once in one job.
    memory_mb : float
        Memory of one unit, in 10⁶ bytes.
    hours : float
        Longest time of the job.

    Raises
    ------
    MissingExtraError
        If the extra ``cluster`` is not installed.
    """
    try:
        slurm: Any = importlib.import_module("dask_jobqueue.slurm")
    except ImportError:
        raise MissingExtraError([not_installed("--slurm", "cluster")]) from None
    whole = int(hours)
    job = slurm.SLURMJob(
        scheduler,
        name="planning",
        cores=cores,
        processes=1,
        memory=f"{memory_mb * cores + _WORKER_MB:.0f}MB",
        walltime=f"{whole:02d}:{round((hours - whole) * 60):02d}:00",
        # beside the script: a folder would be made now, and Slurm makes none later
        job_extra_directives=["-o planning-worker-%j.log"],
    )
    return str(job.job_script())
