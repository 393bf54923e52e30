"""Remember of the plan that is edited what its catchments do not tell: its flows and classes, its price and proven bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from planning.errors import Issue, LayoutError
from planning.layout import Layout
from planning.messages import Text
from planning.zoning.answer import Answer
from planning.zoning.declare import Family
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.overflow import OVERFLOW

CHANGES = ("edited", "finished", "repaired")
"""What becomes of a plan; its title says so."""
_NOISE = 1e-3
"""So much below its bound a price may lie that was rounded."""


@dataclass(frozen=True)
class Start:
    """The plan before the first move.

    Parameters
    ----------
    run : str
        Its name.
    objective, bound : float, optional
        Its price, and what no plan of the same problem costs less than; ``None`` where none is proven.
    title, title_zh : str
        What it is called.
    classes : tuple of (unit, grade, year, classes)
    flows : tuple of (from, to, grade, year, pupils)
    """

    run: str
    objective: float | None
    bound: float | None
    title: str
    title_zh: str
    classes: tuple[tuple[str, int, int, int], ...]
    flows: tuple[tuple[str, str, int, int, int], ...]

    def as_data(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return asdict(self)

    @classmethod
    def read(cls, data: object, place: str) -> Start:
        """Return what :meth:`as_data` wrote.

        Raises
        ------
        LayoutError
            If it is something else.
        """
        try:
            row: Mapping[str, Any] = dict(data)  # type: ignore[call-overload]
            number = {k: None if row[k] is None else float(row[k]) for k in ("objective", "bound")}
            return cls(
                str(row["run"]),
                number["objective"],
                number["bound"],
                str(row["title"]),
                str(row["title_zh"]),
                tuple((str(u), int(g), int(y), int(n)) for u, g, y, n in row["classes"]),
                tuple((str(u), str(v), int(g), int(y), int(n)) for u, v, g, y, n in row["flows"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise LayoutError([no_fit(place)]) from error

    def values(self, problem: ZoningProblem) -> dict[Family, dict[tuple[Any, ...], float]]:
        """Return classes and flows by position of unit and year."""
        unit = {str(u): j for j, u in enumerate(problem.units["unit"])}
        year = {y: t for t, y in enumerate(problem.years)}
        return {
            CLASSES: {(unit[u], g, year[y]): float(n) for u, g, y, n in self.classes},
            OVERFLOW: {(unit[u], unit[v], g, year[y]): float(n) for u, v, g, y, n in self.flows},
        }

    def bound_for(self, price: float, *, lawful: bool) -> float | None:
        """Return the bound where it holds for an edited plan: one of the same problem (``lawful``: no rule is broken)."""
        if self.bound is None or not lawful or price < self.bound - _NOISE:
            return None
        return min(self.bound, round(price, 4))


def start_of(problem: ZoningProblem, layout: Layout, answer: Answer) -> Start:
    """Return what must be remembered of a layout before its first move.

    Its bound holds for edited plans where catchments were free; kept as they are they make another problem.
    """
    names = problem.units["unit"].astype(str).tolist()
    free = problem.scenario.catchments == "free"
    said = {k: layout.summary.get(k) for k in ("objective", "bound")}
    number = {k: float(v) if isinstance(v, int | float) else None for k, v in said.items()}
    return Start(
        layout.name,
        number["objective"],
        number["bound"] if free else None,
        str(layout.scenario.get("title") or layout.name),
        str(layout.scenario.get("title_zh") or layout.scenario.get("title") or layout.name),
        tuple(
            (names[u], g, problem.years[t], round(n)) for (u, g, t), n in sorted(answer.of(CLASSES).items())
        ),
        tuple(
            (names[u], names[v], g, problem.years[t], round(n))
            for (u, v, g, t), n in sorted(answer.of(OVERFLOW).items())
            if round(n) > 0
        ),
    )


def changed_titles(title: str, title_zh: str, change: str) -> dict[str, str]:
    """Return the titles of a plan with what became of it: one of :data:`CHANGES`."""
    return {
        "title": Text(f"editing.title.{change}", title=title).text("en"),
        "title_zh": Text(f"editing.title.{change}", title=title_zh).text("zh"),
    }


def no_fit(place: str) -> Issue:
    """Say that a journal is not that of its run."""
    return Issue("editing.start.journal_moves_does_not_fit", place)


def other_pupils(place: str) -> Issue:
    """Say that a run was made of other pupils than its district has."""
    return Issue("editing.start.run_counts_other_pupils_than", place)
