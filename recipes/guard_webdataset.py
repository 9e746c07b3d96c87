"""Treat the samples of a WebDataset shard as they stream past.

Shows ``Guard.webdataset()`` before ``decode``: fields are bytes, and their suffix says what they are. A shard of two
pictures with captions is made first. ``redact`` treats every sample; ``drop`` leaves out those with findings at the
recipe's gate. Run it with ``python recipes/guard_webdataset.py``; it needs ``pip install 'privacy-audit[webdataset]'``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import webdataset

from privacy_audit import Guard

PICTURES = Path(__file__).resolve().parents[1] / "sample_data" / "images"
CAPTIONS = {"portrait.jpg": "Sent by Robert Harrison, +44 20 7946 0123.", "shapes.jpg": "A square and two circles."}


def main() -> None:
    """Write a shard to a temporary folder and read it through a guard in two modes."""
    with tempfile.TemporaryDirectory() as folder:
        shard = f"{folder}/shard-000000.tar"
        with webdataset.TarWriter(shard) as writer:
            for name, caption in CAPTIONS.items():
                picture = (PICTURES / name).read_bytes()
                writer.write({"__key__": name.removesuffix(".jpg"), "jpg": picture, "txt": caption})
        for mode in ("redact", "drop"):
            guard = Guard("image-dataset", mode=mode)
            samples = webdataset.WebDataset(shard, shardshuffle=False).compose(guard.webdataset()).decode("pil")
            for sample in samples:
                # decode("pil") gives a picture; a covered face is a black rectangle in it
                black = sum(sample["jpg"].convert("L").histogram()[:8]) / (sample["jpg"].width * sample["jpg"].height)
                print(f"{mode}: {sample['__key__']}: {black:.0%} black; {sample['txt']}")


if __name__ == "__main__":
    main()
