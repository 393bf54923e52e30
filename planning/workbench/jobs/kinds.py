"""What a job can do: each kind is one function of plain values that calls the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planning.workbench.jobs import counties, papers, plans
from planning.workbench.jobs.work import Work

KINDS: dict[str, Callable[[dict[str, Any], Work], dict[str, Any]]] = {
    "solve": plans.solve,
    "verify": plans.verify,
    "save": plans.save,
    "finish": plans.finish,
    "import": counties.build,
    "check": counties.check,
    "whatif": counties.whatif,
    "sweep": counties.sweep,
    "publish": papers.publish,
    "compare": papers.compare,
    "approve": papers.approve,
    "evaluate": papers.evaluate,
    "scores": papers.scores,
    "reply": papers.reply,
}
