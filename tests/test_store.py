"""The audit folder: what is in it is whole or not there, and what is not ours is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from privacy_audit.errors import OutputError
from privacy_audit.store import AuditFolder, atomic_writer, read_lines, write_lines


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


def test_a_folder_with_an_earlier_audit_is_used_again_and_its_parts_are_forgotten(tmp_path: Path) -> None:
    first = AuditFolder(tmp_path / "audit")
    write_lines(first.part(3), iter([{"file": "x"}]))
    write_lines(first.findings, iter([]))
    (tmp_path / "audit" / ".writing-abc").touch()
    second = AuditFolder(tmp_path / "audit")
    assert not second.part(3).exists()


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
