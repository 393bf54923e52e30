"""Tables are read whole in a narrow window: Chinese has no spaces to break at, and nothing is cut for that."""

from __future__ import annotations

import io

from rich.console import Console
from rich.table import Table

from planning.cli.show import console


def test_no_cell_is_cut_in_a_narrow_window() -> None:
    table = Table(box=None)
    for head in ("", "指标", "标准", "结论"):
        table.add_column(head)
    name, asked = "每百名学生拥有高于规定学历教师数", "布局合理，与城镇化和常住人口变化趋势相适应"
    table.add_row("A1", name, asked, "未提供")
    narrow = Console(width=40, file=io.StringIO(), soft_wrap=True)
    for hook in console._render_hooks:
        narrow.push_render_hook(hook)
    narrow.print(table)
    said = narrow.file.getvalue()  # type: ignore[attr-defined]
    assert "…" not in said
    assert sorted(c for c in said if c in name + asked) == sorted(name + asked)
