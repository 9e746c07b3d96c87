"""Postal addresses as they are written in France."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]


def _any_of(types: str) -> str:
    """A pattern for these words in any case, by first letter: most places are ruled out by it."""
    by_letter: dict[str, list[str]] = {}
    for word in types.split():
        by_letter.setdefault(word[0], []).append(word[1:])
    return "|".join(f"[{letter}{letter.upper()}](?i:{'|'.join(rests)})" for letter, rests in sorted(by_letter.items()))


# A number before one of these is a house; before the others it often counts something: "3 places", "2 cours".
_PLAIN = r"""
    allée allées allee allees av\. ave avenue bd bld blvd boul boulevard che chem\.? chemin chaussée chaussee esplanade
    faubourg fbg fg hameau imp\.? impasse lotissement promenade quai rond[\x20-]point rte rue ruelle square venelle
    """
_OTHER = r"""
    av ch\.? cité cite clos cour cours côte cote domaine galerie lieu[\x20-]dit lot\.? mail montée montee parvis passage
    pl\.? place pont porte rés\.? res\.? résidence residence route r\. sente sentier sq\.? traverse villa voie
    """
_PLAIN_TYPES, _OTHER_TYPES = _any_of(_PLAIN), _any_of(_OTHER)
_PLACE_TYPES = _any_of(r"cité cite cours domaine lieu[\x20-]dit place route résidence residence villa")
_TYPE_WORDS = tuple(sorted({re.split(r"[^\w]", form)[0] for form in (_PLAIN + _OTHER).split()}))
_HOUSE = re.compile(
    r"[0-9](?<![\w./+#€$°\-].)[0-9]{0,3}(?![0-9])(?: ?(?:bis|ter|quater|BIS|TER|[A-Fa-f])(?!\w))?"
    r"(?: ?(?:-|/|à|et) ?[0-9]{1,4}(?: ?(?:bis|ter)(?!\w))?)?,? ?"
    rf"(?:(?P<plain>{_PLAIN_TYPES})|{_OTHER_TYPES})(?![\w\-])"
)
_HEAD = re.compile(
    r"(?:BP|B\.P\.|CS|TSA) ?(?:n° ?)?[0-9]{1,6}(?![0-9])"
    rf"|(?<![\w'’])(?:(?P<plain>{_PLAIN_TYPES})|(?P<place>{_PLACE_TYPES}))(?![\w\-])"
)
_WORD = re.compile(r"(?P<gap>\.? ?[ ,;|()\t\n\-–—/]{0,3})(?P<word>[^\W_](?:[\w'’\-]|\.(?=\w))*)")
_POSTCODE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-8])[0-9]{3}(?!\w)[ ,\-]{1,3}(?=[^\W\d_])")
_CODE_BEHIND_STREET = re.compile(r"[0-9]{5}(?!\w)[ ,\-]{1,3}(?=[^\W\d_])")  # a street before it is proof enough
_TOWN_WORD = re.compile(r" ?(?P<word>[^\W\d_][\w'’\-]*|[0-9]{1,2}(?:er|e|ème)?(?!\w))")
_PARTICLES = frozenset("de du des d' l' la le les à au aux en et sur sous lès lez saint sainte st ste".split())
_COMPLEMENTS = frozenset(
    """
    bât bat bâtiment batiment appt apt appartement esc escalier étage etage hall porte bp cs tsa résidence lieu-dit
    """.split()
)
_SHORTENED = frozenset("st ste dr gal mal cdt pdt prof av bd pl bât bat appt apt esc rés".split())
_MONTHS = frozenset(
    "janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre".split()
)
_NO_TOWN = frozenset(
    """
    euros euro tel tél téléphone telephone fax mail email siret siren rcs phone port mobile personnes habitants km fois
    """.split()
)
_NO_NAME = frozenset(
    "vers pour avec dans par selon a ont est sont qui que qu'il était etait sera plus où ou mais car puis".split()
)
_CONTEXT = (
    *("adresse", "domicilie", "domiciliee", "domicile", "demeurant", "habite", "habitant", "reside", "residant"),
    *("livraison", "livrer", "address", "lives", "livre", "loge", "logement"),
)


@dataclass(slots=True)
class _Street:
    """What was read after the type of street: where its name ends, where the town ends."""

    end: int = -1
    town_end: int = -1
    capital: bool = False


def _read(text: str, position: int) -> _Street:
    """Word by word up to postcode and town, or to the first word that no name would hold."""
    street = _Street()
    closed, n_lower, previous = False, 0, ""
    for _ in range(16):
        token = _WORD.match(text, position)
        if token is None or (token["gap"].startswith(".") and previous not in _SHORTENED) or not token["gap"]:
            break
        word = token["word"]
        known = word.lower()
        postcode = (_CODE_BEHIND_STREET if street.end > 0 else _POSTCODE).match(text, token.start("word"))
        if postcode:
            street.town_end = _town_end(text, postcode.end(), lower=not street.capital)
            break
        closed = closed or len(token["gap"].strip(" .-")) > 0
        if word[0].isdigit():
            if not closed and (not street.capital or previous in _MONTHS):
                street.end = token.end()
        elif _is_capital(word):
            if not closed and known not in _PARTICLES:
                street.capital, street.end = True, token.end()
        elif known not in _PARTICLES and known not in _COMPLEMENTS:
            is_date = previous[:1].isdigit() and known in _MONTHS
            n_lower += 1
            if (street.capital and not is_date) or n_lower > 4 or known in _NO_NAME:
                break
            if is_date or n_lower == 1:
                street.capital, street.end = street.capital or is_date, token.end()
        previous, position = known, token.end()
    return street


def _town_end(text: str, position: int, lower: bool) -> int:
    """Where the town ends, -1 if no town stands there."""
    end, previous = -1, ""
    for count in range(6):
        token = _TOWN_WORD.match(text, position)
        if token is None:
            break
        word = token["word"]
        known = word.lower()
        if known in _NO_TOWN:
            break
        small = lower and (count == 0 or previous in _PARTICLES)  # "paris", "saint denis"
        if _is_capital(word) or (count > 0 and word[0].isdigit()) or small:
            end = token.end()
        elif known not in _PARTICLES:
            break
        previous, position = known, token.end()
    return end


def _is_capital(word: str) -> bool:
    """True for ``Paix``, and for ``l'Église`` and ``d’Orves``."""
    return word[0].isupper() or word.replace("’", "'").partition("'")[2][:1].isupper()


def _houses(text: str, start: int, end: int) -> Iterator[Hit]:
    for match in _HOUSE.finditer(text, start, end):
        street = _read(text, match.end())
        if street.town_end > 0:
            yield Hit(match.start(), street.town_end, Confidence.HIGH)
        elif street.end > 0 and match["plain"]:
            yield Hit(match.start(), street.end, Confidence.MEDIUM if street.capital else None)
        elif street.end > 0 and street.capital:
            yield Hit(match.start(), street.end, Confidence.LOW)


def _without_number(text: str, start: int, end: int) -> Iterator[Hit]:
    """A box or a named place, up to its postcode and town."""
    for postcode in _POSTCODE.finditer(text, start, end):
        if postcode.start() and text[postcode.start() - 1].isalnum():
            continue
        for head in _HEAD.finditer(text, max(0, postcode.start() - 70), postcode.start()):
            street = _read(text, head.end())
            if street.town_end > postcode.start() and (street.capital or head["plain"] or not head["place"]):
                yield Hit(head.start(), street.town_end)
                break


_STREETS = (
    *("rue de la Paix", "avenue Victor Hugo", "boulevard Voltaire", "rue du 8 mai 1945", "impasse des Lilas"),
    *("chemin du Moulin", "quai de la Marne", "place de l'Église", "allée Jean-Moulin", "bd Saint-Michel"),
    *("cours d’Estienne-d’Orves", "route de Lyon", "RUE DES ACACIAS", "rue du Général de Gaulle"),
)
_TOWNS = (
    *("75011 Paris", "69003 Lyon", "13100 Aix-en-Provence", "59000 LILLE", "20000 Ajaccio", "97400 Saint-Denis"),
    *("92400 COURBEVOIE CEDEX", "44000 Nantes", "72100 Le Mans", "93200 Saint-Denis", "33000 Bordeaux"),
)


def _example_house(draw: random.Random) -> str:
    number = f"{draw.randint(1, 320)}{draw.choice(('', '', '', ' bis', ' ter', 'B'))}"
    joint = draw.choice((", ", " ", "\n", " - "))
    return f"{number}{draw.choice((' ', ', '))}{draw.choice(_STREETS)}{joint}{draw.choice(_TOWNS)}"


def _example_place(draw: random.Random) -> str:
    head = draw.choice(("Lieu-dit Le Bourg", "Résidence Les Tilleuls", "Hameau de la Forge", "place de la Mairie"))
    box = f"{draw.choice(('BP', 'CS', 'TSA'))} {draw.randint(10, 90999)}"
    return f"{draw.choice((head, box))}{draw.choice((', ', ' '))}{draw.choice(_TOWNS)}"


_FRAMES = (
    "J'habite {}.",
    "{}",
    "Adresse : {}",
    "demeurant {} depuis 2019",
    "Mme X, {}, est venue",
)

RECOGNIZERS = (
    Recognizer(
        name="fr_address",
        entity_type="POSTAL_ADDRESS",
        summary="French postal addresses with a house number; postcode and town make them sure.",
        pattern="",
        search=_houses,
        announced=Confidence.MEDIUM,
        context=_CONTEXT,
        trigger=Trigger(words=_TYPE_WORDS),
        country="FR",
        sources=(
            "NF Z 10-011, http://www.laposte.fr/sna/rubrique.php3?id_rubrique=83",
            "https://www.haoui.com/newsletter/2014/janvier07/s2/index.html",
        ),
        example=_example_house,
        frames=_FRAMES,
        detects=(
            "12 bis, rue de la Paix\n75002 Paris",
            "elle habite 12 rue des lilas",
            "livrer au 3 AV DU GAL LECLERC 92100 BOULOGNE BILLANCOURT",
            "12 rue victor hugo 75012 paris",
            "12 rue des Quatre-Lunes\n99120 Belleroche-sur-Fable",
        ),
        ignores=(
            "3 places de parking et 2 cours de français",
            "le 12, place au spectacle",
            "il a vendu 12 rues et 75000 euros",
            "en 2024, route vers 75000 Parisiens",
            "12 cours particuliers à 30 euros",
            "10 Downing Street",
        ),
    ),
    Recognizer(
        name="fr_address_place",
        entity_type="POSTAL_ADDRESS",
        summary="French postal addresses without a house number: a box, a street or a named place, postcode and town.",
        pattern="",
        search=_without_number,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(digits=5),
        country="FR",
        sources=(
            "NF Z 10-011, http://www.laposte.fr/sna/rubrique.php3?id_rubrique=83",
            "https://www.haoui.com/newsletter/2014/janvier07/s2/index.html",
        ),
        example=_example_place,
        frames=_FRAMES,
        detects=(
            "BP 123, 24200 Sarlat-la-Canéda",
            "Lieu-dit Les Granges 24200 Sarlat",
            "CS 40001 75013 PARIS CEDEX 13",
        ),
        ignores=(
            "75013 Paris",
            "une rue de 12000 habitants",
            "la place de Paris compte 45000 Parisiens",
            "BP 2023",
            "took place just before the 50000 milestone",
        ),
    ),
)
