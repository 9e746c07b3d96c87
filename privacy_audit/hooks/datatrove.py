"""A guard as a step of a datatrove pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.base import PipelineStep
from datatrove.utils.typeshelper import StatHints

from privacy_audit.guard import Guard
from privacy_audit.hooks._fields import AUDIT_COLUMN, passed_on

__all__ = ["DatatroveHook"]


class DatatroveHook(PipelineStep):
    """Looks at a document's text, its metadata and the bytes of its media. Its id passes as it is."""

    name = "Privacy guard"
    type = "Filter"

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.guard = guard

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Documents in, documents out; in modes ``redact`` and ``drop`` some are left out."""
        for document in data:
            self.stat_update(StatHints.total)
            with self.track_time():
                passed = passed_on(self.guard, _fields(document))
            if passed is None:
                self.stat_update(StatHints.dropped)
                continue
            self.stat_update(StatHints.forwarded)
            values, notes = passed
            _put_back(document, values)
            if self.guard.mode == "audit":
                document.metadata[AUDIT_COLUMN] = notes
            yield document


def _fields(document: Document) -> dict[str, Any]:
    # media that no step has loaded are handed over as they are: nobody can look into them
    media = {f"media.{number}": item.media_bytes or item for number, item in enumerate(document.media)}
    said = {f"about_media.{number}": [item.alt, item.metadata] for number, item in enumerate(document.media)}
    return {"text": document.text, "metadata": document.metadata, **media, **said}


def _put_back(document: Document, values: dict[str, Any]) -> None:
    document.text, document.metadata = values["text"], values["metadata"]
    for number, item in enumerate(document.media):
        if item.media_bytes:
            item.media_bytes = values[f"media.{number}"]
        item.alt, item.metadata = values[f"about_media.{number}"]
