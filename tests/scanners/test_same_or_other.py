"""Pairs of windows told apart by the segmentation model, and how they move the similarity that makes one voice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.scanners import _counting, _voices
from privacy_audit.scanners._counting import count_voices
from privacy_audit.scanners._grouping import links_of, path_of, unit
from privacy_audit.scanners._listening import RATE_HZ, Heard, listen
from privacy_audit.scanners._same_or_other import Pairs, pairs_of, surely_heard
from privacy_audit.scanners._windows import Windows
from privacy_audit.types import AudioRecord

WINDOW = 150


def spoken_by(*turns: tuple[int, int, int]) -> np.ndarray:
    """Ten seconds in which ``voice`` speaks from frame ``start`` to ``stop``."""
    active = np.zeros((1_000, 3), bool)
    for start, stop, voice in turns:
        active[start:stop, voice] = True
    return active


def test_two_voices_of_one_chunk_are_two_and_one_is_one() -> None:
    centres = np.array([100, 300, 700, 900])
    found = pairs_of([(0, spoken_by((0, 500, 2), (500, 1_000, 0)))], centres, WINDOW)
    assert sorted(map(tuple, found.same.tolist())) == [(0, 1), (2, 3)]
    assert sorted(map(tuple, found.other.tolist())) == [(0, 2), (0, 3), (1, 2), (1, 3)]


def test_voices_of_two_chunks_are_not_compared() -> None:
    chunks = [(0, spoken_by((0, 1_000, 0))), (1_000, spoken_by((0, 1_000, 1)))]
    found = pairs_of(chunks, np.array([200, 600, 1_200, 1_600]), WINDOW)
    assert found.same.tolist() == [[0, 1], [2, 3]]
    assert not len(found.other)


def test_windows_in_which_two_speak_or_nobody_does_tell_nothing() -> None:
    both = spoken_by((0, 400, 0), (0, 400, 1))
    found = pairs_of([(0, both)], np.array([100, 300, 600, 900]), WINDOW)
    assert not len(found.same)
    assert not len(found.other)
    assert not len(pairs_of([], np.array([100, 300]), WINDOW).other)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 999), st.integers(1, 600), st.integers(0, 2)), max_size=8),
    st.lists(st.integers(0, 1_200), min_size=1, max_size=12, unique=True),
)
def test_no_pair_is_both_and_no_two_windows_of_a_pair_share_a_frame(
    turns: list[tuple[int, int, int]], centres: list[int]
) -> None:
    at = np.array(sorted(centres))
    found = pairs_of(
        [(100, spoken_by(*((start, start + length, voice) for start, length, voice in turns)))], at, WINDOW
    )
    same, other = ({tuple(pair) for pair in which.tolist()} for which in (found.same, found.other))
    assert not same & other
    assert all(at[later] - at[earlier] >= WINDOW for earlier, later in same | other)


def test_agreement_is_one_for_the_told_voices_and_nothing_for_one_voice() -> None:
    pairs = Pairs(same=np.array([[0, 1], [2, 3]]), other=np.array([[0, 2], [1, 3]]))
    assert pairs.agreement(np.array([0, 0, 1, 1])) == pytest.approx(1.0)
    assert pairs.agreement(np.zeros(4, int)) == pytest.approx(0.0)
    assert pairs.agreement(np.arange(4)) == pytest.approx(0.0)


def alike_voices(seed: int) -> np.ndarray:
    """Forty windows of one voice and forty of another, whose line makes them alike: unit vectors, float32 (80, 192)."""
    draw = np.random.default_rng(seed)
    line, first, second = np.linalg.qr(draw.normal(size=(192, 3)))[0].T
    voices = np.repeat(np.stack([line + 1.2 * first, line + 1.2 * second]), 40, axis=0)
    return unit((voices + draw.normal(0, 0.02, voices.shape)).astype(np.float32))


@pytest.mark.parametrize("seed", range(3))
def test_alike_voices_are_two_only_where_the_segmentation_model_tells_two(seed: int) -> None:
    vectors = alike_voices(seed)
    links = links_of(vectors)
    centres = 100 + 25 * np.arange(80)
    chunks = [(first, spoken_by((0, 1_000, 0))) for first in (0, 500, 1_000, 1_500)]
    one = pairs_of(chunks, centres, WINDOW)
    usual = _counting._similarity(vectors, links, one)
    assert usual == _counting.CHOSEN.same_voice
    assert len(path_of(vectors, links, usual, 4)[1]) == 1
    change = 100 + 25 * 40 - 12
    chunks = [
        (first, spoken_by((0, max(0, change - first), 1), (max(0, change - first), 1_000, 0)))
        for first in (0, 500, 1_000, 1_500)
    ]
    told = _counting._similarity(vectors, links, pairs_of(chunks, centres, WINDOW))
    path, centroids = path_of(vectors, links, told, 4)
    assert len(centroids) == 2
    assert len(set(path[:38])) == len(set(path[42:])) == 1


def test_as_many_voices_are_surely_heard_as_speak_alone_for_a_second_and_a_half_in_one_ten_seconds() -> None:
    both = spoken_by((0, 300, 0), (200, 450, 1))  # 2 s and 1.5 s alone
    assert surely_heard([(0, both)]) == 2
    assert surely_heard([(0, spoken_by((0, 300, 0), (200, 449, 1)))]) == 1
    assert surely_heard([(0, spoken_by((0, 1_000, 0))), (500, spoken_by((0, 1_000, 2)))]) == 1
    assert surely_heard([]) == 0


def counted_of(vectors: np.ndarray, chunks: list[Any], choices: _counting.Choices = _counting.CHOSEN) -> Any:
    centres = 100 + 25 * np.arange(len(vectors))
    frames = np.ones(2_000, np.float32)
    return count_voices(Windows(vectors, centres, False), Heard(frames, frames, frames, frames, tuple(chunks)), choices)


def test_alike_voices_are_told_apart_until_there_are_as_many_as_are_heard_at_once() -> None:
    vectors = alike_voices(0)
    one_change = [(0, spoken_by((0, 850, 0), (850, 1_000, 1)))]  # too short for pairs of windows
    assert len(counted_of(vectors, []).centroids) == 1
    found = counted_of(vectors, one_change)
    assert (len(found.centroids), found.fewest) == (2, 2)
    alone = counted_of(vectors, one_change, replace(_counting.CHOSEN, as_many_as_heard=False))
    assert len(alone.centroids) == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.floats(0.0, 0.2), st.booleans())
def test_the_range_holds_the_number_told_apart_and_is_no_wider_than_chosen(
    seed: int, n_voices: int, noise: float, two_heard: bool
) -> None:
    draw = np.random.default_rng(seed)
    voices = np.repeat(draw.normal(size=(n_voices, 192)), 10, axis=0)
    vectors = unit((voices + draw.normal(0, 1 + 20 * noise, voices.shape)).astype(np.float32))
    found = counted_of(vectors, [(0, spoken_by((0, 500, 0), (500, 1_000, 1)))] if two_heard else [])
    assert 1 <= found.fewest <= len(found.centroids) <= found.most
    assert found.most <= max(found.fewest + _counting.CHOSEN.widest, len(found.centroids), 2)
    assert len(found.path) == len(vectors)
    assert not two_heard or found.most >= 2


def test_what_the_segmentation_model_told_of_every_ten_seconds_is_kept() -> None:
    record = AudioRecord("a", np.zeros((2, 23 * RATE_HZ), np.float32), RATE_HZ)
    for heard in listen(record):
        firsts = [first for first, _ in heard.chunks]
        assert firsts == [0, 500, 1_000, 1_500]
        assert [active.shape for _, active in heard.chunks] == [(1_000, 3)] * 3 + [(800, 3)]


def test_the_quiet_end_of_a_turn_counts_where_pauses_are_silent_and_not_where_they_are_noise() -> None:
    speech = np.zeros(1_000, np.float32)
    speech[100:300], speech[300:320] = 0.9, 0.15
    noisy = np.maximum(speech, 0.01)
    samples = np.random.default_rng(0).normal(0, 0.1, 1_000 * RATE_HZ // 100).astype(np.float32)
    found = [
        _voices.voices_of(lambda start, stop: samples[start:stop], Heard(one, one, one, np.zeros_like(one))).speech_s
        for one in (speech, noisy)
    ]
    assert found == pytest.approx([2.2, 2.0])
