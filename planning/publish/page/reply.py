"""Set the answer to an objection as a letter: which schools are nearer, why not, what it would take and cost, who would have to make room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from planning.district import District
from planning.editing.objections import Answered, Fullness, Option
from planning.editing.pricing import Cost
from planning.grades import grade_name
from planning.layout import Layout
from planning.messages import Text, written
from planning.publish.notice.blocks import Block, Grid, Heading, NoticePaper, Words
from planning.publish.places import data_status_in
from planning.zoning.explain import Explanation

SHOWN = 8
NOTABLE_KM = 0.05
"""Less is no change that anybody walks."""


def reply_paper(
    district: District,
    layout: Layout,
    zones: Sequence[Answered] = (),
    schools: Sequence[Fullness] = (),
    moves: Sequence[tuple[str, Cost]] = (),
    *,
    lang: str = "zh",
) -> NoticePaper:
    """Return a letter that answers for zones, schools and moves; no count of a zone's children stands in it.

    Parameters
    ----------
    district, layout : District, Layout
        The county and the plan.
    zones : sequence of Answered
        Zones whose residents object.
    schools : sequence of Fullness
        Schools of which it is asked why they are full.
    moves : sequence of (str, Cost)
        Moves that are asked for, in words, with what they cost.
    lang : str
        Language of the letter.
    """
    say = _Letter(lang)
    blocks: list[Block] = []
    for told in zones:
        blocks += say.zone(told)
    for full in schools:
        blocks += say.school(full)
    for words, cost in moves:
        blocks += [
            Heading(say("if_moved", words=words)),
            *(Words(line[:1].upper() + line[1:]) for line in say.cost(cost)),
        ]
    blocks.append(Words(say("how_far"), small=True))
    names = say.joined(tuple(dict.fromkeys(told.name for told in zones)))
    title = written(str(layout.scenario.get("title_zh" if say.chinese else "title") or layout.name), lang)
    return NoticePaper(
        say("title_of", names=names) if names and len(names) <= 30 else say("title"),
        say("draft", title=title),
        data_status_in(district, layout, lang),
        tuple(blocks),
        (say.county(district),),
        lang,
    )


class _Letter:
    """The words of the letter in one language."""

    def __init__(self, lang: str) -> None:
        self.lang, self.chinese = lang, lang.startswith("zh")

    def __call__(self, name: str, /, **said: Any) -> str:
        return Text(f"publish.reply.{name}", **said).text(self.lang)

    def joined(self, parts: Sequence[str], *, short: bool = True) -> str:
        """Return names, or whole clauses, as a list."""
        between = ("、" if short else "；") if self.chinese else (", " if short else "; ")
        return between.join(parts)

    def county(self, district: District) -> str:
        info = district.info
        return (info.name_zh or info.name) if self.chinese else (info.name or info.name_zh)

    def stage(self, stage: str) -> str:
        return Text(f"base.stage.{stage}").text(self.lang)

    def zone(self, told: Answered) -> Iterable[Block]:
        e = told.explanation
        yield Heading(self("of_stage", name=told.name, stage=self.stage(e.stage)))
        if e.moved is not None:
            yield Words(e.moved.text(self.lang))
        if e.shared:
            yield Words(self("shared", schools=self.joined(e.shared), name=e.name, metres=e.distance_m))
            return
        yield Words(self("nearest" if e.nearest else "goes_to", name=e.name, metres=e.distance_m))
        if not told.options:
            return
        yield Words(self("others"), keep=True)
        rows = tuple(
            (
                o.alternative.name,
                self._distance(e, o),
                self.joined([r.text(self.lang) for r in o.alternative.reasons if r.kind != "farther"], short=False) or "—",
                self._takes(o),
            )
            for o in told.options
        )  # fmt: skip
        heads = tuple(self(f"head_{name}") for name in ("school", "walk", "why", "takes"))
        yield Grid(heads, rows, (2.6, 2.6, 5.0, 5.6))

    def _distance(self, e: Explanation, option: Option) -> str:
        """Return how far another school is, and whether that is nearer or farther than the one of the plan."""
        metres = option.alternative.distance_m
        more = metres - e.distance_m
        word = "as_far" if abs(more) < 1 else "nearer" if more < 0 else "farther"
        return self(word, metres=metres, more=abs(more))

    def _takes(self, option: Option) -> str:
        if option.cost is None:
            return self.joined([p.text(self.lang) for p in option.refused], short=False)
        lines = []
        if option.rooms:
            lines.append(self("more_seats" if option.in_seats else "more_rooms", count=option.rooms))
        elif option.alternative.mend:
            lines.append(option.alternative.mend.text(self.lang))
        if option.pushed:
            lines.append(self("make_room", names=self.joined(option.pushed)))
        return self.joined([*lines, *self.cost(option.cost)], short=False)

    def cost(self, cost: Cost) -> list[str]:
        """Return what a move costs, and whom: the way to school, seats, what breaks a rule."""
        km = cost.after.price.travel - cost.before.price.travel
        lines = [self("way_longer" if km > 0 else "way_shorter", km=abs(km))] if abs(km) >= NOTABLE_KM else []
        if cost.seats_short > 0:
            lines.append(self("seats_more", count=cost.seats_short))
        elif cost.seats_short < 0:
            lines.append(self("seats_fewer", count=-cost.seats_short))
        found = [f for f in cost.findings if f.kind not in ("barrier", "walk")]
        return [*lines, *(f.said.text(self.lang) for f in found[:SHOWN])]

    def school(self, full: Fullness) -> Iterable[Block]:
        unit = full.unit
        yield Heading(self("why_full", name=unit.name, stage=self.stage(unit.stage)))
        held = "seats" if unit.in_seats else "rooms"
        heads = tuple(self(f"head_{name}") for name in ("year", held, "pupils", "own", "taken", "short"))
        rows = tuple(
            (str(y), str(unit.rooms[t]), *(str(sum(part[t])) for part in (unit.pupils, unit.own, unit.taken, unit.short)))
            for t, y in enumerate(unit.years)
        )  # fmt: skip
        yield Grid(heads, rows, (2.6,) * 6)
        if unit.in_seats:  # seats belong to no grade
            short = [
                self("short_in", year=y, count=sum(unit.short[t]))
                for t, y in enumerate(unit.years)
                if sum(unit.short[t])
            ]
        else:
            short = [
                self("short_in_grade", year=y, grade=grade_name(g), count=unit.short[t][k])
                for t, y in enumerate(unit.years)
                for k, g in enumerate(unit.grades)
                if unit.short[t][k]
            ]
        yield Words(self("short_where", listed=self._some(short)) if short else self("never_short"))
        if full.comes_from:
            came = [self("from_school", name=name, count=n) for name, n in full.comes_from]
            yield Words(self("comes_from", listed=self._some(came)))
        if full.nearer_elsewhere:
            near = [self("nearer_to", zone=zone, name=name) for zone, name in full.nearer_elsewhere]
            yield Words(self("elsewhere", count=len(near), listed=self._some(near)))

    def _some(self, parts: Sequence[str]) -> str:
        more = [self("and_more", count=len(parts) - SHOWN)] if len(parts) > SHOWN else []
        return self.joined([*parts[:SHOWN], *more], short=False)
