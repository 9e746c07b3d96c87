"""Speech: spoken seconds found, found seconds that are spoken, and what else is taken for speech.

The scanner's thresholds and score were fitted on the even halves of esc10_non_speech, librispeech_train_clean_100 and
pyannote_ami, so these are read by half; of the others nothing was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench._data import data_dir, half_of, plain_name, read_rttm, sound_files
from bench._run import Run
from privacy_audit.measuring.scoring import Span, Wilson, overlap_length, union
from privacy_audit.scanners._listening import FRAME_S, OFF, ON, hysteresis, listen, runs
from privacy_audit.scanners.audio_speech import AudioSpeech
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.types import Confidence, Detection, Segment

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
    if run.half == "tune":
        _fit(run)
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
        files = sound_files(folder)
        files = run.limited(half_of(files, run.half) if name == "pyannote_ami" else files)
        truth = [union([_as_span(turn) for turn, _ in turns[plain_name(path.stem)]]) for path in files]
        found = [_scan(scanner, path) for path in files]
        run.add(
            f"{name}: {len(files)} recordings, {_total(truth):.0f} s of speech; seconds, no collar",
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
        files = sound_files(data_dir("audio", name))
        files = run.limited(half_of(files, run.half) if name == "librispeech_train_clean_100" else files)
        surest = [max((item.confidence for item in _scan(scanner, path)), default=None) for path in files]
        run.add(
            f"{name}: {len(files)} read utterances; share in which speech is found",
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


def _fit(run: Run) -> None:
    """The logistic regression behind the score, fitted again on the halves that may be tuned on."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    seen, truth = [], []
    for name in ("esc10_non_speech", "librispeech_train_clean_100", "pyannote_ami"):
        for path in half_of(sound_files(data_dir("audio", name)), "tune"):
            for heard in listen(read_audio(path, path.name)):
                for start, end in runs(hysteresis(heard.speech, ON, OFF), 0.3):
                    if (end - start) * FRAME_S >= 0.1:
                        length = np.log2(min((end - start) * FRAME_S, 4.0))
                        seen.append((length, heard.sure[start:end].mean(), heard.likely[start:end].mean()))
                        truth.append(not name.startswith("esc10"))
    model = LogisticRegression(C=10, class_weight="balanced").fit(np.array(seen), np.array(truth))
    columns = ("bias", "log2 of the length in s", "mean of Silero", "mean of segmentation")
    run.add("logistic regression, even halves", columns, [(float(model.intercept_[0]), *map(float, model.coef_[0]))])


if __name__ == "__main__":
    main()
