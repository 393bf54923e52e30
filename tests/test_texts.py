"""What nobody can see changes no text that is shown; apostrophes against formulas come off again."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest

from planning.cli.show import console
from planning.tables import FORMULA, as_written, guarded, harmless, unguarded
from planning.texts import plain_text, unseen
from tests.publish.hostile import PAYLOADS


def test_every_sign_that_unicode_calls_a_format_is_left_out() -> None:
    # numbers' signs of Arabic and Syriac scripts are drawn, interlinear and musical ones are not used alone
    drawn = {
        0x600,
        0x601,
        0x602,
        0x603,
        0x604,
        0x605,
        0x6DD,
        0x70F,
        0x890,
        0x891,
        0x8E2,
        0x110BD,
        0x110CD,
        *range(0x13430, 0x13440),
    }
    for code in range(0x110000):
        sign = chr(code)
        if unicodedata.category(sign) == "Cf" and code not in drawn:
            assert plain_text(f"甲{sign}乙") == "甲乙", hex(code)


@pytest.mark.parametrize("text", [*PAYLOADS, "'=1", "''=1", "'甲", "-5", "-5+1", ""])
def test_a_guard_comes_off_again_and_nothing_runs_meanwhile(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not FORMULA.match(guarded(text))
    table = pd.DataFrame({"a": [text, None]})
    assert as_written(harmless(table)["a"]).iloc[0] == text


def test_nothing_printed_steers_the_terminal() -> None:
    with console.capture() as heard:
        console.print("a\x1b]0;evil\x07b\x9b2Jc\u202ed[bold]e[/]\rf")
    assert heard.get().replace("\r", "") == "a]0;evilb2Jcdef\n"


def test_codes_are_written_out_for_messages() -> None:
    assert unseen("a\u202eb\x1bc") == "a<U+202E>b<U+001B>c"
