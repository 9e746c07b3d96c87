"""Data sets made for ``bench.find``: an invented person in every spelling and medium, among people called alike.

Each thing planted stands in a record of its own, so that a place found is either hers or somebody else's.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from privacy_audit.finding.folding import fold
from privacy_audit.recognizers._fr_words import spelled

__all__ = ["PEOPLE", "Person", "Planted", "build"]

Sort = Literal["sure", "ambiguous", "other"]
"""``sure``: hers and hardly anybody else's. ``ambiguous``: hers, written as others' is. ``other``: somebody else's."""


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; ``family`` may be several words."""

    given: str
    family: str
    title: str


# Invented: common given and family names put together at random. Even ones were tuned on, odd ones are reported.
PEOPLE = tuple(
    Person(*line.strip().split("|"))
    for line in """
    Jean|Dupont|M.
    Hélène|Lefèvre|Mme
    Marie-Claude|Garnier|Mme
    François|Le Goff|M.
    Zoé|Müller|Mme
    Jean-Baptiste|Roy|M.
    Luc|Martin|M.
    Anaïs|de la Tour|Mme
    Mehdi|Benali|M.
    Inès|Nuñez|Mme
    Björn|Sørensen|M.
    Chloé|Faure-Dumas|Mme
    Thomas|Bernard|M.
    Agnès|Œuvrard|Mme
    Olivier|N'Diaye|M.
    Maëlys|Kerbrat|Mme
    """.split("\n")
    if line.strip()
)


@dataclass(slots=True)
class Planted:
    """What lies where. ``truth``: (file, row or line, 0 for the whole file) -> sort, medium, what it is called."""

    root: Path
    truth: dict[tuple[str, int], tuple[Sort, str, str]] = field(default_factory=dict)

    def put(self, file: str, place: int, sort: Sort, medium: str, what: str) -> None:
        """Remember one thing planted."""
        self.truth[file, place] = sort, medium, what


def _spellings(person: Person) -> Iterator[tuple[Sort, str, str]]:
    """Sort, what it is called, and the text."""
    given, family = person.given, person.family
    name = f"{given} {family}"
    initial = given[0]
    bare_given, bare_family = (_bare(part) for part in (given, family))
    yield "sure", "as given", name
    yield "sure", "capitals", name.upper()
    yield "sure", "small letters", name.lower()
    yield "sure", "no accents", _plain(name)
    yield "sure", "decomposed accents", unicodedata.normalize("NFD", name)
    yield "sure", "no-break space", f"{given}\u00a0{family}"
    yield "sure", "two spaces", f"{given}  {family}"
    yield "sure", "family first", f"{family.upper()} {given}"
    yield "sure", "comma", f"{family}, {given}"
    yield "sure", "bracket", f"{family} ({given})"
    yield "sure", "title", f"{person.title} {name}"
    yield "sure", "hyphens", f"{given}-{family}".replace(" ", "-")
    yield "sure", "joined", f"{bare_given}{bare_family}"
    yield "sure", "address", f"{bare_given}.{bare_family}@courriel-invente.fr"
    yield "sure", "initial", f"{initial}. {family}" if initial != "M" else f"{given} {family}"
    yield "sure", "initial behind", f"{family} {initial}."
    yield "sure", "login", f"{bare_given[0]}{bare_family}@courriel-invente.fr"
    yield "sure", "middle initial", f"{given} P. {family}"
    yield "ambiguous", "title and family name", f"{person.title} {family}"
    yield "ambiguous", "given name and initial", f"{given} {family[0]}."


def _alike(person: Person, draw: random.Random) -> Iterator[tuple[str, str]]:
    """What it is called, and a text that is about somebody else."""
    given, family = person.given, person.family
    other = draw.choice(["Nicolas", "Sylvie", "Karim", "Odile"])
    stranger = draw.choice(["Perrin", "Caron", "Vidal", "Schmitt"])
    yield "longer given name", f"{given}ne {family}"
    yield "longer family name", f"{given} {family}el"
    yield "longer by a prefix", f"{given} Mc{family.lower()}"
    yield "other given name", f"{other} {family}"
    yield "other family name", f"{given} {stranger}"
    yield "other initial", f"W. {family}"
    yield "compound given name", f"{given}-{other} {family}"
    yield "compound before", f"{other}-{given} {family}"
    yield "double family name", f"{given} {family}-{stranger}"
    yield "street", f"rue {given} {family}"
    yield "two people in a row", f"{other} {family}, {given} {stranger}"
    yield "two people in a sentence", f"{given} et {other} {family}"
    yield "another with this title", f"{person.title} {family}"
    yield "address of another", f"{_bare(other)}.{_bare(family)}@courriel-invente.fr"


def build(root: Path, person: Person, seed: int) -> Planted:
    """A data set in ``root``; the same for the same seed."""
    draw = random.Random(seed)
    planted = Planted(root)
    told = [(sort, what, text) for sort, what, text in _spellings(person)]
    told += [("other", what, text) for what, text in _alike(person, draw)]
    draw.shuffle(told)
    _texts(planted, told, person)
    _tables(planted, told, person)
    _names_of_files(planted, person)
    _tags(planted, told)
    _transcripts(planted, told)
    _pictures(planted, person)
    return planted


def _texts(planted: Planted, told: list[tuple[Sort, str, str]], person: Person) -> None:
    lines = []
    for sort, what, text in told:
        lines.append(f"Dossier suivi par {text}, le 3 mars.")
        planted.put("notes.txt", len(lines), sort, "text", what)
    lines += [f"Nom : {person.family}", f"Prénom : {person.given}"]
    planted.put("notes.txt", len(lines) - 1, "sure", "text", "form")
    (planted.root / "notes.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tables(planted: Planted, told: list[tuple[Sort, str, str]], person: Person) -> None:
    rows = [{"id": n, "caption": f"Portrait de {text} au jardin"} for n, (_, _, text) in enumerate(told)]
    for number, (sort, what, _) in enumerate(told):
        planted.put("captions.jsonl", number, sort, "caption", what)
    (planted.root / "captions.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    cells = [
        (person.family, person.given, "sure", "two columns"),
        (person.family.upper(), person.given, "sure", "two columns"),
        (person.family, "Odile", "other", "other given name"),
        ("Perrin", person.given, "other", "other family name"),
    ]
    table = ["nom,prenom,ville"]
    for number, (family, given, sort, what) in enumerate(cells):
        table.append(f"{family},{given},Lyon")
        planted.put("people.csv", number, sort, "table", what)  # type: ignore[arg-type]  # a Sort
    (planted.root / "people.csv").write_text("\n".join(table), encoding="utf-8")


def _names_of_files(planted: Planted, person: Person) -> None:
    given, family = _bare(person.given), _bare(person.family)
    names = {
        "joined by _": (f"{given}_{family}", "sure"),
        "family first": (f"{family}-{given}", "sure"),
        "humps": (f"{given.title()}{family.title()}", "sure"),
        "login": (f"{given[0]}{family}", "sure"),
        "login behind": (f"{family}{given[0]}", "sure"),
        "folders": (f"{family}/{given}/001", "sure"),
        "with a number": (f"spk_{given}_{family}_0042", "sure"),
        "longer given name": (f"{given}ne_{family}", "other"),
        "longer family name": (f"{given}_{family}el", "other"),
        "other given name": (f"odile_{family}", "other"),
        "other family name": (f"{given}_perrin", "other"),
        "other login": (f"w{family}", "other"),
    }
    for what, (name, sort) in names.items():
        file = f"files/{what.replace(' ', '')}/{name}.txt"
        path = planted.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("rien ici", encoding="utf-8")
        planted.put(file, 0, sort, "path", what)  # type: ignore[arg-type]  # a Sort


def _tags(planted: Planted, told: list[tuple[Sort, str, str]]) -> None:
    for number, (sort, what, text) in enumerate(told[::3]):
        info = PngInfo()
        info.add_itxt("Author", text)
        file = f"tags/{number:03d}.png"
        (planted.root / "tags").mkdir(exist_ok=True)
        Image.new("RGB", (8, 8), "white").save(planted.root / file, pnginfo=info)
        planted.put(file, 0, sort, "picture tag", what)
    for number, (sort, what, text) in enumerate(told[1::3]):
        file = f"tags/{number:03d}.flac"
        with soundfile.SoundFile(planted.root / file, "w", 8_000, 1) as sound:
            sound.artist = text
            sound.write(np.zeros(1_600))
        planted.put(file, 0, sort, "sound tag", what)


def _transcripts(planted: Planted, told: list[tuple[Sort, str, str]]) -> None:
    folder = planted.root / "speech"
    folder.mkdir()
    for number, (sort, what, text) in enumerate(told[2::3]):
        if "@" in text:
            text = text.replace("@", " arobase ").replace(".", " point ")
        soundfile.write(folder / f"{number:03d}.wav", np.zeros(24_000, np.float32), 8_000)
        cue = f"1\n00:00:00,500 --> 00:00:02,500\nalors {text} vous rappelle\n"
        (folder / f"{number:03d}.srt").write_text(cue, encoding="utf-8")
        planted.put(f"speech/{number:03d}.wav", 0, sort, "speech", what)
        planted.put(f"speech/{number:03d}.srt", 3, sort, "transcript", what)


def _pictures(planted: Planted, person: Person) -> None:
    folder = planted.root / "scans"
    folder.mkdir()
    try:
        font, write = ImageFont.truetype("DejaVuSans.ttf", 32), str
    except OSError:  # the one that comes with Pillow has no accents
        font, write = ImageFont.load_default(size=32), _plain
    name = f"{person.given} {person.family}"
    shown = {"as given": (name, "sure"), "capitals": (name.upper(), "sure"),
             "longer given name": (f"{person.given}ne {person.family}", "other"),
             "other given name": (f"Odile {person.family}", "other")}  # fmt: skip
    for number, (what, (text, sort)) in enumerate(shown.items()):
        picture = Image.new("RGB", (900, 120), "white")
        ImageDraw.Draw(picture).text((30, 40), write(f"Facture pour {text}"), fill="black", font=font)
        picture.save(folder / f"{number}.png")
        planted.put(f"scans/{number}.png", 0, sort, "words in a picture", what)  # type: ignore[arg-type]  # a Sort


def values(root: Path, seed: int) -> tuple[Planted, list[tuple[str, str]]]:
    """An address, a telephone number, a plate and a handle in every spelling, and others a character away."""
    draw = random.Random(seed)
    planted = Planted(root)
    national = f"63998{draw.randint(1000, 9999)}"
    pairs = [f"0{national[0]}", *(national[i : i + 2] for i in range(1, 9, 2))]
    local, domain = f"camille.durand{draw.randint(10, 99)}", "courriel-invente.fr"
    address = f"{local}@{domain}"
    plate, handle = f"AB-{draw.randint(100, 999)}-CD", f"@camille_d{draw.randint(10, 99)}"
    bad_pairs = [*pairs[:-1], f"{(int(pairs[-1]) + 1) % 100:02d}"]
    said = address.replace("@", " arobase ").replace(".", " point ")
    spaced = " ".join(pairs)
    right = {
        "telephone": [spaced, ".".join(pairs), "".join(pairs), "-".join(pairs), f"+33 {spaced[1:]}", f"0033{national}",
                      f"+33 (0){national}", national, " ".join(map(spelled, pairs))],
        "address": [address, address.upper(), address.replace("@", "+lettre@"), address.replace("@", " (at) "), said,
                    f"mailto:{address.replace('@', '%40')}"],
        "plate": [plate, plate.replace("-", " "), plate.replace("-", "").lower()],
        "handle": [handle, handle[1:], f"https://reseau-invente.fr/{handle[1:]}"],
    }  # fmt: skip
    wrong = {
        "telephone": [" ".join(bad_pairs), f"{''.join(pairs)}9", f"1{''.join(pairs)}", f"+44 {national}",
                      " ".join(map(spelled, bad_pairs))],
        "address": [f"x{address}", f"{address}.com", f"{local}9@{domain}", f"{local}@autre-{domain}"],
        "plate": [f"{plate}E", plate.replace("AB", "BA")],
        "handle": [f"{handle}7", f"x{handle[1:]}", handle[:-1]],
    }  # fmt: skip
    lines: list[tuple[Sort, str, str]] = [("sure", what, text) for what, texts in right.items() for text in texts]
    lines += [("other", what, text) for what, texts in wrong.items() for text in texts]
    draw.shuffle(lines)
    for number, (sort, what, _) in enumerate(lines, 1):
        planted.put("values.txt", number, sort, what, what)
    text = "\n".join(f"voir {text} merci" for _, _, text in lines)
    (root / "values.txt").write_text(text, encoding="utf-8")
    return planted, [("phone", " ".join(pairs)), ("email", address), ("plate", plate), ("handle", handle)]


def _plain(text: str) -> str:
    stripped = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return stripped.replace("Œ", "Oe").replace("ø", "o")


def _bare(text: str) -> str:
    return "".join(char for char in fold(text).text if char.isalnum())
