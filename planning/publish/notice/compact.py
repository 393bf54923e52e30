"""Say the public notice of a stage in short: the scope of every school as a line of one table."""

from __future__ import annotations

from collections.abc import Iterator

from planning.district import District
from planning.layout import Layout
from planning.publish.notice.boundary_text import boundary_texts
from planning.publish.notice.entrants import expected_entrants, first_year
from planning.publish.notice.paper import SHARED_RULE, Block, Grid, Heading, NoticePaper, Words, notice_paper
from planning.publish.places import as_published
from planning.scenario import Notice


def compact_paper(
    district: District, layout: Layout, stage: str, info: Notice | None = None, *, year: int | None = None
) -> NoticePaper:
    """Return the compact form of a notice: opening, scopes as a table, what happens on overflow, where to comment.

    Title, law, figures left out for privacy and signature are those of the full notice, which it names for borders and maps.
    """
    whole = notice_paper(district, layout, stage, info, year=year)
    blocks: list[Block] = [*_part(whole, "一、")][:2]  # what follows speaks of maps, and none are here
    blocks += _scopes(district, as_published(layout), stage, first_year(layout) if year is None else year)
    for number, sign in (("三、", "五、"), ("四、", "六、")):
        head, *rest = _part(whole, sign)
        if isinstance(head, Heading):
            blocks += [Heading(number + head.text.removeprefix(sign)), *rest]
    return NoticePaper(
        f"{whole.title}（简明）", whole.number, whole.status, tuple(blocks), whole.signature, whole.lang
    )


def _part(paper: NoticePaper, sign: str) -> Iterator[Block]:
    """Yield a numbered section of a notice, its heading first."""
    inside = False
    for block in paper.blocks:
        if isinstance(block, Heading) and block.level == 1:
            inside = block.text.startswith(sign)
        if inside:
            yield block


def _scopes(district: District, layout: Layout, stage: str, year: int) -> Iterator[Block]:
    texts = boundary_texts(district, layout, stage)
    rows = []
    for k, row in enumerate(
        expected_entrants(district, layout, stage, year=year).to_dict("records"), start=1
    ):
        words = texts.get(str(row["unit"]))
        if words is None:  # every zone of the school is shared with others
            continue
        places = "；".join(f"{town}：{'、'.join(held)}" for town, held in words.places.items())
        rows.append((str(k), str(row["name"]), str(row["way"]), words.four_sides, places))
    yield Heading("二、各校学区范围")
    yield Grid(("序号", "学校", "划片方式", "四至", "居住单元"), tuple(rows), (1.1, 2.7, 1.7, 4.3, 6.0))
    yield Words("界线、主要路段、示意图和与上年相比的调整见公示全文。", small=True)
    if any(";" in str(unit) for unit in texts):
        yield Words(f"多校划片：{SHARED_RULE}", small=True)
