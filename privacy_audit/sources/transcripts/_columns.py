"""One line, one word or turn: CTM and STM (NIST sclite), RTTM (NIST Rich Transcription 2009), Kaldi and LibriSpeech."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy_audit.sources.transcripts._pieces import Part, Transcript, partitioned, time_s

__all__ = ["read_ctm", "read_rttm", "read_stm", "utterances"]

_FIELD = re.compile(r"\S+")
_LINE = re.compile(r"[^\r\n]+")
_NAMELESS = frozenset(("<na>", "na", "unknown", "inter_segment_gap", "excluded_region", "*"))


def read_ctm(text: str) -> Transcript:
    """``recording channel start_s duration_s word [confidence]``."""
    told: list[Part] = []
    masked: list[tuple[int, int]] = []
    for fields in _rows(text):
        if len(fields) < 5:
            continue
        start_s, end_s = _times(fields[2].group(), fields[3].group())
        recording, track = fields[0].group(), f"said {fields[0].group()} {fields[1].group()}"
        word = fields[4]
        told.append(_recording(fields[0]))
        told.append(Part(*word.span(), word.group(), "said", start_s, end_s, track, recording))
        masked += [field.span() for field in fields[1:4]]
        if len(fields) > 5 and time_s(fields[5].group()) is not None:
            masked.append(fields[5].span())
    return Transcript(text, partitioned(text, told, masked), _word_of_ctm)


def read_stm(text: str) -> Transcript:
    """``recording channel speaker start_s end_s [<label>] words``: a whole turn per line."""
    told: list[Part] = []
    masked: list[tuple[int, int]] = []
    for fields in _rows(text):
        if len(fields) < 6:
            continue
        start_s, end_s = time_s(fields[3].group()), time_s(fields[4].group())
        if start_s is None or end_s is None or end_s < start_s:
            start_s = end_s = None
        words = fields[6:] if fields[5].group().startswith("<") else fields[5:]
        told += [_recording(fields[0]), _label(fields[2])]
        masked += [fields[1].span(), fields[3].span(), fields[4].span()]
        if len(words) < len(fields[5:]):
            masked.append(fields[5].span())
        if words:
            first, last = words[0].start(), words[-1].end()
            track, recording = f"said {fields[0].group()} {fields[1].group()}", fields[0].group()
            told.append(Part(first, last, text[first:last], "said", start_s, end_s, track, recording))
    return Transcript(text, partitioned(text, told, masked))


def read_rttm(text: str) -> Transcript:
    """``type recording channel start_s duration_s word kind speaker confidence ...``; words stand in LEXEME lines."""
    told: list[Part] = []
    masked: list[tuple[int, int]] = []
    for fields in _rows(text):
        if len(fields) < 8:
            continue
        start_s, end_s = _times(fields[3].group(), fields[4].group())
        told.append(_recording(fields[1]))
        masked += [field.span() for field in (fields[0], *fields[2:5], fields[6], *fields[8:])]
        for field, said in ((fields[5], True), (fields[7], False)):
            if field.group().lower() in _NAMELESS:
                masked.append(field.span())
            elif said:
                track = f"said {fields[1].group()} {fields[7].group()}"
                told.append(Part(*field.span(), field.group(), "said", start_s, end_s, track, fields[1].group()))
            else:
                told.append(_label(field))
    return Transcript(text, partitioned(text, told, masked), _word_of_rttm)


def utterances(text: str) -> Iterator[Part]:
    """``utterance words``: the ``text`` of Kaldi and ``.trans.txt`` of LibriSpeech. ``recording`` is the utterance."""
    for line in _LINE.finditer(text):
        name, _, words = line.group().strip().partition(" ")
        if words.strip():
            first = text.index(words, line.start())
            yield Part(first, first + len(words), words, "said", track=f"said {name}", recording=name)


def _rows(text: str) -> Iterator[list[re.Match[str]]]:
    """The fields of each line that is no comment."""
    for line in _LINE.finditer(text):
        if not line.group().lstrip().startswith((";;", "#")):
            yield list(_FIELD.finditer(text, line.start(), line.end()))


def _times(start: str, duration: str) -> tuple[float | None, float | None]:
    start_s, duration_s = time_s(start), time_s(duration)
    if start_s is None or duration_s is None:
        return None, None
    return start_s, start_s + duration_s


def _label(field: re.Match[str]) -> Part:
    return Part(*field.span(), field.group(), "label", track=f"label {field.group()}")


def _recording(field: re.Match[str]) -> Part:
    """The name of a recording holds as many names of people as a file name does."""
    return Part(*field.span(), field.group(), "label", track=f"recording {field.group()}")


def _word_of_ctm(text: str) -> str:
    """A field holds no space; ``@`` is sclite's word that is none."""
    return "_".join(text.split()) or "@"


def _word_of_rttm(text: str) -> str:
    return "_".join(text.split()) or "<NA>"
