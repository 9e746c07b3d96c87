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
    assert (found["IPTC:By-line"], found["IPTC:Caption"], found["IPTC:Keywords"]) == ("Marie", "a la plage", "vacances")


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


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_maker_note(path: Path, note: bytes, place: int) -> dict[str, str]:
    """``place`` is where the note stands in the block, since some makers count from the start of that."""
    exif = Image.Exif()
    exif[MAKE] = "Canon"
    exif.get_ifd(EXIF)[0x927C] = note
    assert exif.tobytes().index(note) == place + len(b"Exif\0\0")
    PICTURE.save(path, exif=exif)
    return {tag: value for tag, value in metadata_of(path).items() if tag.startswith("MakerNote:")}


def directory(entries: list[tuple[int, bytes]], order: str, after: int) -> bytes:
    """Texts as a directory that stands at ``after`` - its own length, each text behind it."""
    head, texts = struct.pack(f"{order}H", len(entries)), b""
    start = after + 2 + 12 * len(entries) + 4
    for tag, text in entries:
        head += struct.pack(f"{order}HHII", tag, 2, len(text), start + len(texts))
        texts += text
    return head + bytes(4) + texts


@pytest.mark.parametrize(
    ("note", "tags"),
    [
        (directory([(0x09, b"Marie Lefebvre\0")], ">", 62), {"MakerNote:OwnerName": "Marie Lefebvre"}),
        (
            b"Nikon\0\x02\x10\0\0MM\0*\0\0\0\x08" + directory([(0x1D, b"3105364\0")], ">", 8),
            {"MakerNote:SerialNumber": "3105364"},
        ),
        (
            b"Apple iOS\0\0\1MM" + directory([(0x2B, b"A1B2-C3\0")], ">", 14),
            {"MakerNote:ImageUniqueID": "A1B2-C3"},
        ),
        (b"FUJIFILM\x0c\0\0\0" + directory([(0x10, b"FC  A1234\0")], "<", 12), {"MakerNote:SerialNumber": "FC  A1234"}),
        (b"Panasonic\0\0\0" + directory([(0x25, b"S0106\0")], ">", 74), {"MakerNote:SerialNumber": "S0106"}),
        (b"Unknown maker" + bytes(40), {}),
    ],
    ids=["Canon", "Nikon", "Apple", "Fujifilm", "Panasonic", "unknown"],
)
def test_owner_and_serial_number_are_read_in_the_notes_of_makers(
    tmp_path: Path, note: bytes, tags: dict[str, str]
) -> None:
    assert with_maker_note(tmp_path / "a.jpg", note, 62) == tags


def test_segments_that_pillow_passes_over_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    owner = b"UNICODE\0\0M\0a\0r\0i\0e"
    meta = b"MM\0*\0\0\0\x08" + struct.pack(">HHHII", 1, 0xC353, 7, len(owner), 26) + bytes(4) + owner
    heap = b"Marie\0" + struct.pack("<HHIII", 1, 0x0810, 6, 0, 6)
    more = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + bytes(8) + b"<exif:GPSLatitude>48</exif:GPSLatitude>"
    manifest = b"JP\0\1\0\0\0\1jumbc2pa digitalsourcetype/trainedAlgorithmicMedia CreativeWork author"
    blocks = [
        segment(0xE3, b"Meta\0\0" + meta),
        segment(0xE0, b"II\x0e\0\0\0HEAPJPGM" + heap),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xE1, more),
        segment(0xEB, manifest),
        segment(0xEC, b"[picture info]\r\nSerial#=00000001\r\n"),
        segment(0xFE, b"chez Marie"),
        segment(0xFE, b"et Paul"),
        segment(0xE0, b"JFXX\0\x10" + b"small"),
    ]
    path.write_bytes(after_header(jpeg(path), b"".join(blocks)))
    found = metadata_of(path)
    assert found["Meta:OwnerName"] == found["CIFF:OwnerName"] == "Marie"
    assert found["XMP"] == XMP.decode() + "<exif:GPSLatitude>48</exif:GPSLatitude>"
    assert (found["C2PA"], found["C2PA:author"]) == ("trainedAlgorithmicMedia", "named")
    assert found["PictureInfo:SerialNumber"] == "00000001"
    assert found["Comment"] == "chez Marie\net Paul"
    assert found["JFXX:Thumbnail"] == "embedded"


def test_the_blocks_that_imagemagick_puts_into_a_png_are_read(tmp_path: Path) -> None:
    path, info = tmp_path / "a.png", PngInfo()
    field = b"\x1c\x02\x50" + struct.pack(">H", 5) + b"Marie"
    for kind, block in (("iptc", field), ("xmp", XMP)):
        info.add_text(f"Raw profile type {kind}", f"\n{kind}\n{len(block):8}\n{block.hex()}\n", zip=True)
    PICTURE.save(path, pnginfo=info)
    found = metadata_of(path)
    assert (found["IPTC:By-line"], found["XMP"]) == ("Marie", XMP.decode())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"ASCII\0\0\0chez Marie", "chez Marie"),
        (b"UNICODE\0" + "à la plage".encode("utf-16"), "à la plage"),
        (b"ASCII\0\0\0" + b" " * 200, None),
        (bytes(200), None),
    ],
)
def test_a_comment_of_a_user_is_read_and_a_blank_one_is_none(tmp_path: Path, value: bytes, text: str | None) -> None:
    exif = Image.Exif()
    exif.get_ifd(EXIF)[0x9286] = value
    PICTURE.save(tmp_path / "a.jpg", exif=exif)
    assert metadata_of(tmp_path / "a.jpg").get("UserComment") == text


def test_a_picture_that_says_nothing_has_no_metadata(tmp_path: Path) -> None:
    for suffix in ("jpg", "png", "webp", "gif", "bmp", "ppm"):
        path = tmp_path / f"a.{suffix}"
        PICTURE.save(path)
        assert metadata_of(path) == {}, suffix


def test_the_sample_with_tags_is_read_as_its_manifest_says(sample_data: Path) -> None:
    assert any(read_image(path, "a").metadata for path in sorted((sample_data / "images").glob("*.jpg")))
