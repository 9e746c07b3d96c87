"""Rebuild the sample data set: ``python sample_data/build.py [--check]``.

Without an option the files and ``MANIFEST.json`` are written. With ``--check`` everything is made again in memory and
compared with the manifest and the files; the exit code is 1 where something differs. With the versions named under
``built_with`` the files come out bit for bit; another Pillow or libsndfile may compress the same content to other
bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["MAKERS", "build", "installed_versions", "main", "manifest_of"]

HERE = Path(__file__).resolve().parent
MAKERS = ("Pillow", "numpy", "soundfile", "soxr", "espeakng-loader")
"""Packages whose version decides the bytes of pictures and recordings."""
NOT_DATA = ("README.md", "MANIFEST.json", "*.py")
NAMED_FILES = {"audio/marie_lefebvre.wav": "marie_lefebvre", "images/jean-dupuis.jpg": "jean-dupuis"}

HEADER: dict[str, Any] = {
    "licence": "CC0-1.0 for the data, Apache-2.0 for the code that makes it",
    "origin": "Every person is drawn, every voice synthesised, every name and number invented.",
    "units": {
        "entities": "code points, half-open; in tables per cell, row counts data rows from 0",
        "path_entities": "code points of the path relative to this folder, half-open",
        "faces": "[x_min, y_min, x_max, y_max] in pixels, half-open, after the EXIF orientation",
        "speech": "[start, end] in seconds, half-open, pauses under 0.3 s bridged",
    },
    "not_data": list(NOT_DATA),
}

Built = dict[str, tuple[bytes, dict[str, Any]]]


def build() -> Built:
    """Path -> (bytes, truth) of every data file."""
    from _pictures import build_pictures
    from _recordings import build_recordings
    from _texts import build_texts

    made: Built = {path: (data, {"entities": entities}) for path, (data, entities) in build_texts().items()}
    made |= build_pictures() | build_recordings()
    for path, name in NAMED_FILES.items():
        start = path.index(name)
        made[path][1]["path_entities"] = [{"entity_type": "PERSON", "start": start, "end": start + len(name)}]
    return dict(sorted(made.items()))


def installed_versions() -> dict[str, str]:
    """Version of each package in ``MAKERS``, and of the sound library inside soundfile."""
    import soundfile

    versions = {name: importlib.metadata.version(name) for name in MAKERS}
    return {**versions, "libsndfile": soundfile.__libsndfile_version__}


def manifest_of(made: Built) -> dict[str, Any]:
    """What stands in ``MANIFEST.json``: where and of which type, never a value."""
    files = [
        {
            "path": path,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "clean": not any(truth.values()),
            "truth": truth,
        }
        for path, (data, truth) in made.items()
    ]
    return {**HEADER, "built_with": installed_versions(), "files": files}


def main(arguments: list[str] | None = None) -> int:
    """Write the folder, or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with MANIFEST.json and the files, write nothing")
    if parser.parse_args(arguments).check:
        return _check()
    made = build()
    for path, (data, _) in made.items():
        target = HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    text = json.dumps(manifest_of(made), indent=1, ensure_ascii=False)
    (HERE / "MANIFEST.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(made)} files, {sum(len(data) for data, _ in made.values()):,} bytes")
    return 0


def _check() -> int:
    stored = json.loads((HERE / "MANIFEST.json").read_text(encoding="utf-8"))
    made = build()
    fresh = manifest_of(made)
    before = {entry["path"]: entry for entry in stored["files"]}
    after = {entry["path"]: entry for entry in fresh["files"]}
    differing = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    for path in differing:
        print(f"{path}: differs from the manifest")
    altered = [path for path, (data, _) in made.items() if path not in differing and not _holds(HERE / path, data)]
    for path in altered:
        print(f"{path}: the file is missing or was changed")
    if differing and stored["built_with"] != fresh["built_with"]:
        print(f"built with {stored['built_with']}, installed {fresh['built_with']}: other versions, other bytes")
    good = len(before.keys() | after.keys()) - len(differing) - len(altered)
    print(f"{good} of {len(after)} files are as they should be")
    return 1 if differing or altered else 0


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


if __name__ == "__main__":
    sys.exit(main())
