"""The county of somebody who typed one command, in Chinese, with three spreadsheets and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.begin.offices import Office, sheet
from tests.cli.invoke import planning


@pytest.fixture(scope="session")
def first_hour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of the county, and what the command said."""
    home = tmp_path_factory.mktemp("newcomer")
    desk = Office().write(home / "desk")
    sheet(desk / "备忘.xlsx", "", [["事项", "经办"], ["开会", "张三"]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNING_LANG", "zh")
        code, said = planning(
            "start", *desk.glob("*.xlsx"), "--out", home / "county", "--answer", "坐标=高德地图", lang="zh"
        )
    assert code == 0, said
    return home / "county", said


@pytest.fixture(scope="session")
def county(first_hour: tuple[Path, str]) -> Path:
    return first_hour[0]
