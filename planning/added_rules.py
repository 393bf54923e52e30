"""Find rules that a user or an installed package adds to the zoning model and to the verifier.

Such a rule is one object: what it may say is in :class:`planning.zoning.declare.Rule`, and ``check(evidence)`` is its twin, which
recomputes it from the tables (:class:`planning.verify.report.Check`).

An installed package names such objects as entry points of the group ``planning.rules``.
"""

from __future__ import annotations

from typing import Any

from planning.errors import Issue, PlanningError
from planning.plugins import installed

GROUP = "planning.rules"


def with_installed(rules: tuple[Any, ...] = (), *, taken: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """Return the rules of installed packages and those given, each once; ``taken`` are names that others have.

    Raises
    ------
    PlanningError
        If two rules have one name, or a rule has none; all at once. If an installed package cannot be loaded.
    """
    each = [plugin.given for plugin in installed(GROUP, (), rules)]
    names = [str(getattr(rule, "name", "")) for rule in each]
    wrong = sorted({n for n in names if not n or n in taken or names.count(n) > 1})
    if wrong:
        raise PlanningError(
            [
                Issue(
                    "base.added_rules.two_rules_name" if name else "base.added_rules.rule_no_name",
                    "rules",
                    value=name,
                    mend="base.mend.give_every_rule_name_own",
                )
                for name in wrong
            ]
        )
    return tuple(each)
