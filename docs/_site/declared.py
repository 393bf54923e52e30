"""Write the pages of rules and indicators from their declarations."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable

HARDNESS = {
    "definition": "says what a plan is",
    "strict": "allows no violation",
    "priced": "may be violated at a price",
    "choice": "priced; a scenario may call it hard",
}

ORIGIN = {"layout": "the layout", "partly": "layout and register", "register": "the register"}


def pages() -> dict[str, str]:
    """Return the generated reference pages by name."""
    return {"rules.md": _rules(), "indicators.md": _indicators()}


def _rules() -> str:
    from planning.zoning.rules import RULES

    head = [
        "# Every rule of the model",
        "",
        "Written from the declarations under `planning/zoning/rules`; [a rule of your own](../rules.md) is an object of the same class.",
        "",
        *_table(
            ("rule", "中文", "kind", "variables", "setting", "recomputed by"),
            [
                (
                    f"[{rule.name}](#rule-{rule.name.replace('_', '-')})",
                    rule.name_zh,
                    HARDNESS[rule.hardness],
                    ", ".join(f"`{family.name}`" for family in rule.families) or "–",
                    f"`{rule.setting}`" if rule.setting != "rules" else "–",
                    ", ".join(f"`{twin}`" for twin in rule.twins) or "–",
                )
                for rule in RULES
            ],
        ),
    ]
    for rule in RULES:
        module = inspect.getmodule(type(rule))
        text = inspect.cleandoc((module.__doc__ if module else "") or type(rule).__doc__ or "")
        head += [
            f"(rule-{rule.name.replace('_', '-')})=",
            f"## {rule.title or rule.name} · {rule.name_zh}",
            "",
            _plain(text),
            "",
        ]
    return "\n".join(head) + "\n"


def _indicators() -> str:
    from planning.indicators import INDICATORS

    lines = [
        "# Every indicator",
        "",
        "Written from the declarations under `planning/indicators`; how they are read is told in [The 32 indicators](../indicators.md). "
        "S:n is line n of the plan named in [Sources](../sources.md).",
        "",
        *_table(
            ("", "指标", "indicator", "source", "decided by"),
            [
                (f"[{i.id}](#indicator-{i.id.lower()})", i.name_zh, i.name_en, i.source, ORIGIN[i.origin])
                for i in INDICATORS
            ],
        ),
    ]
    for one in INDICATORS:
        text = inspect.cleandoc(one.judge.__doc__ or "")
        lines += [
            f"(indicator-{one.id.lower()})=",
            f"## {one.id} {one.name_zh}",
            "",
            f"*{one.name_en}* ({one.source})",
            "",
            _plain(text),
            "",
        ]
    return "\n".join(lines) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(head)
    return [
        "| " + " | ".join(names) + " |",
        "|" + "---|" * len(names),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]


def _plain(text: str) -> str:
    """Turn the few marks of a docstring into Markdown."""
    text = re.sub(r":(?:func|class|mod|data|meth):`~?([^`]+)`", r"`\1`", text)
    return re.sub(r"``([^`]+)``", r"`\1`", text)
