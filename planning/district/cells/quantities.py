"""Read quantities as people write them: thousands apart, units behind the number, Chinese numerals."""

from __future__ import annotations

import re
import unicodedata

from planning.district.cells.traditional import simplified

UNIT_FACTORS: dict[str, dict[str, float]] = {
    "yuan": {"元": 1, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8, "万": 1e4, "yuan": 1},
    "m2": {  # as headers are compared: ㎡ and m² become m2
        "平方米": 1,
        "m2": 1,
        "平米": 1,
        "亩": 2000 / 3,
        "公顷": 1e4,
        "万平方米": 1e4,
        "万平米": 1e4,
        "万m2": 1e4,
        "平方公里": 1e6,
        "平方千米": 1e6,
        "km2": 1e6,
    },
    "persons": {"人": 1, "千人": 1e3, "万人": 1e4, "万": 1e4},
    "pupils": {"人": 1, "千人": 1e3, "万人": 1e4, "万": 1e4},
    "teachers": {"人": 1},
    "m": {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000, "里": 500, "华里": 500},
    "pupils/home": {"人/户": 1, "人/套": 1, "%": 0.01},
    "share": {"%": 0.01, "‰": 0.001},
}
"""Unit of the schema: units that people write for it, and what one of them is."""
COUNTED = ("人", "名", "间", "个", "所", "班", "套", "户", "台", "册")
"""Words in headers that only say what is counted."""
_WORDS = {
    "persons": "人名个",
    "pupils": "人名个",
    "teachers": "人名个",
    "rooms": "间个班",
    "homes": "套户",
}
"""Words behind a number that fit what a column counts."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"(?P<number>[+-]?(\d[\d,' ]*)?\d(\.\d+)?([eE][+-]?\d+)?|[+-]?\.\d+)(?P<unit>\D.*)?")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_TENS = {"十": 10, "百": 100, "千": 1000}


def quantity(text: str, unit: str = "") -> tuple[float, bool] | None:
    """Return the number that a text holds in the unit of its column, and whether it names a unit itself.

    Parameters
    ----------
    text : str
        ``1,234``, ``１２``, ``3.5万元``, ``45人``, ``95%``, ``十二``.
    unit : str
        Unit of the column: a key of :data:`UNIT_FACTORS`, or one that needs no factor.

    Returns
    -------
    (float, bool) or None
        ``None`` when it is no number, or one in a unit that the column cannot have.

    Examples
    --------
    >>> quantity("3.5万元", "yuan"), quantity("1,234人", "pupils"), quantity("95%", "pupils")
    ((35000.0, True), (1234.0, False), None)
    >>> quantity("12個", "pupils"), quantity("3.2萬元", "yuan"), quantity("1.5万", "persons")
    ((12.0, False), (32000.0, True), (15000.0, True))
    """
    word = simplified(unicodedata.normalize("NFKC", text).strip())
    words = _WORDS.get(unit, "")
    if (counted := chinese_number(word.rstrip(words))) is not None:
        return float(counted), False
    found = _NUMBER.fullmatch(word)
    if found is None:
        return None
    digits, said = found["number"].strip(), re.sub(r"\s+", "", found["unit"] or "").lower()
    if re.search(r"[,' ]", digits):
        if not _THOUSANDS.fullmatch(digits):
            return None
        digits = re.sub(r"[,' ]", "", digits)
    factors = UNIT_FACTORS.get(unit, {})
    if said in factors:
        return _exact(float(digits) * factors[said]), said not in words
    if not said or said in words:
        return float(digits), False
    return None


def _exact(value: float) -> float:
    """Return a product without the noise of binary fractions: 0.07 万元 is 700 yuan."""
    return float(f"{value:.14g}")


def chinese_number(text: str) -> int | None:
    """Return a whole number below 10,000 written in Chinese numerals: 十二, 二十, 一百零五, 二〇二三.

    Examples
    --------
    >>> chinese_number("二十三"), chinese_number("二〇二三"), chinese_number("中学")
    (23, 2023, None)
    """
    if not text or any(c not in _DIGITS and c not in _TENS for c in text):
        return None
    if not any(c in _TENS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    last = 10**4
    for c in text:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        else:
            if _TENS[c] >= last:
                return None
            last = _TENS[c]
            total, digit = total + (digit or 1) * last, 0
    return total + digit
