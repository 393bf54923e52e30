"""Type a command without a new process."""

from __future__ import annotations

from typer.testing import CliRunner

from planning.cli.app import app
from planning.errors import PlanningError


def planning(*arguments: object, input: str | None = None, lang: str = "en") -> tuple[int, str]:
    """Return the exit code of a command and what it said, problems in a language."""
    result = CliRunner().invoke(app, [str(a) for a in arguments], input=input)
    if isinstance(result.exception, PlanningError):
        return 2, result.output + "\n".join(p.text(lang) for p in result.exception.problems)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output
