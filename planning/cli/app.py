"""Define the command ``planning`` and turn the user's mistakes into messages and exit codes."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from planning.cli.commands import LazyCommands, stopped
from planning.cli.language import say
from planning.cli.show import console, fail
from planning.cli.stopping import at_work, stop_code
from planning.errors import Issue, PlanningError
from planning.messages import languages
from planning.messages.language import known
from planning.version import __version__

UNEXPECTED = 70
"""Exit code of an error that is not the user's (sysexits.h: EX_SOFTWARE)."""

app = typer.Typer(
    name="planning",
    cls=LazyCommands,
    help=say("cli.app.school_layout_enrolment_planning", languages=languages()),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        console.print(f"planning {__version__}")
        raise typer.Exit


@app.callback()
def common(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=say("cli.app.say_more"))] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=say("cli.app.show_version")),
    ] = False,
) -> None:
    """Set what every command shares."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(message)s"
    )


def run(language: str = "") -> int:
    """Run the command in a language and return its exit code: 2 for mistakes the user can mend, 130 or 143 when it was stopped."""
    if language and not known(language):
        fail(
            PlanningError(
                [Issue("cli.app.no_such_language", "--lang", value=language, languages=languages())]
            )
        )
        return 2
    try:
        with at_work():
            code = _run()
    except KeyboardInterrupt:  # once more, while the first was answered
        code = stop_code() or 130
    return code


def _run() -> int:
    try:
        app()
    except SystemExit as leave:
        if stop_code() and leave.code != stop_code():  # stopped before the command began: nobody has said it
            return stopped()
        return leave.code if isinstance(leave.code, int) else 1
    except KeyboardInterrupt:
        return stopped()
    except Exception as error:
        if stop_code():  # it broke because it was stopped
            return stopped()
        return _failed(error)
    return 0


def _failed(error: Exception) -> int:
    if isinstance(error, UnicodeEncodeError):
        error = PlanningError([_unwritable(error)])
    if isinstance(error, PlanningError):
        fail(error)
        return 2
    return _unexpected(error)


def _unwritable(error: UnicodeEncodeError) -> Issue:
    """Say that a name has signs which this system's names (or UTF-8) do not have."""
    return Issue(
        "cli.app.name_holds_signs_cannot_written",
        "planning",
        value=str(error.object)[:60],
        encoding=error.encoding,
    )


def _unexpected(error: Exception) -> int:
    """Say in one line what nobody foresaw (memory, disk, a mistake of ours); the whole story goes to the log with -v."""
    logging.getLogger("planning").info("unexpected error", exc_info=error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    problem = Issue("cli.app.unexpected_error", "planning", reason=reason)
    fail(PlanningError([problem]))
    return UNEXPECTED
