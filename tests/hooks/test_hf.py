"""Guard.hf() in ``datasets.Dataset.map``: single samples and batches, texts, pictures, sounds, nested and undecoded."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from privacy_audit import Guard
from privacy_audit.errors import PersonalDataError, UnreadableError, UsageError
from privacy_audit.recipe import Recipe

datasets = pytest.importorskip("datasets")

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = Recipe(
    "guarded",
    scanners={"file_names": {}, "text_patterns": {}, "image_metadata": {}, "audio_tags": {}},
    operators={"text_label": {}, "image_strip_metadata": {}, "audio_strip_tags": {}},
)


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path)
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


def picture(author: str | None = "Camille Durand") -> Image.Image:
    buffer, exif = io.BytesIO(), Image.Exif()
    if author:
        exif[0x013B] = author
    Image.new("RGB", (8, 8), "white").save(buffer, "PNG", exif=exif)
    return Image.open(buffer)


def png(author: str | None = "Camille Durand") -> bytes:
    buffer = io.BytesIO()
    image = picture(author)
    image.save(buffer, "PNG", exif=image.getexif())
    return buffer.getvalue()


def notes(sample: dict[str, Any]) -> Any:
    return json.loads(sample["privacy_audit"])


def test_audit_adds_a_column_of_notes_and_leaves_the_data() -> None:
    data = datasets.Dataset.from_list([{"text": "ok", "n": 1}, {"text": EMAIL, "n": 2}])
    mapped = data.map(Guard(RECIPE, "audit").hf())
    assert mapped.remove_columns("privacy_audit").to_list() == data.to_list()
    assert [notes(sample) for sample in mapped] == [
        [],
        [{"field": "text", "entity_type": "EMAIL_ADDRESS", "confidence": "HIGH", "count": 1}],
    ]


def test_the_first_finding_may_come_after_thousands_of_clean_samples() -> None:
    data = datasets.Dataset.from_list([{"text": "ok"}, {"text": "ok"}, {"text": EMAIL}])
    mapped = data.map(Guard(RECIPE, "audit").hf(), batched=True, batch_size=1, writer_batch_size=1)
    assert [len(notes(sample)) for sample in mapped] == [0, 0, 1]


@pytest.mark.parametrize("batched", [False, True])
def test_redact_gives_the_same_columns_treated(batched: bool) -> None:
    data = datasets.Dataset.from_list([{"text": "ok", "n": 1}, {"text": f"à {EMAIL}", "n": 2}])
    mapped = data.map(Guard(RECIPE, "redact").hf(), batched=batched)
    assert mapped.to_list() == [{"text": "ok", "n": 1}, {"text": "à <EMAIL_ADDRESS>", "n": 2}]
    assert mapped.features == data.features


def test_drop_leaves_out_the_samples_with_findings() -> None:
    data = datasets.Dataset.from_list([{"text": EMAIL, "n": 1}, {"text": "ok", "n": 2}, {"text": EMAIL, "n": 3}])
    assert data.map(Guard(RECIPE, "drop").hf(), batched=True).to_list() == [{"text": "ok", "n": 2}]


def test_drop_may_leave_nothing() -> None:
    data = datasets.Dataset.from_list([{"text": EMAIL}])
    assert len(data.map(Guard(RECIPE, "drop").hf(), batched=True)) == 0


def test_one_sample_at_a_time_cannot_be_left_out_and_the_message_says_what_to_do() -> None:
    hook = Guard(RECIPE, "drop").hf()
    assert hook({"text": "ok"}) == {"text": "ok"}
    with pytest.raises(UsageError, match=r"use ds\.map\(guard\.hf\(\), batched=True\)"):
        hook({"text": EMAIL})


def test_raise_stops_at_the_first_and_quotes_nothing() -> None:
    data = datasets.Dataset.from_list([{"text": "ok"}, {"text": EMAIL}])
    with pytest.raises(PersonalDataError, match=r"^text: EMAIL_ADDRESS x 1$"):
        data.map(Guard(RECIPE, "raise").hf())


def test_a_streaming_data_set_is_mapped_with_the_batch_function() -> None:
    data = datasets.Dataset.from_list([{"text": EMAIL}, {"text": "ok"}]).to_iterable_dataset()
    assert list(data.map(Guard(RECIPE, "drop").hf().batch, batched=True)) == [{"text": "ok"}]  # type: ignore[attr-defined]  # HfHook


def test_the_messages_of_a_conversation_are_read_wherever_they_hang() -> None:
    sample = {
        "id": 7,
        "messages": [{"role": "user", "content": f"mon adresse : {EMAIL}"}, {"role": "assistant", "content": "merci"}],
    }
    redacted = Guard(RECIPE, "redact").hf()(sample)
    assert [message["content"] for message in redacted["messages"]] == ["mon adresse : <EMAIL_ADDRESS>", "merci"]
    (note,) = notes(Guard(RECIPE, "audit").hf()(sample))
    assert note["field"] == "messages"
    with pytest.raises(PersonalDataError, match=r"^messages\.0\.content: EMAIL_ADDRESS x 1$"):
        Guard(RECIPE, "raise").hf()(sample)


def test_a_picture_is_read_with_its_metadata_and_given_back_without() -> None:
    data = datasets.Dataset.from_list([{"image": {"bytes": png(author), "path": None}} for author in ("X", None)])
    data = data.cast_column("image", datasets.Image())
    assert len(data.map(Guard(RECIPE, "drop").hf(), batched=True)) == 1
    treated = data.map(Guard(RECIPE, "redact").hf(), batched=True)
    assert [dict(sample["image"].getexif()) for sample in treated] == [{}, {}]
    assert np.array_equal(np.asarray(treated[0]["image"]), np.asarray(data[0]["image"]))


def test_undecoded_bytes_are_read_with_the_name_of_their_file() -> None:
    sample = {"image": {"bytes": png(None), "path": "folder/marie_lefebvre.png"}}
    (note,) = notes(Guard(RECIPE, "audit").hf()(sample))
    assert (note["field"], note["entity_type"]) == ("image", "PERSON")
    redacted = Guard(RECIPE, "redact").hf()(sample)
    assert redacted["image"]["path"] == "PERSON.png"
    assert redacted["image"]["bytes"].startswith(b"\x89PNG")


def test_a_file_that_is_only_named_is_read_from_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    sample = {"image": {"bytes": None, "path": str(tmp_path / "a.png")}}
    (note,) = notes(Guard(RECIPE, "audit").hf()(sample))
    assert note["entity_type"] == "AUTHOR_METADATA"
    assert b"Durand" not in Guard(RECIPE, "redact").hf()(sample)["image"]["bytes"]


def test_a_file_that_is_only_named_and_not_there_is_not_clean(tmp_path: Path) -> None:
    sample = {"image": {"bytes": None, "path": str(tmp_path / "gone.png")}}
    assert notes(Guard(RECIPE, "audit").hf()(sample))[0]["entity_type"] == "UNSCANNED"
    with pytest.raises(UnreadableError, match=r"^image: cannot be decoded \(FileNotFoundError\)$"):
        Guard(RECIPE, "raise").hf()(sample)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_sound_keeps_its_form(channels: int) -> None:
    array = np.linspace(-0.5, 0.5, 160, dtype=np.float32)
    array = array if channels == 1 else np.stack([array, array])
    treated = Guard(RECIPE, "redact").hf()({"audio": {"array": array, "sampling_rate": 16_000, "path": None}})
    assert treated["audio"]["sampling_rate"] == 16_000
    assert np.array_equal(treated["audio"]["array"], array)


def test_a_sound_in_whole_numbers_is_not_clean() -> None:
    sample = {"audio": {"array": np.zeros(160, np.int16), "sampling_rate": 16_000}}
    assert notes(Guard(RECIPE, "audit").hf()(sample))[0]["entity_type"] == "UNSCANNED"


class Tensor:
    """As much of a torch tensor as the guard looks at; torch itself is not installed here."""

    dtype, ndim = "torch.float32", 1


class Decoder:
    """Like the decoders that ``datasets`` gives for sounds and videos: what is in them is not seen from outside."""


@pytest.mark.parametrize(
    "value",
    [Decoder(), object(), np.zeros((3, 4, 4), np.float32), np.zeros((4, 4, 4), np.uint8), np.array(["text"]), {1, 2}],
    ids=lambda value: type(value).__name__,
)
def test_what_the_guard_cannot_look_into_is_not_clean(value: Any) -> None:
    batch = {"x": [value], "n": [1]}
    assert Guard(RECIPE, "drop").hf().batch(batch) == {"x": [], "n": []}  # type: ignore[attr-defined]  # HfHook
    assert Guard(RECIPE, "redact").hf().batch(batch) == {"x": [], "n": []}  # type: ignore[attr-defined]  # HfHook
    assert notes(Guard(RECIPE, "audit").hf()({"x": value}))[0]["entity_type"] == "UNSCANNED"
    with pytest.raises(UnreadableError, match=r"^x: a \w+ is not read"):
        Guard(RECIPE, "raise").hf()({"x": value})


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2.5,
        np.float32(1),
        np.arange(4),
        np.zeros((2, 3), np.float32),
        Tensor(),
        [1, [2, None]],
        datetime.date.max,
    ],
    ids=lambda value: type(value).__name__,
)
def test_numbers_dates_and_nothing_pass(value: Any) -> None:
    assert Guard(RECIPE, "raise").hf()({"x": value})["x"] is not Ellipsis
    assert notes(Guard(RECIPE, "audit").hf()({"x": value})) == []


def test_in_every_mode_but_audit_the_columns_stay_those_of_the_sample() -> None:
    for mode in ("redact", "drop", "raise"):
        assert list(Guard(RECIPE, mode).hf()({"text": "ok", "n": 1})) == ["text", "n"]  # type: ignore[arg-type]  # all are modes
