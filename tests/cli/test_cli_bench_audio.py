"""``bench audio`` measures recordings beside their RTTM, and refuses what it cannot measure."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from privacy_audit.cli.main import cli
from privacy_audit.errors import UsageError
from privacy_audit.measuring import audio
from privacy_audit.measuring.audio import Engine, measure_audio, read_rttm
from privacy_audit.scanners._voices import Voices, as_voices
from privacy_audit.types import AudioRecord

RTTM = "SPEAKER a 1 0.0 2.0 <NA> <NA> one <NA> <NA>\nSPEAKER a 1 2.0 2.0 <NA> <NA> two <NA> <NA>\n"
RECORD = AudioRecord("a", np.random.default_rng(0).normal(0, 0.01, (1, 64_000)).astype(np.float32), 16_000)
TURNS = [(0.0, 2.0, "one"), (2.0, 4.0, "two")]


def test_an_engine_that_is_right_makes_no_error_and_one_that_hears_one_voice_confuses_half() -> None:
    right = measure_audio(Engine("right", lambda _: as_voices(TURNS)), [(RECORD, TURNS)])
    assert (right.der[0.0], right.exact.share, right.vad_recall, right.vad_precision) == (0.0, 1.0, 1.0, 1.0)
    one = measure_audio(Engine("one", lambda _: as_voices([(0.0, 4.0, "x")])), [(RECORD, TURNS)])
    assert one.der[0.0] == one.confused == pytest.approx(0.5)
    assert (one.exact.share, one.mean_error, one.in_range.share) == (0.0, 1.0, 0.0)
    none = measure_audio(Engine("none", lambda _: as_voices([])), [(RECORD, TURNS)])
    assert none.missed == none.der[0.0] == 1.0


def test_the_command_prints_a_table_and_writes_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "our_engine", lambda: Engine("test", lambda _: as_voices(TURNS)))
    soundfile.write(tmp_path / "a.wav", RECORD.samples[0], 16_000)
    (tmp_path / "a.rttm").write_text(RTTM)
    done = CliRunner().invoke(
        cli, ["bench", "audio", str(tmp_path), "--json", str(tmp_path / "out.json"), "--markdown"]
    )
    assert done.exit_code == 0, done.output
    assert "| test | 0.000 |" in done.output
    (row,) = json.loads((tmp_path / "out.json").read_text())
    assert (row["der"]["0"], row["recordings"]) == (0.0, 1)


def test_linking_is_measured_only_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = dataclasses.replace(as_voices(TURNS), centroids=np.eye(2, 192, dtype=np.float32))
    listened: list[str] = []

    def voices(record: AudioRecord) -> Voices:
        listened.append(record.uri)
        return heard

    monkeypatch.setattr(audio, "our_engine", lambda: Engine("test", voices))
    for name in ("a", "b"):
        soundfile.write(tmp_path / f"{name}.wav", RECORD.samples[0], 16_000)
        (tmp_path / f"{name}.rttm").write_text(RTTM.replace("SPEAKER a", f"SPEAKER {name}"))
    command = ["bench", "audio", str(tmp_path), "--markdown"]
    assert "fewest" not in CliRunner().invoke(cli, command).output
    listened.clear()
    done = CliRunner().invoke(cli, [*command, "--linking", "--json", str(tmp_path / "out.json")])
    assert done.exit_code == 0, done.output
    assert "| 4 | 2 | 0.000 | 1.000 | 2 | 2 | 2 |" in done.output
    assert json.loads((tmp_path / "out.json").read_text())[1]["linking"]["people"] == 2
    assert listened == ["a.wav", "b.wav"]


def test_a_folder_without_a_pair_and_a_broken_rttm_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.rttm").write_text(RTTM)
    assert CliRunner().invoke(cli, ["bench", "audio", str(tmp_path)]).exit_code == 2
    (tmp_path / "a.rttm").write_text("SPEAKER a 1 zero")
    with pytest.raises(UsageError, match=r"a\.rttm: line 1"):
        read_rttm([tmp_path / "a.rttm"])
