"""Odd and damaged pictures, from the file to the report and to the treated copy: read, or told with a reason."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import soundfile
from PIL import Image

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.pipeline import anonymize, scan
from privacy_audit.recipe import Limits, Recipe

RECIPE = Recipe(
    "pictures",
    scanners={"image_metadata": {}, "image_faces": {"passes": "fast"}, "audio_tags": {}},
    operators={"image_strip_metadata": {}, "image_solid": {}, "audio_strip_tags": {}},
)
RGB = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)


def coded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def black_png(width: int, height: int) -> bytes:
    """One bit per pixel."""
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sixteen_bit_png() -> bytes:
    """RGB of 16 bits per channel, which Pillow does not write."""
    values = (RGB.astype(">u2") * 257).tobytes()
    rows = b"".join(b"\0" + values[start : start + 360] for start in range(0, len(values), 360))
    head = struct.pack(">IIBBBBB", 60, 40, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def odd_pictures() -> Mapping[str, bytes]:
    """Name -> bytes of what can be read in whole."""
    picture, other = Image.fromarray(RGB), Image.fromarray(255 - RGB)
    several: dict[str, Any] = {"save_all": True, "append_images": [other], "duration": 100}
    return {
        "cmyk.jpg": coded(picture.convert("CMYK"), "JPEG"),
        "cmyk.tiff": coded(picture.convert("CMYK"), "TIFF"),
        "progressive.jpg": coded(picture, "JPEG", progressive=True),
        "grey16.png": coded(Image.fromarray(RGB[..., 0].astype(np.uint16) * 257), "PNG"),
        "rgb16.png": sixteen_bit_png(),
        "palette.png": coded(picture.quantize(16), "PNG", transparency=bytes(range(0, 160, 10))),
        "moving.gif": coded(picture, "GIF", **several),
        "moving.webp": coded(picture, "WEBP", lossless=True, **several),
        "moving.png": coded(picture, "PNG", **several),
        "pages.tiff": coded(picture, "TIFF", save_all=True, append_images=[other]),
        "two.mpo.jpg": coded(picture, "MPO", save_all=True, append_images=[other]),
        "point.png": coded(Image.new("RGB", (1, 1)), "PNG"),
        "line.png": black_png(1, 60_000),
        "row.png": black_png(60_000, 1),
        "really_png.jpg": coded(picture, "PNG"),
        "really_jpg.png": coded(picture, "JPEG"),
        "no_suffix": coded(picture, "WEBP"),
    }


def bad_pictures() -> Mapping[str, tuple[bytes, str]]:
    """Name -> bytes and the reason to be told."""
    jpeg, png = coded(Image.fromarray(RGB), "JPEG"), coded(Image.fromarray(RGB), "PNG")
    return {
        "cut.jpg": (jpeg[: len(jpeg) // 2], "TRUNCATED"),
        "cut_progressive.jpg": (coded(Image.fromarray(RGB), "JPEG", progressive=True)[:-500], "TRUNCATED"),
        "cut.png": (png[: len(png) // 2], "TRUNCATED"),
        "bomb.png": (black_png(20_000, 20_000), "TOO_LARGE"),
        "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><text>Marie</text></svg>', "UNSUPPORTED"),
        "drawing.png": (b'<svg xmlns="http://www.w3.org/2000/svg"><text>Marie</text></svg>', "MISLABELLED"),
        "broken.heic": (b"\0\0\0\x18ftypheic" + bytes(40), "CORRUPT"),
        "nothing.jpg": (b"", "EMPTY"),
    }


class Run(NamedTuple):
    folder: Path
    scanned: ExposureReport
    treated: ExposureReport


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "source").mkdir()
    for name, data in [*odd_pictures().items(), *((name, data) for name, (data, _) in bad_pictures().items())]:
        (folder / "source" / name).write_bytes(data)
    scanned = scan([folder / "source"], folder / "audit", RECIPE)
    return Run(folder, scanned, anonymize(folder / "source", folder / "copy", RECIPE))


def test_every_odd_picture_is_read_in_whole_and_every_bad_one_is_told_with_its_reason(run: Run) -> None:
    told = {entry.uri: entry.reason for entry in run.scanned.coverage.entries}
    assert told == {name: reason for name, (_, reason) in bad_pictures().items()}
    assert run.scanned.coverage.complete == len(odd_pictures())


def test_what_was_not_read_is_not_copied_and_all_else_is(run: Run) -> None:
    copied = {path.name for path in (run.folder / "copy").iterdir() if path.is_file()}
    assert copied == set(odd_pictures())
    assert run.treated.treatment is not None
    assert run.treated.treatment.quarantined == len(bad_pictures())
    assert run.treated.treatment.residual == {}


@pytest.mark.parametrize("name", [name for name in odd_pictures() if not name.endswith(".mpo.jpg")])
def test_where_nothing_was_found_every_frame_of_the_copy_is_what_it_was(run: Run, name: str) -> None:
    with Image.open(run.folder / "source" / name) as before, Image.open(run.folder / "copy" / name) as after:
        assert (after.format, after.size) == (before.format, before.size)
        assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
        for number in range(getattr(before, "n_frames", 1)):
            before.seek(number)
            after.seek(number)
            assert np.array_equal(np.asarray(before.convert("RGBA")), np.asarray(after.convert("RGBA")))


def test_the_second_picture_of_an_mpo_file_is_reported_and_gone(run: Run) -> None:
    assert [item.entity_type for item in run.scanned.entities] == ["EMBEDDED_PICTURE"]
    assert (run.folder / "copy" / "two.mpo.jpg").read_bytes().count(b"\xff\xd8\xff") == 1


def test_the_limit_of_pixels_is_that_of_the_recipe(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(coded(Image.fromarray(RGB), "PNG"))
    for limit, reasons in ((2400, []), (2399, ["TOO_LARGE"])):
        recipe = Recipe("small", scanners=RECIPE.scanners, limits=Limits(max_image_pixels=limit))
        report = scan([path], tmp_path / f"audit-{limit}", recipe)
        assert [entry.reason for entry in report.coverage.entries] == reasons


def test_a_cover_picture_inside_an_mp3_is_reported_and_gone(tmp_path: Path) -> None:
    cover = coded(Image.fromarray(RGB), "JPEG")
    body = b"\0image/jpeg\0\x03\0" + cover
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    (tmp_path / "source").mkdir()
    path = tmp_path / "source" / "a.mp3"
    soundfile.write(path, np.zeros(16_000, np.float32), 16_000, format="MP3")
    path.write_bytes(b"ID3\3\0\0" + size + frame + path.read_bytes())
    report = anonymize(tmp_path / "source", tmp_path / "copy", RECIPE)
    assert [(entry.uri, entry.reason) for entry in report.coverage.entries] == []
    lines = (tmp_path / "copy" / ".privacy-audit" / "operations.jsonl").read_text()
    assert "EMBEDDED_PICTURE" in lines
    assert b"\xff\xd8\xff\xe0" not in (tmp_path / "copy" / "a.mp3").read_bytes()


def test_named_faces_and_a_declared_synthetic_picture_have_rows_of_their_own_in_the_report(tmp_path: Path) -> None:
    source_type = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    saying = {
        "named.jpg": "<rdf:li><mwg-rs:Name>canary-name</mwg-rs:Name></rdf:li>",
        "made.jpg": f"<Iptc4xmpExt:DigitalSourceType>{source_type}</Iptc4xmpExt:DigitalSourceType>",
    }
    (tmp_path / "source").mkdir()
    for name, said in saying.items():
        xmp = f"<x:xmpmeta><rdf:RDF>{said}</rdf:RDF></x:xmpmeta>".encode()
        (tmp_path / "source" / name).write_bytes(coded(Image.fromarray(RGB), "JPEG", xmp=xmp))
    report = scan([tmp_path / "source"], tmp_path / "audit", RECIPE)
    rows = {item.entity_type: (item.count, item.files) for item in report.entities}
    assert rows == {"FACE_REGION_NAME": (1, 1), "PROVENANCE_SYNTHETIC": (1, 1)}
    page = (tmp_path / "audit" / "report.html").read_text(encoding="utf-8")
    assert "Picture declared synthetic (provenance)" in page
    assert "canary-name" not in page
