"""What each process notes of the records it scans: signatures of personal ones, and, where asked, vectors.

Signatures leave as sealed lines beside the findings. Vectors of voices and faces are biometric templates: they leave
through :meth:`Collector.templates` only, which the engine passes on in memory, and stand in no line.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import is_caption, record_of
from privacy_audit.legal.scoring import IMPERSONAL
from privacy_audit.linking.fingerprints import audio_fingerprint, picture_hash, text_signature
from privacy_audit.recipe import Recipe
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    ImageRecord,
    Outcome,
    Record,
    Scanned,
    Segment,
    TextRecord,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_VALUES", "MIN_FACE_PX", "MIN_VOICE_S", "Collector", "Signature", "Templates", "opened"]

MAX_VALUES = 8
"""Different personal values of one record that are compared, the ones with the smallest fingerprints."""
_MAX_TEXT_CHARS = 1_000_000
_PER_LINE = 256
MIN_VOICE_S = 2.0
"""Speech of a voice; with less its vector is mostly chance (chosen, not measured)."""
MIN_FACE_PX = 48
"""Shorter side of a face: descriptors of smaller ones say little (chosen, not measured)."""


@dataclass(frozen=True, slots=True, repr=False)
class Signature:
    """One personal record. ``place``: what follows the file in its URI; ``values``: fingerprints as 64-bit numbers."""

    place: str
    medium: str
    signature: bytes | None
    values: tuple[int, ...] = ()


@dataclass(slots=True, repr=False)
class Templates:
    """Vectors of unit length of one file, float32 (n, d), and how many voices and faces have none. In memory only."""

    voices: list[NDArray[np.float32]] = field(default_factory=list)
    faces: list[NDArray[np.float32]] = field(default_factory=list)
    voices_without: int = 0
    faces_without: int = 0


class Collector:
    """Told of every batch of records and what was found in it. Raises MissingDependencyError without a face encoder."""

    def __init__(self, recipe: Recipe, fingerprinter: Fingerprinter) -> None:
        self._signs, self._linking = recipe.near_duplicates, recipe.linking
        self._fingerprinter = fingerprinter
        self._file = ""
        self._waiting: list[Signature] = []
        self._full: list[dict[str, Any]] = []
        self._row = _Row("")
        self._templates = Templates()

    def take(self, file_uri: str, records: Sequence[Record], outcomes: Sequence[Outcome]) -> None:
        """Note these records of one file, which come one file after the other."""
        if file_uri != self._file:
            self._end_file()
            self._file = file_uri
        found = _found(outcomes)
        for record in records:
            detections = found.get(record.uri, {})
            if isinstance(record, TextRecord):
                self._take_text(record, detections)
            elif isinstance(record, ImageRecord):
                self._take_picture(record, detections)
            elif isinstance(record, AudioRecord):
                self._take_sound(record, detections)
            if len(self._waiting) >= _PER_LINE:
                self._end_line()

    def take_voices(self, centroids: Any, seconds: Mapping[int, float]) -> None:
        """Vectors of the voices of one recording, float32 (n, d), None where its engine gives none."""
        known = 0 if centroids is None else len(centroids)
        for voice, spoken_s in seconds.items():
            if voice < known and spoken_s >= MIN_VOICE_S:
                self._templates.voices.append(centroids[voice])
            else:
                self._templates.voices_without += 1

    def lines(self, *, ended: bool = False) -> Iterator[dict[str, Any]]:
        """The lines that are full, and, where a file has ended, what is left of it."""
        if ended:
            self._end_file()
        full, self._full = self._full, []
        yield from full

    def templates(self) -> Templates:
        """The vectors since the last call."""
        found, self._templates = self._templates, Templates()
        return found

    def _take_text(self, record: TextRecord, found: Mapping[Detection, str | None]) -> None:
        if not self._signs or (record.pieces and isinstance(record.pieces[0].place, Segment)):
            return  # what a recording says stands in its transcript too
        if is_caption(record.uri, self._file):
            return  # and what is written of a picture in its own file
        row = record_of(record.uri, self._file)
        if row != self._row.uri:
            self._end_row(row)
        self._row.add(record.text, found)

    def _end_row(self, following: str) -> None:
        row, self._row = self._row, _Row(following)
        if row.personal:
            signature = text_signature("\n".join(row.texts))
            self._sign(row.uri, "text", signature, tuple(sorted(row.values)[:MAX_VALUES]))

    def _take_picture(self, record: ImageRecord, found: Mapping[Detection, str | None]) -> None:
        personal = [detection for detection in found if detection.confidence >= Confidence.MEDIUM]
        # frames of videos and animations are alike by nature
        if self._signs and personal and record.uri == self._file:
            self._sign(record.uri, "picture", picture_hash(record.pixels))
        if self._linking.faces:
            faces = [item.location for item in personal if item.entity_type == "FACE"]
            boxes = [box for box in faces if isinstance(box, BoundingBox)]
            large = [box for box in boxes if min(box.width_px, box.height_px) >= MIN_FACE_PX]
            self._templates.faces_without += len(boxes) - len(large)
            if large:
                from privacy_audit.models import dlib_faces

                self._templates.faces += list(dlib_faces.descriptors(record.pixels, large))

    def _take_sound(self, record: AudioRecord, found: Mapping[Detection, str | None]) -> None:
        if self._signs and any(detection.confidence >= Confidence.MEDIUM for detection in found):
            self._sign(record.uri, "audio", audio_fingerprint(record.samples, record.sample_rate_hz))

    def _sign(self, uri: str, medium: str, signature: bytes | None, values: tuple[int, ...] = ()) -> None:
        self._waiting.append(Signature(uri[len(self._file) :], medium, signature, values))

    def _end_file(self) -> None:
        self._end_row("")
        if self._waiting:
            self._end_line()

    def _end_line(self) -> None:
        waiting, self._waiting = self._waiting, []
        plain = [
            [item.place, item.medium, base64.b64encode(item.signature or b"").decode(), list(item.values)]
            for item in waiting
        ]
        nonce = secrets.token_hex(8)
        sealed = base64.b64encode(_sealed(json.dumps(plain).encode(), nonce, self._fingerprinter)).decode()
        self._full.append({"signatures": self._file, "nonce": nonce, "sealed": sealed})


def opened(line: Mapping[str, Any], fingerprinter: Fingerprinter) -> list[Signature]:
    """The signatures of one line; with another key than the one it was sealed with, ValueError."""
    plain = json.loads(_sealed(base64.b64decode(line["sealed"]), line["nonce"], fingerprinter))
    return [
        Signature(place, medium, base64.b64decode(signature) or None, tuple(values))
        for place, medium, signature, values in plain
    ]


def _sealed(data: bytes, nonce: str, fingerprinter: Fingerprinter) -> bytes:
    """SHAKE-256 of a keyed HMAC as a stream, added to the data: who holds the audit and not its key reads nothing."""
    key = fingerprinter.of_bytes("SIGNATURES", nonce.encode())
    stream = hashlib.shake_256(key.encode()).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


class _Row:
    """A row of a table, or a whole text, as its cells come."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.texts: list[str] = []
        self.values: set[int] = set()
        self.personal = False
        self._n_chars = 0

    def add(self, text: str, found: Mapping[Detection, str | None]) -> None:
        if self._n_chars < _MAX_TEXT_CHARS:
            self.texts.append(text[: _MAX_TEXT_CHARS - self._n_chars])
            self._n_chars += len(text)
        for detection, fingerprint in found.items():
            if detection.confidence < Confidence.MEDIUM or detection.qualifier in IMPERSONAL:
                continue
            self.personal = True
            if fingerprint and legal_row(detection.entity_type).identification in ("D", "U"):
                self.values.add(int(fingerprint[:16], 16))


def _found(outcomes: Sequence[Outcome]) -> dict[str, dict[Detection, str | None]]:
    found: dict[str, dict[Detection, str | None]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Scanned):
            own = found.setdefault(outcome.record_uri, {})
            own.update((finding.detection, finding.fingerprint) for finding in outcome.findings)
    return found
