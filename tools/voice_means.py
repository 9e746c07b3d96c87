"""The mean voice vector of open wideband speech and of the same speech over a telephone line: two times 192 numbers.

    python tools/voice_means.py .../data/audio/librispeech_train_clean_100

LibriSpeech train-clean-100 (CC BY 4.0), the even-numbered of 100 speakers. What a line does to a vector is much the
same for every voice; taken off, one threshold fits both. The line: 8 kHz, 300 to 3400 Hz, noise at -45 dB, mu-law with
8 bits.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soundfile

from privacy_audit.measuring.audio import telephone
from privacy_audit.models import WEIGHTS_DIR, campplus
from privacy_audit.scanners import _windows
from privacy_audit.scanners._listening import listen, speech_frames
from privacy_audit.types import AudioRecord


def main(folder: Path) -> None:
    sums = {"wide": np.zeros(campplus.VECTOR_SIZE), "narrow": np.zeros(campplus.VECTOR_SIZE)}
    counts = {"wide": 0, "narrow": 0}
    upper: dict[str, list[float]] = {"wide": [], "narrow": []}
    draw = np.random.default_rng(0)
    for path in sorted(folder.rglob("*.flac"))[::2]:
        clean = soundfile.read(path, dtype="float32")[0]
        for line, samples in (("wide", clean), ("narrow", telephone(clean, draw))):
            spoken = speech_frames(listen(AudioRecord(path.name, samples[None], 16_000))[0])
            vectors, _, above = _windows.raw_vectors(lambda start, stop, own=samples: own[start:stop], spoken)
            sums[line] += vectors.sum(axis=0)
            counts[line] += len(vectors)
            upper[line].append(above)
    for line, values in upper.items():
        print(
            line,
            counts[line],
            "windows; upper bands, nats below the others:",
            np.percentile(values, [0, 5, 50, 95, 100]),
        )
    means = {line: (total / counts[line]).astype(np.float32) for line, total in sums.items()}
    np.savez(WEIGHTS_DIR / "voice_means.npz", **means)  # type: ignore[arg-type]
    print(
        "cosine of the two",
        float(means["wide"] @ means["narrow"] / np.prod([np.linalg.norm(m) for m in means.values()])),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
