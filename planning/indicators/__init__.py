"""Say how good a layout is: one function per indicator, variation, targets, scorecard."""

from planning.indicators.figures import Figures, even_classes, figures_of_layout, figures_of_register
from planning.indicators.scorecard import (
    INDICATORS,
    Scorecard,
    score,
    score_figures,
    score_register,
    write_scorecard,
)
from planning.indicators.variation import coefficient_of_variation, composite
from planning.indicators.verdict import Verdict

__all__ = [
    "INDICATORS",
    "Figures",
    "Scorecard",
    "Verdict",
    "coefficient_of_variation",
    "composite",
    "even_classes",
    "figures_of_layout",
    "figures_of_register",
    "score",
    "score_figures",
    "score_register",
    "write_scorecard",
]
