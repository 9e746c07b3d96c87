"""``privacy-audit baseline create|update|audit``: in a repository of git, and never with a value in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from privacy_audit.baseline import ATTRIBUTE, FILE_NAME
from privacy_audit.cli.main import cli
from privacy_audit.errors import UsageError

EMAIL, OTHER = "camille.durand@courriel-invente.fr", "lucie.garnier@courriel-invente.fr"
CANARIES = ("camille", "durand", "lucie", "garnier", "courriel-invente", "lefebvre")


def run(*arguments: str, typed: str | None = None, code: int | None = None) -> Result:
    result = CliRunner().invoke(cli, arguments, input=typed, standalone_mode=False)
    if isinstance(result.exception, UsageError):
        raise result.exception
    assert result.exception is None, result.exception
    if code is not None:
        assert result.return_value == code, result.output
    return result


def entries(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / FILE_NAME).read_text().splitlines()[1:]]


@pytest.fixture
def accepted(git: Any) -> Any:
    """A repository whose one finding is accepted."""
    git.write("a.txt", f"x\n{EMAIL}\n")
    git.run("add", "--all")
    run("baseline", "create", code=0)
    git.commit()
    return git


def test_create_accepts_what_is_there_draws_a_key_and_has_git_merge_the_file(git: Any) -> None:
    git.write("a.txt", f"x\n{EMAIL}\n{EMAIL} # privacy-audit: allow published\n")
    git.write(".gitattributes", "*.png binary")
    git.run("add", "--all")
    result = run("baseline", "create", code=0)
    key = git.run("config", "privacy-audit.key").strip()
    assert len(key) == 64
    assert "git config privacy-audit.key shows it" in result.stdout
    assert key not in result.output
    assert "1 EMAIL_ADDRESS\n1 newly accepted" in result.stdout
    assert (git.root / ".gitattributes").read_text() == f"*.png binary\n{ATTRIBUTE}\n"
    (one,) = entries(git.root)
    assert (one["kind"], one["file"], one["scanner"]) == ("EMAIL_ADDRESS", "a.txt", "text_patterns")
    told = (git.root / FILE_NAME).read_text() + result.output
    assert not [word for word in CANARIES if word in told.casefold()]


def test_what_is_accepted_is_counted_and_not_told_and_the_same_value_elsewhere_is(accepted: Any) -> None:
    result = run("check", "a.txt", code=0)
    assert (result.stdout, result.stderr) == ("", "not told: 1 accepted in the baseline\n")
    accepted.write("b.txt", f"{EMAIL}\n")
    accepted.write("a.txt", f"moved down\n\n\n{EMAIL.upper()}\n")
    accepted.run("add", "--all")
    assert run("check", "--staged", code=1).stdout.startswith("b.txt: line 1: EMAIL_ADDRESS")
    assert run("check", ".", code=1).stdout.startswith("b.txt: line 1: EMAIL_ADDRESS")


def test_of_a_commit_the_baseline_that_is_staged_counts(accepted: Any) -> None:
    accepted.write("b.txt", f"{OTHER}\n")
    accepted.run("add", "--all")
    run("baseline", "update", code=4)
    run("check", "--staged", code=1)
    accepted.run("add", FILE_NAME)
    run("check", "--staged", code=0)
    (accepted.root / FILE_NAME).unlink()
    run("check", "--staged", code=0)


def test_update_adds_drops_and_ends_with_4_only_when_it_wrote(accepted: Any) -> None:
    before = entries(accepted.root)
    assert run("baseline", "update", code=0).stdout == "0 newly accepted\n0 accepted before are gone\n"
    assert entries(accepted.root) == before
    accepted.write("b.txt", f"{OTHER}\n")
    accepted.write("a.txt", "mended\n")
    accepted.run("add", "--all")
    assert "1 newly accepted\n1 accepted before are gone\n" in run("baseline", "update", code=4).stdout
    assert [entry["file"] for entry in entries(accepted.root)] == ["b.txt"]


def test_update_of_one_file_leaves_the_others_alone(accepted: Any) -> None:
    accepted.write("a.txt", "mended\n")
    accepted.write("b.txt", f"{OTHER}\n")
    accepted.run("add", "--all")
    run("baseline", "update", "b.txt", code=4)
    assert {entry["file"] for entry in entries(accepted.root)} == {"a.txt", "b.txt"}


def test_a_label_follows_its_value_to_a_renamed_file(accepted: Any) -> None:
    run("baseline", "audit", typed="y\n", code=0)
    accepted.run("mv", "a.txt", "b.txt")
    run("baseline", "update", code=4)
    (one,) = entries(accepted.root)
    assert (one["file"], one["label"]) == ("b.txt", "personal")


def test_what_another_recipe_found_and_what_cannot_be_read_now_stays(git: Any) -> None:
    git.write("a.txt", f"x\n{EMAIL}\n")
    git.write("photo.jpg", "")
    exif = Image.Exif()
    exif[0x013B] = "Camille Durand"
    Image.new("RGB", (4, 4)).save("photo.jpg", exif=exif)
    git.run("add", "--all")
    run("baseline", "create", code=0)
    assert {entry["kind"] for entry in entries(git.root)} == {"EMAIL_ADDRESS", "AUTHOR_METADATA"}
    git.write("texts.yaml", "name: texts\nscanners: {text_patterns: }\nexclude: ['*.yaml']\n")
    git.write("a.txt", "mended\n")
    git.run("add", "a.txt")
    run("baseline", "update", "-r", "texts.yaml")
    assert {entry["kind"] for entry in entries(git.root)} == {"AUTHOR_METADATA"}
    git.write("photo.jpg", "no picture")
    git.run("add", "photo.jpg")
    assert run("baseline", "update").return_value == 3
    assert {entry["kind"] for entry in entries(git.root)} == {"AUTHOR_METADATA"}


def test_a_path_that_is_personal_data_is_sealed(git: Any) -> None:
    git.write("marie_lefebvre.txt", f"x\n{EMAIL}\n")
    git.run("add", "--all")
    run("baseline", "create", code=0)
    assert {entry["file"].partition(":")[0] for entry in entries(git.root)} == {"sealed"}
    assert "lefebvre" not in (git.root / FILE_NAME).read_text()
    run("check", "marie_lefebvre.txt", code=0)
    run("check", "--staged", code=1)  # the baseline is not staged yet
    git.run("add", "--all")
    run("check", "--staged", code=0)
    assert "marie_lefebvre.txt: line 2" in run("baseline", "audit", typed="s\ns\n", code=0).stdout


def test_a_face_is_accepted_in_that_picture_and_in_no_other(git: Any, sample_data: Path) -> None:
    pytest.importorskip("onnxruntime")
    picture = (sample_data / "images" / "portrait.jpg").read_bytes()
    git.write(
        "faces.yaml", "name: faces\nscanners: {image_faces: {passes: fast}}\nexclude: ['*.yaml', .gitattributes]\n"
    )
    git.write("a.jpg", picture)
    git.run("add", "--all")
    run("baseline", "create", "-r", "faces.yaml", code=0)
    (one,) = entries(git.root)
    assert (one["kind"], len(one["at"])) == ("FACE", 2)
    git.run("add", "--all")
    run("check", "--staged", "-r", "faces.yaml", code=0)
    told = run("check", "a.jpg", "-r", "faces.yaml", "--no-cache", code=0)
    assert told.stderr == "not told: 1 accepted in the baseline\n"
    git.write("a.jpg", picture + b"\0")
    told = run("check", "a.jpg", "-r", "faces.yaml", code=1)
    assert "a.jpg: box " in told.stdout


def test_without_its_key_nothing_is_accepted_and_it_is_said_what_to_do(accepted: Any) -> None:
    key = accepted.run("config", "privacy-audit.key").strip()
    accepted.run("config", "--unset", "privacy-audit.key")
    told = run("check", "a.txt", code=1).stderr
    assert "not its key: nothing is taken for accepted" in told
    assert "git config privacy-audit.key KEY, or set PRIVACY_AUDIT_KEY (in CI, as a secret)" in told
    for command in (("update",), ("audit",)):
        with pytest.raises(UsageError, match="not its key"):
            run("baseline", *command)
    accepted.run("config", "privacy-audit.key", "some other key, long enough")
    with pytest.raises(UsageError, match="made with another key"):
        run("check", "a.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRIVACY_AUDIT_KEY", key)
        run("check", "a.txt", code=0)


def test_there_is_one_baseline_unless_a_new_one_is_forced(accepted: Any) -> None:
    with pytest.raises(UsageError, match="is there already: privacy-audit baseline update, or create --force"):
        run("baseline", "create")
    run("baseline", "create", "--force", code=0)
    (accepted.root / FILE_NAME).unlink()
    with pytest.raises(UsageError, match="not there; make it: privacy-audit baseline create"):
        run("baseline", "update")


def test_a_baseline_in_conflict_stops_every_command_with_a_message(accepted: Any) -> None:
    file = accepted.root / FILE_NAME
    file.write_text(f"<<<<<<< HEAD\n{file.read_text()}=======\n>>>>>>> other\n")
    for command in (("check", "a.txt"), ("baseline", "update"), ("baseline", "audit")):
        with pytest.raises(UsageError, match="line 1: marks of a merge conflict"):
            run(*command)


def test_a_review_asks_about_each_finding_shows_shapes_and_ends_with_the_precision(git: Any) -> None:
    git.write("a.txt", f"écrire à {EMAIL}, 06 39 98 12 45\n")
    git.write("b.txt", f"{OTHER}\n")
    git.run("add", "--all")
    run("baseline", "create", code=0)
    result = run("baseline", "audit", typed="y\nv\nn\nq\n", code=0)
    assert "  xxxxxx x xxxxxxx.xxxxxx@xxxxxxxx-xxxxxxx.xx, 99 99 99 99 99\n" in result.stdout
    assert "lines are shown on a terminal only" in result.stdout
    assert not [word for word in CANARIES if word in result.output.casefold()]
    assert "2 of 3 accepted findings have a label\nprecision: 0.500 [0.095-0.905] (n=2)\n" in result.stdout
    assert sorted(entry.get("label", "") for entry in entries(git.root)) == ["", "not_personal", "personal"]
    assert run("baseline", "audit", typed="y\n", code=0).stdout.count("Is it somebody's data?") == 1
    assert run("baseline", "audit", "--again", typed="y\ny\ny\n", code=0).stdout.count("Is it somebody's data?") == 3
    stats = run("baseline", "audit", "--stats", code=0).stdout
    assert stats.startswith("3 of 3 accepted findings have a label\nprecision: 1.000")


def test_on_a_terminal_and_on_request_a_review_shows_the_line(accepted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy_audit.cli._baseline_audit._on_terminal", lambda: True)
    assert EMAIL in run("baseline", "audit", typed="v\ns\n", code=0).stdout


def test_a_review_says_how_many_entries_match_nothing_any_more(accepted: Any) -> None:
    accepted.write("a.txt", "mended\n")
    accepted.run("add", "--all")
    assert "1 entries match nothing any more" in run("baseline", "audit", code=0).stdout
