"""What is said in a recording, as texts tied to its times; and transcripts, as texts tied to their files."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from privacy_audit.errors import MissingDependencyError
from privacy_audit.models.whisper import SAMPLE_RATE_HZ, Transcriber
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.transcripts import Part, Transcript
from privacy_audit.sources.transcripts.beside import said_beside
from privacy_audit.types import (
    AudioRecord,
    Piece,
    Reason,
    Record,
    Segment,
    TextRecord,
    TextSpan,
    Unscanned,
)

__all__ = ["transcript_records", "with_speech"]

_SLACK_S = 1.0  # transcripts round their times
_SENTENCE_END = (".", "?", "!", "…")
_LABEL_JOINT = re.compile(r"[_.\-]")
_ROLE_WORDS = re.compile(
    r"(?i)\b(?:spk|spkr|speaker|sprecher|locuteur|locutrice|loc|tier|id|interviewer|interviewee)\b"
)


def with_speech(
    toolbox: Toolbox, entry: FileEntry, records: Iterable[Record | Unscanned]
) -> Iterator[Record | Unscanned]:
    """The records, and behind each recording what transcripts beside its file, or the recipe's transcriber, say of it.

    The texts carry the recording's URI and are tied to its times. What is said at no known time is tied to all of it.
    """
    n_sounds = 0
    for record in records:
        yield record
        if isinstance(record, AudioRecord):
            n_sounds += 1
            parts: list[Part] = []
            if n_sounds == 1 and entry.kind != "table":  # what speaks of a cell stands in its row
                for said in said_beside(entry.path, entry.depth, toolbox.recipe.limits.max_text_bytes):
                    if isinstance(said, Part):
                        parts.append(said)
                    else:
                        detail = f"a transcript beside it cannot be read: {said.detail}"
                        yield Unscanned(record.uri, "*", said.reason, detail)
            if toolbox.transcriber is not None:
                try:
                    parts += _heard(toolbox.transcriber, record)
                except MissingDependencyError as error:
                    yield Unscanned(record.uri, "transcribe", Reason.MISSING_DEPENDENCY, str(error))
                except Exception as error:
                    # only the class of the error: its message may quote what was heard
                    detail = f"the speech recogniser failed ({type(error).__name__})"
                    yield Unscanned(record.uri, "transcribe", Reason.SCANNER_FAILED, detail)
            yield from _tied(record, parts)


def _heard(transcriber: Transcriber, record: AudioRecord) -> list[Part]:
    import numpy as np
    import soxr

    samples = np.asarray(record.samples).mean(axis=0)
    if record.sample_rate_hz != SAMPLE_RATE_HZ:
        samples = soxr.resample(samples, record.sample_rate_hz, SAMPLE_RATE_HZ)
    return [Part(0, 0, word.text, "said", word.start_s, word.end_s, "heard") for word in transcriber.words(samples)]


def _tied(record: AudioRecord, parts: Sequence[Part]) -> Iterator[TextRecord | Unscanned]:
    late = sum(part.start_s is not None and part.start_s > record.duration_s + _SLACK_S for part in parts)
    if late:
        detail = f"a transcript beside it tells of {late} places behind its end: is it of another recording?"
        yield Unscanned(record.uri, "*", Reason.CORRUPT, detail)
    tracks: dict[str, list[Part]] = defaultdict(list)
    for part in _finest(parts):
        tracks[part.track].append(part)
    for own in tracks.values():
        pieces = []
        text = ""
        for part in own:
            text += _joint(text, part.text)
            start_s = part.start_s if part.start_s is not None else 0.0
            end_s = part.end_s if part.end_s is not None else record.duration_s
            if start_s >= record.duration_s:
                start_s, end_s = 0.0, record.duration_s
            pieces.append(Piece(len(text), len(text) + len(part.text), Segment(start_s, max(start_s, end_s))))
            text += part.text
        yield TextRecord(record.uri, text, pieces=tuple(pieces))


def _joint(text: str, following: str) -> str:
    if not text or text[-1].isspace() or following[:1].isspace():
        return ""
    return "\n" if text.endswith(_SENTENCE_END) else " "


def _finest(parts: Sequence[Part]) -> list[Part]:
    """The same without stretches whose words another track tells one by one: a word is bleeped, not its sentence."""
    timed: dict[str, list[tuple[float, float, Part]]] = defaultdict(list)
    for part in parts:
        if part.start_s is not None and part.end_s is not None:
            timed[part.track].append(((part.start_s + part.end_s) / 2, part.end_s - part.start_s, part))
    for own in timed.values():
        own.sort(key=lambda item: item[:2])
    kept = []
    for part in parts:
        if part.start_s is None or part.end_s is None:
            kept.append(part)
            continue
        length_s = part.end_s - part.start_s
        for track, own in timed.items():
            if track == part.track:
                continue
            first = bisect_left(own, part.start_s, key=lambda item: item[0])
            last = bisect_left(own, part.end_s, key=lambda item: item[0])
            inside = own[first:last]
            finer = len(inside) > 1 and all(item[1] < length_s for item in inside)
            if finer and _bare("".join(item[2].text for item in inside)) == _bare(part.text):
                break
        else:
            kept.append(part)
    return kept


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def transcript_records(transcript: Transcript, uri: str) -> Iterator[TextRecord]:
    """What is said, track by track, each name of a speaker once, and all else in the file; places are the file's."""
    tracks: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in transcript.parts:
        tracks[part.role, part.track].append(part)
    for (role, _), parts in tracks.items():
        pieces: list[Piece] = []
        text = ""
        for part in parts[:1] if role == "label" else parts:
            text += _joint(text, part.text)
            for start, end, first, last in transcript.stretches(part):
                pieces.append(Piece(len(text) + start, len(text) + end, TextSpan(first, last)))
            text += _as_name(part.text) if role == "label" else part.text
        yield TextRecord(uri, text, pieces=tuple(pieces))
    if not tracks:  # read to its end, and nothing in it
        yield TextRecord(uri, "")


def _as_name(label: str) -> str:
    """``spk_marie_dupont`` as a name would be written, character by character: ``    Marie Dupont``."""
    spaced = _LABEL_JOINT.sub(" ", label)
    spaced = _ROLE_WORDS.sub(lambda match: " " * len(match.group()), spaced)
    if not spaced.islower():
        return spaced
    titled = spaced.title()
    return titled if len(titled) == len(spaced) else spaced
