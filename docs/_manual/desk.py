"""What three desks of an office hand over: estates, schools, pupils at school."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

DESK = {
    "小区": [
        ["小区名称", "所属乡镇", "经度", "纬度", "现学区", *(f"{g}年级" for g in "一二三四五六七八九")],
        ["阳光花园", "城关街道", 106.2012, 38.0021, "第一小学", 60, 58, 61, 55, 57, 50, 52, 49, 47],
        ["康乐小区", "城关街道", 106.2051, 38.0043, "第一小学", 48, 46, 45, 47, 44, 41, 43, 40, 39],
        ["金岸家园", "城关街道", 106.2098, 38.0012, "第二小学", 66, 62, 60, 59, 57, 55, 51, 50, 48],
        ["幸福里", "城关街道", 106.2133, 38.0057, "第二小学", 44, 43, 41, 40, 42, 39, 38, 36, 37],
        ["东湾村", "河东镇", 106.2301, 38.0102, "河东小学", 21, 20, 22, 19, 18, 20, 17, 18, 16],
        ["西湖村", "河东镇", 106.2362, 38.0061, "河东小学", 18, 17, 16, 18, 15, 16, 15, 14, 15],
    ],
    "学校": [
        ["学校名称", "学校类型", "普通教室数", "经度", "纬度", "所属乡镇"],
        ["第一小学", "小学", 18, 106.2031, 38.0032, "城关街道"],
        ["第二小学", "小学", 18, 106.2115, 38.0034, "城关街道"],
        ["河东小学", "小学", 6, 106.2331, 38.0082, "河东镇"],
        ["城关中学", "初中", 18, 106.2074, 38.0051, "城关街道"],
    ],
    "在校生": [
        ["学校名称", *(f"{g}年级" for g in "一二三四五六七八九")],
        ["第一小学", 108, 104, 106, 102, 101, 91, None, None, None],
        ["第二小学", 110, 105, 101, 99, 99, 94, None, None, None],
        ["河东小学", 39, 37, 38, 37, 33, 36, None, None, None],
        ["城关中学", None, None, None, None, None, None, 216, 207, 202],
    ],
}


def write_desk(folder: Path) -> Path:
    """Write one workbook a desk, each with a title above its table."""
    folder.mkdir()
    for name, rows in DESK.items():
        book = Workbook()
        for row in [[f"利和县2025年秋季{name}"], *rows]:
            book.worksheets[0].append(row)
        book.save(folder / f"{name}.xlsx")
    return folder
