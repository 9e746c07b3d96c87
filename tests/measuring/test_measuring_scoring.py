from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.measuring.scoring import (
    Box,
    Rates,
    Span,
    Wilson,
    covered_share,
    iou,
    matched,
    overlap_length,
    overlapping,
    union,
)

SQUARE: Box = (0, 0, 10, 10)

coordinates = st.floats(0, 100)
boxes = st.tuples(coordinates, coordinates, coordinates, coordinates).map(
    lambda xs: (min(xs[0], xs[2]), min(xs[1], xs[3]), max(xs[0], xs[2]), max(xs[1], xs[3]))
)
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1])))


def test_iou_of_a_box_with_itself_its_half_and_its_neighbour() -> None:
    assert iou(SQUARE, SQUARE) == 1
    assert iou(SQUARE, (0, 0, 5, 10)) == 0.5
    assert iou(SQUARE, (10, 0, 20, 10)) == 0


def test_boxes_without_an_area_overlap_nothing() -> None:
    assert iou((5, 5, 5, 5), (5, 5, 5, 5)) == 0
    assert covered_share((5, 5, 5, 5), SQUARE) == 0


@given(boxes, boxes)
def test_iou_is_symmetric_and_between_0_and_1(one: Box, other: Box) -> None:
    assert iou(one, other) == pytest.approx(iou(other, one))
    assert 0 <= iou(one, other) <= 1 + 1e-9


def test_a_margin_covers_what_the_box_alone_does_not() -> None:
    smaller = (2.0, 2.0, 8.0, 8.0)
    assert covered_share(SQUARE, smaller) == pytest.approx(0.36)
    assert covered_share(SQUARE, smaller, margin=0.25) == pytest.approx(0.81)
    assert covered_share(SQUARE, smaller, margin=0.5) == 1


def test_a_face_is_matched_once_and_by_the_surest_box() -> None:
    assert matched([SQUARE], [(0, 0, 10, 9), SQUARE]) == {0: 0}


def test_each_box_takes_the_face_it_overlaps_most() -> None:
    truth = [SQUARE, (4.0, 0.0, 14.0, 10.0)]
    assert matched(truth, [(4, 0, 14, 10), (1, 0, 11, 10)]) == {0: 1, 1: 0}


def test_a_box_that_overlaps_too_little_is_matched_to_nothing() -> None:
    assert matched([SQUARE], [(6, 6, 16, 16)]) == {}
    assert matched([], [SQUARE]) == {}


def test_touching_spans_do_not_overlap_and_one_find_may_hit_two_spans() -> None:
    assert overlapping([(0, 5)], [(5, 9)]) == 0
    assert overlapping([(0, 5), (6, 9)], [(4, 7)]) == 2
    assert overlapping([(4, 7)], [(0, 5), (6, 9)]) == 1


def test_union_and_common_length_count_a_second_once() -> None:
    assert union([(3, 6), (0, 2), (5, 7), (2, 2.5)]) == [(0, 2.5), (3, 7)]
    assert overlap_length([(0, 4), (2, 6)], [(3, 10), (3, 5)]) == 3


@given(spans, spans)
def test_common_length_is_that_of_the_common_integers(some: list[Span], others: list[Span]) -> None:
    def places(of: list[Span]) -> set[int]:
        return {place for start, end in of for place in range(int(start), int(end))}

    assert overlap_length(some, others) == len(places(some) & places(others))


def test_wilson_interval_of_known_counts() -> None:
    low, high = Wilson(8, 10).interval  # the value of every textbook
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Wilson(0, 45).interval == (0.0, pytest.approx(0.0787, abs=1e-3))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_interval_holds_the_share_and_stays_between_0_and_1(counts: tuple[int, int]) -> None:
    rate = Wilson(*counts)
    low, high = rate.interval
    assert 0 <= low <= rate.share + 1e-9
    assert rate.share - 1e-9 <= high <= 1


def test_nothing_to_count_has_no_share_and_says_so() -> None:
    assert math.isnan(Wilson(0, 0).share)
    assert Wilson(0, 0).interval == (0.0, 1.0)
    assert "n=0" in str(Wilson(0, 0))


def test_f2_leans_to_recall() -> None:
    all_found, half_right = Wilson(10, 10), Wilson(5, 10)
    assert Rates(half_right, half_right).f2 == pytest.approx(0.5)
    assert Rates(all_found, half_right).f2 > Rates(half_right, all_found).f2
    assert Rates(Wilson(0, 10), Wilson(0, 10)).f2 == 0
    assert math.isnan(Rates(Wilson(0, 0), half_right).f2)
