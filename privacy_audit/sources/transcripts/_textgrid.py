"""Praat TextGrid, long and short: tiers of intervals or points with their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.transcripts._pieces import Part, Transcript, partitioned, time_s
from privacy_audit.types import Reason

__all__ = ["read_textgrid"]

# what Praat reads: texts, numbers that stand alone, and flags; words of the long form and comments are passed over
_TOKEN = re.compile(
    r'"(?P<text>(?:[^"]|"")*)"|(?<!\S)(?P<number>[-+]?[0-9][0-9.eE+\-]*)(?!\S)|(?P<flag><\w+>)|![^\r\n]*'
)
_MAX_TIERS = 10_000
_QUOTES = re.compile('""')


def read_textgrid(text: str) -> Transcript:
    """Every label of an interval is said in its interval, a point's label at no known time; names of tiers are labels.

    Raises:
        UnreadableError: MISLABELLED (no TextGrid), TRUNCATED (ends before it has told what it promised).
    """
    tokens = (token for token in _TOKEN.finditer(text) if token.lastgroup)
    told: list[Part] = []
    try:
        kind = [_text(next(tokens)), _text(next(tokens))]
        if kind[0] not in ("ooTextFile", "Praat chronological TextGrid text file") or kind[1] != "TextGrid":
            raise UnreadableError(Reason.MISLABELLED, "the content is no TextGrid that can be read")
        _numbers(tokens, 2)
        if next(tokens)["flag"] == "<exists>":
            n_tiers = int(_numbers(tokens, 1)[0])
            for tier in range(_counted(n_tiers, _MAX_TIERS)):
                _tier(tokens, f"tier {tier}", told)
    except (StopIteration, ValueError, OverflowError):
        raise UnreadableError(Reason.TRUNCATED, "the TextGrid ends before it has told what it promises") from None
    spans = [(part.start, part.end) for part in told]
    return Transcript(text, partitioned(text, told, _between(text, spans)), _escape, _QUOTES)


def _tier(tokens: Iterator[re.Match[str]], track: str, told: list[Part]) -> None:
    intervals = _text(next(tokens)) == "IntervalTier"
    name = next(tokens)
    if _text(name).strip():
        told.append(Part(*name.span("text"), _text(name), "label", track=f"label {_text(name)}"))
    _numbers(tokens, 2)
    for _ in range(_counted(int(_numbers(tokens, 1)[0]), 10_000_000)):
        times = _numbers(tokens, 2 if intervals else 1)
        label = next(tokens)
        said = _text(label)
        start_s, end_s = (time_s(str(times[0])), time_s(str(times[1]))) if intervals else (None, None)
        if start_s is None or end_s is None or end_s < start_s:
            start_s = end_s = None
        if said.strip():
            told.append(Part(*label.span("text"), said, "said", start_s, end_s, track))


def _counted(number: int, limit: int) -> int:
    if not 0 <= number <= limit:
        raise ValueError
    return number


def _text(token: re.Match[str]) -> str:
    if token["text"] is None:
        raise ValueError
    return _unescape(token["text"])


def _numbers(tokens: Iterator[re.Match[str]], count: int) -> list[float]:
    found = [float(token["number"] or "") for token in islice(tokens, count)]
    if len(found) < count:
        raise ValueError
    return found


def _between(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """All between the labels: names of fields, times, counts. Comments, behind a ``!``, are read."""
    comments = [match.span() for match in _TOKEN.finditer(text) if match.group().startswith("!")]
    position = 0
    for start, end in sorted(spans + comments):
        if start > position:
            yield position, start
        position = max(position, end)
    if position < len(text):
        yield position, len(text)


def _escape(text: str) -> str:
    return text.replace('"', '""')


def _unescape(text: str) -> str:
    return text.replace('""', '"')
