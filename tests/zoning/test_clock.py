"""The time limit, on a clock that is moved by hand."""

from __future__ import annotations

from planning.zoning.solving.clock import Clock


class Hand:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_stating_counts_up_to_half_of_the_limit() -> None:
    hand = Hand()
    clock = Clock(10.0, hand)
    with clock.stating():
        hand.time += 3.0
    assert (clock.stated_s, clock.solving_s(), clock.left()) == (3.0, 0.0, 7.0)
    with clock.stating():
        hand.time += 9.0
    assert (clock.stated_s, clock.left()) == (12.0, 5.0)
    hand.time += 4.0
    assert (clock.solving_s(), clock.left()) == (4.0, 1.0)


def test_nothing_is_left_when_time_is_over() -> None:
    hand = Hand()
    clock = Clock(1.0, hand)
    hand.time += 5.0
    assert clock.left() == 0.0
    assert clock.solving_s() == 5.0


def test_stating_that_fails_is_counted_too() -> None:
    hand = Hand()
    clock = Clock(10.0, hand)
    try:
        with clock.stating():
            hand.time += 2.0
            raise ValueError
    except ValueError:
        pass
    assert clock.stated_s == 2.0


def test_steps_share_one_limit() -> None:
    hand = Hand()
    whole = Clock(10.0, hand)
    first = whole.part(0.5)
    hand.time += 2.0
    with first.stating():
        hand.time += 3.0
    assert (first.left(), whole.left()) == (0.5, 5.0)  # stating counts up to half of either limit
    hand.time += 4.0
    assert (first.left(), whole.left()) == (0.0, 1.0)
    second = whole.part()
    assert second.left() == 1.0
    with second.aside():
        hand.time += 9.0
    assert (second.left(), whole.left()) == (1.0, 1.0)
    assert whole.figures() == {"seconds": 6.0, "stating_seconds": 12.0}


def test_a_step_has_no_more_than_is_left_of_the_whole() -> None:
    hand = Hand()
    whole = Clock(10.0, hand)
    step = whole.part()
    with whole.stating():
        hand.time += 4.0
    assert (step.left(), whole.left()) == (6.0, 6.0)
    assert Clock(100.0, hand, above=whole).left() == 6.0
