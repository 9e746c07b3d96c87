"""How the constants of audio_speakers were chosen: the ways that were tried, on what may be tuned on.

Conversations composed of librispeech_train_clean_100, 60 slow and 40 quick ones, plain, over a simulated telephone line
and in a simulated room, and the even AMI excerpts. Nothing of what is reported is read. The second table is about the
range of the number of voices. Some twenty minutes on one core; ``--sets`` and ``--limit`` make it less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from bench._conversations import Recording, composed, in_a_room, over_a_line, quick, real
from bench._data import data_dir, half_of
from bench._run import Run
from bench._voice_ways import WAYS, Way
from privacy_audit.measuring.audio import AudioFigures, Engine, measure_audio
from privacy_audit.scanners._audio import at_rate
from privacy_audit.scanners._counting import CHOSEN, Choices, count_voices
from privacy_audit.scanners._listening import RATE_HZ, Heard, listen, speech_frames
from privacy_audit.scanners._voices import laid_out
from privacy_audit.scanners._windows import Windows, windows_of

_OPEN = "librispeech_train_clean_100"
_SETS: dict[str, Callable[[], list[Recording]]] = {
    "composed": lambda: composed(data_dir("audio", _OPEN), 15),
    "composed-line": lambda: over_a_line(composed(data_dir("audio", _OPEN), 15)),
    "quick": lambda: quick(data_dir("audio", _OPEN), 40),
    "quick-line": lambda: over_a_line(quick(data_dir("audio", _OPEN), 40), seed=1),
    "quick-room": lambda: in_a_room(quick(data_dir("audio", _OPEN), 16)),
    "ami-even": lambda: half_of(real(data_dir("audio", "pyannote_ami")), "tune"),
}
_WIDE = replace(CHOSEN, widest=99, widest_on_a_line=99)
_RANGES: dict[str, Choices] = {
    "chosen": CHOSEN,
    "as wide as it is": _WIDE,
    "and not from what is heard at once": replace(_WIDE, as_many_as_heard=False),
    "three apart at most, lines too": replace(CHOSEN, widest_on_a_line=3),
    "two apart at most": replace(CHOSEN, widest=2),
    "loosely 0.10": replace(CHOSEN, loosely=0.10),
    "loosely 0.03": replace(CHOSEN, loosely=0.03),
    "strictly 0.10 below": replace(CHOSEN, strictly=-0.10),
    "not one more": replace(CHOSEN, one_more=False),
}


@dataclass(frozen=True, slots=True)
class _Listened:
    """What every way starts from."""

    windows: Windows
    heard: Heard


def main() -> None:
    """Command line."""
    run = Run("speakers_choice", "The ways of telling voices apart that were tried, on what may be tuned on.")
    run.parser.add_argument("--sets", default=",".join(_SETS), help=f"of {', '.join(_SETS)}")
    run.parser.add_argument("--ways", default=",".join(WAYS), help="names of the first column of the table")
    names = [name for name in _SETS if name in run.options.sets.split(",")]
    recordings = {name: run.limited(_SETS[name]()) for name in names}
    listened = {name: [_listened(one) for one in own] for name, own in recordings.items()}
    ways: dict[str, Way] = {name: way for name, way in WAYS.items() if name in run.options.ways.split(",")}
    columns = ("way", *(f"{name}: DER" for name in names), *(f"{name}: count exact" for name in names))
    rows = []
    for name, way in ways.items():
        figures = [_figures(way, recordings[kind], listened[kind]) for kind in names]
        rows.append((name, *(own.der[0.0] for own in figures), *(own.exact.share for own in figures)))
    run.add("the ways: " + ", ".join(f"{name} ({len(recordings[name])})" for name in names), columns, rows)
    columns = ("range", *(f"{name}: in range" for name in names), *(f"{name}: width" for name in names))
    rows = []
    for name, choices in _RANGES.items():
        count = partial(count_voices, choices=choices)
        figures = [_figures(count, recordings[kind], listened[kind]) for kind in names]
        rows.append((name, *(own.in_range.share for own in figures), *(own.width for own in figures)))
    run.add("the range", columns, rows)
    run.finish()


def _listened(recording: Recording) -> _Listened:
    record = at_rate(recording[0], RATE_HZ)
    samples = np.asarray(record.samples).mean(axis=0)
    (heard,) = listen(replace(record, samples=samples[None]))
    return _Listened(windows_of(lambda start, stop: samples[start:stop], speech_frames(heard)), heard)


def _figures(way: Way, recordings: Sequence[Recording], listened: Sequence[_Listened]) -> AudioFigures:
    """The recordings of one set come in the same order each time."""
    turn = iter(listened)

    def voices(_: object) -> object:
        one = next(turn)
        return laid_out(one.windows, one.heard, way)

    return measure_audio(Engine("way", voices), recordings, pairs=False)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
