"""How many different people were detected, as a range. Nobody is identified and nobody is compared across files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure_report import People
from privacy_audit.legal.scoring import IMPERSONAL
from privacy_audit.types import Confidence, Finding

MAX_FINGERPRINTS = 1_000_000
"""Distinct values remembered over all entity types; past it every further value counts as a new one."""

_COUNTED_APART = frozenset({"FACE", "SPEAKER", "VOICE"})


class PeopleTally:
    """Distinct values by fingerprint, faces per picture, speakers per file."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._distinct: Counter[str] = Counter()
        self._without: Counter[str] = Counter()  # findings that carry no fingerprint, or came past the limit
        self._impersonal: Counter[str] = Counter()  # of both, values that are nobody's
        self._faces_in_one_picture = 0
        self._speakers_of_file: Counter[int] = Counter()  # MEDIUM confidence and above
        self._files_with_voice: set[int] = set()

    def add(self, file_uri: str, findings: Sequence[Finding]) -> None:
        """The findings of one scanner in one record. One SPEAKER finding stands for one speaker."""
        faces = 0
        for finding in findings:
            detection = finding.detection
            if self._add_value(detection.entity_type, finding.fingerprint) and detection.qualifier in IMPERSONAL:
                self._impersonal[detection.entity_type] += 1
            sure = detection.confidence >= Confidence.MEDIUM  # a lower bound is no place for doubtful findings
            faces += sure and detection.entity_type == "FACE"
            if sure and detection.entity_type == "SPEAKER":
                self._speakers_of_file[hash(file_uri)] += 1
            elif detection.entity_type == "VOICE":
                self._files_with_voice.add(hash(file_uri))
        self._faces_in_one_picture = max(self._faces_in_one_picture, faces)

    def _add_value(self, entity_type: str, fingerprint: str | None) -> bool:
        """Whether the value is a new one."""
        value = (entity_type, fingerprint or "")
        if fingerprint is not None and value in self._seen:
            return False
        if fingerprint is None or len(self._seen) >= MAX_FINGERPRINTS:
            self._without[entity_type] += 1
        else:
            self._seen.add(value)
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
        speakers = self._total("SPEAKER") + len(self._files_with_voice - self._speakers_of_file.keys())
        in_one_file = max(self._speakers_of_file.values(), default=0)
        nir = self._distinct["FR_NIR"]
        upper = names + others + faces + speakers
        return People(
            lower=max(self._faces_in_one_picture, in_one_file, nir, min(upper, 1)),
            upper=upper,
            faces_in_one_picture=self._faces_in_one_picture,
            speakers_in_one_file=in_one_file,
            distinct_nir=nir,
            distinct_names=names,
            faces=faces,
            speakers=speakers,
            other_identifiers=others,
        )
