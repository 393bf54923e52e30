"""Understand the words of office forms: grades, numbers of classes, school years, class numbers."""

from __future__ import annotations

import re

from planning.district.cells.headers import plain
from planning.district.cells.quantities import chinese_number
from planning.district.cells.traditional import simplified
from planning.grades import KINDERGARTEN, USUAL, Grades, is_kindergarten

_GRADES = "一二三四五六七八九"
_COUNT = r"(?:在校)?(?:学生|人|生)?(?:人)?(?:数)?"
_ALL_PUPILS = re.compile(rf"{_COUNT}$")
_DIGIT = r"(?P<digit>1[0-2]|[1-9一二三四五六七八九]|十[一二]?)"
_GRADE = re.compile(rf"第?(?P<stage>小学|初中)?(?:阶段|部)?{_DIGIT}(?:年级|年){_COUNT}")
_PRIMARY = re.compile(rf"小(?:学)?(?:阶段|部)?(?P<digit>[一二三四五六1-6])(?:年级)?{_COUNT}")
_JUNIOR = re.compile(rf"(?:初中?|国|中)(?:阶段|部)?(?P<digit>[一二三四1-4])(?:年级)?{_COUNT}")
_CLASSES = re.compile(r"(?P<grade>.+?)(?:教学班数|班级数|班数|_?classes)")
_OF_COUNTS = re.compile(r"[(\[](?:人|个|名|班)[)\]]$")
_SEX = re.compile(
    r"[(\[_/、-]?(?:其中)?(?P<sex>男|女|boys?|girls?|(?:fe)?male)(?:同?学?生|童)?(?:人数|人|数)?[)\]_/、-]?"
)
_ALL_SEXES = re.compile(r"(?P<rest>.+?)[(\[_/、-]?(?:合计|小计|共计|总计|计|total)[)\]]?")
_IN_FILE = re.compile(
    r"(?:grade|gr\.?|year|class)(?P<digit>1[0-2]|[1-9])|g(?P<short>1[0-2]|[1-9])|(?:primary|p|p\.)(?P<p>[1-6])"
    r"|(?P<nth>1[0-2]|[1-9])(?:st|nd|rd|th)grade"
)
_SENIOR_OF = re.compile(r"(?:secondary|form|junior|s|f|j|s\.|f\.)(?P<digit>[1-4])")
"""Forms of secondary schools in Hong Kong; K1–K3 are kindergartens there and no grade of ours."""
_SCHOOLS = {"国小": "小学", "国民小学": "小学", "国中": "初中", "国民中学": "初中"}
"""What Taiwan calls the schools."""
_DATE_IN_AUTUMN = re.compile(r"(\d{4})[-/.年]0?9[-/.月]\d{1,2}日?(?:00:?00:?00)?")
"""A school year is often written as the day on which it begins."""
_NUMBER = r"\d{2,4}|[〇零一二三四五六七八九十百]{2,6}"
_TERM = r"(?:第?[一1]学期|上学期|秋季?(?:学期)?|(?P<second>第?[二2]学期|下学期))?"
_YEAR = re.compile(
    rf"(?P<roc>(?:中华)?民国|roc)?(?P<year>{_NUMBER})(?:学?年?度?[-~—–/至](?P<end>{_NUMBER}))?"
    rf"(?P<word>学年度?|年度?)?{_TERM}"
)
_ROC = 1911
"""Year 1 of the calendar of 1912 (民国) is this many years before ours."""
_ROC_YEARS = range(80, 150)
_CLASS = re.compile(
    r"(?:[一二三四五六七八九1-9]年级|[初小][一二三四五六]|[一二三四五六七八九](?=\())?\(?(?P<digit>\d{1,2}|[一二三四五六七八九十]{1,3})\)?班"
)


def _word(text: str) -> str:
    """Return a word of a form in simplified letters, as headers are compared."""
    return simplified(plain(text))


def grade_of(header: str, grades: Grades = USUAL) -> int | None:
    """Return the grade a header names: 一年级, 7年级人数, 初二, 初中一年级, grade3; 学前 and K where kindergarten is a grade.

    A number that stage counts anew begins with the lowest grade of the stage: 初一 is 7, or 6 where the primary school has five years.
    A grade that its stage does not have (初中四年级 where the junior school has three) is none.
    """
    word = _OF_COUNTS.sub("", _word(header))
    for local, name in _SCHOOLS.items():
        word = word.replace(local, name, 1)
    if grades.first == 0 and is_kindergarten(_ALL_PUPILS.sub("", word)):
        return 0
    for pattern, junior in (
        (_GRADE, False),
        (_PRIMARY, False),
        (_JUNIOR, True),
        (_IN_FILE, False),
        (_SENIOR_OF, True),
    ):
        if match := pattern.fullmatch(word):
            parts = match.groupdict()
            digit = next((parts[k] for k in ("digit", "short", "p", "nth") if parts.get(k)), "")
            number = int(digit) if digit.isdigit() else chinese_number(digit) or 0
            years = len(grades.junior)
            if junior and number > years:
                return None
            if junior or (
                parts.get("stage") == "初中" and number <= years
            ):  # counted anew in the junior school
                return grades.junior[number - 1]
            if parts.get("stage") == "小学" and number > grades.primary[-1]:
                return None
            if parts.get("stage") == "初中" and number not in grades.junior:
                return None
            return number if number <= max(grades.last, USUAL.last) else None
    return None


def grade_header(grade: int) -> str:
    """Return a header that names a grade."""
    return (
        f"{_GRADES[grade - 1]}年级"
        if 0 < grade <= len(_GRADES)
        else f"{grade}年级"
        if grade
        else KINDERGARTEN
    )


def sex_of(header: str) -> tuple[str, str]:
    """Return a header without the sex that it names, and the sex: 男, 女 or ``""``.

    Examples
    --------
    >>> sex_of("一年级（男）"), sex_of("女生人数"), sex_of("三年级")
    (('一年级', '男'), ('', '女'), ('三年级', ''))
    """
    word = _OF_COUNTS.sub("", _word(header))
    found = _SEX.findall(word)
    if len(found) != 1:
        return word, ""
    return _SEX.sub("", word), "女" if found[0] in ("女", "girl", "girls", "female") else "男"


def without_total(header: str, grades: Grades = USUAL) -> str:
    """Return the grade that a header of a total names, or the header: 一年级（计）."""
    found = _ALL_SEXES.fullmatch(_OF_COUNTS.sub("", _word(header)))
    return found["rest"] if found and grade_of(found["rest"], grades) is not None else header


def classes_of(header: str, grades: Grades = USUAL) -> int | None:
    """Return the grade whose number of classes a header names: 一年级班数, grade1_classes."""
    match = _CLASSES.fullmatch(_OF_COUNTS.sub("", _word(header)))
    return grade_of(match["grade"], grades) if match else None


def year_of(cell: str) -> int | None:
    """Return the year that a school year begins in.

    Understands 2020学年, 2020-2021学年, 2023/24, 二〇二三年, and the calendar of 1912 where it is named or can only be
    meant: 民国112年, 112學年度.

    Examples
    --------
    >>> year_of("2023-2024学年"), year_of("民国112年"), year_of("112學年度"), year_of("二〇二三年"), year_of("112")
    (2023, 2023, 2023, 2023, None)
    """
    if autumn := _DATE_IN_AUTUMN.fullmatch(_word(cell)):
        return int(autumn[1])
    match = _YEAR.fullmatch(_word(cell))
    if not match:
        return None
    year = _number(match["year"])
    ours = 1900 <= year < 2100
    if match["roc"] or ((match["word"] or "").startswith("学年") and year in _ROC_YEARS):
        year, ours = year + _ROC, year in _ROC_YEARS
    if not ours or not (match["word"] or match["end"] or match["roc"]):
        return None
    if match["second"] and not (match["end"] or match["word"].startswith("学年")):
        return None  # which school year the second term of a calendar year belongs to is open
    if match["end"] and _number(match["end"]) % 100 not in (
        year % 100,
        (year + 1) % 100,
        (year + 1 - _ROC) % 100,
    ):
        return None  # several years, not one
    return year


def _number(text: str) -> int:
    return int(text) if text.isdigit() else chinese_number(text) or 0


def class_number(cell: str) -> int | None:
    """Return the number of a class: 3班, (3)班, 三班, 一年级3班, 初一(12)班."""
    match = _CLASS.fullmatch(_word(cell))
    return None if not match else _number(match["digit"]) or None
