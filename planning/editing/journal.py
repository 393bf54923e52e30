"""Keep what was moved by hand, by whom and why; undo, redo and branch without losing a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from planning.errors import Issue, LayoutError

ORIGIN = 0
"""Number of the state before the first step."""


@dataclass(frozen=True)
class Move:
    """Zones given to a unit by hand (调整).

    Parameters
    ----------
    zones : tuple of str
        Zone ids.
    stage : str
        ``"primary"`` or ``"junior"``.
    unit : str
        Unit that takes them; several joined by ``;`` where they share the zones' pupils.
    reason : str
        Why, as the notice and the approval page will print it (调整原因).
    who : str
        Who decided it.
    when : str
        ISO 8601 date or time.
    """

    zones: tuple[str, ...]
    stage: str
    unit: str
    reason: str = ""
    who: str = ""
    when: str = ""

    @property
    def units(self) -> tuple[str, ...]:
        """Units that take the zones, one or several."""
        return units_named(self.unit)


def units_named(text: str) -> tuple[str, ...]:
    """Return the units that a text names, joined by ``;``."""
    return tuple(u.strip() for u in text.split(";") if u.strip())


@dataclass(frozen=True)
class Step:
    """One move in a journal.

    Parameters
    ----------
    number : int
        1, 2, …; never used twice in a journal.
    parent : int
        Number of the step it follows (:data:`ORIGIN` for the first).
    move : Move
        What was moved.
    before : tuple of (zone, unit)
        Where the zones were, so that the step can be taken back and a journal held against its layout.
    """

    number: int
    parent: int
    move: Move
    before: tuple[tuple[str, str], ...]

    def as_data(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "number": self.number,
            "parent": self.parent,
            "move": dict(vars(self.move)),
            "before": list(self.before),
        }


@dataclass(frozen=True)
class Journal:
    """Every step ever made from one layout, as a tree, and the step that is in force.

    Parameters
    ----------
    origin : str
        Digest of the catchments it started from.
    steps : tuple of Step
        In the order they were made; undoing removes none.
    head : int
        Number of the last step in force (:data:`ORIGIN`: none).
    earlier : tuple of Step
        Steps that were in force when the rest of the plan was drawn anew around them: told with their reasons, no longer taken back.
    """

    origin: str
    steps: tuple[Step, ...] = ()
    head: int = ORIGIN
    earlier: tuple[Step, ...] = ()

    def add(self, move: Move, before: Mapping[str, str]) -> Journal:
        """Return the journal with one more step after the one in force; what was undone stays as a branch."""
        number = max(self._by_number, default=ORIGIN) + 1
        step = Step(number, self.head, move, tuple((z, before[z]) for z in move.zones))
        return replace(self, steps=(*self.steps, step), head=number)

    def undo(self) -> Journal:
        """Return the journal with the last step taken back (itself at the origin)."""
        return self if self.head == ORIGIN else replace(self, head=self._step(self.head).parent)

    def redo(self, branch: int | None = None) -> Journal:
        """Return the journal one step on: the newest of the steps that follow, or the one named.

        Raises
        ------
        LayoutError
            If ``branch`` does not follow the step in force.
        """
        following = self.branches()
        if not following:
            return self
        if branch is not None and branch not in following:
            raise LayoutError([_no_step(branch, following)])
        return replace(self, head=following[-1] if branch is None else branch)

    def branches(self) -> tuple[int, ...]:
        """Return the numbers of the steps that follow the one in force, oldest first."""
        return tuple(s.number for s in self.steps if s.parent == self.head)

    def go(self, number: int) -> Journal:
        """Return the journal with another step in force.

        Raises
        ------
        LayoutError
            If there is no such step.
        """
        if number != ORIGIN and number not in self._by_number:
            raise LayoutError([_no_step(number, [ORIGIN, *self._by_number])])
        return replace(self, head=number)

    def path(self) -> tuple[Step, ...]:
        """Return the steps in force, first to last."""
        found: list[Step] = []
        at = self.head
        while at != ORIGIN:
            step = self._step(at)
            found.append(step)
            at = step.parent
        return tuple(reversed(found))

    def moved(self) -> dict[tuple[str, str], Step]:
        """Return, for every (stage, zone) that a step in force moved, the last such step."""
        return {(step.move.stage, zone): step for step in self.path() for zone in step.move.zones}

    def settled(self, origin: str) -> Journal:
        """Return a journal that begins with other catchments and remembers the steps in force as earlier ones."""
        return Journal(origin, earlier=(*self.earlier, *self.path()))

    def told(self) -> tuple[Step, ...]:
        """Return every step that is to be told: those settled earlier, then those in force."""
        return (*self.earlier, *self.path())

    def as_data(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        found: dict[str, Any] = {
            "origin": self.origin,
            "head": self.head,
            "steps": [s.as_data() for s in self.steps],
        }
        return found | ({"earlier": [s.as_data() for s in self.earlier]} if self.earlier else {})

    @cached_property
    def _by_number(self) -> dict[int, Step]:
        return {s.number: s for s in self.steps}

    def _step(self, number: int) -> Step:
        return self._by_number[number]


def journal_from_data(data: object, place: str) -> Journal:
    """Return a journal read from JSON.

    Parameters
    ----------
    data : object
        What ``as_data`` wrote.
    place : str
        File it came from, for messages.

    Raises
    ------
    LayoutError
        If it is no journal, or its steps do not hang together; every fault is named.
    """
    try:
        return _checked(_read(data), place)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LayoutError([_no_journal(place, f"{type(error).__name__}: {error}")]) from error


def _read(data: Any) -> Journal:
    steps = tuple(_step(row) for row in data["steps"])
    earlier = tuple(_step(row) for row in data.get("earlier", ()))
    return Journal(str(data["origin"]), steps, int(data["head"]), earlier)


def _step(row: Any) -> Step:
    return Step(
        int(row["number"]),
        int(row["parent"]),
        Move(
            tuple(str(z) for z in row["move"]["zones"]),
            *(str(row["move"].get(k, "")) for k in ("stage", "unit", "reason", "who", "when")),
        ),
        tuple((str(z), str(u)) for z, u in row["before"]),
    )


def _checked(journal: Journal, place: str) -> Journal:
    problems = [_no_journal(place, text) for text in _faults(journal)]
    if problems:
        raise LayoutError(problems)
    return journal


def _faults(journal: Journal) -> Iterator[str]:
    known = {ORIGIN}
    for step in journal.steps:
        if step.number in known:
            yield f"step {step.number} is there twice"
        if step.parent not in known:
            yield f"step {step.number} follows {step.parent}, which does not come before it"
        if not step.move.zones or tuple(z for z, _ in step.before) != step.move.zones:
            yield f"step {step.number} does not say where its zones were"
        known.add(step.number)
    for step in journal.earlier:
        if not step.move.zones or tuple(z for z, _ in step.before) != step.move.zones:
            yield f"an earlier step, {step.number}, does not say where its zones were"
    if journal.head not in known:
        yield f"step {journal.head} in force is not there"


def _no_journal(place: str, reason: str) -> Issue:
    return Issue("editing.journal.no_journal_moves", place, reason=reason)


def _no_step(number: int, known: tuple[int, ...] | list[int]) -> Issue:
    listed = ", ".join(str(k) for k in known)
    return Issue("editing.journal.no_such_step", "journal", value=str(number), listed=listed)
