"""Bring the values of the register to the unit of their item: shares from 0 to 1, money in yuan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from planning.district.cells.quantities import UNIT_FACTORS, quantity
from planning.errors import Issue

Kind = Literal["share", "yuan", ""]
_SHARES = re.compile(r".*(_rate|_share|_difference)")
_MONEY = re.compile(r".*_yuan")
_PLAIN = {"share": ("share", "比例", "比值", "小数", "1"), "yuan": ("yuan", "元", "cny", "rmb"), "": ()}
_PER = re.compile(r"(/|每|per)(生|人|年|月|pupil|year)*$|单位")


def kind_of(item: str) -> Kind:
    """Return what an item is measured in: a share, yuan, or neither.

    Examples
    --------
    >>> kind_of("retention_rate"), kind_of("special_per_pupil_yuan"), kind_of("met")
    ('share', 'yuan', '')
    """
    return "share" if _SHARES.fullmatch(item) else "yuan" if _MONEY.fullmatch(item) else ""


def settle_values(
    items: Sequence[str], values: Sequence[str], units: Sequence[str], file: str, labels: Sequence[str]
) -> tuple[list[str], list[str], list[Issue]]:
    """Return values and units as the indicators expect them, and what is wrong with them.

    Parameters
    ----------
    items, values, units : sequence of str
        Cells as written; a value may name its unit itself (``95%``).

    Returns
    -------
    values, units, problems
        A wrong value is emptied; it is named as an error.
    """
    settled: list[tuple[str, str]] = []
    problems: list[Issue] = []
    for item, value, unit, label in zip(items, values, units, labels, strict=True):
        kind = kind_of(item.strip())
        word = _PER.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", unit)).lower())
        number, known = _number(value, kind, word)
        if not value.strip() or (number is None and known):
            settled.append((value, unit))  # empty, or no number: named with the other cells
        elif number is None:
            settled.append(("", unit))
            problems.append(_wrong_unit(file, label, item, value, unit, kind))
        elif kind == "share" and not 0 <= number <= 1:
            settled.append(("", unit))
            problems.append(_no_share(file, label, item, value, unit))
        else:
            same = quantity(value, kind) == (
                number,
                False,
            )  # nothing was converted: the unit may stay as it is
            settled.append((value, unit) if same else (f"{number:.14g}", kind))
    return [v for v, _ in settled], [u for _, u in settled], problems


def _number(value: str, kind: Kind, word: str) -> tuple[float | None, bool]:
    """Return a value in the unit of its kind, and whether the unit is one that the kind can have."""
    found = quantity(value, kind)
    if found is None:
        return None, quantity(value, "share") is None and quantity(value, "yuan") is None
    factors = {**UNIT_FACTORS.get(kind, {}), **dict.fromkeys(_PLAIN[kind], 1.0), "": 1.0}
    number, own = found
    if own:  # 95% in the cell and % beside it say the same once
        return number, True
    if kind and word not in factors:
        return None, False
    if not kind and word in ("%", "‰"):
        return number * UNIT_FACTORS["share"][word], True
    return number * factors.get(word, 1.0), True


def _wrong_unit(file: str, row: str, item: str, value: str, unit: str, kind: Kind) -> Issue:
    known = [*UNIT_FACTORS.get(kind, {}), *_PLAIN[kind][:1]]
    return Issue(
        "district.register.cannot_unit",
        file,
        row=row,
        column="unit_of_value",
        value=f"{value} {unit}".strip(),
        mend="district.mend.write_one" if kind else "district.mend.write_value_without_unit",
        item=item,
        known=known,
    )


def _no_share(file: str, row: str, item: str, value: str, unit: str) -> Issue:
    return Issue(
        "district.register.share_must_lie_between_0",
        file,
        row=row,
        column="value",
        value=f"{value} {unit}".strip(),
        item=item,
    )
