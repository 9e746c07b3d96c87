"""From places found to what is done with them: a list for ``anonymize --erase-list``, or a script that deletes files.

A person reads either before it is used. What is LOW is listed for review and never acted on.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from privacy_audit.finding.places import FindReport, Place
from privacy_audit.pipeline.erasing import ERASE_LIST_VERSION, Action
from privacy_audit.sources.kinds import MEDIA_KINDS, kind_of_name
from privacy_audit.types import Confidence, location_to_dict

__all__ = ["action_of", "deletion_script", "erase_lines"]


def action_of(place: Place, kind: str) -> Action:
    """What is proposed: a row or a file that is about the person goes, a mention is treated where it stands.

    A picture or recording with the person in its caption is for review: whether it shows the person, somebody has to
    look.
    A row is about the person where a whole cell says so; a file, where it is the same picture or recording, or is one
    that is named after the person. ``kind``: what the file holds.
    """
    if place.confidence is Confidence.LOW or place.medium == "caption":
        return Action.REVIEW
    if place.medium == "file" or (place.medium == "path" and kind in MEDIA_KINDS):
        return Action.LEAVE_OUT
    if place.medium == "column name" and place.row is not None:
        return Action.DROP_ROW  # keys are not replaced
    if place.medium == "cell" and place.row is not None and place.whole:
        return Action.DROP_ROW
    return Action.TREAT


def erase_lines(report: FindReport) -> Iterator[dict[str, Any]]:
    """The lines of an erase list: places and what is done there; no value."""
    yield {"erase_list": ERASE_LIST_VERSION, "started_at": report.started_at}
    for place in report.places:
        yield {
            "action": action_of(place, kind_of_name(place.file)).value,
            "record_uri": place.record_uri,
            "file": place.file,
            **({"source": place.source} if place.source else {}),
            "entity_type": place.entity_type,
            "location": None if place.location is None else location_to_dict(place.location),
            "confidence": place.confidence.name,
            "how": place.how,
            "size_bytes": place.size_bytes,
            "modified_ns": place.modified_ns,
        }


def deletion_script(report: FindReport, root: str) -> str:
    """A shell script that asks before it deletes each file that is about the person, and lists what it cannot do.

    A member of a container is no file that can be deleted.
    """
    whole = dict.fromkeys(
        place.file
        for place in report.places
        if not place.source and action_of(place, kind_of_name(place.file)) is Action.LEAVE_OUT
    )
    others = [place for place in report.places if place.file not in whole]
    lines = ["#!/bin/sh", "# Read before you run it. Each file is asked for. Copies elsewhere are not known here."]
    lines += [f"cd {shlex.quote(root)} || exit 1"]
    lines += [f"rm -i -- {shlex.quote(name)}" for name in whole]
    lines += ["# Places inside files that no deletion of a file takes out (privacy-audit anonymize --erase-list):"]
    lines += [f"# {place.file!a}: {place.where!a} ({place.confidence.name})" for place in others]
    return "\n".join(lines) + "\n"
