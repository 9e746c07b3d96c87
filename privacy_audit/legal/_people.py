"""How many different people were detected, as a range. Nobody is identified and nobody is compared across files."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from privacy_audit.legal._files import OpenFile
from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure_report import People
from privacy_audit.legal.scoring import IMPERSONAL
from privacy_audit.types import Confidence, Finding

MAX_FINGERPRINTS = 10_000_000
"""Distinct values remembered over all entity types, 8 bytes each; past it every further value counts as a new one."""

_BUFFERED = 16_384
_COUNTED_APART = frozenset({"FACE", "SPEAKER", "VOICE"})


class _Values:
    """Values told apart by 64 bits of a hash: two of ten million are taken for one with a chance of one in 400,000."""

    def __init__(self) -> None:
        self._sorted: Any = None
        self._new: set[int] = set()

    def holds(self, value: int) -> bool:
        if value in self._new:
            return True
        if self._sorted is None:
            return False
        at = int(self._sorted.searchsorted(value))
        return at < len(self._sorted) and int(self._sorted[at]) == value

    def add(self, value: int) -> None:
        import numpy as np

        self._new.add(value)
        if len(self._new) >= _BUFFERED:
            new = np.fromiter(self._new, dtype=np.uint64, count=len(self._new))
            self._sorted = np.sort(new if self._sorted is None else np.concatenate((self._sorted, new)))
            self._new = set()


class PeopleTally:
    """Distinct values by fingerprint, faces per picture, speakers per file."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, _Values] = defaultdict(_Values)
        self._n_seen = 0
        self._distinct: Counter[str] = Counter()
        self._without: Counter[str] = Counter()  # findings that carry no fingerprint, or came past the limit
        self._impersonal: Counter[str] = Counter()  # of both, values that are nobody's
        self._faces_in_one_picture = 0
        self._speakers_in_one_file = 0
        self._files_with_voice_alone = 0

    def add(self, file: OpenFile, findings: Sequence[Finding]) -> None:
        """The findings of one scanner in one record. One SPEAKER finding stands for one speaker."""
        faces = 0
        for finding in findings:
            detection = finding.detection
            if self._add_value(detection.entity_type, finding.fingerprint) and detection.qualifier in IMPERSONAL:
                self._impersonal[detection.entity_type] += 1
            sure = detection.confidence >= Confidence.MEDIUM  # a lower bound is no place for doubtful findings
            faces += sure and detection.entity_type == "FACE"
            if sure and detection.entity_type == "SPEAKER":
                file.n_speakers += 1
            elif detection.entity_type == "VOICE":
                file.has_voice = True
        self._faces_in_one_picture = max(self._faces_in_one_picture, faces)

    def add_file(self, file: OpenFile) -> None:
        """One whole file."""
        self._speakers_in_one_file = max(self._speakers_in_one_file, file.n_speakers)
        self._files_with_voice_alone += file.has_voice and not file.n_speakers

    def _add_value(self, entity_type: str, fingerprint: str | None) -> bool:
        """Whether the value is a new one."""
        if fingerprint is None:
            self._without[entity_type] += 1
            return True
        seen = self._seen[entity_type]
        value = int.from_bytes(hashlib.blake2b(fingerprint.encode(), digest_size=8).digest())
        if seen.holds(value):
            return False
        if self._n_seen >= MAX_FINGERPRINTS:
            self._without[entity_type] += 1
        else:
            seen.add(value)
            self._n_seen += 1
            self._distinct[entity_type] += 1
        return True

    def distinct(self, entity_type: str) -> tuple[int | None, bool]:
        """Different values, None when none has a fingerprint; and whether every value could be told apart."""
        return self._distinct[entity_type] or None, not self._without[entity_type]

    def _total(self, entity_type: str) -> int:
        return self._distinct[entity_type] + self._without[entity_type] - self._impersonal[entity_type]

    def _total_of_class(self, identification: str) -> int:
        met = {*self._distinct, *self._without} - _COUNTED_APART
        return sum(self._total(kind) for kind in met if legal_row(kind).identification == identification)

    def build(self) -> People:
        """The range so far: over what was detected, not over what was missed."""
        names, others = self._total_of_class("D"), self._total_of_class("U")
        faces = self._total("FACE")
        # a recording whose voices were not told apart counts as one person
        speakers = self._total("SPEAKER") + self._files_with_voice_alone
        nir = self._distinct["FR_NIR"]
        upper = names + others + faces + speakers
        return People(
            lower=max(self._faces_in_one_picture, self._speakers_in_one_file, nir, min(upper, 1)),
            upper=upper,
            faces_in_one_picture=self._faces_in_one_picture,
            speakers_in_one_file=self._speakers_in_one_file,
            distinct_nir=nir,
            distinct_names=names,
            faces=faces,
            speakers=speakers,
            other_identifiers=others,
            not_told_apart=self._files_with_voice_alone,
        )
