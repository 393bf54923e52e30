"""Remember of the plan that is edited what its catchments do not tell: its flows and classes, its price and proven bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from planning.district import District
from planning.editing.sharing import other_sharing
from planning.errors import Issue, LayoutError
from planning.layout import Layout
from planning.messages import Text
from planning.zoning.answer.layout import Answer
from planning.zoning.declare import Family
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.overflow import OVERFLOW
from planning.zoning.rules.shared import SHARE

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
    shares : tuple of (stage, zone, unit, grade, year, pupils)
        How the pupils of shared zones are divided.
    sharing : mapping, optional
        ``shared`` and ``shared_today`` of its scenario; ``None`` in journals of a time when no move changed them.
    """

    run: str
    objective: float | None
    bound: float | None
    title: str
    title_zh: str
    classes: tuple[tuple[str, int, int, int], ...]
    flows: tuple[tuple[str, str, int, int, int], ...]
    shares: tuple[tuple[str, str, str, int, int, int], ...] = ()
    sharing: Mapping[str, Any] | None = None

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
                tuple(
                    (str(s), str(z), str(u), int(g), int(y), int(n))
                    for s, z, u, g, y, n in row.get("shares", ())
                ),
                dict(row["sharing"]) if row.get("sharing") else None,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise LayoutError([no_fit(place)]) from error

    def values(self, problem: ZoningProblem) -> dict[Family, dict[tuple[Any, ...], float]]:
        """Return classes, flows and divided pupils by position of unit and year; ``problem`` is that before the first move."""
        unit = {str(u): j for j, u in enumerate(problem.units["unit"])}
        year = {y: t for t, y in enumerate(problem.years)}
        found: dict[Family, dict[tuple[Any, ...], float]] = {
            CLASSES: {(unit[u], g, year[y]): float(n) for u, g, y, n in self.classes},
            OVERFLOW: {(unit[u], unit[v], g, year[y]): float(n) for u, v, g, y, n in self.flows},
        }
        if self.sharing is not None:
            found[SHARE] = self._divided(problem, unit, year)
        return found

    def _divided(
        self, problem: ZoningProblem, unit: Mapping[str, int], year: Mapping[int, int]
    ) -> dict[tuple[Any, ...], float]:
        place = {
            (problem.stages[z.stage], str(problem.zones[z.zone])): k for k, z in enumerate(problem.shared)
        }
        found = {
            (k, u, g, t): 0.0
            for k, zone in enumerate(problem.shared)
            for u in zone.units
            for g in problem.grades(problem.stages[zone.stage])
            for t in range(len(problem.years))
        }
        for s, z, u, g, y, n in self.shares:
            key = (place[s, z], unit[u], g, year[y])
            if key not in found:
                raise KeyError(key)
            found[key] = float(n)
        return found

    def problem(self, problem: ZoningProblem, district: District) -> ZoningProblem:
        """Return a problem with the shared zones of the scenario before the first move."""
        return problem if self.sharing is None else other_sharing(self.sharing, problem, district)

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
        tuple(
            (
                problem.stages[zone.stage],
                str(problem.zones[zone.zone]),
                names[u],
                g,
                problem.years[t],
                round(n),
            )
            for (k, u, g, t), n in sorted(answer.of(SHARE).items())
            if (zone := problem.shared[k]) and round(n) > 0
        ),
        {k: v for k, v in problem.scenario.as_data().items() if k in ("shared", "shared_today")},
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
