"""Measuring text detectors: rates that can be checked by hand, and the command that prints them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from privacy_audit.cli.main import cli
from privacy_audit.measuring.gold import GoldSpan, GoldText
from privacy_audit.measuring.text import Detector, Found, measure

TEXTS = [
    GoldText("Ada et Bob", "fr", (GoldSpan(0, 3, "PERSON"), GoldSpan(7, 10, "PERSON"))),
    GoldText("nobody here", "en", ()),
]


def finds_first_word(texts: Sequence[GoldText]) -> list[Found]:
    return [{"PERSON": [(0, 2)]} for _ in texts]


def test_overlap_counts_as_found_and_exact_wants_both_ends() -> None:
    rows = measure([Detector("first word", frozenset({"PERSON"}), finds_first_word)], TEXTS, ["as written"])
    every = next(row for row in rows if row.language == "all")
    assert (every.rates.recall.hits, every.rates.recall.n) == (1, 2)
    assert (every.rates.precision.hits, every.rates.precision.n) == (1, 2)
    assert every.exact_recall.hits == 0


def test_languages_are_counted_apart_and_together() -> None:
    rows = measure([Detector("first word", frozenset({"PERSON"}), finds_first_word)], TEXTS, ["as written"])
    assert {row.language: row.rates.precision.n for row in rows} == {"all": 2, "fr": 1, "en": 1}


def test_a_detector_is_measured_on_the_types_it_claims_only() -> None:
    assert measure([Detector("faces", frozenset({"FACE"}), finds_first_word)], TEXTS, ["as written"]) == []


def test_the_command_prints_a_leaderboard_and_writes_json(tmp_path: Path) -> None:
    gold, figures = tmp_path / "gold.jsonl", tmp_path / "figures.json"
    address = "lucie.garnier@courriel-invente.fr"
    line = {"text": f"Écrire à {address}.", "lang": "fr", "spans": [{"start": 9, "end": 42, "label": "EMAIL"}]}
    gold.write_text(json.dumps(line) + "\n", encoding="utf-8")
    done = CliRunner().invoke(
        cli, ["bench", "text", str(gold), "-r", "pre-commit", "--no-presidio", "--no-casing", "--json", str(figures)]
    )
    assert done.exit_code == 0, done.output
    assert "privacy-audit (pre-commit)" in done.output
    assert address not in done.output
    rows = json.loads(figures.read_text())["rows"]
    assert {row["detector"] for row in rows} == {"privacy-audit (pre-commit)", "text_patterns"}
    assert all(row["recall"]["share"] == 1.0 and row["exact_recall"]["share"] == 1.0 for row in rows)


def test_presidio_beside_it_downloads_nothing(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    line = {"text": "mail a.b@courriel-invente.fr", "lang": "fr", "spans": [{"start": 5, "end": 28, "label": "EMAIL"}]}
    gold.write_text(json.dumps(line) + "\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["bench", "text", str(gold), "-r", "pre-commit", "--no-casing", "--markdown"])
    assert done.exit_code == 0, done.output
    assert "| Presidio default | EMAIL_ADDRESS | fr | as written | 1.000" in done.output
