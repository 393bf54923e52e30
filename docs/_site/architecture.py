"""Draw the floors of the package from its imports."""

from __future__ import annotations

import ast
import io
from collections import Counter
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

PAGE = "architecture"
SMALL = 4
"""Floors with fewer modules are the small helpers at the bottom, drawn as one."""


def pages(package: Path) -> dict[str, str | bytes]:
    """Return the page about the house and its picture."""
    edges, sizes = _imports(package)
    order = _floors(edges, sizes)
    text = [
        "# The house, drawn from its imports",
        "",
        "A folder uses what stands below it and nothing above; a test holds that. Written when the site is built.",
        "",
        "![Floors of the package and the imports between them](" + PAGE + ".svg)",
        "",
        "| floor | modules | what it is for | uses |",
        "|---|---|---|---|",
        *(
            f"| `{name}` | {sizes[name]} | {_purpose(package, name)} | {', '.join(f'`{b}`' for b in order if edges[name, b])} |"
            for name in order
        ),
        "",
    ]
    return {f"{PAGE}.md": "\n".join(text), f"{PAGE}.svg": _picture(order, edges, sizes)}


def _imports(package: Path) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    edges: Counter[tuple[str, str]] = Counter()
    sizes: Counter[str] = Counter()
    for path in package.rglob("*.py"):
        floor = path.relative_to(package).parts[0].removesuffix(".py")
        if floor.startswith("__"):
            continue
        sizes[floor] += 1
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module == "planning":
                names = [f"planning.{a.name}" for a in node.names]
            for used in {n.split(".")[1] for n in names if n.startswith("planning.")} - {floor}:
                edges[floor, used] += 1
    return edges, sizes


def _floors(edges: Counter[tuple[str, str]], sizes: Counter[str]) -> list[str]:
    """Return the floors from the top down: what is used stands below what uses it."""
    left, order = set(sizes), []
    while left:
        free = [f for f in left if not any(edges[other, f] for other in left if other != f)] or sorted(left)
        order.extend(sorted(free, key=lambda f: (-sizes[f], f)))
        left -= set(free)
    return order


def _purpose(package: Path, name: str) -> str:
    file = package / name / "__init__.py"
    file = file if file.is_file() else package / f"{name}.py"
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n")[0].rstrip(".")


def _picture(order: list[str], edges: Counter[tuple[str, str]], sizes: Counter[str]) -> bytes:
    shown = [name for name in order if sizes[name] >= SMALL]
    levels: dict[str, int] = {}
    for name in shown:
        levels[name] = max((levels[a] + 1 for a in levels if edges[a, name]), default=0)
    rows = {n: [f for f in shown if levels[f] == n] for n in sorted(set(levels.values()))}
    places = {f: (i - (len(row) - 1) / 2, -n) for n, row in rows.items() for i, f in enumerate(row)}
    figure, axes = plt.subplots(figsize=(9, 0.75 * len(rows) + 0.6))
    for a, b in ((a, b) for a in shown for b in shown if edges[a, b]):
        (x, y), (u, v) = places[a], places[b]
        axes.plot(
            [x, u],
            [y - 0.18, v + 0.18],
            color="#8aa0b4",
            lw=0.4 + min(edges[a, b], 12) / 8,
            alpha=0.5,
            zorder=1,
        )
    for name, (x, y) in places.items():
        axes.text(x, y, f"{name}\n{sizes[name]}", ha="center", va="center", fontsize=8, zorder=2,
                  bbox={"boxstyle": "round,pad=0.35", "fc": "#f4f7fa", "ec": "#35607f"})  # fmt: skip
    widest = max(len(row) for row in rows.values()) / 2
    axes.set(xlim=(-widest - 0.2, widest + 0.2), ylim=(-len(rows) + 0.4, 0.6))
    axes.axis("off")
    matplotlib.rcParams["svg.hashsalt"] = "xuequ"
    held = io.BytesIO()
    figure.savefig(held, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return held.getvalue()
