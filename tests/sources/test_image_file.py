"""Pictures: every kind becomes upright RGB or is refused with a reason, and copies keep pixels and drop the rest."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, features

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.image_file import read_image, read_images, write_image
from privacy_audit.types import ImageRecord, Reason

RGB = np.random.default_rng(1).integers(0, 256, (24, 36, 3), dtype=np.uint8)
LOSSLESS = {"png": {}, "bmp": {}, "ppm": {}, "tiff": {}, "webp": {"lossless": True}}
ORIENTATION = 0x0112


def saved(path: Path, picture: Image.Image, **options: Any) -> Path:
    picture.save(path, **options)
    return path


def pixels_of(path: Path) -> Any:
    return read_image(path, "a").pixels


def reason_of(path: Path, **limits: int) -> Reason:
    with pytest.raises(UnreadableError) as caught:
        read_image(path, "a", **limits)
    return caught.value.reason


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def big_png(width: int, height: int) -> bytes:
    """A black picture of one bit per pixel: hundreds of megapixels in some hundred kilobytes."""
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(bytes(1 + width // 8) * 100) for _ in range(height // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


@pytest.mark.parametrize("suffix", LOSSLESS)
def test_a_picture_without_loss_reads_as_it_was_drawn(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"a.{suffix}", Image.fromarray(RGB), **LOSSLESS[suffix])
    assert np.array_equal(pixels_of(path), RGB)


def test_sixteen_bits_become_eight_without_wrapping(tmp_path: Path) -> None:
    values = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    found = pixels_of(saved(tmp_path / "a.png", Image.fromarray(values)))
    assert np.array_equal(found, np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None], 3, axis=2))


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "I;16", "F"])
@pytest.mark.parametrize("suffix", ["png", "tiff", "jpg"])
def test_every_colour_mode_becomes_rgb_of_the_same_look(tmp_path: Path, mode: str, suffix: str) -> None:
    gradient = np.linspace(0, 255, 32 * 32).reshape(32, 32).astype(np.uint8)
    grey = Image.fromarray(gradient)
    picture = Image.fromarray(gradient.astype(np.uint16) * 257) if mode == "I;16" else grey.convert("RGB").convert(mode)
    try:
        path = saved(tmp_path / f"a.{suffix}", picture)
    except OSError:
        pytest.skip(f"{suffix} holds no {mode}")
    difference = np.abs(pixels_of(path).astype(int) - gradient[..., None])
    assert difference.mean() < {"1": 128, "P": 20}.get(mode, 6)  # dithered into few colours


@pytest.mark.parametrize(("mode", "suffix"), [("RGBA", "png"), ("RGBA", "tiff"), ("RGBA", "webp"), ("LA", "png")])
def test_a_face_under_full_transparency_is_still_read(tmp_path: Path, mode: str, suffix: str) -> None:
    """Transparent pixels keep their colour in the file, and whoever drops the alpha sees them again."""
    stored = RGB if mode == "RGBA" else RGB[..., :1]
    picture = Image.fromarray(np.dstack([stored, np.zeros(RGB.shape[:2], np.uint8)]), mode)
    options = {"lossless": True, "exact": True} if suffix == "webp" else {}
    found = pixels_of(saved(tmp_path / f"a.{suffix}", picture, **options))
    assert np.array_equal(found, np.broadcast_to(stored, RGB.shape))


def test_a_transparent_colour_of_a_palette_is_still_read(tmp_path: Path) -> None:
    picture = Image.fromarray(RGB).quantize(8)
    expected = np.asarray(picture.convert("RGB"))
    assert np.array_equal(pixels_of(saved(tmp_path / "a.png", picture, transparency=bytes(8))), expected)
    assert np.array_equal(pixels_of(saved(tmp_path / "a.gif", picture, transparency=3)), expected)


@pytest.mark.parametrize("suffix", ["png", "tiff", "webp", "jpg"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_exif_orientation_comes_out_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    turns = {
        1: lambda p: p,
        2: lambda p: p[:, ::-1],
        3: lambda p: p[::-1, ::-1],
        4: lambda p: p[::-1],
        5: lambda p: p.transpose(1, 0, 2),
        6: lambda p: np.rot90(p, 1),
        7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
        8: lambda p: np.rot90(p, -1),
    }  # from the upright picture to what a camera held that way stores
    upright = np.zeros((24, 40, 3), np.uint8)
    upright[:12, :20], upright[:12, 20:], upright[12:, :20] = (250, 0, 0), (0, 250, 0), (0, 0, 250)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = Image.fromarray(np.ascontiguousarray(turns[orientation](upright)))
    options: dict[str, Any] = {"quality": 95, "subsampling": 0} if suffix == "jpg" else LOSSLESS[suffix]
    found = pixels_of(saved(tmp_path / f"a.{suffix}", stored, exif=exif, **options))
    assert found.shape == upright.shape
    assert np.abs(found.astype(int) - upright).mean() < 8


def test_a_picture_under_the_wrong_suffix_is_read_as_the_picture_it_is(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jpg", tmp_path / "b.jpg"
    Image.fromarray(RGB).save(path, format="PNG")
    record = read_image(path, "a.jpg")
    assert np.array_equal(record.pixels, RGB)
    write_image(record, path, copy)
    with Image.open(copy) as picture:
        assert picture.format == "PNG"
    assert np.array_equal(pixels_of(copy), RGB)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"only text, canary", Reason.MISLABELLED),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Reason.MISLABELLED),  # never given to Ghostscript
        (b"\xff\xd8\xff\xe0", Reason.CORRUPT),
        (b"\x89PNG\r\n\x1a\n", Reason.CORRUPT),
        (b"GIF89a", Reason.CORRUPT),
        (bytes(1000), Reason.MISLABELLED),
    ],
    ids=str,
)
def test_what_is_no_picture_is_told_with_its_reason(tmp_path: Path, data: bytes, reason: Reason) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    assert reason_of(path) is reason


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "bmp", "tiff", "ppm"])
def test_half_a_picture_is_never_read_as_a_whole_one(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"a.{suffix}", Image.fromarray(RGB))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert reason_of(path) in (Reason.TRUNCATED, Reason.CORRUPT, Reason.MISLABELLED)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "bmp", "tiff", "ppm", "avif", "jp2"])
def test_damage_anywhere_is_told_and_never_a_crash(tmp_path: Path, suffix: str) -> None:
    if not features.check({"avif": "avif", "jp2": "jpg_2000", "webp": "webp"}.get(suffix, "zlib")):
        pytest.skip(f"this Pillow writes no {suffix}")
    exif = Image.Exif()
    exif[0x013B] = "somebody"
    options = {"exif": exif} if suffix in ("jpg", "png", "webp", "tiff", "avif") else {}
    path = saved(tmp_path / f"a.{suffix}", Image.fromarray(RGB), **options)
    whole, draw = path.read_bytes(), random.Random(7)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(draw.choice((1, 3, 20))):
            damaged[draw.randrange(min(len(whole), draw.choice((60, 400, len(whole)))))] = draw.randrange(256)
        path.write_bytes(damaged)
        try:
            assert read_image(path, "a", max_pixels=1_000_000).pixels.size
        except UnreadableError as error:
            assert error.reason in Reason  # noqa: PT017 - most damage is seen, some makes another picture


def test_several_frames_are_refused_where_one_picture_is_expected(tmp_path: Path) -> None:
    frames = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    path = saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert reason_of(path) is Reason.UNSUPPORTED


def test_a_picture_of_900_megapixels_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(big_png(30_000, 30_000))
    assert path.stat().st_size < 2_000_000
    code = f"""
import resource
from pathlib import Path
from PIL import Image, PngImagePlugin
import numpy
from privacy_audit.errors import UnreadableError
from privacy_audit.sources.image_file import read_image
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_image(Path({str(path)!r}), "bomb.png")
except UnreadableError as error:
    print(error.reason.value, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    reason, grown_kb = done.stdout.split()
    assert reason == "TOO_LARGE"
    assert int(grown_kb) < 50_000
    assert done.stderr == ""


def test_the_limit_of_pixels_counts_all_frames(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RGB), save_all=True, append_images=[Image.fromarray(255 - RGB)])
    assert len(list(read_images(path, "a", max_pixels=2 * 24 * 36))) == 2
    assert reason_of(path, max_pixels=2 * 24 * 36 - 1) is Reason.TOO_LARGE


def test_the_limit_of_pixels_is_exact(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RGB))
    assert read_image(path, "a", max_pixels=24 * 36).pixels.shape == (24, 36, 3)
    assert reason_of(path, max_pixels=24 * 36 - 1) is Reason.TOO_LARGE


def test_a_picture_larger_than_pillows_own_limit_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copy = saved(tmp_path / "a.png", Image.fromarray(RGB)), tmp_path / "b.png"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    write_image(read_image(path, "a"), path, copy)
    assert Image.MAX_IMAGE_PIXELS == 10
    assert np.array_equal(pixels_of(copy), RGB)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.integers(1, 30), st.integers(1, 30)), st.sampled_from(sorted(LOSSLESS)), st.integers(0, 2**32 - 1))
def test_without_loss_every_pixel_written_is_the_pixel_read_again(
    tmp_path: Path, size: tuple[int, int], suffix: str, seed: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    path = saved(tmp_path / f"a.{suffix}", Image.fromarray(pixels), **LOSSLESS[suffix])
    covered = pixels.copy()
    covered[: size[0] // 2] = 0
    copy = tmp_path / f"b.{suffix}"
    write_image(ImageRecord("a", covered), path, copy)
    assert np.array_equal(pixels_of(copy), covered)


@pytest.mark.parametrize("suffix", ["jpg", "gif"])
def test_with_loss_what_was_covered_stays_covered(tmp_path: Path, suffix: str) -> None:
    smooth = np.zeros((64, 64, 3), np.uint8)
    smooth[..., 0], smooth[..., 1] = np.arange(64)[:, None] * 3, 120
    path, copy = saved(tmp_path / f"a.{suffix}", Image.fromarray(smooth)), tmp_path / f"b.{suffix}"
    record = read_image(path, "a")
    covered = record.pixels.copy()
    covered[16:48, 16:48] = 0
    write_image(ImageRecord("a", covered), path, copy)
    found = pixels_of(copy)
    assert found.shape == smooth.shape
    assert found[18:46, 18:46].max() <= 8
    assert np.abs(found[:8].astype(int) - covered[:8]).mean() < 8
    with Image.open(path) as before, Image.open(copy) as after:
        assert before.format == after.format


def picture_with_everything(path: Path) -> list[bytes]:
    """A picture with a planted word in every place that its format has; the words are returned."""
    words = [b"canary-artist", b"canary-xmp", b"canary-comment", b"canary-profile"]
    exif = Image.Exif()
    exif[0x013B] = words[0].decode()
    options: dict[str, Any] = {"exif": exif, "icc_profile": b"\0" * 36 + b"acsp" + words[3]}
    kind = path.suffix
    if kind in (".jpg", ".webp", ".png"):
        options["xmp"] = b"<x:xmpmeta>" + words[1] + b"</x:xmpmeta>"
    if kind in (".jpg", ".gif"):
        options["comment"] = words[2]
    if kind == ".png":
        from PIL.PngImagePlugin import PngInfo

        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Author", words[2].decode())
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", words[1].decode())
        del options["xmp"]
    if kind == ".tiff":
        options = {"icc_profile": words[3], "tiffinfo": {0x013B: words[0].decode(), 700: words[1]}}
    if kind == ".gif":
        options = {"comment": words[2]}
    Image.fromarray(RGB).save(path, **options)
    data = path.read_bytes()
    if kind == ".jpg":  # IPTC, and a JPEG inside the JPEG as cameras keep it
        thumbnail = io.BytesIO()
        Image.fromarray(RGB[:8, :8]).save(thumbnail, "JPEG", comment=b"canary-thumbnail")
        iptc = b"8BIM\x04\x04\0\0" + struct.pack(">I", 18) + b"\x1c\x02\x50\0\x0dcanary-byline"[:18]
        for body in (b"Photoshop 3.0\0" + iptc, b"JFXX\0\x10" + thumbnail.getvalue()):
            marker = b"\xff\xed" if body.startswith(b"Photoshop") else b"\xff\xe0"
            data = data[:2] + marker + struct.pack(">H", len(body) + 2) + body + data[2:]
        words += [b"canary-thumbnail", b"canary-byline"]
    path.write_bytes(data + b"canary-behind-the-end")
    return [word for word in [*words, b"canary-behind-the-end"] if word in path.read_bytes()]


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tiff"])
def test_a_copy_holds_pixels_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    path, copy = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    planted = picture_with_everything(path)
    assert len(planted) >= (2 if suffix == "gif" else 4), "the test plants too little"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    record = read_image(path, "a")
    assert record.metadata
    write_image(record, path, copy)
    written = copy.read_bytes()
    assert b"canary" not in written
    assert not any(mark in written for mark in (b"Exif", b"xmpmeta", b"8BIM", b"acsp", b"eXIf", b"iCCP", b"tEXt"))
    again = read_image(copy, "a")
    # how a TIFF stores its pixels stands in tags of the same kind
    assert suffix == "tiff" or again.metadata == {}
    assert again.pixels.shape == record.pixels.shape
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before, "the source changed"


def test_a_turned_picture_is_written_upright_and_unmarked(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    path, copy = saved(tmp_path / "a.png", Image.fromarray(RGB), exif=exif), tmp_path / "b.png"
    write_image(read_image(path, "a"), path, copy)
    with Image.open(copy) as picture:
        assert picture.size == (24, 36)
        assert ORIENTATION not in picture.getexif()
    assert np.array_equal(pixels_of(copy), pixels_of(path))


def test_a_kind_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    if not features.check("jpg_2000"):
        pytest.skip("this Pillow writes no JPEG 2000")
    path, copy = saved(tmp_path / "a.jp2", Image.fromarray(RGB)), tmp_path / "b.jp2"
    with pytest.raises(UnreadableError) as caught:
        write_image(read_image(path, "a"), path, copy)
    assert caught.value.reason is Reason.UNSUPPORTED
    assert not copy.exists()
