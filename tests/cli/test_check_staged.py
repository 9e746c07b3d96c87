"""``check --staged`` and ``--since``: contents come from git, and of texts that changed the added lines."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from privacy_audit.cli.main import cli
from privacy_audit.errors import UsageError

EMAIL, OTHER = "camille.durand@courriel-invente.fr", "lucie.garnier@courriel-invente.fr"


def check(*arguments: str) -> tuple[int, list[str], list[str]]:
    """Exit code, the lines that tell of files, the totals."""
    result: Any = CliRunner().invoke(cli, ["check", *arguments], standalone_mode=False)
    if isinstance(result.exception, UsageError):
        raise result.exception
    assert result.exception is None, result.exception
    lines = result.stdout.split("\n\n")[0].splitlines()
    return int(result.return_value), lines, result.stderr.splitlines()


def mail_at(*places: str) -> list[str]:
    return [f"{place}: EMAIL_ADDRESS (high confidence)" for place in places]


def test_the_content_comes_from_the_index_and_not_from_the_work_tree(git: Any) -> None:
    git.write("a.txt", f"x\n{EMAIL}\n")
    git.write("b.txt", "clean\n")
    git.run("add", "--all")
    git.write("a.txt", "mended, and not staged\n")
    git.write("b.txt", f"{EMAIL}\n")
    assert check("--staged")[:2] == (1, mail_at("a.txt: line 2"))


def test_of_a_text_that_changed_only_added_lines_count(git: Any) -> None:
    git.write("a.txt", f"{EMAIL}\nx\ny\n")
    git.commit()
    git.write("a.txt", f"{EMAIL}\nx\nz\n")
    git.run("add", "--all")
    assert check("--staged") == (0, [], [])
    git.write("a.txt", f"{EMAIL}\nx\n{EMAIL}\ny\n")
    git.run("add", "--all")
    assert check("--staged")[1] == mail_at("a.txt: line 3")


def test_of_a_table_that_changed_only_added_rows_count_and_rows_over_several_lines_are_placed(git: Any) -> None:
    head = f'id,mail,note\n1,{EMAIL},"over\ntwo lines"\n'
    git.write("a.csv", head)
    git.write("a.jsonl", json.dumps({"mail": EMAIL}) + "\n\n")
    git.commit()
    git.write("a.csv", f"{head}2,{OTHER},x\n")
    git.write("a.jsonl", json.dumps({"mail": EMAIL}) + "\n\n" + json.dumps({"mail": OTHER}) + "\n")
    git.run("add", "--all")
    assert check("--staged")[1] == mail_at("a.csv: row 1, column 'mail'", "a.jsonl: row 1, column 'mail'")


@pytest.mark.parametrize("keyed", [False, True], ids=["without a key", "with a key"])
def test_where_there_are_no_lines_what_was_there_before_does_not_count(git: Any, keyed: bool) -> None:
    def document(**more: str) -> str:
        return json.dumps({"mail": EMAIL, **more})

    def picture(name: str, size: int) -> None:
        exif = Image.Exif()
        exif[0x013B] = "Camille Durand"
        Image.new("RGB", (size, 4)).save(name, exif=exif)

    git.write("a.json", document())
    picture("a.jpg", 4)
    if keyed:
        git.run("config", "privacy-audit.key", "k" * 32)
        git.write("empty.txt", "x")
        git.run("add", "empty.txt")
        assert CliRunner().invoke(cli, ["baseline", "create"], standalone_mode=False).return_value == 0
    git.commit()
    git.write("a.json", document(note="x"))
    picture("a.jpg", 8)
    git.run("add", "--all")
    assert check("--staged")[:2] == (0, [])
    assert check("--staged")[:2] == (0, [])  # from the cache
    git.write("a.json", document(other=OTHER))
    git.run("add", "--all")
    assert check("--staged")[1] == mail_at("a.json: column 'other'")


def test_the_first_commit_of_a_repository_is_checked_whole(git: Any) -> None:
    git.write("a.txt", f"{EMAIL}\n")
    git.run("add", "--all")
    assert check("--staged")[1] == mail_at("a.txt: line 1")


def test_a_repository_without_commits_and_without_staged_files_passes(git: Any) -> None:
    assert check("--staged") == (0, [], [])


def test_a_renamed_file_counts_by_its_new_name_and_its_new_lines(git: Any) -> None:
    git.write("a.txt", f"{EMAIL}\n" + "line\n" * 20)
    git.commit()
    git.run("mv", "a.txt", "marie_lefebvre.txt")
    assert check("--staged")[1] == ["marie_lefebvre.txt: in the file's name: PERSON (medium confidence)"]
    git.run("mv", "marie_lefebvre.txt", "b.txt")
    git.write("b.txt", f"{EMAIL}\n" + "line\n" * 20 + f"{OTHER}\n")
    git.run("add", "--all")
    assert check("--staged")[1] == mail_at("b.txt: line 22")


def test_a_deleted_file_is_not_read_and_a_change_of_mode_adds_nothing(git: Any) -> None:
    git.write("a.txt", f"{EMAIL}\n")
    git.write("b.txt", f"{EMAIL}\n")
    git.commit()
    git.run("rm", "-q", "a.txt")
    (git.root / "b.txt").chmod(0o755)
    git.run("add", "--all")
    assert check("--staged") == (0, [], [])


def test_a_link_is_read_as_the_path_that_it_leads_to(git: Any) -> None:
    (git.root / "link").symlink_to("/home/marie_lefebvre/data")
    git.run("add", "--all")
    assert check("--staged")[1] == ["link: in the target of the link: PERSON (medium confidence)"]


def test_a_submodule_is_told_as_not_scanned(git: Any) -> None:
    git.write("a.txt", "clean\n")
    git.commit()
    head = git.run("rev-parse", "HEAD").strip()
    git.run("update-index", "--add", "--cacheinfo", f"160000,{head},lib")
    assert check("--staged")[:2] == (
        3,
        ["lib: not scanned by any scanner: a submodule: check it in its own repository"],
    )


def test_a_pointer_of_git_lfs_is_told_and_its_content_read_where_the_clone_has_it(git: Any) -> None:
    content = f"{EMAIL}\n".encode()
    oid = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    git.write("a.txt", pointer)
    git.run("add", "--all")
    told = ["a.txt: not scanned by any scanner: a pointer of Git LFS; its content is not here: git lfs fetch"]
    assert check("--staged")[:2] == (3, told)
    assert check("a.txt")[:2] == (3, told)
    git.write(f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}", content)
    assert check("--staged")[:2] == (1, mail_at("a.txt: line 1"))


@pytest.mark.parametrize(
    "name", ["two\nlines.txt", "- dash.txt", "é ü.txt", ":(glob)*.txt", 'quo"te\t.txt', "a/b c/d.txt"]
)
def test_any_name_of_a_file_will_do(git: Any, name: str) -> None:
    git.write(name, "x\n")
    git.commit()
    git.write(name, f"x\n{EMAIL}\n")
    git.run("add", "--all")
    shown = name if name.isprintable() else ascii(name)
    assert check("--staged")[1] == mail_at(f"{shown}: line 2")
    assert check("--staged", "--", name)[1] == mail_at(f"{shown}: line 2")


def test_a_name_that_is_no_utf_8_will_do(git: Any) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    git.write(name, f"{EMAIL}\n")
    git.run("add", "--all")
    code, lines, _ = check("--staged")
    assert (code, len(lines)) == (1, 1)


def test_what_git_takes_for_binary_is_read_whole(git: Any) -> None:
    git.write(".gitattributes", "*.txt binary\n")
    git.write("a.txt", "x\n")
    git.commit()
    git.write("a.txt", f"x\n{EMAIL}\n")
    git.run("add", "--all")
    assert check("--staged")[1] == mail_at("a.txt: line 2")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("diff.interHunkContext", "10"),
        ("diff.context", "5"),
        ("diff.noprefix", "true"),
        ("diff.external", "false"),
        ("diff.renames", "false"),
        ("color.ui", "always"),
        ("core.quotePath", "false"),
        ("diff.algorithm", "patience"),
    ],
)
def test_no_setting_of_the_user_changes_what_is_checked(git: Any, key: str, value: str) -> None:
    git.write("a.txt", f"1\n{EMAIL}\n2\n3\n")
    git.commit()
    git.run("config", key, value)
    git.write("a.txt", f"0\n{EMAIL}\n2\n{OTHER}\n")
    git.run("add", "--all")
    assert check("--staged")[1] == mail_at("a.txt: line 4")


def test_files_that_are_named_limit_the_check_and_those_that_do_not_change_are_read_whole(
    git: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    git.write("old/a.txt", f"x\n{EMAIL}\n")
    git.write("old/b.txt", f"{EMAIL}\n")
    git.commit()
    git.write("old/b.txt", f"{EMAIL}\nx\n")
    git.write("new.txt", f"{EMAIL}\n")
    git.run("add", "--all")
    assert check("--staged", "old/a.txt", "old/b.txt")[1] == mail_at("old/a.txt: line 2")
    monkeypatch.chdir(git.root / "old")
    assert check("--staged", "a.txt")[1] == mail_at("a.txt: line 2")
    assert check("--staged", str(git.root / "new.txt"))[1] == mail_at("../new.txt: line 1")
    with pytest.raises(UsageError, match=r"old/nowhere\.txt: not among the files that git has here"):
        check("--staged", "nowhere.txt")


def test_what_the_recipe_leaves_out_is_not_read(git: Any) -> None:
    git.write("__pycache__/a.txt", f"{EMAIL}\n")
    git.run("add", "--all", "--force")
    assert check("--staged") == (0, [], [])


def test_since_reads_what_the_branch_changed_since_it_left(git: Any) -> None:
    git.write("a.txt", f"{EMAIL}\n")
    git.commit()
    git.run("checkout", "-q", "-b", "branch")
    git.write("a.txt", f"{EMAIL}\n{OTHER}\n")
    git.commit()
    git.run("checkout", "-q", "main")
    git.write("b.txt", f"{EMAIL}\n")
    git.commit()
    git.run("checkout", "-q", "branch")
    assert check("--since", "main")[1] == mail_at("a.txt: line 2")
    with pytest.raises(UsageError, match="git knows no such commit"):
        check("--since", "nowhere")
    with pytest.raises(UsageError, match="take one of them"):
        check("--since", "main", "--staged")


def test_under_a_push_of_pre_commit_the_pushed_commits_are_read(git: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    git.write("a.txt", "x\n")
    git.commit()
    start = git.run("rev-parse", "HEAD").strip()
    git.write("a.txt", f"x\n{EMAIL}\n")
    git.commit()
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", start)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert check("--staged")[1] == mail_at("a.txt: line 2")


def test_outside_a_repository_staged_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="not a git repository"):
        check("--staged")


def test_as_a_plain_hook_it_reads_what_commit_all_adds_and_blocks(git: Any) -> None:
    git.write("a.txt", "x\n")
    git.commit()
    hook = git.write(
        ".git/hooks/pre-commit",
        f"#!/bin/sh\nexec {shlex.join([sys.executable, '-m', 'privacy_audit'])} check --staged\n",
    )
    hook.chmod(0o755)
    git.write("a.txt", f"x\n{EMAIL}\n")
    done = subprocess.run(
        ["git", "commit", "-q", "-a", "-m", "m"], cwd=git.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "a.txt: line 2: EMAIL_ADDRESS" in done.stdout + done.stderr
    git.write("a.txt", "x\ny\n")
    git.run("commit", "-q", "-a", "-m", "m")


def test_all_that_was_kept_of_a_first_check_spares_the_second_the_scanners(git: Any) -> None:
    git.write("a.txt", f"x\n{EMAIL}\n")
    git.write("b.txt", "x\n")
    git.run("add", "--all")
    first = check("--staged")
    code = (
        "import sys\n"
        "sys.argv = ['privacy-audit', 'check', '--staged']\n"
        "import privacy_audit.cli.main as main\n"
        "try: main.main()\n"
        "except SystemExit as stopped: code = stopped.code\n"
        "print([name for name in sys.modules if 'recognizers' in name or 'toolbox' in name], code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=git.root, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[] 1"
    assert done.stdout.split("\n\n")[0].splitlines() == first[1]


def test_what_is_kept_holds_no_value_and_no_path(git: Any) -> None:
    git.write("marie_lefebvre.txt", f"x\n{EMAIL}\n")
    git.run("add", "--all")
    check("--staged")
    kept = [path for path in (git.root / ".git" / "privacy-audit").rglob("*") if path.is_file()]
    assert len(kept) == 1
    told = " ".join([str(kept[0]), kept[0].read_text()]).casefold()
    assert not [word for word in ("camille", "durand", "courriel-invente", "lefebvre") if word in told]


def test_nothing_is_left_where_contents_were_brought_to_be_read(
    git: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = tmp_path / "brought"
    brought.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(brought))
    git.write("a.txt", f"x\n{EMAIL}\n")
    git.run("add", "--all")
    check("--staged")
    assert list(brought.iterdir()) == []
