"""Times of transcripts moved with the recordings out of which something was cut.

What is cut is known when a recording is treated, so recordings come before their transcripts. Each number keeps its
width, so that every other place in the file stays where it was.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path, PurePosixPath

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.transcripts import SUFFIXES
from privacy_audit.types import Reason

__all__ = ["CutTimes", "Rounds", "with_moved_times"]

Rounds = Sequence[Sequence[tuple[float, float]]]
"""[start, end) in seconds of what was cut, in order and apart, for each round on what the round before had left."""

_CLOCK = re.compile(r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{3}")
_COLUMNS = {".rttm": (1, 3, 4, True), ".ctm": (0, 2, 3, True), ".stm": (0, 3, 4, False)}
"""Fields of the recording, the start and the end; True where the last is a duration."""
_FIELD = re.compile(r"\S+")
_WRONG = "its times would no longer fit the recording that was cut; set audio_cut to timeline: kept"


class CutTimes:
    """By name of a recording, without folder and suffix: what was cut out of it."""

    def __init__(self) -> None:
        self._rounds: dict[str, Rounds | None] = {}

    def add(self, uri: str, rounds: Rounds) -> None:
        """Remember a recording; two of one name of which other parts were cut are told apart by nobody."""
        stem = PurePosixPath(uri).stem.casefold()
        known = self._rounds.setdefault(stem, rounds)
        if known != rounds:
            self._rounds[stem] = None

    def mover(self, recording: str) -> Callable[[float], float] | None:
        """Old to new time in seconds, None where nothing was cut out of it. Raises UnreadableError."""
        stem = recording.casefold()
        rounds = self._rounds.get(stem, ())
        if rounds is None:
            raise UnreadableError(Reason.UNSUPPORTED, _WRONG)
        steps = [_step(cuts) for cuts in rounds if cuts]
        if not steps:
            return None

        def move(time_s: float) -> float:
            for step in steps:
                time_s = step(time_s)
            return time_s

        return move

    def recording_of(self, path: Path) -> str:
        """The name of the recording that a file speaks of by its own name: ``talk.fr.vtt`` of ``talk``."""
        pieces = path.name.split(".")
        names = [".".join(pieces[:count]) for count in range(len(pieces), 0, -1)]
        return next((name for name in names if name.casefold() in self._rounds), path.stem)

    @property
    def is_empty(self) -> bool:
        """True when nothing was cut out of any recording."""
        return not any(rounds is None or any(rounds) for rounds in self._rounds.values())


def with_moved_times(text: str, path: Path, cuts: CutTimes) -> str:
    """The transcript with its times moved. Raises UnreadableError for a form whose times this version cannot move."""
    suffix = path.suffix.lower()
    if cuts.is_empty:
        return text
    if suffix in (".srt", ".vtt"):
        move = cuts.mover(cuts.recording_of(path))
        return text if move is None else "".join(_moved_cues(text, move))
    if suffix in _COLUMNS:
        return "".join(_moved_columns(text, suffix, cuts))
    if suffix in SUFFIXES or suffix == ".json":
        if cuts.mover(cuts.recording_of(path)) is None:
            return text
    elif path.name not in ("segments", "utt2dur"):
        return text
    raise UnreadableError(Reason.UNSUPPORTED, _WRONG)


def _step(cuts: Sequence[tuple[float, float]]) -> Callable[[float], float]:
    starts = [start for start, _ in cuts]
    gone = [0.0, *accumulate(end - start for start, end in cuts)]

    def move(time_s: float) -> float:
        index = bisect_right(starts, time_s)
        inside_s = min(time_s, cuts[index - 1][1]) - cuts[index - 1][0] if index else 0.0
        return time_s - (gone[index - 1] + inside_s if index else 0.0)

    return move


def _moved_cues(text: str, move: Callable[[float], float]) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        is_timed = "-->" in line
        yield _CLOCK.sub(
            lambda match, line=line, is_timed=is_timed: (  # type: ignore[misc]  # defaults bind the loop's values
                _clock(match.group(), move)
                if is_timed or line[match.start() - 1 : match.start()] == "<"
                else match.group()
            ),
            line,
        )


def _clock(written: str, move: Callable[[float], float]) -> str:
    *hours, minutes, rest = written.split(":")
    mark = rest[-4]
    old_s = 3600 * int(hours[0] if hours else 0) + 60 * int(minutes) + int(rest[:-4]) + int(rest[-3:]) / 1000
    total_ms = round(1000 * move(old_s))
    seconds, ms = divmod(total_ms, 1000)
    new = [f"{seconds // 60 % 60:0{len(minutes)}d}" if hours else f"{seconds // 60:0{len(minutes)}d}"]
    if hours:
        new.insert(0, f"{seconds // 3600:0{len(hours[0])}d}")
    return ":".join([*new, f"{seconds % 60:02d}{mark}{ms:03d}"])


def _moved_columns(text: str, suffix: str, cuts: CutTimes) -> Iterator[str]:
    recording, first, last, is_duration = _COLUMNS[suffix]
    for line in text.splitlines(keepends=True):
        fields = list(_FIELD.finditer(line))
        move = cuts.mover(fields[recording].group()) if len(fields) > last and line[:1] not in ";#" else None
        try:
            start_s, end_s = (float(fields[index].group()) for index in (first, last)) if move else (0.0, 0.0)
        except ValueError:
            move = None
        if move is None:
            yield line
            continue
        new_start_s = move(start_s)
        new_end_s = move(start_s + end_s) - new_start_s if is_duration else move(end_s)
        one, other = fields[first], fields[last]
        yield (
            line[: one.start()]
            + _number(one.group(), new_start_s)
            + line[one.end() : other.start()]
            + _number(other.group(), new_end_s)
            + line[other.end() :]
        )


def _number(written: str, new: float) -> str:
    """As many decimals as before, and as wide: a moved time is never longer."""
    decimals = len(written.partition(".")[2])
    return f"{max(0.0, new):.{decimals}f}".rjust(len(written))
