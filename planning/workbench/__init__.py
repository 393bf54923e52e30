"""Open the package in a browser: a local web application over projects, plans and jobs."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.workbench.server.serve import Opened, open_workbench

__all__ = ["Opened", "open_workbench"]

lazily(__name__)
