"""What a guard costs in each loader: the same pass over the same samples with and without it, in one process.

CPU time, the best of some rounds. Without the guard a loader does next to nothing with a text, so the ratio is large
and says little by itself: read it beside the milliseconds per sample, and these beside the time of a training step.
Loaders that are not installed are left out.
"""

from __future__ import annotations

import importlib.util
import io
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench._data import data_dir, half_of
from bench._run import Run
from privacy_audit import Guard
from privacy_audit.measuring.gold import read_gold

_ROUNDS = 3
_TEXTS, _PICTURES = 200, 20
_RECIPES = {"texts": ("pre-commit", "text-corpus"), "pictures": ("pre-commit", "image-dataset")}


def main() -> None:
    """Command line."""
    run = Run("guard_overhead", "CPU time of loaders with and without a guard.")
    run.parser.add_argument("--mode", choices=("audit", "redact"), default="audit", help="what the guard does")
    gold = half_of(read_gold([data_dir("text", "winer_fr.jsonl")]), run.half)
    texts = [item.text for item in gold[: run.options.limit or _TEXTS]]
    folder = data_dir("image", "faces_wider")
    pictures = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))[: run.options.limit or _PICTURES]]
    rows = []
    for kind, samples in (("texts", texts), ("pictures", pictures)):
        for name, loader in _LOADERS[kind].items():
            if importlib.util.find_spec(name.partition(",")[0]) is None:
                continue
            bare_s = _best(loader(samples, None))
            for recipe in _RECIPES[kind]:
                guard = Guard(recipe, run.options.mode)
                guarded_s = _best(loader(samples, guard))
                added_ms = 1000 * (guarded_s - bare_s) / len(samples)
                rows.append((name, kind, recipe, bare_s, guarded_s, f"{guarded_s / bare_s:.3g}", added_ms))
    run.add(
        f"{len(texts)} texts of winer_fr ({sum(map(len, texts))} characters), {run.half} half, and {len(pictures)} "
        f"pictures of faces_wider, mode {run.options.mode}; CPU time, best of {_ROUNDS}",
        ("loader", "samples", "recipe", "without, s", "with, s", "ratio", "added per sample, ms"),
        rows,
    )
    run.finish()


def _best(pass_over: Callable[[], object]) -> float:
    """CPU-seconds of the quickest pass; the first one loads the models and is not counted."""
    pass_over()
    best = float("inf")
    for _ in range(_ROUNDS):
        start_s = time.process_time()
        pass_over()
        best = min(best, time.process_time() - start_s)
    return best


def _datasets(samples: list[Any], guard: Guard | None) -> Callable[[], object]:
    import datasets

    datasets.disable_progress_bars()
    data = datasets.Dataset.from_list([{"text": sample} for sample in samples])
    function: Any = guard.hf() if guard else lambda batch: dict(batch)
    return lambda: data.map(function, batched=True, load_from_cache_file=False)


def _torch(samples: list[Any], guard: Guard | None) -> Callable[[], object]:
    from torch.utils.data import DataLoader

    loader = DataLoader([{"text": sample, "label": 0} for sample in samples], batch_size=16)
    guarded: Any = guard.torch(loader) if guard else loader
    return lambda: [batch["label"] for batch in guarded]


def _ray(samples: list[Any], guard: Guard | None) -> Callable[[], object]:
    """The class that an actor runs, on batches as Ray gives them; Ray's own work is left out."""
    import numpy as np

    batches = [{"text": np.array(samples[start : start + 50], object)} for start in range(0, len(samples), 50)]
    function: Any = guard.ray()() if guard else lambda batch: {name: column.copy() for name, column in batch.items()}
    return lambda: list(map(function, batches))


def _datatrove(samples: list[Any], guard: Guard | None) -> Callable[[], object]:
    from datatrove.data import Document

    def documents() -> Iterable[Document]:
        return (Document(sample, str(number)) for number, sample in enumerate(samples))

    return lambda: list(guard.datatrove().run(documents()) if guard else documents())


def _webdataset(suffix: str, decode: str | None, before: bool) -> Callable[..., Callable[[], object]]:
    def loader(samples: list[Any], guard: Guard | None) -> Callable[[], object]:
        import webdataset

        folder = tempfile.TemporaryDirectory(prefix="privacy-audit-bench-")
        shard = str(Path(folder.name) / "0.tar")
        with webdataset.TarWriter(shard) as writer:
            for number, sample in enumerate(samples):
                writer.write({"__key__": f"{number:06d}", suffix: sample})

        def pass_over() -> list[Any]:
            assert folder, "kept as long as the shard is read"
            data = webdataset.WebDataset(shard, shardshuffle=False)
            if guard and before:
                data = data.compose(guard.webdataset())
            data = data.decode(decode) if decode else data
            if guard and not before:
                data = data.compose(guard.webdataset())
            return [sample["__key__"] for sample in data]

        return pass_over

    return loader


def _picture_datasets(samples: list[Any], guard: Guard | None) -> Callable[[], object]:
    """Decoded, as most use them."""
    from PIL import Image

    def decoded() -> Iterable[dict[str, Any]]:
        return ({"image": Image.open(io.BytesIO(sample))} for sample in samples)

    if guard is None:
        return lambda: [row["image"].convert("RGB") for row in decoded()]
    hook = guard.hf()
    return lambda: [hook(row)["image"].convert("RGB") for row in decoded()]


_LOADERS: dict[str, dict[str, Callable[..., Callable[[], object]]]] = {
    "texts": {
        "datasets": _datasets,
        "webdataset, before decode": _webdataset("txt", None, before=True),
        "webdataset, after decode": _webdataset("txt", "pil", before=False),
        "torch": _torch,
        "ray": _ray,
        "datatrove": _datatrove,
    },
    "pictures": {
        "datasets": _picture_datasets,
        "webdataset, before decode": _webdataset("jpg", "pil", before=True),
        "webdataset, after decode": _webdataset("jpg", "pil", before=False),
    },
}


if __name__ == "__main__":
    main()
