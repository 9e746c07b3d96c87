"""A guard around a PyTorch data set or loader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from torch.utils.data import DataLoader, Dataset, IterableDataset

from privacy_audit.errors import UsageError
from privacy_audit.guard import Guard
from privacy_audit.hooks._fields import passed_on, texts_in

__all__ = ["GuardedDataset", "GuardedIterableDataset", "GuardedLoader", "guarded"]

_WHOLE = "sample"
"""The field of a sample that is one value."""
_RATES_HZ = range(4_000, 768_001)


def guarded(guard: Guard, data: Any, label: str) -> Any:
    """``data`` behind the guard; ``label`` tells its samples from those of other data.

    Raises:
        UsageError: it is neither a Dataset nor a DataLoader.
    """
    if isinstance(data, DataLoader):
        return GuardedLoader(guard, data, label)
    if isinstance(data, IterableDataset):
        return GuardedIterableDataset(guard, data)
    if hasattr(data, "__getitem__"):
        return GuardedDataset(guard, data, label)
    raise UsageError(f"guard.torch: got a {type(data).__name__}, expected a Dataset or a DataLoader")


class GuardedDataset(Dataset[Any]):
    """A map-style data set. A loader asks it for a batch at a time, from which samples are left out."""

    def __init__(self, guard: Guard, dataset: Any, label: str) -> None:
        self.guard, self.dataset, self._label = guard, dataset, label

    def __len__(self) -> int:
        """Before anything is left out."""
        return len(self.dataset)

    def __getitem__(self, index: Any) -> Any:
        """One sample. Raises UsageError where it has to be left out."""
        kept = self._kept([index])
        if not kept:
            raise UsageError(f"a sample has to be left out in mode {self.guard.mode!r}: use a DataLoader with batches")
        return kept[0]

    def __getitems__(self, indices: Sequence[Any]) -> list[Any]:
        """A batch, perhaps a smaller one. Raises UsageError where nothing is left of it."""
        kept = self._kept(indices)
        if not kept:
            raise UsageError(
                f"every sample of a batch has to be left out in mode {self.guard.mode!r}: wrap the loader, "
                "guard.torch(DataLoader(...)), which goes on with the next batch"
            )
        return kept

    def _kept(self, indices: Sequence[Any]) -> list[Any]:
        many = getattr(self.dataset, "__getitems__", None)
        samples = many(indices) if many else [self.dataset[index] for index in indices]
        pairs = zip(indices, samples, strict=True)
        with self.guard.ahead(texts_in(samples)):
            passed = [_passed(self.guard, sample, f"{self._label}/{index}") for index, sample in pairs]
        return [sample for kept in passed for sample in kept]


class GuardedIterableDataset(IterableDataset[Any]):
    """A stream. Its samples have no address, so each pass counts them again."""

    def __init__(self, guard: Guard, dataset: Any) -> None:
        self.guard, self.dataset = guard, dataset

    def __iter__(self) -> Iterator[Any]:
        for sample in self.dataset:
            yield from _passed(self.guard, sample, None)


class GuardedLoader:
    """A loader over the same data set with the same options; batches that nothing is left of are passed over."""

    def __init__(self, guard: Guard, loader: DataLoader[Any], label: str) -> None:
        if isinstance(loader.dataset, IterableDataset):
            data: Any = GuardedIterableDataset(guard, loader.dataset)
        else:
            data = _Batches(guard, loader.dataset, label)
        options = {
            "num_workers": loader.num_workers,
            "collate_fn": _Collate(loader.collate_fn),
            "pin_memory": loader.pin_memory,
            "timeout": loader.timeout,
            "worker_init_fn": loader.worker_init_fn,
            "multiprocessing_context": loader.multiprocessing_context,
            "generator": loader.generator,
            "prefetch_factor": loader.prefetch_factor,
            "persistent_workers": loader.persistent_workers,
        }
        if isinstance(loader.dataset, IterableDataset):
            options |= {"batch_size": loader.batch_size, "drop_last": loader.drop_last}
        elif loader.batch_sampler is not None:
            options["batch_sampler"] = loader.batch_sampler
        else:
            options |= {"batch_size": None, "sampler": loader.sampler}
        self.loader: DataLoader[Any] = DataLoader(data, **options)

    def __len__(self) -> int:
        """Number of batches before anything is left out."""
        return len(self.loader)

    def __iter__(self) -> Iterator[Any]:
        return (batch for batch in self.loader if batch is not None)


class _Batches(GuardedDataset):
    """Of a batch that nothing is left of, nothing: the loader passes over it."""

    def __getitem__(self, index: Any) -> Any:
        kept = self._kept([index])
        return kept[0] if kept else None

    def __getitems__(self, indices: Sequence[Any]) -> list[Any]:
        return self._kept(indices)


class _Collate:
    """The loader's own, for batches that hold something."""

    def __init__(self, collate: Callable[[Any], Any]) -> None:
        self._collate = collate

    def __call__(self, batch: Any) -> Any:
        return None if batch is None or (isinstance(batch, list) and not batch) else self._collate(batch)


def _passed(guard: Guard, sample: Any, address: str | None) -> list[Any]:
    """The sample in the form that it had, or nothing."""
    if isinstance(sample, Mapping):
        passed = passed_on(guard, sample, address)
        return [passed[0]] if passed else []
    if isinstance(sample, tuple | list):
        fields = _named(sample)
        passed = passed_on(guard, fields, address)
        return [_like(sample, passed[0])] if passed else []
    passed = passed_on(guard, {_WHOLE: sample}, address)
    return [passed[0][_WHOLE]] if passed else []


def _named(sample: Sequence[Any]) -> dict[str, Any]:
    """Fields under their numbers; a waveform with its rate behind it, as torchaudio gives them, is one field."""
    fields: dict[str, Any] = {}
    skip = False
    for number, value in enumerate(sample):
        if skip:
            skip = False
            continue
        after = sample[number + 1] if number + 1 < len(sample) else None
        skip = _is_waveform(value) and type(after) is int and after in _RATES_HZ
        fields[str(number)] = (value, after) if skip else value
    return fields


def _is_waveform(value: Any) -> bool:
    floats = getattr(value, "is_floating_point", None)
    return floats is not None and bool(floats()) and value.ndim == 2


def _like(sample: Any, fields: Mapping[str, Any]) -> Any:
    values: list[Any] = []
    for number, value in fields.items():
        original = sample[int(number)]
        values += value if _is_waveform(original) and isinstance(value, tuple) else [value]
    if hasattr(sample, "_fields"):  # a named tuple
        return type(sample)(*values)
    return type(sample)(values)
