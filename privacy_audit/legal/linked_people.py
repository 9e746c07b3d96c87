"""The range of people where faces or voices were compared from file to file, on the controller's declared basis."""

from __future__ import annotations

from dataclasses import replace

from privacy_audit.legal.exposure_report import ExposureReport

__all__ = ["different_faces", "different_speakers", "with_linked_people"]


def different_faces(report: ExposureReport) -> int:
    """Faces that the largest number of people counts: all, or at most so many different ones.

    Findings of low confidence were not compared; each counts as another face.
    """
    found, compared = report.people.faces, report.linking.faces if report.linking else None
    return found if compared is None else min(found, compared.most + _doubtful(report, "FACE"))


def different_speakers(report: ExposureReport) -> int:
    """The same for voices; a recording in which nobody was told apart counts as one more person."""
    people, compared = report.people, report.linking.voices if report.linking else None
    if compared is None:
        return people.speakers
    return min(people.speakers, compared.most + _doubtful(report, "SPEAKER") + people.not_told_apart)


def with_linked_people(report: ExposureReport) -> ExposureReport:
    """The report with a range that agrees with what was compared; unchanged where nothing was."""
    linking, people = report.linking, report.people
    if linking is None:
        return report
    fewest = (found.fewest for found in (linking.faces, linking.voices) if found is not None)
    lower = max(people.lower, *fewest)
    values = people.distinct_names + people.other_identifiers
    upper = max(lower, values + different_faces(report) + different_speakers(report))
    return replace(report, people=replace(people, lower=lower, upper=upper))


def _doubtful(report: ExposureReport, entity_type: str) -> int:
    entity = report.entity(entity_type)
    return entity.low if entity else 0
