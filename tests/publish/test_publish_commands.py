"""The commands write what they say and name mistakes."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from planning.cli import publish
from planning.cli.app import app
from planning.errors import LayoutError, ScenarioError
from planning.scenario import Notice, notice_with
from tests.district.tiny import tiny_district
from tests.publish.made import layout_of


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNING_LANG", "en")
    for opens in ("open_run", "open_to_publish"):
        monkeypatch.setattr(publish, opens, lambda _: (layout_of(), None, tiny_district()))

    def call(*arguments):
        return CliRunner().invoke(app, [arguments[0], str(tmp_path), *arguments[1:]])

    return call


def test_export_lookup_and_print(run, tmp_path):
    assert "3 catchments" in run("export", "--to", "gpkg").output
    assert (tmp_path / "public" / "catchments-public.gpkg").is_file()
    assert run("export", "--to", "shp", "--smooth", "20").exit_code == 0
    assert (tmp_path / "public" / "catchments-public-shp" / "catchments_junior.cpg").is_file()
    assert isinstance(run("export", "--to", "dwg").exception, LayoutError)
    pytest.importorskip("pypinyin")
    assert run("lookup").exit_code == 0
    assert (tmp_path / "lookup.html").is_file()


def test_a_notice_says_what_was_left_blank(run, tmp_path):
    result = run(
        "notice",
        "--stage",
        "junior",
        "--to",
        "docx",
        "--set",
        "notice.phone=0953-1",
        "--set",
        "issuer=小县教育局",
    )
    if "fonts" in str(result.exception):
        pytest.skip("NO CHINESE FONT, maps are NOT drawn: apt-get install fonts-wqy-microhei")
    assert result.exit_code == 0, result.output
    assert "Left blank: number, date, window, email, address, review_number." in result.output
    assert [p.name for p in (tmp_path / "notice").iterdir()] == ["notice-junior.docx"]


def test_settings_of_a_notice_are_checked():
    assert notice_with(Notice(), ["zone_pupils_from=20", "date=2021年6月1日"]).zone_pupils_from == 20
    with pytest.raises(ScenarioError, match="did you mean 'phone'"):
        notice_with(Notice(), ["fone=1"])
    with pytest.raises(ScenarioError, match="zone_pupils_from"):
        notice_with(Notice(), ["zone_pupils_from=2"])
    with pytest.raises(ScenarioError, match="key=value"):
        notice_with(Notice(), ["phone"])


def test_dates_and_numbers_of_a_scenario_file_are_words():
    import yaml

    told = Notice.model_validate(yaml.safe_load("date: 2021-06-01\nphone: 9530000\n"))
    assert (told.date, told.phone) == ("2021年6月1日", "9530000")
