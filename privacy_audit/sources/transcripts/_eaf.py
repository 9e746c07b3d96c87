"""ELAN annotations (``.eaf``, MPI for Psycholinguistics): XML read as it stands, so that its places are known.

Only well-formed files without a document type are read: entities could make one of a few bytes endless.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.parsers import expat

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.transcripts._pieces import ENTITY, Part, Transcript, partitioned, time_s
from privacy_audit.types import Reason

__all__ = ["read_eaf"]

_ITEM = re.compile(
    r"<!--(?P<comment>.*?)-->|<(?P<element>[A-Z_]+)(?P<attributes>(?:\s+[\w:\-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>"
    r"|<ANNOTATION_VALUE\s*/>",
    re.S,
)
_ATTRIBUTE = re.compile(r"([\w:\-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.S)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_NAMES = frozenset(("TIER_ID", "PARENT_REF", "PARTICIPANT", "ANNOTATOR", "AUTHOR"))
_READ = frozenset(("MEDIA_URL", "RELATIVE_MEDIA_URL", "EXTRACTED_FROM", "LINK_URL", "DESCRIPTION", "ORIGIN"))
_READ_ELEMENTS = frozenset(("ANNOTATION_VALUE", "PROPERTY", "DESCRIPTION", "CVE_VALUE", "CV_ENTRY"))
_MS = 0.001


def read_eaf(text: str) -> Transcript:
    """Annotations with the times of their slots; those that refer to another have the times of that one.

    Raises:
        UnreadableError: CORRUPT (no XML, or it breaks off), NOT_PERMITTED (a document type or entities).
    """
    _check(text)
    slots: dict[str, float | None] = {}
    times: dict[str, tuple[float | None, float | None]] = {}
    told: list[Part] = []
    tier = ""
    now: tuple[float | None, float | None] = (None, None)
    for item in _ITEM.finditer(text):
        if item["comment"] is not None:
            if item["comment"].strip():
                told.append(Part(*item.span("comment"), item["comment"], "rest", track=f"rest {item.start()}"))
            continue
        element = item["element"] or ""
        values = dict(_attributes(text, item))
        for name, (first, last) in values.items():
            written = html.unescape(text[first:last])
            if name in _NAMES:
                told.append(Part(first, last, written, "label", track=f"label {written}"))
            elif name in _READ:
                told.append(Part(first, last, written, "rest", track=f"rest {first}"))
        value = {name: text[first:last] for name, (first, last) in values.items()}
        if element == "TIME_SLOT":
            slots[value.get("TIME_SLOT_ID", "")] = time_s(value.get("TIME_VALUE", ""), _MS)
        elif element == "TIER":
            tier = f"tier {item.start()}"
        elif element == "ALIGNABLE_ANNOTATION":
            now = _ordered(slots.get(value.get("TIME_SLOT_REF1", "")), slots.get(value.get("TIME_SLOT_REF2", "")))
            times[value.get("ANNOTATION_ID", "")] = now
        elif element == "REF_ANNOTATION":
            now = times.get(value.get("ANNOTATION_REF", ""), (None, None))
            times[value.get("ANNOTATION_ID", "")] = now
        elif element in _READ_ELEMENTS and not item.group().endswith("/>"):
            stop = text.find(f"</{element}", item.end())
            if stop > item.end():
                said = element == "ANNOTATION_VALUE"
                content = _content(text[item.end() : stop])
                track = tier if said else f"rest {item.end()}"
                told.append(
                    Part(item.end(), stop, content, "said" if said else "rest", *(now if said else (None, None)), track)
                )
    masked = _between(len(text), sorted((part.start, part.end) for part in told))
    return Transcript(text, partitioned(text, told, masked), _escape, ENTITY)


def _check(text: str) -> None:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise UnreadableError(Reason.NOT_PERMITTED, "XML with a document type or entities; not read")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode("utf-8"), True)
    except expat.ExpatError:
        raise UnreadableError(Reason.CORRUPT, "XML that is not well-formed, or breaks off") from None


def _attributes(text: str, item: re.Match[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    if item["attributes"] is not None:
        for attribute in _ATTRIBUTE.finditer(text, *item.span("attributes")):
            yield attribute[1], attribute.span(2 if attribute[2] is not None else 3)


def _ordered(start_s: float | None, end_s: float | None) -> tuple[float | None, float | None]:
    return (start_s, end_s) if start_s is not None and end_s is not None and start_s <= end_s else (None, None)


def _content(raw: str) -> str:
    return html.unescape(_CDATA.sub(lambda match: html.escape(match[1]), raw))


def _between(n_chars: int, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    position = 0
    for start, end in spans:
        if start > position:
            yield position, start
        position = max(position, end)
    if position < n_chars:
        yield position, n_chars


def _escape(text: str) -> str:
    return html.escape(text)
