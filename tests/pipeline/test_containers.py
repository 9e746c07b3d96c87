"""A member of a container is scanned and treated as a file of its name would be; what is unsafe or damaged is told."""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import io
import json
import lzma
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from backports import zstd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from privacy_audit.pipeline import Toolbox, anonymize, scan, treat_file
from privacy_audit.pipeline.scanning import scan_tree
from privacy_audit.recipe import Limits, Recipe
from privacy_audit.sources import _codecs
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import Scanned, Unscanned, finding_to_dict
from privacy_audit.verifying import verify
from privacy_audit.verifying.values import Check

EMAIL = b"camille.durand@courriel-invente.fr"
PHONE = b"06 39 98 12 45"
SCANNERS: dict[str, Any] = {"file_names": {}, "text_patterns": {}, "audio_tags": {}, "image_metadata": {}}
OPERATORS: dict[str, Any] = {"text_label": {}, "audio_strip_tags": {}, "image_strip_metadata": {}}
RECIPE = Recipe("containers", scanners=SCANNERS, operators=OPERATORS)
KINDS = ("a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz", "a.tar.zst", "a.zip")


def limited(**limits: int) -> Recipe:
    return Recipe("containers", scanners=SCANNERS, operators=OPERATORS, limits=Limits(**limits))


def sound() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.linspace(-0.1, 0.1, 8_000, dtype=np.float32), 8_000, format="WAV")
    return file.getvalue()


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "Camille Durand"
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, "JPEG", exif=exif)
    return file.getvalue()


def tar_bytes(files: Sequence[tuple[str, bytes | Mapping[str, Any]]]) -> bytes:
    """A tar as people make them: with the account and the time of who made it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in files:
            header = tarfile.TarInfo(name)
            header.mtime, header.uid, header.uname, header.gname = 1_700_000_000, 1000, "jdupont", "users"
            if isinstance(content, bytes):
                header.size = len(content)
                tar.addfile(header, io.BytesIO(content))
            else:
                for key, value in content.items():
                    setattr(header, key, value)
                tar.addfile(header)
    return made.getvalue()


def packed(data: bytes, codec: str) -> bytes:
    return {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}[codec](data)


def container(path: Path, files: Sequence[tuple[str, bytes]]) -> Path:
    """The kind that the name tells."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files:
                archive.writestr(name, content)
        return path
    plain = tar_bytes(files)
    codec = {".tar": "", ".tgz": "gz"}.get(path.suffix, path.suffix[1:])
    path.write_bytes(packed(plain, codec) if codec else plain)
    return path


def members(path: Path, name: str = "") -> list[tuple[str, bytes]]:
    """Names and contents, in order, by another reader than ours; ``name`` tells the kind where the path does not."""
    if (name or path.name).endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            return [(info.filename, archive.read(info)) for info in archive.infolist()]
    data = path.read_bytes()
    if name.endswith(".zst"):
        data = zstd.decompress(data)
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as tar:
        found = []
        for header in tar:
            file = tar.extractfile(header)
            assert file
            found.append((header.name, file.read()))
        return found


def scanned(source: Path, recipe: Recipe = RECIPE) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The findings, and the reason of each record that was not read."""
    toolbox, findings, unread = Toolbox(recipe), list[dict[str, Any]](), dict[str, str]()
    for entry in walk([source]):
        assert isinstance(entry, FileEntry)
        for item in scan_tree(toolbox, entry):
            if isinstance(item, Scanned):
                findings += map(finding_to_dict, item.findings)
            elif isinstance(item, Unscanned):
                unread[item.record_uri] = item.reason.value
    return findings, unread


def treated(source: Path, output: Path, recipe: Recipe = RECIPE) -> dict[str, str]:
    """Write the treated copy of one file; the reason of each record that was left out."""
    [entry] = walk([source])
    assert isinstance(entry, FileEntry)
    treatment = treat_file(Toolbox(recipe), entry, output)
    lost = [*treatment.quarantined, *(one for _, _, inner in treatment.members or () for one in inner.quarantined)]
    assert treatment.written == output.exists()
    return {one.record_uri: one.reason.value for one in lost}


FILES = [
    ("00001.txt", b"\xc3\x89crivez \xc3\xa0 " + EMAIL),
    ("00001.json", b'{"tel": "' + PHONE + b'", "n": 1.50}'),
    ("sub/marie_lefebvre.txt", b"rien"),
    ("sub/rows.csv", b"id;contact\n1;" + EMAIL + b"\n"),
    ("sub/files.txt", b"voir sub/marie_lefebvre.txt"),
]
TEXT = b"Appelez le " + PHONE + b". " * 300


@pytest.fixture(autouse=True)
def scratch(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Members pass through a folder for temporary files; nothing stays there."""
    folder = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert not list(folder.iterdir())


def folder_of(root: Path, files: list[tuple[str, bytes]]) -> Path:
    for name, content in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


@pytest.mark.parametrize("name", KINDS)
def test_members_are_scanned_as_files_of_their_names(name: str, tmp_path: Path) -> None:
    expected, _ = scanned(folder_of(tmp_path / "folder", FILES))
    found, unread = scanned(container(tmp_path / name, FILES))
    assert not unread

    def places(findings: list[dict[str, Any]], prefix: str) -> set[tuple[str, str, str]]:
        return {
            (item["record_uri"].removeprefix(prefix), item["entity_type"], json.dumps(item["location"]))
            for item in findings
            if not item["record_uri"].endswith("#notes")
        }

    # a path is told relative to its container
    assert places(found, f"{name}::") == places(expected, "")
    owners = [item["entity_type"] for item in found if item["record_uri"] == f"{name}#notes"]
    assert owners == ([] if name.endswith(".zip") else ["USERNAME"])


@pytest.mark.parametrize("name", KINDS)
def test_a_treated_container_holds_what_a_treated_folder_holds_in_the_same_order(name: str, tmp_path: Path) -> None:
    assert not treated(container(tmp_path / name, FILES), tmp_path / "out")
    found = members(tmp_path / "out", name)
    assert [member for member, _ in found] == [
        "00001.txt",
        "00001.json",
        "sub/PERSON.txt",
        "sub/rows.csv",
        "sub/files.txt",
    ]
    assert [content for _, content in found] == [
        "Écrivez à <EMAIL_ADDRESS>".encode(),
        b'{"tel": "<PHONE_NUMBER>", "n": 1.50}',
        b"rien",
        b"id;contact\n1;<EMAIL_ADDRESS>\n",
        b"voir sub/PERSON.txt",
    ]


def test_a_run_reports_members_as_files_under_the_names_of_the_copy(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    container(tmp_path / "source" / "a.tar", [*FILES, ("b.png", b"\x89PNG\r\n\x1a\n damaged")])
    report = anonymize(tmp_path / "source", tmp_path / "out", RECIPE)
    assert report.treatment
    assert report.treatment.records == len(FILES) + 1
    assert (report.coverage.complete, report.coverage.partial, report.coverage.unscanned) == (len(FILES) + 1, 0, 1)
    notes = (tmp_path / "out" / ".privacy-audit" / "operations.jsonl").read_text()
    assert {json.loads(line)["record_uri"] for line in notes.splitlines()} >= {
        "a.tar::sub/PERSON.txt#path",
        "a.tar#notes",
    }
    lost = [json.loads(line) for line in (tmp_path / "out/.privacy-audit/quarantine.jsonl").read_text().splitlines()]
    assert [(line["path"], line["reason"]) for line in lost] == [("a.tar::b.png", "TRUNCATED")]
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert b"lefebvre" not in written
    again = scan([tmp_path / "out"], tmp_path / "audit", RECIPE)
    assert not again.entities
    assert again.dataset.n_files == len(FILES) + 1


def test_verify_reads_the_members_of_a_copy_and_of_its_original(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    container(source / "a.tar", [*FILES, ("a.jpg", photo())])
    anonymize(source, tmp_path / "out", RECIPE)

    def told() -> dict[str, Check]:
        report = verify(tmp_path / "out", tmp_path / "verification", RECIPE, original=source)
        return {check.name: check for check in report.checks}

    checks = told()
    assert checks["surviving_values"].figures["values"] >= 3
    assert checks["surviving_values"].result == "not_disproved"
    assert checks["second_reading_of_metadata"].figures == {"files": 1, "left": 0}
    container(tmp_path / "out" / "a.tar", [*FILES, ("a.jpg", photo())])  # as if nothing had been treated
    checks = told()
    assert checks["surviving_values"].result == "disproved"
    assert checks["second_reading_of_metadata"].figures == {"files": 1, "left": 1}


def test_nothing_tells_who_made_the_copy_and_when(tmp_path: Path) -> None:
    source = container(tmp_path / "a.tar", FILES)
    treated(source, tmp_path / "out")
    assert b"jdupont" not in (tmp_path / "out").read_bytes()
    with tarfile.open(tmp_path / "out") as tar:
        headers = {(header.uid, header.gid, header.uname, header.gname, header.mtime) for header in tar}
    assert headers == {(0, 0, "", "", 0)}
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        info = zipfile.ZipInfo("a.txt", (2024, 5, 6, 7, 8, 9))
        info.comment = b"de la part de " + EMAIL
        archive.writestr(info, b"rien")
        archive.comment = PHONE
    found, _ = scanned(tmp_path / "b.zip")
    assert {item["entity_type"] for item in found} == {"EMAIL_ADDRESS", "PHONE_NUMBER"}
    treated(tmp_path / "b.zip", tmp_path / "out2")
    with zipfile.ZipFile(tmp_path / "out2") as archive:
        assert not archive.comment
        assert [(info.comment, info.date_time) for info in archive.infolist()] == [(b"", (1980, 1, 1, 0, 0, 0))]


def test_a_text_beside_a_sound_of_its_sample_is_tied_to_the_sound(tmp_path: Path) -> None:
    files = [
        ("a/1.wav", sound()),
        ("a/1.txt", TEXT),
        ("a/2.wav", sound()),
        ("a/2.txt", b"rien"),
    ]
    for name in ("s.tar", "s.tar.gz", "s.zip"):
        # a list that speaks of both lies before them in one, behind them in the others
        listed = [("a/corpus.trans.txt", b"2 \xc3\xa9crire \xc3\xa0 " + EMAIL)]
        container(tmp_path / name, [*listed, *files] if name == "s.tar" else [*files, *listed])
        found, _ = scanned(tmp_path / name)
        tied = {
            (item["record_uri"], item["entity_type"]) for item in found if item["location"].get("kind") == "segment"
        }
        assert tied == {(f"{name}::a/1.wav", "PHONE_NUMBER"), (f"{name}::a/2.wav", "EMAIL_ADDRESS")}


def test_a_kaldi_folder_in_a_shard_is_read_as_a_kaldi_folder(tmp_path: Path) -> None:
    files = [
        ("data/wav.scp", b"rec1 audio/rec1.wav\n"),
        ("data/text", b"utt1 appelez le " + PHONE + b"\n"),
        ("data/segments", b"utt1 rec1 0.1 0.9\n"),
        ("data/audio/rec1.wav", sound()),
    ]
    found, unread = scanned(container(tmp_path / "a.tar", files))
    assert not unread
    [tied] = [item for item in found if item["record_uri"] == "a.tar::data/audio/rec1.wav"]
    assert tied["location"] == {"kind": "segment", "start": 0.1, "end": 0.9}


def test_a_sample_stays_a_sample_when_its_key_is_treated(tmp_path: Path) -> None:
    files = [
        ("marie_lefebvre.json", b"{}"),
        ("jean_dupuis.json", b"[]"),
        ("jean_dupuis.txt", b"jean"),
        ("PERSON.txt", b"nobody"),
        ("marie_lefebvre.txt", b"marie"),
        ("marie_lefebvre.txt", b"again"),
    ]
    treated(container(tmp_path / "a.tar", files), tmp_path / "out")
    found = members(tmp_path / "out")
    assert [content for _, content in found] == [content for _, content in files]
    keys = [name.partition(".")[0] for name, _ in found]
    assert keys[0] == keys[4]
    assert keys[1] == keys[2]
    assert len({keys[0], keys[1], keys[3], keys[5]}) == 4
    assert len({name for name, _ in found}) == len(found)


def test_what_is_no_plain_file_inside_the_container_is_told_and_never_opened(tmp_path: Path) -> None:
    data = tar_bytes(
        [
            ("../out.txt", TEXT),
            ("/etc/passwd", TEXT),
            ("a/link.txt", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}),
            ("a/hard.txt", {"type": tarfile.LNKTYPE, "linkname": "a/b.txt"}),
            ("a/device", {"type": tarfile.CHRTYPE}),
            ("a/pipe", {"type": tarfile.FIFOTYPE}),
            ("a/", {"type": tarfile.DIRTYPE}),
            ("a/" + "x" * 240 + ".txt", TEXT),
            ("a/b.txt", TEXT),
            ("a/b.txt/c.txt", TEXT),
        ]
    )
    (tmp_path / "a.tar").write_bytes(data)
    found, unread = scanned(tmp_path / "a.tar")
    assert unread == {
        "a.tar::../out.txt": "LINK_OUTSIDE",
        "a.tar::/etc/passwd": "LINK_OUTSIDE",
        "a.tar::a/link.txt": "NOT_A_REGULAR_FILE",
        "a.tar::a/hard.txt": "NOT_A_REGULAR_FILE",
        "a.tar::a/device": "NOT_A_REGULAR_FILE",
        "a.tar::a/pipe": "NOT_A_REGULAR_FILE",
        "a.tar::a/" + "x" * 240 + ".txt": "CORRUPT",
    }
    assert {item["record_uri"] for item in found} == {"a.tar#notes", "a.tar::a/b.txt", "a.tar::a/b.txt/c.txt"}
    left_out = treated(tmp_path / "a.tar", tmp_path / "out")
    assert set(left_out) == set(unread)
    assert [name for name, _ in members(tmp_path / "out")] == ["a/b.txt", "a/b.txt/c.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar", "out"]


WHOLE = tar_bytes([("1.txt", TEXT), ("2.txt", TEXT), ("3.txt", TEXT)])
SECOND = 512 + (len(TEXT) + 511) // 512 * 512
"""Where the header of the second member begins."""


@pytest.mark.parametrize(
    ("data", "reason", "read"),
    [
        (WHOLE[: SECOND + 512 + 300], "TRUNCATED", 1),
        (WHOLE[: 2 * SECOND], "TRUNCATED", 2),
        (WHOLE[: SECOND + 100], "TRUNCATED", 1),
        (WHOLE[: SECOND + 20] + b"?" + WHOLE[SECOND + 21 :], "CORRUPT", 1),
        (WHOLE + WHOLE, "UNSUPPORTED", 3),
        (tar_bytes([]), "EMPTY", 0),
        (b"", "EMPTY", 0),
        (b"no tar at all, but a text. " * 60, "MISLABELLED", 0),
    ],
    ids=["in a member", "at an edge", "in a header", "bad header", "two in one", "no member", "no byte", "a text"],
)
def test_a_shard_is_read_as_far_as_it_is_whole_and_the_rest_is_told(
    data: bytes, reason: str, read: int, tmp_path: Path
) -> None:
    (tmp_path / "a.tar").write_bytes(data)
    found, unread = scanned(tmp_path / "a.tar")
    assert unread["a.tar"] == reason
    assert len({item["record_uri"] for item in found if "::" in item["record_uri"]}) == read
    left_out = treated(tmp_path / "a.tar", tmp_path / "out")
    assert left_out["a.tar"] == reason
    copied = [name for name, _ in members(tmp_path / "out")] if read else []
    assert copied == ["1.txt", "2.txt", "3.txt"][:read]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(cut=st.integers(0, 3 * SECOND + 511))
def test_wherever_a_shard_is_cut_before_its_end_mark_that_is_told(cut: int, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        (Path(folder) / "a.tar").write_bytes(WHOLE[:cut])
        assert scanned(Path(folder) / "a.tar")[1]


def test_a_member_of_ten_gigabytes_is_passed_over_and_the_next_is_read(tmp_path: Path) -> None:
    huge, small = tarfile.TarInfo("huge.wav"), tarfile.TarInfo("a.txt")
    huge.size, small.size = 10_000_000_000, len(TEXT)
    with (tmp_path / "a.tar").open("wb") as file:
        file.write(huge.tobuf())
        file.seek((huge.size + 511) // 512 * 512, os.SEEK_CUR)  # a hole: nothing is written
        file.write(small.tobuf() + TEXT + b"\0" * (-len(TEXT) % 512) + b"\0" * 1024)
    found, unread = scanned(tmp_path / "a.tar")
    assert unread == {"a.tar::huge.wav": "TOO_LARGE"}
    assert {item["record_uri"] for item in found} == {"a.tar::a.txt"}


def test_a_member_that_only_says_that_it_is_large_ends_the_shard(tmp_path: Path) -> None:
    header = tarfile.TarInfo("huge.txt")
    header.size = 10_000_000_000
    (tmp_path / "a.tar").write_bytes(header.tobuf() + TEXT)
    _, unread = scanned(tmp_path / "a.tar", limited(max_member_bytes=20_000_000_000))
    assert unread == {"a.tar": "TRUNCATED", "a.tar::huge.txt": "TOO_LARGE"}  # more than a file of its size may hold


@pytest.mark.parametrize("name", ["a.tar.gz", "a.zip", "rows.jsonl.gz", "rows.csv.zst", "a.txt.xz"])
def test_a_bomb_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_codecs, "_FREE_BYTES", 1 << 20)
    zeros = b"0" * (8 << 20)
    if ".tar" in name or name.endswith(".zip"):
        container(tmp_path / name, [("zeros.txt", zeros)])
    else:
        (tmp_path / name).write_bytes(packed(zeros, name.rpartition(".")[2]))
    assert (tmp_path / name).stat().st_size < 40_000
    found, unread = scanned(tmp_path / name)
    assert not [item for item in found if item["entity_type"] != "USERNAME"]
    assert set(unread.values()) == {"TOO_LARGE"}
    left_out = treated(tmp_path / name, tmp_path / "out")
    assert set(left_out.values()) == {"TOO_LARGE"}
    assert not (tmp_path / "out").exists()


def test_containers_are_opened_to_a_depth_and_the_rest_is_told(tmp_path: Path) -> None:
    inner = container(tmp_path / "c.zip", [("a.txt", TEXT)])
    middle = container(tmp_path / "b.tar", [("c.zip", inner.read_bytes()), ("b.txt", TEXT)])
    outer = container(tmp_path / "a.zip", [("b.tar", middle.read_bytes()), ("a.txt", TEXT)])
    found, unread = scanned(outer)
    texts = {item["record_uri"] for item in found if item["entity_type"] == "PHONE_NUMBER"}
    assert texts == {"a.zip::a.txt", "a.zip::b.tar::b.txt"}
    assert unread == {"a.zip::b.tar::c.zip": "UNSUPPORTED"}
    found, unread = scanned(outer, limited(max_container_depth=3))
    assert "a.zip::b.tar::c.zip::a.txt" in {item["record_uri"] for item in found}
    assert not unread
    assert set(treated(outer, tmp_path / "out")) == set(unread) | {"a.zip::b.tar::c.zip"}
    [(first, data), (second, text)] = members(tmp_path / "out", "a.zip")
    assert (first, second) == ("b.tar", "a.txt")
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert tar.getnames() == ["b.txt"]
    assert PHONE not in data + text


def test_what_a_zip_cannot_give_is_told(tmp_path: Path) -> None:
    path = container(tmp_path / "a.zip", [("a.txt", TEXT), ("b.txt", TEXT)])
    data = path.read_bytes()
    central = data.index(b"PK\x01\x02")
    encrypted = bytearray(data)
    encrypted[6] |= 1  # the flag of the first member, in both of its headers
    encrypted[central + 8] |= 1
    path.write_bytes(encrypted)
    assert scanned(path)[1] == {"a.zip::a.txt": "UNSUPPORTED"}
    assert treated(path, tmp_path / "out") == {"a.zip::a.txt": "UNSUPPORTED"}
    assert [name for name, _ in members(tmp_path / "out", "a.zip")] == ["b.txt"]
    path.write_bytes(data[: len(data) // 2])
    assert scanned(path)[1] == {"a.zip": "CORRUPT"}
    wrong = bytearray(data)
    wrong[45] ^= 0xFF  # in the packed bytes of the first member
    path.write_bytes(wrong)
    assert scanned(path)[1] == {"a.zip::a.txt": "CORRUPT"}


def test_a_damaged_packed_shard_is_told(tmp_path: Path) -> None:
    for name, codec in (("a.tar.gz", "gz"), ("a.tar.xz", "xz"), ("a.tar.zst", "zst"), ("a.tar.bz2", "bz2")):
        data = packed(WHOLE, codec)
        (tmp_path / name).write_bytes(data[: len(data) - 12])
        _, unread = scanned(tmp_path / name)
        assert unread[name] in ("TRUNCATED", "CORRUPT")
        (tmp_path / name).write_bytes(b"no packed file")
        assert scanned(tmp_path / name)[1] == {name: "CORRUPT"}


def test_a_member_that_cannot_be_read_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    files = [("a.txt", TEXT), ("b.png", b"\x89PNG\r\n\x1a\n damaged"), ("c.txt", TEXT)]
    source = container(tmp_path / "a.tar", files)
    assert treated(source, tmp_path / "out") == {"a.tar::b.png": "TRUNCATED"}
    assert [name for name, _ in members(tmp_path / "out")] == ["a.txt", "c.txt"]


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    source = container(tmp_path / "a.tar", [(f"{number}.txt", TEXT) for number in range(4)])
    found, unread = scanned(source, limited(max_members=2))
    assert unread == {"a.tar": "TOO_LARGE"}
    assert {item["record_uri"] for item in found} == {"a.tar#notes", "a.tar::0.txt", "a.tar::1.txt"}


def test_members_are_numbered_where_paths_are_hidden(tmp_path: Path) -> None:

    source = container(tmp_path / "a.tar", [("marie_lefebvre.txt", TEXT), ("b.txt", TEXT)])
    scan([source], tmp_path / "audit", dataclasses.replace(RECIPE, hide_paths=True))
    written = "".join(path.read_text() for path in (tmp_path / "audit").iterdir() if path.is_file())
    assert "lefebvre" not in written
    assert "file-000001::000001" in written
