"""What a video file says about its video, and the tracks beside picture and sound, as text by tag name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["video_tags"]

_MAX_CHARS = 2_000
_MAX_XMP_CHARS = 1_000_000
_LANGUAGE = re.compile(r"-[a-z]{3}$")
_OTHER_TRACKS = {"subtitle": "subtitle track", "attachment": "attachment", "data": "data track"}


def video_tags(container: Any) -> dict[str, str]:
    """Tag name in small letters -> value: ``location``, ``stream 1: title``. Cut at 2,000 characters, XMP at a million.

    Of chapters, subtitles, attachments, data tracks and cover pictures only the presence is told: ``chapters``,
    ``stream 2: subtitle track``. The name of a data track ends in the four letters of its format: ``data track gpmd``.
    """
    found = {name: value[: _MAX_XMP_CHARS if name == "xmp" else _MAX_CHARS] for name, value in _all(container) if value}

    def is_said_again(name: str) -> bool:
        """FFmpeg gives some tags once more with their language, and once more per track."""
        shorter = {_LANGUAGE.sub("", name), name.rpartition(": ")[2]} - {name}
        return any(found.get(other) == found[name] for other in shorter)

    return {name: value for name, value in found.items() if not is_said_again(name)}


def _all(container: Any) -> Iterator[tuple[str, str]]:
    for name, value in container.metadata.items():
        yield name.lower(), value.strip()
    for stream in container.streams:
        for name, value in stream.metadata.items():
            yield f"stream {stream.index}: {name.lower()}", value.strip()
        if stream.type in _OTHER_TRACKS:
            mark = _mark(stream) if stream.type == "data" else ""
            yield f"stream {stream.index}: {_OTHER_TRACKS[stream.type]} {mark}".strip(), "present"
        elif stream.type == "video" and stream.disposition & stream.disposition.attached_pic:
            yield f"stream {stream.index}: picture", "embedded"
    chapters = container.chapters()
    titles = [title for chapter in chapters if (title := chapter["metadata"].get("title", ""))]
    if chapters:
        yield "chapters", " ".join(titles) or "present"


def _mark(stream: Any) -> str:
    context = stream.codec_context
    tag = context.codec_tag if context is not None else ""
    return tag if tag.isascii() and tag.isalnum() else ""
