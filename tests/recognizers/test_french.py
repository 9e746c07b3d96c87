"""French identifiers: what their own examples cannot say."""

from __future__ import annotations

import random
import time

import pytest

from privacy_audit.recognizers._fr_words import readings, spelled
from privacy_audit.recognizers._places import around, places
from privacy_audit.recognizers._search import search
from privacy_audit.types import Confidence, Detection, TextSpan


def found(text: str, entity_type: str, column: str = "", at_least: Confidence = Confidence.MEDIUM) -> list[str]:
    return [
        text[item.location.start : item.location.end]
        for item in search(text, column)
        if item.entity_type == entity_type and item.confidence >= at_least and isinstance(item.location, TextSpan)
    ]


def only(text: str, entity_type: str) -> Detection:
    [detection] = [item for item in search(text) if item.entity_type == entity_type]
    return detection


@pytest.mark.parametrize("value", [*range(1, 130), 171, 199, 200, 291, 380, 871, 999])
def test_a_number_that_is_spelled_is_read_again(value: int) -> None:
    words = spelled(str(value)).replace("-", " ").split()
    assert next(readings(words, 0)) == (len(words), str(value))


def test_zeros_are_said_one_by_one() -> None:
    assert spelled("042") == "zéro quarante-deux"
    assert spelled("00") == "zéro zéro"


def test_a_row_of_number_words_may_be_cut_in_several_ways() -> None:
    assert list(readings("quatre vingt dix".split(), 0)) == [(3, "90"), (2, "80"), (1, "4")]
    assert next(readings("soixante et onze".split(), 0)) == (3, "71")
    assert next(readings("nonante et un".split(), 0)) == (3, "91")


def test_windows_join_where_they_meet() -> None:
    text = "a..a" + "." * 30 + "a"
    assert places(text, ("a",), 0, len(text)) == [0, 3, 34]
    assert list(around([0, 3, 34], 5, 5, 0, len(text))) == [(0, 8), (29, 35)]


SAID = (
    "deux quatre-vingt-quatre zéro cinq soixante-quinze neuf cent quatre-vingt-dix-neuf zéro quarante-deux zéro huit",
    "deux, quatre vingt quatre, zéro cinq, soixante quinze, neuf cent quatre vingt dix neuf, zéro quarante deux, zéro "
    "huit",
    "deux quatre-vingt-quatre zéro cinq soixante-quinze euh neuf neuf neuf zéro quatre deux et la clé c'est zéro huit",
    "DEUX QUATRE VINGT QUATRE ZÉRO CINQ SOIXANTE QUINZE NEUF CENT QUATRE VINGT DIX NEUF ZÉRO QUARANTE DEUX ZÉRO HUIT",
    "deux 84 zéro cinq 75 999 zéro quarante-deux zéro huit",
)


@pytest.mark.parametrize("said", SAID)
def test_a_spoken_number_is_found_where_it_stands(said: str) -> None:
    text = f"alors attendez je le cherche voilà c'est le {said} merci bien et bonne journée"
    assert found(text, "FR_NIR") == [said]
    assert only(text, "FR_NIR").confidence == Confidence.HIGH


def test_a_spoken_number_with_a_wrong_key_needs_to_be_announced() -> None:
    wrong = SAID[0].replace("zéro huit", "zéro neuf")
    assert found(f"je compte {wrong}", "FR_NIR") == []
    assert found(f"mon numéro de sécu {wrong}", "FR_NIR") == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        "mon téléphone c'est le zéro six trente-neuf quatre-vingt-dix-huit douze quarante-cinq",
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept vingt",
        "zéro un quarante-deux vingt-deux cinquante et un dix, zéro un quarante-deux vingt-deux cinquante et un onze",
        "de soixante à quatre-vingts, puis de vingt à trente, de trente à quarante de quarante à cinquante pour cent",
    ],
)
def test_other_numbers_that_are_said_are_no_social_security_number(text: str) -> None:
    assert found(text, "FR_NIR") == []


def test_runs_of_number_words_are_read_in_time_that_grows_with_their_length() -> None:
    def seconds(n_words: int) -> float:
        draw = random.Random(3)
        text = " ".join(draw.choices("un deux quatre vingt dix cent soixante zéro neuf".split(), k=n_words))
        start = time.process_time()
        search(text, names=("fr_nir_spoken",))
        return time.process_time() - start

    seconds(100)  # imports
    assert seconds(4_000) < max(10 * seconds(1_000), 2.0)


PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
MIDDLE = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
LICENCE = "D1FRA13AA000026181231MARTIN<<9"


@pytest.mark.parametrize(
    "zone", [PASSPORT, CARD, MIDDLE, LICENCE, PASSPORT.replace("\n", "\r\n"), PASSPORT.split("\n")[1]]
)
def test_a_machine_readable_zone_is_one_finding(zone: str) -> None:
    text = f"scan :\n{zone}\nfin"
    assert found(text, "MRZ") == [zone]
    assert only(text, "MRZ").confidence == Confidence.HIGH


def test_a_wrong_check_digit_leaves_the_line_with_the_name() -> None:
    wrong = PASSPORT.replace("L898902C36", "L898902C37")
    assert found(wrong, "MRZ") == [PASSPORT.split("\n")[0]]
    assert only(wrong, "MRZ").confidence == Confidence.MEDIUM


@pytest.mark.parametrize(
    "address",
    [
        "12 rue de la Paix, 75002 Paris",
        "12bis, rue de la Paix 75002 PARIS",
        "4 ter avenue du Général de Gaulle\n94300 Vincennes",
        "14-16 boulevard Voltaire - 75011 Paris",
        "3 bd St-Michel, bât. B, 75005 Paris",
        "7 allée des Tilleuls, résidence Les Pins, 13100 Aix-en-Provence",
        "1 place de l'Église, 35400 Saint-Malo",
        "25 rue du 8 mai 1945, 59000 Lille",
        "108 cours d’Estienne-d’Orves, 13001 Marseille",
        "5 RUE DES ACACIAS 92400 COURBEVOIE CEDEX",
        "9 chemin du Moulin, 97400 Saint-Denis",
        "2 impasse des Lilas, 72000 Le Mans",
        "18 rue victor hugo 69002 lyon",
        "BP 123, 24200 Sarlat-la-Canéda",
        "Lieu-dit Les Granges, 24200 Sarlat",
        "CS 40001, 75013 PARIS CEDEX 13",
        "avenue des Champs-Élysées, 75008 Paris",
    ],
)
def test_addresses_with_postcode_are_found_whole_and_surely(address: str) -> None:
    text = f"Envoyer à : {address}. Merci."
    assert found(text, "POSTAL_ADDRESS", at_least=Confidence.HIGH) == [address]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("il loge 12 rue de la Paix et travaille loin", "12 rue de la Paix"),
        ("vu au 3, avenue Foch hier", "3, avenue Foch"),
        ("j'habite 12 rue des lilas à lyon", "12 rue des lilas"),
        ("domicilié 4 place Carnot, il dort", "4 place Carnot"),
    ],
)
def test_addresses_without_postcode_are_less_sure(text: str, address: str) -> None:
    assert found(text, "POSTAL_ADDRESS") == [address]
    assert only(text, "POSTAL_ADDRESS").confidence == Confidence.MEDIUM


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("Lucie Martin, née Garnier le 12 mars 1984 à Lyon", "12 mars 1984"),
        ("né à Saint-Germain-en-Laye (Yvelines) le 1er septembre 1984", "1er septembre 1984"),
        ("Né(e) le : 12/03/84", "12/03/84"),
        ("NÉE LE 12.03.1984", "12.03.1984"),
        ("nee le 12-03-1984", "12-03-1984"),
        ("Date de naissance (JJ/MM/AAAA) : 12/03/1984", "12/03/1984"),
        ("Date et lieu de naissance : 12 mars 1984, Lyon", "12 mars 1984"),
        ("DDN: 12/03/84", "12/03/84"),
        ("born on 12 March 1984", "12 March 1984"),
        ("Born in Leeds on March 12th, 1984,", "March 12th, 1984"),
        ("DOB: 03/12/1984", "03/12/1984"),
        ("date_naissance=1984-03-12", "1984-03-12"),
        ("DDN 19840312", "19840312"),
        ("née en 1984 à Lyon", "1984"),
        ("je suis né le premier avril dix-neuf cent soixante et un", "premier avril dix-neuf cent soixante et un"),
        ("née à lyon le douze mars deux mille douze", "douze mars deux mille douze"),
    ],
)
def test_dates_of_birth(text: str, born: str) -> None:
    assert found(text, "DATE_OF_BIRTH") == [born]


@pytest.mark.parametrize("column", ["date_naissance", "birth_date", "DDN", "dateOfBirth", "Né(e) le / naissance"])
@pytest.mark.parametrize("cell", ["12/03/1984", "1984-03-12", "12 mars 1984", "1984-03-12 00:00:00", "19840312"])
def test_a_date_in_a_column_of_births(column: str, cell: str) -> None:
    assert len(found(cell, "DATE_OF_BIRTH", column)) == 1
    assert found(cell, "DATE_OF_BIRTH", "date_commande") == []


@pytest.mark.parametrize(
    ("text", "entity_type"),
    [
        ("CNI : 1984 pages vendues le 12 mars", "FR_CNI"),
        ("identité visuelle 2024, réf. ABCDEFGH1", "FR_CNI"),
        ("passeport culture 2023 : 12 euros", "FR_PASSPORT"),
        ("permis de construire PC 069 123 21 00045", "FR_DRIVER_LICENSE"),
        ("voiture à 12 990 € en 24 mois", "LICENSE_PLATE"),
        ("le modèle AB-123-CD-45 et le lot XAB-123-CD", "LICENSE_PLATE"),
        ("RCS : 12 345 678 €", "FR_SIREN"),
        ("facture du SIRET 20240214103000", "FR_SIRET"),
        ("article 286 ter du CGI, FR 12 345 678 901", "FR_VAT"),
        ("avis d'impôt 2024, 1 234 567 890 123 euros", "FR_SPI"),
        ("compte rendu 12345 67890 12345678901 22", "FR_RIB"),
        ("élève n° 12, 1234 points", "FR_INE"),
        ("FINESS et RPPS sont des répertoires de 2009", "FR_RPPS"),
        ("La marque est née le jour où 1998 s'achevait", "DATE_OF_BIRTH"),
        ("une année donnée, le 12 mars 1984", "DATE_OF_BIRTH"),
        ("mort le 12 mars 1984, l'homme né à Lyon", "DATE_OF_BIRTH"),
        ("Ludwig van Beethoven, né le 16 décembre 1770", "DATE_OF_BIRTH"),
        ("24 avenues et 12 rues, 75000 habitants", "POSTAL_ADDRESS"),
        ("la place 12, rang 4, 15000 spectateurs", "POSTAL_ADDRESS"),
        ("il a couru 10 km route de nuit", "POSTAL_ADDRESS"),
        ("cat <<EOF >> /etc/hosts; x << 2", "MRZ"),
    ],
)
def test_near_misses(text: str, entity_type: str) -> None:
    assert found(text, entity_type) == []
