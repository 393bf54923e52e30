"""Say how a unit and a county stand: the figures that follow every move."""

from __future__ import annotations

from dataclasses import dataclass, fields

ByYear = tuple[int, ...]
ByGrade = tuple[tuple[int, ...], ...]
"""One tuple per school year, in it one number per grade of the unit."""


@dataclass(frozen=True)
class UnitFigures:
    """How one unit stands.

    Parameters
    ----------
    unit, school, name, stage : str
        Which unit.
    zones : int
        Zones of its catchment, shared zones not counted.
    years, grades : tuple of int
        What ``pupils``, ``classes`` … run over.
    pupils, own, taken, sent : tuple of tuple of int
        Who attend or ask for a seat; of them those of the own catchment, those taken in; those sent on.
    classes, cap, short : tuple of tuple of int
        Classes, pupils a class may hold, pupils without a seat.
    rooms, oversize : tuple of int
        Classrooms by year; pupils of the whole school above its size limit by year.
    mean_walk_m, p95_walk_m : float
        Of the pupils placed in the first year, metres; NaN without any.
    moved_pupils, moved_zones : int
        Pupils of the first year, and zones, that the reference had elsewhere.
    parts : int
        Pieces the catchment consists of, shared zones with it.
    apart : tuple of str
        Zones of the catchment, shared ones with it, that do not hang together with the school.
    detached : tuple of str
        Those of them that may not hang apart: neither shared nor apart today.
    inside : float
        Share of the pupils of the last year who live in the catchment (B13 counts it); 1 without pupils.
    """

    unit: str
    school: str
    name: str
    stage: str
    zones: int
    years: tuple[int, ...]
    grades: tuple[int, ...]
    pupils: ByGrade
    own: ByGrade
    taken: ByGrade
    sent: ByGrade
    classes: ByGrade
    cap: ByGrade
    short: ByGrade
    rooms: ByYear
    oversize: ByYear
    mean_walk_m: float
    p95_walk_m: float
    moved_pupils: int
    moved_zones: int
    parts: int
    apart: tuple[str, ...]
    detached: tuple[str, ...]
    inside: float

    @property
    def in_seats(self) -> bool:
        """Whether capacity is counted in seats: ``rooms`` are then seats, over all grades."""
        return all(cap == 1 for caps in self.cap for cap in caps)

    @property
    def seats_short(self) -> int:
        """Pupils without a seat over all years and grades."""
        return sum(map(sum, self.short))

    @property
    def connected(self) -> bool:
        """Whether the whole catchment hangs together with the school."""
        return not self.apart

    def class_sizes(self, year: int, grade: int) -> tuple[int, ...]:
        """Return the sizes of the classes of a grade, largest first; they differ by at most one."""
        t, g = self.years.index(year), self.grades.index(grade)
        pupils, classes = self.pupils[t][g], self.classes[t][g]
        if not classes:
            return ()
        low, more = divmod(pupils, classes)
        return (low + 1,) * more + (low,) * (classes - more)


@dataclass(frozen=True)
class Price:
    """What a plan costs, by reason, in pupil-kilometres: the parts of ``summary.json``'s ``objective_parts``."""

    travel: float
    overflow: float
    shared: float
    shortage: float
    classes: float
    oversize: float
    nearby: float
    balance: float
    money: float
    closure: float
    resources: float

    @property
    def total(self) -> float:
        """Sum of all parts, in the order of the fields."""
        return float(sum(getattr(self, f.name) for f in fields(self)))

    def parts(self) -> dict[str, float]:
        """Return the parts by name, rounded as ``summary.json`` has them."""
        return {f.name: round(getattr(self, f.name), 4) for f in fields(self)}


@dataclass(frozen=True)
class Indicators:
    """The indicators that catchments decide, in the last year of the plan, as the scorecard has them.

    Parameters
    ----------
    b4_oversized_schools, b5_classes_over : int
        Schools over their size, classes over the cap (a grade without a class counts as one).
    b13_nearby : tuple of (str, float or None)
        Nearby-enrolment ratio by stage, or by locale where the profile reads it so; ``None`` where no counted school has pupils.
    """

    b4_oversized_schools: int
    b5_classes_over: int
    b13_nearby: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True)
class CountyFigures:
    """How the whole plan stands.

    Parameters
    ----------
    price : Price
        What it costs.
    bound, gap : float, optional
        Proven for the plan it was edited from, and how far this plan is from it; ``None`` where the bound does not hold for it.
    seats_short : int
        Pupils without a seat over all years; ``short_by_year`` by year.
    classes_over_cap, oversized_schools, overflow_pupils : int
        Over all years, as ``summary.json`` has them.
    moved_pupils, moved_zones : int, optional
        Against the reference; ``None`` where no zone had a catchment before.
    nearby : tuple of (str, float or None)
        Share of own pupils by group of the rule ``nearby``, all years; ``None`` where no counted school has pupils.
    mean_walk_m, p95_walk_m : tuple of (str, float)
        By stage, metres; stages without placed pupils are left out.
    apart, detached : int
        Zones that hang apart from a school, and those of them that may not.
    indicators : Indicators
        B4, B5, B13.
    """

    price: Price
    bound: float | None
    gap: float | None
    seats_short: int
    short_by_year: tuple[tuple[int, int], ...]
    classes_over_cap: int
    oversized_schools: int
    overflow_pupils: int
    moved_pupils: int | None
    moved_zones: int | None
    nearby: tuple[tuple[str, float | None], ...]
    mean_walk_m: tuple[tuple[str, float], ...]
    p95_walk_m: tuple[tuple[str, float], ...]
    apart: int
    detached: int
    indicators: Indicators
