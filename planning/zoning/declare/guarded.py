"""Name the rule, and where in it, when a rule that a user or an installed package adds fails."""

from __future__ import annotations

import functools
import inspect
import logging
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from planning.errors import Issue, PlanningError
from planning.messages import Both, Text, Words
from planning.zoning.declare.expected import UnfitAnswerError, fitting
from planning.zoning.declare.rule import Reason, Rule

log = logging.getLogger(__name__)

STATES = ("value", "allows", "pairs", "pupil_price", "add", "loosened", "places")
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
    active = _raising(rule.name, "active", rule.active)
    wrapped: dict[str, Any] = {name: _raising(rule.name, name, getattr(rule, name)) for name in STATES}

    def instead(name: str, value: Callable[..., Any]) -> Callable[..., Any]:
        return _going_on(rule.name, name, getattr(rule, name), value, failures)

    wrapped["improve"] = instead("improve", lambda model, columns: columns)
    wrapped["divide"] = instead("divide", lambda model, columns, divided: columns)
    wrapped["settle"] = instead("settle", lambda problem, stage_index, plan: plan)
    wrapped["repair"] = instead("repair", lambda problem, plan: plan)
    wrapped["broken"] = instead("broken", lambda problem, tables: ())
    wrapped["reasons"] = instead("reasons", lambda *_: (_failed(rule, failures),))
    wrapped = {name: _asked_for(rule, name, method, active) for name, method in wrapped.items()} | {
        "active": active
    }
    figures, notes = instead("figures", lambda *_: {}), instead("notes", lambda *_: [])

    def all_figures(problem: Any, tables: Any) -> Mapping[str, Any]:
        found = dict(figures(problem, tables))
        told = [f"{name}: {said}" for name, said in failures]
        failures.clear()
        return found | ({f"{FAILED}_{rule.name}": told} if told else {})

    def all_notes(of: Mapping[str, Any], lang: str) -> list[str]:
        told = "; ".join(of.get(f"{FAILED}_{rule.name}", ()))
        said = Text("zoning.guarded.left_out", rule=_by_name(rule), told=told).text(lang)
        return [*notes(of, lang), *([said] if told else [])]

    wrapped |= {"figures": all_figures, "notes": all_notes, "_guarded": True}
    with suppress(AttributeError, TypeError):  # an object that takes no attributes stays as it is
        for name, method in wrapped.items():
            setattr(rule, name, method)
    return rule


def _asked_for(
    rule: Rule, name: str, method: Callable[..., Any], active: Callable[..., bool]
) -> Callable[..., Any]:
    """Return the method, silent where the rule says that the scenario does not ask for it."""
    if name in ("value", "loosened"):
        return method

    @functools.wraps(method)
    def watched(of: Any, *given: Any, **named: Any) -> Any:
        asked = active(getattr(of, "problem", of))
        return method(of, *given, **named) if asked else getattr(Rule, name)(rule, of, *given, **named)

    return watched


def _raising(rule: str, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def watched(*given: Any, **named: Any) -> Any:
        try:
            return fitting(name, given, method(*given, **named))
        except PlanningError:
            raise
        except Exception as error:
            raise PlanningError([_problem(rule, name, error, method)]) from error

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
            return fitting(name, given, method(*given, **named))
        except Exception as error:
            log.warning("%s", _problem(rule, name, error, method).text("en"))
            failures.append((name, _said(error, method)))
            return instead(*given, **named)

    return watched


def _failed(rule: Rule, failures: list[tuple[str, str]]) -> Reason:
    said = failures[-1][1] if failures else ""
    return Reason.of(rule.name, Text("zoning.guarded.failed", rule=_by_name(rule), said=said))


def _by_name(rule: Rule) -> Words:
    """Return the code of the rule in English, what it is called elsewhere."""
    return Both(rule.name, rule.called().text("zh"))


def _problem(rule: str, name: str, error: Exception, method: Callable[..., Any]) -> Issue:
    return Issue("zoning.guarded.rule_failed", f"rule {rule}", column=name, said=_said(error, method))


def _said(error: Exception, method: Callable[..., Any]) -> str:
    """Return what went wrong and in which line of which file: of a method that returns the wrong thing, where it begins."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    file, line = last.filename, last.lineno
    code = getattr(inspect.unwrap(method), "__code__", None)
    if isinstance(error, UnfitAnswerError) and code is not None:
        file, line = code.co_filename, code.co_firstlineno
    return f"{type(error).__name__}: {error} ({Path(file).name}, line {line})"
