"""The texts: every name invented, every number from a range that is given to nobody or with computed check digits.

A text is written with its truth inside it, ``{{PERSON|Camille Durand}}``, so the spans cannot drift from the words.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from _numbers import iban, nir

__all__ = ["INTERVIEW", "build_texts", "read_marks"]

Entities = list[dict[str, Any]]

_MARK = re.compile(r"\{\{([A-Z_]+)\|(.*?)\}\}", re.DOTALL)

NIR_A, NIR_B, NIR_C = nir("2", 84, 5, 75, 42), nir("1", 79, 11, 69, 117), nir("2", 91, 2, 33, 8)
NIR_D, NIR_E, NIR_F = nir("1", 58, 7, 59, 203), nir("2", 66, 9, 13, 61), nir("1", 72, 3, 31, 95)
IBAN_A, IBAN_B = iban("00012345678"), iban("00076543210")

TESTIMONIES = (
    "Je m'appelle {{PERSON|Camille Durand}} et j'habite Nantes depuis dix ans. "
    "Écrivez-moi à {{EMAIL_ADDRESS|camille.durand@courriel-invente.fr}} si vous voulez en parler.",
    "Le service a été rapide et la notice était claire, je recommande sans hésiter.",
    "Bonjour, ici {{PERSON|Julien Moreau}}. On peut me rappeler au {{PHONE_NUMBER|06 39 98 12 45}} après six heures.",
    "Mon numéro de sécurité sociale est le {{FR_NIR|" + NIR_A + "}}, il manquait sur le formulaire.",
    "Il pleuvait depuis trois jours et le marché était presque vide ce matin-là.",
    "Pour le remboursement, voici mon IBAN : {{IBAN_CODE|" + IBAN_A + "}}. Merci d'avance.",
    "J'ai payé avec la carte {{CREDIT_CARD|4242 4242 4242 4242}} et le débit est apparu deux fois.",
    "Les enfants ont adoré l'atelier de poterie, surtout le tour et les émaux bleus.",
    "La commande de {{PERSON|Sophie Bernard}} est arrivée en retard ; on la joint au "
    "{{PHONE_NUMBER|02 61 91 45 67}} ou à {{EMAIL_ADDRESS|s.bernard@boite-inventee.fr}}.",
    "Hier, {{PERSON|Thomas Lambert}} a rencontré {{PERSON|Isabelle Fontaine}} à la gare de Lyon pour signer le bail.",
)

REVIEWS = (
    "I am {{PERSON|Emily Watson}}, and this lamp broke in March. "
    "You can reach me at {{EMAIL_ADDRESS|emily.watson@invented-post.org}}.",
    "The battery lasts about nine hours and the case feels solid. Four stars out of five.",
    "Please call {{PERSON|Robert Harrison}} on {{PHONE_NUMBER|+44 20 7946 0123}} about the refund.",
    "It rained all week, so the tent got a proper test. It stayed dry.",
    "My card {{CREDIT_CARD|5555 5555 5555 4444}} was charged twice and nobody answered for a week.",
    "{{PERSON|Sarah Mitchell}}, who runs the shop, found the missing screws.",
    "The manual is only available online, which is a pity, but the setup took ten minutes.",
    "I gave the spare one to my neighbour {{PERSON|David Thompson}}, who wrote to "
    "{{EMAIL_ADDRESS|d.thompson@invented-post.org}} and got a new cable.",
)

PATIENT_COLUMNS = ("nom", "prenom", "email", "telephone", "nir", "ville", "note")
PATIENT_TYPES = ("PERSON", "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "FR_NIR", None, None)
PATIENTS = (
    ("Garnier", "Lucie", "lucie.garnier@courriel-invente.fr", "06 39 98 20 31", NIR_C, "Bordeaux",
     "Suivi pour un {{HEALTH|diabète de type 2}}, prochaine visite au printemps."),
    ("Rousseau", "Antoine", "a.rousseau@boite-inventee.fr", "04 65 71 77 02", NIR_B, "Lyon", "Dossier complet."),
    ("Leclerc", "Monique", "monique.leclerc@courriel-invente.fr", "01 99 00 11 22", NIR_E, "Marseille",
     "Signale de l'{{HEALTH|asthme}} depuis l'enfance."),
    ("Petit", "Bernard", "bernard.petit@courriel-invente.fr", "03 53 01 87 65", NIR_D, "Lille",
     "Rendez-vous déplacé à la demande du secrétariat."),
    ("Faure", "Nicolas", "n.faure@boite-inventee.fr", "06 39 98 54 90", NIR_F, "Toulouse",
     "Vient accompagné de sa fille {{PERSON|Claire Faure}}."),
)  # fmt: skip

NOTES = (
    """# Compte rendu de la réunion du mardi

La réunion a commencé à 9 h 30 dans la salle du fond.

- {{PERSON|Hélène Marchand}} présente le calendrier des entretiens.
- {{PERSON|Mathieu Girard}} demande un deuxième enregistreur ; le devis est attendu pour vendredi.
- Le serveur d'essai répond à l'adresse {{IP_ADDRESS|203.0.113.47}}, l'accès est limité au réseau interne.

## Suites

Les consentements signés sont à envoyer à {{EMAIL_ADDRESS|h.marchand@boite-inventee.fr}}.
En cas d'absence, appeler {{PERSON|Mathieu Girard}} au {{PHONE_NUMBER|+33 5 36 49 63 18}}.

Les virements partent du compte {{IBAN_CODE|"""
    + IBAN_B
    + """}} chaque fin de mois.
"""
)

TRAPS = """# pièges : tout ressemble à une donnée personnelle, rien n'en est une

- le manuel porte l'ISBN 978-2-07-036024-6 et compte 312 pages
- commande n° 4820193, lot 20231107-03, facture 2024-000187
- version 2.14.3 du logiciel, pilote 10.4.22631.3007, micrologiciel v1.0.0-rc.2
- le 3939 répond aux questions sur les démarches, le 15 et le 112 aux urgences
- la réunion du 14/02/2024 a duré de 9 h 05 à 11 h 40
- la table mesure 120 x 80 x 75 cm et pèse 18,5 kg
- empreinte du paquet : 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
- identifiant technique : 550e8400-e29b-41d4-a716-446655440000
- la carte de test refusée finit bien par une erreur : 4242 4242 4242 4241
- mesure relevée : 48,8566 degrés, précision de 0,0001
- prix : 1 299,00 € hors taxes, 1 558,80 € toutes taxes comprises
- le fichier `config@2x.png` et le décorateur `@property` ne sont pas des adresses
- référence de pièce : ABX-220-9917-K, code-barres 3017620422003
"""

INTERVIEW = (
    ("A", "Bonjour, merci d'être venue. Comment vous appelez-vous ?"),
    ("B", "Bonjour. Je m'appelle {{PERSON|Nathalie Perrin}} et je travaille à la bibliothèque depuis douze ans."),
    ("A", "À quel numéro peut-on vous rappeler si une question nous manque ?"),
    ("B", "Vous pouvez m'appeler au {{PHONE_NUMBER|06 39 98 41 27}}, de préférence le matin."),
    ("A", "C'est noté. Commençons par les horaires du samedi."),
)
"""The spoken interview: speaker, words. The transcript beside the recording is made from the same lines."""


def read_marks(marked: str) -> tuple[str, Entities]:
    """The text without its marks, and where they were, in code points, half-open."""
    plain: list[str] = []
    entities: Entities = []
    length = position = 0
    for match in _MARK.finditer(marked):
        plain += [marked[position : match.start()], match[2]]
        start = length + match.start() - position
        length = start + len(match[2])
        entities.append({"entity_type": match[1], "start": start, "end": length})
        position = match.end()
    return "".join([*plain, marked[position:]]), entities


def build_texts() -> dict[str, tuple[bytes, Entities]]:
    """Path -> (bytes, entities) of every text file.

    In tables ``row`` counts data rows from 0 and spans are per cell.
    """
    transcript = "\n".join(f"{speaker} : {words}" for speaker, words in INTERVIEW) + "\n"
    return {
        "text/temoignages_fr.jsonl": _jsonl("fr", TESTIMONIES),
        "text/reviews_en.jsonl": _jsonl("en", REVIEWS),
        "text/patients.csv": _patients(),
        "text/notes.md": _plain(NOTES),
        "text/pieges_propres.md": _plain(TRAPS),
        "audio/interview.txt": _plain(transcript),
    }


def _plain(marked: str) -> tuple[bytes, Entities]:
    text, entities = read_marks(marked)
    return text.encode(), entities


def _jsonl(language: str, rows: tuple[str, ...]) -> tuple[bytes, Entities]:
    lines: list[str] = []
    entities: Entities = []
    for row, marked in enumerate(rows):
        text, found = read_marks(marked)
        lines.append(json.dumps({"id": row, "lang": language, "text": text}, ensure_ascii=False) + "\n")
        entities += [{**entity, "row": row, "column": "text"} for entity in found]
    return "".join(lines).encode(), entities


def _patients() -> tuple[bytes, Entities]:
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(PATIENT_COLUMNS)
    entities: Entities = []
    for row, marked in enumerate(PATIENTS):
        cells = []
        for column, entity_type, cell in zip(PATIENT_COLUMNS, PATIENT_TYPES, marked, strict=True):
            text, found = read_marks(cell if entity_type is None else f"{{{{{entity_type}|{cell}}}}}")
            cells.append(text)
            entities += [{**entity, "row": row, "column": column} for entity in found]
        writer.writerow(cells)
    return table.getvalue().encode(), entities
