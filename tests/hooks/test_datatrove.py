"""Guard.datatrove() between a reader and a writer, in one process and in two."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from privacy_audit import Guard
from privacy_audit.errors import PersonalDataError
from privacy_audit.recipe import Recipe

pytest.importorskip("datatrove", reason="needs datatrove: pip install 'privacy-audit[datatrove]'")
from datatrove.data import Document, Media, MediaType
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = Recipe("guarded", scanners={"text_patterns": {}}, operators={"text_label": {}})


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    folder = tmp_path / "shards"
    folder.mkdir()
    for shard in range(2):
        lines = [
            {
                "id": f"{shard}-{number}",
                "text": f"à {EMAIL}" if number == 0 else "ok",
                "author": EMAIL if number == 1 else "",
            }
            for number in range(5)
        ]
        (folder / f"{shard}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def run(guard: Guard, shards: Path, workers: int = 1) -> list[dict[str, Any]]:
    output = shards.parent / "out"
    LocalPipelineExecutor(
        [JsonlReader(str(shards)), guard.datatrove(), JsonlWriter(str(output))],
        tasks=2,
        workers=workers,
        logging_dir=str(shards.parent / "logs"),
    ).run()
    texts = [gzip.decompress(path.read_bytes()).decode() for path in sorted(output.iterdir())]
    return [json.loads(line) for text in texts for line in text.splitlines()]


@pytest.mark.parametrize("workers", [1, 2])
def test_texts_and_metadata_are_redacted_and_counted_over_all_tasks(shards: Path, workers: int) -> None:
    guard = Guard(RECIPE, "redact")
    documents = run(guard, shards, workers)
    assert [document["text"] for document in documents] == ["à <EMAIL_ADDRESS>", "ok", "ok", "ok", "ok"] * 2
    assert [document["metadata"]["author"] for document in documents] == ["", "<EMAIL_ADDRESS>", "", "", ""] * 2
    report = guard.report()
    assert (report.dataset.n_files, report.coverage.complete) == (10, 10)
    assert [(entity.entity_type, entity.count) for entity in report.entities] == [("EMAIL_ADDRESS", 4)]


def test_drop_leaves_documents_out_and_the_statistics_tell(shards: Path) -> None:
    documents = run(Guard(RECIPE, "drop"), shards)
    assert [document["id"] for document in documents] == ["0-2", "0-3", "0-4", "1-2", "1-3", "1-4"]
    statistics = json.loads((shards.parent / "logs" / "stats.json").read_text(encoding="utf-8"))
    (own,) = (step["stats"] for step in statistics if "Privacy guard" in step["name"])
    assert (own["dropped"], own["forwarded"]) == (4, 6)


def test_raise_stops_the_task_and_quotes_nothing() -> None:
    with pytest.raises(PersonalDataError, match=r"^text: EMAIL_ADDRESS x 1$"):
        list(Guard(RECIPE, "raise").datatrove().run([Document(EMAIL, "1")]))


def test_audit_notes_in_the_metadata_and_changes_nothing_else() -> None:
    (document,) = Guard(RECIPE, "audit").datatrove().run([Document(EMAIL, "1", metadata={"url": "x"})])
    assert (document.text, document.metadata.pop("url")) == (EMAIL, "x")
    (note,) = json.loads(document.metadata.pop("privacy_audit"))
    assert (note["field"], note["entity_type"]) == ("text", "EMAIL_ADDRESS")
    assert document.metadata == {}


def test_media_are_read_where_their_bytes_are_there_and_are_not_clean_where_not() -> None:
    def documents() -> list[Document]:
        loaded = Media("a", MediaType.DOCUMENT, "a.txt", alt=EMAIL, media_bytes=f"à {EMAIL}".encode())
        return [Document("ok", "1", [loaded]), Document("ok", "2", [Media("b", MediaType.IMAGE, "b.jpg")])]

    (kept,) = Guard(RECIPE, "redact").datatrove().run(documents())
    assert (kept.id, kept.media[0].media_bytes, kept.media[0].alt) == (
        "1",
        "à <EMAIL_ADDRESS>".encode(),
        "<EMAIL_ADDRESS>",
    )
    assert list(Guard(RECIPE, "drop").datatrove().run(documents())) == []
