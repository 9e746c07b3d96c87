"""Words that speak of a person's health, in French and English: a topic, found by a word list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from privacy_audit.scanners import Scanner
from privacy_audit.types import Confidence, Detection, Record, TextRecord, TextSpan

__all__ = ["TextHealth"]

# Conditions, states and treatments that are rarely used of anything but a person's body; written for this project.
# Words with a common other meaning ("opération", "traitement", "depression" of the weather, "virus") are left out.
_TERMS = """
alcoolisme alcoholism allergique allergic alzheimer anémie anaemia anemia anorexie anorexia anxiolytique antidépresseur
antidépresseurs antidepressant antidepressants arthrite arthritis arthrose asthme asthmatique asthma asthmatic autisme
autiste autism autistic avc bipolaire bipolar boulimie bulimia cancer cancers cancéreux cardiaque chimiothérapie
chemotherapy cholestérol cholesterol cirrhose cirrhosis démence dementia dépressif diabète diabétique diabetes diabetic
dialyse dialysis dyslexie dyslexique dyslexia dyslexic eczéma eczema endométriose endometriosis épilepsie épileptique
epilepsy epileptic fibromyalgie fibromyalgia fibrose handicapé handicapée hémophilie haemophilia hemophilia hépatite
hepatitis hypertension hypothyroïdie insuline insulin ivg leucémie leukaemia leukemia lupus malvoyant malvoyante
mastectomie mastectomy ménopause menopause migraine migraines mucoviscidose myopathie obésité obesity ostéoporose
osteoporosis paraplégie paraplégique paraplegic parkinson psoriasis psychose psychotic psychotique radiothérapie
radiotherapy schizophrénie schizophrène schizophrenia schizophrenic séropositif séropositive sida sclérose sclerosis
stérilité suicidaire suicidal toxicomanie trisomie trisomique tuberculose tuberculosis tumeur tumeurs tumour tumor vih
hiv
"""
_PHRASES = ("arrêt maladie", "crise cardiaque", "fausse couche", "heart attack", "sick leave", "groupe sanguin")


class TextHealth(Scanner):
    """HEALTH at LOW confidence: a word list knows neither who is meant nor whether it is said of a person at all.

    No precision was measured, so it never reaches MEDIUM (regulation.md, section 1: ``topic``).
    """

    name = "text_health"
    summary = "Words about health, French and English: a topic, whoever it concerns."
    entity_types = ("HEALTH",)
    accepts = (TextRecord,)
    detects = (
        ("Suivi pour un diabète de type 2.", "HEALTH"),
        ("Signale de l'asthme depuis l'enfance.", "HEALTH"),
        ("He has been on sick leave since May.", "HEALTH"),
    )
    ignores = ("Le traitement du signal est une opération simple.", "A depression over the Atlantic brings rain.")

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per word of the list."""
        assert isinstance(record, TextRecord)  # noqa: S101 - `accepts` says so
        return [
            Detection("HEALTH", TextSpan(*match.span()), 0.3, Confidence.LOW)
            for match in _pattern().finditer(record.text)
        ]


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted({*_TERMS.split(), *_PHRASES}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
