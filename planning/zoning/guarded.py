"""Name the rule, and where in it, when a rule that a user or an installed package adds fails."""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from planning.errors import Issue, PlanningError
from planning.zoning.declare import Reason, Rule

log = logging.getLogger(__name__)

STATES = ("active", "value", "allows", "pairs", "pupil_price", "add", "loosened", "places")
"""What the programme is stated from: a rule that fails here ends the run before anything is solved."""
FAILED = "rule_failed"
"""Prefix of the key of ``summary.json`` under which a failure is told."""


def guarded(rule: Rule) -> Rule:
    """Return the rule, each of its methods watched.

    What fails before anything is solved is raised as an error of the user. What fails once there is a plan does not cost the plan: it is
    left out and told in ``summary.json``, its notes and the log.
    """
    if getattr(rule, "_guarded", False):
        return rule
    failures: list[tuple[str, str]] = []
    wrapped: dict[str, Any] = {name: _raising(rule.name, name, getattr(rule, name)) for name in STATES}

    def instead(name: str, value: Callable[..., Any]) -> Callable[..., Any]:
        return _going_on(rule.name, name, getattr(rule, name), value, failures)

    wrapped["improve"] = instead("improve", lambda model, columns: columns)
    wrapped["divide"] = instead("divide", lambda model, columns, divided: columns)
    wrapped["settle"] = instead("settle", lambda problem, stage_index, plan: plan)
    wrapped["repair"] = instead("repair", lambda problem, plan: plan)
    wrapped["broken"] = instead("broken", lambda problem, tables: ())
    wrapped["reasons"] = instead("reasons", lambda *_: (_failed(rule, failures),))
    figures, notes = instead("figures", lambda *_: {}), instead("notes", lambda *_: [])

    def all_figures(problem: Any, tables: Any) -> Mapping[str, Any]:
        found = dict(figures(problem, tables))
        told = [f"{name}: {said}" for name, said in failures]
        failures.clear()
        return found | ({f"{FAILED}_{rule.name}": told} if told else {})

    def all_notes(of: Mapping[str, Any], lang: str) -> list[str]:
        told = "; ".join(of.get(f"{FAILED}_{rule.name}", ()))
        en = f"the rule {rule.name} failed, and this part of it was left out: {told}"
        said = en if lang == "en" else f"规则“{rule.name_zh}”出错，该部分未计入：{told}"
        return [*notes(of, lang), *([said] if told else [])]

    wrapped |= {"figures": all_figures, "notes": all_notes, "_guarded": True}
    with suppress(AttributeError, TypeError):  # an object that takes no attributes stays as it is
        for name, method in wrapped.items():
            setattr(rule, name, method)
    return rule


def _raising(rule: str, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def watched(*given: Any, **named: Any) -> Any:
        try:
            return method(*given, **named)
        except PlanningError:
            raise
        except Exception as error:
            raise PlanningError([_problem(rule, name, error)]) from error

    return watched


def _going_on(
    rule: str,
    name: str,
    method: Callable[..., Any],
    instead: Callable[..., Any],
    failures: list[tuple[str, str]],
) -> Callable[..., Any]:
    @functools.wraps(method)
    def watched(*given: Any, **named: Any) -> Any:
        try:
            found = method(*given, **named)
            return found if not hasattr(found, "__next__") else list(found)
        except Exception as error:
            problem = _problem(rule, name, error)
            log.warning("%s", problem.text("en"))
            failures.append((name, _said(error)))
            return instead(*given, **named)

    return watched


def _failed(rule: Rule, failures: list[tuple[str, str]]) -> Reason:
    said = failures[-1][1] if failures else ""
    return Reason(rule.name, f"the rule {rule.name} failed: {said}", f"规则“{rule.name_zh}”出错：{said}")


def _problem(rule: str, name: str, error: Exception) -> Issue:
    said = _said(error)
    return Issue("zoning.guarded.rule_failed", f"rule {rule}", column=name, said=said)


def _said(error: Exception) -> str:
    """Return what went wrong and in which line of which file."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"
