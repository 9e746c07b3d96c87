"""Treat a container: each member as the file that it is, into a container of the same kind, in the same order."""

from __future__ import annotations

import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.captioned import rows_about_erased_members
from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.member_names import new_names
from privacy_audit.pipeline.reading import path_record, sniffed
from privacy_audit.pipeline.scanning import Clean, container_read, notes_record, scan_records
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources._codecs import Budget
from privacy_audit.sources.containers import new_container, open_container
from privacy_audit.sources.containers.unpacking import Unpacked, member_uri, unpacked
from privacy_audit.sources.folder import FileEntry
from privacy_audit.types import Reason, Record, Scanned, TextRecord, Unscanned

if TYPE_CHECKING:
    from privacy_audit.pipeline.treating import FileTreatment

__all__ = ["MemberTreatments", "treat_container"]

Treat = Callable[[FileEntry, Path, Budget], "FileTreatment"]


class MemberTreatments:
    """(member, its name in the copy, its treatment), kept in a private file: a container may hold a million."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="privacy-audit-")  # noqa: SIM115 - it lives as long as this does

    def add(self, entry: FileEntry, name: str, treatment: FileTreatment) -> None:
        """Behind those that are there, and behind it the members that it holds itself."""
        inner, treatment.members = treatment.members, None
        self._file.seek(0, 2)
        pickle.dump((entry, name, treatment), self._file)
        for member, inner_name, one in inner or ():
            pickle.dump((member, member_uri(name, inner_name), one), self._file)

    def __iter__(self) -> Iterator[tuple[FileEntry, str, FileTreatment]]:
        self._file.seek(0)
        while True:
            try:
                yield pickle.load(self._file)  # noqa: S301 - its own file, which has no name
            except EOFError:
                return


def treat_container(
    toolbox: Toolbox, entry: FileEntry, destination: Path, treatment: FileTreatment, budget: Budget, treat: Treat
) -> None:
    """Write the treated container to ``destination``, atomically, and say in ``treatment`` what was done.

    A member that is not written is left out and told; the container is not written where none is, unless the erase list
    leaves all of them out.
    ``treat`` treats one member as a file.
    """
    outer_known, outer_renamed, outer_erase = toolbox.known, toolbox.renamed_files, toolbox.erase
    treatment.members = members = MemberTreatments()
    try:
        with unpacked(entry, toolbox.recipe.limits, budget) as container:
            toolbox.erase.check_members(entry.uri, (uri for _, uri in container.named()))
            _treat_names_and_notes(toolbox, container, treatment)
            known = outer_known.copy() if outer_known else KnownValues()
            names, renamed = new_names(toolbox, container.named(), known)
            toolbox.renamed_files = renamed.joined(outer_renamed)
            with tempfile.TemporaryDirectory(prefix=".writing-", dir=_made(destination.parent)) as folder:
                new = Path(folder) / "container"
                expected = []
                n_erased = 0
                erased = {name: uri for name, uri in container.named() if toolbox.erase.leaves_out(uri)}
                with new_container(new, entry.path.name) as written:
                    for (member, inner), name in zip(container.files(), names, strict=False):
                        if toolbox.erase.leaves_out(inner.uri):
                            n_erased += 1
                            treatment.operations.append(toolbox.erase.left_out(entry.uri, member.number, inner.uri))
                            continue
                        inner = sniffed(inner)
                        toolbox.erase = outer_erase.with_rows(rows_about_erased_members(toolbox, inner, erased))
                        toolbox.known = known.copy()
                        treated = Path(folder) / f"{member.number}{PurePosixPath(member.name).suffix}"
                        one = treat(inner, treated, budget)
                        if one.written:
                            written.add(member, name, treated)
                            expected.append((name, treated.stat().st_size))
                            treated.unlink()
                        members.add(inner, name, one)
                _add_end(container, treatment)
                is_told = bool(expected) or 0 < n_erased == len(names)
                if is_told and _is_as_expected(new, entry.path.name, expected, treatment, entry):
                    new.chmod(0o644)
                    new.replace(destination)
                    treatment.written = True
    finally:
        toolbox.known, toolbox.renamed_files, toolbox.erase = outer_known, outer_renamed, outer_erase


def _treat_names_and_notes(toolbox: Toolbox, container: Unpacked, treatment: FileTreatment) -> None:
    """The container's own name, and its notes: these are not written again, whatever was found in them."""
    records: list[Record] = [path_record(container.entry)]
    if container.notes and toolbox.scanners_for(TextRecord):
        records.append(notes_record(container))
    for record in records:
        outcomes = list(scan_records(toolbox, record.uri, [record], treatment.clean))
        treatment.outcomes += outcomes
        found = [
            finding.detection
            for outcome in outcomes
            if isinstance(outcome, Scanned)
            for finding in outcome.findings
            if finding.detection.confidence >= toolbox.recipe.treat_from
        ]
        treatment.operations += toolbox.apply(record, found).operations


def _add_end(container: Unpacked, treatment: FileTreatment) -> None:
    for item in container_read(container):
        if isinstance(item, Clean):
            treatment.clean.update(item)
        elif isinstance(item, Unscanned):
            treatment.outcomes.append(item)
            treatment.quarantined.append(item)


def _is_as_expected(
    path: Path, name: str, expected: list[tuple[str, int]], treatment: FileTreatment, entry: FileEntry
) -> bool:
    """Reads the new container back: its members were scanned before they were put in, and nothing else may be there."""
    try:
        with open_container(path, name, sys.maxsize) as container:
            found = [(member.name, member.size_bytes) for member in container.members()]
    except UnreadableError as error:
        found = [(error.detail, 0)]
    if found == expected:
        return True
    detail = "the container that was written does not read back as it should"
    treatment.quarantined.append(Unscanned(entry.uri, "*", Reason.SCANNER_FAILED, detail))
    return False


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
