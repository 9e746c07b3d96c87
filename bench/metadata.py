"""Metadata: what ExifTool sees in pictures of many cameras, what is reported of it, and what ExifTool sees afterwards.

The recipe looks at metadata only, so no box is covered: every pixel must stay. OpenCV, which turns pictures by
their EXIF as this program does with code of its own, says whether they do and stand upright.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench._data import data_dir
from bench._run import Run

_KINDS = {
    "GPS_POSITION": r"GPS(?:Dest)?(?:Latitude|Longitude)",
    "DEVICE_SERIAL": r"\w*SerialNumber|ImageUniqueID",
    "AUTHOR_METADATA": r"Artist|Copyright|XPAuthor|Owner(?:Name)?|Camera\w*Owner\w*|By-line|CopyrightNotice|Creator"
    r"|Rights|Credit|AuthorsPosition|CaptionWriter",
    "EMBEDDED_THUMBNAIL": r"(?:Photoshop)?Thumbnail(?:Image)?|PreviewImage|JpgFromRaw",
    "EMBEDDED_PICTURE": r"MPImage2|EmbeddedVideoFile|MotionPhotoVideo",
}
"""Our names -> names of ExifTool's tags."""
_NO_METADATA = ("System", "ExifTool", "Composite", "ICC_Profile", "ICC-header")
_RECIPE = """name: metadata
language: en
scanners:
  image_metadata:
operators:
  image_strip_metadata:
"""


def main() -> None:
    """Command line."""
    run = Run("metadata", "Metadata of pictures before and after, as ExifTool sees it; needs the command exiftool.")
    source = data_dir("image", "metadata_exif")
    if not shutil.which("exiftool"):
        print("exiftool: not there, so nothing was measured. Install it with: apt-get install libimage-exiftool-perl")
        raise SystemExit(2)
    with tempfile.TemporaryDirectory(prefix="privacy-audit-metadata-") as temporary:
        folder = Path(temporary)
        recipe = folder / "recipe.yaml"
        recipe.write_text(_RECIPE, encoding="utf-8")
        _command("scan", str(source), "-o", str(folder / "audit"), "-r", str(recipe))
        _command("anonymize", str(source), "-o", str(folder / "copy"), "-r", str(recipe))
        before, after = _seen(source), _seen(folder / "copy")
        reported: dict[str, set[str]] = defaultdict(set)
        for line in (folder / "audit" / "findings.jsonl").read_text(encoding="utf-8").splitlines():
            found = json.loads(line)
            reported[found["record_uri"].partition("#")[0]].add(found["entity_type"])
        copied = [name for name in before if (folder / "copy" / name).is_file()]
        rows = []
        for kind in _KINDS:
            names = [name for name, kinds in before.items() if kind in kinds]
            left = sum(kind in kinds for kinds in after.values())
            rows.append((kind, len(names), sum(kind in reported[name] for name in names), left))
        run.add(
            f"metadata_exif, whole: {len(before)} files, {len(copied)} of them copied",
            ("kind", "files in which ExifTool sees it", "of these reported", "copies in which ExifTool sees it"),
            rows,
        )
        run.add("files not copied", ("file",), [(name,) for name in sorted(set(before) - set(copied))])
        same = [_same_pixels(source / name, folder / "copy" / name) for name in copied]
        run.add(
            "pixels, read by OpenCV with the orientation applied",
            ("copies", "the same in every pixel, upright", "differ", "not read by OpenCV"),
            [(len(copied), same.count(True), same.count(False), same.count(None))],
        )
        run.finish()


def _command(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "privacy_audit", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(done.stderr)


def _seen(folder: Path) -> dict[str, set[str]]:
    """Path below the folder -> the kinds of :data:`_KINDS`."""
    done = subprocess.run(  # noqa: S603 - a program of Debian, no shell
        ["exiftool", "-j", "-a", "-G1", "-r", str(folder)],  # noqa: S607 - wherever it is installed
        capture_output=True,
        check=False,
    )
    return {str(Path(told["SourceFile"]).relative_to(folder)): _kinds(told) for told in json.loads(done.stdout)}


def _kinds(told: Mapping[str, Any]) -> set[str]:
    found = set()
    for key, value in told.items():
        group, _, name = key.partition(":")
        if group not in _NO_METADATA and str(value).strip():
            found |= {kind for kind, pattern in _KINDS.items() if re.fullmatch(pattern, name)}
    return found


def _same_pixels(before: Path, after: Path) -> bool | None:
    import cv2

    one, other = (cv2.imread(str(path), cv2.IMREAD_COLOR) for path in (before, after))
    if one is None or other is None:
        return None
    return one.shape == other.shape and bool(np.array_equal(one, other))


if __name__ == "__main__":
    main()
