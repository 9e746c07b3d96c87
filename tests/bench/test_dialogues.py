"""The dialogues that spoken data are measured on."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

pytest.importorskip("espeakng_loader")

from bench._dialogues import RATE_HZ, dialogue
from bench.spoken import _FORMATS


def test_a_dialogue_is_the_same_each_time_and_its_words_follow_each_other() -> None:
    first, again = dialogue(1), dialogue(1)
    assert first.words == again.words
    assert np.array_equal(first.samples, again.samples)
    times = [(word.start_s, word.end_s) for word in first.words]
    assert all(start <= end for start, end in times)
    assert all(one[0] <= two[0] for one, two in itertools.pairwise(times))
    assert times[-1][1] <= len(first.samples) / RATE_HZ
    assert sorted(item.entity_type for item in first.items) == sorted({item.entity_type for item in first.items})
    loud = [np.abs(first.samples[round(a * RATE_HZ) : round(b * RATE_HZ)]).max() for a, b in times if b - a > 0.1]
    assert min(loud) > 0.01, "where a word is said there is sound"
    for write in _FORMATS.values():
        suffix, text = write(first)
        assert suffix.startswith(".")
        assert len(text) > 100
