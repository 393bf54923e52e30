"""Make names harmless in HTML, scripts, XML and spreadsheets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planning.tables import harmless

# what XML cannot hold, what turns or hides the text around it (Unicode Technical Reports 36 and 39): directional signs,
# zero-width signs, soft hyphens, fillers, annotation and tag characters
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile("[\u2028\u2029]")
# what could end a script element or a JavaScript string
_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def script_json(value: Any) -> str:
    """Return JSON that can stand inside a script element whatever the names in it say."""
    text = json.dumps(
        _cleaned(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
    )
    for sign, code in _SCRIPT.items():
        text = text.replace(sign, code)
    return text


def plain_text(value: object) -> str:
    r"""Return text that XML can hold, that reads in one direction and hides nothing; writers escape the rest.

    Examples
    --------
    >>> plain_text("东\u202e村\u200b")
    '东村'
    """
    return _FORBIDDEN.sub("", _LINE_ENDS.sub(" ", str(value)))


def one_line(value: object) -> str:
    """Return plain text on one line: what a drawing can set, which knows neither tabs nor line ends."""
    return " ".join(plain_text(value).split())


def safe_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every text cell and header plain and harmless in a spreadsheet."""
    result = table.copy()
    for name in result.columns:
        if not pd.api.types.is_numeric_dtype(result[name]):
            result[name] = result[name].map(lambda v: plain_text(v) if isinstance(v, str) else v)
    heads = harmless(pd.DataFrame({"name": [plain_text(name) for name in result.columns]}))["name"]
    return harmless(result.set_axis(list(heads), axis="columns"))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, Mapping):
        return {plain_text(k): _cleaned(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(v) for v in value]
    return value


def _plain(value: Any) -> Any:
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        return value.item()
    return plain_text(value)
