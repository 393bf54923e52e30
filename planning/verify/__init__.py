"""Tell whether a run is true: every rule recomputed from its folder and the district alone."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.verify.report import Check, VerifyReport
    from planning.verify.run import verify_evidence, verify_run

__all__ = ["Check", "VerifyReport", "verify_evidence", "verify_run"]

lazily(__name__)
