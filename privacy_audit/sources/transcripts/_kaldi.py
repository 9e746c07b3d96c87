"""The files of a Kaldi data folder: identifiers of utterances, speakers and recordings, and what is said.

https://kaldi-asr.org/doc/data_prep.html
"""

from __future__ import annotations

import re

from privacy_audit.sources.transcripts._pieces import Part, Transcript, partitioned

__all__ = ["KALDI_NAMES", "read_kaldi"]

_IDENTIFIERS = {"utt2spk": 2, "spk2utt": 0, "spk2gender": 1, "spk2age": 1, "utt2dur": 1, "utt2lang": 1, "segments": 2}
"""How many fields of a line are identifiers; 0 for all of them."""
KALDI_NAMES = frozenset((*_IDENTIFIERS, "text", "wav.scp", "reco2file_and_channel"))
_FIELD = re.compile(r"\S+")
_LINE = re.compile(r"[^\r\n]+")


def read_kaldi(text: str, name: str) -> Transcript:
    """Identifiers are labels; behind them stand words in ``text``, and numbers, a gender or a path in the others."""
    told: list[Part] = []
    n_labels = _IDENTIFIERS.get(name, 1)
    for line in _LINE.finditer(text):
        fields = list(_FIELD.finditer(text, line.start(), line.end()))
        labels = fields[: n_labels or None]
        told += [Part(*field.span(), field.group(), "label", track=f"recording {field.group()}") for field in labels]
        rest = fields[len(labels) :]
        if rest:
            first, last = rest[0].start(), rest[-1].end()
            told.append(
                Part(first, last, text[first:last], "said" if name == "text" else "rest", track=f"line {first}")
            )
    return Transcript(text, partitioned(text, told), _one_line)


def _one_line(text: str) -> str:
    return " ".join(text.split())
