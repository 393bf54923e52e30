"""Make names harmless in HTML, scripts, XML and spreadsheets."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pandas as pd

# a spreadsheet runs a cell that starts so (OWASP, CSV injection)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# signs that XML cannot hold, and those that turn the text around them backwards (Unicode Technical Report 36)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# what could end a script element or a JavaScript string
_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029",
           **dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))), "")}  # fmt: skip


def script_json(value: Any) -> str:
    """Return JSON that can stand inside a script element whatever the names in it say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
    for sign, code in _SCRIPT.items():
        text = text.replace(sign, code)
    return text


def plain_text(value: object) -> str:
    """Return text that XML can hold and that reads in one direction; writers escape the rest."""
    return _FORBIDDEN.sub("", str(value))


def cell(value: Any) -> Any:
    """Return a value that a spreadsheet shows and never runs: ``=cmd`` gets an apostrophe in front."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def safe_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every text cell and header harmless in a spreadsheet."""
    result = table.copy()
    for name in result.columns:
        if not pd.api.types.is_numeric_dtype(result[name]):
            result[name] = result[name].map(cell)
    return result.rename(columns={name: cell(name) for name in result.columns})


def _plain(value: Any) -> Any:
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        return value.item()
    return str(value)
