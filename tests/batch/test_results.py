"""What comes out of a batch: tables in both languages, workbook, map and GeoParquet, whatever names the counties have."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from planning.batch import Limits, batch_map, run_batch
from planning.batch.figures import _mends, run_figures
from planning.batch.listing import read_list
from planning.batch.results import titles, write_results
from planning.batch.unit import Unit
from planning.errors import LayoutError
from planning.messages import speaking
from planning.workbench.projects.batches import Batch as FoundBatch
from tests.batch.made import hand_out, plan_for, province, rename
from tests.cli.invoke import planning
from tests.needs import need_module
from tests.publish.browser import opened
from tests.reliability.runs import finished

NASTY = "=1+1</script><script>window.__ran=1</script>\u202e县"
SEEN = "=1+1</script><script>window.__ran=1</script>县"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a batch: a county with a hostile name, a plain one, one without a result."""
    place = province(tmp_path_factory.mktemp("province"), ("a", "b", "gone"))
    patch = pytest.MonkeyPatch()
    hand_out(patch, late="gone")
    rename(place, "a", NASTY)
    plan = plan_for(place, "a", "b", "gone", name="合成省", limits=Limits(tries=1))
    run_batch(plan, out=place / "out")
    for file in (place / "out" / "units").glob("*/summary.json"):
        said = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(
            json.dumps({**said, "layers_status": {"zones": "synthetic", "roads": "real"}}), encoding="utf-8"
        )
    rename(place, "b", "改名县")
    run_batch(plan, out=place / "out")
    patch.undo()
    return place / "out"


def test_the_table_has_every_figure_and_both_languages(made: Path) -> None:
    table = pd.read_csv(made / "province.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert list(table["status"]).count("done") == 2
    row = table[table["status"] == "done"].iloc[0]
    for key in ("pupils_primary", "shortage_pupils", "gap", "nearby_primary", "classes_normal", "classes_super",
                "cost_yuan", "A1", "D1", "B5_value", "data", "years", "run"):  # fmt: skip
        assert row[key] != "", key
    assert row["pupils_primary"].isdigit()
    late = table[table["status"] == "time"].iloc[0]
    assert (late["note_zh"], late["note_en"]) == ("超过 1 秒", "took longer than 1 s")
    zh = pd.read_csv(made / "province.zh.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert [c for c in zh.columns if c.isascii()] == []
    assert set(zh["状态"]) == {"已完成", "超时"}
    assert set(zh["B5 班级学生数"]) <= {"达标", "未达标", "未提供", ""}


def test_names_are_guarded_once(made: Path) -> None:
    for name in ("province.csv", "changes.csv", "province.zh.csv", "changes.zh.csv"):
        text = (made / name).read_text(encoding="utf-8-sig")
        assert "''=" not in text
        assert "\u202e" not in text
    assert "'=1+1" in (made / "province.csv").read_text(encoding="utf-8-sig")
    changes = pd.read_csv(made / "changes.zh.csv", encoding="utf-8-sig", dtype=str)
    assert list(changes.columns) == ["区县", "数据文件夹", "情景", "项目", "原值", "现值"]
    assert "改名县" in set(changes["区县"])


def test_the_workbook_ranks_and_links_and_runs_nothing(made: Path) -> None:
    book = openpyxl.load_workbook(made / "全省结果.xlsx")
    assert book.sheetnames == ["总体", "各区县", "排名", "分布", "与上一批相比"]
    sheet = book["各区县"]
    assert all(c.data_type != "f" for s in book for row in s.iter_rows() for c in row)
    heads = [c.value for c in sheet[1]]
    cells = sheet[2 if sheet.cell(2, heads.index("状态") + 1).value == "已完成" else 3]
    link = cells[heads.index("结果文件夹")].hyperlink
    assert (made / link.target).is_file()
    assert SEEN in {row[0].value for row in sheet.iter_rows(min_row=2)}
    ranks = [[c.value for c in row] for row in book["排名"].iter_rows(min_row=2)]
    assert {r[2] for r in ranks} == {1}  # equal figures share a rank
    assert book["分布"].max_row > 10


def test_the_workbook_is_named_in_the_language_of_papers(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "out"
    shutil.copytree(made, home)
    plan, units = read_list(home)
    for language, name in (("en", "province-results.xlsx"), ("zh-Hant", "全省結果.xlsx")):
        with speaking(language):
            write_results(home, units, plan.name)
            assert FoundBatch("x", home).files(language)["workbook"].name == name
        assert [p.name for p in home.glob("*.xlsx")] == [name]  # the one before told what was
        sheets = openpyxl.load_workbook(home / name).sheetnames
        assert all(sheet.isascii() for sheet in sheets) == (language == "en")


def test_scenarios_are_called_by_their_titles() -> None:
    told = {"a": {"title_zh": "新建", "title": "New"}, "b": {"title_zh": "维持", "title": "New"}, "c": {}}
    units = [Unit(name, "/x", name, (), 0, json.dumps(data)) for name, data in told.items()]
    for language, called in (("zh", ["新建", "维持", "c"]), ("en", ["New (a)", "New (b)", "c"])):
        with speaking(language):
            assert list(titles(units).values()) == called


def test_analysts_get_numbers_and_outlines(made: Path) -> None:
    need_module("pyarrow")
    import geopandas as gpd

    table = gpd.read_parquet(made / "province.parquet")
    assert table.crs.to_epsg() == 4326
    done = table[table["status"] == "done"]
    assert done.geometry.is_valid.all()
    assert not done.geometry.is_empty.any()
    assert pd.api.types.is_numeric_dtype(table["gap"])


def test_opening_a_batch_shows_its_map(made: Path, tmp_path: Path) -> None:
    code, said = planning("open", made, "--no-browser")
    assert code == 0
    assert "file://" in said
    assert batch_map(made).name == "province.html"
    shutil.copy(made / "batch.json", tmp_path)
    with pytest.raises(LayoutError, match="no map yet"):
        batch_map(tmp_path)


def test_the_map_is_one_file_whose_names_are_data(made: Path) -> None:
    text = (made / "province.html").read_text(encoding="utf-8")
    assert "<script>window" not in text
    assert "内部资料" in text
    assert "1 个区县含合成数据" in text


@pytest.mark.browser
def test_a_county_leads_to_its_own_map(made: Path) -> None:
    with opened(made / "province.html") as (page, outside, complaints):
        assert page.evaluate("window.__ran") is None
        links = page.locator("#ranking a")
        assert links.count() == 2
        assert page.locator("#ranking").inner_text().count(SEEN) == 1
        page.locator("#measure").select_option(index=3)
        links.first.click()
        page.wait_for_url("**/units/*/map.html")
        assert page.locator(".leaflet-container").count() == 1
        assert not outside
        assert not complaints


def test_the_targets_are_those_of_the_plans_year(tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished().folder, run)
    heads = (
        "year,target,name_zh,name_en,reading,line,asked,strict,value,shortfall,verdict,measured_year,due\n"
    )
    rows = ("2019,a,甲,A,default,,,,,,pass", "2020,b,乙,B,default,,,,,,fail", "2020,b,乙,B,other,,,,,,pass", "2021,c,丙,C,default,,,,,,fail")  # fmt: skip
    (run / "targets.csv").write_text(heads + "".join(f"{row},2020,True\n" for row in rows), encoding="utf-8")
    told = run_figures(run)
    assert (told["targets_year"], told["targets_met"], told["targets_missed"]) == ("2020", 0, 1)
    assert (told["targets_missed_zh"], told["targets_missed_en"]) == ("乙", "B")


def test_mends_name_grades_as_people_do_and_whole_schools_without_one(tmp_path: Path) -> None:
    table = tmp_path / "shortages.csv"
    table.write_text("name,year,grade,mend_en,mend_zh\nA,2021,0,more,加\nB,2021,,more,加\n", encoding="utf-8")
    assert _mends([table])["mend_en"] == "A, 2021, grade K: more; B, 2021: more"
