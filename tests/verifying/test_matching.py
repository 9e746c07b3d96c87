"""Rank-1 and equal error rate: what they say of a perfect, a blind and an undecided attacker."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.linking.error_rate import equal_error_rate
from privacy_audit.verifying.matching import Match, rank_one

PEOPLE = [f"p{number}" for number in range(20)]
VECTORS = np.eye(20, dtype=np.float32)


def test_a_perfect_attacker_finds_everybody_and_beats_chance() -> None:
    match = rank_one(VECTORS, PEOPLE, VECTORS, PEOPLE)
    assert (match.right, match.n, match.chance) == (20, 20, pytest.approx(1 / 20))
    assert match.beats_chance


def test_an_attacker_who_sees_nothing_draws_and_does_not_beat_chance() -> None:
    match = rank_one(np.zeros_like(VECTORS), PEOPLE, VECTORS, PEOPLE)
    assert match.rate == pytest.approx(match.chance)
    assert not match.beats_chance


def test_a_picture_is_not_matched_with_itself() -> None:
    vectors = np.repeat(VECTORS[:5], 2, axis=0)
    labels = [person for person in PEOPLE[:5] for _ in range(2)]
    match = rank_one(vectors, labels, vectors, labels, leave_out_same_index=True)
    assert match.rate == 1.0
    assert match.chance == pytest.approx(1 / 9)


@pytest.mark.parametrize(
    ("right", "n", "chance", "beats"), [(2, 20, 0.05, False), (4, 20, 0.05, True), (0, 0, 0, False)]
)
def test_chance_is_beaten_when_it_would_do_so_well_in_less_than_one_case_of_forty(
    right: int, n: int, chance: float, beats: bool
) -> None:
    assert Match(right, n, chance).beats_chance is beats


def test_the_equal_error_rate_is_0_where_scores_are_apart_and_one_half_where_they_are_alike() -> None:
    assert equal_error_rate([0.9, 0.8], [0.1, 0.2]) == 0.0
    assert equal_error_rate([0.1, 0.5, 0.9], [0.1, 0.5, 0.9]) == pytest.approx(0.5, abs=0.17)
    assert equal_error_rate([0.1], [0.9]) == 1.0


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_an_error_rate_is_a_share(same: list[float], different: list[float]) -> None:
    assert 0.0 <= equal_error_rate(same, different) <= 1.0
