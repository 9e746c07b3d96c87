"""What a treatment cost is counted exactly, and once."""

from __future__ import annotations

import numpy as np

from privacy_audit.pipeline.changed import Changed
from privacy_audit.types import AudioRecord, ImageRecord, PathRecord, TextRecord


def picture(value: int) -> ImageRecord:
    pixels = np.zeros((4, 5, 3), np.uint8)
    pixels[:2, :3, 1] = value
    return ImageRecord("a", pixels)


def sound(n_changed: int, n_samples: int = 1000) -> AudioRecord:
    samples = np.zeros((2, n_samples), np.float32)
    samples[1, :n_changed] = 0.5
    return AudioRecord("a", samples, 1000)


def test_pixels_and_seconds_that_differ_in_any_channel_count_once() -> None:
    changed = Changed()
    changed.add_record(picture(0), picture(7))
    changed.add_record(sound(0), sound(250))
    changed.add_record(sound(0), sound(0, n_samples=400))  # 600 ms were cut
    assert changed.line() == {"milliseconds": [850, 2000], "pixels": [6, 20]}


def test_a_second_round_adds_to_what_is_changed_and_not_to_the_whole() -> None:
    changed = Changed()
    changed.add_record(picture(0), picture(7))
    changed.next_round()
    for _ in range(5):
        changed.add_record(picture(0), picture(7))
    assert changed.line() == {"pixels": [20, 20]}


def test_paths_and_untouched_records_cost_nothing() -> None:
    changed = Changed()
    changed.add_record(PathRecord("a", "x"), PathRecord("a", "y"))
    record = TextRecord("a", "abc")
    changed.add_record(record, record)
    assert changed.line() == {"characters": [0, 3]}
