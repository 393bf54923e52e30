"""Say the public notice of a stage in short: the scope of every school as a line of one table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planning.district import District
from planning.layout import Layout
from planning.messages import said, spoken
from planning.publish.notice.blocks import Block, Grid, Heading, NoticePaper, Picture, Words
from planning.publish.notice.boundary_text import boundary_texts
from planning.publish.notice.entrants import expected_entrants, first_year
from planning.publish.notice.paper import REMARK_LABEL, SHARED_RULE, SIDES_LABEL, notice_paper, school_heading
from planning.publish.places import as_published
from planning.scenario import Notice


def compact_paper(
    district: District, layout: Layout, stage: str, info: Notice | None = None, *, year: int | None = None
) -> NoticePaper:
    """Return the compact form of a notice: opening, scopes as a table, what happens on overflow, where to comment.

    Title, law, figures left out for privacy and signature are those of the full notice, which it names for borders and maps.
    """
    whole = notice_paper(district, layout, stage, info, year=year)
    blocks: list[Block] = [*_part(whole, said("publish.sign.first"))][:2]  # the rest speaks of maps
    limits = dict(_limits(whole))
    blocks += _scopes(
        district, as_published(layout), stage, first_year(layout) if year is None else year, limits
    )
    for number, sign in (
        (said("publish.sign.third"), said("publish.sign.fifth")),
        (said("publish.sign.fourth"), said("publish.sign.sixth")),
    ):
        head, *rest = _part(whole, sign)
        if isinstance(head, Heading):
            kept = [block for block in rest if not isinstance(block, Picture)]
            blocks += [Heading(number + head.text.removeprefix(sign)), *kept]
    return replace(
        whole, title=said("publish.compact.short_form", title=whole.title), blocks=tuple(blocks), dense=True
    )


def _part(paper: NoticePaper, sign: str) -> Iterator[Block]:
    """Yield a numbered section of a notice, its heading first."""
    inside = False
    for block in paper.blocks:
        if isinstance(block, Heading) and block.level == 1:
            inside = block.text.startswith(sign)
        if inside:
            yield block


def _limits(paper: NoticePaper) -> Iterator[tuple[str, str]]:
    """Yield what the full notice says of every school's limits: the four sides, and what they leave out."""
    school, told = "", ""
    for block in paper.blocks:
        if isinstance(block, Heading):
            yield school, told
            school, told = block.text, ""
        elif isinstance(block, Words) and block.label in (spoken(SIDES_LABEL), spoken(REMARK_LABEL)):
            told += block.text
    yield school, told


def _scopes(
    district: District, layout: Layout, stage: str, year: int, limits: Mapping[str, str]
) -> Iterator[Block]:
    texts = boundary_texts(district, layout, stage)
    rows: list[tuple[str, ...]] = []
    for k, row in enumerate(
        expected_entrants(district, layout, stage, year=year).to_dict("records"), start=1
    ):
        words = texts.get(str(row["unit"]))
        if words is None:  # every zone of the school is shared with others
            continue
        places = said("publish.sign.semicolon").join(
            said("publish.word.township_zones_2", town=town, held=numbered_together(held))
            for town, held in words.places.items()
        )
        rows.append(
            (str(k), str(row["name"]), str(row["way"]), limits[school_heading(k, row["name"])], places)
        )
    yield Heading(said("publish.compact.2_catchments_of_the_schools"))
    yield _table(rows)
    ways = {row[2] for row in rows}
    if len(ways) == 1:
        yield Words(said("publish.compact.one_way", way=ways.pop()), small=True)
    yield Words(said("publish.compact.borders_main_streets_sketches_and_the"), small=True)
    if any(";" in str(unit) for unit in texts):
        yield Words(said("publish.compact.shared_areas", shared_rule=SHARED_RULE), small=True)


def _table(rows: list[tuple[str, ...]]) -> Grid:
    """Return the scopes as a table; a way of admission that is the same for all has no column."""
    heads = tuple(
        said(f"publish.word.{word}") for word in ("number", "school", "admission", "four_sides", "zones")
    )
    widths = (1.0, 2.4, 1.5, 4.7, 8.4)
    if len({row[2] for row in rows}) > 1:
        return Grid(heads, tuple(rows), widths)
    return Grid((*heads[:2], *heads[3:]), tuple((*r[:2], *r[3:]) for r in rows), (1.0, 2.6, 5.0, 9.4))


_NUMBERED = re.compile(r"(\D*[^\d\s.·-])(\d+)(\D*)")


def numbered_together(names: Sequence[str]) -> str:
    """Return names as a list in which those that differ in one number only share their letters: ``东湖村1组、2组、5组、合成社区036、 041``.

    The order is that of the first name of each kind. A space stands between bare numbers: some programs break a line nowhere else.
    """
    kinds: dict[tuple[str, str], list[str]] = {}
    for name in names:
        parts = _NUMBERED.fullmatch(name)
        before, number, after = parts.groups() if parts else ("", name, "")
        kinds.setdefault((before, after), []).append(number)
    comma = said("publish.sign.comma")
    return comma.join(
        before + (f"{after}{comma}" if after or not before else f"{comma.rstrip()} ").join(numbers) + after
        for (before, after), numbers in kinds.items()
    )
