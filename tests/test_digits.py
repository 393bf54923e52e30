"""One rounding: a half goes the same way in texts, papers, workbooks and browsers."""

from __future__ import annotations

import pytest

from planning.digits import in_digits
from planning.messages import Text
from planning.publish.page.what_if import Row


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1992.5, ",.0f", "1,993"),
        (1991.5, ",.0f", "1,992"),
        (1992.4999, ",.0f", "1,992"),
        (-0.5, "+,.0f", "-1"),
        (2.675, ".2f", "2.68"),  # a spreadsheet shows the digits that were written
        (0.125, ".1%", "12.5%"),
        (float("nan"), ",.0f", "nan"),
        (7, ",d", "7"),
    ],
)
def test_a_half_goes_away_from_zero(value: float, form: str, text: str) -> None:
    assert in_digits(value, form) == text


def test_catalogues_and_tables_say_the_same_metres() -> None:
    row = Row(Text("publish.word.mean_walk_m"), 1992.5, 1990.0)
    assert Text("cli.show.metres", count=1992.5).text("en") == f"{row.texts()[0]} m" == "1,993 m"
