"""The figures of comparing voices from recording to recording, on drawn vectors."""

from __future__ import annotations

import math

import numpy as np

from privacy_audit.linking.people import VOICE
from privacy_audit.measuring.linking import Labelled, labelled_voices, measure_linking
from privacy_audit.scanners._voices import Turn, Voices


def drawn(people: str, spread: float) -> list[Labelled]:
    draw = np.random.default_rng(1)
    centres = dict(zip(dict.fromkeys(people), np.eye(64, dtype=np.float32), strict=False))
    return [(centres[name] + spread * draw.normal(0, 1, 64).astype(np.float32), name) for name in people]


def test_voices_that_are_far_apart_are_counted_and_told_apart_without_error() -> None:
    figures = measure_linking(drawn("aaabbbccc", 0.02), VOICE)
    assert (figures.vectors, figures.people) == (9, 3)
    assert (figures.pairs_eer, figures.ari) == (0.0, 1.0)
    assert (figures.fewest, figures.likeliest, figures.most) == (3, 3, 3)


def test_vectors_that_tell_nothing_have_an_error_near_one_half_and_no_agreement() -> None:
    figures = measure_linking(drawn("abcdefgh" * 5, 5.0), VOICE)
    assert 0.35 < figures.pairs_eer < 0.6
    assert abs(figures.ari) < 0.1


def test_without_two_recordings_of_one_person_there_is_no_error_of_pairs() -> None:
    assert math.isnan(measure_linking(drawn("abc", 0.02), VOICE).pairs_eer)


def test_a_voice_goes_by_the_speaker_it_shares_most_time_with_and_a_short_one_is_left_out() -> None:
    turns = (Turn(0, 6, 0), Turn(6, 9, 0), Turn(9, 10, 1))
    centroids = np.eye(2, 4, dtype=np.float32)
    found = Voices(turns, 2, 2, None, overlap_s=0.0, speech_s=10.0, centroids=centroids)
    labelled = list(labelled_voices(found, [(0.0, 5.5, "Ines"), (5.5, 9.0, "Paul"), (9.0, 10.0, "Paul")]))
    assert [speaker for _, speaker in labelled] == ["Ines"]
    assert labelled[0][0].tolist() == centroids[0].tolist()
