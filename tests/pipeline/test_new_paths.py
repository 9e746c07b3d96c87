"""The paths of a copy: apart where they were apart, and partners where they were partners."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.pipeline.new_paths import NewPaths
from privacy_audit.types import Effect, Operation, TextSpan


def operation(start: int, end: int, effect: Effect = Effect.REDACTED) -> Operation:
    return Operation("a#path", "an_operator", effect, "PERSON", TextSpan(start, end))


def labelled(old: str, effect: Effect = Effect.REDACTED) -> tuple[str, str, list[Operation]]:
    """The path with PERSON for each part, but for suffixes, that begins with a small letter."""
    parts, operations, start = [], [], 0
    for part in old.split("/"):
        name, dot, rest = part.partition(".")
        person = name[:1].islower()
        parts.append(("PERSON" if person else name) + dot + rest)
        operations += [operation(start, start + len(name), effect)] if person else []
        start += len(part) + 1
    return old, "/".join(parts), operations


def made(*paths: str, effect: Effect = Effect.REDACTED) -> list[str]:
    new = NewPaths()
    return [new.free(*labelled(path, effect)) for path in paths]


def test_a_picture_and_its_labels_in_another_folder_keep_one_name_where_a_partner_is_missing() -> None:
    assert made("Images/jean.jpg", "Images/marie.jpg", "Labels/marie.txt") == [
        "Images/PERSON.jpg",
        "Images/PERSON-2.jpg",
        "Labels/PERSON-2.txt",
    ]


def test_two_people_s_folders_do_not_become_one() -> None:
    assert made("jean/1.wav", "marie/1.wav", "marie/1.txt") == [
        "PERSON/1.wav",
        "PERSON-2/1.wav",
        "PERSON-2/1.txt",
    ]


def test_all_that_follows_the_name_follows_its_number() -> None:
    assert made("jean.fr.vtt", "marie.fr.vtt", "marie.wav") == ["PERSON.fr.vtt", "PERSON-2.fr.vtt", "PERSON-2.wav"]


def test_pseudonymised_folders_of_one_person_are_one_folder() -> None:
    assert made("marie/1.wav", "lefebvre/2.wav", effect=Effect.PSEUDONYMISED) == ["PERSON/1.wav", "PERSON/2.wav"]


@pytest.mark.parametrize("other", ["MARIE.txt", unicodedata.normalize("NFD", "Éva.txt")])
def test_names_that_differ_by_case_or_form_only_are_kept_apart(other: str) -> None:
    first = other.lower() if other.isascii() else unicodedata.normalize("NFC", other)
    new = NewPaths()
    paths = [new.free(path, path, []) for path in (first, other)]
    assert paths == [first, other] if not other.isascii() else paths == [first, "MARIE-2.txt"]


NAMES = st.sampled_from(["jean", "marie", "paul", "Talk", "PERSON", "person", "1"])


@given(st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3), st.sampled_from([".wav", ".txt", "", ".fr.vtt"]))))
def test_no_two_files_get_one_path_and_each_keeps_its_depth_and_suffix(names: list[tuple[list[str], str]]) -> None:
    paths = list(dict.fromkeys("/".join(parts) + suffix for parts, suffix in names))
    new = made(*paths)
    assert len({path.casefold() for path in new}) == len(paths)
    for old, path in zip(paths, new, strict=True):
        assert path.count("/") == old.count("/")
        assert path.rpartition("/")[2].partition(".")[2] == old.rpartition("/")[2].partition(".")[2]
