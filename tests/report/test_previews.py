"""Masked values of the gravest records: what they show, what they hide, and that only the page asked for has them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.cli.main import cli
from privacy_audit.errors import UsageError
from privacy_audit.fingerprint import KEY_VARIABLE
from privacy_audit.report._previews import masked

NIR, MAIL = "1 85 05 78 006 084 91", "camille.zorquentine@courriel-invente.fr"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), standalone_mode=False)


@pytest.fixture
def audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An audit of a table and of a text with code in its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(KEY_VARIABLE, "k" * 32)
    data = tmp_path / "data"
    data.mkdir()
    (data / "rows.csv").write_text(f"note,contact\nNIR : {NIR},{MAIL}\nrien,rien\n", encoding="utf-8")
    (data / "<b onclick=alert(1)>.txt").write_text(f"Écrire à {MAIL} avant lundi.\n", encoding="utf-8")
    result = run("scan", "data", "-r", "pre-commit", "-o", "audit", "-j", "1")
    assert result.exception is None, result.exception
    return data


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [("EMAIL_ADDRESS", "jean.dupont@exemple.fr", "j•••.d•••@e•••.fr"), ("PERSON", "Jean Dupont", "J••• D•••"),
     ("PHONE_NUMBER", "06 39 98 12 45", "•• •• •• •• 45"), ("FR_NIR", NIR, "• •• •• •• ••• ••• 91"),
     ("CREDENTIAL", "un long mot de passe", "•••"), ("PERSON", "Ly", "•••"), ("POSTCODE", "75011", "•••••"),
     ("PERSON", "Anne Marie Claude Odile Sylvie", "A••• M••• C••• O••• •••")],
)  # fmt: skip
def test_a_value_is_masked_by_its_form(kind: str, value: str, shown: str) -> None:
    assert masked(kind, value) == shown


@given(
    kind=st.sampled_from(["PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDENTIAL", "HEALTH"]),
    value=st.text(st.characters(codec="utf-8"), max_size=80) | st.from_regex(r"[a-z.]{3,20}@[a-z]{2,12}\.[a-z]{2,9}"),
)
def test_no_two_letters_in_a_row_are_ever_shown_but_the_end_of_an_address(kind: str, value: str) -> None:
    shown = masked(kind, value)
    bare = re.sub(r"\.[A-Za-z]{2,4}$", "", shown) if kind == "EMAIL_ADDRESS" else shown
    assert not re.search(r"[^\W\d_]{2}", bare)
    assert sum(char.isalpha() for char in bare) <= 4
    assert sum(char.isdigit() for char in bare) <= 2
    assert len(shown) <= 60
    if kind == "CREDENTIAL":
        assert shown == "•••"


def test_the_page_shows_the_gravest_records_masked(audited: Path) -> None:
    page = run("report", "audit", "--previews", "data", "--lang", "en").output
    assert "rows.csv#<wbr>row=0" in page or "rows.csv#row=0" in page
    for shown in ("c•••.z•••@c•••-i•••.fr", "• •• •• •• ••• ••• 91"):
        assert shown in page
    for hidden in ("zorquentine", "courriel", NIR, NIR.replace(" ", ""), "<b onclick"):
        assert hidden not in page.lower()
    assert "the audit holds no excerpt of the data, and this page shows masked values of them" in page
    assert "this report holds no excerpt" not in page


def test_without_them_the_page_and_the_audit_hold_none(audited: Path) -> None:
    page = run("report", "audit", "--lang", "en").output
    assert "•••" not in page
    assert "this report holds no excerpt of the data" in page
    assert not any("•••" in path.read_text(encoding="utf-8") for path in Path("audit").iterdir() if path.is_file())


def test_a_value_that_changed_since_the_scan_is_left_out(audited: Path) -> None:
    text = (audited / "rows.csv").read_text(encoding="utf-8")
    (audited / "rows.csv").write_text(text.replace("camille.z", "odilexx.z"), encoding="utf-8")
    page = run("report", "audit", "--previews", "data").output
    assert "o•••" not in page
    assert "••• 91" in page


def test_what_cannot_be_shown_is_refused_or_left_out(audited: Path, tmp_path: Path) -> None:
    result = run("report", "audit", "--previews", "data", "--format", "csv")
    assert isinstance(result.exception, UsageError)
    assert "use html or pdf" in str(result.exception)
    (tmp_path / "empty").mkdir()
    result = run("report", "audit", "--previews", "empty")
    assert isinstance(result.exception, UsageError)
    assert "holds none of the files of this audit" in str(result.exception)


def test_an_edited_audit_reads_nothing_elsewhere(audited: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(f"Écrire à {MAIL} avant lundi.\n", encoding="utf-8")
    lines = Path("audit/findings.jsonl").read_text(encoding="utf-8").splitlines()
    moved = [json.dumps({**json.loads(line), "record_uri": "../secret.txt"}) for line in lines if ".txt" in line]
    kept = [line for line in lines if ".txt" not in line]
    Path("audit/findings.jsonl").write_text("\n".join([*moved, *kept]) + "\n", encoding="utf-8")
    page = run("report", "audit", "--previews", "data").output
    assert page.count("@c•••") == 2  # that of the table, in two languages
