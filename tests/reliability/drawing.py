"""Faults of the question while catchments are drawn: shared zones, nested feeders, short candidate lists, little time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planning import check_district, solve
from planning.district import write_district
from planning.publish.notice.boundary_text import boundary_texts
from tests.differential.county import made
from tests.differential.facts import Facts
from tests.differential.judge import judged
from tests.district.tiny import ZONES, tiny_district
from tests.publish.made import layout_of
from tests.reliability.table import Outcome, checked, fault
from tests.zoning.chain import chain

PART = "Drawing · 划片"


@fault(
    PART, "zones A, A;B, B, B;C, C: A is full", "共享链:居住单元依次可报 A、A;B、B、B;C、C,A 校已满", "whole"
)
def shared_chain(_: Path) -> Outcome:
    layout = solve(*chain())
    short = layout.units.groupby("unit")["shortage"].sum()
    assert short["A"] == layout.summary["shortage_pupils"] == 6 * 11
    return Outcome(
        "whole", f"only pupils of shared zones are divided: A is {short['A']} seats short, B and C none"
    )


@fault(
    PART, "a shared zone apart from a school that it names", "多校划片单元与所报学校的学区不相连", "warned"
)
def shared_apart(folder: Path) -> Outcome:
    district, _ = chain()
    table = district.zones.copy()
    table.loc[table["zone"] == "Z5", "current_primary"] = "C;A"
    return checked(
        [
            p
            for p in check_district(write_district(replace(district, zones=table), folder / "county"))
            if p.row == "Z5"
        ]
    )


def _exact(kind: str, seed: int, folder: Path) -> Outcome:
    """Hold a plan of one second against the exact model of its county."""
    case = made(kind, seed, seconds=1.0)
    layout = solve(case.district, case.scenario)
    verdict = judged(case, Facts(case), layout, "", folder / "run", 0.0)
    assert verdict.differences == ()
    return Outcome("whole", "no dearer bound, no cheaper plan than the optimum; verified")


@fault(
    PART,
    "nested feeders, a hard radius and one candidate for a zone",
    "对口直升、硬性半径且每单元仅一个备选学校",
    "whole",
)
def nested_with_a_radius(folder: Path) -> Outcome:
    return _exact("nested", 3, folder)


@fault(PART, "a shared zone of which one school closes", "多校划片的一所学校撤并", "whole")
def shared_and_closed(folder: Path) -> Outcome:
    return _exact("shared", 9, folder)


@fault(PART, "shared zones whose pupils stay over several years", "多年方案中多校划片学生不再换校", "whole")
def shared_over_years(folder: Path) -> Outcome:
    return _exact("shared_stay", 3, folder)


@fault(
    PART,
    "zones drawn along the edges of streets: the notice of a catchment of six blocks",
    "居住单元沿街边绘制:六个街区同属一片的公告",
    "whole",
)
def blocks_across_streets(_: Path) -> Outcome:
    whole = tiny_district()
    zones = whole.zones.assign(geometry=whole.zones.buffer(-1.5, join_style="mitre"))
    layout = layout_of(dict.fromkeys(ZONES, "A-P"))
    words = boundary_texts(replace(whole, zones=zones), layout, "primary")["A-P"]
    assert words.exclaves == words.holes == 0
    assert words.enclosing_line == boundary_texts(whole, layout, "primary")["A-P"].enclosing_line
    return Outcome("whole", "no exclave in the notice, the border goes round all six: a street parts nobody")
