"""Can a treated voice be matched with its original? Three attackers: one knows nothing, two disguise too."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_audit.errors import UnreadableError
from privacy_audit.linking.error_rate import equal_error_rate
from privacy_audit.models import campplus, silero
from privacy_audit.pipeline import Toolbox
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.types import AudioRecord, Confidence, Detection, Segment
from privacy_audit.verifying.matching import Match, rank_one
from privacy_audit.verifying.pairs import Pair
from privacy_audit.verifying.values import Check, not_tested, settled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ATTACKERS", "EER_GOAL", "Voice", "attack", "cut", "heard", "mono", "voice_linkage"]

ATTACKERS = ("ignorant", "aware", "aware_many")
"""``ignorant`` compares with plain recordings; ``aware`` treats his own recordings the same way first, with a draw of
his own; ``aware_many`` does so many times, with all recordings of the person, and takes the mean (research/audio.md:
this is what breaks random disguises).
"""
EER_GOAL = 0.30
"""What a disguise should leave to the strongest attacker: about what VoicePrivacy 2024's neural baselines reach."""
_MANY_DRAWS = 6
_CUT_FRAMES = 300  # 3 s, about what CAM++ was trained on (its model card)
_MIN_SPEECH_S = 4.0
"""Half of it is what the attacker knows, half is what he sees: with less there is no voice to compare."""
_MIN_VOICES = 10
_MAX_VOICES = 500
_RATE_HZ = campplus.SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True, repr=False)
class Voice:
    """Speech that the attacker knows and other speech that he sees treated, float32 (samples,), 16 kHz; whose."""

    known: NDArray[np.float32]
    seen: NDArray[np.float32]
    label: object


def voice_linkage(toolbox: Toolbox, voices: Iterable[Voice]) -> list[Check]:
    """One check per attacker over the recordings; the rank-1 beats chance, or it does not. The EER stands beside it."""
    told = list(voices)
    found = [voice for voice in told if _speech_s(voice.seen) >= _MIN_SPEECH_S / 4]
    names = [f"voice_linkage_{attacker}" for attacker in ATTACKERS]
    if told and not found:
        return [not_tested(name, "linkage", "no_speech_left") for name in names]
    if len(found) < _MIN_VOICES:
        return [not_tested(name, "linkage", "few_voices") for name in names]
    return [
        settled(name, "linkage", match.beats_chance, eer=round(eer, 4), rank_1=round(match.rate, 4),
                chance=round(match.chance, 4), voices=match.n)
        for name, (match, eer) in zip(names, attack(found, _treating(toolbox)), strict=True)
    ]  # fmt: skip


def attack(
    voices: Sequence[Voice], treat: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> Iterator[tuple[Match, float]]:
    """(rank-1, EER) of each of :data:`ATTACKERS`. ``treat``: what was done, with a new draw each time."""
    labels = [voice.label for voice in voices]
    seen = [_vectors(voice.seen) for voice in voices]
    plain = _stack([_mean(_vectors(voice.known)) for voice in voices])
    treated = [[_vectors(treat(voice.known)) for _ in range(_MANY_DRAWS)] for voice in voices]
    once = _stack([_mean(draws[0]) for draws in treated])
    known: dict[object, list[NDArray[np.float32]]] = defaultdict(list)
    for label, draws in zip(labels, treated, strict=True):
        known[label] += draws  # of one person he has all recordings
    many = _stack([_mean(_concatenated(known[label])) for label in labels])
    probes = _stack([_mean(vectors) for vectors in seen])
    for enrolled in (plain, once, many):
        yield rank_one(probes, labels, enrolled, labels), _eer(probes, enrolled, labels)


def heard(pairs: Iterable[Pair]) -> tuple[Check, list[Voice]]:
    """Seconds of speech that the detector of speech still finds, of the seconds before, and the voices to compare.

    Each recording is read and listened to once.
    """
    before_s = after_s = 0.0
    voices: list[Voice] = []
    for pair in pairs:
        if pair.treated is None or pair.original.kind != "audio":
            continue
        before, after = mono(pair.original.path, pair.original.uri), mono(pair.treated.path, pair.treated.uri)
        spoken = silero.speech_segments(before)
        spoken_s = sum(segment.end - segment.start for segment in spoken)
        before_s += spoken_s
        after_s += _speech_s(after)
        if spoken_s >= _MIN_SPEECH_S and len(voices) < _MAX_VOICES:
            known, seen = _halves(spoken)
            voices.append(Voice(cut(before, known), cut(after, seen), pair.original.uri))
    if not before_s:
        return not_tested("speech_left", "isolation", "no_speech"), voices
    share = after_s / before_s
    figures = {"seconds": round(after_s, 1), "share": round(share, 4)}
    return settled("speech_left", "isolation", share >= 0.01, **figures), voices


def _treating(toolbox: Toolbox) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    numbers = itertools.count()  # a disguise is drawn for each recording: the attacker's are his own

    def treat(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        voice = Detection("VOICE", Segment(0.0, len(samples) / _RATE_HZ), 1.0, Confidence.HIGH)
        treated = toolbox.apply(AudioRecord(f"attacker {next(numbers)}", samples[None], _RATE_HZ), [voice]).record
        assert isinstance(treated, AudioRecord)  # noqa: S101 - operators return the class they were given
        samples_out: NDArray[np.float32] = treated.samples[0]
        return samples_out

    return treat


def mono(path: Path, uri: str) -> NDArray[np.float32]:
    """A recording as float32 (samples,) at 16 kHz; empty where it cannot be read: the scan tells it."""
    import numpy as np

    try:
        channels = np.asarray(read_audio(path, uri, sample_rate_hz=_RATE_HZ).samples)
    except UnreadableError:
        return np.zeros(0, np.float32)
    mean: NDArray[np.float32] = channels.mean(axis=0, dtype=np.float32)
    return mean


def _speech_s(samples: NDArray[np.float32]) -> float:
    return sum(segment.end - segment.start for segment in silero.speech_segments(samples))


def _halves(spoken: Sequence[Segment]) -> tuple[list[Segment], list[Segment]]:
    """Speech before and after the moment at which half of it has been said."""
    half_s, said_s = sum(segment.end - segment.start for segment in spoken) / 2, 0.0
    first: list[Segment] = []
    second: list[Segment] = []
    for segment in spoken:
        left_s = max(0.0, min(segment.end - segment.start, half_s - said_s))
        said_s += segment.end - segment.start
        middle = segment.start + left_s
        first += [Segment(segment.start, middle)] if left_s else []
        second += [Segment(middle, segment.end)] if middle < segment.end else []
    return first, second


def cut(samples: NDArray[np.float32], segments: Sequence[Segment]) -> NDArray[np.float32]:
    """The stretches of float32 (samples,) at 16 kHz, one behind the other."""
    import numpy as np

    parts = [samples[round(segment.start * _RATE_HZ) : round(segment.end * _RATE_HZ)] for segment in segments]
    return np.concatenate([np.zeros(0, np.float32), *parts])


def _vectors(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    frames = campplus.log_mel(samples)
    cuts = [frames[start : start + _CUT_FRAMES] for start in range(0, len(frames), _CUT_FRAMES)]
    long_enough = [cut for cut in cuts if len(cut) >= _CUT_FRAMES // 4]
    return campplus.embed(long_enough or cuts)


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    mean = vectors.mean(axis=0)
    unit: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit


def _stack(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    import numpy as np

    return np.stack(vectors)


def _concatenated(draws: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    import numpy as np

    return np.concatenate(draws)


def _eer(probes: NDArray[np.float32], enrolled: NDArray[np.float32], labels: Sequence[object]) -> float:
    scores = probes @ enrolled.T
    pairs = [(float(scores[i, j]), labels[i] == labels[j]) for i in range(len(labels)) for j in range(len(labels))]
    return equal_error_rate([score for score, same in pairs if same], [score for score, same in pairs if not same])
