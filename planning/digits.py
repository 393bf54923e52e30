"""Show numbers with few digits: a half goes up, as in spreadsheets and browsers, so that no two papers differ by one."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

_FIXED = re.compile(r".*\.(\d+)f")


def in_digits(value: float, form: str = ",.0f") -> str:
    """Return a number in a form of :func:`format`; with a fixed number of digits, a half of the last one goes away from zero.

    Parameters
    ----------
    value : float
        As it was stored: the digits that its shortest decimal writing has are those that are rounded.
    form : str
        ``,.0f`` for metres and pupils, ``+,.1f``, ``.1%`` and so on.

    Examples
    --------
    >>> in_digits(1992.5), f"{1992.5:,.0f}", in_digits(0.25, ".1f")
    ('1,993', '1,992', '0.3')
    """
    fixed = _FIXED.fullmatch(form)
    if fixed is None or not math.isfinite(value):
        return format(value, form)
    last = Decimal(1).scaleb(-int(fixed[1]))
    return format(Decimal(repr(float(value))).quantize(last, ROUND_HALF_UP), form)
