"""The engine in a process of its own: a programme comes in, plans go out as they are found.

What goes out are pickled tuples whose first member says what they are; what comes in is the programme and then answers to questions.
Only :mod:`planning.zoning.engine.process.apart`, which starts this process, is at the other end.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import traceback
from dataclasses import replace
from typing import Any, BinaryIO

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.program import LeftOut, NewColumns, Program, Solution
from planning.zoning.engine.solve import EngineError, solve_program


class Line:
    """Both directions to the process that waits for the plans; any thread may speak."""

    def __init__(self, reading: BinaryIO, writing: BinaryIO) -> None:
        self.reading, self.writing = reading, writing
        self.speaking, self.asking = threading.Lock(), threading.Lock()
        self.answers: queue.Queue[Any] = queue.Queue()

    def say(self, *message: Any) -> None:
        """Send a message."""
        with self.speaking:
            pickle.dump(message, self.writing, pickle.HIGHEST_PROTOCOL)
            self.writing.flush()

    def listen(self) -> None:
        """Take what comes in; when the other side is gone, nobody wants the plan any more."""
        try:
            while True:
                self.answers.put(pickle.load(self.reading))
        except Exception:
            os._exit(1)

    def ask(self, *question: Any) -> Any:
        """Send a question and wait for its answer; one at a time."""
        with self.asking:
            self.say(*question)
            return self.answers.get()

    def price(self, duals: FloatArray) -> LeftOut:
        """Ask the other side for arcs that were left out."""
        item, unit, reduced = self.ask("price", duals)
        return LeftOut(item, unit, reduced, self.add)

    def add(self, item: IntArray, unit: IntArray) -> NewColumns:
        """Ask the other side for the columns of such arcs."""
        columns: NewColumns = self.ask("add", item, unit)
        return columns

    def keep(self, plan: Solution) -> None:
        """Hand over a better plan; what led to it was told already."""
        self.say("plan", replace(plan, trace=()))


def serve(line: Line) -> None:
    """Solve the programme that comes first, and say how it went."""
    threading.Thread(target=line.listen, daemon=True).start()
    program, priced, settings = line.ask("ready")
    assert isinstance(program, Program)
    if priced:
        program = replace(program, price_left_out=line.price)
    try:
        line.say(
            "done",
            solve_program(
                program,
                progress=lambda point: line.say("point", point),
                keep=line.keep,
                **settings,
            ),
        )
    except EngineError as error:
        line.say("nothing", error)
    except Exception:
        line.say("failed", traceback.format_exc())


def main() -> None:
    """Speak through standard input and output, which belong to the messages alone."""
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between messages
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 -- for the life of the process
    serve(Line(reading, writing))
    os._exit(0)  # a solver that broke its memory may fall over its own clean-up


if __name__ == "__main__":
    main()
