from __future__ import annotations

from pathlib import Path

import pytest

from bench._data import DATA_VARIABLE, data_dir, half_of, read_rttm
from privacy_audit.types import Segment


def test_the_two_halves_share_nothing_and_leave_nothing_out() -> None:
    items = list(range(7))
    tune, report = half_of(items, "tune"), half_of(items, "report")
    assert (tune, report) == ([0, 2, 4, 6], [1, 3, 5])


def test_absent_data_are_said_to_be_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    with pytest.raises(SystemExit) as stopped:
        data_dir("image", "faces_wider")
    assert stopped.value.code == 2
    assert DATA_VARIABLE in capsys.readouterr().err


def test_a_recording_is_found_with_and_without_its_accents(tmp_path: Path) -> None:
    rttm = tmp_path / "a.rttm"
    rttm.write_text("SPEAKER tr\u006e\u030301 1 1.500 2.000 <NA> <NA> A <NA> <NA>\nSPKR-INFO x\n", encoding="utf-8")
    assert read_rttm([rttm]) == {"trn01": [(Segment(1.5, 3.5), "A")]}
