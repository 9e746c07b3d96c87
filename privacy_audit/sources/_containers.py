"""Open a video file with PyAV, and nothing but that file.

FFmpeg takes URLs for files and follows playlists to other files. Here it is given an open file and never a name, the
demuxer is chosen by the first bytes among three that read one file, and what asks for another file is refused.
ISO 14496-12 boxes (mp4, mov), EBML (RFC 8794, Matroska and WebM), RIFF (AVI).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.sources._audio_tags import declared_bytes
from privacy_audit.types import Reason

__all__ = ["opened", "pyav"]

_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_OTHERS = {
    b"\x00\x00\x01\xba": "MPEG program streams",
    b"\x00\x00\x01\xb3": "MPEG video streams",
    b"\x30\x26\xb2\x75": "Windows Media files",
    b"FLV\x01": "Flash videos",
}
_SLACK_BYTES = 8  # some writers count their own header
_MAX_BOXES = 1_000_000  # a file of empty boxes must not be walked for hours


def pyav() -> Any:
    """The module. Raises MissingDependencyError without the extra."""
    try:
        import av
    except ImportError:
        raise MissingDependencyError("PyAV", "video") from None
    return av


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A PyAV input container; what FFmpeg says while it is open comes out as UnreadableError.

    Raises:
        MissingDependencyError: PyAV is not installed.
        UnreadableError: EMPTY, TRUNCATED, MISLABELLED, UNSUPPORTED or CORRUPT.
    """
    av = pyav()
    with path.open("rb") as file:
        demuxer = _demuxer(file, path)
        file.seek(0)
        try:
            options = {"export_xmp": "1"} if demuxer == "mov" else {}
            with av.open(
                file, "r", format=demuxer, options=options, metadata_errors="replace", io_open=_refused
            ) as container:
                yield container
        except av.error.FFmpegError as error:
            if isinstance(error, MemoryError):
                raise UnreadableError(Reason.TOO_LARGE, "not enough memory to read it") from None
            raise UnreadableError(Reason.CORRUPT, f"the video is damaged ({type(error).__name__})") from None


def _refused(*_: object) -> NoReturn:
    raise UnreadableError(Reason.UNSUPPORTED, "it refers to another file, which was not opened")


def _demuxer(file: BinaryIO, path: Path) -> str:
    size_bytes = os.fstat(file.fileno()).st_size
    start = file.read(16)
    if not start:
        raise UnreadableError(Reason.EMPTY, "the file is empty")
    if start[4:8] in _BOXES:
        _check_boxes(file, size_bytes)
        return "mov"
    if start.startswith(_EBML):
        _check_segment(file, size_bytes)
        return "matroska"
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        if declared_bytes(path) > size_bytes + _SLACK_BYTES:
            raise UnreadableError(Reason.TRUNCATED, "the file is shorter than its header says")
        return "avi"
    for mark, name in _OTHERS.items():
        if start.startswith(mark):
            raise UnreadableError(Reason.UNSUPPORTED, f"{name} are not read by this version")
    raise UnreadableError(Reason.MISLABELLED, "the content is no video that can be read")


def _check_boxes(file: BinaryIO, size_bytes: int) -> None:
    """Every box on the first level is whole, and the index is there: it is written last by many recorders."""
    position, indexed = 0, False
    for _ in range(_MAX_BOXES):
        file.seek(position)
        head = file.read(16)
        if len(head) < 8:
            break
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:  # until the end of the file
            length = size_bytes - position
        if length < 8:
            raise UnreadableError(Reason.CORRUPT, "the video is damaged (a box without a length)")
        indexed |= head[4:8] in (b"moov", b"meta")  # the second in HEIF pictures
        position += length
    if position > size_bytes:
        raise UnreadableError(Reason.TRUNCATED, "the file is shorter than its header says")
    if not indexed:
        raise UnreadableError(Reason.TRUNCATED, "the file ends before its index")


def _check_segment(file: BinaryIO, size_bytes: int) -> None:
    """The segment is as long as it says; a length of ones means that it was left open."""
    file.seek(4)
    header_bytes, _ = _number(file)
    file.seek(header_bytes, os.SEEK_CUR)
    if file.read(4) != _SEGMENT:
        raise UnreadableError(Reason.CORRUPT, "the video is damaged (no segment)")
    length, left_open = _number(file)
    if not left_open and file.tell() + length > size_bytes:
        raise UnreadableError(Reason.TRUNCATED, "the file is shorter than its header says")


def _number(file: BinaryIO) -> tuple[int, bool]:
    """An EBML length, and whether all its bits are set."""
    first = file.read(1)
    n_bytes = 9 - first[0].bit_length() if first and first[0] else 0
    rest = file.read(n_bytes - 1) if n_bytes else b""
    if not n_bytes or len(rest) < n_bytes - 1:
        raise UnreadableError(Reason.TRUNCATED, "the file ends inside its header")
    value = int.from_bytes(first + rest, "big") & ((1 << 7 * n_bytes) - 1)
    return value, value == (1 << 7 * n_bytes) - 1
