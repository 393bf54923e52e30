"""Write the table of engine parameters, ``docs/parameters.md``, from the declarations: ``python -m tests.parameters_table``."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

from planning import parameters
from planning.parameters import DEFAULTS

PAGE = Path(__file__).parents[1] / "docs" / "parameters.md"
HEAD = """# Parameters of the engine

Written by `python -m tests.parameters_table` from `planning/parameters/`, which holds meaning, unit and bounds of every one; a test asks
that this page agrees. The defaults are what every figure in this repository was taken with. A scenario sets others under `solver: engine:`,

```yaml
solver:
  engine:
    neighbourhoods:
      items_first: 120
    siting:
      item_groups: 150
```

or names a TOML file beside it (`engine: tuned.toml`) with one table for each part:

```toml
[neighbourhoods]
items_first = 120
```

`--set solver.engine.neighbourhoods.items_first=120` does the same for one run, and from Python
`planning.solve(district, {"solver": {"engine": {"neighbourhoods": {"items_first": 120}}}})`. Unknown names and values out of bounds are
refused with line and nearest name. A run records those that differ from the defaults, in its `scenario.yaml` and as `engine_parameters` of
its summary. Shares of time are of the time left when the part begins. Numerical tolerances of the arithmetic (1e-6 for a row, 1e-9 for a
comparison of prices) are not parameters.
"""


def docstrings() -> dict[str, dict[str, str]]:
    """Return class → field → docstring as the sources say, the class's own under an empty name."""
    found: dict[str, dict[str, str]] = {}
    for path in Path(parameters.__file__).parent.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                fields = found.setdefault(node.name, {"": (ast.get_docstring(node) or "").split("\n")[0]})
                for field, text in zip(node.body, node.body[1:], strict=False):
                    if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                        fields[ast.unparse(field.target)] = str(ast.literal_eval(text.value))
    return found


def page() -> str:
    """Return the page."""
    said, lines = docstrings(), [HEAD]
    for part in dataclasses.fields(DEFAULTS):
        of = getattr(DEFAULTS, part.name)
        texts = said[type(of).__name__]
        lines += [f"## {part.name}", "", texts[""], "", "| parameter | default | meaning |", "|---|---|---|"]
        for field in dataclasses.fields(of):
            value = getattr(of, field.name)
            shown = ", ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"
            lines.append(f"| `{field.name}` | {shown} | {texts[field.name]} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
