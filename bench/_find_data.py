"""Data sets made for ``bench.find``: an invented person in every spelling and medium, among people called alike.

Each thing planted stands in a record or line of its own, so that a place found is either hers or somebody else's.
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
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from PIL.PngImagePlugin import PngInfo

from privacy_audit.finding.folding import fold
from privacy_audit.pseudonyms.names import given_names
from privacy_audit.recognizers._fr_words import spelled

__all__ = ["REPORTED", "TUNED", "Person", "Planted", "Sort", "build", "values"]

Sort = Literal["hers", "shared", "poor scan", "other"]
"""``hers``, and ``other``: somebody else's. ``shared``: hers, and planted word for word for somebody else too, without
anything beside it that tells them apart. ``poor scan``: hers, in a picture that a reader of pictures may get wrong.
"""


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; ``family`` may be several words."""

    given: str
    family: str
    title: str

    def asked(self, number: int) -> str:
        """Her name as somebody types it, another way for each number; with a comma where nothing else tells her family
        name from a second given name.
        """
        ways = (f"{self.given} {self.family}", f"{self.given} {self.family.upper()}", f"{self.family}, {self.given}",
                f"{self.title} {self.given} {self.family}", f"{self.family.upper()} {self.given}")  # fmt: skip
        first, *more = self.family.split()
        is_unclear = " " in self.given or (more and fold(first).text in given_names())
        return ways[2 if is_unclear else number % len(ways)]


def _people(lines: str) -> tuple[Person, ...]:
    return tuple(Person(*line.strip().split("|")) for line in lines.split("\n") if line.strip())


# Invented: common given and family names put together at random. Whoever shows a flaw that is mended is tuned on from
# then on, and another list is drawn; what was changed since, and why, is told in docs/find.md.
TUNED = _people("""
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
    Camille|Bonnet|Mme
    Rémi|Da Silva|M.
    Noémie|Vasseur|Mme
    Paul|Henri|M.
    Gaëlle|Le Bihan|Mme
    Aurélien|Guy|M.
    Fatou|Ba|Mme
    Jürgen|Weiß|M.
    Marie-Ève|Côté|Mme
    Louis-Philippe|de Saint-Aubin|M.
    Siobhán|O'Connor|Mme
    Łukasz|Wójcik|M.
    Théo|Petit|M.
    Élodie|Blanc-Rousseau|Mme
    Ahmed|Ben Salah|M.
    Solène|Dubois|Mme
""")
REPORTED = _people("""
    Laurence|Texier|Mme
    Karima|Aït Saïd|Mme
    Benoît|Du Plessis|M.
    Carmen|García López|Mme
    Émile|Zeller|M.
    Maud|Ory|Mme
    Yann|L'Hostis|M.
    Anne-Sophie|Delcourt|Mme
    Nguyen Thi|Lan|Mme
    Sébastien|Simon|M.
    Bérénice|Van den Broeck|Mme
    Ousmane|Sy|M.
    Pierre Yves|Marchais|M.
    Özlem|Şahin|Mme
    Michel|Martin Durand|M.
    Åsa|Lindström|Mme
    Clémentine|Roche-Lambert|Mme
    Jérôme|Le Roux|M.
    Aïcha|El Mansouri|Mme
    Frédéric|Œhmichen|M.
""")


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
    hers = {
        "as given": name,
        "capitals": name.upper(),
        "family in capitals": f"{given} {family.upper()}",
        "small letters": name.lower(),
        "no accents": _plain(name),
        "decomposed accents": unicodedata.normalize("NFD", name),
        "no-break space": f"{given}\u00a0{family}",
        "two spaces": f"{given}  {family}",
        "family first": f"{family.upper()} {given}",
        "family first, plain": f"{family} {given}",
        "comma": f"{family}, {given}",
        "bracket": f"{family} ({given})",
        "title": f"{person.title} {name}",
        "hyphens": f"{given}-{family}".replace(" ", "-"),
        "joined": f"{bare_given}{bare_family}",
        "address": f"{bare_given}.{bare_family}@courriel-invente.fr",
        "initial": f"{initial}. {family}" if initial != "M" else name,
        "initial behind": f"{family} {initial}.",
        "login": f"{bare_given[0]}{bare_family}@courriel-invente.fr",
        "middle initial": f"{given} P. {family}",
        "born": f"{given} Delmas, {'née' if person.title == 'Mme' else 'né'} {family}",
        "couple": f"{given} et Dominique {family}",
    }
    yield from (("hers", what, text) for what, text in hers.items())
    yield "shared", "title and family name", f"{person.title} {family}"
    yield "shared", "given name and initial", f"{given} {family[0]}."


def _alike(person: Person, draw: random.Random) -> Iterator[tuple[str, str]]:
    """What it is called, and a text that is about somebody else."""
    given, family = person.given, person.family
    other = draw.choice(["Nicolas", "Sylvie", "Karim", "Odile"])
    stranger = draw.choice(["Perrin", "Caron", "Vidal", "Schmitt"])
    yield "longer given name", f"{given}ne {family}"
    yield "longer family name", f"{given} {family}el"
    yield "longer by a prefix", f"{given} Mc{family.lower()}"
    yield "a letter away", f"{given} {_a_letter_away(family, draw)}"
    yield "other given name", f"{other} {family}"
    yield "other family name", f"{given} {stranger}"
    yield "other initial", f"W. {family}"
    yield "compound given name", f"{given}-{other} {family}"
    yield "compound before", f"{other}-{given} {family}"
    yield "double family name", f"{given} {family}-{stranger}"
    yield "street", f"rue {given} {family}"
    yield "two people in a row", f"{other} {family}, {given} {stranger}"
    yield "other family name, born", f"{other} {stranger}, née {family}"
    yield "another with this title", f"{person.title} {family}"
    yield "another with this initial", f"{given} {family[0]}."
    yield "address of another", f"{_bare(other)}.{_bare(family)}@courriel-invente.fr"


def _a_letter_away(family: str, draw: random.Random) -> str:
    """Another family name: one letter, drawn with its place, is changed."""
    places = [index for index, char in enumerate(family) if char.isalpha() and char.islower()]
    place = draw.choice(places)
    letter = draw.choice([char for char in "abcdefghijklmnoprstuvz" if char != fold(family[place]).text])
    return family[:place] + letter + family[place + 1 :]


def _letters_of(person: Person) -> Iterator[list[tuple[str, Sort, str]]]:
    """Texts of several lines, in which a reader tells who is meant: each line, its sort and what it is called."""
    name, family = f"{person.given} {person.family}", person.family
    yield [
        (f"Compte rendu de l'entretien avec {name}", "hers", "named in full"),
        ("Le rendez-vous a eu lieu le 3 mars, dans nos bureaux.", "other", "nothing"),
        (f"{person.title} {family} travaille ici depuis dix ans.", "hers", "title, in a text that names her"),
        (f"Selon {family}, rien ne presse.", "hers", "family name, in a text that names her"),
        (f"Le dossier de {person.given} {family[0]}. est complet.", "hers", "initial, in a text that names her"),
    ]
    yield [
        (f"Compte rendu de l'entretien avec Odile {family}", "other", "other given name"),
        (f"Mme {family} travaille ici depuis dix ans.", "other", "title, in a text that names another"),
        (f"Selon {family}, rien ne presse.", "other", "family name, in a text that names another"),
    ]
    yield [
        (f"{name} est venu avec Odile {family}, de la même famille.", "hers", "named in full"),
        (f"Mme {family} travaille ici depuis dix ans.", "other", "title, two of the name"),
        (f"Selon {family}, rien ne presse.", "other", "family name, two of the name"),
    ]
    yield [
        (f"{name} est là avec {person.given} Perrin.", "hers", "named in full"),
        ("Mme Perrin travaille ici depuis dix ans.", "other", "title and another family name"),
        (f"Selon {person.given} Perrin, la rue {family} est fermée.", "other", "a street"),
    ]


def build(root: Path, person: Person, seed: int) -> Planted:
    """A data set in ``root``; the same for the same seed."""
    draw = random.Random(seed)
    planted = Planted(root)
    told = [*_spellings(person)]
    told += [("other", what, text) for what, text in _alike(person, draw)]
    draw.shuffle(told)
    _texts(planted, told, person)
    _tables(planted, told, person)
    _letters(planted, person)
    _names_of_files(planted, person)
    _tags(planted, told)
    _transcripts(planted, told)
    _pictures(planted, person, draw)
    return planted


def _texts(planted: Planted, told: list[tuple[Sort, str, str]], person: Person) -> None:
    lines = []
    for sort, what, text in told:
        lines.append(f"Dossier suivi par {text}, le 3 mars.")
        planted.put("notes.txt", len(lines), sort, "text", what)
    lines += [f"Nom : {person.family}", f"Prénom : {person.given}"]
    planted.put("notes.txt", len(lines) - 1, "hers", "text", "form")
    (planted.root / "notes.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tables(planted: Planted, told: list[tuple[Sort, str, str]], person: Person) -> None:
    rows = [{"id": n, "caption": f"Portrait de {text} au jardin"} for n, (_, _, text) in enumerate(told)]
    for number, (sort, what, _) in enumerate(told):
        planted.put("captions.jsonl", number, sort, "caption", what)
    (planted.root / "captions.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    cells: list[tuple[str, str, Sort, str]] = [
        (person.family, person.given, "hers", "two columns"),
        (person.family.upper(), person.given, "hers", "two columns"),
        (person.family, "Odile", "other", "other given name"),
        ("Perrin", person.given, "other", "other family name"),
    ]
    table = ["nom,prenom,ville"]
    for number, (family, given, sort, what) in enumerate(cells):
        table.append(f"{family},{given},Lyon")
        planted.put("people.csv", number, sort, "table", what)
    (planted.root / "people.csv").write_text("\n".join(table), encoding="utf-8")


def _letters(planted: Planted, person: Person) -> None:
    """Texts of several lines, as documents and as transcripts."""
    for folder in ("letters", "interviews"):
        (planted.root / folder).mkdir()
    for number, lines in enumerate(_letters_of(person)):
        file = f"letters/{number}.txt"
        (planted.root / file).write_text("\n".join(line for line, _, _ in lines) + "\n", encoding="utf-8")
        cues = f"interviews/{number}.vtt"
        said = [f"00:0{n}.000 --> 00:0{n}.900\n{line}\n" for n, (line, _, _) in enumerate(lines)]
        (planted.root / cues).write_text("WEBVTT\n\n" + "\n".join(said), encoding="utf-8")
        for index, (_, sort, what) in enumerate(lines):
            planted.put(file, index + 1, sort, "text", what)
            planted.put(cues, 4 + 3 * index, sort, "transcript", what)


def _names_of_files(planted: Planted, person: Person) -> None:
    given, family = _bare(person.given), _bare(person.family)
    names: dict[str, tuple[str, Sort]] = {
        "joined by _": (f"{given}_{family}", "hers"),
        "family first": (f"{family}-{given}", "hers"),
        "humps": (f"{given.title()}{family.title()}", "hers"),
        "login": (f"{given[0]}{family}", "hers"),
        "login behind": (f"{family}{given[0]}", "hers"),
        "folders": (f"{family}/{given}/001", "hers"),
        "with a number": (f"spk_{given}_{family}_0042", "hers"),
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
        planted.put(file, 0, sort, "path", what)


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


def _pictures(planted: Planted, person: Person, draw: random.Random) -> None:
    folder = planted.root / "scans"
    folder.mkdir()
    try:
        font, write = ImageFont.truetype("DejaVuSans.ttf", 32), str
    except OSError:  # the one that comes with Pillow has no accents
        font, write = ImageFont.load_default(size=32), _plain
    name = f"{person.given} {person.family}"
    shown: list[tuple[str, str, Sort]] = [
        ("as given", name, "hers"),
        ("capitals", name.upper(), "hers"),
        ("family first", f"{person.family.upper()} {person.given}", "hers"),
        ("longer given name", f"{person.given}ne {person.family}", "other"),
        ("other given name", f"Odile {person.family}", "other"),
        *(("a letter away", f"{person.given} {_a_letter_away(person.family, draw)}", "other") for _ in range(4)),
        *(("a poor scan", name, "poor scan") for _ in range(3)),
    ]
    for number, (what, text, sort) in enumerate(shown):
        picture = Image.new("RGB", (900, 120), "white")
        ImageDraw.Draw(picture).text((30, 40), write(f"Facture pour {text}"), fill="black", font=font)
        file = f"scans/{number}.{'jpg' if sort == 'poor scan' else 'png'}"
        if sort == "poor scan":
            _badly_scanned(picture, draw).save(planted.root / file, quality=40)
        else:
            picture.save(planted.root / file)
        planted.put(file, 0, sort, "words in a picture", what)


def _badly_scanned(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Half the size, turned by up to two degrees, blurred and noisy."""
    small = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    turned = small.rotate(draw.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor="white")
    blurred = np.asarray(turned.filter(ImageFilter.GaussianBlur(draw.uniform(0.6, 1.3))), np.float64)
    noise = np.random.default_rng(draw.randrange(2**32)).normal(0, 12, (*blurred.shape[:2], 1))
    return Image.fromarray((blurred + noise).clip(0, 255).astype(np.uint8))


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
    lines: list[tuple[Sort, str, str]] = [("hers", what, text) for what, texts in right.items() for text in texts]
    lines += [("other", what, text) for what, texts in wrong.items() for text in texts]
    draw.shuffle(lines)
    for number, (sort, what, _) in enumerate(lines, 1):
        planted.put("values.txt", number, sort, what, what)
    text = "\n".join(f"voir {text} merci" for _, _, text in lines)
    (root / "values.txt").write_text(text, encoding="utf-8")
    return planted, [("phone", " ".join(pairs)), ("email", address), ("plate", plate), ("handle", handle)]


def _plain(text: str) -> str:
    stripped = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    for letter, written in (("Œ", "Oe"), ("ø", "o"), ("Ł", "L"), ("ß", "ss")):
        stripped = stripped.replace(letter, written)
    return stripped


def _bare(text: str) -> str:
    return "".join(char for char in fold(text).text if char.isalnum())
