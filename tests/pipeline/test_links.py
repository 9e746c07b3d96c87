"""What lies in several files, over a whole scan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import soundfile

from privacy_audit.errors import RecipeError
from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.linking import collecting
from privacy_audit.models import dlib_faces
from privacy_audit.pipeline import scan
from privacy_audit.pipeline.links import DatasetLinks
from privacy_audit.recipe import parse_recipe
from privacy_audit.report import html, markdown
from privacy_audit.report import json as json_format
from privacy_audit.scanners import audio_speakers
from privacy_audit.scanners._voices import Turn, Voices
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import kind_of_name

LETTER = "Ana Exemple, ana.exemple@example.com, 06 39 98 12 34, a demandé un rendez-vous pour la semaine prochaine.\n"
TEXTS = parse_recipe("name: t\nnear_duplicates: true\nscanners: {text_patterns: }\nlanguage: fr\n", "t")


def data_in(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(LETTER.replace("la semaine", "cette semaine" if number else "la semaine"))
    (folder / "other.txt").write_text("Le conseil a reçu le 06 39 98 43 21 un appel au sujet des routes.\n")
    (folder / "rows.csv").write_text("nom;note\n" + "a;appeler le 06 39 98 77 66 avant midi\n" * 2 + "b;rien à dire\n")
    return folder


def test_personal_records_that_repeat_are_told_with_their_places(tmp_path: Path) -> None:
    report = scan([data_in(tmp_path)], tmp_path / "audit", TEXTS)
    found = report.duplicates
    assert found is not None
    assert [(item.count, item.uris) for item in found.top] == [
        (3, ("0.txt", "1.txt", "2.txt")),
        (2, ("rows.csv#row=0", "rows.csv#row=1")),
    ]
    assert (found.compared["text"], found.repeated["text"]) == (6, 5)
    written = json.loads((tmp_path / "audit" / "report.json").read_text())
    jsonschema.Draft202012Validator(json_format.schema()).validate(written)
    assert ExposureReport.from_dict(written) == report
    page = html.render(report, "fr")  # both languages are in it
    for text, title in (
        (page, "Ce qui se répète"),
        (page, "What repeats"),
        (markdown.render(report, "en"), "What repeats"),
    ):
        assert title in text
        assert "rows.csv#row=1" in text


def test_a_second_run_finds_the_same_without_reading_and_its_store_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "0123456789abcdef")
    folder, output = data_in(tmp_path), tmp_path / "audit"
    first = scan([folder], output, TEXTS)
    monkeypatch.setattr(collecting, "text_signature", lambda text: pytest.fail("read again"))
    again = scan([folder], output, TEXTS)
    assert again.duplicates == first.duplicates
    assert again.tool.files_read == 0
    held = b"".join(path.read_bytes() for path in output.rglob("*") if path.is_file())
    assert b"signatures" in held
    assert b"rendez-vous" not in held


def test_hidden_paths_are_hidden_here_too(tmp_path: Path) -> None:
    recipe = parse_recipe("name: t\nnear_duplicates: true\nhide_paths: true\nscanners: {text_patterns: }\n", "t")
    found = scan([data_in(tmp_path)], tmp_path / "audit", recipe).duplicates
    assert found is not None
    assert {uri.partition("#")[0] for item in found.top for uri in item.uris} <= {f"file-{n:06d}" for n in range(1, 6)}


def test_without_the_setting_the_report_says_that_repetition_was_not_searched_for(tmp_path: Path) -> None:
    report = scan([data_in(tmp_path)], tmp_path / "audit", parse_recipe("name: t\nscanners: {text_patterns: }\n", "t"))
    assert (report.duplicates, report.linking) == (None, None)
    assert "Records that repeat were not searched for" in markdown.render(report, "en")
    assert "signatures" not in "".join(path.read_text() for path in (tmp_path / "audit" / ".store").glob("*.jsonl"))


VOICES = parse_recipe(
    "name: v\nscanners: {audio_speech: , audio_speakers: }\nlinking: {voices: true, basis: accord écrit du 3 mai}\n",
    "v",
)


def recordings_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int) -> tuple[Path, list[Any]]:
    """Sound in which, by order of length, every second recording is said to be of the same person."""
    from privacy_audit.scanners import audio_speech

    folder = tmp_path / "data"
    folder.mkdir()
    draw = np.random.default_rng(0)
    for number in range(n):
        samples = draw.normal(0, 0.1, 16_000 * (3 + number)).astype(np.float32)
        soundfile.write(folder / f"{number}.wav", samples, 16_000)
    vectors = np.eye(2, 192, dtype=np.float32) + 1e-3
    given = []

    def voices_in(record: Any) -> Voices:
        number = round(record.duration_s) - 3
        given.append(number)
        return Voices((Turn(0.0, 3.0, 0),), 1, 1, None, 0.0, 3.0, vectors[number % 2][None])

    class Sure:
        confidence = 2

    monkeypatch.setattr(audio_speakers, "voices_in", voices_in)
    monkeypatch.setattr(audio_speakers, "stretches", lambda heard: [Sure()])
    monkeypatch.setattr(audio_speech, "stretches", lambda heard: [])
    return folder, given


def test_voices_are_counted_over_files_on_the_declared_basis_and_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "0123456789abcdef")
    folder, given = recordings_in(tmp_path, monkeypatch, 4)
    report = scan([folder], tmp_path / "audit", VOICES)
    assert report.linking is not None
    assert report.linking.voices is not None
    found = report.linking.voices
    assert (found.compared, found.fewest, found.likeliest, found.most) == (4, 2, 2, 2)
    assert b"centroid" not in b"".join(path.read_bytes() for path in (tmp_path / "audit").rglob("*") if path.is_file())
    n_read = len(given)
    again = scan([folder], tmp_path / "audit", VOICES)  # vectors are not kept: these files are read again
    assert again.linking == report.linking
    assert len(given) == 2 * n_read
    page = html.render(report, "fr")  # both languages are in it
    assert all(words in page for words in ("§\u00a082", "para. 82", "accord écrit du 3 mai"))
    english = markdown.render(report, "en")
    assert "between 2 and 2, most likely 2" in english
    assert "no speaker was compared across files" not in english
    assert "without identifying anyone or comparing" not in english


@pytest.mark.parametrize(("name", "again"), [("a.tar", True), ("a.parquet", True), ("a.wav", True), ("a.txt", False)])
def test_what_may_hold_a_voice_is_read_again_where_voices_are_compared(name: str, again: bool) -> None:
    entry = FileEntry(Path(name), name, kind_of_name(name), 1)
    assert DatasetLinks(VOICES, Fingerprinter(b"k" * 16)).needs(entry) is again
    assert not DatasetLinks(TEXTS, Fingerprinter(b"k" * 16)).needs(entry)


def test_faces_without_an_encoder_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlib_faces, "is_installed", lambda: False)
    recipe = parse_recipe("name: f\nscanners: {image_faces: }\nlinking: {faces: true, basis: b}\n", "f")
    with pytest.raises(RecipeError, match=r"linking\.faces: .*pip install 'privacy-audit\[verify\]'"):
        scan([data_in(tmp_path)], tmp_path / "audit", recipe)
