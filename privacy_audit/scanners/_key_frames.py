"""Which frames of a video are worth the long look, when every frame is looked at one after the other.

The frames in between get a short look: what it misses lies between two long ones, and is filled in when the video is
treated (``pipeline/tracking.py``). When the same video comes again, the treated copy, the long looks fall half way
between those of the time before, so that no frame is far from one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privacy_audit.types import ImageRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["KeyFrames"]

_FRAME = re.compile(r"(?P<video>.*)#t=(?P<now_s>[0-9]+(?:\.[0-9]+)?)", re.DOTALL)
_SCENE_CHANGE = 20.0  # mean difference of values, 0 to 255, as sources/video_file.py has it
_SAMPLE_POINTS = 32  # per side


class KeyFrames:
    """Keeps the last long look in mind, so frames must come in their order, and one video after the other."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._video: str | None = None
        self._again = False
        self._now_s = 0.0
        self._due_s = 0.0
        self._sample: NDArray[np.int16] | None = None

    def is_key(self, record: ImageRecord) -> bool:
        """True for a picture that is no frame, the first frame, a new scene, and when ``every_s`` seconds are over."""
        frame = _FRAME.fullmatch(record.uri)
        if frame is None or not self._every_s:
            return True
        now_s, sample = float(frame["now_s"]), _sampled(record)
        starts = frame["video"] != self._video or now_s <= self._now_s
        if starts:
            self._again = frame["video"] == self._video and not self._again
            self._video = frame["video"]
        self._now_s = now_s
        if starts or self._sample is None or _differ(self._sample, sample):
            self._due_s = now_s + self._every_s / (2 if starts and self._again else 1)
        elif now_s >= self._due_s - 0.0005:  # time stamps are rounded
            self._due_s = now_s + self._every_s
        else:
            return False
        self._sample = sample
        return True


def _sampled(record: ImageRecord) -> NDArray[np.int16]:
    import numpy as np

    steps = (max(1, side // _SAMPLE_POINTS) for side in record.pixels.shape[:2])
    rows, columns = (slice(step // 2, None, step) for step in steps)
    sample: NDArray[np.int16] = record.pixels[rows, columns].mean(axis=2).astype(np.int16)
    return sample


def _differ(one: NDArray[np.int16], other: NDArray[np.int16]) -> bool:
    import numpy as np

    return one.shape != other.shape or float(np.abs(one - other).mean()) > _SCENE_CHANGE
