"""Speaks one text: ``python _say.py VOICE SPEED PITCH < text > words and samples``.

The first line of the output holds ``place:ms`` for each word, its place in code points and when it begins; then come
16-bit little-endian samples, mono, at 22,050 Hz. A program of its own because espeak-ng keeps state between texts.
"""

from __future__ import annotations

import ctypes
import sys

import espeakng_loader  # type: ignore[import-untyped]

_SYNCHRONOUS = 2
_UTF8 = 1
_WORD_EVENT, _END_OF_LIST = 1, 0
_PARAMETERS = (1, 3)  # espeakRATE, espeakPITCH


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_void_p),
    )


def main(voice: str, *settings: str) -> int:
    """Speak what stands on standard input."""
    library = ctypes.cdll.LoadLibrary(str(espeakng_loader.get_library_path()))
    library.espeak_Initialize(_SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        print(f"espeak-ng has no voice {voice}", file=sys.stderr)
        return 1
    heard, words = bytearray(), []

    def collect(samples: int | None, count: int, events: object) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, 2 * count))
        at = 0
        while events and events[at].type != _END_OF_LIST:  # type: ignore[index]  # a ctypes pointer
            event = events[at]  # type: ignore[index]
            if event.type == _WORD_EVENT:
                words.append(f"{event.text_position - 1}:{event.audio_position}")
            at += 1
        return 0

    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))
    callback = kind(collect)
    library.espeak_SetSynthCallback(callback)
    for parameter, value in zip(_PARAMETERS, settings, strict=True):
        library.espeak_SetParameter(parameter, int(value), 0)
    library.espeak_ng_SetRandSeed(ctypes.c_long(1))
    text = sys.stdin.buffer.read()
    library.espeak_Synth(text, ctypes.c_size_t(len(text) + 1), 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    sys.stdout.buffer.write(" ".join(words).encode() + b"\n" + bytes(heard))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
