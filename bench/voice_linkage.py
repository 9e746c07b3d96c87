"""What a disguise is worth: EER and rank-1 of three attackers on librispeech_test_other, and what a mute leaves.

One half of a speaker's files is known to the attacker, plain or treated by himself with draws of his own; in the other
half, treated whole, he looks for the speaker.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench._data import data_dir, sound_files
from bench._run import Run
from privacy_audit.anonymizers import Operator, all_operators
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.models import silero
from privacy_audit.types import AudioRecord, Confidence, Detection, Segment
from privacy_audit.verifying.voices import ATTACKERS, Voice, attack, cut, mono

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RATE_HZ = 16_000
_KNOWN_S = 8
_NUMBERS = itertools.count()
WIDE: dict[str, Any] = {"method": "both", "min_semitones": 2, "max_semitones": 8, "min_coefficient": 0.5}
"""The widest ranges tried, chosen on one half of librispeech_train_clean_100."""


def main() -> None:
    """Command line."""
    run = Run("voice_linkage", "EER and rank-1 of three attackers on disguised voices.")
    files = _by_speaker(data_dir("audio", "librispeech_test_other"))
    pairs = run.limited(
        [
            (known, seen, speaker)
            for speaker, own in files.items()
            for known, seen in zip(own[: len(own) // 2], own[len(own) // 2 :], strict=False)
        ]
    )
    plain = {path: _samples(path) for pair in pairs for path in pair[:2]}
    rows = []
    disguise = all_operators()["audio_disguise"]
    disguises = {"none": None, "audio_disguise": disguise(), "audio_disguise, wide": disguise(**WIDE)}
    for name, operator in disguises.items():
        voices = [Voice(plain[known], _treated(plain[seen], operator), speaker) for known, seen, speaker in pairs]
        found = attack(voices, lambda samples, own=operator: _treated(samples, own))  # type: ignore[misc]  # a default binds the loop's value
        for attacker, (match, eer) in zip(ATTACKERS, found, strict=True):
            rows.append((name, attacker, round(eer, 3), Wilson(match.right, match.n), round(match.chance, 3)))
    title = f"librispeech_test_other: {len(pairs)} files of {len(files)} speakers, {_KNOWN_S} s each"
    run.add(title, ("operator", "attacker", "EER", "rank-1", "chance"), rows)
    spoken = [(name, *_speech_s(list(plain.values()), operator)) for name, operator in disguises.items() if operator]
    run.add("heard as speech, s", ("operator", "before", "after"), spoken)
    run.add(
        "the same files, muted",
        ("seconds of speech", "after"),
        [_speech_s(list(plain.values()), all_operators()["audio_mute"]())],
    )
    run.finish()


def _by_speaker(folder: Path) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = defaultdict(list)
    for path in sound_files(folder):
        files[path.name.split("-")[0]].append(path)
    return {speaker: own for speaker, own in files.items() if len(own) > 1}


def _samples(path: Path) -> NDArray[np.float32]:
    """The first seconds of speech."""
    samples = mono(path, path.name)
    return cut(samples, silero.speech_segments(samples))[: _KNOWN_S * _RATE_HZ]


def _treated(samples: NDArray[np.float32], operator: Operator | None) -> NDArray[np.float32]:
    if operator is None:
        return samples
    voice = Detection("VOICE", Segment(0.0, len(samples) / _RATE_HZ), 1.0, Confidence.HIGH)
    # a disguise is drawn for each recording
    record = operator.apply(AudioRecord(f"recording {next(_NUMBERS)}", samples[None], _RATE_HZ), [voice])
    assert isinstance(record, AudioRecord)
    treated: NDArray[np.float32] = record.samples[0]
    return treated


def _speech_s(files: list[NDArray[np.float32]], operator: Operator) -> tuple[float, float]:
    before = sum(s.end - s.start for samples in files for s in silero.speech_segments(samples))
    after = sum(s.end - s.start for samples in files for s in silero.speech_segments(_treated(samples, operator)))
    return round(before, 1), round(after, 1)


if __name__ == "__main__":
    main()
