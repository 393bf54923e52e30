"""The Chinese manual names commands, options and pages that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planning.cli.commands import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "zh").glob("*.md"))
_COMMAND = re.compile(r"planning ([a-z][a-z-]*)([^`\n#]*)")
_LINK = re.compile(r"\]\(([^)#]+)\)")


def code(page: Path) -> str:
    """Return what a page writes as code, a line each."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"```\n(.*?)```", text, flags=re.S)
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_commands_and_options_of_the_manual_exist(page: Path) -> None:
    known = {command.name: command for command in COMMANDS}
    for name, rest in _COMMAND.findall(code(page)):
        assert name in known, f"{page.name}: planning {name}"
        options = {o for p in known[name].loaded().params for o in p.opts} | {"--help"}
        used = set(re.findall(r"(?<!\S)--[a-z-]+", rest))
        assert used <= options, f"{page.name}: planning {name} {sorted(used - options)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_links_of_the_manual_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_user_has_a_page() -> None:
    assert {"手册", "规划人员", "招生人员", "评估人员", "常见问题"} <= {p.stem for p in PAGES}
