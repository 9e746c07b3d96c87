"""The file of accepted findings: one form, merged by git without conflict, and nothing to be read out of it."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit import baseline as module
from privacy_audit.baseline import ATTRIBUTE, FILE_NAME, LABELS, Accepted, Baseline, BaselineKey, drawn_key
from privacy_audit.errors import UsageError
from privacy_audit.fingerprint import normalise

KEY = BaselineKey("k" * 32)
ENTRIES = st.builds(
    Accepted,
    mark=st.text("0123456789abcdef", min_size=4, max_size=4),
    kind=st.sampled_from(["EMAIL_ADDRESS", "FACE"]),
    file=st.sampled_from(["a.txt", "é/b c.jpg", "sealed:0f"]),
    scanner=st.just("text_patterns"),
    at=st.sampled_from([(), (1, 2)]),
    label=st.sampled_from([None, *LABELS]),
)


def entry(number: int, **changes: Any) -> Accepted:
    mark = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    return replace(Accepted(mark, "EMAIL_ADDRESS", "a.txt", "text_patterns"), **changes)


def of(*entries: Accepted) -> Baseline:
    return Baseline(entries, KEY.check)


@settings(max_examples=30)
@given(st.lists(ENTRIES, max_size=8, unique_by=lambda item: item.identity), st.randoms())
def test_what_is_written_is_read_again_whatever_the_order(entries: list[Accepted], draw: random.Random) -> None:
    text = of(*entries).text()
    read = Baseline.parse(text)
    assert set(read.accepted) == set(entries)
    assert read.text() == text
    draw.shuffle(entries)
    assert of(*entries).text() == text


@settings(max_examples=30)
@given(st.lists(ENTRIES, max_size=8, unique_by=lambda item: item.identity), st.randoms())
def test_lines_may_come_in_any_order_and_repeated(entries: list[Accepted], draw: random.Random) -> None:
    text = of(*entries).text()
    head, *lines = text.splitlines(keepends=True)
    mixed = lines * 2
    draw.shuffle(mixed)
    assert Baseline.parse("\n".join([head, "\n", *mixed, head])).text() == text


def test_it_holds_no_date_no_line_number_and_one_entry_a_line() -> None:
    lines = of(entry(1), entry(2, at=(3, 4), label="personal")).text().splitlines()
    assert json.loads(lines[0]) == {"privacy_audit_baseline": 1, "key": KEY.check}
    assert sorted(map(len, map(json.loads, lines[1:]))) == [4, 6]
    assert set(json.loads(lines[1])) | set(json.loads(lines[2])) == {"mark", "kind", "file", "scanner", "at", "label"}


def test_two_branches_that_labelled_one_finding_differently_leave_it_without_a_label() -> None:
    one, other = (of(entry(1, label=label)).text() for label in LABELS)
    assert Baseline.parse(one + other).accepted == (entry(1),)
    assert Baseline.parse(one + of(entry(1)).text()).accepted == (entry(1, label=LABELS[0]),)


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "=======", ">>>>>>> branch", "||||||| base"])
def test_marks_of_a_conflict_are_told_with_their_line_and_what_to_do(mark: str) -> None:
    head, line = of(entry(1)).text().splitlines()
    with pytest.raises(UsageError) as caught:
        Baseline.parse("\n".join([head, mark, line]))
    told = str(caught.value)
    assert told.startswith(f"{FILE_NAME}, line 2: marks of a merge conflict. Keep the lines of both sides")
    assert ATTRIBUTE in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no head"),
        ("camille.durand@courriel-invente.fr\n", "line 1: not a line of a baseline"),
        ('{"privacy_audit_baseline": 1, "key": "x"}\n{"mark": "camille"}\n', "line 2: not a line of a baseline"),
        ('{"privacy_audit_baseline": 1, "key": "x"}\n[]\n', "line 2: not a line"),
        ('{"privacy_audit_baseline": "1", "key": "x"}\n', "line 1: not a line"),
        ('{"privacy_audit_baseline": 99, "key": "x"}\n', "version 99, made by a newer privacy-audit"),
        ('{"privacy_audit_baseline": 1, "key": "x"}\n{"privacy_audit_baseline": 1, "key": "y"}\n', "different keys"),
        ('{"privacy_audit_baseline": 1, "key": "x"}\n{"mark": "m", "kind": "K", "file": "f", "scanner": "s", "label": "maybe"}', "line 2"),
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_told_and_not_quoted(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        Baseline.parse(text)
    assert "camille" not in str(caught.value)


def test_an_older_version_is_read_by_its_upgrades_and_written_as_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    old = of(entry(1)).text().replace('"mark"', '"digest"')
    monkeypatch.setattr(module, "VERSION", 3)
    renamed = {1: lambda value: {**value, "mark": value["digest"]}, 2: lambda value: {**value, "label": "personal"}}
    monkeypatch.setattr(module, "_UPGRADES", renamed)
    read = Baseline.parse(old)
    assert read.version == 1
    assert read.accepted == (entry(1, label="personal"),)
    assert json.loads(read.text().splitlines()[0])["privacy_audit_baseline"] == 3


def test_another_key_is_told_and_shows_in_no_message() -> None:
    of().require(KEY)
    with pytest.raises(UsageError, match="made with another key") as caught:
        of().require(BaselineKey("another key of some length"))
    assert "another key of" not in str(caught.value)
    assert "kkkk" not in repr(KEY)
    with pytest.raises(UsageError, match="has 5 bytes, expected at least 16"):
        BaselineKey("short")
    assert drawn_key() != drawn_key()


def test_a_box_is_accepted_one_step_of_the_grid_away_and_no_further() -> None:
    accepted = of(entry(1, at=(5, 5)))
    near = [(x, y) for x, y in itertools.product(range(3, 8), repeat=2) if accepted.accepting(["a.txt"], entry(1).mark, "EMAIL_ADDRESS", (x, y))]  # fmt: skip
    assert near == list(itertools.product(range(4, 7), repeat=2))
    assert accepted.accepting(["a.txt"], entry(1).mark, "EMAIL_ADDRESS") is None
    assert accepted.accepting(["b.txt"], entry(1).mark, "EMAIL_ADDRESS", (5, 5)) is None
    assert accepted.accepting(["a.txt"], entry(1).mark, "FACE", (5, 5)) is None


def test_trying_ten_thousand_french_mobile_numbers_finds_none_without_the_key() -> None:
    draw = random.Random(0)
    numbers = [f"{draw.choice(('06', '07'))}{draw.randrange(10**8):08d}" for _ in range(10_000)]
    hidden = draw.sample(numbers, 50)
    key = BaselineKey(drawn_key())
    marks = [key.fingerprinter.of_text("PHONE_NUMBER", number) for number in hidden]
    text = Baseline(tuple(Accepted(mark, "PHONE_NUMBER", "a.csv", "text_patterns") for mark in marks), key.check).text()

    def guesses(number: str) -> set[str]:
        """Hashes that need no key, keyed ones under all that the file tells, and the number itself."""
        values = {number, f"PHONE_NUMBER\0{normalise(number)}"}
        messages = [value.encode() for value in values]
        known = [b"", b"privacy-audit baseline", key.check.encode(), FILE_NAME.encode(), b"a.csv"]
        found = {name(item).hexdigest() for name in (hashlib.md5, hashlib.sha1, hashlib.sha256) for item in messages}
        return found | {hmac.digest(one, item, "sha256").hex() for one in known for item in messages} | {number}

    told = {line[:32] for number in numbers for line in guesses(number)}
    assert not [line for line in json.dumps(text).split('"') if line.strip("\\") in told]
    assert not [number for number in hidden if number in text]
    # with the key they are all there, so that their absence means something
    assert {key.fingerprinter.of_text("PHONE_NUMBER", number) for number in numbers} >= set(marks)
    assert all(mark in text for mark in marks)


@pytest.mark.parametrize("command", ["merge", "rebase", "cherry-pick"])
@pytest.mark.parametrize("size", [0, 1, 40])
def test_two_branches_that_each_accept_findings_merge_without_conflict(git: Any, size: int, command: str) -> None:
    base = [entry(number) for number in range(size)]
    one, other = [entry(number) for number in range(100, 103)], [entry(number) for number in range(200, 203)]
    git.write(".gitattributes", f"{ATTRIBUTE}\n")
    git.write(FILE_NAME, of(*base).text())
    git.commit()
    git.run("checkout", "-q", "-b", "one")
    git.write(FILE_NAME, of(*base, *one).text())
    git.commit()
    git.run("checkout", "-q", "main")
    git.run("checkout", "-q", "-b", "other")
    git.write(FILE_NAME, of(*base, *other).text())
    git.commit()
    git.run(command, *(("-q",) if command != "cherry-pick" else ()), "one")
    merged = Baseline.parse((git.root / FILE_NAME).read_text())
    assert set(merged.accepted) == {*base, *one, *other}


def test_two_branches_that_each_make_the_baseline_merge_too(git: Any) -> None:
    git.write(".gitattributes", f"{ATTRIBUTE}\n")
    git.commit()
    for branch, number in (("one", 1), ("other", 2)):
        git.run("checkout", "-q", "-b", branch, "main")
        git.write(FILE_NAME, of(entry(number)).text())
        git.commit()
    git.run("merge", "-q", "one")
    assert set(Baseline.parse((git.root / FILE_NAME).read_text()).accepted) == {entry(1), entry(2)}


def test_neighbours_would_conflict_without_the_attribute_so_that_the_merge_above_means_something(git: Any) -> None:
    git.write(FILE_NAME, of().text())
    git.commit()
    for branch, number in (("one", 1), ("other", 2)):
        git.run("checkout", "-q", "-b", branch, "main")
        git.write(FILE_NAME, of(entry(number)).text())
        git.commit()
    git.run("merge", "-q", "one", code=1)
    with pytest.raises(UsageError, match="line 2: marks of a merge conflict"):
        Baseline.parse((git.root / FILE_NAME).read_text())
