"""SubRip (``.srt``) and WebVTT (W3C, ``.vtt``): cues with their times, voices and times of single words."""

from __future__ import annotations

import html
import re

from privacy_audit.sources.transcripts._pieces import ENTITY, Part, Transcript, clock_s, partitioned

__all__ = ["read_subtitles"]

_TIMING = re.compile(
    r"^[^\S\n]*(?P<from>[\d:.,]{5,16})[ \t]*-->[ \t]*(?P<to>[\d:.,]{5,16})(?P<settings>[^\r\n]*)", re.M
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_TAG = re.compile(
    r"</?(?P<name>[A-Za-z]*)(?P<classes>[.\w]*)(?P<note>[ \t][^<>\r\n]*)?>|<(?P<time>[\d:.]{5,12})>|\{\\[^}\r\n]*\}"
)
_MAX_CUES = 200_000


def read_subtitles(text: str, *, vtt: bool) -> Transcript:
    """Every line of every cue is said between the times of its cue, or of the words in it where VTT gives these.

    A cue whose times make no sense is said at no known time. What is no cue is read as it stands.
    """
    told: list[Part] = []
    masked: list[tuple[int, int]] = []
    timings = list(_TIMING.finditer(text))[:_MAX_CUES]
    for index, timing in enumerate(timings):
        start_s, end_s = clock_s(timing["from"]), clock_s(timing["to"])
        if start_s is None or end_s is None or end_s < start_s:
            start_s = end_s = None
        masked.append(timing.span())
        _mask_number(text, timing.start(), masked)
        stop = timings[index + 1].start() if index + 1 < len(timings) else len(text)
        position = _next_line(text, timing.end())
        while position < stop:
            line = _LINE.match(text, position)
            if line is None or not line.group().strip():
                break
            if index + 1 < len(timings) and line.end() >= stop and line.group().strip().isdigit():
                break  # the number of the next cue, without a blank line before it
            start_s = _line(text, position, position + len(line.group().rstrip("\r\n")), start_s, end_s, told, masked)
            position = line.end()
    if vtt and text.startswith("WEBVTT"):
        masked.append((0, 6))
    return Transcript(text, partitioned(text, told, masked), _escape if vtt else str, ENTITY)


def _next_line(text: str, position: int) -> int:
    line = _LINE.match(text, position)
    return line.end() if line else len(text)


def _mask_number(text: str, start: int, masked: list[tuple[int, int]]) -> None:
    """The number of a cue, on the line before its times."""
    before = re.search(r"(?:^|[\r\n])[ \t]*(\d{1,7})[ \t]*(?:\r\n|\r|\n)$", text[max(0, start - 16) : start])
    if before:
        offset = max(0, start - 16)
        masked.append((offset + before.start(1), offset + before.end(1)))


def _line(
    text: str,
    start: int,
    end: int,
    start_s: float | None,
    end_s: float | None,
    told: list[Part],
    masked: list[tuple[int, int]],
) -> float | None:
    """The parts of one line of a cue; returns from when on the next line is said."""
    position, now_s = start, start_s
    stretches: list[tuple[int, int, float | None]] = []
    for tag in _TAG.finditer(text, start, end):
        stretches.append((position, tag.start(), now_s))
        masked.append(tag.span())
        if tag["note"] and tag["name"] in ("v", "c", "lang") and tag["name"] == "v":
            first = tag.start("note") + 1
            masked[-1:] = [(tag.start(), first), (tag.end("note"), tag.end())]
            name = text[first : tag.end("note")]
            told.append(Part(first, tag.end("note"), html.unescape(name), "label", track=f"label {name}"))
        time_in_line = clock_s(tag["time"]) if tag["time"] else None
        if time_in_line is not None and start_s is not None and end_s is not None and start_s <= time_in_line <= end_s:
            now_s = time_in_line
        position = tag.end()
    stretches.append((position, end, now_s))
    for index, (first, last, from_s) in enumerate(stretches):
        if text[first:last].strip():
            later = (time for _, _, time in stretches[index + 1 :] if time != from_s and time is not None)
            to_s = next(later, end_s)
            told.append(Part(first, last, html.unescape(text[first:last]), "said", from_s, to_s, "said"))
    return now_s


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
