"""Spreadsheets as three desks of an office would hand them over: estates, schools, enrolment; no polygon among them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级", "九年级")
TOWNS = {"城关街道": (106.20, 38.00), "河东镇": (106.25, 38.01), "柳林乡": (106.21, 38.05)}
ESTATES = ("阳光花园", "兴隆村", "望河苑", "东湾村")
SCHOOLS = (
    ("第一小学", "小学", "城关街道", 20),
    ("河东小学", "小学", "河东镇", 14),
    ("柳林学校", "九年一贯制", "柳林乡", 24),
    ("第一中学", "初级中学", "城关街道", 20),
)


@dataclass(frozen=True)
class Office:
    """How an office writes: births instead of grades, schools by address instead of point, what titles say."""

    births: bool = False
    addresses: bool = False
    title: str = "利和县2025年秋季"
    rooms: bool = True
    towns: bool = True
    seed: int = 1

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        dice = random.Random(self.seed)
        columns = [f"{y}年出生" for y in range(2010, 2020)] if self.births else list(GRADES)
        town = ["所属乡镇"] if self.towns else []
        rows: list[Sequence[object]] = [["序号", "小区（村）名称", *town, "经度", "纬度", *columns]]
        places: dict[str, tuple[float, float]] = {}
        for k, (name, (x, y)) in enumerate(TOWNS.items()):
            for estate in ESTATES:
                lon, lat = round(x + dice.uniform(-0.02, 0.02), 6), round(y + dice.uniform(-0.015, 0.015), 6)
                called = estate + ("", "二期", "三期")[k]
                places.setdefault(name, (lon, lat))
                numbers = [dice.randint(30, 50) for _ in columns]
                rows.append([len(rows), called, *([name] if self.towns else []), lon, lat, *numbers])
        sheet(folder / "小区.xlsx", f"{self.title}各小区适龄儿童统计表", rows)
        where = ["地址"] if self.addresses else ["经度", "纬度"]
        rows = [["学校名称", "学校类型", "所属乡镇", *(["教室数"] if self.rooms else []), *where]]
        for k, (name, kind, home, rooms) in enumerate(SCHOOLS):
            lon, lat = places[home]
            estate = ESTATES[0] + ("", "二期", "三期")[list(TOWNS).index(home)]
            at = [f"{home}{estate}东门"] if self.addresses else [lon + 0.001 * (k + 1), lat]
            rows.append([name, kind, home, *([rooms] if self.rooms else []), *at])
        sheet(folder / "学校.xlsx", f"{self.title.split('20')[0]}学校一览表", rows)
        head = ["学校名称", *(f"{g}{what}" for g in GRADES for what in ("班数", "人数"))]
        rows = [head]
        for name, kind, _, _ in SCHOOLS:
            taught = range(9) if kind == "九年一贯制" else range(6) if kind == "小学" else range(6, 9)
            rows.append([name, *(v for k in range(9) for v in ((2, 80) if k in taught else (None, None)))])
        sheet(folder / "在校生.xlsx", f"{self.title}在校生统计表", rows)
        return folder


def sheet(path: Path, title: str, rows: Sequence[Sequence[object]]) -> None:
    """Write one sheet with a title above its table."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append([title])
    for row in rows:
        page.append(list(row))
    book.save(path)
