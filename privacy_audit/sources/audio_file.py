"""Recordings: samples in blocks, tags as text, and treated copies without tags."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._audio_blocks import FileSamples, channel_groups, mixed
from privacy_audit.sources._audio_covers import cover_records
from privacy_audit.sources._audio_extent import mp3_extent, ogg_problem
from privacy_audit.sources._audio_tags import declared_bytes, pictures_of, tags_of
from privacy_audit.sources._ogg_serial import with_fixed_serial
from privacy_audit.types import AudioRecord, ImageRecord, Reason, Unscanned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["iter_audio", "iter_covers", "read_audio", "read_audio_native", "write_audio"]

_UNREAD_SUFFIXES = (".m4a", ".aac", ".wma", ".amr", ".sph")
_BLOCK_FRAMES = 1 << 18
_MAX_HELD = 300 * 16_000 * 2  # values: five minutes of two channels, 38 MB
_WRITTEN_FRAMES = 1 << 14  # libsndfile's Vorbis encoder overflows the stack when it is given minutes at once
_MP3_SLACK_S = 1.0  # encoders put silence around the sound, and decoders take it away
_SLACK_BYTES = 8  # some writers count their own header: a few bytes, no sound
_MAX_NATIVE_BYTES = 2_000_000_000
"""A treated copy is held whole, all channels at their own rate; above this it is Unscanned(TOO_LARGE)."""


def read_audio(path: Path, uri: str, *, max_duration_s: float = 14_400, sample_rate_hz: int = 16_000) -> AudioRecord:
    """float32 (channels, samples) at ``sample_rate_hz``: what the scanners listen to. Tags come as ``metadata``.

    Channels that hold the same sound are one, silent ones are left out (:func:`channel_groups`); others stay apart, as
    on a telephone line recorded with one side on each. The file is read once in blocks; what is longer than five
    minutes of two channels is not held but read again where it is listened to (:class:`FileSamples`).

    Raises:
        UnreadableError: EMPTY, TOO_LARGE (longer than ``max_duration_s``), TRUNCATED (shorter than its header says),
            CORRUPT, MISLABELLED (no recording), UNSUPPORTED (a format soundfile does not read, or not to its end).
    """
    record, problem = _heard(path, uri, max_duration_s, sample_rate_hz)
    if problem:
        raise problem
    return record


def iter_audio(path: Path, uri: str, *, max_duration_s: float = 14_400) -> Iterator[AudioRecord | Unscanned]:
    """As :func:`read_audio`; of a recording that breaks off, what is there and then why the rest is Unscanned."""
    record, problem = _heard(path, uri, max_duration_s, 16_000)
    yield record
    if problem:
        yield Unscanned(uri, "*", problem.reason, problem.detail)


def iter_covers(path: Path, uri: str, *, max_pixels: int = 200_000_000) -> Iterator[ImageRecord | Unscanned]:
    """The pictures in the tags of a recording, ``song.mp3#picture=1`` and so on; a treated copy holds none of them."""
    return cover_records(pictures_of(path), uri, max_pixels=max_pixels)


def _heard(
    path: Path, uri: str, max_duration_s: float, sample_rate_hz: int
) -> tuple[AudioRecord, UnreadableError | None]:
    """The record, and TRUNCATED where sound was read but less than there should be."""
    import numpy as np
    import soxr

    with _opened(path, max_duration_s, broken_off=True) as (sound, problem):
        source_rate_hz = int(sound.samplerate)
        same_rate = source_rate_hz == sample_rate_hz
        stream = None if same_rate else soxr.ResampleStream(source_rate_hz, sample_rate_hz, sound.channels, "float32")
        products = np.zeros((sound.channels, sound.channels))
        held: list[NDArray[np.float32]] = []
        n_held = n_read = 0
        seekable = sound.seekable()
        try:
            for block in _blocks(sound, path):
                n_read += len(block)
                products += block.T.astype(np.float64) @ block
                if seekable and n_held + block.size > _MAX_HELD:
                    held.clear()
                    n_held = _MAX_HELD
                    continue
                held.append(block if stream is None else stream.resample_chunk(block))
                n_held += held[-1].size
        except UnreadableError as error:
            if error.reason is not Reason.TRUNCATED or not n_read:
                raise
            problem = problem or error
        groups = channel_groups(products)
        n_samples = max(1, round(n_read * sample_rate_hz / source_rate_hz))
        if n_held == _MAX_HELD:
            samples: Any = FileSamples(path, groups, n_samples, source_rate_hz, sample_rate_hz)
        else:
            if stream is not None:
                held.append(stream.resample_chunk(np.zeros((0, sound.channels), np.float32), last=True))
            samples = mixed(np.concatenate(held).T, groups)
    return AudioRecord(uri, samples, sample_rate_hz, tags_of(path)), problem


def read_audio_native(path: Path, uri: str, *, max_duration_s: float = 14_400) -> AudioRecord:
    """All channels at their own rate, float32 (channels, samples): what an operator treats.

    Raises:
        UnreadableError: as :func:`read_audio`, and TOO_LARGE above 2 GB of samples.
    """
    import numpy as np

    with _opened(path, max_duration_s) as (sound, _):
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
        if kind == "OGG":
            with_fixed_serial(destination)
    except (soundfile.SoundFileError, ValueError) as error:
        raise UnreadableError(
            Reason.UNSUPPORTED, f"this kind of recording cannot be written ({type(error).__name__})"
        ) from None


@contextlib.contextmanager
def _opened(
    path: Path, max_duration_s: float, *, broken_off: bool = False
) -> Iterator[tuple[Any, UnreadableError | None]]:
    """The open file. One shorter than it says is refused, or with ``broken_off`` handed over with the reason."""
    import soundfile

    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise UnreadableError(Reason.EMPTY, "the file is empty")
    if path.suffix.lower() in _UNREAD_SUFFIXES:
        raise UnreadableError(Reason.UNSUPPORTED, f"{path.suffix.lower()} recordings are not read by this version")
    problem = None
    if declared_bytes(path) > size_bytes + _SLACK_BYTES:
        problem = UnreadableError(Reason.TRUNCATED, "the file is shorter than its header says")
    try:
        with soundfile.SoundFile(path) as sound:
            if sound.format == "OGG" and (found := ogg_problem(path)):
                problem = UnreadableError(*found)
            if problem and not (broken_off and problem.reason is Reason.TRUNCATED):
                raise problem
            if not sound.frames:
                raise problem or UnreadableError(Reason.EMPTY, "a recording without sound")
            if sound.frames > max_duration_s * sound.samplerate:
                seconds = round(sound.frames / sound.samplerate)
                raise UnreadableError(Reason.TOO_LARGE, f"{seconds} s, more than the limit of {max_duration_s:g} s")
            yield sound, problem
    except soundfile.SoundFileError:
        raise problem or _unopened(path) from None


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
