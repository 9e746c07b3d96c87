"""The attack as a whole: read the copy again, look with other eyes, match it with the original."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from privacy_audit import __version__
from privacy_audit.errors import UsageError
from privacy_audit.pipeline import Engine, Progress, Toolbox, in_process, scan
from privacy_audit.pipeline.reading import sniffed
from privacy_audit.pipeline.scanning import files_within
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.scanners._table_kinds import SPECIAL_CATEGORIES
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry, walk
from privacy_audit.store import read_lines
from privacy_audit.types import Confidence, finding_from_dict
from privacy_audit.verifying.copies import identical_copies
from privacy_audit.verifying.faces import face_linkage, second_detector
from privacy_audit.verifying.pairs import Pair, pairs_of
from privacy_audit.verifying.remainder import estimated
from privacy_audit.verifying.second_readers import second_reading_of_metadata
from privacy_audit.verifying.singled_out import unique_rows
from privacy_audit.verifying.survivors import surviving_values
from privacy_audit.verifying.values import SCHEMA_VERSION, Check, VerifyReport, not_tested, settled
from privacy_audit.verifying.voices import heard, voice_linkage

__all__ = ["verify"]

_BIOMETRIC = ("face_linkage_pixels", "face_linkage_descriptors", "voice_linkage_ignorant", "voice_linkage_aware",
              "voice_linkage_aware_many")  # fmt: skip


def verify(
    treated: str | Path,
    output: str | Path,
    recipe: Recipe | None = None,
    *,
    original: str | Path | None = None,
    basis: str = "",
    engine: Engine = in_process,
    progress: Progress | None = None,
) -> VerifyReport:
    """Attack a copy that :func:`privacy_audit.anonymize` wrote; ``output/scan`` receives the audit of the copy.

    With ``original`` the copy is also compared with it. Faces and voices are compared only with a ``basis``, the
    controller's reason for a biometric comparison, which the report repeats; no template leaves memory. ``recipe``
    must be the one that the copy was made with.

    Raises:
        UsageError: there is no such folder, it is no treated copy, or the recipe is wrong.
    """
    folder, source = Path(treated), Path(original) if original is not None else None
    if not (folder / OWN_FOLDER / "operations.jsonl").is_file():
        raise UsageError(f"{folder}: is no treated copy; first run: privacy-audit anonymize SOURCE -o {folder}")
    if source is not None and not source.exists():
        raise UsageError(f"{source}: no such file or folder")
    if basis and source is None:
        raise UsageError("a basis is for comparing faces and voices with the original: give --original too")
    recipe = recipe or load_recipe()
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    report = scan([folder], Path(output) / "scan", recipe, engine=engine, progress=progress)
    residual = _residual(Path(output) / "scan" / "findings.jsonl")
    copies = [sniffed(item) for item in walk([folder], ()) if isinstance(item, FileEntry)]
    before, treated_files = _operations(folder, {copy.uri for copy in copies if "#" in copy.uri})
    after = {entity_type: sum(counts.values()) for entity_type, counts in residual.items()}
    remainder, without_recall = estimated(before, after)
    toolbox = Toolbox(recipe)
    pairs = list(pairs_of(source, folder, recipe)) if source else []
    checks = [
        _residual_check(residual),
        second_detector(copies, recipe.limits.max_image_pixels),
        second_reading_of_metadata(file for copy in copies for file in files_within(copy, recipe.limits)),
        unique_rows(toolbox, copies, pairs),
        *_against_original(toolbox, pairs, folder, treated_files, basis, with_original=source is not None),
        _inference(residual),
    ]
    covered = report.coverage
    return VerifyReport(
        schema_version=SCHEMA_VERSION,
        tool_version=__version__,
        started_at=started_at,
        treated=report.dataset.name,
        with_original=source is not None,
        basis=basis,
        files=covered.n_files,
        files_unread=covered.partial + covered.unscanned,
        residual=residual,
        remainder=remainder,
        without_recall=without_recall,
        checks=tuple(checks),
    )


def _against_original(
    toolbox: Toolbox, pairs: list[Pair], folder: Path, treated_files: set[str], basis: str, *, with_original: bool
) -> Iterator[Check]:
    others = ("surviving_values", "identical_copies")
    if not with_original:
        yield from (not_tested(name, "linkage", "no_original") for name in (*others, *_BIOMETRIC))
        return
    if not any(pair.treated for pair in pairs):
        yield from (not_tested(name, "linkage", "original_changed") for name in (*others, *_BIOMETRIC))
        return
    yield surviving_values(toolbox, pairs, folder)
    yield identical_copies(pairs, treated_files, toolbox.recipe.limits)
    left, voices = heard(pairs)
    yield left
    if not basis:
        yield from (not_tested(name, "linkage", "no_basis") for name in _BIOMETRIC)
        return
    yield from face_linkage(toolbox, pairs)
    yield from voice_linkage(toolbox, voices)


def _residual(findings: Path) -> dict[str, dict[str, int]]:
    """Findings of the copy, those of names of files too."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for line in read_lines(findings):
        detection = finding_from_dict(line).detection
        counted[detection.entity_type][detection.confidence.name] += 1
    return {entity_type: dict(counts) for entity_type, counts in sorted(counted.items())}


def _operations(folder: Path, odd: AbstractSet[str]) -> tuple[Counter[str], set[str]]:
    """Places treated by entity type, and the files of the copy in which something was treated.

    ``odd``: files of the copy with ``#`` in their own name.
    """
    counted: Counter[str] = Counter()
    files: set[str] = set()
    line: dict[str, Any]
    for line in read_lines(folder / OWN_FOLDER / "operations.jsonl"):
        counted[line["entity_type"]] += 1
        file = _file_of(line["record_uri"], odd)
        if line["record_uri"] != f"{file}#path":
            files.add(file)
    return counted, files


def _file_of(record_uri: str, odd: AbstractSet[str]) -> str:
    """The longest name among these that the URI begins with, else what stands before the first ``#``."""
    at = len(record_uri)
    while at > 0:
        if record_uri[:at] in odd:
            return record_uri[:at]
        at = record_uri.rfind("#", 0, at)
    return record_uri.partition("#")[0]


def _residual_check(residual: dict[str, dict[str, int]]) -> Check:
    levels = {level: sum(counts.get(level.name, 0) for counts in residual.values()) for level in Confidence}
    sure = levels[Confidence.MEDIUM] + levels[Confidence.HIGH]
    return settled("residual_findings", "isolation", sure > 0, sure=sure, doubtful=levels[Confidence.LOW])


def _inference(residual: dict[str, dict[str, int]]) -> Check:
    """Sensitive data that are still there tell something of somebody without any inference; more is not tested."""
    left = sum(sum(counts.values()) for kind, counts in residual.items() if kind in SPECIAL_CATEGORIES)
    return (
        settled("sensitive_left", "inference", True, left=left)
        if left
        else not_tested("sensitive_left", "inference", "no_inference")
    )
