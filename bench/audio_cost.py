"""Memory and processor time of both audio scanners on a long recording, in a process of its own, one thread.

The recording is meeting speech (AMI excerpts) said over and over, 44.1 kHz stereo, FLAC; with ``--two-lines`` the
channels hold different speech, so that both are listened to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench._data import data_dir, sound_files
from bench._run import Run

_PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from privacy_audit.scanners.audio_speakers import AudioSpeakers
from privacy_audit.scanners.audio_speech import AudioSpeech
from privacy_audit.sources.audio_file import read_audio
start_s = time.process_time()
record = read_audio(Path(sys.argv[1]), "a")
read_s = time.process_time() - start_s
counts = [len(scanner.scan(record)) for scanner in (AudioSpeech(), AudioSpeakers())]
peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
cpu_s = time.process_time() - start_s
print(json.dumps([record.duration_s, read_s, cpu_s, peak_bytes, *record.samples.shape, *counts]))
"""


def main() -> None:
    """Command line."""
    run = Run(
        "audio_cost", "Peak memory and CPU seconds of audio_speech and audio_speakers on a long recording; Linux."
    )
    run.parser.add_argument("--minutes", type=int, default=60)
    run.parser.add_argument("--two-lines", action="store_true", help="different speech on the two channels")
    options = run.options
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.flac"
        _write(path, options.minutes, options.two_lines)
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", _PROGRAM, str(path)], env={**os.environ, **threads}, capture_output=True, check=True
        )
    duration_s, read_s, cpu_s, peak_bytes, n_channels, _, n_voice, n_speakers = json.loads(done.stdout)
    run.add(
        f"{options.minutes} minutes of 44.1 kHz stereo, {n_channels} channel(s) kept",
        ("peak MB", "CPU s per s", "of it reading", "stretches of speech", "voices at most"),
        [(round(peak_bytes / 1e6), cpu_s / duration_s, read_s / duration_s, n_voice, n_speakers)],
    )
    run.finish()


def _write(path: Path, minutes: int, two_lines: bool) -> None:
    import numpy as np
    import soundfile
    import soxr

    parts = []
    for source in sound_files(data_dir("audio", "pyannote_ami")):
        samples, rate_hz = soundfile.read(source, dtype="float32")
        parts.append(soxr.resample(samples, rate_hz, 44_100))
    with soundfile.SoundFile(path, "w", 44_100, 2) as sound:
        for number in range(minutes * 2):
            left = parts[number % len(parts)][: 30 * 44_100]
            right = np.resize(parts[(number + 5) % len(parts)], len(left)) if two_lines else 0.8 * left
            sound.write(np.stack([left, right], axis=1))


if __name__ == "__main__":
    main()
