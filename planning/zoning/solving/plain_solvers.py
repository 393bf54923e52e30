"""Hand a PuLP model to a plain solver that keeps its time limit: handing over is apart, and what does not end by itself is ended."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pulp

Values = tuple[dict[str, float], float]
"""Values by name of the variable, and the price."""
PATIENCE_S = 0.75
"""After its time limit a solver is waited for so long, and as long again after it was told to stop."""


class WithHighs:
    """HiGHS, loaded with a model.

    Parameters
    ----------
    prob : LpProblem
        The model.
    gap : float
        At which it may end.
    threads : int
        How many it may use.
    """

    def __init__(self, prob: Any, *, gap: float, threads: int) -> None:
        self.prob = prob
        self.solver: Any = pulp.HiGHS(msg=False, gapRel=gap, threads=threads)
        self.solver.createAndConfigureSolver(prob)
        self.solver.buildSolverModel(prob)

    def solve(self, seconds: float) -> Values | None:
        """Return the best plan found within the time; None without one."""
        highs = self.prob.solverModel
        highs.setOptionValue("time_limit", seconds)
        thread = threading.Thread(target=highs.run, daemon=True)
        thread.start()
        thread.join(seconds + PATIENCE_S)
        if thread.is_alive():
            highs.setOptionValue("time_limit", 0.0)
            thread.join(PATIENCE_S)
        if thread.is_alive():
            return None
        self.prob.assignStatus(*self.solver.findSolutionValues(self.prob))
        return _values(self.prob)


class WithCbc:
    """CBC in a process of its own, the model written to a file for it.

    Parameters
    ----------
    prob, gap, threads
        As of :class:`WithHighs`.
    """

    def __init__(self, prob: Any, *, gap: float, threads: int) -> None:
        self.prob = prob
        self.solver: Any = pulp.PULP_CBC_CMD(msg=False, gapRel=gap, threads=threads)
        self.folder = tempfile.TemporaryDirectory()
        self.answer = str(Path(self.folder.name) / "answer.sol")
        self.model = str(Path(self.folder.name) / "model.mps")
        self.names = prob.writeMPS(self.model, rename=1)

    def solve(self, seconds: float) -> Values | None:
        """Return the best plan found within the time; None without one."""
        options = [word for option in self.solver.getOptions() for word in f"-{option}".split()]
        command = [self.solver.path, self.model, "-sec", f"{seconds:.2f}", *options, "-solve"]
        command += ["-printingOptions", "all", "-solution", self.answer]
        quiet = subprocess.DEVNULL
        with self.folder, suppress(subprocess.TimeoutExpired, OSError):
            subprocess.run(
                command,
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                check=False,
                timeout=seconds + 2 * PATIENCE_S,
            )
            if Path(self.answer).exists():
                return self._read()
        return None

    def _read(self) -> Values | None:
        variables, columns, rows, _ = self.names
        status, values, _, _, _, found = self.solver.readsol_MPS(
            self.answer, self.prob, variables, columns, rows
        )
        self.prob.assignVarsVals(values)
        self.prob.assignStatus(status, found)
        return _values(self.prob)


def _values(prob: Any) -> Values | None:
    if prob.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return None
    values = {v.name: _whole(v) for v in prob.variables()}
    return values, float(pulp.value(prob.objective))


def _whole(variable: Any) -> float:
    value = float(variable.varValue or 0.0)
    return float(round(value)) if variable.cat == pulp.LpInteger else value
