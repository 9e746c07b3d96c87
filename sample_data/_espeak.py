"""Speaks one phrase: ``python _espeak.py VOICE SPEED PITCH RANGE < phrase > samples`` (16-bit little-endian, mono).

A program of its own because espeak-ng keeps state from one phrase to the next, even when it is shut down in between.
"""

from __future__ import annotations

import ctypes
import sys

import espeakng_loader  # type: ignore[import-untyped]

RATE_HZ = 22_050
"""What espeak-ng's own voices are made at."""
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS in espeak-ng's speak_lib.h
_UTF8 = 1  # espeakCHARS_UTF8
_PARAMETERS = (1, 3, 4)  # espeakRATE, espeakPITCH, espeakRANGE
_SEED = 1  # espeak-ng would take the time of day otherwise


def main(voice: str, *settings: str) -> int:
    """Speak what stands on standard input."""
    library = ctypes.cdll.LoadLibrary(str(espeakng_loader.get_library_path()))
    rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0)
    if rate_hz != RATE_HZ or library.espeak_SetVoiceByName(voice.encode()) != 0:
        print(f"espeak-ng has no voice {voice}", file=sys.stderr)
        return 1
    heard = bytearray()

    def collect(samples: int | None, count: int, events: int | None) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, 2 * count))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(collect)
    library.espeak_SetSynthCallback(callback)
    for parameter, value in zip(_PARAMETERS, settings, strict=True):
        library.espeak_SetParameter(parameter, int(value), 0)
    library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
    phrase = sys.stdin.buffer.read()
    library.espeak_Synth(phrase, ctypes.c_size_t(len(phrase) + 1), 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    sys.stdout.buffer.write(heard)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
