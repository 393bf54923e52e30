"""Draw a town of 5 × 5 zones between named streets, for scope texts that can be checked by hand.

Squares of 1 km; zone of column c and row r (from the south-west, 0–4) is named below. Streets run along every grid
line: 纵0路 … 纵5路 from south to north, 横0街 … 横5街 from west to east. Columns 0–2 lie in 西岸街道, 3–4 in 东岸街道.
Schools: 青禾小学 and 白鹭小学 in the centres of (1, 1) and (3, 3), 青禾学校 (both stages) in (0, 4).
"""

from __future__ import annotations

from dataclasses import replace

from shapely.geometry import LineString, box

from planning.district.model import District
from tests.district.frame import make_layer, make_table
from tests.district.tiny import CRS, at, tiny_district

SIZE = 5
NAMES = {
    0: ("1区", "2区", "3区", "4区", "5区"),
    1: ("青禾社区", "白鹭社区", "长桥村", "梧桐苑", "望月花园1期"),
    2: ("柳岸社区", "石桥村", "枫林小区", "望月花园2期", "南屏社区"),
    3: ("河湾村1组", "河湾村2组", "河湾村3组", "银杏花园", "北屏社区"),
    4: ("松涛苑", "竹溪苑", "梅岭苑", "兰亭苑", "菊园"),
}


def zone_at(column: int, row: int) -> str:
    return f"Z{row}{column}"


def block(columns: range, rows: range) -> set[str]:
    return {zone_at(c, r) for c in columns for r in rows}


def town() -> District:
    """Return the town of the drawing."""
    cells = [(c, r) for r in range(SIZE) for c in range(SIZE)]
    zones = [
        {"zone": zone_at(c, r), "name": NAMES[r][c], "township": "W" if c < 3 else "E", "kind": "estate", "locale": "urban"}
        for c, r in cells
    ]  # fmt: skip
    lines = [(f"纵{k}路", [at(k, 0), at(k, SIZE)]) for k in range(SIZE + 1)]
    lines += [(f"横{k}街", [at(0, k), at(SIZE, k)]) for k in range(SIZE + 1)]
    schools = [
        ("A", "青禾小学", "primary", (1, 1)),
        ("B", "白鹭小学", "primary", (3, 3)),
        ("C", "青禾学校", "nine_year", (0, 4)),
    ]
    units = [
        ("A-P", "A", "primary"),
        ("B-P", "B", "primary"),
        ("C-P", "C", "primary"),
        ("C-J", "C", "junior"),
    ]
    whole = box(*at(0, 0), *at(SIZE, SIZE))
    return replace(
        tiny_district(),
        boundary=make_layer("boundary", [{"name": "桥头市小城区"}], [whole], CRS),
        townships=make_layer(
            "townships",
            [{"township": "W", "name": "西岸街道"}, {"township": "E", "name": "东岸街道"}],
            [box(*at(0, 0), *at(3, SIZE)), box(*at(3, 0), *at(SIZE, SIZE))],
            CRS,
        ),
        zones=make_layer("zones", zones, [box(*at(c, r), *at(c + 1, r + 1)) for c, r in cells], CRS),
        roads=make_layer(
            "roads",
            [{"road": f"R{k}", "name": name, "road_class": "local"} for k, (name, _) in enumerate(lines)],
            [LineString(xy) for _, xy in lines],
            CRS,
        ),
        schools=make_layer(
            "schools",
            [{"school": s, "name": n, "kind": k, "township": "W", "locale": "urban"} for s, n, k, _ in schools],
            [box(*at(*xy), *at(xy[0] + 1, xy[1] + 1)).centroid for *_, xy in schools],
            CRS,
        ),
        units=make_table("units", [{"unit": u, "school": s, "stage": t, "rooms": 6} for u, s, t in units]),
    )  # fmt: skip
