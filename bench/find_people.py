"""``find --face`` and ``find --voice``: how often the person's other files are found, and how often those of others.

A person's first file is what is asked with; more of hers and files of others are looked through. The thresholds of
voices were set on even people, odd ones are reported; those of faces are dlib's. Needs the extra ``verify``.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from bench._data import data_dir, half_of, sound_files
from bench._run import Run
from privacy_audit.finding.faces import SameFace
from privacy_audit.finding.seekers import Seeker
from privacy_audit.finding.voices import SameVoice
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.models import dlib_faces
from privacy_audit.pipeline.reading import records_of
from privacy_audit.recipe import load_recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import Confidence

_OWN, _OTHERS = 6, 20
"""Files of the person, and people with one file each, that are looked through at most."""
_SETS = ("librispeech_test_other", "librispeech_train_clean_100")


def main() -> None:
    """Command line."""
    run = Run("find_people", "Recall and false matches of find --face and find --voice.")
    run.parser.add_argument("--voices-only", action="store_true")
    voices: dict[str, list[Path]] = {}
    for name in _SETS:
        for path in sound_files(data_dir("audio", name)):
            voices.setdefault(path.name.split("-")[0], []).append(path)
    _measure(run, "voices, LibriSpeech", SameVoice, voices)
    if dlib_faces.is_installed() and not run.options.voices_only:
        folders = sorted(data_dir("image", "identities_lfw").iterdir())
        _measure(run, "faces, LFW", SameFace, {folder.name: sorted(folder.glob("*.jpg")) for folder in folders})
    run.finish()


def _measure(run: Run, name: str, make: Any, files: dict[str, list[Path]]) -> None:
    recipe = load_recipe()
    people = half_of(sorted(person for person, own in files.items() if len(own) > 1), run.half)
    alone = half_of(sorted(person for person, own in files.items() if len(own) == 1), run.half)[:_OTHERS]
    looked_through = [(person, path) for person in people for path in files[person][1 : 1 + _OWN]]
    looked_through += [(person, files[person][0]) for person in alone]
    found: Counter[tuple[bool, Confidence | None]] = Counter()
    unusable = 0
    for person in people:
        try:
            seeker: Seeker = make([files[person][0]], recipe)
        except Exception:
            unusable += 1  # no face or several in the picture that is asked with
            continue
        for other, path in looked_through:
            entry = next(item for item in walk([path]) if isinstance(item, FileEntry))
            places = [place for record in records_of(entry, recipe.limits) for place in seeker.in_record(record, entry)]  # type: ignore[arg-type]  # all are read
            found[other == person, max((place.confidence for place in places), default=None)] += 1
    rows = []
    for level in (Confidence.LOW, Confidence.MEDIUM):
        counts = {same: sum(n for (is_same, sure), n in found.items() if is_same == same) for same in (True, False)}
        hits = {
            same: sum(
                n for (is_same, sure), n in found.items() if is_same == same and sure is not None and sure >= level
            )
            for same in (True, False)
        }
        rows.append((level.name, *(Wilson(hits[same], counts[same]) for same in (True, False))))
    run.add(
        f"{name}, {run.half} half: {len(people)} people, {unusable} without a usable first file",
        ("from level", "their other files found", "files of others found"),
        rows,
    )


if __name__ == "__main__":
    main()
