"""Say what a plan costs against the proven bound, and what one single move costs, and whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planning.editing.figures import CountyFigures, UnitFigures
from planning.editing.findings import Finding, check
from planning.editing.journal import ORIGIN, Move
from planning.editing.live import LiveLayout


@dataclass(frozen=True)
class Cost:
    """What changes between two states of a plan.

    Parameters
    ----------
    before, after : CountyFigures
        The county; ``after.price`` in its parts, ``after.bound`` and ``after.gap`` where a bound holds.
    units : tuple of (UnitFigures, UnitFigures)
        Every unit whose figures differ, before and after.
    findings : tuple of Finding
        What must be minded after, and was not so before.
    """

    before: CountyFigures
    after: CountyFigures
    units: tuple[tuple[UnitFigures, UnitFigures], ...]
    findings: tuple[Finding, ...]

    @property
    def more(self) -> float:
        """Pupil-kilometres that it costs more (less than 0: it saves)."""
        return self.after.price.total - self.before.price.total

    @property
    def above(self) -> float | None:
        """Pupil-kilometres above the proven bound; ``None`` where none holds."""
        return None if self.after.bound is None else max(0.0, self.after.price.total - self.after.bound)

    @property
    def seats_short(self) -> int:
        """Seats that are short more (less than 0: fewer), over all years."""
        return self.after.seats_short - self.before.seats_short


def price_of(live: LiveLayout, moves: Sequence[Move] | None = None) -> Cost:
    """Return what a plan costs, or what moves would cost; the plan is as before afterwards.

    Parameters
    ----------
    live : LiveLayout
        The plan.
    moves : sequence of Move, optional
        What one asks about, one move as a rule: ``[Move(("Z0001",), "primary", "S005-P")]``. Without it the whole plan as it is now is held
        against the plan before the first move.

    Returns
    -------
    Cost
        Price, bound and gap after; the units that change, who is left without a seat, what breaks a rule.

    Raises
    ------
    LayoutError
        With everything that is wrong with the moves.
    """
    if moves is None:
        return _since_origin(live)
    before, old = live.county(), {u.unit: u for u in live.units()}
    known = {(f.kind, f.unit, f.zones, f.year, f.grade, f.amount) for f in check(live)}
    with live.trial(moves) as changed:
        after = live.county()
        units = tuple((old[u], live.unit(u)) for u in changed)
        found = tuple(
            f for f in check(live) if (f.kind, f.unit, f.zones, f.year, f.grade, f.amount) not in known
        )
    return Cost(before, after, units, found)


def _since_origin(live: LiveLayout) -> Cost:
    after, new = live.county(), live.units()
    found = tuple(f for f in check(live) if f.new)
    head = live.journal.head
    live.go(ORIGIN)
    before, old = live.county(), live.units()
    live.go(head)
    pairs = tuple((a, b) for a, b in zip(old, new, strict=True) if not _same(a, b))
    return Cost(before, after, pairs, found)


def _same(a: UnitFigures, b: UnitFigures) -> bool:
    return repr(a) == repr(b)  # NaN walks of empty units are equal here
