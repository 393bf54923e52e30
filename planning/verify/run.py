"""Verify a run folder, rule by rule."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from planning.added_rules import with_installed
from planning.district import District
from planning.messages import Both, Text, Words
from planning.verify.evidence import Evidence
from planning.verify.gather import gather
from planning.verify.report import Check, VerifyReport
from planning.verify.rules import RULES


def verify_run(
    run_folder: str | Path,
    district_path: District | str | Path | None = None,
    *,
    rules: tuple[Any, ...] = (),
) -> VerifyReport:
    """Recompute every rule of a run from its files and its district.

    Shares no code with the model or the solver: pupils are counted, catchments connected, ways searched and money
    added up again. Every difference is listed with its place and both numbers.

    Parameters
    ----------
    run_folder : str or Path
        Folder of the run.
    district_path : District, str or Path, optional
        District or its folder; the one the run's ``scenario.yaml`` names when missing.
    rules : tuple
        Rules beside those of the package and of installed ones, each with ``check(evidence)`` (:mod:`planning.added_rules`).

    Returns
    -------
    VerifyReport

    Raises
    ------
    LayoutError, ScenarioError, DistrictError
        If files are missing or cannot be read at all.
    """
    return verify_evidence(gather(run_folder, district_path), rules=rules)


def verify_evidence(evidence: Evidence, *, rules: tuple[Any, ...] = ()) -> VerifyReport:
    """Recompute every rule of a run that is in memory already."""
    evidence = replace(evidence, rules=with_installed(tuple(rules)))
    added = [
        (str(rule.name), Both(str(rule.name), str(getattr(rule, "name_zh", rule.name))), rule.check)
        for rule in evidence.rules
        if hasattr(rule, "check")
    ]
    checks = [
        replace(check, rule_zh=name.text("zh"), name=name)
        for rule_name, name, rule in (*_called(evidence), *added)
        for check in _guarded(rule_name, rule, evidence)
    ]
    return VerifyReport(
        evidence.layout.path or Path(evidence.layout.name), tuple(checks), seats_short(evidence)
    )


_OF_CLASSES = ("class_size", "rooms")
"""Rules whose names speak of classes and classrooms, which a profile in seats does not have."""


def _called(evidence: Evidence) -> Iterator[tuple[str, Words, Callable[[Evidence], Iterable[Check]]]]:
    """Yield the rules of the package with the names that they have where capacity is counted as this profile counts it."""
    seats = evidence.profile.capacity == "seats"
    for rule_name, name, rule in RULES:
        other = seats and rule_name in _OF_CLASSES
        yield rule_name, Text(f"verify.rule_in_seats.{rule_name}") if other else name, rule


def seats_short(evidence: Evidence) -> int:
    """Return the pupils without a seat in the units that zoning fills, all years of the plan, from pupils and classes alone."""
    rows = evidence.zoned_rows
    short = (rows["pupils"] - rows["classes"] * rows["cap"]).clip(lower=0).sum()
    return 0 if pd.isna(short) else int(short)


def _guarded(name: str, rule: Callable[[Evidence], Iterable[Check]], evidence: Evidence) -> Iterator[Check]:
    """Turn a table that cannot even be recomputed, or a check that breaks down, into a failed check.

    An error in the code of an added rule is shown to who wrote it; another one stands in the log (``-v``).
    """
    try:
        yield from rule(evidence)
    except Exception as error:
        logging.getLogger("planning").info("%s could not be recomputed", name, exc_info=error)
        theirs = _arose_in(error, {type(rule).__module__ for rule in evidence.rules})
        reason = f"{type(error).__name__}: {error}, {_line(error)}" if theirs else _line(error)
        found = f"they cannot be recomputed ({reason})"
        what = Text("verify.run.tables_can_recomputed")
        yield Check.of(name, False, what, "tables that belong together", found, "run folder")


def _arose_in(error: BaseException, modules: set[str]) -> bool:
    """Return whether an error, or the one it tells of, arose in the code of some modules."""
    frames = traceback.walk_tb(error.__traceback__)
    if any(frame.f_globals.get("__name__") in modules for frame, _ in frames):
        return True
    return error.__cause__ is not None and _arose_in(error.__cause__, modules)


def _line(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}, line {last.lineno}"
