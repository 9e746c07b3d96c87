"""The recordings: synthetic voices alone and in conversation, tagged files, and sounds that are no voice."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import soundfile
from _speech import RATE_HZ, Samples, Voice, active_segments, room, say
from _texts import INTERVIEW, read_marks

__all__ = ["build_recordings"]

Truth = dict[str, Any]

FRENCH_WOMAN, FRENCH_MAN = Voice("fr+f2", pitch=62), Voice("fr+m3", pitch=28, speed=148)
OLDER_MAN, YOUNG_WOMAN = Voice("fr+m7", pitch=18, speed=138), Voice("fr+f4", pitch=72, speed=165)
BRITISH_WOMAN, AMERICAN_MAN = Voice("en+f4", pitch=58), Voice("en-us+m7", pitch=34)

MARIE = (
    "Le jardin est plus grand qu'il n'y paraît depuis la rue. Au printemps, les pommiers fleurissent les premiers, "
    "puis viennent les iris et les roses le long du vieux mur."
)
BREAD = (
    "Pour faire du bon pain, il faut surtout du temps. On mélange la farine, l'eau, le sel et le levain, "
    "puis on laisse la pâte tranquille jusqu'au lendemain matin."
)
RIVER = (
    "The path follows the river for about two miles. There is a wooden bridge near the old mill, "
    "and from there you can see the whole valley."
)
RADIO = (
    "I repaired the radio with parts from the attic. The hardest step was the dial, "
    "because the string had to be wound in exactly the right way."
)
DIARY = "Journal du dix mai. La mer était calme ce matin. Nous avons quitté le port avant le lever du soleil."
TRAIN = (
    ("F", "Le train de sept heures est encore en retard ce matin."),
    ("M", "Oui, on annonce vingt minutes d'attente à cause d'un arbre tombé sur la voie."),
    ("F", "Alors j'ai le temps de prendre un café. Vous en voulez un ?"),
    ("M", "Volontiers, avec un peu de lait s'il vous plaît. Je garde votre valise pendant ce temps."),
    ("F", "Merci, c'est gentil. Je reviens tout de suite."),
    ("M", "Prenez votre temps, le panneau indique maintenant trente minutes."),
    ("F", "Dans ce cas, je passe aussi chez le marchand de journaux."),
    ("M", "Parfait, je vous attends sur le banc, près de l'horloge."),
)


def build_recordings() -> dict[str, tuple[bytes, Truth]]:
    """Path -> (bytes, truth) of every recording. Times are in seconds."""
    tags = {"artist": "Gilles Fournier", "comment": "Enregistré chez Gilles Fournier, au salon"}
    tag_truth = [
        {"entity_type": "AUTHOR_METADATA", "field": "artist"},
        {"entity_type": "DESCRIPTION_METADATA", "field": "comment"},
    ]
    diary, diary_truth = _monologue(DIARY, OLDER_MAN, 5)
    interview, interview_truth = _conversation(
        [(speaker, read_marks(words)[0]) for speaker, words in INTERVIEW], {"A": OLDER_MAN, "B": YOUNG_WOMAN}, 6
    )
    train, train_truth = _conversation(TRAIN, {"F": FRENCH_WOMAN, "M": FRENCH_MAN}, 7)
    marie, marie_truth = _monologue(MARIE, YOUNG_WOMAN, 1)
    bread, bread_truth = _monologue(BREAD, FRENCH_MAN, 2)
    river, river_truth = _monologue(RIVER, BRITISH_WOMAN, 3)
    repair, repair_truth = _monologue(RADIO, AMERICAN_MAN, 4)
    return {
        "audio/marie_lefebvre.wav": (_encode(marie, "WAV"), marie_truth),
        "audio/bread_fr.flac": (_encode(bread, "FLAC"), bread_truth),
        "audio/river_en.flac": (_encode(river, "FLAC"), river_truth),
        "audio/radio_en.wav": (_encode(repair, "WAV"), repair_truth),
        "audio/tagged.flac": (_encode(diary, "FLAC", tags), {**diary_truth, "metadata": tag_truth}),
        "audio/tagged.wav": (_encode(diary, "WAV", tags), {**diary_truth, "metadata": tag_truth}),
        "audio/interview.wav": (
            _encode(interview, "WAV"),
            {**interview_truth, "spoken": ["PERSON", "PHONE_NUMBER"], "transcript": "audio/interview.txt"},
        ),
        "audio/conversation.flac": (_encode(train, "FLAC"), train_truth),
        "audio/chime.wav": (_encode(_chime(), "WAV"), _silent()),
        "audio/tones.flac": (_encode(_tones(), "FLAC"), _silent()),
        "audio/wind.flac": (_encode(_wind(), "FLAC"), _silent()),
    }


def _silent() -> Truth:
    return {"speech": [], "speakers": 0}


def _encode(samples: Samples, container: str, tags: Mapping[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", RATE_HZ, 1, "PCM_16", format=container) as sound:
        for name, value in (tags or {}).items():
            setattr(sound, name, value)
        sound.write((samples * 32767).round().astype(np.int16))
    return out.getvalue()


def _monologue(text: str, voice: Voice, seed: int) -> tuple[Samples, Truth]:
    dry = np.concatenate([_pause(0.5), say(text, voice), _pause(0.5)])
    speech = [[round(start, 2), round(end, 2)] for start, end in active_segments(dry)]
    return room(dry, seed), {"speech": speech, "speakers": 1}


def _conversation(lines: Sequence[tuple[str, str]], voices: Mapping[str, Voice], seed: int) -> tuple[Samples, Truth]:
    parts = [_pause(0.6)]
    turns: list[dict[str, Any]] = []
    at_s = 0.6
    for speaker, words in lines:
        spoken = say(words, voices[speaker])
        for start, end in active_segments(spoken):
            turns.append({"speaker": speaker, "start": round(at_s + start, 2), "end": round(at_s + end, 2)})
        parts += [spoken, _pause(0.35)]
        at_s += len(spoken) / RATE_HZ + 0.35
    speech = [[turn["start"], turn["end"]] for turn in turns]
    return room(np.concatenate(parts), seed), {"speech": speech, "speakers": len(voices), "turns": turns}


def _pause(length_s: float) -> Samples:
    return np.zeros(round(length_s * RATE_HZ))


def _times(length_s: float) -> Samples:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ


def _chime() -> Samples:
    """Three struck bells; the partials are those of a free bar, so nothing is harmonic like a voice."""
    sound = np.zeros(4 * RATE_HZ)
    for onset_s, pitch_hz in ((0.2, 1568.0), (1.0, 1318.5), (1.8, 1046.5)):
        times = _times(4 - onset_s)
        bell = sum(
            np.sin(2 * np.pi * pitch_hz * ratio * times) * np.exp(-times * (1.8 + ratio)) / (1 + ratio)
            for ratio in (1.0, 2.756, 5.404)
        )
        sound[-len(times) :] += 0.5 * bell
    return sound


def _tones() -> Samples:
    """A steady 440 Hz, a silence, then 1 kHz: a test signal."""
    fade = np.minimum(1, np.minimum(_times(1.5), _times(1.5)[::-1]) / 0.02)
    tones = [0.3 * fade * np.sin(2 * np.pi * pitch_hz * _times(1.5)) for pitch_hz in (440, 1000)]
    return np.concatenate([_pause(0.3), tones[0], _pause(0.6), tones[1], _pause(0.3)])


def _wind() -> Samples:
    """Low noise that swells and fades slowly."""
    rng = np.random.default_rng(8)
    times = _times(5)
    kernel = np.hanning(101) / np.hanning(101).sum()
    gusts = 0.6 + 0.4 * np.sin(2 * np.pi * 0.23 * times + 1)
    return np.clip(0.5 * np.convolve(rng.normal(0, 1, len(times)), kernel, mode="same") * gusts, -0.9, 0.9)
