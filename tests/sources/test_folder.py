"""Walking a folder: everything met comes out, in one order, and nothing is followed out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UsageError
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry, LeftOut, walk
from privacy_audit.sources.kinds import kind_of_bytes, kind_of_name
from privacy_audit.types import Reason


def uris(*items: FileEntry | LeftOut) -> list[str]:
    return [item.uri for item in items]


def problem(items: list[FileEntry | LeftOut], uri: str) -> Reason | None:
    entry = next(item for item in items if item.uri == uri)
    assert isinstance(entry, FileEntry)
    return entry.problem[0] if entry.problem else None


def test_files_come_sorted_and_named_from_the_root(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert uris(*walk([tmp_path])) == ["a/b.txt", "a/z.txt", "b.txt"]


def test_several_paths_share_their_nearest_common_folder_and_no_file_comes_twice(tmp_path: Path) -> None:
    for name in ("one/a.txt", "two/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x")
    paths = [tmp_path / "one", tmp_path / "two" / "b.txt", tmp_path / "one" / "a.txt"]
    assert uris(*walk(paths)) == ["one/a.txt", "two/b.txt"]


def test_a_link_that_loops_ends_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    items = list(walk([tmp_path]))
    assert problem(items, "a/round") is Reason.NOT_A_REGULAR_FILE
    assert problem(items, "self") is Reason.NOT_A_REGULAR_FILE


def test_a_link_to_a_file_inside_is_read_and_one_that_leads_out_is_not(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.txt").write_text("x")
    (root / "real.txt").write_text("x")
    (root / "inside.txt").symlink_to(root / "real.txt")
    (root / "out.txt").symlink_to(tmp_path / "outside.txt")
    items = list(walk([root]))
    assert problem(items, "inside.txt") is None
    assert problem(items, "out.txt") is Reason.LINK_OUTSIDE


def test_a_named_pipe_is_told_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert problem(list(walk([tmp_path])), "pipe.txt") is Reason.NOT_A_REGULAR_FILE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    try:
        assert problem(list(walk([tmp_path])), "closed") is Reason.NOT_PERMITTED
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_what_a_recipe_leaves_out_is_told_with_its_pattern(tmp_path: Path) -> None:
    for name in (".git/config", "build.py", "data/x.txt", "data/y.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    items = list(walk([tmp_path], [".git", "*.py", "data/y*"]))
    assert items[:2] == [LeftOut(".git", ".git"), LeftOut("build.py", "*.py")]
    assert uris(*items[2:]) == ["data/x.txt", "data/y.txt"]
    assert items[3] == LeftOut("data/y.txt", "data/y*")


def test_our_own_output_is_no_data(tmp_path: Path) -> None:
    for folder in ("audit", OWN_FOLDER):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.json").write_text("{}")
    assert not list(walk([tmp_path], own=tmp_path / "audit"))


def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        list(walk([tmp_path / "nowhere"]))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_any_name_the_system_allows_gives_a_uri_that_can_be_written(tmp_path: Path, name: bytes) -> None:
    if name in (b".", b"..", OWN_FOLDER.encode()):
        return
    path = os.path.join(os.fsencode(tmp_path), name)
    with open(path, "wb"):
        pass
    try:
        (entry,) = walk([tmp_path])
        entry.uri.encode("utf-8")
    finally:
        os.unlink(path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.JPG", "image"),
        ("a.b.wav", "audio"),
        ("a.jsonl", "table"),
        ("a.parquet", "table"),
        ("a.arrow", "table"),
        ("a.tar.gz", "other"),
        ("rows.JSONL.gz", "table"),
        ("talk.wav.zst", "audio"),
        ("dump.gz", "unknown"),
        ("a", "unknown"),
        ("x.mp4", "video"),
    ],
)
def test_the_kind_follows_the_last_suffix(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nxx", "image"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio"),
        ("déjà vu".encode() * 2000, "text"),
        (b"\x00\x01\x02", "other"),
        (b"\xe9\xe9\xe9\xe9\xe9\xe9", "other"),
    ],
)
def test_without_a_known_suffix_the_first_bytes_decide(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "nameless"
    path.write_bytes(data)
    assert kind_of_bytes(path) == kind
