"""Guard.ray() in ``map_batches``: actors on this machine, batches of arrays, counts that come together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from privacy_audit import Guard
from privacy_audit.errors import UsageError
from privacy_audit.hooks.ray import RayHook
from privacy_audit.recipe import Recipe

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = Recipe("guarded", scanners={"text_patterns": {}, "image_metadata": {}}, operators={"text_label": {}})
ROWS = [{"n": number, "text": f"à {EMAIL}" if number % 5 == 0 else "ok"} for number in range(20)]


def batch_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "n": np.array([row["n"] for row in rows]),
        "text": np.array([row["text"] for row in rows], object),
        "picture": np.zeros((len(rows), 4, 6, 3), np.uint8),
    }


@pytest.fixture(scope="module")
def data() -> Iterator[Any]:
    ray = pytest.importorskip("ray", reason="needs ray: pip install 'privacy-audit[ray]'")
    pytest.importorskip("ray.data", reason="needs ray: pip install 'privacy-audit[ray]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield ray.data.from_items(ROWS, override_num_blocks=4)
        ray.shutdown()


@pytest.mark.enable_socket
def test_two_actors_redact_and_their_counts_come_together(data: Any) -> None:
    guard = Guard(RECIPE, "redact")
    rows = sorted(data.map_batches(guard.ray(), batch_size=5, concurrency=2).take_all(), key=lambda row: row["n"])
    assert rows == [{**row, "text": row["text"].replace(EMAIL, "<EMAIL_ADDRESS>")} for row in ROWS]
    report = guard.report()
    assert (report.dataset.n_files, report.coverage.complete) == (20, 20)
    assert [(entity.entity_type, entity.count) for entity in report.entities] == [("EMAIL_ADDRESS", 4)]


@pytest.mark.enable_socket
def test_drop_leaves_rows_out_and_may_leave_no_row_of_a_batch(data: Any) -> None:
    guard = Guard(RECIPE, "drop")
    rows = data.map_batches(guard.ray(), batch_size=1, concurrency=1).take_all()
    assert sorted(row["n"] for row in rows) == [row["n"] for row in ROWS if row["text"] == "ok"]
    treatment = guard.report().treatment
    assert treatment is not None
    assert (treatment.records, treatment.quarantined) == (16, 4)


def test_columns_keep_their_types_also_when_nothing_is_left() -> None:
    hook = RayHook(Guard(RECIPE, "drop"))
    kept = hook(batch_of(ROWS[:3]))
    assert [(name, column.dtype, column.shape) for name, column in kept.items()] == [
        ("n", np.dtype(int), (2,)),
        ("text", np.dtype(object), (2,)),
        ("picture", np.dtype(np.uint8), (2, 4, 6, 3)),
    ]
    none = hook(batch_of(ROWS[:1]))
    assert [(column.dtype, column.shape) for column in none.values()] == [
        (np.dtype(int), (0,)),
        (np.dtype(object), (0,)),
        (np.dtype(np.uint8), (0, 4, 6, 3)),
    ]


def test_audit_adds_a_column_of_notes() -> None:
    notes = RayHook(Guard(RECIPE, "audit"))(batch_of(ROWS[:2]))["privacy_audit"]
    assert [len(json.loads(note)) for note in notes] == [1, 0]


def test_batches_that_are_no_mapping_are_refused_with_what_to_ask_for() -> None:
    with pytest.raises(UsageError, match="use batch_format='numpy'"):
        RayHook(Guard(RECIPE))([1, 2])  # type: ignore[arg-type]  # on purpose
