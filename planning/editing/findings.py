"""Say at once what a planner must know of a plan changed by hand: full, detached, across a barrier, too far, own zone given away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from planning.editing.broken_rules import BREAKS, NOT_TODAY, Seen, broken
from planning.editing.live import LiveLayout
from planning.editing.measures import nearby_groups
from planning.grades import grade_name
from planning.messages import Text

_HARD = {"full": "class_size", "oversize": "school_size", "nearby": "nearby"}
"""Rules by the kind of finding that says they are not met."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a plan, or worth a look.

    Parameters
    ----------
    kind : str
        ``full``, ``oversize``, ``nearby``, ``apart``, ``detached``, ``own_zone``, ``feeder``, ``reach``, ``lock``, ``stability``, ``barrier`` or ``walk``.
    unit : str
        The unit it is about.
    zones : tuple of str
        The zones it is about, if any.
    year, grade, amount : int
        Where it is about seats: when, in which grade, how many pupils.
    breaks : bool
        Whether it breaks a rule, so that the plan will not verify, or one that the scenario calls hard; else it costs something.
    new : bool
        Whether it was not so before the first move.
    said : Text
    """

    kind: str
    unit: str
    zones: tuple[str, ...]
    year: int
    grade: int
    amount: int
    breaks: bool
    new: bool
    said: Text

    @property
    def text_en(self) -> str:
        """In English."""
        return self.said.text("en")

    @property
    def text_zh(self) -> str:
        """In Chinese."""
        return self.said.text("zh")


def check(live: LiveLayout) -> tuple[Finding, ...]:
    """Return what is wrong with a plan, what breaks a rule first, then what the moves brought, then the rest."""
    head = live.journal.head
    now = list(_seen(live))
    live.go(0)
    before = {
        (s.kind, s.unit, zone, s.year, s.grade): s.amount for s in _seen(live) for zone in s.zones or (-1,)
    }
    live.go(head)
    found = []
    for seen in now:
        old = [before.get((seen.kind, seen.unit, z, seen.year, seen.grade)) for z in seen.zones or (-1,)]
        found.append(_told(live, seen, any(o is None or o < seen.amount for o in old)))
    return tuple(sorted(found, key=lambda f: (not f.breaks, not f.new)))


def _seen(live: LiveLayout) -> Iterator[Seen]:
    yield from _full(live)
    yield from _outside(live)
    yield from broken(live.state)
    yield from _apart(live)
    yield from _ways(live)


def _full(live: LiveLayout) -> Iterator[Seen]:
    state, problem = live.state, live.problem
    if problem.profile.in_seats:  # seats belong to no grade
        short = state.short.sum(axis=1)
        for u, t in np.argwhere(short > 0).tolist():
            yield Seen("full", u, (), problem.years[t], 0, int(short[u, t]))
    for u, r, t in [] if problem.profile.in_seats else np.argwhere(state.short > 0).tolist():
        grade = problem.school_grades.every[r]
        yield Seen("full", u, (), problem.years[t], grade, int(state.short[u, r, t]))
    over = state.oversize()
    for school, t in np.argwhere(over > 0).tolist():
        first = int(np.flatnonzero(live.ground.school == school)[0])
        yield Seen("oversize", first, (), problem.years[t], 0, int(over[school, t]))


def _outside(live: LiveLayout) -> Iterator[Seen]:
    """Yield the groups of the rule ``nearby`` that fall short of a hard ratio (tenths of a percent); the unit that takes most in stands for one."""
    if "nearby" not in live.problem.scenario.hard:
        return
    own, pupils, taken = (a.sum(axis=(1, 2)) for a in (live.state.own, live.state.pupils, live.state.taken))
    for group in nearby_groups(live.problem):
        total = int(pupils[group.units].sum())
        ratio = float(own[group.units].sum()) / total if total else 1.0
        if ratio < group.ratio - 1e-9:
            yield Seen("nearby", int(group.units[taken[group.units].argmax()]), amount=int(1000 * ratio))


def _apart(live: LiveLayout) -> Iterator[Seen]:
    """Yield parts of catchments that may hang apart from the school, and do: shared zones, and what hangs apart today."""
    for u, home in enumerate(live.state.homes):
        if zones := sorted(set(home.apart) - set(home.detached)):
            yield Seen("apart", u, tuple(zones))


def _ways(live: LiveLayout) -> Iterator[Seen]:
    """Yield zones with pupils that moves gave to a unit across a barrier, or beyond the service radius."""
    problem, moved = live.problem, live.moved()
    shared = {(z.stage, z.zone): z.units for z in problem.shared}
    for s, stage in enumerate(problem.stages):
        radius, pupils = problem.profile.travel.service_radius_m[stage], problem.stage_pupils(stage)
        pairs = [
            (z, u) for z in moved.get(s, ()) for u in shared.get((s, z), (int(live.state.unit_of[s, z]),))
        ]
        for zone, u in pairs:
            if not pupils[zone]:
                continue
            if problem.crosses[zone, u]:
                yield Seen("barrier", u, (zone,))
            if (
                problem.distance_m[zone, u] > radius
                and problem.zone_locale[zone] in problem.scenario.radius.locales
            ):
                yield Seen("walk", u, (zone,), amount=int(problem.distance_m[zone, u]))


def _told(live: LiveLayout, seen: Seen, new: bool) -> Finding:
    problem = live.problem
    name = str(problem.units["name"].iat[seen.unit])
    zones = tuple(str(problem.zones[z]) for z in seen.zones)
    n, kind = seen.amount, seen.kind
    about: dict[str, object] = {"name": name}
    if kind in ("nearby", "stability"):
        about |= {"share": n / 1000, "stage": Text(f"base.stage.{problem.units['stage'].iat[seen.unit]}")}
    elif kind in ("full", "oversize"):
        about |= {"year": seen.year, "amount": n, "grade": grade_name(seen.grade)}
    if zones:
        about |= {"zones": _some(live.zone_names(zones))} | ({"amount": n} if kind == "walk" else {})
    said = Text(
        f"editing.finding.{'full_of_all' if kind == 'full' and problem.profile.in_seats else kind}", **about
    )
    unit = str(problem.units["unit"].iat[seen.unit])
    hard = _HARD.get(kind) in problem.scenario.hard
    today = problem.scenario.catchments == "current" and not live.journal.path()
    breaks = hard or kind in BREAKS - (NOT_TODAY if today else frozenset())
    return Finding(kind, unit, zones, seen.year, seen.grade, n, breaks, new, said)


def _some(names: Iterable[str], most: int = 8) -> Text:
    every = list(names)
    return Text("editing.findings.more" if len(every) > most else "editing.findings.all", names=every[:most])
