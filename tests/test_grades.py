"""Systems with other grades than six and three: five and four (五四学制), K–5 and 6–8, one stage; from import to notice and verifier."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import planning
from planning.demand import forecast
from planning.district import District
from planning.editing import check, open_live
from planning.errors import DistrictError, ScenarioError
from planning.evaluation.sheets import grade_text
from planning.grades import USUAL, Grades, read_grades
from planning.importing import import_accounted, propose_mapping
from planning.importing.forms.words import grade_of
from planning.importing.found_grades import grades_named
from planning.indicators import score
from planning.layout import Layout
from planning.publish.notice.paper import notice_paper
from planning.publish.workbook.results import _shortages
from planning.scenario import Scenario
from planning.standards import read_profile
from planning.standards.money import money_of
from planning.verify.evidence import Evidence
from planning.verify.forecast import pupils_to_come
from planning.verify.report import place
from planning.verify.run import verify_evidence
from planning.zoning import build_problem, solve
from planning.zoning.answer.shortages import shortages
from tests.importing.office import pupil_rows, said, write_office
from tests.zoning.county import scenario, small_county

FIVE_FOUR, ELEMENTARY, ONE = (read_grades(text) for text in ("1-5, 6-9", "K-5, 6-8", "1-6"))
SOLVER = {"time_limit_s": 5, "threads": 1}


def county_of(grades: Grades, pupils: int = 20) -> District:
    """Return the county of six zones with these grades: as many pupils in every grade of every zone, all in classes, and births."""
    plain = small_county(rooms=(12, 12, 12))
    zones = list(plain.zones["zone"])
    living = [(z, 2020, g, pupils, 0) for z in zones for g in grades.every]
    sitting = [
        (unit, 2020, g, k + 1, 30)
        for unit, stage, n in (("A-P", "primary", 2), ("B-P", "primary", 2), ("C-J", "junior", 4))
        for g in grades.get(stage, ())
        for k in range(n)
    ]
    births = [(z, y, float(2 * pupils)) for z in zones for y in range(2013, 2020)]
    units = plain.units[plain.units["stage"].isin(list(grades))].assign(
        capacity=lambda t: t["unit"].map({"A-P": 500, "B-P": 500, "C-J": 700})
    )
    return replace(
        plain,
        info=replace(plain.info, grades=grades),
        units=units.reset_index(drop=True),
        zone_pupils=pd.DataFrame(living, columns=list(plain.zone_pupils.columns)),
        classes=pd.DataFrame(sitting, columns=["unit", "year", "grade", "class_no", "pupils"]),
        births=pd.DataFrame(births, columns=["zone", "year", "births"]),
    )


def failures(layout: Layout, district: District, plan: Scenario) -> list[str]:
    return [
        f"{c.rule}: {c.what}"
        for c in verify_evidence(Evidence(layout, district, plan, plan.profile())).failures
    ]


def taught(layout: Layout) -> dict[str, list[int]]:
    return {str(u): sorted(part["grade"].unique()) for u, part in layout.units.groupby("unit")}


@pytest.mark.parametrize("text", ["", "1-6, 8-9", "6-1", "1-6, 7-9, 10-12", "1-13", "first"])
def test_grades_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"grades|stage"):
        read_grades(text)


def test_words_of_grades_are_those_of_the_system() -> None:
    words = ("初一", "初四", "六年级", "小六", "学前", "K", "K1", "初中二年级人数")
    assert [grade_of(w) for w in words] == [7, None, 6, 6, None, None, None, 8]
    assert [grade_of(w, FIVE_FOUR) for w in words] == [6, 9, 6, 6, None, None, None, 7]
    assert [grade_of(w, ELEMENTARY) for w in words] == [6, None, 6, 6, 0, 0, None, 7]
    assert [grade_text("初一", g) for g in (USUAL, FIVE_FOUR)] == ["7", "6"]


def office(folder: Path, heads: list[str], grades: str) -> Path:
    rows = [["小区名称", *heads], *(row[: len(heads) + 1] for row in pupil_rows()[1:])]

    def change(book: object) -> None:
        page = book.active  # type: ignore[attr-defined]
        page.delete_rows(1, page.max_row + 1)
        for row in rows:
            page.append(row)

    return said(
        write_office(folder, pupils=change), "base_year: 2021", f'base_year: 2021, grades: "{grades}"'
    )


def test_a_county_of_five_and_four_years_from_import_to_notice(tmp_path: Path) -> None:
    heads = [*(f"{g}年级" for g in "一二三四五"), *(f"初{g}" for g in "一二三四")]
    district = import_accounted(office(tmp_path / "office", heads, "1-5, 6-9")).district
    assert district.grades == FIVE_FOUR
    assert sorted(district.zone_pupils["grade"].unique()) == list(range(1, 10))
    kept = planning.read_district(district.save(tmp_path / "county"))
    assert kept == district
    kept = replace(kept, path=None)
    plan = Scenario.model_validate(
        {"name": "five and four", "district": "four", "year": 2021, "demand": "register", "solver": SOLVER}
    )
    layout = solve(kept, plan)
    assert taught(layout) == {"S1-P": [1, 2, 3, 4, 5], "S2-P": [1, 2, 3, 4, 5], "S2-J": [6, 7, 8, 9]}
    sixth = kept.zone_pupils.loc[kept.zone_pupils["grade"] == 6, "pupils"].sum()
    assert (
        layout.units.loc[(layout.units["unit"] == "S2-J") & (layout.units["grade"] == 6), "pupils"].sum()
        == sixth
    )
    assert failures(layout, kept, plan) == []
    assert "乙学校" in str(notice_paper(kept, layout, "junior"))


def test_an_elementary_county_is_imported_with_its_kindergarten(tmp_path: Path) -> None:
    heads = ["Kindergarten", *(f"Grade {g}" for g in range(1, 9))]
    district = import_accounted(office(tmp_path, heads, "K-5, 6-8")).district
    assert sorted(district.zone_pupils["grade"].unique()) == list(range(9))
    first = district.zone_pupils[district.zone_pupils["grade"] == 0]["pupils"]
    assert sorted(first) == [11, 21, 31, 41]


@cache
def seated() -> tuple[District, Scenario, Layout]:
    district = county_of(ELEMENTARY)
    plan = scenario(standards="seats", demand="medium", horizon=2022, enrolled="stay", solver=SOLVER)
    return district, plan, solve(district, plan)


def test_an_elementary_county_is_planned_by_seats_over_several_years() -> None:
    district, plan, layout = seated()
    assert taught(layout) == {"A-P": [0, 1, 2, 3, 4, 5], "B-P": [0, 1, 2, 3, 4, 5], "C-J": [6, 7, 8]}
    assert failures(layout, district, plan) == []
    assert (
        score(district, layout, plan.profile(), 2022).indicators.set_index("id").at["B13", "verdict"]
        == "pass"
    )
    moved = layout.units.assign(grade=layout.units["grade"] + 1)  # grades as the usual system counts them
    assert failures(replace(layout, units=moved), district, plan)


def test_classes_and_cohorts_follow_the_grades_of_five_and_four_years() -> None:
    district = county_of(FIVE_FOUR)
    plan = scenario(demand="medium", year=2021, horizon=2022, enrolled="stay", solver=SOLVER)
    problem = build_problem(district, plan)
    stay = problem.continuing[list(problem.units["unit"]).index("C-J"), :, 0]
    assert stay.tolist() == [
        0,
        0,
        0,
        0,
        0,
        0,
        120,
        120,
        120,
    ]  # the sixth grade enters, the rest have moved up
    layout = solve(district, plan)
    assert failures(layout, district, plan) == []


@pytest.mark.parametrize("grades", [FIVE_FOUR, ELEMENTARY, ONE], ids=str)
def test_the_forecast_and_its_twin_enter_and_move_up_by_these_grades(grades: Grades) -> None:
    district = county_of(grades)
    found = forecast(district, (2021, 2023)).pupils
    assert sorted(found["grade"].unique()) == list(grades.every)
    key = ["zone", "year", "grade"]
    again = pupils_to_come(district, (2021, 2023), "medium", 1.0, False)
    assert found.set_index(key)["pupils"].sort_index().equals(again.set_index(key)["pupils"].sort_index())
    assert forecast(district, (2020,)).pupils["pupils"].sum() == 120 * grades.count


def test_children_enter_kindergarten_at_five() -> None:
    district = county_of(ELEMENTARY)
    births = district.births.assign(births=lambda t: t["births"].where(t["year"] != 2016, 80.0))
    entering = forecast(replace(district, births=births), (2021,)).pupils
    assert entering.loc[entering["grade"] == 0, "pupils"].sum() == 240  # half of 6 × 80, as of those of 2015


def frames(grades: str, **columns: object) -> District:
    zones = small_county().zones.drop(columns=["current_primary", "current_junior", "real_code"])
    schools = gpd.GeoDataFrame(
        {"school": ["A"], "rooms": [12]}, geometry=zones.centroid[[0]].values, crs=zones.crs
    )
    return District.from_frames(zones.assign(**columns), schools, grades=grades, base_year=2020)


def test_frames_of_a_kindergarten_are_read_and_grades_beyond_the_stages_refused() -> None:
    found = frames("K-5, 6-8", K=3, grade_1=4)
    assert found.zone_pupils.groupby("grade")["pupils"].sum().to_dict() == {0: 18, 1: 24}
    with pytest.raises(DistrictError, match=r"must be between K and 8"):
        frames("K-5, 6-8", K=3, grade_9=4)
    with pytest.raises(DistrictError, match=r"must be between 1 and 6"):
        frames("1-6", grade_1=3, grade_7=4)
    with pytest.raises(DistrictError, match="not the grades of stages"):
        frames("1-6, 8-9", grade_1=3)


def test_a_folder_names_kindergarten_by_its_letter(tmp_path: Path) -> None:
    folder = county_of(ELEMENTARY).save(tmp_path / "county")
    table = folder / "zone_pupils.csv"
    text = table.read_text(encoding="utf-8-sig")
    table.write_text(text.replace(",2020,0,", ",2020,K,"), encoding="utf-8")
    read = planning.read_district(folder).zone_pupils
    assert sorted(read["grade"].unique()) == list(range(9))
    (folder / "district.yaml").write_text(
        (folder / "district.yaml").read_text(encoding="utf-8").replace("grades: K-5, 6-8", "grades: 1-6"),
        encoding="utf-8",
    )
    with pytest.raises(DistrictError) as refused:
        planning.read_district(folder)
    told = refused.value.text("en")
    assert "no grades of this stage" in told
    assert "the only grades are 1–6" in told


def test_a_profile_of_other_grades_is_refused() -> None:
    asked = {"standards": "national-2017", "standards_set": {"grades": "1-5, 6-9"}}
    assert read_profile("national-2017", asked["standards_set"]).grades == FIVE_FOUR  # type: ignore[arg-type]
    build_problem(county_of(FIVE_FOUR), scenario(**asked))
    with pytest.raises(
        ScenarioError, match="for grades 1-5, 6-9, the tables of the county have grades K-5, 6-8"
    ):
        build_problem(county_of(ELEMENTARY), scenario(**asked))
    with pytest.raises(ScenarioError, match=r"no grades of this stage .*stages: \[primary\]"):
        build_problem(county_of(ONE), scenario())
    with pytest.raises(ScenarioError, match="without a gap"):
        read_profile("national-2017", {"grades": "1-6, 8-9"})


def test_kindergarten_is_called_k() -> None:
    index = pd.MultiIndex.from_tuples([("S1-P", 2021, 0)], names=["unit", "year", "grade"])
    assert place(index[0], index) == "unit S1-P, year 2021, grade K"
    district, plan = county_of(ELEMENTARY, pupils=60), scenario(solver=SOLVER)
    layout = solve(district, plan)
    table = shortages(build_problem(district, plan), layout)
    assert {row[3] for row in _shortages(table, money_of({}))[1:]} >= {"K", 1}


@pytest.mark.parametrize("grades", [FIVE_FOUR, ELEMENTARY, ONE], ids=str)
def test_a_plan_of_other_grades_is_changed_by_hand_and_verifies(grades: Grades) -> None:
    district = county_of(grades, pupils=60)
    plan = scenario(stages=list(grades), demand="medium", horizon=2021, enrolled="stay", solver=SOLVER)
    live = open_live(solve(district, plan), district)
    for zone, unit in live.catchments("primary").items():
        live.move([zone], "B-P" if unit == "A-P" else "A-P")
        if not any(found.breaks for found in check(live)):
            break
        live.undo()
    assert live.journal.moved()
    made = live.layout()
    assert taught(made) == {
        u: list(grades[s]) for u, s in zip(made.units["unit"], made.units["stage"], strict=True)
    }
    assert failures(made, district, plan) == []
    full = {(f.unit, f.year, f.grade): f.amount for f in check(live) if f.kind == "full"}
    short = made.units[made.units["shortage"] > 0].set_index(["unit", "year", "grade"])["shortage"]
    assert full == short.to_dict() != {}


def test_missing_seats_of_a_whole_school_belong_to_no_grade() -> None:
    district = county_of(ELEMENTARY, pupils=20)
    tight = replace(district, units=district.units.assign(capacity=[100, 900, 700]))
    plan = scenario(standards="seats", catchments="current", overflow={"allowed": False}, solver=SOLVER)
    layout = solve(tight, plan)
    table = shortages(build_problem(tight, plan), layout)
    assert table["grade"].isna().all()
    assert set(table["unit"]) == {"A-P"}
    assert table.loc[table["mend"] == "rule", "mend_en"].str.contains("free").all()
    assert "rule" in set(table["mend"])  # the other school has room for all of them
    assert ",," in table.to_csv(index=False).splitlines()[1]
    assert {row[3] for row in _shortages(table, money_of({}))[1:]} == {"全校"}


@pytest.mark.parametrize(
    ("heads", "grades"),
    [
        ([*(f"{g}年级" for g in "一二三四五"), *(f"初{g}" for g in "一二三四")], "1-5, 6-9"),
        ([*(f"小学{g}年级" for g in "一二三四五"), *(f"初中{g}年级" for g in "一二三四")], "1-5, 6-9"),
        ([*(f"{g}年级" for g in "一二三四五六"), *(f"初{g}" for g in "一二三四")], ""),
        (["学前班", *(f"{g}年级" for g in "一二三四五六七八九")], ""),
        (["K", *(f"Grade {g}" for g in range(1, 6))], "K-5"),
        (["Kindergarten", *(f"Grade {g}" for g in range(1, 7)), "Grade 7", "Grade 8"], "K-5, 6-8"),
        (["K", "name", "rooms"], ""),
    ],
)
def test_a_mapping_proposes_the_grades_that_headers_name(heads: list[str], grades: str) -> None:
    assert grades_named(heads) == grades
    if grades:
        assert {grade_of(h, read_grades(grades)) for h in heads} == set(read_grades(grades).every)


def test_an_office_of_five_and_four_years_is_proposed_as_one(tmp_path: Path) -> None:
    heads = [*(f"{g}年级" for g in "一二三四五"), *(f"初{g}" for g in "一二三四")]
    office(tmp_path, heads, "1-5, 6-9")
    assert propose_mapping(tmp_path)["district"]["grades"] == "1-5, 6-9"
    office(tmp_path, [f"{g}年级" for g in "一二三四五六七八九"], "1-6, 7-9")
    assert propose_mapping(tmp_path)["district"]["grades"] is None
