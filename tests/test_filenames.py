"""Names that may become files: what is refused, on every way in."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from planning.district import check_district
from planning.errors import ScenarioError, WriteError
from planning.filenames import inside, name_fault
from planning.scenario import read_scenario
from planning.sweep import sweep
from tests.district.tiny import tiny_district

GOOD = ("today", "方案一", "a.b", "2021 新校", "a-b_c", "nulls", "command", "é")
BAD = (
    "", " ", ".", "..", "../x", "a/b", "a\\b", "C:", "C:x", "/etc", "nul", "NUL.txt", "Com1", "lpt¹", "con .x", "conin$", ".hidden", "x.", "x ",
    " x", "a\nb", "a\x00b", "a\u202eb", "a\u200bb", "a\u2028b", "\uff0e\uff0e", "字" * 90, "a" * 300, "a*b", "a?b", 'a"b', "a|b", "<a>",
)  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_good_names(name: str, tmp_path: Path) -> None:
    assert name_fault(name) is None
    assert inside(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize("name", BAD)
def test_bad_names(name: str, tmp_path: Path) -> None:
    assert name_fault(name) is not None
    with pytest.raises(WriteError) as error:
        inside(tmp_path, name)
    assert error.value.text("en") != error.value.text("zh")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "county").mkdir()
    write(tmp_path / "s.yaml", name="s", district="county", year=2021)
    return tmp_path


def write(file: Path, **data: object) -> Path:
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["../../../evil", "/tmp/evil", "a/b", "aux", "x\u202e"])
def test_every_way_in_is_watched(project: Path, name: str) -> None:
    ways = (
        lambda: read_scenario(project / "s.yaml", [f"name={yaml.safe_dump(name).splitlines()[0]}"]),
        lambda: read_scenario(write(project / "own.yaml", name=name, district="county", year=2021)),
        lambda: read_scenario(write(project / "child.yaml", extends="own.yaml", year=2022)),
        lambda: sweep(project / "s.yaml", {"name": ("good", name)}),
    )
    for way in ways:
        with pytest.raises(ScenarioError) as error:
            way()
        (problem,) = error.value.problems
        assert problem.column == "name"
        assert problem.mend_en
        assert problem.mend_zh


def test_the_id_of_a_district_names_folders_too(tmp_path: Path) -> None:
    from planning.district import write_district

    folder = write_district(tiny_district(), tmp_path / "county")
    text = (folder / "district.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text) | {"id": "../evil"}
    (folder / "district.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert "id" in {p.column for p in check_district(folder) if p.level == "error"}
