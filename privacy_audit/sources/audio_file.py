"""Recordings: samples in blocks, tags as text, and treated copies without tags."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._audio_extent import mp3_extent, ogg_problem
from privacy_audit.sources._audio_tags import declared_bytes, tags_of
from privacy_audit.types import AudioRecord, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["read_audio", "read_audio_native", "write_audio"]

_UNREAD_SUFFIXES = (".m4a", ".aac", ".wma", ".amr", ".sph")
_BLOCK_FRAMES = 1 << 18
_WRITTEN_FRAMES = 1 << 14  # libsndfile's Vorbis encoder overflows the stack when it is given minutes at once
_MP3_SLACK_S = 1.0  # encoders put silence around the sound, and decoders take it away
_SLACK_BYTES = 8  # some writers count their own header: a few bytes, no sound
_MAX_NATIVE_BYTES = 2_000_000_000
"""A treated copy is held whole, all channels at their own rate; above this it is Unscanned(TOO_LARGE)."""


def read_audio(path: Path, uri: str, *, max_duration_s: float = 14_400, sample_rate_hz: int = 16_000) -> AudioRecord:
    """One channel, float32 (1, samples), the mean of all channels, at ``sample_rate_hz``: what the scanners listen to.

    Read in blocks: memory holds the result and one block. Tags come as ``metadata``.

    Raises:
        UnreadableError: EMPTY, TOO_LARGE (longer than ``max_duration_s``), TRUNCATED (shorter than its header says),
            CORRUPT, MISLABELLED (no recording), UNSUPPORTED (a format soundfile does not read, or not to its end).
    """
    import numpy as np
    import soxr

    with _opened(path, max_duration_s) as sound:
        same_rate = sound.samplerate == sample_rate_hz
        stream = None if same_rate else soxr.ResampleStream(sound.samplerate, sample_rate_hz, 1, dtype="float32")
        blocks = []
        for block in _blocks(sound, path):
            mono = block.mean(axis=1, dtype=np.float32)
            blocks.append(mono if stream is None else stream.resample_chunk(mono))
        if stream is not None:
            blocks.append(stream.resample_chunk(np.zeros(0, np.float32), last=True))
        samples = np.concatenate(blocks)[None]
    return AudioRecord(uri, np.ascontiguousarray(samples, dtype=np.float32), sample_rate_hz, tags_of(path))


def read_audio_native(path: Path, uri: str, *, max_duration_s: float = 14_400) -> AudioRecord:
    """All channels at their own rate, float32 (channels, samples): what an operator treats.

    Raises:
        UnreadableError: as :func:`read_audio`, and TOO_LARGE above 2 GB of samples.
    """
    import numpy as np

    with _opened(path, max_duration_s) as sound:
        n_bytes = sound.frames * sound.channels * 4
        if n_bytes > _MAX_NATIVE_BYTES:
            raise UnreadableError(Reason.TOO_LARGE, f"{n_bytes} bytes of samples, more than {_MAX_NATIVE_BYTES}")
        samples = np.concatenate(list(_blocks(sound, path))).T
        return AudioRecord(uri, np.ascontiguousarray(samples), int(sound.samplerate), tags_of(path))


def write_audio(record: AudioRecord, source: Path, destination: Path) -> None:
    """The samples in the format, sample type and rate of ``source``, without any tag.

    Raises:
        UnreadableError: the format of ``source`` cannot be written.
    """
    import soundfile

    try:
        with soundfile.SoundFile(source) as sound:
            kind, subtype, endian = sound.format, sound.subtype, sound.endian
        n_channels, n_frames = record.samples.shape
        with soundfile.SoundFile(
            destination, "w", record.sample_rate_hz, n_channels, subtype=subtype, endian=endian, format=kind
        ) as written:
            for start in range(0, n_frames, _WRITTEN_FRAMES):
                written.write(record.samples[:, start : start + _WRITTEN_FRAMES].T)
    except (soundfile.SoundFileError, ValueError) as error:
        raise UnreadableError(
            Reason.UNSUPPORTED, f"this kind of recording cannot be written ({type(error).__name__})"
        ) from None


@contextlib.contextmanager
def _opened(path: Path, max_duration_s: float) -> Iterator[Any]:
    import soundfile

    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise UnreadableError(Reason.EMPTY, "the file is empty")
    if path.suffix.lower() in _UNREAD_SUFFIXES:
        raise UnreadableError(Reason.UNSUPPORTED, f"{path.suffix.lower()} recordings are not read by this version")
    if declared_bytes(path) > size_bytes + _SLACK_BYTES:
        raise UnreadableError(Reason.TRUNCATED, "the file is shorter than its header says")
    try:
        with soundfile.SoundFile(path) as sound:
            if sound.format == "OGG" and (problem := ogg_problem(path)):
                raise UnreadableError(*problem)
            if not sound.frames:
                raise UnreadableError(Reason.EMPTY, "a recording without sound")
            if sound.frames > max_duration_s * sound.samplerate:
                seconds = round(sound.frames / sound.samplerate)
                raise UnreadableError(Reason.TOO_LARGE, f"{seconds} s, more than the limit of {max_duration_s:g} s")
            yield sound
    except soundfile.SoundFileError:
        raise _unopened(path) from None


def _blocks(sound: Any, path: Path) -> Iterator[NDArray[np.float32]]:
    """float32 (frames, channels) until the end; a file that ends early is TRUNCATED."""
    import numpy as np

    n_read = 0
    while True:
        block = sound.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        if not len(block):
            break
        if not np.isfinite(block).all():
            raise UnreadableError(Reason.CORRUPT, "holds samples that are no numbers")
        n_read += len(block)
        yield block
    if not n_read:
        raise UnreadableError(Reason.CORRUPT, "holds no sound that can be decoded")
    extent = mp3_extent(path) if sound.format == "MP3" else None
    if n_read < sound.frames and (extent is None or extent.indexed):  # without an index the length was a guess
        raise UnreadableError(Reason.TRUNCATED, "the sound ends before its header says")
    if extent and extent.n_samples - n_read > _MP3_SLACK_S * sound.samplerate:
        heard_s, held_s = n_read // sound.samplerate, extent.n_samples // sound.samplerate
        raise UnreadableError(Reason.UNSUPPORTED, f"only {heard_s} of its {held_s} s can be decoded")


def _unopened(path: Path) -> UnreadableError:
    with path.open("rb") as file:
        start = file.read(16)
    known = (b"RIFF", b"RIFX", b"fLaC", b"OggS", b"ID3", b"FORM", b"\xff\xfb", b"\xff\xf3", b"caff", b".snd")
    if start.startswith(known):
        return UnreadableError(Reason.CORRUPT, "the recording is damaged")
    if start[4:8] == b"ftyp":
        return UnreadableError(Reason.UNSUPPORTED, "MPEG-4 recordings are not read by this version")
    return UnreadableError(Reason.MISLABELLED, "the content is no recording that can be read")
