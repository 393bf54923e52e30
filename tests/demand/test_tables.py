"""What is written: tables that add up, charts that can be opened."""

from __future__ import annotations

import pandas as pd
import pytest

from planning.demand import (
    VARIANTS,
    backtest,
    county_table,
    forecast,
    seat_warning,
    seats_by_year,
    township_table,
    write_tables,
    zone_places,
)
from planning.demand import chart as charts
from planning.standards import read_profile


@pytest.fixture
def made(tiny):
    return {v: forecast(tiny, [2020, 2021], variant=v) for v in VARIANTS}


def test_county_table_by_hand(made) -> None:
    table = county_table(made).set_index(["variant", "year", "stage"])
    assert table.loc[("medium", 2020, "primary"), ["entrants", "pupils"]].tolist() == [80, 480]
    assert table.loc[("medium", 2020, "junior"), ["entrants", "pupils"]].tolist() == [60, 180]
    # the sixth grade of 80 enters the seventh
    assert table.loc[("medium", 2021, "junior"), ["entrants", "pupils"]].tolist() == [80, 200]


def test_townships_add_up_to_the_county(made, tiny) -> None:
    towns = township_table(made, tiny).groupby(["variant", "year", "stage"])[["entrants", "pupils"]].sum()
    county = county_table(made).set_index(["variant", "year", "stage"])[["entrants", "pupils"]]
    assert towns.sort_index().equals(county.sort_index())


def test_tables_are_written_whole(made, tiny, tmp_path) -> None:
    seats = seats_by_year(tiny, read_profile("litong-2021"), [2020, 2021])
    warned = seat_warning(made, seats, zone_places(tiny))
    files = write_tables(tmp_path / "new", made, tiny, warning=warned, tested=backtest(tiny))
    names = ["forecast_county", "forecast_township", "seat_warning", "seat_heat", "backtest"]
    assert [f.stem for f in files] == names
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == sorted(f"{n}.csv" for n in names)
    read = pd.read_csv(files[1], dtype={"township": "str"})
    assert set(read["name"]) == {"小镇"}
    assert read["pupils"].sum() == county_table(made)["pupils"].sum()


@pytest.mark.parametrize("font", [None, "DejaVu Sans"])
def test_figures_are_drawn_in_chinese_only_where_a_font_can(made, tiny, tmp_path, monkeypatch, font) -> None:
    monkeypatch.setattr(charts, "chinese_font", lambda: font)
    seats = seats_by_year(tiny, read_profile("litong-2021"), [2020, 2021])
    figure = charts.draw_forecast(made, tiny, seats)
    titles = [a.get_title() for a in figure.axes]
    assert titles[0] == ("全县 · 小学" if font else "county · primary")
    assert len(titles) == 2 + 2
    heat = charts.draw_heat(seat_warning(made, seats, zone_places(tiny)), names={"T1": "小镇"})
    labels = [t.get_text() for t in heat.axes[0].get_yticklabels()]
    assert labels == (["小镇"] if font else ["T1"])
    if font is None:
        path = charts.save_figure(heat, tmp_path / "charts" / "heat.png")
        assert path.read_bytes().startswith(b"\x89PNG")
        assert [p.name for p in path.parent.iterdir()] == ["heat.png"]
