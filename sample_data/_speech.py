"""Synthetic voices: espeak-ng (the espeakng-loader wheel) brought to 16 kHz and put into a room."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

__all__ = ["RATE_HZ", "Voice", "active_segments", "room", "say"]

RATE_HZ = 16_000
Samples = NDArray[np.float64]

_ESPEAK_RATE_HZ = 22_050
_LEAST_PAUSE_S = 0.3  # shorter silences are part of speaking
_FRAME_S = 0.02


@dataclass(frozen=True)
class Voice:
    """One synthetic speaker. Speed in words per minute, pitch and its range on espeak-ng's scale of 0 to 99."""

    name: str
    speed: int = 155
    pitch: int = 50
    pitch_range: int = 55


def say(text: str, voice: Voice) -> Samples:
    """Speech at 16 kHz, peak .6, one channel.

    Raises:
        subprocess.CalledProcessError: espeak-ng has no such voice.
    """
    settings = [voice.name, str(voice.speed), str(voice.pitch), str(voice.pitch_range)]
    speaker = [sys.executable, str(Path(__file__).with_name("_espeak.py")), *settings]
    heard = subprocess.run(speaker, input=text.encode(), stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 - fixed
    spoken = np.frombuffer(heard, "<i2").astype(np.float64)
    resampled: Samples = soxr.resample(spoken / 32768, _ESPEAK_RATE_HZ, RATE_HZ)
    return resampled * (0.6 / float(np.abs(resampled).max()))


def room(samples: Samples, seed: int) -> Samples:
    """The same in a small, not quite silent room: 90 ms of decaying echo and noise some 55 dB below full scale."""
    rng = np.random.default_rng(seed)
    echo_s = 0.09
    count = round(echo_s * RATE_HZ)
    echo = rng.normal(0, 1, count) * np.exp(-6.9 * np.arange(count) / count)  # -60 dB at the end
    response = np.concatenate([[1.0], np.zeros(60), 0.03 * echo])
    wet = np.convolve(samples, response)[: len(samples)]
    hiss = np.convolve(rng.normal(0, 1, len(samples)), np.ones(6) / 6, mode="same")
    return wet * (0.6 / max(0.6, float(np.abs(wet).max()))) + 0.0035 * hiss


def active_segments(samples: Samples) -> list[tuple[float, float]]:
    """Where the dry signal is louder than -45 dB below its peak, in seconds, short pauses bridged."""
    frame = round(_FRAME_S * RATE_HZ)
    levels = np.abs(samples[: len(samples) // frame * frame]).reshape(-1, frame).max(axis=1)
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-45 / 20))
    segments: list[tuple[float, float]] = []
    for index in loud.tolist():
        start, end = index * _FRAME_S, (index + 1) * _FRAME_S
        if segments and start - segments[-1][1] < _LEAST_PAUSE_S:
            segments[-1] = (segments[-1][0], end)
        else:
            segments.append((start, end))
    return segments
