"""Guard.hf() in ``datasets.Dataset.map``: single samples and batches, texts, pictures, sounds, nested and undecoded."""

from __future__ import annotations

import datetime
import io
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from privacy_audit import Guard
from privacy_audit.errors import PersonalDataError, UnreadableError, UsageError
from privacy_audit.hooks._fields import noted
from privacy_audit.recipe import Recipe
from privacy_audit.scanners import Scanner
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord, TextRecord

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


def on_disk(folder: Path) -> Any:
    """``map`` keeps its results beside the files of a data set; one in memory has none."""
    rows = [{"text": EMAIL if number % 4 == 0 else "ok", "n": number} for number in range(8)]
    datasets.Dataset.from_list(rows).save_to_disk(str(folder))
    return datasets.load_from_disk(str(folder))


def test_map_twice_hits_its_cache_whatever_the_guard_has_done_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, guard = on_disk(tmp_path / "data"), Guard(RECIPE, "redact")
    first = data.map(guard.hf(), batched=True)
    guard.report()
    monkeypatch.setattr("privacy_audit.guard.Guard.look", lambda *_: pytest.fail("a sample was looked at again"))
    for again in (guard, Guard(RECIPE, "redact"), pickle.loads(pickle.dumps(guard))):  # noqa: S301 - made in this test
        mapped = data.map(again.hf(), batched=True)
        assert mapped.cache_files == first.cache_files
        assert mapped["text"] == first["text"]


def test_another_process_has_the_same_fingerprint() -> None:
    code = (
        "from datasets.fingerprint import Hasher; from privacy_audit import Guard;"
        "print(Hasher.hash(Guard('text-corpus', 'redact').hf()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == datasets.fingerprint.Hasher.hash(Guard("text-corpus", "redact").hf())


def test_what_changes_the_result_changes_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "one.key").write_bytes(b"1" * 64)
    (tmp_path / "two.key").write_bytes(b"2" * 64)
    wider = Recipe("guarded", scanners={"text_patterns": {}}, operators={"text_label": {}})
    guards = [
        Guard(RECIPE, "redact"),
        Guard(RECIPE, "drop"),
        Guard(wider, "redact"),
        Guard(RECIPE, "redact", tmp_path / "one.key"),
        Guard(RECIPE, "redact", tmp_path / "two.key"),
        Guard(RECIPE, "redact", report_folder=tmp_path / "counts"),
    ]
    prints = [datasets.fingerprint.Hasher.hash(guard.hf()) for guard in guards]
    (tmp_path / "two.key").write_bytes(b"3" * 64)
    prints.append(datasets.fingerprint.Hasher.hash(guards[4].hf()))
    assert len(set(prints)) == len(prints)


def test_two_processes_count_for_one_report_each_guard_for_itself(tmp_path: Path) -> None:
    data = on_disk(tmp_path / "data")
    first, second = Guard(RECIPE, "redact"), Guard(RECIPE, "redact")
    data.map(first.hf(), batched=True, num_proc=2)
    data.select([0, 1]).map(second.hf(), batched=True, num_proc=2)
    assert [(guard.report().dataset.n_files, guard.report().n_findings) for guard in (first, second)] == [
        (8, 2),
        (2, 1),
    ]


def test_the_counts_of_the_run_that_filled_the_cache_are_still_in_the_report_folder(tmp_path: Path) -> None:
    data = on_disk(tmp_path / "data")
    for _ in range(2):
        guard = Guard(RECIPE, "drop", report_folder=tmp_path / "counts")
        assert len(data.map(guard.hf(), batched=True)) == 6
        assert guard.report().n_findings == 2


@pytest.mark.parametrize("mode", ["audit", "redact", "drop"])
def test_a_key_of_a_mapping_is_read_too_and_quoted_nowhere(mode: Any) -> None:
    sample = {"scores": {EMAIL: 3, "x": {"y": 1}}, "text": "ok"}
    guard = Guard(RECIPE, mode)
    passed = guard.hf().batch({name: [value] for name, value in sample.items()})  # type: ignore[attr-defined]  # HfHook
    assert len(passed["text"]) == (1 if mode == "audit" else 0), "a key is never replaced"
    if mode == "audit":
        assert passed["scores"] == [sample["scores"]]
        (note,) = json.loads(passed["privacy_audit"][0])
        assert (note["field"], note["entity_type"]) == ("scores", "EMAIL_ADDRESS")
    report = guard.report()
    assert report.n_findings == 1
    assert "durand" not in json.dumps(report.to_dict())
    with pytest.raises(PersonalDataError, match=r"^scores\.key_0#key: EMAIL_ADDRESS x 1$"):
        Guard(RECIPE, "raise").hf()(sample)


def test_what_stands_under_a_key_with_personal_data_is_not_told_by_it() -> None:
    with pytest.raises(PersonalDataError, match=r"^scores\.key_0\.z: EMAIL_ADDRESS x 1$"):
        Guard(RECIPE, "raise").hf()({"scores": {"06 39 98 12 45": {"z": EMAIL}}})


def test_a_name_of_a_column_is_read_too() -> None:
    with pytest.raises(PersonalDataError, match=r"^field_1#key: EMAIL_ADDRESS x 1$"):
        Guard(RECIPE, "raise").hf()({"n": 1, EMAIL: 2})


def moving(kind: str, corner_in: int) -> Image.Image:
    """Three frames, each with a line of its own; a white corner in one of them."""
    frames = [Image.new("RGB", (16, 12), "black") for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste((255, 255, 255), (10, number, 16, number + 1))
    frames[corner_in].paste((255, 255, 255), (0, 0, 4, 4))
    buffer = io.BytesIO()
    times = {} if kind == "TIFF" else {"duration": [100, 200, 300]}
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], **times)
    return Image.open(buffer)


class Corner(Scanner):
    """Stands for a face detector."""

    name, summary, entity_types, accepts = "corner", "Finds a white corner.", ("FACE",), (ImageRecord,)

    def scan(self, record: Any) -> list[Detection]:
        found = record.pixels[:4, :4].any()
        return [Detection("FACE", BoundingBox(0, 0, 4, 4), 0.9, Confidence.HIGH)] if found else []


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF"])
@pytest.mark.parametrize("number", [0, 2])
def test_every_frame_of_a_moving_picture_is_looked_at_and_covered(
    kind: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"corner": Corner})
    recipe = Recipe("corner", scanners={"corner": {}}, operators={"image_solid": {}})
    found = notes(Guard(recipe, "audit").hf()({"image": moving(kind, number)}))
    assert {(note["field"], note["entity_type"]) for note in found} == {("image", "FACE")}
    covered = Guard(recipe, "redact").hf()({"image": moving(kind, number)})["image"]
    assert (covered.n_frames, covered.size) == (3, (16, 12))
    for frame in range(3):
        covered.seek(frame)
        pixels = np.asarray(covered.convert("RGB"))
        assert not pixels[:4, :4].any()
        assert pixels[frame, 12:].min() > 200, "the rest is there"
        assert kind == "TIFF" or covered.info["duration"] == 100 * (frame + 1), "milliseconds"


def test_what_is_transparent_only_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"corner": Corner})
    recipe = Recipe("corner", scanners={"corner": {}}, operators={"image_solid": {}})
    drawn = Image.new("RGBA", (16, 12), (0, 0, 0, 0))
    drawn.paste((0, 0, 0, 255), (0, 0, 3, 3))
    assert len(notes(Guard(recipe, "audit").hf()({"image": drawn}))) == 1
    treated = Guard(recipe, "redact").hf()({"image": drawn})["image"]
    assert (treated.mode, np.asarray(treated).any()) == ("RGB", False), "black, and nothing shines through"


@pytest.mark.parametrize("mode", ["audit", "redact", "drop"])
def test_a_batch_gives_what_its_samples_give_one_by_one(mode: Any) -> None:
    texts = [EMAIL, "ok", EMAIL, "06 39 98 12 45", "", f"à {EMAIL}, 192.0.2.7"]
    samples = [{"text": text, "said": [{"by": "x", "text": other}]} for text in texts for other in texts]
    together, apart = Guard(RECIPE, mode), Guard(RECIPE, mode)
    batch = together.hf().batch({name: [sample[name] for sample in samples] for name in ("text", "said")})  # type: ignore[attr-defined]  # HfHook
    single = [passed for sample in samples if (passed := noted(apart, sample)) is not None]
    assert [dict(zip(batch, row, strict=True)) for row in zip(*batch.values(), strict=True)] == single
    one, other = together.report(), apart.report()
    assert (one.coverage, one.treatment, one.n_findings) == (other.coverage, other.treatment, other.n_findings)


def test_a_scanner_that_fails_on_one_text_of_a_batch_costs_that_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    class Choosy(Scanner):
        name, summary, entity_types, accepts = "choosy", "Fails on one text.", ("EMAIL_ADDRESS",), (TextRecord,)

        def scan(self, record: Any) -> list[Detection]:
            if record.text == "bad":
                raise ValueError(record.text)
            return []

    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"choosy": Choosy})
    guard = Guard(Recipe("choosy", scanners={"choosy": {}}), "drop")
    assert guard.hf().batch({"text": ["a", "bad", "b"]}) == {"text": ["a", "b"]}  # type: ignore[attr-defined]  # HfHook
    assert (guard.report().coverage.complete, guard.report().coverage.unscanned) == (2, 1)
