"""Say how good a layout is: one function per indicator, variation, targets, scorecard."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.indicators.case import Case, Indicator, make_case
    from planning.indicators.enrolment import even_classes
    from planning.indicators.figures import (
        Figures,
        figures_of_assignment,
        figures_of_layout,
        figures_of_register,
    )
    from planning.indicators.scorecard import (
        INDICATORS,
        Scorecard,
        added_indicators,
        judge,
        score,
        score_figures,
        score_register,
        write_scorecard,
    )
    from planning.indicators.variation import coefficient_of_variation, composite
    from planning.indicators.verdict import Verdict

__all__ = [
    "INDICATORS",
    "Case",
    "Figures",
    "Indicator",
    "Scorecard",
    "Verdict",
    "added_indicators",
    "coefficient_of_variation",
    "composite",
    "even_classes",
    "figures_of_assignment",
    "figures_of_layout",
    "figures_of_register",
    "judge",
    "make_case",
    "score",
    "score_figures",
    "score_register",
    "write_scorecard",
]

lazily(__name__)
