"""Guard.torch() around data sets and loaders, with workers, and models that train behind it."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from privacy_audit import Guard
from privacy_audit.errors import PersonalDataError, UsageError
from privacy_audit.recipe import Recipe
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord

torch = pytest.importorskip("torch", reason="needs torch: pip install 'privacy-audit[torch]'")
from torch.utils.data import DataLoader, Dataset, IterableDataset  # noqa: E402

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = Recipe("guarded", scanners={"text_patterns": {}}, operators={"text_label": {}})
SENTIMENTS = {"bad": ["awful and slow", "slow and dull"], "good": ["bright and quick", "quick and fine"]}
Pair = namedtuple("Pair", "text label")


class Texts(Dataset):
    """Forty sentences of two kinds; every tenth ends with an address."""

    def __len__(self) -> int:
        return 40

    def __getitem__(self, index: int) -> dict[str, Any]:
        label = index % 2
        text = SENTIMENTS["good" if label else "bad"][index // 2 % 2]
        return {"text": f"{text} {EMAIL}" if index % 10 == 0 else text, "label": label}


class Stream(IterableDataset):
    """The same, shared out over the workers."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        worker = torch.utils.data.get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker else (0, 1)
        texts = Texts()
        return (texts[index] for index in range(first, len(texts), step))


def bag_of_words(texts: list[str]) -> Any:
    words = "awful slow dull bright quick fine".split()
    return torch.tensor([[float(word in text.split()) for word in words] for text in texts])


def trained(loader: Any, epochs: int = 4) -> tuple[Any, list[str]]:
    """A linear model, and every text that it saw."""
    torch.manual_seed(7)
    model = torch.nn.Linear(6, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    seen: list[str] = []
    for _ in range(epochs):
        for batch in loader:
            seen += batch["text"]
            loss = torch.nn.functional.cross_entropy(model(bag_of_words(batch["text"])), batch["label"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, seen


def accuracy(model: Any) -> float:
    samples = [Texts()[index] for index in range(40)]
    guessed = model(bag_of_words([sample["text"] for sample in samples])).argmax(1)
    return float((guessed == torch.tensor([sample["label"] for sample in samples])).float().mean())


@pytest.mark.parametrize("workers", [0, 2])
def test_a_model_trains_on_redacted_texts_and_the_report_holds_what_every_worker_saw_once(workers: int) -> None:
    guard = Guard(RECIPE, "redact")
    model, seen = trained(DataLoader(guard.torch(Texts()), batch_size=5, num_workers=workers))
    assert accuracy(model) == 1.0
    assert len(seen) == 4 * 40
    assert sum("<EMAIL_ADDRESS>" in text for text in seen) == 4 * 4
    assert EMAIL not in " ".join(seen)
    report = guard.report()
    assert (report.dataset.n_files, report.coverage.complete) == (40, 40), "four passes over the same samples"
    assert [(entity.entity_type, entity.count) for entity in report.entities] == [("EMAIL_ADDRESS", 4)]
    assert report.treatment is not None
    assert (report.treatment.records, dict(report.treatment.residual)) == (40, {})


@pytest.mark.parametrize("workers", [0, 2])
def test_a_stream_drops_and_a_model_trains_on_the_rest(workers: int) -> None:
    guard = Guard(RECIPE, "drop")
    model, seen = trained(DataLoader(guard.torch(Stream()), batch_size=5, num_workers=workers), epochs=1)
    assert len(seen) == 36
    assert EMAIL not in " ".join(seen)
    assert model.weight.grad is not None
    treatment = guard.report().treatment
    assert treatment is not None
    assert (treatment.records, treatment.quarantined) == (36, 4)


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("data", [Texts, Stream])
def test_a_loader_passes_over_batches_that_nothing_is_left_of(data: Any, workers: int) -> None:
    loader = Guard(RECIPE, "drop").torch(DataLoader(data(), batch_size=1, num_workers=workers))
    assert len(list(loader)) == 36
    assert accuracy(trained(loader)[0]) == 1.0


def test_a_loader_keeps_its_options() -> None:
    loader = DataLoader(Texts(), batch_size=4, shuffle=True, drop_last=True, collate_fn=lambda batch: len(batch))
    guarded = Guard(RECIPE, "redact").torch(loader)
    assert len(guarded) == 10
    assert list(guarded) == [4] * 10
    assert guarded.loader.batch_sampler is loader.batch_sampler
    single = Guard(RECIPE, "drop").torch(DataLoader(Texts(), batch_size=None))
    assert len(list(single)) == 36


def test_without_the_loader_a_batch_is_smaller_and_an_empty_one_says_what_to_do() -> None:
    data = Guard(RECIPE, "drop").torch(Texts())
    assert [len(batch["text"]) for batch in DataLoader(data, batch_size=20)] == [18, 18]
    with pytest.raises(UsageError, match=r"wrap the loader, guard\.torch\(DataLoader\(\.\.\.\)\)"):
        list(DataLoader(data, batch_size=1))
    with pytest.raises(UsageError, match="use a DataLoader with batches"):
        data[0]
    assert data[1] == Texts()[1]


def test_a_subset_of_a_guarded_data_set_is_guarded() -> None:
    first, _ = torch.utils.data.random_split(
        Guard(RECIPE, "redact").torch(Texts()), [10, 30], torch.Generator().manual_seed(1)
    )
    assert EMAIL not in " ".join(text for batch in DataLoader(first, batch_size=5) for text in batch["text"])


def test_raise_stops_the_training_and_quotes_nothing() -> None:
    loader = DataLoader(Guard(RECIPE, "raise").torch(Texts()), batch_size=5)
    with pytest.raises(PersonalDataError, match=r"^text: EMAIL_ADDRESS x 1$"):
        trained(loader)


def test_audit_changes_no_sample() -> None:
    guard = Guard(RECIPE, "audit")
    data = guard.torch(Texts())
    assert [data[index] for index in range(len(data))] == [Texts()[index] for index in range(40)]
    assert guard.report().n_findings == 4


def test_tuples_named_or_not_and_lists_keep_their_form() -> None:
    samples = [("ok", 1), [f"à {EMAIL}", 2], Pair(f"à {EMAIL}", 3), EMAIL]
    data = Guard(RECIPE, "redact").torch(samples)
    assert [data[index] for index in range(4)] == [
        ("ok", 1),
        ["à <EMAIL_ADDRESS>", 2],
        Pair("à <EMAIL_ADDRESS>", 3),
        "<EMAIL_ADDRESS>",
    ]


class Corner:
    """Stands for a face detector: the first pixels of every picture."""

    name, needs_model, models, entity_types, summary = "corner", False, (), ("FACE",), ""
    accepts = (ImageRecord,)

    def scan(self, record: ImageRecord) -> list[Detection]:
        return [Detection("FACE", BoundingBox(0, 0, 4, 4), 0.9, Confidence.HIGH)] if record.pixels[:4, :4].any() else []


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.float64])
def test_picture_tensors_are_covered_and_come_back_as_they_were(dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"corner": Corner})
    recipe = Recipe("corner", scanners={"corner": {}}, operators={"image_solid": {}})
    full = torch.full((3, 16, 24), 255, dtype=torch.uint8)
    fine = torch.full((3, 16, 24), 0.3333, dtype=torch.float64)
    fine[:, :4, :4] = 0
    picture = full if dtype is torch.uint8 else (full / 255).to(dtype)
    data = Guard(recipe, "redact").torch([(picture, 1), (fine, 2)])
    (covered, label), (untouched, _) = data[0], data[1]
    assert (covered.dtype, tuple(covered.shape), label) == (dtype, (3, 16, 24), 1)
    assert not covered[:, :4, :4].any()
    assert untouched is fine, "nothing was found, and 8 bits are fewer than it has"


def test_tensors_that_are_no_picture_are_not_clean() -> None:
    normalised = torch.full((3, 16, 24), -1.5)
    assert len(list(Guard(RECIPE, "drop").torch(DataLoader([(normalised, 1)])))) == 0


def test_a_waveform_with_its_rate_behind_it_is_a_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    guard = Guard(Recipe("audio", scanners={"audio_tags": {}, "text_patterns": {}}), "audit")
    look = guard.look
    monkeypatch.setattr(
        guard, "look", lambda name, record: heard.append(getattr(record, "sample_rate_hz", 0)) or look(name, record)
    )
    sample = (torch.zeros(1, 160), 16_000, "transcript", 84)
    ((waveform, rate, *rest),) = list(guard.torch([sample]))
    assert (rate, rest) == (16_000, ["transcript", 84])
    assert waveform is sample[0]
    assert heard == [16_000, 0]


def test_what_is_no_data_set_is_refused() -> None:
    with pytest.raises(UsageError, match="got a int, expected a Dataset or a DataLoader"):
        Guard(RECIPE).torch(3)


def test_an_array_of_numbers_passes() -> None:
    (sample,) = list(DataLoader(Guard(RECIPE, "raise").torch([{"x": np.arange(4.0)}])))
    assert sample["x"].shape == (1, 4)
