"""Hold an approved layout against the year's real enrolment."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.evaluation.evaluate import (
        Evaluation,
        evaluate,
        known_units,
        read_all,
        read_real_register,
    )
    from planning.evaluation.real import RealEnrolment, read_enrolment

__all__ = [
    "Evaluation",
    "RealEnrolment",
    "evaluate",
    "known_units",
    "read_all",
    "read_enrolment",
    "read_real_register",
]

lazily(__name__)
