"""Schools are known by how people write and say their names, and by nothing that may be another one's."""

from __future__ import annotations

import pytest

from planning.district.cells.spoken import schools_meant

LISTED = (
    "利民县第一小学", "利民县第十一小学", "利民县第二小学", "利民县实验小学", "利民县第二实验小学", "城关镇中心小学",
    "河东镇第一小学", "人和小学", "李庄小学", "柳林學校", "利民县第一初级中学",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("利民县第一小学", ["利民县第一小学"]),
        ("第二小学", ["利民县第二小学"]),
        ("二小", ["利民县第二小学"]),
        ("第2小学", ["利民县第二小学"]),
        ("11小", ["利民县第十一小学"]),
        ("河东一小", ["河东镇第一小学"]),
        ("实小", ["利民县实验小学"]),  # not the second
        ("二实小", ["利民县第二实验小学"]),
        ("实验二小", ["利民县第二实验小学"]),
        ("一小（河东）", ["河东镇第一小学"]),
        ("县一中", ["利民县第一初级中学"]),
        ("城关小学", ["城关镇中心小学"]),
        ("柳林学校", ["柳林學校"]),
        ("李庄", ["李庄小学"]),
        ("利民县李庄小学", ["李庄小学"]),
        ("李\u200b庄\u00a0小学\u202e", ["李庄小学"]),
        ("一小", ["利民县第一小学", "河东镇第一小学"]),
        ("东山镇李庄小学", []),  # another township's
        ("三小", []),
        ("小学", []),
        ("", []),
    ],
)
def test_a_name_means_the_schools_that_it_fits(said: str, meant: list[str]) -> None:
    assert schools_meant(said, LISTED) == meant
