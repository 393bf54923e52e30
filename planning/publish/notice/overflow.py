"""Say who is expected to go to another school because its own is full, and for whom no seat is arranged."""

from __future__ import annotations

from collections.abc import Iterator

from planning.district import District
from planning.layout import Layout
from planning.messages import said
from planning.publish.places import names_of_units
from planning.publish.told import notice_of, told_schools


def arranged_flows(district: District, layout: Layout, stage: str, year: int, grade: int) -> Iterator[str]:
    """Yield who is expected to go to another school, in words."""
    flows = layout.overflow
    if flows.empty:
        return
    flows = flows[(flows["year"] == year) & (flows["grade"] == grade) & (flows["pupils"] > 0)]
    stage_of = dict(zip(layout.units["unit"], layout.units["stage"], strict=True))
    flows = flows[flows["from_unit"].map(stage_of) == stage]
    names = names_of_units(district, layout)
    told, least = told_schools(layout), notice_of(layout).pupils_from
    for flow in flows.to_dict("records"):
        source, target = str(flow["from_unit"]), str(flow["to_unit"])
        shown = source in told and flow["pupils"] >= least
        many = (
            said("publish.paper.about", n=int(flow["pupils"]))
            if shown
            else said("publish.paper.a_few_children")
        )
        yield said(
            "publish.paper.from_to",
            names=names.get(source, source),
            many=many,
            names2=names.get(target, target),
        )


def seats_missing(district: District, layout: Layout, stage: str, year: int, grade: int) -> str:
    """Return how many entrants have no seat after all arrangements, and at which schools; empty where all have one.

    A notice that is silent about them says that all have one.
    """
    units = layout.units
    rows = units[(units["stage"] == stage) & (units["year"] == year) & (units["grade"] == grade)]
    short = rows[rows["shortage"] >= 1]
    if short.empty:
        return ""
    names, told = names_of_units(district, layout), told_schools(layout)
    words = [
        said(
            "publish.paper.short_at",
            school=names.get(u, u),
            many=_many(n) if u in told else said("publish.paper.a_few"),
        )
        for u, n in zip(short["unit"].astype(str), short["shortage"], strict=True)
    ]
    known = short["unit"].astype(str).isin(told).all()
    many = _many(short["shortage"].sum()) if known else ""
    return said("publish.paper.short_where", many=many, words=said("publish.sign.comma").join(words))


def _many(seats: float) -> str:
    return said("publish.paper.seats_of", n=int(seats))
