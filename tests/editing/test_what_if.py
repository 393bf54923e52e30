"""What if there were more rooms, another project, more births, a new estate: before and after, and the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

import planning
from planning.district import District
from planning.editing import Change, Estate, what_if
from planning.editing.what_if_words import change_of
from planning.errors import ScenarioError
from planning.layout import Layout
from planning.publish.notice.blocks import Grid, Heading, Words
from planning.publish.page.paper import paper_html, write_paper
from planning.publish.page.what_if import supposed_paper, supposed_rows
from planning.scenario import Scenario
from tests.test_said import CHINESE
from tests.zoning.county import small_county

SCENARIO = Scenario.make(
    year=2020, demand="register", stages=["primary"], overflow={"allowed": False}, solver={"time_limit_s": 6}
)
HOSTILE = "<script>alert(1)</script>{{7*7}}"


@pytest.fixture(scope="module")
def county() -> District:
    county = small_county(current="AAAAAB", rooms=(12, 12, 9))
    return replace(
        county,
        zones=county.zones.assign(name=["供销社家属院", "和平小区", "东村", "双湖苑", HOSTILE, "金岸花园"]),
    )


@pytest.fixture(scope="module")
def plan(county: District) -> Layout:
    return planning.solve(county, SCENARIO.model_copy(update={"catchments": "current"}))


def test_more_rooms_change_what_they_can_and_nothing_else(county: District, plan: Layout) -> None:
    # five zones of 20 a grade in 12 rooms: 600 pupils, 540 seats
    assert plan.summary["shortage_pupils"] == 60
    held = what_if(plan, county, SCENARIO, Change(rooms={"A-P": 1}))
    assert (held.before.summary["shortage_pupils"], held.after.summary["shortage_pupils"]) == (60, 50)
    assert held.after.assignment["unit"].tolist() == plan.assignment["unit"].tolist()
    assert held.bound is None
    assert county.units.loc[county.units["unit"] == "A-P", "rooms"].iat[0] == 12
    free = what_if(plan, county, SCENARIO, Change(rooms={"A-P": 1}), catchments="free")
    assert free.after.summary["shortage_pupils"] == 0
    assert free.after.summary["objective"] <= held.after.summary["objective"]
    assert free.bound is not None


def test_births_and_homes_are_forecast_and_the_years_go_on(county: District, plan: Layout) -> None:
    change = Change(births=1.5, estates=(Estate("Z6", 500, 2022, "B-P"),))
    found = what_if(plan, county, SCENARIO.model_copy(update={"missing_births": "hold"}), change)
    assert found.after.summary["years"] == [2020, 2021, 2022]
    assert found.forecast
    more = found.after.units["pupils"].sum() - found.before.units["pupils"].sum()
    assert more > 0
    assert found.changed == ("B-P",)


def test_words_are_understood_or_named_all_at_once(county: District) -> None:
    found = change_of(
        county, SCENARIO, rooms=["甲小学=+6", "A-P=-2"], estates=["金岸花园：650户@2024→乙小学"], births=1.1
    )
    assert found == Change({"A-P": 4}, {}, 1.1, (Estate("Z6", 650, 2024, "B-P"),))
    with pytest.raises(ScenarioError) as error:
        change_of(
            county,
            SCENARIO,
            rooms=["甲小学+6", "丙丁小学=+1", "甲小学=-13"],
            projects=["第十九小学@2023", "什么"],
            births=9,
            estates=["金岸花院:650户@2024", "金岸花园:650户@2019"],
        )
    assert len(error.value.problems) == 8
    with pytest.raises(ScenarioError):
        change_of(county, SCENARIO)


def test_the_page_says_both_sides_and_escapes_names(county: District, plan: Layout, tmp_path: Path) -> None:
    found = what_if(plan, county, SCENARIO, Change(rooms={"A-P": 2}))
    rows = {r.zh: r.texts() for r in supposed_rows(found)}
    assert rows["学位缺口（各学年合计，人）"] == ("60", "40", "-20")
    paper = supposed_paper(found, county, [f"甲小学=+2 {HOSTILE}"], "base")
    page = paper_html(paper)
    assert "学位缺口由 60 人减少到 40 人" in page
    assert "<script>alert" not in page
    assert "{{7*7}}" in page
    folder = write_paper(paper, tmp_path / "page", "whatif")
    word = "\n".join(p.text for p in Document(str(folder / "whatif.docx")).paragraphs)
    assert "学位缺口由 60 人减少到 40 人" in word
    # in English nothing but names is Chinese
    named = replace(found.district, schools=found.district.schools.assign(name="School"))
    plain = replace(found, district=named)
    told = replace(county, info=replace(county.info, name_zh="某县", name="County"))
    english = supposed_paper(plain, told, ["classrooms of a school: A=+2"], "base", lang="en")
    assert "Seats short fall from 60 to 40." in paper_html(english)
    said = [english.title, english.number, *english.signature]
    for block in english.blocks:
        if isinstance(block, Grid):
            said += [cell for row in (block.heads, *block.rows) for cell in row]
        elif isinstance(block, Heading | Words):
            said.append(block.text)
    assert [text for text in said if CHINESE.search(text)] == []
    assert supposed_paper(found, county, [], "base", lang="zh-Hant").title.startswith("情景測算")
