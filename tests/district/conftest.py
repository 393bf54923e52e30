"""Share the tiny county, in memory and on disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from planning.district import check_district, write_district
from planning.errors import Issue
from tests.district.tiny import tiny_district


@pytest.fixture(scope="session")
def tiny():
    return tiny_district()


@pytest.fixture(scope="session")
def written(tiny, tmp_path_factory) -> Path:
    """The tiny county as a folder that no test touches."""
    return write_district(tiny, tmp_path_factory.mktemp("written") / "tiny")


@pytest.fixture
def folder(tmp_path: Path, written: Path) -> Path:
    """The tiny county as a folder that a test may spoil."""
    return shutil.copytree(written, tmp_path / "tiny")


@pytest.fixture
def edit(folder: Path) -> Callable[..., list[Issue]]:
    """Replace text in a file of the folder and return what the check says."""

    def change(file: str, *pairs: tuple[str, str], encoding: str = "utf-8", count: int = 1) -> list[Issue]:
        text = (folder / file).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, f"{old!r} is not in {file}"
            text = text.replace(old, new, count)
        (folder / file).write_bytes(text.encode(encoding))
        return check_district(folder)

    return change


def errors(problems: list[Issue]) -> list[Issue]:
    return [p for p in problems if p.level == "error"]


def warnings(problems: list[Issue]) -> list[Issue]:
    return [p for p in problems if p.level == "warning"]


def one(problems: list[Issue], level: str = "error") -> Issue:
    """The only problem of this level; every message is bilingual and says where."""
    found = [p for p in problems if p.level == level]
    assert len(found) == 1, "\n".join(p.text() for p in found) or "nothing found"
    assert found[0].file
    assert found[0].message_en != found[0].message_zh
    assert bool(found[0].mend_en) == bool(found[0].mend_zh)
    return found[0]
