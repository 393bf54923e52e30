"""Make names harmless in HTML, scripts, XML and spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.tables import harmless
from planning.texts import plain_text

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


def safe_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every text cell and header plain and harmless in a spreadsheet."""
    result = table.copy()
    for name in result.columns:
        if not pd.api.types.is_numeric_dtype(result[name]):
            result[name] = result[name].map(lambda v: plain_text(v) if isinstance(v, str) else v)
    heads = harmless(pd.DataFrame({"name": [plain_text(name) for name in result.columns]}))["name"]
    return harmless(result.set_axis(list(heads), axis="columns"))


def safe_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a CSV in which no cell can start a formula in a spreadsheet."""
    safe_table(table).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


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
