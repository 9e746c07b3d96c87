"""Treat one video: cover what was found in its frames, also where it was missed for a moment, and treat its sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_audit.anonymizers import Operator
from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.own_places import OwnPlaces
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.tracking import Track, tracks_of
from privacy_audit.sources._video_sound import native_sounds
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.video_file import Timeline, frame_uri, read_video_tags, timeline_of
from privacy_audit.sources.video_writing import write_video
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    ImageRecord,
    Operation,
    Reason,
    Segment,
    VideoRecord,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["write_treated_video"]


def write_treated_video(
    toolbox: Toolbox, entry: FileEntry, found: Mapping[str, Sequence[Detection]], destination: Path, own: OwnPlaces
) -> list[Operation]:
    """Write the treated copy; ``found`` comes from a scan of every frame. One operation per thing covered over time.

    ``own`` holds what earlier rounds obscured, and learns what this one does.

    Raises:
        UnreadableError: as reading and writing.
    """
    if toolbox.closes_timeline:
        detail = "what is cut out of its sound would part it from the picture; set audio_cut to timeline: kept"
        raise UnreadableError(Reason.UNSUPPORTED, detail)
    limits = toolbox.recipe.limits
    stripped = toolbox.apply(VideoRecord(entry.uri, read_video_tags(entry.path)), found.get(entry.uri, ()))
    operations = list(stripped.operations)
    timeline = timeline_of(entry.path, limits)
    times_s = timeline.times_s
    places: dict[int, list[Detection]] = defaultdict(list)
    for entity_type, tracks in _tracks(toolbox, entry, found, timeline, own).items():
        for track in tracks:
            operations += _operations(toolbox, entry, entity_type, track, times_s)
            for frame, box in track.boxes.items():
                places[frame].append(_found(entity_type, box))

    def cover(frame: int, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        record = ImageRecord(frame_uri(entry.uri, times_s[frame]), pixels)
        treated = own.apply(toolbox, record, places.get(frame, ())).record
        assert isinstance(treated, ImageRecord)  # noqa: S101 - operators return the class they were given
        return treated.pixels

    sounds = []
    for record, layout in native_sounds(entry.path, entry.uri, limits):
        applied = own.apply(toolbox, record, found.get(record.uri, ()))
        assert isinstance(applied.record, AudioRecord)  # noqa: S101 - the same
        operations += applied.operations
        sounds.append((applied.record, layout))
    write_video(entry.path, destination, cover, sounds, limits)
    return operations


def _tracks(
    toolbox: Toolbox,
    entry: FileEntry,
    found: Mapping[str, Sequence[Detection]],
    timeline: Timeline,
    own: OwnPlaces,
) -> dict[str, list[Track]]:
    """Faces are followed among faces, number plates among number plates."""
    boxes: dict[str, dict[int, list[BoundingBox]]] = defaultdict(lambda: defaultdict(list))
    for frame, now_s in enumerate(timeline.times_s):
        uri = frame_uri(entry.uri, now_s)
        for detection in own.not_obscured(toolbox, ImageRecord, uri, found.get(uri, ())):
            if isinstance(detection.location, BoundingBox):
                boxes[detection.entity_type][frame].append(detection.location)
    return {
        entity_type: tracks_of(timeline.times_s, own, timeline.width_px, timeline.height_px)
        for entity_type, own in boxes.items()
    }


def _operations(
    toolbox: Toolbox, entry: FileEntry, entity_type: str, track: Track, times_s: Sequence[float]
) -> list[Operation]:
    """One per operator that treats boxes of the track: none where the recipe's operators do not want its kind."""
    covered: dict[Operator, list[int]] = defaultdict(list)
    for frame, box in sorted(track.boxes.items()):
        operator = toolbox.operator_for(ImageRecord, _found(entity_type, box))
        if operator is not None:
            covered[operator].append(frame)
    operations = []
    for operator, frames in covered.items():
        place = Segment(max(0.0, times_s[frames[0]]), max(0.0, times_s[frames[-1]]))
        filled = sum(frame not in track.seen for frame in frames)
        counts = (("frames", str(len(frames))), ("frames_filled", str(filled)))
        operations.append(
            Operation(entry.uri, operator.name, operator.effect, entity_type, place, (*operator.parameters(), *counts))
        )
    return operations


def _found(entity_type: str, box: BoundingBox) -> Detection:
    return Detection(entity_type, box, 1.0, Confidence.HIGH)
