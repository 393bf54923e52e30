"""Let the solver's process be killed by a memory fault."""

from __future__ import annotations

from pathlib import Path


def breaking(flag: Path, *, at: str = "plan", after: int = 0, times: int = 1) -> tuple[str, ...]:
    """Return the arguments that start a process which breaks down before its message ``at`` number ``after + 1``.

    It does so the first ``times`` times it is started; ``flag`` grows by one byte each time.
    """
    lines = [
        "import pathlib, signal",
        "from planning.zoning.engine.process import child",
        f"flag, say, told = pathlib.Path({str(flag)!r}), child.Line.say, []",
        "def breaks(line, kind, *rest):",
        f"    told.extend([kind] if kind == {at!r} else [])",
        "    before = len(flag.read_text()) if flag.exists() else 0",
        f"    if len(told) > {after} and before < {times}:",
        "        flag.write_text('x' * (before + 1))",
        "        signal.raise_signal(signal.SIGSEGV)",
        "    say(line, kind, *rest)",
        "child.Line.say = breaks",
        "child.main()",
    ]
    return ("-P", "-c", "\n".join(lines))
