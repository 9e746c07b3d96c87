"""What a report says of things that lie in several files: records that repeat, voices and faces that were compared."""

from __future__ import annotations

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.linked_people import different_faces, different_speakers
from privacy_audit.legal.links_report import Grouped
from privacy_audit.legal.strings import Strings
from privacy_audit.report._view import semicolons

__all__ = [
    "clusters_line",
    "duplicate_rows",
    "duplicate_sentences",
    "grouping_sentences",
    "people_method",
    "people_note",
    "top_rows",
]

MAX_LISTED = 20
_MANY = 10  # copies of one record from which context.yaml asks for `duplicated`


def duplicate_rows(report: ExposureReport, t: Strings) -> list[tuple[str, int, int, int]]:
    """Medium, records compared, records of which there is another one, different ones among these."""
    found = report.duplicates
    if found is None:
        return []
    return [
        (t(f"medium_{medium}"), n, found.repeated.get(medium, 0), found.clusters.get(medium, 0))
        for medium, n in found.compared.items()
        if n
    ]


def clusters_line(report: ExposureReport, t: Strings) -> str:
    """``2 times (5); 3 to 9 times (1)``; empty where nothing repeats."""
    bands = report.duplicates.by_size if report.duplicates else {}
    parts = (f"{t('times', band=_band(band, t))} ({t.number(n)})" for band, n in bands.items() if n)
    return semicolons("; ".join(parts), t)


def duplicate_sentences(report: ExposureReport, t: Strings) -> list[str]:
    """What was compared, what came of it, and what was not seen."""
    found = report.duplicates
    if found is None:
        return [t("duplicates_not_searched")]
    n_clusters = sum(found.clusters.values())
    said = [t("duplicates_intro")]
    said.append(t.plural("duplicates_found", n_clusters, most=found.largest) if n_clusters else t("duplicates_none"))
    if n_clusters:
        said.append(t("duplicates_sizes", sizes=clusters_line(report, t)))
    if found.largest >= _MANY and not (report.context and report.context.duplicated):
        said.append(t("duplicates_declare", most=found.largest))
    if found.not_compared:
        said.append(t.plural("duplicates_not_compared", found.not_compared))
    return [*said, t("duplicates_limits")]


def top_rows(report: ExposureReport, t: Strings) -> tuple[list[tuple[str, str, tuple[str, ...]]], int]:
    """The records that repeat most: medium, how often, the first places; and how many more there are."""
    found = report.duplicates
    if found is None:
        return [], 0
    shown = [(t(f"medium_{item.medium}"), t.number(item.count), item.uris) for item in found.top[:MAX_LISTED]]
    return shown, found.others + max(0, len(found.top) - MAX_LISTED)


def grouping_sentences(report: ExposureReport, t: Strings) -> list[str]:
    """What was compared from file to file on a declared basis, with method and error; empty where nothing was."""
    linking = report.linking
    if linking is None:
        return []
    said = [t("say_cluster", basis=linking.basis)]
    for what, found in (("voices", linking.voices), ("faces", linking.faces)):
        if found is not None:
            said += [_counted(what, found, t), t(f"grouped_{what}_method")]
    return said


def _counted(what: str, found: Grouped, t: Strings) -> str:
    return t(
        f"grouped_{what}",
        compared=found.compared,
        without=found.not_compared,
        fewest=found.fewest,
        likeliest=found.likeliest,
        most=found.most,
    )


def people_note(report: ExposureReport, t: Strings) -> str:
    """What the estimate of the number of people rests on."""
    return t("people_note" if report.linking is None else "people_note_linked")


def people_method(report: ExposureReport, t: Strings) -> list[str]:
    """How the range was obtained."""
    found = report.people
    return [
        t(
            "people_method_lower",
            faces=found.faces_in_one_picture,
            speakers=found.speakers_in_one_file,
            nir=found.distinct_nir,
        ),
        t(
            "people_method_upper",
            names=found.distinct_names,
            others=found.other_identifiers,
            faces=different_faces(report),
            speakers=different_speakers(report),
        ),
        *_people_linked(report, t),
        t("people_method_limit"),
    ]


def _people_linked(report: ExposureReport, t: Strings) -> list[str]:
    """What comparing faces and voices from file to file, on the declared basis, changes in the range."""
    linking, found = report.linking, report.people
    if linking is None:
        return []
    said = [t("people_method_linked", basis=linking.basis)]
    if linking.faces:
        at_most = different_faces(report)
        said.append(t("people_linked_faces", least=linking.faces.fewest, most=at_most, found=found.faces))
    if linking.voices:
        at_most = different_speakers(report)
        said.append(t("people_linked_voices", least=linking.voices.fewest, most=at_most, found=found.speakers))
    return said


def _band(band: str, t: Strings) -> str:
    least, dash, most = band.partition("-")
    return t("times_range", lo=least, hi=most) if dash else band
