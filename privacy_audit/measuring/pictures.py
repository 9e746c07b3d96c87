"""Pictures with known faces: the truth files that are read, and the harder versions that are made of each picture."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from privacy_audit.errors import UsageError
from privacy_audit.measuring.scoring import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CONDITIONS", "Condition", "Half", "KnownPicture", "in_half", "made_harder", "read_pictures"]

Half = Literal["even", "odd"]
Condition = Literal["as it is", "grey", "dark", "turned 30", "turned 90", "turned 180", "JPEG q20"]
CONDITIONS: tuple[Condition, ...] = ("as it is", "grey", "dark", "turned 30", "turned 90", "turned 180", "JPEG q20")
_DEGREES = {"turned 30": 30, "turned 90": 90, "turned 180": 180}
_DARK_SHARE, _DARK_NOISE = 0.12, 4.0  # of the light; standard deviation in levels: what a camera makes of a dark room
_JPEG_QUALITY = 20
_MIN_HEIGHT_PX = 8
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_TRUTH_FILE = "truth.jsonl"
_EXPECTED = '{"file": "a.jpg", "faces": [{"box": [x_min, y_min, x_max, y_max], "ignore": false}]}'


@dataclass(frozen=True, slots=True)
class KnownPicture:
    """One picture and its faces in pixels. ``ignored``: faces that it is neither right nor wrong to find."""

    path: Path
    faces: tuple[Box, ...]
    ignored: tuple[Box, ...] = ()


def in_half(name: str, half: Half) -> bool:
    """Whether the SHA-256 of a file name, read as a number, is even or odd: a file keeps its half when others go."""
    return bool(hashlib.sha256(name.encode()).digest()[-1] & 1) == (half == "odd")


def read_pictures(folder: Path) -> list[KnownPicture]:
    """The pictures of a folder with their faces, by name.

    Read are ``truth.jsonl`` (one line per picture) or one COCO file (``*.json``; a category that is not called face is
    left out where one is, ``iscrowd`` is ignored). A folder with neither is taken to show nobody. Faces under 8 px high
    count as ignored.

    Raises:
        UsageError: no such folder, no picture in it, a truth file of another form, or a picture that it names is not
            there. The message names file and line only.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    truth, coco = folder / _TRUTH_FILE, sorted(folder.glob("*.json"))
    if truth.is_file():
        pictures = list(_from_lines(truth))
    elif len(coco) == 1:
        pictures = list(_from_coco(coco[0]))
    elif coco:
        raise UsageError(f"{folder}: several .json files; leave one COCO file there, or write {_TRUTH_FILE}")
    else:
        pictures = [KnownPicture(path, ()) for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES]
    if not pictures:
        raise UsageError(f"{folder}: no picture in it")
    for picture in pictures:
        if not picture.path.is_file():
            raise UsageError(f"{picture.path}: named in the truth, but not there")
    return sorted(pictures, key=lambda picture: picture.path.name)


def _from_lines(path: Path) -> Iterator[KnownPicture]:
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            value: dict[str, Any] = json.loads(line)
            faces = [(_box(face["box"]), bool(face.get("ignore"))) for face in value["faces"]]
            name = str(value["file"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError(f"{path}:{number}: not of the form {_EXPECTED}") from None
        yield _known(path.parent, name, faces)


def _from_coco(path: Path) -> Iterator[KnownPicture]:
    try:
        value: dict[str, Any] = json.loads(_text(path))
        names = {image["id"]: str(image["file_name"]) for image in value["images"]}
        kinds = {item["id"] for item in value.get("categories", []) if str(item.get("name")).lower() == "face"}
        faces: dict[Any, list[tuple[Box, bool]]] = {key: [] for key in names}
        for item in value["annotations"]:
            if not kinds or item["category_id"] in kinds:
                x_min, y_min, width_px, height_px = map(float, item["bbox"])
                box = _box((x_min, y_min, x_min + width_px, y_min + height_px))
                faces[item["image_id"]].append((box, bool(item.get("iscrowd"))))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{path}: not a COCO file with images, annotations and bbox in pixels") from None
    for key, name in names.items():
        yield _known(path.parent, name, faces[key])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None


def _box(values: Any) -> Box:
    x_min, y_min, x_max, y_max = map(float, values)
    if not (math.isfinite(x_min + y_min + x_max + y_max) and x_min <= x_max and y_min <= y_max):
        raise ValueError
    return x_min, y_min, x_max, y_max


def _known(folder: Path, name: str, faces: Sequence[tuple[Box, bool]]) -> KnownPicture:
    counted = tuple(box for box, ignored in faces if not ignored and _is_counted(box))
    return KnownPicture(folder / name, counted, tuple(box for box, ignored in faces if ignored or not _is_counted(box)))


def _is_counted(box: Box) -> bool:
    return box[2] > box[0] and box[3] - box[1] >= _MIN_HEIGHT_PX


def made_harder(
    pixels: NDArray[np.uint8], boxes: Sequence[Box], condition: Condition
) -> tuple[NDArray[np.uint8], list[Box]]:
    """The picture, uint8 (height, width, 3) RGB, under a condition, and where its boxes then lie.

    Turned to the left, without a mark; by 30 degrees on a larger grey ground. A turned box is the one around the turned
    ellipse that fills the box: a face has no corners.
    """
    import cv2
    import numpy as np

    if condition in _DEGREES:
        return _turned(pixels, boxes, _DEGREES[condition])
    if condition == "grey":
        pixels = cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    elif condition == "dark":
        noise = np.random.default_rng(1).normal(0, _DARK_NOISE, pixels.shape)
        pixels = np.clip(pixels * _DARK_SHARE + noise, 0, 255).astype(np.uint8)
    elif condition == "JPEG q20":
        _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
        assert decoded is not None  # noqa: S101 - it was encoded just before
        pixels = np.ascontiguousarray(decoded[..., ::-1])
    return pixels, list(boxes)


def _turned(pixels: NDArray[np.uint8], boxes: Sequence[Box], degrees: int) -> tuple[NDArray[np.uint8], list[Box]]:
    import cv2
    import numpy as np

    height_px, width_px = pixels.shape[:2]
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    if degrees % 90 == 0:
        turned = np.ascontiguousarray(np.rot90(pixels, degrees // 90))
    else:
        size = (
            math.ceil(width_px * abs(cosine) + height_px * abs(sine)),
            math.ceil(width_px * abs(sine) + height_px * abs(cosine)),
        )
        matrix = cv2.getRotationMatrix2D((width_px / 2, height_px / 2), degrees, 1.0)
        matrix[:, 2] += size[0] / 2 - width_px / 2, size[1] / 2 - height_px / 2
        turned = cv2.warpAffine(pixels, matrix, size, borderValue=(128, 128, 128))
    centre_x, centre_y = turned.shape[1] / 2, turned.shape[0] / 2
    moved = []
    for x_min, y_min, x_max, y_max in boxes:
        dx, dy = (x_min + x_max - width_px) / 2, (y_min + y_max - height_px) / 2
        x, y = centre_x + dx * cosine + dy * sine, centre_y - dx * sine + dy * cosine
        half_x = math.hypot((x_max - x_min) * cosine, (y_max - y_min) * sine) / 2
        half_y = math.hypot((x_max - x_min) * sine, (y_max - y_min) * cosine) / 2
        moved.append((x - half_x, y - half_y, x + half_x, y + half_y))
    return turned, moved
