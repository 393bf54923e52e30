"""Whoever asked for Chinese is spoken to in Chinese: no word of another language but names, units and files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.begin.offices import Office
from tests.begin.test_questions import desk
from tests.cli.invoke import planning as invoked

_PATH = re.compile(r"[\w.\-/\u4e00-\u9fff]*[/.][\w.\-/\u4e00-\u9fff]*")
_COMMAND = re.compile(
    r"planning [a-z-]+|--[a-z-]+|[a-z]+(?:\.[a-z_]+)+|\b[A-Z]\d{1,4}(?:-[PJ])?\b|\b[a-z]+-\d{4}\b"
)
_NAMES = {
    "WGS84",
    "CGCS2000",
    "GCJ",
    "BD",
    "GPS",
    "Word",
    "PDF",
    "Excel",
    "GIS",
    "A",
    "B",
    "I",
    "Sheet",
    "KB",
    "MB",
}
_UNITS = {"m", "km", "h", "s"}
_WORD = re.compile(r"[A-Za-z]+[0-9]*")


def planning(*arguments: object, input: str | None = None) -> tuple[int, str]:
    return invoked(*arguments, input=input, lang="zh")


def strange(text: str) -> set[str]:
    """Return the words of another language that a text holds."""
    left = _COMMAND.sub(" ", _PATH.sub(" ", text))
    return {w for w in _WORD.findall(left) if w not in _NAMES | _UNITS}


@pytest.fixture(scope="module")
def spoken(first_hour: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what the commands of the first hour say in Chinese."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNING_LANG", "zh")
        return {"start": first_hour[1], **dict(_hour(first_hour[0], tmp_path_factory.mktemp("chinese")))}


def _hour(county: Path, home: Path) -> Iterator[tuple[str, str]]:
    yield "start, asked", planning("start", desk(home / "难"), "-o", home / "难县", "--no-ask", "--no-run")[1]
    replies = "\n".join(["1", "1", "3", "1", *[""] * 20])
    yield "start, asking", planning("start", "-o", home / "难县", "--ask", "--no-run", input=replies)[1]
    office = Office(births=True, addresses=True, rooms=False, towns=False, title="")
    files = office.write(home / "易")
    yield "start, plainly", planning("start", files, "-o", home / "易县", "-a", "坐标=高德", "--no-run")[1]
    run = county / "runs" / "first"
    yield "check", planning("check", county / "district")[1]
    yield "notice", planning("notice", run, "--to", "docx", "--stage", "junior")[1]
    yield "resource", planning("resource", run, "--time-limit", 5, "--out", home / "buy")[1]
    for name in (county, home / "易县"):
        origin = yaml.safe_load((name / "district" / "district.yaml").read_text(encoding="utf-8"))
        yield (
            f"methods, {name.name}",
            "\n".join(layer.get("method", "") for layer in origin["layers"].values()),
        )


def test_every_command_of_the_first_hour_speaks_chinese(spoken: dict[str, str]) -> None:
    found = {name: words for name, text in spoken.items() if (words := strange(text))}
    assert found == {}, "\n\n".join(f"{n}: {spoken[n]}" for n in found)
    assert all(max(text) >= "\u4e00" for text in spoken.values())


def test_one_kind_of_mistake_is_one_message(spoken: dict[str, str]) -> None:
    assert spoken["start"].count("班级学生") == 1
    assert "序号" not in spoken["start"]
    assert "备忘.xlsx：未用于任何数据表" in spoken["start"]
