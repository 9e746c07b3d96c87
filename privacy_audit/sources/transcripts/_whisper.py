"""JSON of Whisper, faster-whisper, WhisperX and whisper.cpp: segments and words with their times."""

from __future__ import annotations

import json
import re
from typing import Any

from privacy_audit.sources._json_cells import parse_line, value_spans
from privacy_audit.sources.transcripts._pieces import Part, Transcript, clock_s, partitioned, time_s

__all__ = ["looks_like_whisper", "read_whisper"]

_SPOKEN = ("text", "word")
_LABELS = ("speaker",)
_MS = 0.001
_ESCAPED = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")


def looks_like_whisper(start: str) -> bool:
    """Whether a JSON document that begins so may be a transcript."""
    timed = '"start"' in start or '"timestamps"' in start or '"offsets"' in start
    return timed and any(f'"{key}"' in start for key in ("segments", "words", "word_segments", "transcription"))


def read_whisper(text: str) -> Transcript | None:
    """Texts and words that have a start and an end beside them are said then; None for another kind of document.

    A key that holds data makes it another kind too: that kind knows what to do with keys.

    Raises:
        UnreadableError: as :func:`parse_line`.
    """
    parsed = parse_line(text.encode("utf-8"))
    document = json.loads(text)
    if parsed.keys or not isinstance(document, dict | list):
        return None
    told: list[Part] = []
    n_timed = 0
    for (column, value), (start, end) in zip(parsed.cells, value_spans(text), strict=True):
        *path, key = column.split(".")
        if text[start] == '"':
            start, end = start + 1, end - 1
        owner = _at(document, path)
        start_s, end_s = _times(owner) if isinstance(owner, dict) and key in _SPOKEN else (None, None)
        if start_s is not None:
            n_timed += 1
            words = path[-2:-1] == ["words"] or key == "word"
            told.append(Part(start, end, value, "said", start_s, end_s, f"said {path[:1]} {words}"))
        elif key in _LABELS:
            told.append(Part(start, end, value, "label", track=f"label {value}"))
        else:
            told.append(Part(start, end, value, "rest", track=f"rest {start}"))
    if not n_timed:
        return None
    covered = sorted((part.start, part.end) for part in told)
    gaps = [(last, first) for (_, last), (first, _) in zip([(0, 0), *covered], [*covered, (len(text), 0)], strict=True)]
    return Transcript(text, partitioned(text, told, gaps), _escape, _ESCAPED)


def _at(document: Any, path: list[str]) -> Any:
    for key in path:
        if isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        elif isinstance(document, dict) and key in document:
            document = document[key]
        else:
            return None
    return document


def _times(owner: dict[str, Any]) -> tuple[float | None, float | None]:
    offsets, stamps = owner.get("offsets"), owner.get("timestamps")
    if isinstance(offsets, dict):  # whisper.cpp, in milliseconds
        start_s, end_s = time_s(str(offsets.get("from")), _MS), time_s(str(offsets.get("to")), _MS)
    elif isinstance(stamps, dict):
        start_s, end_s = clock_s(str(stamps.get("from"))), clock_s(str(stamps.get("to")))
    else:
        start_s, end_s = time_s(str(owner.get("start"))), time_s(str(owner.get("end")))
    return (start_s, end_s) if start_s is not None and end_s is not None and start_s <= end_s else (None, None)


def _escape(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
