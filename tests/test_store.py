"""The audit folder: what is in it is whole or not there, one run writes at a time, and what is not ours is left alone."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.errors import OutputError
from privacy_audit.store import (
    AuditFolder,
    Segments,
    SegmentWriter,
    atomic_writer,
    finished_segment,
    read_lines,
    write_lines,
)

MADE = {"segment": 1, "key": "k"}
ONE, TWO = "0" * 15 + "1", "f" * 16


def written(folder: Path, *parts: tuple[str, str], made: Any = MADE, again: bool = False) -> Path:
    writer = SegmentWriter(folder, made)
    for file_id, word in parts:
        writer.add(file_id, {"word": word}, [{"scanned": word}], lambda: again)
    writer.close()
    return writer.path


def words(folder: Path, file_id: str, **chosen: bool) -> list[str]:
    segments = Segments(folder, MADE)
    found = [segments.part(place).header["word"] for place in segments.places(file_id, **chosen)]
    segments.close()
    return found


def test_lines_are_read_as_they_were_written_even_half_characters(tmp_path: Path) -> None:
    lines = [{"a": "é\u2028\ud800\n"}, {"b": [1, 2.5, None]}]
    write_lines(tmp_path / "x.jsonl", iter(lines))
    assert list(read_lines(tmp_path / "x.jsonl")) == lines
    assert (tmp_path / "x.jsonl").read_bytes().count(b"\n") == 2


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    lines = ({"share": 1 / number} for number in (1, 0))
    with pytest.raises(ZeroDivisionError):
        write_lines(path, lines)
    assert path.read_text() == "old"
    assert [child.name for child in tmp_path.iterdir()] == ["report.json"]


def test_what_is_written_can_be_read_by_others(tmp_path: Path) -> None:
    with atomic_writer(tmp_path / "x") as temporary:
        temporary.write_text("x")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


def test_parts_are_found_by_their_file_over_segments_the_newest_first(tmp_path: Path) -> None:
    written(tmp_path, (ONE, "old"), (TWO, "other"))
    written(tmp_path, (ONE, "new"))
    assert words(tmp_path, ONE) == ["new", "old"]
    assert words(tmp_path, TWO) == ["other"]
    assert words(tmp_path, "a" * 16) == []


def test_parts_that_ask_to_be_read_again_are_told_apart(tmp_path: Path) -> None:
    written(tmp_path, (ONE, "whole"))
    written(tmp_path, (ONE, "failed"), again=True)
    assert words(tmp_path, ONE) == ["failed", "whole"]
    assert words(tmp_path, ONE, to_keep=True) == ["whole"]


def test_segments_that_were_made_with_something_else_are_left_aside(tmp_path: Path) -> None:
    other = written(tmp_path, (ONE, "x"), made={"segment": 1, "key": "another"})
    assert words(tmp_path, ONE) == []
    assert Segments(tmp_path, MADE).others == [other]


def test_segments_that_come_later_keep_the_places_of_the_earlier(tmp_path: Path) -> None:
    written(tmp_path, (ONE, "first"))
    segments = Segments(tmp_path, MADE)
    (before,) = segments.places(ONE)
    written(tmp_path, (TWO, "second"))
    segments.read_new()
    assert segments.part(before).header["word"] == "first"
    assert [segments.part(place).header["word"] for place in segments.places(TWO)] == ["second"]


@settings(max_examples=30)
@given(cut=st.integers(min_value=0), words_=st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_wherever_a_process_is_killed_its_segment_holds_whole_parts_only(
    tmp_path_factory: pytest.TempPathFactory, cut: int, words_: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = written(folder, *((f"{number:016x}", word) for number, word in enumerate(words_)))
    whole = path.read_bytes()
    path.write_bytes(whole[: cut % (len(whole) + 1)])
    found = [words(folder, f"{number:016x}") for number in range(len(words_))]
    n_whole = sum(map(len, found))
    assert found == [[word] for word in words_[:n_whole]] + [[]] * (len(words_) - n_whole)
    assert n_whole == len(words_) or cut % (len(whole) + 1) < len(whole)


def test_a_part_whose_lines_were_changed_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, (ONE, "word"), (TWO, "other"))
    path.write_bytes(path.read_bytes().replace(b'"scanned": "word"', b'"scanned": "ward"'))
    assert words(tmp_path, ONE) == []
    assert words(tmp_path, TWO) == ["other"]


def test_a_full_disk_leaves_nothing_of_a_part_and_what_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(io.FileIO):
        def write(self, data: Any) -> int:
            room = 300 - self.seek(0, os.SEEK_END)
            if room <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(bytes(data)[:room])

    monkeypatch.setattr(io, "FileIO", Small)
    writer = SegmentWriter(tmp_path, MADE)
    writer.add(ONE, {"word": "fits"}, [{"scanned": "x"}])
    with pytest.raises(OSError, match="No space left"):
        writer.add(TWO, {"word": "does not"}, [{"scanned": "x" * 1000}])
    writer.add(TWO, {"word": "small"}, [])
    writer.close()
    assert (words(tmp_path, ONE), words(tmp_path, TWO)) == (["fits"], ["small"])


def test_the_folder_of_an_earlier_audit_is_used_again(tmp_path: Path) -> None:
    with AuditFolder(tmp_path / "audit") as first:
        written(first.store, (ONE, "kept"))
    (tmp_path / "audit" / ".writing-abc").touch()
    (tmp_path / "audit" / ".parts").mkdir()
    (tmp_path / "audit" / ".parts" / "000000000.jsonl").write_text("of an earlier version")
    with AuditFolder(tmp_path / "audit") as second:
        assert words(second.store, ONE) == ["kept"]
    assert [path.name for path in (tmp_path / "audit").iterdir()] == [".store"]


def test_a_second_run_in_the_same_folder_is_refused_and_after_the_first_is_not(tmp_path: Path) -> None:
    with AuditFolder(tmp_path / "audit"), pytest.raises(OutputError, match="another run is writing there"):
        AuditFolder(tmp_path / "audit")
    with AuditFolder(tmp_path / "audit"):
        pass


def test_a_report_is_that_of_its_segment_until_it_is_edited(tmp_path: Path) -> None:
    with AuditFolder(tmp_path / "audit") as folder:
        for path in (folder.json, folder.html, folder.findings, folder.coverage):
            path.write_text("{}")
        old, new = written(folder.store, (ONE, "old")), written(folder.store, (ONE, "new"))
        folder.finish(new, [old, new])
    assert finished_segment(tmp_path / "audit") == new
    assert not old.exists()
    folder.html.write_text("rendered again")
    assert finished_segment(tmp_path / "audit") == new
    folder.findings.write_text("edited")
    assert finished_segment(tmp_path / "audit") is None
    assert finished_segment(tmp_path) is None


def test_a_folder_with_other_things_is_refused_without_naming_them(tmp_path: Path) -> None:
    (tmp_path / "jean_dupuis.txt").touch()
    with pytest.raises(
        OutputError, match=r"holds other things \(1 entries\); choose an empty folder with -o"
    ) as caught:
        AuditFolder(tmp_path)
    assert "dupuis" not in str(caught.value).removeprefix(str(tmp_path))


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("x")
    with pytest.raises(OutputError, match="cannot be used as output folder"):
        AuditFolder(tmp_path / "audit")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="cannot be"):
        AuditFolder(tmp_path / "closed" / "audit")
