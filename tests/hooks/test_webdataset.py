"""Guard.webdataset() before and after ``decode``."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from privacy_audit import Guard
from privacy_audit.errors import PersonalDataError
from privacy_audit.recipe import Recipe

wds = pytest.importorskip("webdataset")

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = Recipe(
    "guarded",
    scanners={"text_patterns": {}, "image_metadata": {}, "audio_tags": {}},
    operators={"text_label": {}, "image_strip_metadata": {}, "audio_strip_tags": {}},
)


def jpeg(author: str | None = None) -> bytes:
    buffer, exif = io.BytesIO(), Image.Exif()
    if author:
        exif[0x013B] = author
    Image.new("RGB", (8, 8), "white").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.fixture
def shard(tmp_path: Path) -> str:
    path = str(tmp_path / "shard-000000.tar")
    with wds.TarWriter(path) as writer:
        writer.write({"__key__": "000", "jpg": jpeg(), "txt": "a square", "cls": 3})
        writer.write({"__key__": "001", "jpg": jpeg("Camille Durand"), "txt": f"by {EMAIL}", "cls": 4})
        writer.write({"__key__": "002", "jpg": b"\xff\xd8\xff damaged", "txt": "nothing", "cls": 5})
    return path


def through(shard: str, mode: Any, decode: str | None) -> list[dict[str, Any]]:
    stage = Guard(RECIPE, mode).webdataset()
    pipeline = wds.WebDataset(shard, shardshuffle=False)
    return list(pipeline.decode(decode).compose(stage) if decode else pipeline.compose(stage))


def keys(samples: list[dict[str, Any]]) -> list[str]:
    return [sample["__key__"] for sample in samples]


def test_before_decode_the_fields_are_treated_as_files(shard: str) -> None:
    samples = through(shard, "redact", None)
    assert keys(samples) == ["000", "001"]
    assert samples[1]["txt"] == b"by <EMAIL_ADDRESS>"
    assert b"Durand" not in samples[1]["jpg"]
    assert samples[1]["cls"] == b"4"


def test_drop_leaves_out_what_has_findings_and_what_cannot_be_read(shard: str) -> None:
    assert keys(through(shard, "drop", None)) == ["000"]


def test_audit_passes_everything_on_and_notes_what_was_not_read(shard: str) -> None:
    samples = through(shard, "audit", None)
    assert keys(samples) == ["000", "001", "002"]
    told = [
        [(note["field"], note["entity_type"]) for note in json.loads(sample["privacy_audit"])] for sample in samples
    ]
    assert told == [[], [("jpg", "AUTHOR_METADATA"), ("txt", "EMAIL_ADDRESS")], [("jpg", "UNSCANNED")]]


def test_raise_stops_the_pipeline(shard: str) -> None:
    with pytest.raises(PersonalDataError, match=r"^jpg: AUTHOR_METADATA x 1$"):
        through(shard, "raise", None)


def test_after_decode_pictures_and_texts_are_treated_as_values(tmp_path: Path) -> None:
    path = str(tmp_path / "good.tar")
    with wds.TarWriter(path) as writer:
        writer.write({"__key__": "001", "jpg": jpeg("Camille Durand"), "json": {"caption": EMAIL, "n": 1}})
    (sample,) = through(path, "redact", "pil")
    assert sample["json"] == {"caption": "<EMAIL_ADDRESS>", "n": 1}
    assert sample["jpg"].size == (8, 8)
    assert not sample["jpg"].getexif()
    (sample,) = through(path, "redact", "rgb8")
    assert sample["jpg"].shape == (8, 8, 3)
    assert through(path, "redact", "rgb") == [], "floats are not read, and not passed on"


def test_a_pair_of_samples_and_rate_is_a_sound() -> None:
    array = np.linspace(-0.5, 0.5, 160, dtype=np.float32)[None]
    stage = Guard(RECIPE, "redact").webdataset()
    (sample,) = stage([{"__key__": "0", "wav": (array, 16_000)}])
    assert np.array_equal(sample["wav"][0], array)
    assert sample["wav"][1] == 16_000
    texts = Guard(Recipe("texts", scanners={"text_patterns": {}}), "drop").webdataset()
    assert list(texts([{"__key__": "0", "wav": (array, 16_000)}])) == [], "no scanner of this recipe listens"


def test_where_a_sample_comes_from_passes_as_it_is() -> None:
    stage = Guard(RECIPE, "redact").webdataset()
    (sample,) = stage([{"__key__": EMAIL, "__url__": "x.tar", "txt": b"ok"}])
    assert (sample["__key__"], sample["__url__"]) == (EMAIL, "x.tar")


def test_the_report_calls_samples_by_shard_and_key_and_counts_several_passes_once(shard: str) -> None:
    guard = Guard(RECIPE, "redact")
    pipeline = wds.WebDataset(shard, shardshuffle=False).compose(guard.webdataset())
    for _ in range(2):
        list(pipeline)
    report = guard.report()
    assert (report.coverage.complete, report.coverage.partial, report.coverage.unscanned) == (2, 1, 0)
    assert [file.uri for file in report.files] == [f"{shard}::001"]
    assert [entry.uri for entry in report.coverage.entries] == [f"{shard}::002#column=jpg"]
    assert report.treatment is not None
    assert (report.treatment.records, report.treatment.quarantined) == (2, 1)


@pytest.mark.parametrize("url", ["pipe:curl -u me:secret https://x/a.tar", "https://me:secret@x/a.tar?token=secret"])
def test_a_password_in_an_address_is_in_no_report(url: str) -> None:
    guard = Guard(RECIPE, "audit")
    list(guard.webdataset()([{"__key__": "1", "__url__": url, "txt": EMAIL.encode()}]))
    (file,) = guard.report().files
    assert file.uri.endswith("::1")
    assert "secret" not in file.uri


def test_a_person_seen_in_a_picture_and_named_beside_it_is_one_record(shard: str) -> None:
    guard = Guard(RECIPE, "audit")
    list(wds.WebDataset(shard, shardshuffle=False).compose(guard.webdataset()))
    assert sum(guard.report().records_by_level.values()) == 1, "author of the picture and address of the caption"


def test_the_notes_of_audit_pass_through_decode(tmp_path: Path) -> None:
    path = str(tmp_path / "good.tar")
    with wds.TarWriter(path) as writer:
        writer.write({"__key__": "001", "jpg": jpeg(), "txt": EMAIL})
    stage = Guard(RECIPE, "audit").webdataset()
    (sample,) = wds.WebDataset(path, shardshuffle=False).compose(stage).decode("pil")
    assert (sample["txt"], sample["jpg"].size) == (EMAIL, (8, 8))
    assert len(json.loads(sample["privacy_audit"])) == 1
