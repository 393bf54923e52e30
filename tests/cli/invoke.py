"""Type a command without a new process."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from typer.testing import CliRunner

from planning.cli.app import app, run
from planning.errors import PlanningError


def planning(*arguments: object, input: str | None = None, lang: str = "en") -> tuple[int, str]:
    """Return the exit code of a command and what it said, problems in a language."""
    result = CliRunner().invoke(app, [str(a) for a in arguments], input=input)
    if isinstance(result.exception, PlanningError):
        return 2, result.output + "\n".join(p.text(lang) for p in result.exception.problems)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def typed(*words: object, cwd: Path, lang: str = "en") -> CompletedProcess[str]:
    """Return what a command typed in a folder ends with and says on both streams, problems as the terminal shows them."""
    out, err = io.StringIO(), io.StringIO()
    arguments = [str(w) for w in words]
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.chdir(cwd)
        patch.setenv("PLANNING_LANG", lang)
        patch.setenv("COLUMNS", "200")
        patch.setattr(sys, "argv", ["planning", *arguments])
        code = run()
    return CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
