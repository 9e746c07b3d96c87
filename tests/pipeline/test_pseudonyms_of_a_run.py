"""One person, one stand-in in a whole run: table, transcript, caption, file name and folder."""

from __future__ import annotations

import functools
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from privacy_audit import Guard, load_recipe
from privacy_audit.cli.main import cli
from privacy_audit.engines.local import run
from privacy_audit.errors import OutputError, RecipeError, UsageError
from privacy_audit.pipeline import Toolbox, anonymize
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe
from privacy_audit.types import Confidence, Detection, PathRecord, TextRecord, TextSpan

KEY = bytes(range(32))
SCANNERS: dict[str, Any] = {"file_names": {}, "text_patterns": {}, "text_names": {}}
SURROGATES = Recipe("surrogates", scanners=SCANNERS, operators={"text_surrogate": {}})
PSEUDONYMS = Recipe("pseudonyms", scanners=SCANNERS, operators={"text_pseudonym": {}})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    (folder / "marie_lefebvre").mkdir()
    (folder / "people.csv").write_text(
        "nom,courriel,telephone\n"
        "Marie Lefebvre,marie.lefebvre@courriel-invente.fr,06 39 98 12 45\n"
        "Jean DUPUIS,jean.dupuis@courriel-invente.fr,01 99 00 12 34\n"
    )
    (folder / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:04,000\nBonjour Marie Lefebvre, ici Jean Dupuis.\n")
    (folder / "photo.txt").write_text(
        "Une photo de Marie Lefebvre à Lyon, envoyée par marie.lefebvre@courriel-invente.fr.\n"
    )
    (folder / "marie_lefebvre" / "jean_dupuis.txt").write_text("Rien ici.\n")
    return folder


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".privacy-audit" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


@pytest.fixture(scope="module")
def copies(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    made = {}
    for recipe in (SURROGATES, PSEUDONYMS):
        copy = tmp_path_factory.mktemp(recipe.name)
        anonymize(source, copy, recipe, pseudonyms=Pseudonyms(KEY))
        made[recipe.name] = tree(copy)
    return made


def test_one_person_has_one_surrogate_in_table_transcript_caption_file_and_folder(copies: Any) -> None:
    found = copies["surrogates"]
    rows = [line.split(",") for line in found["people.csv"].splitlines()]
    marie, jean = rows[1][0], rows[2][0]
    first, last = marie.split()
    assert "lefebvre" not in str(found).lower()
    assert "dupuis" not in str(found).lower()
    assert f"Bonjour {marie}, ici {jean.title()}." in found["talk.srt"]
    assert f"Une photo de {marie} à Lyon, envoyée par {rows[1][1]}." in found["photo.txt"]
    assert jean.split()[1].isupper(), "DUPUIS was written in capitals"
    (folder,) = {name.partition("/")[0] for name in found if "/" in name}
    assert Pseudonyms(KEY).label("PERSON", folder) == Pseudonyms(KEY).label("PERSON", f"{first} {last}")
    assert rows[1][1].endswith("@example.org")


def test_one_person_has_one_pseudonym_in_table_transcript_caption_file_and_folder(copies: Any) -> None:
    found = copies["pseudonyms"]
    marie, jean = (Pseudonyms(KEY).label("PERSON", name) for name in ("Marie Lefebvre", "Jean Dupuis"))
    assert [line.partition(",")[0] for line in found["people.csv"].splitlines()] == ["nom", marie, jean]
    assert f"Bonjour {marie}, ici {jean}." in found["talk.srt"]
    assert f"Une photo de {marie} à" in found["photo.txt"]
    assert f"{marie}/{jean}.txt" in found


def test_several_processes_and_a_second_run_with_the_key_write_the_same(
    source: Path, tmp_path: Path, copies: Any
) -> None:
    anonymize(source, tmp_path / "two", SURROGATES, engine=functools.partial(run, jobs=2), pseudonyms=Pseudonyms(KEY))
    assert tree(tmp_path / "two") == copies["surrogates"]


def test_without_a_key_file_no_two_runs_agree_and_no_key_is_written(source: Path, tmp_path: Path, copies: Any) -> None:
    anonymize(source / "people.csv", tmp_path / "one", PSEUDONYMS)
    assert tree(tmp_path / "one")["people.csv"] != copies["pseudonyms"]["people.csv"]


def test_a_surrogate_is_no_finding_that_was_left_and_what_was_missed_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Écrivez à marie.lefebvre@courriel-invente.fr. " * 3)
    recipe = Recipe("t", scanners={"text_patterns": {}}, operators={"text_surrogate": {}})
    report = anonymize(tmp_path / "a.txt", tmp_path / "copy", recipe)
    assert report.treatment is not None
    assert report.treatment.residual == {}
    assert [done.effect for done in report.treatment.operations] == ["PSEUDONYMISED"]
    partly = Recipe("t", scanners={"text_patterns": {}}, operators={"text_surrogate": {"only": ["PHONE_NUMBER"]}})
    report = anonymize(tmp_path / "a.txt", tmp_path / "partly", partly)
    assert report.treatment is not None
    assert report.treatment.residual == {"EMAIL_ADDRESS": 3}


def test_the_report_says_that_pseudonymised_data_are_personal_data(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Écrivez à marie.lefebvre@courriel-invente.fr.")
    for operator, said in (("text_pseudonym", True), ("text_label", False)):
        recipe = Recipe("t", scanners={"text_patterns": {}}, operators={operator: {}})
        anonymize(tmp_path / "a.txt", tmp_path / operator, recipe)
        html = (tmp_path / operator / ".privacy-audit" / "report.html").read_text()
        assert ("Les données pseudonymisées restent des données personnelles" in html) is said
        assert ("Pseudonymised data remain personal data" in html) is said


def test_a_run_goes_on_with_its_key_only(source: Path, tmp_path: Path, copies: Any) -> None:
    anonymize(source, tmp_path / "copy", PSEUDONYMS, pseudonyms=Pseudonyms(KEY))
    anonymize(source, tmp_path / "copy", PSEUDONYMS, pseudonyms=Pseudonyms(KEY))
    assert tree(tmp_path / "copy") == copies["pseudonyms"]
    with pytest.raises(OutputError, match="was begun with another key, so one person would have two pseudonyms"):
        anonymize(source, tmp_path / "copy", PSEUDONYMS)
    labels = Recipe("labels", scanners={"text_patterns": {}}, operators={"text_label": {}})
    anonymize(source / "people.csv", tmp_path / "labels", labels)
    anonymize(source / "people.csv", tmp_path / "labels", labels)  # nothing keyed: any key will do


def test_the_notes_of_a_run_hold_neither_key_nor_name(source: Path, tmp_path: Path) -> None:
    key = tmp_path / "run.key"
    recipe = Recipe("t", scanners=SCANNERS, operators={"text_surrogate": {}})
    anonymize(source, tmp_path / "copy", recipe, pseudonyms=Pseudonyms.from_file(key))
    for path in (tmp_path / "copy").rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert key.read_bytes().strip() not in content
            assert b"lefebvre" not in content, path.name


def test_encryption_without_a_key_that_is_kept_is_refused(source: Path, tmp_path: Path) -> None:
    recipe = Recipe("t", scanners={"text_patterns": {}}, operators={"text_encrypt": {}})
    with pytest.raises(
        UsageError, match="text_encrypt: nobody could read what it writes without the key; add --key-file"
    ):
        anonymize(source, tmp_path / "copy", recipe)
    assert not (tmp_path / "copy").exists()


def recipe_file(folder: Path, operators: str) -> str:
    path = folder / "recipe.yaml"
    path.write_text(f"name: t\nscanners: {{text_patterns: }}\noperators: {operators}\n")
    return str(path)


def test_a_copy_is_encrypted_and_read_again_on_the_command_line(tmp_path: Path) -> None:
    text = "Écrivez à marie.lefebvre@courriel-invente.fr, au 06 39 98 12 45.\n"
    (tmp_path / "a.txt").write_text(text)
    key = str(tmp_path / "run.key")
    arguments = ["anonymize", str(tmp_path / "a.txt"), "-o", str(tmp_path / "copy"), "-j", "1", "--key-file", key]
    done = CliRunner().invoke(cli, [*arguments, "-r", recipe_file(tmp_path, "{text_encrypt: }")])
    assert "1 files written" in done.output
    treated = tmp_path / "copy" / "a.txt"
    assert "lefebvre" not in treated.read_text()
    read = CliRunner().invoke(cli, ["decrypt", str(treated), "--key-file", key])
    assert read.output == text
    missing = CliRunner().invoke(cli, ["decrypt", str(treated), "--key-file", str(tmp_path / "none.key")])
    assert isinstance(missing.exception, UsageError)
    assert not (tmp_path / "none.key").exists()


def test_a_key_file_in_the_treated_copy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    arguments = ["anonymize", str(tmp_path / "a.txt"), "-o", str(tmp_path / "copy"), "--key-file"]
    done = CliRunner().invoke(cli, [*arguments, str(tmp_path / "copy" / "run.key")])
    assert isinstance(done.exception, UsageError)
    assert "lies in the treated copy" in str(done.exception)
    assert not (tmp_path / "copy").exists()


def test_guards_in_two_processes_agree_with_a_key_file_and_not_without(tmp_path: Path) -> None:
    recipe = Recipe("t", scanners={"text_patterns": {}}, operators={"text_pseudonym": {}})
    record = TextRecord("a", "Écrivez à marie.lefebvre@courriel-invente.fr.")
    for key_file, agree in ((tmp_path / "run.key", True), (None, False)):
        guard = Guard(recipe, "redact", key_file=key_file)
        sent = pickle.loads(pickle.dumps(guard))  # noqa: S301 - made in this test
        one, other = (item.check("text", record).value.text for item in (guard, sent))
        assert (one == other) is agree
        assert "lefebvre" not in one


TEXT = "Marie, 42 ans, née le 12/03/1985"
FOUND = [
    Detection("PERSON", TextSpan(0, 5), 1.0, Confidence.HIGH),
    Detection("AGE", TextSpan(7, 13), 1.0, Confidence.HIGH),
    Detection("DATE_OF_BIRTH", TextSpan(22, 32), 1.0, Confidence.HIGH),
]


def test_each_kind_goes_to_the_first_operator_that_wants_it() -> None:
    operators: dict[str, Any] = {
        "text_redact": {"only": ["PERSON"]},
        "text_generalise": {"only": ["AGE", "DATE_OF_BIRTH"]},
        "text_label": {},
    }
    toolbox = Toolbox(Recipe("t", operators=operators))
    applied = toolbox.apply(TextRecord("a", TEXT), FOUND)
    assert isinstance(applied.record, TextRecord)
    assert applied.record.text == "█████, 40-49, née le 1985"
    assert [done.operator for done in applied.operations] == ["text_redact", "text_generalise", "text_generalise"]
    assert toolbox.treats_away(TextRecord, FOUND[0])
    assert not toolbox.treats_away(TextRecord, FOUND[1])


def test_where_places_of_two_operators_meet_the_wider_decides() -> None:
    toolbox = Toolbox(Recipe("t", operators={"text_redact": {"only": ["PERSON"]}, "text_label": {}}))
    wide = Detection("EMAIL_ADDRESS", TextSpan(0, 13), 1.0, Confidence.HIGH)
    applied = toolbox.apply(TextRecord("a", TEXT), [FOUND[0], wide])
    assert isinstance(applied.record, TextRecord)
    assert applied.record.text == "<EMAIL_ADDRESS>, née le 12/03/1985"


def test_a_path_is_shared_between_operators_too() -> None:
    toolbox = Toolbox(Recipe("t", operators={"text_redact": {"only": ["PERSON"]}, "text_label": {}}))
    places = [
        Detection("PERSON", TextSpan(0, 5), 1.0, Confidence.HIGH),
        Detection("PHONE_NUMBER", TextSpan(6, 16), 1.0, Confidence.HIGH),
    ]
    applied = toolbox.apply(PathRecord("a", "marie/0639981245.wav"), places)
    assert applied.record == PathRecord("a", "REDACTED/PHONE_NUMBER.wav")


def test_an_operator_of_texts_that_says_not_what_it_replaces_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from privacy_audit.anonymizers import Operator, all_operators

    class Plugin(Operator):
        name, summary, effect = "plugin", "A plug-in.", all_operators()["text_label"].effect
        accepts, treats = (TextRecord,), (TextSpan,)

        def apply(self, record: Any, detections: Any) -> Any:
            return TextRecord(record.uri, "gone")

    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_operators", lambda: {**all_operators(), "plugin": Plugin})
    applied = Toolbox(Recipe("t", operators={"plugin": {}})).apply(TextRecord("a", TEXT), FOUND)
    assert applied.record == TextRecord("a", "gone")
    with pytest.raises(RecipeError, match="is no TextOperator and cannot share a text"):
        Toolbox(Recipe("t", operators={"plugin": {}, "text_label": {}}))


def test_the_bundled_recipes_need_no_key() -> None:
    for name in ("cnil-default", "strict", "voice-dataset"):
        assert not [item for item in Toolbox(load_recipe(name)).operators if item.consistent or item.needs_kept_key]


def test_the_operators_are_listed_with_their_effect_and_their_attacks() -> None:
    done = CliRunner().invoke(cli, ["operators"])
    assert done.exit_code == 0
    lines = done.output.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("text_pseudonym: PSEUDONYMISED."))
    assert lines[at + 1] == "    ISO/IEC 20889: pseudonymization"
    assert lines[at + 2].startswith("    attack: Whoever holds the key")
    assert json.dumps(lines).count("attack: ") >= 18
