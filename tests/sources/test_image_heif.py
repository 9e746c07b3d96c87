"""HEIC: what it says is told in any case, its pixels are read by PyAV, and no copy of it is written."""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.pipeline import Toolbox, scan, treat_file
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.image_file import read_image, read_images
from privacy_audit.sources.kinds import kind_of_bytes
from privacy_audit.types import Reason

av = pytest.importorskip("av")

SIDE_PX = 64
COLOURS = [(200, 40, 40), (40, 200, 40), (40, 40, 200), (200, 200, 40)]
RECIPE = Recipe("t", scanners={"image_metadata": {}, "image_faces": {}}, operators={"image_strip_metadata": {}})


def box(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name.encode() + body


def full(name: str, version: int, *parts: bytes) -> bytes:
    return box(name, bytes((version, 0, 0, 0)), *parts)


def coded(folder: Path, colour: tuple[int, int, int]) -> tuple[bytes, bytes]:
    """One tile as HEVC: its configuration and its bytes."""
    path = folder / "tile.mkv"
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx265", rate=1, options={"x265-params": "log-level=none", "crf": "4"})
        stream.width = stream.height = SIDE_PX
        stream.pix_fmt = "yuv420p"
        pixels = np.full((SIDE_PX, SIDE_PX, 3), colour, np.uint8)
        target.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        target.mux(stream.encode())
    with av.open(str(path)) as source:
        (packet,) = [packet for packet in source.demux() if packet.size]
        return bytes(source.streams.video[0].codec_context.extradata), bytes(packet)


@pytest.fixture(scope="module")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[bytes, bytes]]:
    if "libx265" not in av.codec.codecs_available:
        pytest.skip("this PyAV writes no HEVC")
    return [coded(tmp_path_factory.mktemp("tiles"), colour) for colour in COLOURS]


def exif() -> bytes:
    block = Image.Exif()
    block[0x013B] = "canary-artist"
    block.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)
    return bytes(4) + block.tobytes().removeprefix(b"Exif\0\0")


def heic(
    path: Path, tiles: Sequence[tuple[bytes, bytes]], turns: bytes = b"", size: tuple[int, int] = (120, 100)
) -> Path:
    """A grid of 2 x 2 tiles that is cut to ``size``, with EXIF and XMP, as phones write it."""
    xmp = b"<x:xmpmeta><rdf:li><mwg-rs:Name>canary-name</mwg-rs:Name></rdf:li></x:xmpmeta>"
    grid = struct.pack(">BBBBHH", 0, 0, 1, 1, *size)
    contents = [*(data for _, data in tiles), exif(), xmp, grid]
    kinds = [*["hvc1"] * 4, "Exif", "mime", "grid"]
    entries = [
        full(
            "infe", 2, struct.pack(">HH", number, 0), kind.encode(), b"\0", b"application/rdf+xml\0" * (kind == "mime")
        )
        for number, kind in enumerate(kinds, 1)
    ]
    n_turns = turns.count(b"irot") + turns.count(b"imir")
    properties = box(
        "ipco", *(box("hvcC", setup) for setup, _ in tiles), spatial(SIDE_PX, SIDE_PX), spatial(*size), turns
    )
    linked = [(number, [number, 5]) for number in range(1, 5)] + [(7, [6, *range(7, 7 + n_turns)])]
    association = b"".join(struct.pack(">HB", number, len(to)) + bytes(to) for number, to in linked)
    ipma = full("ipma", 0, struct.pack(">I", len(linked)), association)
    references = full("iref", 0, box("dimg", struct.pack(">HH4H", 7, 4, 1, 2, 3, 4)))

    def meta(start: int) -> bytes:
        places, at = b"", start
        for number, content in enumerate(contents, 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(content))
            at += len(content)
        return full(
            "meta", 0, full("hdlr", 0, bytes(4), b"pict", bytes(13)), full("pitm", 0, struct.pack(">H", 7)),
            full("iloc", 0, b"\x44\0", struct.pack(">H", len(contents)), places),
            full("iinf", 0, struct.pack(">H", len(entries)), *entries), references, box("iprp", properties, ipma),
        )  # fmt: skip

    head = box("ftyp", b"heic", bytes(4), b"mif1heic")
    start = len(head) + len(meta(0)) + 8
    path.write_bytes(head + meta(start) + box("mdat", *contents))
    return path


def spatial(width: int, height: int) -> bytes:
    return full("ispe", 0, struct.pack(">II", width, height))


def colour_at(pixels: Any, row: int, column: int) -> int:
    """Which of the four colours is there."""
    return int(np.abs(np.array(COLOURS) - pixels[row, column].astype(int)).sum(axis=1).argmin())


@pytest.mark.parametrize(
    ("turns", "corners", "shape"),
    [
        (b"", [0, 1, 2, 3], (100, 120, 3)),
        (box("irot", b"\1"), [1, 3, 0, 2], (120, 100, 3)),
        (box("irot", b"\2"), [3, 2, 1, 0], (100, 120, 3)),
        (box("imir", b"\1"), [1, 0, 3, 2], (100, 120, 3)),
        (box("imir", b"\0"), [2, 3, 0, 1], (100, 120, 3)),
        (box("irot", b"\1") + box("imir", b"\1"), [3, 1, 2, 0], (120, 100, 3)),
    ],
    ids=["as it is", "quarter", "half", "mirrored", "upside down", "both"],
)
def test_the_tiles_are_put_together_and_turned(
    tmp_path: Path, tiles: list[tuple[bytes, bytes]], turns: bytes, corners: list[int], shape: tuple[int, ...]
) -> None:
    pixels = read_image(heic(tmp_path / "a.heic", tiles, turns), "a").pixels
    assert pixels.shape == shape
    places = [(5, 5), (5, shape[1] - 5), (shape[0] - 5, 5), (shape[0] - 5, shape[1] - 5)]
    assert [colour_at(pixels, *place) for place in places] == corners


def test_what_a_heic_picture_says_is_reported_and_no_copy_is_written(
    tmp_path: Path, tiles: list[tuple[bytes, bytes]]
) -> None:
    path = heic(tmp_path / "a.heic", tiles)
    report = scan([path], tmp_path / "audit", RECIPE)
    assert {"AUTHOR_METADATA", "GPS_POSITION", "FACE_REGION_NAME"} <= {item.entity_type for item in report.entities}
    assert report.coverage.entries == ()
    treatment = treat_file(
        Toolbox(RECIPE), FileEntry(path, "a.heic", "image", path.stat().st_size), tmp_path / "b.heic"
    )
    assert [(lost.reason, "convert it first" in lost.detail) for lost in treatment.quarantined] == [
        (Reason.UNSUPPORTED, True)
    ]
    assert not (tmp_path / "b.heic").exists()


def test_without_pyav_what_it_says_is_reported_all_the_same_and_its_pixels_are_unscanned(
    tmp_path: Path, tiles: list[tuple[bytes, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = heic(tmp_path / "a.heic", tiles)
    monkeypatch.setitem(sys.modules, "av", None)
    records = read_images(path, "a")
    assert next(records).metadata["Artist"] == "canary-artist"
    with pytest.raises(MissingDependencyError):
        next(records)
    report = scan([path], tmp_path / "audit", RECIPE)
    assert {"AUTHOR_METADATA", "GPS_POSITION", "FACE_REGION_NAME"} <= {item.entity_type for item in report.entities}
    assert {(entry.scanner, entry.reason) for entry in report.coverage.entries} == {
        ("*", "MISSING_DEPENDENCY"),
        ("image_faces", "UNSUPPORTED"),
    }
    treatment = treat_file(
        Toolbox(RECIPE), FileEntry(path, "a.heic", "image", path.stat().st_size), tmp_path / "b.heic"
    )
    assert not treatment.written


def test_the_limit_of_pixels_holds_before_anything_is_decoded(tmp_path: Path, tiles: list[tuple[bytes, bytes]]) -> None:
    path = heic(tmp_path / "a.heic", tiles, size=(40_000, 40_000))
    with pytest.raises(UnreadableError) as caught:
        list(read_images(path, "a"))
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_picture_without_a_name_is_known_by_its_first_bytes(tmp_path: Path, tiles: list[tuple[bytes, bytes]]) -> None:
    assert kind_of_bytes(heic(tmp_path / "nameless", tiles)) == "image"
    assert read_image(heic(tmp_path / "a.jpg", tiles), "a").pixels.shape == (100, 120, 3)


def test_a_cut_or_damaged_heic_is_told_and_never_a_crash(tmp_path: Path, tiles: list[tuple[bytes, bytes]]) -> None:
    whole, draw = heic(tmp_path / "a.heic", tiles).read_bytes(), random.Random(7)
    path = tmp_path / "b.heic"
    for number in range(120):
        damaged = bytearray(whole)
        if number % 3 == 0:
            del damaged[draw.randrange(len(whole)) :]
        for _ in range(draw.choice((1, 3, 20))):
            if damaged:
                damaged[draw.randrange(min(len(damaged), draw.choice((400, 1200, len(whole)))))] = draw.randrange(256)
        path.write_bytes(damaged)
        try:
            assert read_image(path, "a", max_pixels=1_000_000).pixels.size
        except UnreadableError as error:
            assert error.reason in Reason  # noqa: PT017 - most damage is seen, some makes another picture
    path.write_bytes(box("ftyp", b"msf1", bytes(4)) + box("moov", bytes(20)))
    with pytest.raises(UnreadableError) as caught:
        list(read_images(path, "a"))
    assert caught.value.reason is Reason.UNSUPPORTED
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(20))
    with pytest.raises(UnreadableError) as caught:
        list(read_images(path, "a"))
    assert caught.value.reason is Reason.CORRUPT
