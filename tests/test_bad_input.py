"""Files as they are met: damaged, mislabelled, far too large, oddly named. Each is told with its reason, none hides."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import wave
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from privacy_audit.cli.main import cli

MAX_PEAK_BYTES = 350_000_000
"""Of the whole process, libraries and interpreter included."""
MEASURE = """
import resource, subprocess, sys
command = [sys.executable, "-m", "privacy_audit", "scan", "data", "-r", "pre-commit", "-j", "1"]
done = subprocess.run(command, stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

Make = Callable[[Path], Any]


def content(data: bytes) -> Make:
    return lambda path: path.write_bytes(data)


def png(width: int = 4, height: int = 4) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "PNG")
    return buffer.getvalue()


def wav() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\0\1" * 16_000)
    return buffer.getvalue()


def bomb() -> bytes:
    """A picture that says it has 900 million pixels, in a hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


def sparse(n_bytes: int) -> Make:
    """A file of zeros that takes no room on the disk."""

    def make(path: Path) -> None:
        path.touch()
        os.truncate(path, n_bytes)

    return make


def loop(path: Path) -> None:
    path.symlink_to(path)


def link_up(path: Path) -> None:
    path.symlink_to(path.parent, target_is_directory=True)


TABLE = [
    ("empty.txt", content(b""), "EMPTY", "the file is empty"),
    ("empty.png", content(b""), "EMPTY", "the file is empty"),
    ("empty.wav", content(b""), "EMPTY", "the file is empty"),
    ("only a mark.txt", content(b"\xef\xbb\xbf"), "EMPTY", "the file is empty"),
    ("cut.png", content(png(400, 400)[:-60]), "TRUNCATED", "the picture is truncated"),
    ("cut.wav", content(wav()[:9_000]), "TRUNCATED", "the file is shorter than its header says"),
    ("text.wav", content(b"Bonjour."), "MISLABELLED", "the content is no recording that can be read"),
    ("text.jpg", content(b"Bonjour."), "MISLABELLED", "the content is no picture that can be read"),
    ("latin.txt", content("déjà vu".encode("latin-1")), "ENCODING", "not UTF-8, and no mark of another encoding"),
    ("program.txt", content(b"\x7fELF\0\0\xff"), "MISLABELLED", "holds NUL bytes: not a text"),
    ("latin.csv", content("nom\nJosé\n".encode("latin-1")), "ENCODING", "not UTF-8, and no mark of another encoding"),
    ("broken.json", content(b'{"a": '), "CORRUPT", "not valid JSON, or a key stands twice in one object"),
    ("deep.json", content(b"[" * 5_000 + b"]" * 5_000), "CORRUPT", None),
    ("bomb.png", content(bomb()), "TOO_LARGE", "900000000 pixels, more than the limit of 200000000"),
    ("clip.mp4", content(b"x"), "MISLABELLED", "the content is no video that can be read"),
    ("empty.mp4", content(b""), "EMPTY", "the file is empty"),
    ("text.webm", content(b"Bonjour."), "MISLABELLED", "the content is no video that can be read"),
    ("list.mp4", content(b"#EXTM3U\n/etc/passwd\n"), "MISLABELLED", "the content is no video that can be read"),
    ("list.mkv", content(b"ffconcat version 1.0\nfile /etc/passwd\n"), "MISLABELLED", None),
    ("program.mpg", content(b"\0\0\1\xba"), "UNSUPPORTED", "MPEG program streams are not read by this version"),
    ("header only.mov", content(b"\0\0\0\x14ftypqt  \0\0\0\0qt  "), "TRUNCATED", "the file ends before its index"),
    (
        "cut.avi",
        content(b"RIFF\xff\0\0\0AVI LIST" + bytes(16)),
        "TRUNCATED",
        "the file is shorter than its header says",
    ),
    ("rows.parquet", content(b"PAR1"), "TRUNCATED", "the file ends before its index"),
    ("text.parquet", content(b"Bonjour."), "MISLABELLED", "the content is no Parquet file"),
    ("rows.arrow", content(b"ARROW1"), "MISLABELLED", "the content is no Arrow file that can be read"),
    ("shard.tar", content(b"x"), "TRUNCATED", "the file breaks off inside a header"),
    ("unknown.xyz", content(b"\0\1"), "UNSUPPORTED", "this kind of file: not read by this version"),
    ("loop.txt", loop, "NOT_A_REGULAR_FILE", "a link that leads nowhere"),
    ("up", link_up, "NOT_A_REGULAR_FILE", "a link to a folder; not followed, scan that folder itself"),
    ("pipe.txt", os.mkfifo, "NOT_A_REGULAR_FILE", "a named pipe, not a file; not opened"),
    ("two\nlines 'and' \"quotes\".txt", content(b""), "EMPTY", "the file is empty"),
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scan(*arguments: str) -> tuple[int, str, dict[str, Any]]:
    command = ["scan", "data", "-r", "pre-commit", "-j", "1", *arguments]
    result: Any = CliRunner().invoke(cli, command, standalone_mode=False)
    assert result.exception is None, result.exception
    return int(result.return_value), result.stderr, json.loads(Path("audit/report.json").read_text())


@pytest.mark.parametrize(("name", "make", "reason", "detail"), TABLE, ids=[repr(row[0])[1:-1] for row in TABLE])
def test_a_file_that_cannot_be_read_is_told_and_the_scan_is_incomplete(
    here: Path, name: str, make: Make, reason: str, detail: str | None
) -> None:
    make(here / "data" / name)
    (here / "data" / "fine.txt").write_text("Rien ici.")
    code, err, report = scan()
    assert (code, err) == (3, "")
    (entry,) = report["coverage"]["entries"]
    assert (entry["uri"], entry["reason"]) == (name, reason)
    assert detail is None or entry["detail"] == detail
    # of a sound that breaks off the start was listened to
    gap = report["coverage"]["partial"] + report["coverage"]["unscanned"]
    assert (report["coverage"]["complete"], gap) == (1, 1)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("really a picture.jpg", content(png())),
        ("nameless", content(png())),
        ("sound", content(wav())),
        ("UPPER.PNG", content(png())),
        ("wide.txt", content("Rien ici, déjà.".encode("utf-16"))),
        ("marked.csv", content(b"\xef\xbb\xbfa;b\n1;2\n")),
        ("numbers.csv", content(b"1,2\n3,4\n")),
        ("two\nlines 'and' \"quotes\".txt", content(b"Rien.")),
        ("-r.txt", content(b"Rien.")),
    ],
    ids=lambda value: repr(value) if isinstance(value, str) else "",
)
def test_a_file_that_is_only_odd_is_read(here: Path, name: str, make: Make) -> None:
    make(here / "data" / name)
    code, err, report = scan()
    assert (code, err, report["coverage"]["complete"]) == (0, "", 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(here: Path) -> None:
    (here / "data" / "closed.txt").write_text("x")
    (here / "data" / "closed.txt").chmod(0)
    code, _, report = scan()
    assert (code, report["coverage"]["by_reason"]) == (3, {"NOT_PERMITTED": 1})


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_a_line_beyond_the_limit_of_the_recipe_is_told_and_the_other_rows_are_read(here: Path, name: str) -> None:
    email = "camille.durand@courriel-invente.fr"
    rows = [email, "x" * 5_000, email]
    lines = [json.dumps({"text": row}) for row in rows] if name.endswith(".jsonl") else ["text", *rows]
    (here / "data" / name).write_text("\n".join(lines) + "\n")
    Path("small.yaml").write_text("name: small\nscanners: {text_patterns: }\nlimits: {max_line_bytes: 1000}\n")
    code, _, report = scan("-r", "small.yaml")
    assert code == 3
    (entry,) = report["coverage"]["entries"]
    assert (entry["uri"], entry["reason"]) == (f"{name}#row=1", "TOO_LARGE")
    assert report["entities"][0]["count"] == 2


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("bomb.png", content(bomb())),
        ("sparse.txt", sparse(1_000_000_000)),
        ("sparse.jsonl", sparse(300_000_000)),
        ("sparse.csv", sparse(300_000_000)),
        ("sparse.json", sparse(1_000_000_000)),
        ("sparse.png", sparse(1_000_000_000)),
        ("sparse.wav", sparse(1_000_000_000)),
        ("sparse", sparse(1_000_000_000)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_however_large_a_file_is_memory_stays_bounded(here: Path, name: str, make: Make) -> None:
    make(here / "data" / name)
    # a small process in between: a child's peak counts what its parent held when it was started
    measured = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
    exit_code, peak_kib = map(int, measured.stdout.split())
    assert (exit_code, measured.stderr) == (3, "")
    assert peak_kib * 1024 < MAX_PEAK_BYTES
    coverage = json.loads(Path("audit/report.json").read_text())["coverage"]
    # of a table the names of its columns may have been looked at
    assert (coverage["complete"], coverage["partial"] + coverage["unscanned"]) == (0, 1)


def test_a_path_that_does_not_exist_is_a_usage_error(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "privacy_audit", "scan", "nowhere"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "privacy-audit: nowhere: no such file or folder\n"


def test_an_empty_folder_is_incomplete(here: Path) -> None:
    code, _, report = scan()
    assert (code, report["dataset"]["n_files"]) == (3, 0)


def test_none_of_them_is_copied_by_anonymize_and_the_run_goes_to_its_end(here: Path) -> None:
    for name, make, _, _ in TABLE:
        make(here / "data" / name)
    (here / "data" / "fine.txt").write_text("Rien ici.")
    Path("treat.yaml").write_text(
        "name: treat\nscanners: {text_patterns: , image_metadata: , audio_tags: }\n"
        "operators: {text_label: , image_strip_metadata: , audio_strip_tags: }\n"
    )
    command = ["anonymize", "data", "-o", "copy", "-r", "treat.yaml", "-j", "1"]
    result: Any = CliRunner().invoke(cli, command, standalone_mode=False)
    assert result.exception is None, result.exception
    assert int(result.return_value) == 3
    copied = [path.name for path in (here / "copy").rglob("*") if ".privacy-audit" not in path.parts]
    assert copied == ["fine.txt"]
    lines = (here / "copy" / ".privacy-audit" / "quarantine.jsonl").read_text().splitlines()
    assert {json.loads(line)["path"] for line in lines} == {name for name, *_ in TABLE}
