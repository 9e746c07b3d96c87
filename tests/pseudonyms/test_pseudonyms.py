"""Keys and what is drawn from them: the same for one value everywhere, another for everybody else."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UsageError
from privacy_audit.pseudonyms import LABEL_DIGITS, Pseudonyms, identity
from privacy_audit.pseudonyms.names import given_names, person
from privacy_audit.pseudonyms.surrogate_names import surrogate_name

KEY = bytes(range(32))
N_PEOPLE = 10_000


@pytest.fixture(scope="module")
def people() -> list[str]:
    """10,000 different people; a few names are borne by many, first names are family names too."""
    draw = random.Random(1)
    invented = [
        "".join(draw.choice("bcdflmnprst") + draw.choice("aeiou") for _ in range(draw.randint(2, 4)))
        for _ in range(4000)
    ]
    given = [name for _, name in given_names().values()]
    surnames = [name.title() for name in invented] + given
    weights = [1 / (rank + 10) for rank in range(len(surnames))]
    found: dict[str, None] = {}
    while len(found) < N_PEOPLE:
        found.setdefault(f"{draw.choice(given)} {draw.choices(surnames, weights)[0]}")
    assert len({person(name) for name in found}) == N_PEOPLE
    return list(found)


@pytest.mark.parametrize("key", [KEY, b"x" * 32, bytes(32)])
def test_two_of_ten_thousand_people_never_share_a_pseudonym_or_a_surrogate(people: list[str], key: bytes) -> None:
    pseudonyms = Pseudonyms(key)
    assert len({pseudonyms.label("PERSON", name) for name in people}) == N_PEOPLE
    assert len({surrogate_name(pseudonyms, name).casefold() for name in people}) == N_PEOPLE


def test_the_digits_are_enough_for_ten_thousand_people() -> None:
    assert N_PEOPLE * (N_PEOPLE - 1) / 2 / 16**LABEL_DIGITS < 1e-6


@pytest.mark.parametrize(
    "spelling",
    [
        "Marie Lefebvre",
        "LEFEBVRE Marie",
        "Lefebvre, Marie",
        "Lefebvre Marie",
        "marie_lefebvre",
        "MARIE-LEFEBVRE",
        "MarieLefebvre",
        "Mme Marie Lefebvre",
        "Dr. Marie LEFEBVRE",
        "Marie  Lefèbvre",
        "Marie Lefe\u0300bvre",  # the accent apart
        "Ma\u00adrie Lefebvre",  # a soft hyphen inside
        "Ｍａｒｉｅ Lefebvre",
    ],
)
def test_all_spellings_of_one_person_have_one_pseudonym(spelling: str) -> None:
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.label("PERSON", spelling) == pseudonyms.label("PERSON", "Marie Lefebvre")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thomas Martin", "Martin Thomas"),
        ("Marie Lefebvre", "Marie Lefevre"),
        ("Jean Pierre", "Jean-Pierre Pierre"),
        ("Anne Petit", "Anna Petit"),
    ],
)
def test_different_people_have_different_pseudonyms(one: str, other: str) -> None:
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.label("PERSON", one) != pseudonyms.label("PERSON", other)


def test_one_telephone_number_is_one_with_and_without_its_country() -> None:
    spellings = ("06 39 98 12 45", "0639981245", "+33 6 39 98 12 45", "0033 6.39.98.12.45", "+33 (0)6 39 98 12 45")
    assert len({identity("PHONE_NUMBER", spelling) for spelling in spellings}) == 1
    assert identity("PHONE_NUMBER", "112") != identity("PHONE_NUMBER", "115")


def test_a_pseudonym_is_of_its_kind_and_of_its_key() -> None:
    one = Pseudonyms(KEY)
    assert one.label("PERSON", "Paris") != one.label("CITY", "Paris")
    assert one.label("PERSON", "Paris") != Pseudonyms(b"x" * 32).label("PERSON", "Paris")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_any_text_has_a_pseudonym_that_fits_a_path(value: str) -> None:
    label = Pseudonyms(KEY).label("PERSON", value)
    assert label.removeprefix("PERSON_").isalnum()
    assert len(label) == len("PERSON_") + LABEL_DIGITS


def test_a_cycle_gives_everybody_another_and_nobody_the_same() -> None:
    items = tuple(range(500))
    after = Pseudonyms(KEY).next_of("test", items)
    assert sorted(after.values()) == list(items)
    assert not [item for item in items if after[item] == item]
    assert after != Pseudonyms(b"x" * 32).next_of("test", items)


def test_a_number_between_two_lies_between_them_and_all_over() -> None:
    drawn = [Pseudonyms(KEY).uniform("test", str(index), 2.0, 3.0) for index in range(300)]
    assert 2 <= min(drawn) < 2.05
    assert 2.95 < max(drawn) <= 3


def test_the_key_shows_nowhere() -> None:
    pseudonyms = Pseudonyms(b"a key that nobody should ever see")
    assert repr(pseudonyms) == "Pseudonyms(key=hidden)"
    assert "nobody" not in str(pseudonyms)
    assert pickle.loads(pickle.dumps(pseudonyms)).label("X", "y") == pseudonyms.label("X", "y")  # noqa: S301 - made here


def test_every_run_draws_another_key() -> None:
    assert Pseudonyms.drawn().label("X", "y") != Pseudonyms.drawn().label("X", "y")
    assert not Pseudonyms.drawn().kept


def test_a_key_file_is_made_for_its_owner_only_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.key"
    made = Pseudonyms.from_file(path)
    assert made.kept
    assert path.stat().st_mode & 0o777 == 0o600
    assert Pseudonyms.from_file(path).label("PERSON", "Marie") == made.label("PERSON", "Marie")
    code = "import sys; from pathlib import Path; from privacy_audit.pseudonyms import Pseudonyms; print(Pseudonyms.from_file(Path(sys.argv[1])).label('PERSON', 'Marie'))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == made.label("PERSON", "Marie")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_key_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "run.key"
    Pseudonyms.from_file(path)
    path.chmod(mode)
    with pytest.raises(UsageError, match=rf"others may use this key \(rights {mode:04o}, expected 0600\).*chmod 600"):
        Pseudonyms.from_file(path)


@pytest.mark.parametrize("content", [b"", b"secret", b"ab" * 31, b"\xff\xfe" * 40, b"zz" * 32])
def test_a_file_that_holds_no_key_is_refused_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(UsageError, match="holds no key; expected 64 hexadecimal digits") as caught:
        Pseudonyms.from_file(path)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_folder_or_a_broken_link_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        Pseudonyms.from_file(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="cannot be used"):
        Pseudonyms.from_file(tmp_path / "link")


def test_a_key_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Pseudonyms(b"short")
