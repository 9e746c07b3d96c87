"""What a treatment cost: how much of the texts, pictures and recordings it changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from privacy_audit.anonymizers._text import Edit
from privacy_audit.types import AudioRecord, ImageRecord, Record, TextRecord

__all__ = ["Changed"]


class Changed:
    """``changed`` of ``total``: characters of texts, pixels of pictures and frames, milliseconds of sound.

    A file that is treated in several rounds counts once in the total.
    """

    __slots__ = ("_is_first", "changed", "total")

    def __init__(self) -> None:
        self.changed: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        self._is_first = True

    @property
    def is_first_round(self) -> bool:
        """Before :meth:`next_round`."""
        return self._is_first

    def next_round(self) -> None:
        """What comes now was counted before."""
        self._is_first = False

    def add(self, kind: str, changed: int, total: int) -> None:
        """``kind``: characters, pixels or milliseconds."""
        self.changed[kind] += changed
        if self._is_first:
            self.total[kind] += total

    def add_record(self, before: Record, after: Record, edits: Sequence[Edit] = ()) -> None:
        """One record before and after. A text is told by its edits; a path and tags are none of the three kinds."""
        if isinstance(before, TextRecord):
            self.add("characters", sum(edit.end - edit.start for edit in edits), len(before.text))
        elif isinstance(before, ImageRecord) and isinstance(after, ImageRecord):
            height, width = before.pixels.shape[:2]
            same = before.pixels is after.pixels
            self.add("pixels", 0 if same else int((before.pixels != after.pixels).any(axis=2).sum()), height * width)
        elif isinstance(before, AudioRecord) and isinstance(after, AudioRecord):
            self.add("milliseconds", _changed_ms(before, after), round(1000 * before.duration_s))

    def line(self) -> dict[str, list[int]]:
        """Kind -> changed and total, for the notes of a run; what was changed twice counts once at most."""
        return {kind: [min(self.changed[kind], total), total] for kind, total in sorted(self.total.items()) if total}


def _changed_ms(before: AudioRecord, after: AudioRecord) -> int:
    if before.samples is after.samples:
        return 0
    changed = int(before.samples.shape[1] - after.samples.shape[1])
    if not changed:  # otherwise something was cut out, and the rest moved up
        changed = int((before.samples != after.samples).any(axis=0).sum())
    return round(1000 * changed / before.sample_rate_hz)
