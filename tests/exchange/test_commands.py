"""The commands as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from planning.cli import app as program
from planning.district import read_district, write_district
from planning.exchange import differences
from tests.district.tiny import tiny_district


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return write_district(tiny_district(), tmp_path / "county")


def say(*arguments: object, code: int = 0) -> str:
    """Run a command inside this process and return what it prints."""
    result = CliRunner().invoke(program.app, [str(a) for a in arguments])
    if isinstance(result.exception, SystemExit) or result.exception is None:
        assert result.exit_code == code, result.output
        return result.output
    assert code == 2, result.exception
    return str(result.exception)


@pytest.mark.slow
def test_convert_and_back(county: Path, tmp_path: Path) -> None:
    assert "reads back the same" in say("convert", county, tmp_path / "a.gpkg")
    say("convert", tmp_path / "a.gpkg", tmp_path / "b", "--to", "shapefile")
    say("convert", tmp_path / "b", tmp_path / "c.xlsx")
    assert differences(read_district(county), read_district(tmp_path / "c.xlsx")) == []
    assert "unknown format" in say("convert", county, tmp_path / "d", "--to", "dxf", code=2)


def test_store_put_list_get(county: Path, tmp_path: Path, url: str) -> None:
    assert "Stored district tiny" in say("store", "put", url, county)
    assert "tiny" in say("store", "list", url)
    say("store", "get", url, "tiny", tmp_path / "back.gpkg")
    assert differences(read_district(county), read_district(tmp_path / "back.gpkg")) == []
    say("convert", url, tmp_path / "folder")
    assert (tmp_path / "folder" / "zones.geojson").read_bytes() == (county / "zones.geojson").read_bytes()
    assert "no layout x" in say("store", "get", url, "tiny/x", tmp_path / "run", code=2)


@pytest.mark.slow
def test_import_and_export_speak_to_a_database(county: Path, tmp_path: Path, url: str) -> None:
    assert "Stored district tiny" in say("export", county, "--to", url)
    assert "6 zones" in say("import", url, tmp_path / "back.gpkg")
    back = read_district(tmp_path / "back.gpkg")
    assert differences(read_district(county), back) == []


def test_what_nobody_foresaw_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def broken() -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(program, "app", broken)
    monkeypatch.setenv("PLANNING_LANG", "en")
    assert program.run() == program.UNEXPECTED
    said = capsys.readouterr()
    assert "unexpected error: RuntimeError: two lines" in said.err + said.out
    assert "Traceback" not in said.err + said.out
