"""A git repository as a source: which lines are new, by git's own word, and contents by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UsageError
from privacy_audit.sources.git import GITLINK, LINK, Change, Repository

LINES = st.lists(st.sampled_from(["a", "b", "@@ -1 +1 @@", "+c", "-d", "diff --git a b", "index 1..2", ""]), max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=LINES, new=LINES)
def test_without_its_added_lines_the_new_text_is_part_of_the_old_one(git: Any, old: list[str], new: list[str]) -> None:
    git.write("a.txt", "".join(f"{line}\n" for line in old))
    git.commit()
    git.write("a.txt", "".join(f"{line}\n" for line in new))
    git.run("add", "--all")
    changes = Repository(git.root).staged()
    assert len(changes) == (old != new)
    added = {n for change in changes for first, last in change.added or () for n in range(first, last + 1)}
    rest = iter(old)
    assert all(line in rest for number, line in enumerate(new, 1) if number not in added)
    assert added <= set(range(1, len(new) + 1))


def test_every_kind_of_change_is_told_apart(git: Any) -> None:
    git.write("changed.txt", "a\nb\n")
    git.write("gone.txt", "x\n")
    git.write("moved.txt", "1\n2\n3\n4\n5\n")
    git.write("becomes_link", "x\n")
    git.commit()
    git.write("changed.txt", "a\nc\nb\n")
    git.run("rm", "-q", "gone.txt")
    git.run("mv", "moved.txt", "here.txt")
    git.write("new.txt", "n\n")
    (git.root / "becomes_link").unlink()
    (git.root / "becomes_link").symlink_to("new.txt")
    git.run("add", "--all")
    changes = {change.path: change for change in Repository(git.root).staged()}
    assert set(changes) == {"changed.txt", "here.txt", "new.txt", "becomes_link"}
    assert (changes["changed.txt"].added, changes["changed.txt"].moved) == (((2, 2),), False)
    assert (changes["here.txt"].added, changes["here.txt"].moved) == ((), True)
    assert (changes["new.txt"].old_blob, changes["new.txt"].added, changes["new.txt"].moved) == (None, None, True)
    assert (changes["becomes_link"].mode, changes["becomes_link"].old_blob) == (LINK, None)


def test_contents_are_read_by_name_one_after_the_other_and_what_is_not_there_is_none(git: Any) -> None:
    big = bytes(range(256)) * 10_000
    git.write("a.bin", big)
    git.write("b.txt", "")
    git.commit()
    repository = Repository(git.root)
    tracked = repository.tracked()
    with repository.blobs() as blobs:
        for name, content in (("a.bin", big), ("b.txt", b""), ("a.bin", big)):
            blocks = blobs.read(tracked[name].blob)
            assert blocks is not None
            assert b"".join(blocks) == content
            assert blobs.read("0" * 40) is None
            assert blobs.read("HEAD") is None  # a commit, whose text is passed over
        blocks = blobs.read("HEAD:b.txt")
        assert blocks is not None
        assert b"".join(blocks) == b""


def test_all_files_of_the_index_or_of_a_commit_are_listed_from_anywhere_in_the_tree(git: Any) -> None:
    git.write("folder/a.txt", "a\n")
    git.commit()
    git.write("folder/b.txt", "b\n")
    head = git.run("rev-parse", "HEAD").strip()
    git.run("update-index", "--add", "--cacheinfo", f"{GITLINK},{head},lib")
    git.run("add", "folder/b.txt")
    repository = Repository(git.root / "folder")
    assert set(repository.tracked()) == {"folder/a.txt", "folder/b.txt", "lib"}
    assert set(repository.tracked("HEAD")) == {"folder/a.txt"}
    assert repository.tracked()["lib"].mode == GITLINK


def test_a_path_given_in_a_folder_gets_its_name_in_the_index(git: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    git.write("folder/a.txt", "a\n")
    monkeypatch.chdir(git.root / "folder")
    repository = Repository(Path.cwd())
    assert repository.name_of(Path("a.txt")) == "folder/a.txt"
    assert repository.name_of(Path("../b.txt")) == "b.txt"
    assert repository.name_of(git.root / "folder" / "a.txt") == "folder/a.txt"
    with pytest.raises(UsageError, match="lies outside the repository"):
        repository.name_of(Path("../../b.txt"))


def test_a_file_in_conflict_has_no_content_to_read(git: Any) -> None:
    git.write("a.txt", "a\n")
    git.commit()
    git.run("checkout", "-q", "-b", "other")
    git.write("a.txt", "b\n")
    git.commit()
    git.run("checkout", "-q", "main")
    git.write("a.txt", "c\n")
    git.commit()
    git.run("merge", "-q", "other", code=1)
    (change,) = Repository(git.root).staged()
    with Repository(git.root).blobs() as blobs:
        assert blobs.read(change.blob) is None


def test_a_name_with_a_revision_that_looks_like_an_option_is_no_option(git: Any) -> None:
    git.write("a.txt", "a\n")
    git.commit()
    with pytest.raises(UsageError, match="git knows no such commit"):
        Repository(git.root).between("--output=x", "HEAD")
    assert not (git.root / "x").exists()


def test_outside_a_repository_there_is_none(tmp_path: Path) -> None:
    assert Repository.around(tmp_path) is None


def test_without_git_it_is_said(git: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git cannot be run"):
        Repository(git.root)


def test_a_change_is_a_plain_value() -> None:
    assert Change("a", "100644", "1") == Change("a", "100644", "1")
