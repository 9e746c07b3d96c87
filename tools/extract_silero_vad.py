"""Take Silero VAD out of the faster-whisper package.

    pip download faster-whisper==1.2.1 --no-deps
    python tools/extract_silero_vad.py faster_whisper-1.2.1-py3-none-any.whl

The file is used as it is.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

ORIGIN_SHA256 = "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"
DESTINATION = Path(__file__).resolve().parents[1] / "privacy_audit" / "models" / "weights" / "silero_vad.onnx"


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read("faster_whisper/assets/silero_vad_v6.onnx")
    assert hashlib.sha256(data).hexdigest() == ORIGIN_SHA256, "not the file this script was written for"
    DESTINATION.write_bytes(data)
    print("origin and result", ORIGIN_SHA256, len(data))


if __name__ == "__main__":
    main(sys.argv[1])
