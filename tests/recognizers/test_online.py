"""Accounts, credentials, positions and devices: what the examples of the recognizers themselves cannot say."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from privacy_audit.recognizers import all_recognizers, credentials
from privacy_audit.recognizers._search import search
from privacy_audit.types import Confidence, TextSpan

SECRETS = ("api_token", "aws_secret_key", "jwt", "private_key", "url_password", "password")


def spans(text: str, at_least: Confidence = Confidence.MEDIUM) -> list[tuple[str, str]]:
    return [
        (item.entity_type, text[item.location.start : item.location.end])
        for item in search(text)
        if isinstance(item.location, TextSpan) and item.confidence >= at_least
    ]


def example(name: str, seed: int = 5) -> str:
    make = all_recognizers()[name].example
    assert make is not None
    return make(random.Random(seed))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "voir https://www.linkedin.com/in/lucie-garnier-4b1a/?trk=x",
            "https://www.linkedin.com/in/lucie-garnier-4b1a/",
        ),
        ("(linkedin.com/in/lucie-garnier)", "linkedin.com/in/lucie-garnier"),
        ("https://x.com/lgarnier/status/1234567890.", "https://x.com/lgarnier/status/1234567890"),
        ("http://facebook.com/profile.php?id=100012345678", "http://facebook.com/profile.php?id=100012345678"),
        ("https://github.com/lgarnier, merci", "https://github.com/lgarnier"),
        ("[moi](https://t.me/lucie_g)", "https://t.me/lucie_g"),
    ],
)
def test_a_profile_is_found_from_its_scheme_to_its_name(text: str, found: str) -> None:
    assert spans(text) == [("PROFILE_URL", found)]


@pytest.mark.parametrize(
    "text",
    [
        "https://www.linkedin.com/company/boite",
        "https://fr.linkedin.com/school/ecole",
        "https://www.facebook.com/sharer.php?u=https://x.fr",
        "https://x.com/share?url=a https://x.com/intent/post",
        "https://www.instagram.com/explore/ https://www.instagram.com/reel/Cx12/",
        "https://github.com/boite/projet/pull/12 https://github.com/login",
        "https://wix.com/lucie https://notgithub.com/lucie lucie@github.com/x",
        "https://www.youtube.com/watch?v=abc https://www.youtube.com/",
    ],
)
def test_pages_of_companies_and_of_the_site_itself_are_no_profiles(text: str) -> None:
    assert [kind for kind, _ in spans(text, Confidence.LOW) if kind == "PROFILE_URL"] == []


def test_an_account_on_mastodon_is_no_address_of_a_mailbox() -> None:
    assert spans("Suivez @lucie@piaille-invente.fr") == [("PROFILE_URL", "@lucie@piaille-invente.fr")]


def test_the_password_in_an_address_is_no_address_of_a_mailbox() -> None:
    text = "postgres://lucie" + ":Soleil2024@db.boite-inventee.fr/base"
    assert spans(text) == [("CREDENTIAL", "lucie:Soleil2024")]


@pytest.mark.parametrize(
    "code",
    [
        "@app.route('/x')\ndef f(): ...",
        "    @abstractmethod\n    def f(self): ...",
        "@Override\npublic void run() {}",
        "import x from '@vue/cli'; @types/node@18",
        "git show HEAD@{1} origin/main@{u}",
        "@media (max-width: 80em) { }",
        "docker pull image@sha256:abc, go get x@latest",
        "franz371...@courriel.fr",
    ],
)
def test_code_with_an_at_sign_names_no_account(code: str) -> None:
    assert [kind for kind, _ in spans(code, Confidence.LOW) if kind == "USERNAME"] == []


@pytest.mark.parametrize(
    "text",
    [
        "password=changeme",
        "password: ********",
        "mot de passe : <mot_de_passe>",
        "PASSWORD=your_password",
        "pwd = 'xxxxxxxx'",
        "sk" + "_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
        "AK" + "IAIOSFODNN7EXAMPLE",
    ],
)
def test_what_stands_for_a_secret_is_a_placeholder_or_nothing(text: str) -> None:
    assert {(item.confidence, item.qualifier) for item in search(text, names=SECRETS)} <= {
        (Confidence.LOW, "placeholder")
    }


@pytest.mark.parametrize(
    "code",
    [
        "password = request.form['password']",
        "password: Optional[str] = None",
        "password=os.getenv('DB_PASSWORD')",
        "password: ${{ secrets.DB_PASSWORD }}",
        "api_key=settings.api_key, token=token",
        "if password == other_password: pass",
        "secret: /run/secrets/db_password_2",
        "Mot de passe : 8 caractères au moins",
    ],
)
def test_code_and_prose_about_passwords_hold_none(code: str) -> None:
    assert [item for item in search(code, names=SECRETS) if item.confidence >= Confidence.MEDIUM] == []


def test_a_private_key_is_found_to_its_last_line_even_without_it() -> None:
    key = example("private_key")
    assert spans(f"avant\n{key}\naprès") == [("CREDENTIAL", key)]
    cut = key[: key.rindex("-----END")].rstrip()
    assert spans(f"avant\n{cut}\n\n# après") == [("CREDENTIAL", cut)]


def test_a_token_inside_a_longer_word_or_cut_short_is_left() -> None:
    token = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG3hJ6"
    assert spans(token) == [("CREDENTIAL", token)]
    assert spans(token[:-1]) == []
    assert spans(f"x{token}") == []


def test_the_source_of_the_recognizers_holds_no_token_that_a_host_would_report() -> None:
    folder = Path(credentials.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in (*folder.glob("*.py"), Path(__file__))]
    names = ("api_token", "jwt", "aws_secret_key")
    assert [item for text in texts for item in search(text, names=names) if item.confidence > Confidence.LOW] == []


def test_a_row_of_numbers_is_no_position_and_a_pair_is() -> None:
    assert spans("12.34567,48.85661,2.35222,9.87654") == []
    assert spans("48.85661, 2.35222") == [("GPS_POSITION", "48.85661, 2.35222")]
    assert spans('"lat":48.85661,"lng":2.35222') == [("GPS_POSITION", '48.85661,"lng":2.35222')]


def test_a_wrong_check_digit_is_no_device_and_a_refusal_to_be_followed_names_none() -> None:
    imei = example("imei")
    wrong = imei[:-1] + str((int(imei[-1]) + 1) % 10)
    assert spans(f"IMEI {imei}") == [("DEVICE_ID", imei)]
    assert "DEVICE_ID" not in [kind for kind, _ in spans(f"IMEI {wrong}")]
    assert spans("idfa=00000000-0000-0000-0000-000000000000", Confidence.LOW) == []


@pytest.mark.parametrize("name", ["bitcoin_base58", "bitcoin_bech32", "orcid"])
def test_one_changed_character_is_no_such_value(name: str) -> None:
    value = example(name)
    for index in range(5, len(value)):
        if value[index].isdigit():
            changed = value[:index] + ("2" if value[index] != "2" else "3") + value[index + 1 :]
            assert search(changed, names=(name,)) == []
