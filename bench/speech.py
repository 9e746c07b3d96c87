"""Speech: spoken seconds found, found seconds that are spoken, and what else is taken for speech.

No constant of the scanner was tuned on the AMI, telephone and LibriSpeech sets, so these are read whole; the lengths
that make MEDIUM and HIGH were chosen on the even half of esc10_non_speech.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench._data import data_dir, half_of, plain_name, read_rttm, sound_files
from bench._run import Run
from privacy_audit.measuring.scoring import Span, Wilson, overlap_length, union
from privacy_audit.scanners.audio_speech import AudioSpeech
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.types import Confidence, Detection, Segment

_LENGTHS_S = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
_CLASSES = {
    "001": "dog",
    "002": "rain",
    "003": "sea",
    "004": "baby",
    "005": "clock",
    "006": "sneeze",
    "007": "helicopter",
    "008": "chainsaw",
    "009": "rooster",
    "010": "fire",
}


def main() -> None:
    """Command line."""
    run = Run("speech", "Recall, precision and false alarms of the scanner audio_speech.")
    scanner = AudioSpeech()
    _seconds(run, scanner)
    _found_at_all(run, scanner)
    _false_alarms(run, scanner)
    run.finish()


def _scan(scanner: AudioSpeech, path: Path) -> list[Detection]:
    return list(scanner.scan(read_audio(path, path.name)))


def _as_span(location: object) -> Span:
    assert isinstance(location, Segment)
    return location.start, location.end


def _seconds(run: Run, scanner: AudioSpeech) -> None:
    for name in ("pyannote_sample", "pyannote_ami"):
        folder = data_dir("audio", name)
        turns = read_rttm(sorted(folder.glob("*.rttm")))
        files = run.limited(sound_files(folder))
        truth = [union([_as_span(turn) for turn, _ in turns[plain_name(path.stem)]]) for path in files]
        found = [_scan(scanner, path) for path in files]
        run.add(
            f"{name}, whole: {len(files)} recordings, {_total(truth):.0f} s of speech; seconds, no collar",
            ("from", "recall", "precision", "recordings with speech found"),
            list(_seconds_rows(truth, found)),
        )


def _total(spans: Sequence[Sequence[Span]]) -> float:
    return sum(end - start for one in spans for start, end in one)


def _seconds_rows(truth: Sequence[list[Span]], found: Sequence[list[Detection]]) -> Iterator[tuple[object, ...]]:
    for level in Confidence:
        kept = [[_as_span(item.location) for item in one if item.confidence >= level] for one in found]
        common = sum(overlap_length(one, other) for one, other in zip(truth, kept, strict=True))
        recall, precision = common / _total(truth), common / max(1e-9, _total(kept))
        # seconds are no independent trials, so no interval is drawn around them
        yield level.name, recall, precision, Wilson(sum(map(bool, kept)), len(kept))


def _found_at_all(run: Run, scanner: AudioSpeech) -> None:
    for name in ("librispeech_test_other", "librispeech_train_clean_100"):
        files = run.limited(sound_files(data_dir("audio", name)))
        surest = [max((item.confidence for item in _scan(scanner, path)), default=None) for path in files]
        run.add(
            f"{name}, whole: {len(files)} read utterances; share in which speech is found",
            ("from", "recall"),
            [
                (level.name, Wilson(sum(best is not None and best >= level for best in surest), len(files)))
                for level in Confidence
            ],
        )


def _false_alarms(run: Run, scanner: AudioSpeech) -> None:
    files = run.limited(half_of(sound_files(data_dir("audio", "esc10_non_speech")), run.half))
    found = [_scan(scanner, path) for path in files]
    surest = [max((item.confidence for item in one), default=None) for one in found]
    rows: list[tuple[object, ...]] = []
    for level in Confidence:
        firing = [path for path, best in zip(files, surest, strict=True) if best is not None and best >= level]
        kinds = sorted({_CLASSES[path.name[:3]] for path in firing})
        rows.append((level.name, Wilson(len(firing), len(files)), ", ".join(kinds) or "none"))
    where = f"esc10_non_speech, {run.half} half: {len(files)} clips of up to 5 s"
    run.add(f"{where}; share of clips that fire", ("from", "false alarms", "sounds"), rows)
    longest = [max((_spoken_s(item) for item in one), default=0.0) for one in found]
    run.add(
        "clips whose longest stretch, without the padding, is at least so long",
        ("s", "false alarms"),
        [(f"{length:.2f}", Wilson(sum(own >= length for own in longest), len(files))) for length in _LENGTHS_S],
    )


def _spoken_s(detection: Detection) -> float:
    start, end = _as_span(detection.location)
    return end - start - 0.2  # the scanner pads .1 s on both sides


if __name__ == "__main__":
    main()
