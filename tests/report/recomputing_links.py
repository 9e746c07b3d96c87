"""What repeats and what was compared, counted again from ``links.jsonl`` and ``findings.jsonl``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.report.recomputing import Audit, Line

MEDIA = ("text", "picture", "audio")
BANDS = {"2": 2, "3-9": 3, "10-99": 10, "100+": 100}
THRESHOLDS = {"voices": (0.30, 0.40, 0.60), "faces": (0.90, 0.92, 0.94)}  # loosely, in between, strictly
MIN_FACE_PX = 48


def duplicates(
    audit: Audit, sure: Callable[[Iterable[Line]], list[Line]], nobodys: Collection[str]
) -> dict[str, Any] | None:
    """None where no line tells of it."""
    lines = [line for line in audit.links or () if "record" in line]
    apart = [line for line in lines if "cluster" not in line]
    clusters = Counter((line["cluster"], line["medium"]) for line in lines if "cluster" in line)
    personal = _personal_records(audit, sure, nobodys)
    assert {(line["record"], line["medium"]) for line in lines} <= personal
    sizes = sorted(clusters.values(), reverse=True)
    assert [clusters[key] for key in sorted(clusters)] == sizes  # the largest comes first
    by_size = Counter(max((name for name in BANDS if n >= BANDS[name]), key=BANDS.__getitem__) for n in sizes)
    of_medium = {name: [n for (_, medium), n in clusters.items() if medium == name] for name in MEDIA}
    return {
        "compared": {
            name: sum(medium == name for _, medium in personal) - sum(line["medium"] == name for line in apart)
            for name in MEDIA
        },
        "not_compared": len(apart),
        "repeated": {name: sum(of_medium[name]) for name in MEDIA},
        "clusters": {name: len(of_medium[name]) for name in MEDIA},
        "by_size": {name: by_size[name] for name in BANDS},
        "top": [{"count": n} for n in sizes[:100]],
        "others": max(0, len(sizes) - 100),
    }


def _personal_records(
    audit: Audit, sure: Callable[[Iterable[Line]], list[Line]], nobodys: Collection[str]
) -> set[tuple[str, str]]:
    """Rows and texts with a finding that is somebody's, pictures and recordings with any; from medium confidence on."""
    kinds = {file["file"]: file["kind"] for file in audit.files}
    found = set()
    for line in sure(audit.findings):
        file, uri = audit.file_of(line), line["record_uri"]
        kind = kinds[file]
        if kind in ("text", "table") and not uri.endswith(("#path", "#table")) and line["qualifier"] not in nobodys:
            found.add((audit.record_of(line), "text"))
        elif kind in ("image", "audio") and uri == file:
            found.add((file, "picture" if kind == "image" else "audio"))
    return found


def linking(audit: Audit, sure: Callable[[Iterable[Line]], list[Line]]) -> dict[str, Any] | None:
    """How many groups remain when those at least so alike are merged; None where nothing was compared."""
    lines = [line for line in audit.links or () if "linking" in line]
    if not lines:
        return None
    return {kind: _grouped(audit, [x for x in lines if x["linking"] == kind], kind, sure) for kind in THRESHOLDS}


def _grouped(
    audit: Audit, lines: list[Line], kind: str, sure: Callable[[Iterable[Line]], list[Line]]
) -> dict[str, int] | None:
    if not lines:
        return None
    assert [tuple(line["merged_from"]) for line in lines if "merged_from" in line] == [THRESHOLDS[kind]]
    told = [line for line in lines if "file" in line]
    compared, without = (sum(line[key] for line in told) for key in ("compared", "not_compared"))
    if kind == "faces":
        boxes = [line["location"] for line in sure(audit.findings) if line["entity_type"] == "FACE"]
        large = [min(b["x_max"] - b["x_min"], b["y_max"] - b["y_min"]) >= MIN_FACE_PX for b in boxes]
        assert (compared, without) == (sum(large), len(large) - sum(large))
    else:
        speakers = Counter(audit.file_of(line) for line in audit.findings if line["entity_type"] == "SPEAKER")
        assert all(line["compared"] + line["not_compared"] <= speakers[line["file"]] for line in told)
    merged_at = np.array([line["merged_at"] for line in lines if "merged_at" in line], np.float32)
    loosely, between, strictly = (compared - int((merged_at >= n).sum()) for n in THRESHOLDS[kind])
    if not compared:
        loosely, between, strictly = min(without, 1), min(without, 1), 0
    return {
        "compared": compared,
        "not_compared": without,
        "fewest": loosely,
        "likeliest": between,
        "most": strictly + without,
    }
