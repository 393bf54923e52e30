"""Write real enrolment of the county of tests/zoning/county.py, as a school office would.

Planned for 2020: A (Z1 Z2 Z4 Z5) 80 and B (Z3 Z6) 40 pupils in every primary grade, C 120 in every junior grade. What came:
A has 76 pupils in grade 1, because four children of Z1 attend B, which has 44; everything else as planned.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

PRIMARY = "AABAAB"


def homes() -> pd.DataFrame:
    """Return who lives where and attends which school: ``学校, 年级, 人数, 居住单元编号``."""
    rows = []
    for k, letter in enumerate(PRIMARY):
        for grade in range(1, 10):
            school = {"A": "甲小学", "B": "乙小学"}[letter] if grade <= 6 else "丙中学"
            if k == 0 and grade == 1:
                rows += [("甲小学", "一年级", 16, "Z1"), ("乙小学", "一年级", 4, "Z1")]
            else:
                rows.append((school, str(grade), 20, f"Z{k + 1}"))
    return pd.DataFrame(rows, columns=["学校", "年级", "人数", "居住单元编号"])


def classes() -> pd.DataFrame:
    """Return the classes: A has 38 + 38 in grade 1, B a single class of 44; C three of 40."""
    rows = [("A-P", 1, "1", 38), ("A-P", 1, "2", 38), ("B-P", 1, "1", 44)]
    rows += [("A-P", g, str(c), 40) for g in range(2, 7) for c in (1, 2)]
    rows += [("B-P", g, "1", 40) for g in range(2, 7)]
    rows += [("C-J", g, str(c), 40) for g in (7, 8, 9) for c in (1, 2, 3)]
    return pd.DataFrame(rows, columns=["办学单位编号", "年级", "班级", "学生数"])


def workbook(path: Path) -> Path:
    """Write both tables into one workbook, a title above the classes."""
    with pd.ExcelWriter(path) as book:
        classes().to_excel(book, sheet_name="班级", index=False, startrow=2)
        book.sheets["班级"].cell(1, 1, "小县2020学年在校生统计表")
        homes().to_excel(book, sheet_name="住址", index=False)
    return path
