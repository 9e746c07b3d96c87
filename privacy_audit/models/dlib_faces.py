"""A second look at faces, for `verify` only: dlib's detector and its face descriptor, where the extra is installed.

Detector and descriptor: `mmod_human_face_detector` and `dlib_face_recognition_resnet_model_v1` (Davis King, CC0), as
face_recognition_models 0.3.0 carries them. Descriptors are biometric templates: they stay in memory.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import MissingDependencyError
from privacy_audit.types import BoundingBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["descriptors", "faces", "is_installed"]

_DESCRIPTOR = "dlib_face_recognition_resnet_model_v1.dat"
_LANDMARKS = "shape_predictor_5_face_landmarks.dat"
_DETECTOR = "mmod_human_face_detector.dat"
_MIN_SCORE = 0.0  # dlib's own threshold


def is_installed() -> bool:
    """True when dlib and the models are there."""
    import importlib.util

    return importlib.util.find_spec("_dlib_pybind11") is not None and _folder() is not None


def faces(pixels: NDArray[np.uint8]) -> list[BoundingBox]:
    """Faces in a picture, uint8 (height, width, 3) RGB; those of 80 px or more, the detector's own size.

    Raises:
        MissingDependencyError: the extra ``verify`` is not installed.
    """
    height_px, width_px = pixels.shape[:2]
    found = []
    for item in _model(_DETECTOR)(pixels, 0):
        rect = item.rect
        edges = (max(0, rect.left()), max(0, rect.top()), min(width_px, rect.right()), min(height_px, rect.bottom()))
        if item.confidence >= _MIN_SCORE and edges[0] < edges[2] and edges[1] < edges[3]:
            found.append(BoundingBox(*edges))
    return found


def descriptors(pixels: NDArray[np.uint8], boxes: Sequence[BoundingBox]) -> NDArray[np.float32]:
    """One vector per box, float32 (n, 128), whether or not there is a face in it; distances below .6 are one person.

    Raises:
        MissingDependencyError: the extra ``verify`` is not installed.
    """
    import numpy as np

    found = []
    for box in boxes:
        shape = _model(_LANDMARKS)(pixels, _dlib().rectangle(box.x_min, box.y_min, box.x_max, box.y_max))
        found.append(np.asarray(_model(_DESCRIPTOR).compute_face_descriptor(pixels, shape), np.float32))
    return np.stack(found) if found else np.zeros((0, 128), np.float32)


@cache
def _model(name: str) -> Any:
    makers = {
        _DESCRIPTOR: "face_recognition_model_v1",
        _LANDMARKS: "shape_predictor",
        _DETECTOR: "cnn_face_detection_model_v1",
    }
    folder = _folder()
    if folder is None:
        raise MissingDependencyError("the models of face_recognition_models", "verify")
    return getattr(_dlib(), makers[name])(str(folder / name))


def _dlib() -> Any:
    try:
        import dlib  # type: ignore[import-not-found,import-untyped,unused-ignore]  # the extra may be absent
    except ImportError:
        raise MissingDependencyError("dlib", "verify") from None
    return dlib


@cache
def _folder() -> Path | None:
    """Where the models lie. The package itself is not imported: it needs setuptools, which may be absent."""
    import importlib.util

    spec = importlib.util.find_spec("face_recognition_models")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "models"
        if all((folder / name).is_file() for name in (_DESCRIPTOR, _LANDMARKS, _DETECTOR)):
            return folder
    return None
