"""Look for a query in a finished audit, by keyed fingerprints: the data are not read again.

It answers only for what detectors found, in the spellings that have a fingerprint of their own: separators and case
do not count, accents, order and titles do. A search in the data finds more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from privacy_audit.errors import UsageError
from privacy_audit.finding.folding import fold, spellings
from privacy_audit.finding.names import splits
from privacy_audit.finding.places import FindReport, Place, Unread
from privacy_audit.finding.query import Query
from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter
from privacy_audit.legal.exposure import ExposureReport, file_of
from privacy_audit.types import Confidence, Finding, Segment, TextSpan, finding_from_dict

__all__ = ["find_in_audit"]

_NOTE = "only what the detectors of that audit found was compared, not the data; search the data for more"
_UNCHECKED = "whether the audit had this key could not be checked: it has no finding in the name of a file"


def find_in_audit(report: ExposureReport, lines: Iterable[Mapping[str, Any]], query: Query) -> FindReport:
    """Places in ``findings.jsonl`` whose fingerprint is that of a spelling of the values asked for.

    Raises:
        UsageError: there is no key, another key than the audit's, or a file, face or voice is asked for.
    """
    if not os.environ.get(KEY_VARIABLE):
        raise UsageError(f"an audit is searched with the key it was made with: set {KEY_VARIABLE}, or search the data")
    if query.files or query.faces or query.voices:
        raise UsageError("an audit holds no pictures or sounds: search the data for a file, face or voice")
    fingerprinter = Fingerprinter.from_environment()
    wanted = [(kind, how, value) for kind, text in query.values for how, value in _values(kind, text)]
    made: dict[str, dict[str, tuple[str, str]]] = {}
    places: list[Place] = []
    checked = False
    for line in lines:
        finding = finding_from_dict(line)
        checked = _checked(finding, fingerprinter) or checked
        entity_type = finding.detection.entity_type
        known = made.setdefault(
            entity_type, {fingerprinter.of_text(entity_type, value): (kind, how) for kind, how, value in wanted}
        )
        if finding.fingerprint in known:
            places.append(_place(finding, *known[finding.fingerprint]))
    return FindReport(
        started_at=report.tool.started_at,
        asked=query.kinds,
        basis="",
        n_files=report.dataset.n_files,
        places=tuple(places),
        unread=tuple(Unread(item.uri, item.reason, item.detail) for item in report.coverage.entries),
        notes=(_NOTE, *(() if checked else (_UNCHECKED,))),
    )


def _checked(finding: Finding, fingerprinter: Fingerprinter) -> bool:
    """True for a finding in a path under the audit's key: the path is at hand, so its fingerprint can be made again.

    Raises:
        UsageError: it has another fingerprint, so that the audit had another key.
    """
    place = finding.detection.location
    path, hash_sign, fragment = finding.record_uri.rpartition("#")
    if not (hash_sign and fragment == "path" and isinstance(place, TextSpan) and place.end <= len(path)):
        return False
    own = fingerprinter.of_text(finding.detection.entity_type, path[place.start : place.end])
    if own == finding.fingerprint:
        return True
    if path.startswith("file-"):  # paths are hidden: nothing to compare
        return False
    raise UsageError(f"the audit was made with another key than the one in {KEY_VARIABLE}, or without one")


def _values(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """(how, spelling) of the spellings whose fingerprints differ."""
    if kind == "name":
        cuts = splits(text)
        given, family = cuts[0]
        turned = (((*last, *first), "reversed") for first, last in cuts)
        for words, how in (((*given, *family), "full"), *turned):
            yield how, " ".join(words)
            yield how, " ".join(spellings(word)[0] for word in words)
            yield how, " ".join(spellings(word)[-1] for word in words)
        for title in ("M", "Mr", "Mme", "Mlle", "Monsieur", "Madame", "Dr"):
            yield "full", " ".join((title, *given, *family))
    elif kind == "phone":
        import phonenumbers

        number = phonenumbers.parse(text, "FR")
        national = phonenumbers.national_significant_number(number)
        code = number.country_code
        for prefix in ("0", f"+{code}", f"00{code}", f"+{code}0", ""):
            yield "number", prefix + national
    elif kind == "handle":
        yield from (("handle", text.lstrip("@")), ("handle", "@" + text.lstrip("@")))
    else:
        yield "address" if kind == "email" else "number", text
        yield "address" if kind == "email" else "number", fold(text).text


def _place(finding: Finding, asked: str, how: str) -> Place:
    detection = finding.detection
    fragment = finding.record_uri.rpartition("#")[2] if "#" in finding.record_uri else ""
    medium = "path" if fragment == "path" else "cell" if "column=" in fragment else "text"
    if fragment.startswith("caption="):
        medium = "caption"
    elif isinstance(detection.location, Segment):
        medium = "speech"
    elif not isinstance(detection.location, TextSpan):
        medium = "tag"
    return Place(finding.record_uri, file_of(finding.record_uri), medium, asked, detection.entity_type,
                 detection.location, how, 1.0, Confidence.HIGH)  # fmt: skip
