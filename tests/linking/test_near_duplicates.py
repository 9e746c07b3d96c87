from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.linking import near_duplicates
from privacy_audit.linking.collecting import Signature
from privacy_audit.linking.fingerprints import text_signature
from privacy_audit.linking.near_duplicates import DuplicateTally

FORM = (
    "Madame, Monsieur, nous avons bien reçu votre demande et vous en remercions. Votre dossier sera examiné sous "
    "trente jours par notre service, qui vous répondra par courrier. Dossier de {name}. Le service des inscriptions."
)


def text(place: str, content: str, *values: int) -> Signature:
    return Signature(place, "text", text_signature(content), tuple(sorted(values)))


def tallied(signatures: Sequence[Signature]) -> DuplicateTally:
    tally = DuplicateTally()
    for item in signatures:
        tally.add("f", [item])
    return tally


def test_copies_of_one_personal_text_are_counted_with_their_places() -> None:
    letters = [text(f"{number}.txt", FORM.format(name="Ana Exemple"), 7) for number in range(4)]
    found = tallied([*letters, text("other.txt", "Une note sur la météo de demain, signée Ana Exemple.", 7)]).build()
    assert (found.compared["text"], found.repeated["text"], found.clusters["text"]) == (5, 4, 1)
    assert found.by_size == {"2": 0, "3-9": 1, "10-99": 0, "100+": 0}
    assert found.largest == 4
    assert [(item.medium, item.count, item.uris) for item in found.top] == [
        ("text", 4, ("f0.txt", "f1.txt", "f2.txt", "f3.txt"))
    ]


def test_letters_made_from_one_form_for_different_people_are_not_one_record() -> None:
    company = 1_000_000  # the same number below every letter
    letters = [
        text(f"{number}", FORM.format(name=f"P{number}"), number + 1, number + 500, company) for number in range(50)
    ]
    assert tallied(letters).build().clusters["text"] == 0
    again = [
        text(f"{number}b", FORM.format(name=f"P{number}"), number + 1, number + 500, company) for number in range(50)
    ]
    found = tallied([*letters, *again]).build()
    assert (found.clusters["text"], found.by_size["2"], found.largest) == (50, 50, 2)


def test_the_same_values_are_found_when_one_more_stands_before_them() -> None:
    first, second = text("a", FORM.format(name="Ana"), 50, 60), text("b", FORM.format(name="Ana"), 10, 50, 60)
    assert tallied([first, second]).build().clusters["text"] == 1


def test_personal_texts_without_a_value_are_compared_by_their_words() -> None:
    assert tallied([text("a", FORM), text("b", FORM.upper())]).build().clusters["text"] == 1
    assert tallied([text("a", FORM, 5), text("b", FORM)]).build().clusters["text"] == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_files_changes_no_count(people: list[int], draw: object) -> None:
    items = [text(f"{place}", FORM.format(name="x" * 9 * who), who + 1) for place, who in enumerate(people)]
    one = tallied(items).build()
    draw.shuffle(items)  # type: ignore[attr-defined]
    other = tallied(items).build()
    assert (one.repeated, one.clusters, one.by_size) == (other.repeated, other.clusters, other.by_size)
    assert one.repeated["text"] == sum(people.count(who) for who in set(people) if people.count(who) > 1)


def test_pictures_and_sounds_are_compared_with_their_own_kind() -> None:
    draw = np.random.default_rng(0)
    pictures = [draw.bytes(32) for _ in range(20)]
    sounds = [draw.bytes(400) for _ in range(6)]
    almost = bytearray(pictures[0])
    almost[3] ^= 0b1011
    items = [Signature(f"{n}.jpg", "picture", value) for n, value in enumerate([*pictures, bytes(almost)])]
    items += [Signature(f"{n}.wav", "audio", value) for n, value in enumerate([*sounds, sounds[2][40:]])]
    found = tallied(items).build()
    assert (found.clusters["picture"], found.clusters["audio"], found.clusters["text"]) == (1, 1, 0)
    assert {item.uris for item in found.top} == {("f0.jpg", "f20.jpg"), ("f2.wav", "f6.wav")}


def test_what_has_no_signature_or_comes_past_the_limit_is_counted_as_not_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(near_duplicates, "MAX_RECORDS", 2)
    items = [Signature("a", "text", None), *(text(str(n), FORM, 1) for n in range(3))]
    found = tallied(items).build()
    assert (found.not_compared, found.compared["text"]) == (2, 2)


def test_the_largest_come_first_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "MAX_LISTED", 2)
    items = [text(f"{who}-{n}", FORM + "y" * 50 * who, who) for who in (1, 2, 3) for n in range(who + 1)]
    found = tallied(items).build()
    assert [item.count for item in found.top] == [4, 3]
    assert found.others == 1


def test_nothing_added_is_nothing_found() -> None:
    found = DuplicateTally().build()
    assert (found.top, found.largest, found.compared) == ((), 0, {"text": 0, "picture": 0, "audio": 0})
