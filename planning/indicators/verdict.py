"""Hold the verdict on one indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["pass", "fail", "not_supplied"]
Origin = Literal["layout", "partly", "register"]


@dataclass(frozen=True)
class Verdict:
    """What is said of one indicator.

    Parameters
    ----------
    id, name_zh, name_en : str
        Indicator.
    value, standard : str
        What was found and what is asked, as printed.
    verdict : {"pass", "fail", "not_supplied"}
        A value that is missing is never a pass.
    scope : str
        What was counted.
    evidence_zh, evidence_en : str
        Figures a reader can check.
    origin : {"layout", "partly", "register"}
        Whether a layout changes it.
    reading : str
        Which reading of the text was used, where there are several.
    """

    id: str
    name_zh: str
    name_en: str
    value: str
    standard: str
    verdict: Outcome
    scope: str
    evidence_zh: str
    evidence_en: str
    origin: Origin
    reading: str = ""


def decide(holds: bool) -> Outcome:
    """Return pass or fail."""
    return "pass" if holds else "fail"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Join names, the rest as a number."""
    shown = "、".join(str(n) for n in names[:most])
    return shown + (f"…(+{len(names) - most})" if len(names) > most else "")
