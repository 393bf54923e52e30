"""List the commands, and load the module of a command when it is called."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from planning.cli.language import say
from planning.cli.show import errors
from planning.cli.stopping import loading, stop_code
from planning.cli.usage import Spoken, spoken


class SpokenCommand(Spoken, TyperCommand):
    """A command whose usage and help are said in the user's language."""


class SpokenGroup(Spoken, TyperGroup):
    """A group whose usage and help are said in the user's language."""


@dataclass(frozen=True)
class Command:
    """One command: its name, and the module and the function (or group) behind it."""

    name: str
    module: str
    function: str

    @property
    def help(self) -> str:
        """Line of help, in the user's language."""
        return say(f"cli.command.{self.name.replace('-', '_')}")

    def listed(self) -> TyperCommand:
        """Return the command as ``planning --help`` lists it, nothing loaded."""
        return TyperCommand(self.name, help=self.help)

    def loaded(self) -> Any:
        """Return the command ready to run."""
        function = getattr(importlib.import_module(f"planning.cli.{self.module}"), self.function)
        text = self.help
        if isinstance(function, typer.Typer):
            group = typer.main.get_group(function)
            group.name, group.help = self.name, text
            return group
        needs = any(p.default is p.empty for p in inspect.signature(function).parameters.values())
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(self.name, cls=SpokenCommand, help=text, no_args_is_help=needs)(
            _with_exit_code(function)
        )
        return typer.main.get_command(alone)


def _with_exit_code(command: Callable[..., int | None]) -> Callable[..., None]:
    """Turn the number a command returns into the exit code of the program."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except KeyboardInterrupt:
            code = stopped()
        code = stop_code() or code  # what a command keeps when it is stopped does not make it whole
        if code:
            raise typer.Exit(code)

    return wrapped


def stopped() -> int:
    """Say that the command was stopped and return its exit code."""
    errors.print(say("cli.commands.stopped"))
    return stop_code() or 130


COMMANDS = (
    Command("open", "workbench", "open_"),
    Command("start", "start", "start"),
    Command("new", "data", "new"),
    Command("check", "data", "check"),
    Command("template", "data", "template"),
    Command("import", "importing", "import_"),
    Command("draft", "importing", "draft"),
    Command("forecast", "explore", "forecast"),
    Command("warning", "explore", "warning"),
    Command("sweep", "explore", "sweep"),
    Command("run", "plan", "run"),
    Command("batch", "batch", "batch"),
    Command("edit", "edit", "edit"),
    Command("repair", "anew", "repair"),
    Command("whatif", "anew", "whatif"),
    Command("import-layout", "edit", "import_layout"),
    Command("verify", "plan", "verify"),
    Command("why", "why", "why"),
    Command("compare", "plan", "compare"),
    Command("map", "plan", "map_"),
    Command("score", "score", "score_"),
    Command("ledger", "score", "ledger"),
    Command("convert", "exchange", "convert"),
    Command("approve", "approve", "approve"),
    Command("layouts", "approve", "layouts"),
    Command("evaluate", "approve", "evaluate"),
    Command("export", "publish", "export"),
    Command("notice", "publish", "notice"),
    Command("print", "publish", "print_"),
    Command("lookup", "publish", "lookup"),
    Command("resource", "resource", "resource"),
    Command("store", "exchange", "store"),
)
"""Every command, in the order of ``planning --help``."""


class LazyCommands(SpokenGroup):
    """A group that lists its commands without loading them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands.update({command.name: command.listed() for command in COMMANDS})

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that is called, loaded."""
        name, _, rest = super().resolve_command(ctx, args)
        called = next(command for command in COMMANDS if command.name == name)
        with loading():
            return name, called.loaded(), rest

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Read the words before the command; what is wrong with them is said in the user's language."""
        with spoken():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Read the words of the command that is called and run it; what is wrong with them is said in the user's language."""
        with spoken():
            return super().invoke(ctx)
