"""Put layouts side by side: figures, people, places, money, and which of them nothing beats."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.compare.rows import ROWS, Row, class_sizes
    from planning.compare.sides import Comparison, compare, compare_runs

__all__ = ["ROWS", "Comparison", "Row", "class_sizes", "compare", "compare_runs"]

lazily(__name__)
