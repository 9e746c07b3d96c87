"""Short signatures by which two copies of one text, picture or recording are known again. No template of a person.

Each ``..._signature``, ``..._hash`` or ``..._fingerprint`` gives bytes, or None where the content is too little to be
told from others; each ``..._distance`` compares two of a kind, 0 for the same and about ``1 - likeness`` else. At or
below ``NEAR_...`` two are taken for one. They are not keyed: who holds one can try contents against it, so they stay in
memory and stand in no file.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "MAX_AUDIO_BYTES",
    "NEAR_AUDIO",
    "NEAR_PICTURE",
    "NEAR_TEXT",
    "PICTURE_BYTES",
    "TEXT_BYTES",
    "audio_distance",
    "audio_fingerprint",
    "picture_distance",
    "picture_hash",
    "text_distance",
    "text_signature",
]

NEAR_TEXT = 0.30
"""Estimated Jaccard distance of the runs of five characters."""
NEAR_PICTURE = 0.27
"""Share of the 256 bits that differ; unrelated pictures differ in about half."""
NEAR_AUDIO = 0.28
"""Share of the bits that differ where both sound. Haitsma and Kalker (ISMIR 2002) have .35; here one recording is
compared with many, and the nearest unrelated ones differ in .35."""

_ACCENTS, _WORDS = re.compile("[\u0300-\u036f]+"), re.compile(r"[^\W_]+")
_SHINGLE, _N_MINIMA, _TEXT_BLOCK = 5, 128, 8_192
TEXT_BYTES = 2 * _N_MINIMA

_SIDE_PX, _N_FREQUENCIES = 64, 16
_LEAST_CONTRAST = 4.0  # grey levels, standard deviation of the 64 x 64 pixels: below it the bits are noise
PICTURE_BYTES = _N_FREQUENCIES**2 // 8

_RATE_HZ, _WINDOW, _HOP = 8_000, 1_024, 512  # 128 ms every 64 ms
_LOW_HZ, _HIGH_HZ, _N_BANDS = 250.0, 3_700.0, 17
_SMOOTHED, _LAG = 5, 4  # frames
_QUIET = 1e-4  # of the mean energy: 40 dB below it a frame is silent
_MAX_AUDIO_S, _LEAST_FRAMES = 120, 32  # at least two seconds of sound
MAX_AUDIO_BYTES = 2 * _MAX_AUDIO_S * _RATE_HZ // _HOP


def text_signature(text: str) -> bytes | None:
    """128 MinHash values (Broder 1997) of the runs of five letters and digits; case, accents and all else are ignored.

    256 bytes: of each value the lower 16 bits. None where fewer than five letters and digits are in the text.
    """
    import numpy as np

    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())
    kept = " ".join(_WORDS.findall(plain))
    points = np.frombuffer(kept.encode("utf-32-le"), np.uint32).astype(np.uint64)
    if len(points) < _SHINGLE:
        return None
    runs = np.zeros(len(points) - _SHINGLE + 1, np.uint64)
    for start in range(_SHINGLE):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + points[start : start + len(runs)]  # wraps around, as is meant
    values = np.sort((runs ^ (runs >> np.uint64(29))) & np.uint64(0xFFFFFFFF))
    values = values[np.append(True, values[1:] != values[:-1])]
    minima = _no_minima().copy()
    for start in range(0, len(values), _TEXT_BLOCK):  # a block at a time bounds the memory
        minima.update_batch(values[start : start + _TEXT_BLOCK])
    lower = (minima.hashvalues & 0xFFFF).astype("<u2")
    return bytes(lower.tobytes())


@cache
def _no_minima() -> Any:
    from datasketch import MinHash

    return MinHash(num_perm=_N_MINIMA, seed=1, hashfunc=int)


def text_distance(one: bytes, other: bytes) -> float:
    """1 - the estimated Jaccard similarity, in [0, 1]; its standard error is .04 at most."""
    import numpy as np

    return float((np.frombuffer(one, "<u2") != np.frombuffer(other, "<u2")).mean())


def picture_hash(pixels: NDArray[np.uint8]) -> bytes | None:
    """256 bits: which of the 16 x 16 lowest frequencies of the grey picture at 64 x 64 pixels lie above their median.

    32 bytes. As PDQ (Facebook 2019) but for its two filters. ``pixels``: uint8 (height, width, 3), RGB. None for a
    picture without contrast. A mirrored or turned picture has another hash.
    """
    import cv2
    import numpy as np

    if not pixels.size:
        return None
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    if float(small.std()) < _LEAST_CONTRAST:
        return None
    low = cv2.dct(small)[1 : _N_FREQUENCIES + 1, 1 : _N_FREQUENCIES + 1].ravel()
    return np.packbits(low > np.median(low)).tobytes()


def picture_distance(one: bytes, other: bytes) -> float:
    """Share of the bits that differ, in [0, 1]."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count() / (8 * PICTURE_BYTES)


def audio_fingerprint(samples: Any, sample_rate_hz: int) -> bytes | None:
    """16 bits for every 64 ms: whether the difference of two bands beside each other grew over a quarter of a second.

    After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System", ISMIR 2002, with longer frames. The first
    two minutes are heard; 31 bytes a second, 3,750 at most. ``samples``: float32 (channels, samples), an array or what
    is sliced like one. None where less than two seconds of it sound.
    """
    import numpy as np
    import soxr

    heard = np.asarray(samples[:, : _MAX_AUDIO_S * sample_rate_hz], np.float32).mean(axis=0)
    if sample_rate_hz != _RATE_HZ:
        heard = soxr.resample(heard, sample_rate_hz, _RATE_HZ)
    if len(heard) < _WINDOW + _HOP * (_SMOOTHED + _LAG):
        return None
    energies = _band_energies(heard)
    loud = energies.sum(axis=1)
    quiet = _QUIET * float(loud.mean()) + 1e-9
    levels = np.log(energies + quiet / _N_BANDS)
    levels = np.lib.stride_tricks.sliding_window_view(levels, _SMOOTHED, axis=0) @ np.hanning(_SMOOTHED + 2)[1:-1]
    steps = levels[:, :-1] - levels[:, 1:]
    bits = steps[_LAG:] > steps[:-_LAG]
    first = _SMOOTHED // 2 + _LAG
    sounding = loud[first : first + len(bits)] > quiet
    codes = np.where(sounding, np.maximum(bits @ (1 << np.arange(_N_BANDS - 1)), 1), 0)  # 0 is kept for silence
    return codes.astype("<u2").tobytes() if int(sounding.sum()) >= _LEAST_FRAMES else None


def _band_energies(heard: NDArray[np.float32]) -> NDArray[np.float32]:
    """(frames, 17), bands of equal width on the mel scale."""
    import numpy as np

    frames = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[::_HOP] * np.hanning(_WINDOW).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(frames, axis=1)).astype(np.float32) ** 2
    mels = np.linspace(np.log1p(_LOW_HZ / 700), np.log1p(_HIGH_HZ / 700), _N_BANDS + 1)
    edges, bins_hz = 700 * np.expm1(mels), np.fft.rfftfreq(_WINDOW, 1 / _RATE_HZ)
    bands = (bins_hz[:, None] >= edges[:-1]) & (bins_hz[:, None] < edges[1:])
    energies: NDArray[np.float32] = spectrum @ bands.astype(np.float32)
    return energies


def audio_distance(one: bytes, other: bytes) -> float:
    """Share of the bits that differ, in [0, 1], at the shift in time where they agree best; silence is left out.

    At least half of the shorter one, and two seconds, must lie on the other; 1.0 where they cannot.
    """
    import numpy as np
    from scipy.fft import irfft, next_fast_len, rfft

    ours, theirs = _signs(one), _signs(other)
    n = next_fast_len(ours.shape[1] + theirs.shape[1], real=True)
    spectrum = rfft(ours, n) * rfft(theirs, n).conj()
    agreeing, together = irfft(spectrum[:-1].sum(axis=0), n), np.rint(irfft(spectrum[-1], n))  # at each shift
    allowed = together >= max(_LEAST_FRAMES, int(min(ours[-1].sum(), theirs[-1].sum())) // 2)
    if not allowed.any():
        return 1.0
    likeness = float((agreeing[allowed] / together[allowed]).max()) / (_N_BANDS - 1)
    return min(1.0, max(0.0, (1 - likeness) / 2))


def _signs(fingerprint: bytes) -> NDArray[np.float32]:
    """Bits as -1 and 1, 0 in silence, and last which frames sound: float32 (17, frames)."""
    import numpy as np

    codes = np.frombuffer(fingerprint, "<u2").astype(np.int32)
    bits = 2 * ((codes >> np.arange(_N_BANDS - 1)[:, None]) & 1) - 1
    sound = codes > 0
    return np.concatenate([bits * sound, sound[None]]).astype(np.float32)
