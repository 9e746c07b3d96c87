"""Conversations put together from read speech, so that the truth is known, and what lines and rooms do to them.

Composed: voices in turn, 2 to 5 s each, pauses of .2 to .6 s. Quick: 30 s, turns of .5 to 7 s, pauses drawn around
.15 s, so that some overlap, and short words of others in between. Pauses inside the voices (over .2 s more than 30 dB
below the loud parts) are cut out first.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench._data import plain_name, read_rttm, sound_files
from privacy_audit.measuring.audio import Turns, telephone
from privacy_audit.scanners._listening import runs
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.types import AudioRecord

__all__ = ["Recording", "composed", "in_a_room", "over_a_line", "quick", "real", "voice_of"]

_RATE_HZ = 16_000
_TURN_S = (2.0, 5.0)
_PAUSE_S = (0.2, 0.6)
_TURNS_EACH = 3
_QUICK_S = 30.0
_QUICK_TURN_S = (0.5, 2.5, 7.0)  # shortest, mean of what is above it, longest
_QUICK_PAUSE_S = (0.15, 0.4, 1.2)  # mean, deviation, longest; below 0 the next one cuts in
_ASIDES = 0.35  # share of the turns over 2.5 s into which somebody else says a word
_FADE = 80  # samples, so that a cut does not click
_ECHO_S, _SIGNAL_TO_NOISE_DB = (0.2, 0.5), (15.0, 25.0)

Recording = tuple[AudioRecord, Turns]


def real(folder: Path) -> list[Recording]:
    """Recordings with RTTM beside them."""
    turns = read_rttm(sorted(folder.glob("*.rttm")))
    return [
        (
            read_audio(path, path.name),
            [(place.start, place.end, speaker) for place, speaker in turns[plain_name(path.stem)]],
        )
        for path in sound_files(folder)
    ]


def composed(folder: Path, per_count: int) -> list[Recording]:
    """The same conversations on every run: the seed is the number of the conversation."""
    by_speaker: dict[str, list[Path]] = defaultdict(list)
    for path in sound_files(folder):
        by_speaker[path.name.split("-")[0]].append(path)
    made = []
    for number in range(4 * per_count):
        n_speakers, draw = 1 + number % 4, random.Random(number)
        speakers = draw.sample(sorted(by_speaker), n_speakers)
        voices = [voice_of(by_speaker[speaker], draw) for speaker in speakers]
        samples, turns = _conversation(voices, draw)
        made.append((AudioRecord(f"composed-{number}", samples[None], _RATE_HZ), turns))
    return made


def voice_of(files: Sequence[Path], draw: random.Random) -> NDArray[np.float32]:
    """At least 12 s of one speaker, from one utterance or several."""
    parts: list[NDArray[np.float32]] = []
    for path in draw.sample(files, len(files)):
        parts.append(_without_pauses(read_audio(path, path.name, sample_rate_hz=_RATE_HZ).samples[0]))
        if sum(map(len, parts)) >= 12 * _RATE_HZ:
            break
    return np.concatenate(parts)


def _without_pauses(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    power = np.convolve(samples.astype(float) ** 2, np.ones(400) / 400, "same")[80::160]
    level_db = 10 * np.log10(power + 1e-12)
    kept = np.zeros(len(level_db), bool)
    for start, end in runs(level_db > np.percentile(level_db, 95) - 30, 0.2):
        if end - start >= 5:
            kept[max(0, start - 5) : end + 5] = True
    spoken: NDArray[np.float32] = samples[: 160 * len(kept)][np.repeat(kept, 160)[: len(samples)]]
    return spoken


def _conversation(voices: Sequence[NDArray[np.float32]], draw: random.Random) -> tuple[NDArray[np.float32], Turns]:
    """Speakers in turn, never two at once, with short pauses: far easier than a real conversation."""
    said = [0] * len(voices)
    parts: list[NDArray[np.float32]] = []
    turns: Turns = []
    done = 0
    for _ in range(_TURNS_EACH):
        for speaker in draw.sample(range(len(voices)), len(voices)):
            length = round(draw.uniform(*_TURN_S) * _RATE_HZ)
            turn = voices[speaker][said[speaker] : said[speaker] + length]
            said[speaker] += length
            if len(turn) < _RATE_HZ // 2:
                continue
            turns.append((done / _RATE_HZ, (done + len(turn)) / _RATE_HZ, str(speaker)))
            pause = np.zeros(round(draw.uniform(*_PAUSE_S) * _RATE_HZ), np.float32)
            parts += [turn, pause]
            done += len(turn) + len(pause)
    return np.concatenate(parts), turns


def quick(folder: Path, n: int) -> list[Recording]:
    """Of the odd speakers only: the means of the lines come from the even ones."""
    by_speaker: dict[str, list[Path]] = defaultdict(list)
    for path in sound_files(folder)[1::2]:
        by_speaker[path.name.split("-")[0]].append(path)
    made = []
    for number in range(n):
        draw = random.Random(1000 + number)
        speakers = draw.sample(sorted(by_speaker), 2 + number % 3)
        samples, turns = _Talk([voice_of(by_speaker[speaker], draw) for speaker in speakers], draw).talk()
        made.append((AudioRecord(f"quick-{number}", samples[None], _RATE_HZ), turns))
    return made


class _Talk:
    def __init__(self, voices: Sequence[NDArray[np.float32]], draw: random.Random) -> None:
        self._voices, self._draw = voices, draw
        self._said = [0] * len(voices)
        self._samples = np.zeros(round((_QUICK_S + 8) * _RATE_HZ), np.float32)
        self._turns: Turns = []

    def talk(self) -> tuple[NDArray[np.float32], Turns]:
        draw, numbers = self._draw, range(len(self._voices))
        now_s, last = 0.3, -1
        while now_s < _QUICK_S:
            speaker = draw.choice([number for number in numbers if number != last])
            shortest, mean, longest = _QUICK_TURN_S
            length_s = min(longest, shortest + draw.expovariate(1 / mean))
            end_s = self._say(speaker, now_s, length_s)
            if end_s is None:
                now_s, last = now_s + 0.3, -1
                continue
            if length_s > 2.5 and draw.random() < _ASIDES:
                other = draw.choice([number for number in numbers if number != speaker])
                self._say(other, now_s + draw.uniform(0.8, length_s - 0.9), draw.uniform(0.3, 0.7))
            mean, deviation, longest = _QUICK_PAUSE_S
            now_s, last = end_s + max(-longest, min(longest, draw.gauss(mean, deviation))), speaker
        turns = [(start_s, min(end_s, _QUICK_S), name) for start_s, end_s, name in self._turns if start_s < _QUICK_S]
        return self._samples[: round(_QUICK_S * _RATE_HZ)], sorted(turns)

    def _say(self, speaker: int, at_s: float, length_s: float) -> float | None:
        """When it ends; None where the speaker is speaking already."""
        voice, length = self._voices[speaker], round(length_s * _RATE_HZ)
        if self._said[speaker] + length > len(voice):
            self._said[speaker] = 0
        cut = voice[self._said[speaker] : self._said[speaker] + length].copy()
        self._said[speaker] += length
        at_s = max(at_s, 0.0)
        until_s = at_s + len(cut) / _RATE_HZ
        if any(name == str(speaker) and start < until_s and at_s < end for start, end, name in self._turns):
            return None
        fade = min(_FADE, len(cut) // 4)
        cut[:fade] *= np.linspace(0, 1, fade)
        cut[-fade:] *= np.linspace(1, 0, fade)
        first = round(at_s * _RATE_HZ)
        stop = min(len(self._samples), first + len(cut))
        self._samples[first:stop] += cut[: stop - first]
        self._turns.append((first / _RATE_HZ, stop / _RATE_HZ, str(speaker)))
        return stop / _RATE_HZ


def over_a_line(recordings: Sequence[Recording], seed: int = 0) -> list[Recording]:
    """The same over a simulated telephone line."""
    draw = np.random.default_rng(seed)
    return [(AudioRecord(one.uri, telephone(one.samples[0], draw)[None], _RATE_HZ), turns) for one, turns in recordings]


def in_a_room(recordings: Sequence[Recording]) -> list[Recording]:
    """The same with the echo of a room and noise that falls off with the frequency."""
    draw, made = np.random.default_rng(0), []
    for one, turns in recordings:
        length = round(draw.uniform(*_ECHO_S) * _RATE_HZ)
        echo = draw.normal(0, 1, length) * np.exp(-6.9 * np.arange(length) / length)
        echo[: round(0.003 * _RATE_HZ)] = 0
        echo *= 0.5 / np.sqrt((echo**2).sum())
        echo[0] = 1
        n_samples = one.samples.shape[1]
        size = n_samples + length
        heard = np.fft.irfft(np.fft.rfft(one.samples[0], size) * np.fft.rfft(echo, size))[:n_samples]
        ratio_db = draw.uniform(*_SIGNAL_TO_NOISE_DB)
        spectrum = np.fft.rfft(draw.normal(0, 1, n_samples))
        noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 20)), n_samples)
        heard += noise / noise.std() * np.sqrt((heard**2).mean()) * 10 ** (-ratio_db / 20)
        samples = (0.5 * heard / np.abs(heard).max()).astype(np.float32)
        made.append((AudioRecord(one.uri, samples[None], _RATE_HZ), turns))
    return made
