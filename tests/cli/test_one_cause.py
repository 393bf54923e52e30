"""One cause is one message: a folder that is not there or holds nothing, an answer that says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.district import read_district
from planning.district.cells.headers import find_column, find_geometry
from planning.district.schema import TABLE
from planning.errors import DistrictError, LayoutError
from planning.importing.begin import answer_key
from planning.layout import load_layout
from tests.cli.invoke import planning


def test_a_folder_without_anything_is_one_problem(tmp_path: Path) -> None:
    for place, code in ((tmp_path / "nowhere", "no_such_run"), (tmp_path, "no_run_in_folder")):
        with pytest.raises(LayoutError) as refused:
            load_layout(place)
        assert [p.code for p in refused.value.problems] == [f"layout.folder.{code}"]
    with pytest.raises(DistrictError) as refused_too:
        read_district(tmp_path)
    assert [p.code for p in refused_too.value.problems] == ["district.load.neither_district_folder_nor"]


def test_questions_are_known_by_short_words_and_an_answer_needs_its_sign(tmp_path: Path) -> None:
    assert [answer_key(w) for w in ("状态", "坐标系", "年份")] == ["status", "coordinates", "year"]
    (tmp_path / "county" / "files").mkdir(parents=True)
    code, said = planning("start", "--out", tmp_path / "county", "--answer", "状态", lang="zh")
    assert (code, "请写 状态=回答" in said) == (2, True)


def test_headers_in_pinyin_initials_are_understood() -> None:
    known = {
        "schools": {"XXMC": "name", "SSXZ": "township", "XXLX": "kind"},
        "zones": {"XQMC": "name", "SSXZ": "township"},
    }
    assert {t: {h: find_column(TABLE[t], h) for h in some} for t, some in known.items()} == {
        t: {h: (column, 1.0) for h, column in some.items()} for t, some in known.items()
    }
    assert (find_geometry("JD"), find_geometry("WD")) == ("lon", "lat")
