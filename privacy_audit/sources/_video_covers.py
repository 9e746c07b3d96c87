"""Cover pictures that stand in a video, or in sound in the container of videos, as a track of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from privacy_audit.sources._audio_covers import cover_records
from privacy_audit.sources._containers import opened
from privacy_audit.types import ImageRecord, Unscanned

__all__ = ["iter_video_covers"]


def iter_video_covers(path: Path, uri: str, *, max_pixels: int) -> Iterator[ImageRecord | Unscanned]:
    """``talk.m4a#picture=1`` and so on; a treated copy holds none of them. Raises UnreadableError."""
    return cover_records(_pictures(path), uri, max_pixels=max_pixels)


def _pictures(path: Path) -> Iterator[bytes]:
    """The coded picture of each such track: one packet holds all of it."""
    with opened(path) as container:
        covers = [item for item in container.streams.video if item.disposition & item.disposition.attached_pic]
        left = {item.index for item in covers}
        for packet in container.demux(covers) if covers else ():
            if packet.size and packet.stream.index in left:
                left.remove(packet.stream.index)
                yield bytes(packet)
