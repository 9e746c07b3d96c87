"""``privacy-audit check``: places on stdout, totals on stderr, exit codes for a commit hook; on files as they lie."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from privacy_audit.cli.main import cli
from privacy_audit.errors import UsageError

EMAIL = "camille.durand@courriel-invente.fr"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def check(*arguments: str) -> tuple[int, list[str], list[str]]:
    result: Any = CliRunner().invoke(cli, ["check", *arguments], standalone_mode=False)
    if isinstance(result.exception, UsageError):
        raise result.exception
    assert result.exception is None, result.exception
    return int(result.return_value), result.stdout.splitlines(), result.stderr.splitlines()


def test_nothing_to_check_is_a_mistake_and_no_success() -> None:
    with pytest.raises(UsageError, match=r"nothing to check: give files, or --staged"):
        check()


def test_clean_files_pass_in_silence() -> None:
    Path("a.txt").write_text("Rien ici.")
    assert check("a.txt") == (0, [], [])


def test_findings_are_1_with_their_places_why_they_matter_and_three_ways_out() -> None:
    Path("a.txt").write_text(f"x\n{EMAIL}\n")
    code, lines, totals = check("a.txt")
    assert (code, totals) == (1, ["personal data in 1 places"])
    assert lines == [
        "a.txt: line 2: EMAIL_ADDRESS (high confidence)",
        "",
        "why it matters (what is pushed stays in the history of every clone):",
        "  E-mail address: it singles out one person or one device (GDPR Art. 4(1)).",
        "three ways out:",
        "  1. take it out, or treat the file: privacy-audit anonymize FILE -o treated",
        "  2. it may stay: write 'privacy-audit: allow' and the reason in a comment on that line",
        "  3. it was there before and is dealt with later: privacy-audit baseline create, or update",
    ]


def test_the_same_is_said_in_french() -> None:
    Path("a.csv").write_text(f"mail,note\n{EMAIL},x\n")
    Path("b.mp4").write_bytes(b"x")
    code, lines, totals = check("a.csv", "b.mp4", "--lang", "fr")
    assert code == 1
    assert [line.replace("\u00a0", "~").replace("\u202f", "~") for line in lines] == [
        "a.csv~: ligne 0 du tableau, colonne 'mail'~: EMAIL_ADDRESS (confiance élevée)",
        "b.mp4~: non examiné~: contenu différent de l’extension (the content is no video that can be read)",
        "",
        "pourquoi c’est important (ce qui est poussé reste dans l’historique de chaque clone)~:",
        "  Adresse électronique~: distingue une personne ou un appareil parmi les autres (RGPD, art. 4(1)).",
        "trois issues~:",
        "  1. retirer la donnée, ou traiter le fichier~: privacy-audit anonymize FICHIER -o traite",
        "  2. elle peut rester~: écrire «~privacy-audit: allow~» et le motif dans un commentaire sur cette ligne",
        "  3. elle était déjà là et sera traitée plus tard~: privacy-audit baseline create, ou update",
    ]
    assert [total.partition("\u00a0")[0] for total in totals] == [
        "emplacements de données personnelles",
        "fichiers ou parties non lus",
    ]
    for form in ("github", "sarif"):
        code, lines, _ = check("a.csv", "b.mp4", "--lang", "fr", "--format", form)
        told = "\n".join(lines)
        told = json.dumps(json.loads(told), ensure_ascii=False) if form == "sarif" else told
        assert code == 1
        assert "Adresse électronique" in told
        assert not [word for word in ("ways", "confidence", "gdpr", "not scanned", "found") if word in told.lower()]


def test_what_is_kept_is_told_in_either_language() -> None:
    Path("a.txt").write_text(f"x\n{EMAIL}\n")
    for language, line in (
        ("en", "a.txt: line 2: "),
        ("fr", "a.txt\u00a0: ligne 2\u00a0: "),
        ("en", "a.txt: line 2: "),
    ):
        assert check("a.txt", "--lang", language)[1][0].startswith(line)


def test_what_was_not_read_is_3_unless_it_is_tolerated() -> None:
    Path("a.mp4").write_bytes(b"x")
    told = ["a.mp4: not scanned by any scanner: the content is no video that can be read"]
    assert check("a.mp4") == (3, told, ["1 files or parts were not read; not read is not clean"])
    assert check("a.mp4", "--tolerate-unread") == (0, told, ["1 files or parts were not read; not read is not clean"])


def test_findings_come_before_what_was_not_read() -> None:
    Path("a.mp4").write_bytes(b"x")
    Path("a.txt").write_text(EMAIL)
    code, lines, totals = check("a.mp4", "a.txt", "--tolerate-unread")
    assert (code, len(totals)) == (1, 2)
    assert lines[0].startswith("a.mp4: not scanned")


@pytest.mark.parametrize(("n_places", "n_lines"), [(20, 20), (21, 21), (50, 21)])
def test_twenty_places_are_shown_and_the_others_counted(n_places: int, n_lines: int) -> None:
    Path("a.txt").write_text(f"{EMAIL}\n" * n_places)
    _, lines, totals = check("a.txt")
    assert lines.index("") == n_lines
    if n_places > 20:
        assert lines[20] == f"... and {n_places - 20} more places"
    assert totals == [f"personal data in {n_places} places"]


def test_the_gate_decides_what_fails() -> None:
    Path("marie_lefebvre.txt").write_text("x")
    assert check("marie_lefebvre.txt", "--gate", "HIGH") == (0, [], [])
    assert check("marie_lefebvre.txt", "--gate", "MEDIUM")[0] == 1


@pytest.mark.parametrize(
    "remark",
    [
        "# privacy-audit: allow invented for this test",
        "<!-- privacy-audit: allow (the address of the press) -->",
        "/* privacy-audit: allow: published */ x = 1",
        "-- privacy-audit:allow RFC 2606",
    ],
)
def test_a_remark_with_a_reason_allows_what_stands_on_its_line_and_is_counted(remark: str) -> None:
    Path("a.txt").write_text(f"{EMAIL} {remark}\nx\n")
    assert check("a.txt") == (0, [], ["not told: 1 allowed on their lines"])
    Path("a.txt").write_text(f"{remark}\n{EMAIL}\n")
    assert check("a.txt")[0] == 1


@pytest.mark.parametrize(
    "remark",
    ["# privacy-audit: allow", "<!-- privacy-audit: allow -->", "/* privacy-audit: allow */ y = compute(x)", "# privacy-audit: allow --"],
)  # fmt: skip
def test_a_remark_without_a_reason_allows_nothing_and_says_so(remark: str) -> None:
    Path("a.txt").write_text(f"{EMAIL} {remark}\n")
    code, lines, _ = check("a.txt")
    assert code == 1
    assert lines[0].endswith("'privacy-audit: allow' gives no reason, and so allows nothing.")


@pytest.mark.parametrize("remark", ["# privacy-audit: allowed by nobody", "# audit: allow it", "# privacy: allow it"])
def test_what_only_looks_like_a_remark_is_none(remark: str) -> None:
    Path("a.txt").write_text(f"{EMAIL} {remark}\n")
    code, lines, _ = check("a.txt")
    assert (code, lines[0]) == (1, "a.txt: line 1: EMAIL_ADDRESS (high confidence)")


def test_annotations_for_github_name_file_and_lines_and_cannot_be_broken_out_of() -> None:
    Path("a,b:100%.txt").write_text(f"x\n{EMAIL}\n")
    Path("a.mp4").write_bytes(b"x")
    _, lines, _ = check("a,b:100%.txt", "a.mp4", "--format", "github")
    assert lines[0].startswith(
        "::error file=a%2Cb%3A100%25.txt,line=2,endLine=2,title=EMAIL_ADDRESS (high confidence)::line 2. E-mail address: "
    )
    assert "privacy-audit: allow" in lines[0]
    assert lines[1].startswith("::warning file=a.mp4,title=not scanned::a.mp4: not scanned by any scanner")
    assert len(lines) == 2


def test_sarif_has_one_result_per_place_with_its_line_and_says_what_was_not_read() -> None:
    Path("folder").mkdir()
    Path("folder/é a.csv").write_text(f"id,mail\n1,x\n2,{EMAIL}\n")
    Path("a.mp4").write_bytes(b"x")
    _, lines, _ = check("folder", "a.mp4", "--format", "sarif")
    (run,) = json.loads("\n".join(lines))["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("EMAIL_ADDRESS", "warning")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "folder/%C3%A9%20a.csv"},
        "region": {"startLine": 3, "endLine": 3},
    }
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["fullDescription"]["text"].startswith("E-mail address: it singles out")
    assert "baseline" in rule["help"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1


def test_sarif_without_a_finding_is_a_whole_document_too() -> None:
    Path("a.txt").write_text("Rien ici.")
    code, lines, _ = check("a.txt", "--format", "sarif")
    document = json.loads("\n".join(lines))
    assert (code, document["runs"][0]["results"]) == (0, [])


def test_sarif_is_valid_against_the_schema_of_oasis() -> None:
    Path("a.txt").write_text(f"x\n{EMAIL}\n")
    Path("marie_lefebvre.mp4").write_bytes(b"x")
    document = json.loads("\n".join(check("a.txt", "marie_lefebvre.mp4", "--format", "sarif")[1]))
    assert len(document["runs"][0]["results"]) == 2
    schema = Path(__file__).parents[1] / "report" / "sarif-schema-2.1.0.json"
    jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))


def test_what_stands_in_a_file_of_an_archive_is_told_by_its_member() -> None:
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("folder/marie_lefebvre.txt", f"x\n{EMAIL}\n")
        archive.writestr("b.mp4", b"x")
    _, lines, _ = check("a.zip")
    member = "member 'folder/marie_lefebvre.txt', "
    assert f"a.zip: {member}in the file's name: PERSON (medium confidence)" in lines
    assert f"a.zip: {member}line 2: EMAIL_ADDRESS (high confidence)" in lines
    assert any(line.startswith("a.zip: not scanned by any scanner: member 'b.mp4': ") for line in lines)


def test_what_was_kept_of_an_earlier_check_is_used_and_no_cache_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text(f"x\n{EMAIL}\n")
    first = check("a.txt")

    def broken(*_: object) -> None:
        raise AssertionError("scanned again")

    monkeypatch.setattr("privacy_audit.pipeline.check_places.scan_tree", broken)
    assert check("a.txt") == first
    with pytest.raises(AssertionError, match="scanned again"):
        check("a.txt", "--no-cache")
