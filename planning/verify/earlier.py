"""Tell a verdict as an earlier version reached it from one that is wrong.

Until edition 2 what nobody is judged by was called met: a ratio of nobody was 1, its verdict a pass, and pupils moved where no
catchments were in force were 0. Such a run is no forgery; it says so, and a run of today that says the same is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, place, warn

NOBODY = 2
"""Edition from which what nobody is judged by does not apply."""


def of_nobody(
    evidence: Evidence, rule: str, expected: Series, found: Series, met: Any, none: Any = None
) -> tuple[Series, list[Check]]:
    """Return what a run says without what an earlier version called met of nobody, and a warning that names that.

    Parameters
    ----------
    expected, found : Series
        Recomputed today, and said by the run.
    met : object
        What an earlier version said of nobody.
    none : object, optional
        What is said today; by default nothing at all.
    """
    edition = (evidence.layout.summary.get("versions") or {}).get("verdicts", 1)
    if edition >= NOBODY:
        return found, []
    today = expected.reindex(found.index)
    of_none = today.isna() if none is None else today.eq(none)
    earlier = (of_none & found.eq(met)).to_numpy(dtype=bool)
    kept = found.where(~earlier, today) if none is not None else found[~earlier]
    places = list(dict.fromkeys(place(key, found.index) for key in found.index[earlier]))
    return kept, list(_said(rule, places))


def _said(rule: str, places: list[str]) -> Iterator[Check]:
    if places:
        yield warn(rule, Text("verify.earlier.nobody_met"), "; ".join(places))
