"""Faults in workbooks, some of them meant."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from planning.district import check_district, read_district, write_workbook
from tests.district.tiny import tiny_district
from tests.reliability.table import Outcome, checked, fault

PART = "Workbooks · 工作簿"


def _book(place: Path) -> Path:
    return write_workbook(tiny_district(), place / "county.xlsx")


def _parts(place: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Return the workbook with its parts rewritten."""
    source, target = _book(place), place / "changed.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def _cells(place: Path, change: Callable[[Any], None]) -> Path:
    path = _book(place)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


@fault(PART, "a workbook cut in half", "工作簿被截断", "refused")
def cut(place: Path) -> Outcome:
    path = _book(place)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return checked(check_district(path))


@fault(PART, "a text file named .xlsx", "文本文件改名为 .xlsx", "refused")
def renamed(place: Path) -> Outcome:
    (place / "county.xlsx").write_text("unit,rooms\n", encoding="utf-8")
    return checked(check_district(place / "county.xlsx"))


@fault(PART, "a workbook with a password (an OLE file)", "加密工作簿(OLE 文件)", "refused")
def encrypted(place: Path) -> Outcome:
    (place / "county.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096))
    return checked(check_district(place / "county.xlsx"))


@fault(PART, "a zip bomb: 100 kB that unpack to 100 MB", "压缩炸弹：100 kB 解压为 100 MB", "refused")
def bomb(place: Path) -> Outcome:
    path = _parts(place, lambda n, d: d + b" " * 100_000_000 if n.endswith("sheet4.xml") else d)
    assert path.stat().st_size < 200_000
    return checked(check_district(path))


@fault(PART, "entities that unfold to a billion letters", "XML 实体炸弹", "refused")
def entities(place: Path) -> Outcome:
    steps = b"".join(b'<!ENTITY e%d "%s">' % (i + 1, b"&e%d;" % i * 10) for i in range(9))
    head = b'<!DOCTYPE x [<!ENTITY e0 "ha">' + steps + b"]>"
    return checked(
        check_district(
            _parts(
                place, lambda n, d: d.replace(b"<worksheet", head + b"<worksheet", 1) if "sheet4" in n else d
            )
        )
    )


@fault(PART, "an entity that reads another file", "XML 实体读取其他文件", "refused")
def external(place: Path) -> Outcome:
    head = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    return checked(
        check_district(
            _parts(
                place, lambda n, d: d.replace(b"<worksheet", head + b"<worksheet", 1) if "sheet4" in n else d
            )
        )
    )


@fault(PART, "a sheet that claims 17 billion cells", "工作表声称有 170 亿个单元格", "read")
def claims(place: Path) -> Outcome:
    path = _parts(
        place, lambda n, d: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', d)
    )
    return checked(check_district(path), "up to the last filled cell")


@fault(PART, "one stray cell far outside (XFD100000)", "远处有一个多余单元格(XFD100000)", "refused")
def corner(place: Path) -> Outcome:
    return checked(check_district(_cells(place, lambda book: book["办学单位"].__setitem__("XFD100000", "x"))))


@fault(PART, "a formula that was never calculated", "从未计算过的公式", "refused")
def formula(place: Path) -> Outcome:
    return checked(check_district(_cells(place, lambda book: book["办学单位"].__setitem__("D4", "=1+5"))))


@fault(PART, "a formula with its stored result", "带有计算结果的公式", "read")
def stored(place: Path) -> Outcome:
    def change(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet9.xml"):
            return data
        found = re.subn(rb'(<c r="D4"[^>]*>)<v>6</v>', rb'\1<f>HYPERLINK("http://x","6")</f><v>6</v>', data)
        assert found[1] == 1
        return found[0]

    path = _parts(place, change)
    assert read_district(path).units["rooms"].iloc[0] == 6
    return checked(check_district(path), "the result; the formula is not run")


@fault(PART, "a long code entered as a number", "长编码按数字录入", "refused")
def code(place: Path) -> Outcome:
    return checked(
        check_district(_cells(place, lambda book: book["居住单元"].__setitem__("I4", 640302106001000123)))
    )


@fault(PART, "bytes changed at 40 places, 25 times", "25 次随机改动 40 个字节", "refused")
def damaged(place: Path) -> Outcome:
    import random

    path, chance, good = _book(place), random.Random(7), _book(place).read_bytes()
    for _ in range(25):
        bad = bytearray(good)
        for _ in range(40):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        path.write_bytes(bytes(bad))
        assert checked(check_district(path)).kind == "refused"
    return Outcome("refused", "county.xlsx: not a readable workbook, every time")
