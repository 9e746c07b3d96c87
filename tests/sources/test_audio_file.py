"""Recordings: every kind is read to its end or refused with a reason, and copies keep the sound and drop the rest."""

from __future__ import annotations

import hashlib
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.audio_file import read_audio, read_audio_native, write_audio
from privacy_audit.types import AudioRecord, Reason

RATE_HZ = 16_000
RNG = np.random.default_rng(3)
LOSSLESS = [
    *(("wav", "WAV", kind) for kind in ("PCM_U8", "PCM_16", "PCM_24", "FLOAT", "ULAW", "ALAW")),
    *(("flac", "FLAC", kind) for kind in ("PCM_S8", "PCM_16", "PCM_24")),
    *(("aiff", "AIFF", kind) for kind in ("PCM_S8", "PCM_16", "PCM_24", "FLOAT")),
    *((name.lower(), name, "PCM_16") for name in ("AU", "CAF", "RF64", "W64", "WAVEX")),
]
LOSSY = [("ogg", "OGG", "VORBIS"), ("opus", "OGG", "OPUS"), ("mp3", "MP3", "MPEG_LAYER_III")]


def tone(seconds: float, rate_hz: int = RATE_HZ, frequency_hz: float = 440.0) -> Any:
    """A quiet tone with some noise, float32 (samples,)."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.3 * np.sin(2 * np.pi * frequency_hz * time_s) + RNG.normal(0, 0.01, len(time_s))).astype(np.float32)


def written(path: Path, samples: Any, rate_hz: int = RATE_HZ, **options: Any) -> Path:
    soundfile.write(path, samples, rate_hz, **options)
    return path


def reason_of(path: Path, **limits: float) -> Reason:
    reasons = []
    for read in (read_audio, read_audio_native):
        with pytest.raises(UnreadableError) as caught:
            read(path, "a", **limits)  # type: ignore[operator]  # both take the limit
        assert "canary" not in caught.value.detail
        reasons.append(caught.value.reason)
    assert reasons[0] is reasons[1], "scanners and operators disagree"
    return reasons[0]


@pytest.mark.parametrize(("suffix", "kind", "subtype"), [*LOSSLESS, *LOSSY], ids=lambda value: value)
@pytest.mark.parametrize("n_channels", [1, 2])
def test_a_copy_has_the_format_rate_channels_and_length_of_its_source(
    tmp_path: Path, suffix: str, kind: str, subtype: str, n_channels: int
) -> None:
    samples = np.stack([tone(0.5)] * n_channels, axis=1)
    path = written(tmp_path / f"a.{suffix}", samples, format=kind, subtype=subtype)
    copy = tmp_path / f"b.{suffix}"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    record = read_audio_native(path, "a")
    assert record.samples.shape == (n_channels, 8000)
    write_audio(record, path, copy)
    old, new = soundfile.info(path), soundfile.info(copy)
    for field in ("format", "subtype", "endian", "samplerate", "channels", "frames"):
        assert getattr(new, field) == getattr(old, field), field
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before, "the source changed"


@pytest.mark.parametrize(("suffix", "kind", "subtype"), LOSSLESS, ids=lambda value: value)
def test_without_loss_every_sample_that_did_not_change_is_the_same(
    tmp_path: Path, suffix: str, kind: str, subtype: str
) -> None:
    samples = RNG.uniform(-1, 1, (4000, 2)).astype(np.float32)
    samples[:4] = [[-1, 1], [0, 0], [1, -1], [32767 / 32768, -32767 / 32768]]
    path, copy = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    written(path, samples, format=kind, subtype=subtype)
    record = read_audio_native(path, "a")
    muted = record.samples.copy()
    muted[:, 1000:2000] = 0
    write_audio(AudioRecord("a", muted, RATE_HZ), path, copy)
    found = read_audio_native(copy, "a").samples
    outside = np.r_[0:1000, 2000:4000]
    assert np.array_equal(found[:, outside], record.samples[:, outside])
    # eight-bit companding has no exact zero
    assert np.abs(found[:, 1000:2000]).max() <= (0.001 if subtype in ("ULAW", "ALAW") else 0)


def test_all_values_of_sixteen_bits_survive(tmp_path: Path) -> None:
    values = np.arange(-32768, 32768).astype(np.int16)
    path, copy = written(tmp_path / "a.wav", values), tmp_path / "b.wav"
    write_audio(read_audio_native(path, "a"), path, copy)
    assert np.array_equal(soundfile.read(copy, dtype="int16")[0], values)


def test_ten_minutes_of_vorbis_are_written_without_a_crash(tmp_path: Path) -> None:
    """libsndfile's encoder brings the process down when it is given this much at once."""
    path, copy = written(tmp_path / "a.ogg", np.zeros((1000, 2), np.float32)), tmp_path / "b.ogg"
    write_audio(AudioRecord("a", np.zeros((2, 10_000_000), np.float32), RATE_HZ), path, copy)
    assert soundfile.info(copy).frames == 10_000_000


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4), st.integers(1, 3000), st.sampled_from([8000, 11_025, 16_000, 44_100, 48_000]))
def test_scanners_hear_channels_that_differ_apart_and_at_their_rate(
    tmp_path: Path, n_channels: int, n_samples: int, rate_hz: int
) -> None:
    samples = np.random.default_rng(n_samples).uniform(-0.5, 0.5, (n_samples, n_channels)).astype(np.float32)
    record = read_audio(written(tmp_path / "a.wav", samples, rate_hz, subtype="FLOAT"), "a")
    assert (record.samples.dtype, record.sample_rate_hz) == (np.float32, 16_000)
    assert 1 <= record.samples.shape[0] <= n_channels
    assert record.samples.shape[1] == pytest.approx(n_samples * 16_000 / rate_hz, abs=1)
    if rate_hz == 16_000 and n_samples > 100:  # so many random numbers are never alike by chance
        assert np.array_equal(record.samples, samples.T)


@pytest.mark.parametrize("rate_hz", [8000, 44_100])
def test_a_tone_keeps_its_pitch_and_length_at_the_scanners_rate(tmp_path: Path, rate_hz: int) -> None:
    record = read_audio(written(tmp_path / "a.wav", tone(1.0, rate_hz), rate_hz), "a")
    assert record.duration_s == pytest.approx(1.0, abs=0.001)
    assert np.argmax(np.abs(np.fft.rfft(record.samples[0]))) == pytest.approx(440, abs=1)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.wav", b"", Reason.EMPTY),
        ("a.wav", b"only text, canary", Reason.MISLABELLED),
        ("a.mp3", b"only text, canary" * 100, Reason.MISLABELLED),
        ("a.wav", b"\x89PNG\r\n\x1a\n" + bytes(100), Reason.MISLABELLED),
        ("a.wav", bytes(1000), Reason.MISLABELLED),
        ("a.wav", b"RIFF", Reason.CORRUPT),
        ("a.flac", b"fLaC" + bytes(100), Reason.CORRUPT),
        ("a.ogg", b"OggS" + bytes(100), Reason.CORRUPT),
        ("a.wav", b"\0\0\0\x18ftypM4A " + bytes(100), Reason.UNSUPPORTED),
        ("a.m4a", b"anything", Reason.UNSUPPORTED),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_recording_is_told_with_its_reason(tmp_path: Path, name: str, data: bytes, reason: Reason) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert reason_of(path) is reason


def test_a_header_without_sound_is_empty(tmp_path: Path) -> None:
    assert reason_of(written(tmp_path / "a.wav", np.zeros(0, np.float32))) is Reason.EMPTY
    assert reason_of(written(tmp_path / "a.flac", np.zeros(0, np.float32))) in (Reason.EMPTY, Reason.CORRUPT)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        *((suffix, {}) for suffix in ("wav", "flac", "aiff", "au", "mp3", "ogg")),
        *(("wav", {"format": "RF64"}), ("wav", {"endian": "BIG"}), ("opus", {"format": "OGG", "subtype": "OPUS"})),
    ],
    ids=str,
)
def test_a_recording_that_breaks_off_is_never_read_as_whole(
    tmp_path: Path, suffix: str, options: dict[str, str], share: float
) -> None:
    path = written(tmp_path / f"a.{suffix}", tone(5.0), **options)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert reason_of(path) in (Reason.TRUNCATED, Reason.CORRUPT)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    samples = tone(0.5)
    samples[4000] = value
    assert reason_of(written(tmp_path / "a.wav", samples, subtype="FLOAT")) is Reason.CORRUPT


def test_samples_beyond_one_are_kept_in_floats_and_clipped_in_integers(tmp_path: Path) -> None:
    loud = np.full((1, 100), 1.5, np.float32)
    for subtype, expected in (("FLOAT", 1.5), ("PCM_16", 32767 / 32768)):
        path, copy = written(tmp_path / "a.wav", loud.T, subtype=subtype), tmp_path / "b.wav"
        write_audio(AudioRecord("a", loud, RATE_HZ), path, copy)
        assert np.all(read_audio_native(copy, "a").samples == np.float32(expected))


def test_a_recording_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", tone(1.0))
    assert read_audio(path, "a", max_duration_s=1.0).duration_s == 1.0
    assert reason_of(path, max_duration_s=0.99) is Reason.TOO_LARGE


def test_reading_for_the_scanners_holds_the_result_and_one_block(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", np.zeros((48_000 * 60, 2), np.int16), 48_000)
    tracemalloc.start()
    record = read_audio(path, "a")
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 3 * 2 * record.samples.nbytes + 8_000_000  # both channels, until it is known which are one


def without_index(path: Path, **options: Any) -> Path:
    """An MP3 as old encoders and stream rippers leave it: its first frame, which says how long it is, is gone."""
    data = written(path, tone(20), **options).read_bytes()
    assert data[4:200].find(b"Info") >= 0 or data[4:200].find(b"Xing") >= 0
    path.write_bytes(data[data.find(data[:2], 10) :])
    return path


def test_an_mp3_that_does_not_say_its_length_is_read_to_its_end(tmp_path: Path) -> None:
    path = without_index(tmp_path / "a.mp3", bitrate_mode="CONSTANT", compression_level=0.7)
    assert read_audio(path, "a").duration_s == pytest.approx(20, abs=0.2)
    path.write_bytes(b"ID3\x04\0\0" + bytes([0, 0, 8, 0]) + bytes(1024) + path.read_bytes())
    assert read_audio(path, "a").duration_s == pytest.approx(20, abs=0.2)


def test_an_mp3_of_which_the_decoder_hears_a_part_is_not_taken_for_read(tmp_path: Path) -> None:
    """Without an index the decoder guesses the length from the first frame, and stops there."""
    path = without_index(tmp_path / "a.mp3", bitrate_mode="VARIABLE")
    assert soundfile.info(path).duration < 15
    assert reason_of(path) is Reason.UNSUPPORTED


@pytest.mark.parametrize(("suffix", "kind", "subtype"), LOSSY, ids=lambda value: value)
def test_two_recordings_in_one_file_are_not_taken_for_one(tmp_path: Path, suffix: str, kind: str, subtype: str) -> None:
    path = written(tmp_path / f"a.{suffix}", tone(3.0), format=kind, subtype=subtype)
    path.write_bytes(path.read_bytes() * 2)
    assert reason_of(path) is Reason.UNSUPPORTED


def test_a_header_left_open_by_a_pipe_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", tone(1.0))
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(data)
    assert read_audio(path, "a").duration_s == 1.0


def id3(word: bytes) -> bytes:
    body = b"\0" + word
    frame = b"TPE1" + struct.pack(">IH", len(body), 0) + body
    return b"ID3\x03\0\0" + bytes([0, 0, 0, len(frame)]) + frame


def recording_with_everything(path: Path, kind: str, subtype: str) -> None:
    """A planted word in every kind of tag that the container has."""
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, format=kind, subtype=subtype) as sound:
        if path.suffix not in (".mp3", ".opus"):
            sound.artist, sound.title, sound.comment = "canary-artist", "canary-title", "canary-comment"
        sound.write(tone(1.0))
    data = path.read_bytes()
    if path.suffix == ".wav":
        chunks = b"".join(
            name + struct.pack("<I", len(body)) + body
            for name, body in (
                (b"bext", b"canary-bext".ljust(602, b"\0")),
                (b"iXML", b"<canary-ixml/>"),
                (b"id3 ", id3(b"canary-id3").ljust(64, b"\0")),
            )
        )
        data = data[:4] + struct.pack("<I", len(data) + len(chunks) - 8) + data[8:] + chunks
    if path.suffix == ".flac":
        picture = struct.pack(">II9sI14s5I", 3, 9, b"image/png", 14, b"canary-picture", 1, 1, 24, 0, 4) + b"\x89PNG"
        block = bytes([6]) + struct.pack(">I", len(picture))[1:] + picture
        data = data[:42] + block + data[42:]
    if path.suffix == ".mp3":
        data = id3(b"canary-id3") + data + b"TAG" + b"canary-v1".ljust(125, b"\0")
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("suffix", "kind", "subtype"),
    [("wav", "WAV", "PCM_16"), ("flac", "FLAC", "PCM_16"), ("aiff", "AIFF", "PCM_16"), *LOSSY[:1], LOSSY[2]],
    ids=lambda value: value,
)
def test_a_copy_holds_sound_and_nothing_else(tmp_path: Path, suffix: str, kind: str, subtype: str) -> None:
    path, copy = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    recording_with_everything(path, kind, subtype)
    assert path.read_bytes().count(b"canary") >= 2, "the test plants too little"
    record = read_audio_native(path, "a")
    assert record.metadata
    write_audio(record, path, copy)
    data = copy.read_bytes()
    assert b"canary" not in data
    assert not any(mark in data for mark in (b"ID3", b"LIST", b"bext", b"iXML", b"ANNO", b"AUTH"))
    assert read_audio_native(copy, "a").samples.shape == record.samples.shape
    # a Vorbis stream names the library that wrote it
    assert set(read_audio_native(copy, "a").metadata) <= {"encoder"}


def test_a_kind_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("no sound")
    with pytest.raises(UnreadableError) as caught:
        write_audio(AudioRecord("a", np.zeros((1, 10), np.float32), RATE_HZ), path, tmp_path / "b.wav")
    assert caught.value.reason is Reason.UNSUPPORTED
