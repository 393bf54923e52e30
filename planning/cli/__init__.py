"""Speak with the user: parse, call, print; no logic of its own."""

from __future__ import annotations

import gc
import os
import sys

from planning.cli.stopping import leave, listen, say_when_stopped
from planning.messages import LANGUAGE

YOUNG_OBJECTS = 50_000
"""So many new objects are made before those that refer to each other are looked for: a command makes a million that stay, and few of
the others, so that Python's usual 700 cost it a sixth of its time."""


def main() -> None:
    """Run the command line; user errors end with exit code 2 and no traceback."""
    listen()
    # loading takes a while on a busy machine: Ctrl-C must be heard before
    from planning.cli.language import say, take_language
    from planning.cli.streams import make_steady
    from planning.cli.usage import speak

    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
    make_steady()
    arguments, language = take_language(sys.argv[1:])
    sys.argv[1:] = arguments
    if language:
        os.environ[LANGUAGE] = language
    speak()
    say_when_stopped(say("cli.commands.stopped"))
    # help texts are chosen when the commands are defined, so the language must be known first
    from planning.cli.app import run

    leave(run(language))


__all__ = ["main"]
