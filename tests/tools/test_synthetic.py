"""The generator of training text: spans are exact, the seed decides everything, what is kept back stays back."""

from __future__ import annotations

from itertools import islice

import pytest

from tools.train_ner.make_synthetic import Generator, Sample, as_heard, load_templates
from tools.train_ner.names import NamePool, is_held_out
from tools.train_ner.texts import joined, recased, rewritten, swapped, tidied

POOLS = {
    "one": NamePool("one", ("Aurélien", "Zoé"), ("Testard", "Exemplot", "Fictivel")),
    "two": NamePool("two", ("Jean-Loup", "İlkay"), ("Invented", "Madeup")),
}
SAMPLE = Sample("Hier , Zoé Testard a vu İlkay ( à Lyon ) .", "fr", ((7, 18, "PER"), (24, 29, "PER"), (34, 38, "LOC")))


def generated(seed: int, count: int = 400) -> list[Sample]:
    return list(islice(Generator(POOLS, seed), count))


def test_a_seed_gives_the_same_texts_again() -> None:
    assert generated(3) == generated(3)


def test_another_seed_gives_other_texts() -> None:
    assert generated(3) != generated(4)


def test_every_span_holds_a_part_of_a_name_and_nothing_around_it() -> None:
    parts = {part.lower() for pool in POOLS.values() for name in (*pool.first, *pool.last) for part in name.split("-")}
    for sample in generated(5, 1500):
        for start, end, label in sample.spans:
            text = sample.text[start:end]
            assert text == text.strip()
            assert text
            if label == "PER" and not any(part in text.lower() for part in parts):
                # a family name made of the halves of two others
                assert text[0].isalpha(), sample


def test_spans_are_in_order_and_never_overlap() -> None:
    for sample in generated(6, 1500):
        ends = [0, *(end for _, end, _ in sample.spans)]
        assert all(start >= before for (start, _, _), before in zip(sample.spans, ends, strict=False))


def test_titles_stay_outside_the_span() -> None:
    sample = Generator(POOLS, 1).render("Merci à {p.t}.", "fr")
    start, end, _ = sample.spans[0]
    assert start > len("Merci à ")
    assert sample.text[end:] == "."


def test_no_slot_is_left_unfilled() -> None:
    generator = Generator(POOLS, 2)
    for template in load_templates():
        text = generator.render(template.text, template.language.replace("any", "en")).text
        assert "{p" not in text
        assert not any(f"{{{slot}}}" in text for slot in ("org", "loc", "noun", "date", "job"))


def test_a_sample_has_texts_without_any_person() -> None:
    without = sum(not any(label == "PER" for _, _, label in sample.spans) for sample in generated(8))
    assert 100 < without < 300


@pytest.mark.parametrize("how", ["upper", "lower", "title", "heard"])
def test_changing_the_case_moves_no_span(how: str) -> None:
    changed = recased(SAMPLE, how)
    assert changed.spans == SAMPLE.spans
    assert len(changed.text) == len(SAMPLE.text)


def test_heard_text_has_neither_capitals_nor_full_stops() -> None:
    assert as_heard(Sample("Oui, Zoé !", "fr", ())).text.split() == ["oui", "zoé"]


def test_tidying_moves_the_spans_along() -> None:
    neat = tidied(SAMPLE)
    assert neat.text == "Hier, Zoé Testard a vu İlkay (à Lyon)."
    assert [neat.text[start:end] for start, end, _ in neat.spans] == ["Zoé Testard", "İlkay", "Lyon"]


def test_rewriting_inside_a_span_keeps_its_edges() -> None:
    longer = rewritten(SAMPLE, [(7, 10, "Aurélien")])
    assert [longer.text[start:end] for start, end, _ in longer.spans] == ["Aurélien Testard", "İlkay", "Lyon"]


def test_swapping_replaces_people_and_leaves_the_rest() -> None:
    import random

    other = swapped(SAMPLE, random.Random(1), POOLS)
    assert "Testard" not in other.text or "Zoé" not in other.text
    assert [other.text[start:end] for start, end, label in other.spans if label == "LOC"] == ["Lyon"]
    assert other.text.startswith("Hier , ")


def test_joining_moves_the_spans_along() -> None:
    both = joined([SAMPLE, SAMPLE], "\n")
    assert [both.text[start:end] for start, end, _ in both.spans] == ["Zoé Testard", "İlkay", "Lyon"] * 2


def test_a_tenth_of_the_names_is_kept_back_whatever_their_case_and_accents() -> None:
    names = [f"Name{chr(97 + i)}{chr(97 + j)}" for i in range(26) for j in range(26)]
    assert 40 < sum(map(is_held_out, names)) < 100
    assert is_held_out("Éloïse") is is_held_out("ELOISE")
