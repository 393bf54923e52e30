"""Carry out many counties and many scenarios, here or on a cluster, with the truth on disk."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.batch.batch import Batch, resume_batch, run_batch
    from planning.batch.counts import Counts, batch_counts, batch_map, stop_batch
    from planning.batch.plan import BatchPlan, plan_of_counties, read_plan
    from planning.batch.slurm import slurm_script
    from planning.batch.table import province_table
    from planning.batch.unit import Unit, units_of
    from planning.runner.limits import Limits
    from planning.runner.outcome import Outcome

__all__ = [
    "Batch",
    "BatchPlan",
    "Counts",
    "Limits",
    "Outcome",
    "Unit",
    "batch_counts",
    "batch_map",
    "plan_of_counties",
    "province_table",
    "read_plan",
    "resume_batch",
    "run_batch",
    "slurm_script",
    "stop_batch",
    "units_of",
]

lazily(__name__)
