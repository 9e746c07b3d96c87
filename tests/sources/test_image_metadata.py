"""What picture files say about their picture, wherever the format lets it be said."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from privacy_audit.sources._image_metadata import THUMBNAIL_TAG
from privacy_audit.sources.image_file import read_image

PICTURE = Image.fromarray(np.random.default_rng(2).integers(0, 256, (16, 16, 3), dtype=np.uint8))
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>Marie</dc:creator></x:xmpmeta>'
ARTIST, MAKE, SERIAL, GPS, EXIF = 0x013B, 0x010F, 0xA431, 0x8825, 0x8769


def exif_of_a_camera() -> Image.Exif:
    exif = Image.Exif()
    exif[ARTIST], exif[MAKE] = "Marie Lefebvre", "Maker"
    exif[EXIF] = {SERIAL: "SN-0001"}
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)}
    as_stored = Image.Exif()
    as_stored.load(exif.tobytes())
    return as_stored


def metadata_of(path: Path) -> dict[str, str]:
    return dict(read_image(path, "a").metadata)


def after_header(data: bytes, block: bytes) -> bytes:
    """A JPEG with one more block behind its first two bytes."""
    return data[:2] + block + data[2:]


def jpeg(path: Path, **options: Any) -> bytes:
    PICTURE.save(path, format="JPEG", **options)
    return path.read_bytes()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
def test_exif_is_read_from_every_format_that_holds_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    PICTURE.save(path, exif=exif_of_a_camera())
    found = metadata_of(path)
    assert (found["Artist"], found["Make"], found["BodySerialNumber"]) == ("Marie Lefebvre", "Maker", "SN-0001")
    assert (found["GPSLatitudeRef"], found["GPSLatitude"]) == ("N", "48.0 51.0 24.0")


@pytest.mark.parametrize("suffix", ["jpg", "webp", "tiff"])
def test_xmp_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    PICTURE.save(path, **({"tiffinfo": {700: XMP}} if suffix == "tiff" else {"xmp": XMP}))
    assert metadata_of(path)["XMP"] == XMP.decode()


@pytest.mark.parametrize("compressed", [False, True])
def test_the_texts_of_a_png_are_read(tmp_path: Path, compressed: bool) -> None:
    info = PngInfo()
    info.add_text("Author", "Marie", zip=compressed)
    info.add_itxt("Description", "à la plage", zip=compressed)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=compressed)
    path = tmp_path / "a.png"
    PICTURE.save(path, pnginfo=info)
    assert metadata_of(path) == {"PNG:Author": "Marie", "PNG:Description": "à la plage", "XMP": XMP.decode()}


@pytest.mark.parametrize("with_exif", [False, True])
def test_a_text_behind_the_pixels_of_a_png_is_read_too(tmp_path: Path, with_exif: bool) -> None:
    path = tmp_path / "a.png"
    PICTURE.save(path, **({"exif": exif_of_a_camera()} if with_exif else {}))
    data, body = path.read_bytes(), b"Author\0Marie"
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
    end = data.rfind(b"IEND") - 4
    path.write_bytes(data[:end] + chunk + data[end:])
    assert metadata_of(path)["PNG:Author"] == "Marie"


@pytest.mark.parametrize("suffix", ["jpg", "gif"])
def test_a_comment_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    PICTURE.save(path, comment="chez Marie")
    assert metadata_of(path)["Comment"] == "chez Marie"


def test_iptc_is_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    fields = b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text
        for number, text in ((80, b"Marie"), (120, b"a la plage"), (25, b"vacances"))
    )
    body = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(fields)) + fields + b"\0" * (len(fields) % 2)
    path.write_bytes(after_header(jpeg(path), b"\xff\xed" + struct.pack(">H", len(body) + 2) + body))
    found = metadata_of(path)
    assert (found["IPTC:By-line"], found["IPTC:Caption"], found["IPTC:2:25"]) == ("Marie", "a la plage", "vacances")


def test_an_embedded_thumbnail_is_told(tmp_path: Path) -> None:
    """IFD1 of the EXIF block points to a small JPEG of the picture before it was blurred."""
    path = tmp_path / "a.jpg"
    thumbnail = jpeg(tmp_path / "small.jpg")
    second = 8 + 2 + 4  # behind an IFD0 without entries
    entries = [(0x0103, 3, 6), (0x0201, 4, second + 2 + 3 * 12 + 4), (0x0202, 4, len(thumbnail))]
    directory = struct.pack("<H", 3) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries
    )
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HI", 0, second) + directory + bytes(4) + thumbnail
    body = b"Exif\0\0" + tiff
    path.write_bytes(after_header(jpeg(path), b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body))
    assert metadata_of(path)[THUMBNAIL_TAG] == "embedded"
    PICTURE.save(path, exif=exif_of_a_camera())
    assert THUMBNAIL_TAG not in metadata_of(path)


def test_binary_values_come_as_their_length_and_long_ones_are_cut(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ARTIST] = "x" * 5000
    exif.get_ifd(EXIF)[0x927C] = b"\x01\x02\xff\xfe\x00"  # MakerNote
    path = tmp_path / "a.jpg"
    PICTURE.save(path, exif=exif)
    assert metadata_of(path) == {"Artist": "x" * 2000, "MakerNote": "5 bytes"}


def test_a_picture_that_says_nothing_has_no_metadata(tmp_path: Path) -> None:
    for suffix in ("jpg", "png", "webp", "gif", "bmp", "ppm"):
        path = tmp_path / f"a.{suffix}"
        PICTURE.save(path)
        assert metadata_of(path) == {}, suffix


def test_the_sample_with_tags_is_read_as_its_manifest_says(sample_data: Path) -> None:
    assert any(read_image(path, "a").metadata for path in sorted((sample_data / "images").glob("*.jpg")))
