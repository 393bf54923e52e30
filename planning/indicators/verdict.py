"""Hold the verdict on one indicator, and say what an indicator is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from planning.messages import Text, zh_en

Outcome = Literal["pass", "fail", "not_supplied", "not_applicable"]
Origin = Literal["layout", "partly", "register"]

NOBODY = Text("indicators.verdict.applicable")  # a figure of nobody
NOTHING = Text("indicators.verdict.nothing")  # an empty list
NONE_ZH, NONE_EN = NOBODY.text("zh"), NOBODY.text("en")
# the figures of an item that a document decides
YES, NO = (" / ".join(zh_en(f"indicators.verdict.{word}")) for word in ("yes", "no"))
COUNTY_ZH, COUNTY_EN = zh_en("indicators.verdict.county")


def shown_in(shown: object, lang: str) -> str:
    """Return a figure of the scorecard, which tables keep for every reader, in one language."""
    text = str(shown)
    for word, both in (("yes", YES), ("no", NO)):
        if text == both:
            return Text(f"indicators.verdict.{word}").text(lang)
    return text.replace(NONE_ZH, NOBODY.text(lang))


@dataclass(frozen=True)
class Verdict:
    """What is said of one indicator.

    Parameters
    ----------
    outcome : {"pass", "fail", "not_supplied", "not_applicable"}
        A value that is missing is never a pass; ``not_applicable`` where the system does not know the indicator, or nobody is there
        whom it speaks of (a stage without schools or pupils): that is never a pass either.
    value : float, optional
        The headline figure, unrounded; ``None`` where there is none.
    shown : str
        The figures as printed: rates with 2 decimals, CV with 3, percentages with 1.
    standard_zh, standard_en : str
        What is asked.
    scope_zh, scope_en : str
        What was counted.
    evidence_zh, evidence_en : str
        Figures and documents a reader can check.
    reading_zh, reading_en : str
        Which reading of the text decided, where texts disagree.
    stale : bool
        A register value it rests on is older than a school year.
    """

    outcome: Outcome
    value: float | None
    shown: str
    standard_zh: str
    standard_en: str
    evidence_zh: str
    evidence_en: str
    scope_zh: str = COUNTY_ZH
    scope_en: str = COUNTY_EN
    reading_zh: str = ""
    reading_en: str = ""
    stale: bool = False


def unknown_here(*, seats: bool) -> Verdict:
    """Return that an indicator is not applicable under a profile, with the reason."""
    why = Text("indicators.unknown_here.seats" if seats else "indicators.unknown_here.profile")
    return Verdict("not_applicable", None, "", NONE_ZH, NONE_EN, why.text("zh"), why.text("en"))


def decide(holds: bool) -> Outcome:
    """Return pass or fail."""
    return "pass" if holds else "fail"


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the verdict on several conditions together: one failure fails, one missing value is not supplied."""
    found = set(outcomes)
    return "fail" if "fail" in found else "not_supplied" if "not_supplied" in found or not found else "pass"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Join names, the rest as a number."""
    shown = "、".join(str(n) for n in names[:most])
    return shown + (f"…(+{len(names) - most})" if len(names) > most else "")
