"""Put hostile texts into every free text of every table, as the schema lists them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from planning.district import District
from planning.district.schema import TABLES
from planning.layout import Layout
from tests.district.tiny import tiny_district
from tests.publish.made import layout_of

CANARY = "window.__ran=1"
PAYLOADS = (
    "{{ 7 * 7 }}", "{{ cycler.__init__.__globals__.os.system('x') }}", "{% for x in y %}", "{{ open", "{# open", "{% raw %}", "${7*7}", "#{7*7}",
    f"<script>{CANARY}</script>", f"<img src=x onerror={CANARY}>", f"</script><script>{CANARY}</script>", f"<!--<script>{CANARY}//-->",
    f"\" onmouseover=\"{CANARY}", f"' autofocus onfocus='{CANARY}", f"</title><svg onload={CANARY}>", f"</style><script>{CANARY}</script>",
    f"\";{CANARY};//", f"';{CANARY};//", f"`${{{CANARY}}}`", f"\u2028{CANARY}\u2029", f"\\\";{CANARY}//", "]]><b>x</b>", "&lt;b&gt;&amp;",
    f"javascript:{CANARY}", "<a href='https://example.invalid/'>x</a>", "<link rel=stylesheet href=https://example.invalid/>",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "\u200b=1+1", "=HYPERLINK(\"https://example.invalid\")",
    "东\u202e村西", "学\u2066校\u2069", "a\u200bb\u200dc\ufeff", "x\U000e0041y", "../../etc/passwd", "C:\\x\\y", "a/b:c*d?e[f]", "$\\frac{1}{2}$",
    "$\\undefined$", "$a", "x" * 300, "_hidden",
)  # fmt: skip
HIDDEN = "\u202e\u2066\u2069\u200b\u200d\ufeff\U000e0041\u2028\u2029"


def free_texts() -> list[tuple[str, str]]:
    """Return table and column of every text that anybody may choose: no choice, reference, key or identifier."""
    return [
        (table.name, column.name)
        for table in TABLES
        for column in table.columns
        if column.kind == "text" and not column.choices and not column.refers and not column.identifier
        if column.name not in table.key
    ]


def hostile(shift: int = 0) -> tuple[District, Layout]:
    """Return the six-zone county and a layout with a payload in every free text; ``shift`` turns the list of payloads."""
    turn = count(shift)
    nxt = lambda: PAYLOADS[next(turn) % len(PAYLOADS)]  # noqa: E731
    district, layout = tiny_district(), layout_of(name=nxt())
    tables: dict[str, Any] = {}
    for table, column in free_texts():
        frame = tables.get(table, getattr(district, table))
        if column in frame.columns:
            tables[table] = frame.assign(**{column: [nxt() for _ in range(len(frame))]})
    info = replace(district.info, name=nxt(), name_zh=nxt(), note=nxt())
    scenario = {**layout.scenario, "title": nxt(), "title_zh": nxt()}
    projects = layout.projects.assign(name=[nxt() for _ in range(len(layout.projects))])
    return replace(district, **tables, info=info), replace(layout, scenario=scenario, projects=projects)
