"""Collect the faults that are tried, and write the page that tells what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from planning.errors import Issue, PlanningError

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
OUTCOMES = {
    "refused": "拒绝",
    "warned": "警告",
    "read": "正确读取",
    "whole": "结果完整",
    "old kept": "旧结果保留",
    "turned away": "第二个被拦下",
}
"""What may become of a fault; a traceback, a mixture or a silent change is none of them."""


@dataclass(frozen=True)
class Outcome:
    """What became of a fault, and what the program said."""

    kind: str
    said: str = ""


@dataclass(frozen=True)
class Fault:
    """One fault: what is done, what must become of it, and the function that tries it in an empty folder."""

    part: str
    what: str
    what_zh: str
    expected: str
    attempt: Callable[[Path], Outcome]

    @property
    def name(self) -> str:
        return f"{self.part}: {self.what}"

    def row(self, outcome: Outcome) -> str:
        """Return the line of the page."""
        said = outcome.said.replace("|", "\\|").replace("\n", " ")
        return f"| {self.what} · {self.what_zh} | {outcome.kind} · {OUTCOMES[outcome.kind]} | {said} |"


FAULTS: list[Fault] = []


def fault(
    part: str, what: str, what_zh: str, expected: str
) -> Callable[[Callable[[Path], Outcome]], Callable[[Path], Outcome]]:
    """Enter a function into the table."""
    assert expected in OUTCOMES

    def enter(attempt: Callable[[Path], Outcome]) -> Callable[[Path], Outcome]:
        assert (part, what) not in {(f.part, f.what) for f in FAULTS}
        FAULTS.append(Fault(part, what, what_zh, expected, attempt))
        return attempt

    return enter


def checked(problems: Iterable[Issue], good: str = "") -> Outcome:
    """Return the outcome of a check: refused when there is an error, with the first message."""
    found = sorted(problems, key=lambda p: p.level != "error")
    for problem in found:
        assert problem.text("en") != problem.text("zh")
        assert "Traceback" not in problem.text("en")
    if not found:
        return Outcome("read", good)
    kind = "refused" if found[0].level == "error" else "warned"
    return Outcome(kind, _first(found))


def refused(attempt: Callable[[], object], error: type[PlanningError] = PlanningError) -> Outcome:
    """Return the outcome of something that must end in an error the user understands."""
    try:
        attempt()
    except error as caught:
        return checked(caught.problems)
    return Outcome("read")


def _first(problems: list[Issue]) -> str:
    first = problems[0]
    place = [first.file.split("/")[-1]]
    place += [f"row {first.row}"] if first.row else []
    place += [f"column {first.column}"] if first.column else []
    value = f" (found {first.value[:40]!r})" if first.value and "/" not in first.value else ""
    return ", ".join(place) + ": " + _plain(first.message_en) + value


def _plain(text: str) -> str:
    """Leave out what differs from machine to machine."""
    text = text.partition("[10")[0]  # where a ring crosses itself, to fifteen digits
    words = [w if not w.strip("()'").startswith("/") else "…" for w in text.split()]
    return " ".join(words)[:160]


HEAD = """\
# Reliability · 可靠性

Every fault below is tried by `tests/reliability`, and this page is written by them: `python -m tests.reliability` tries all and
writes it, and the tests fail when a line is no longer true. No fault may end in a traceback, in a half-written result,
or in one that was changed without a word. What the program says is quoted as it says it (in English; `--lang zh` speaks Chinese).

下表所列故障均由 `tests/reliability` 实际注入，本页由测试生成。任何故障都不得导致程序崩溃、结果残缺或被悄悄改动。
"""
TAIL = """
## What protects · 保护措施

- Results are written beside their place and exchanged with the old ones in one step (`renameat2` on Linux; elsewhere two steps
  that the next reader completes). A reader that meets an exchange reads again.
- Runs of 20 s and more, small programmes aside, solve in a process of their own that hands over every better plan; when it breaks down it is begun again once from there.
- One writer per folder: the second is told who is writing. A claim ends with its process, however that ends.
- A folder is replaced only when it is an earlier result; anything else is refused.
- A converted district is read back and compared before it takes its name; a database is changed in one transaction.
- YAML is read without tags, with each key once, and with a limit to what aliases may unfold to. Formulas of workbooks are never
  evaluated: their stored results are read, and texts that look like formulas are written as text.
- Paths in scenario files must stay in the project (`--allow-outside` lets them leave). Passwords of databases come from the
  environment only; an address that holds one is refused.
"""


def page(rows: dict[str, list[str]]) -> str:
    """Return the page from the lines of every part."""
    parts = []
    for part, lines in rows.items():
        parts.append(
            f"\n## {part}\n\n| fault · 故障 | outcome · 结果 | what is said · 提示 |\n|---|---|---|\n"
        )
        parts.append("\n".join(lines) + "\n")
    return HEAD + "".join(parts) + TAIL
