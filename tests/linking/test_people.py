from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.linking.collecting import Templates
from privacy_audit.linking.people import FACE, VOICE, LinkTally, count


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000), st.integers(1, 40), st.integers(0, 5))
def test_the_range_is_ordered_and_holds_what_was_not_compared(seed: int, n: int, without: int) -> None:
    draw = np.random.default_rng(seed)
    vectors = list(draw.normal(size=(max(1, n // 3), 16))[draw.integers(0, max(1, n // 3), n)].astype(np.float32))
    found = count(vectors, without, VOICE)
    assert 1 <= found.fewest <= found.likeliest <= found.most <= n + without
    assert (found.compared, found.not_compared) == (n, without)


def test_voices_of_two_people_in_ten_files_are_two() -> None:
    draw = np.random.default_rng(0)
    centres = np.eye(2, 192)
    tally = LinkTally("consent of the speakers", voices=True, faces=False)
    for number in range(10):
        vector = centres[number % 2] + draw.normal(0, 0.2 * 192**-0.5, 192)
        tally.add(Templates(voices=[vector.astype(np.float32)]), f"{number}.wav")
    found = tally.build()
    assert found.voices is not None
    assert (found.voices.fewest, found.voices.likeliest, found.voices.most) == (2, 2, 2)
    assert (found.basis, found.faces) == ("consent of the speakers", None)


def test_nobody_is_counted_where_nobody_was_found() -> None:
    assert count([], 0, FACE).most == 0
    assert (count([], 3, FACE).fewest, count([], 3, FACE).most) == (1, 3)
