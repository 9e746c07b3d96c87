"""What a check keeps by content: found again, bounded, shared between processes, and never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from privacy_audit.pipeline import check_cache
from privacy_audit.pipeline.check_cache import CheckCache, installed_stamp

ENTRY = {"told": [{"where": "line 1"}]}


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_entry_is_found_by_path_content_and_settings_and_by_nothing_else(tmp_path: Path) -> None:
    CheckCache(tmp_path, "r").write("a.txt", "1", ENTRY)
    assert CheckCache(tmp_path, "r").read("a.txt", "1") == ENTRY
    assert CheckCache(tmp_path, "r").read("a.txt", "2") is None
    assert CheckCache(tmp_path, "r").read("b.txt", "1") is None
    assert CheckCache(tmp_path, "s").read("a.txt", "1") is None


def test_what_is_installed_is_part_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = installed_stamp()
    assert installed_stamp() == before
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    with_site = installed_stamp()
    assert with_site != before
    (site / "plugin").mkdir()
    os.utime(site, (1, 1))
    assert installed_stamp() != with_site
    monkeypatch.setattr(check_cache, "__version__", "99")
    assert installed_stamp() not in (before, with_site)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_an_entry_that_cannot_be_read_is_as_if_it_were_not_there(tmp_path: Path, content: bytes) -> None:
    cache = CheckCache(tmp_path, "r")
    cache.write("a.txt", "1", ENTRY)
    (file,) = files(tmp_path)
    file.write_bytes(content)
    assert cache.read("a.txt", "1") is None
    cache.write("a.txt", "1", ENTRY)
    assert cache.read("a.txt", "1") == ENTRY


def test_a_folder_that_cannot_be_written_to_keeps_nothing_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "check").write_text("a file where the folder should be")
    cache = CheckCache(tmp_path, "r")
    cache.write("a.txt", "1", ENTRY)
    assert cache.read("a.txt", "1") is None


def test_the_oldest_entries_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_cache, "_MAX_PER_FOLDER", 1)
    cache = CheckCache(tmp_path, "r")
    for number in range(400):
        cache.write("a.txt", str(number), ENTRY)
    assert 100 < len(files(tmp_path)) <= 256
    assert cache.read("a.txt", "399") == ENTRY


def test_many_processes_may_write_the_same_entries_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from privacy_audit.pipeline.check_cache import CheckCache\n"
        "cache = CheckCache(Path(sys.argv[1]), 'r')\n"
        "for round in range(8):\n"
        "    for number in range(10):\n"
        "        found = cache.read('a.txt', str(number))\n"
        "        assert found is None or found == {'told': [number] * 1000}, found\n"
        "        cache.write('a.txt', str(number), {'told': [number] * 1000})\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    kept = files(tmp_path)
    assert len(kept) == 10
    assert {len(json.loads(path.read_text())["told"]) for path in kept} == {1000}
