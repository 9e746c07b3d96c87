"""Transcripts: what is said, when, and where in the file it stands."""

from __future__ import annotations

from pathlib import Path

from privacy_audit.sources.text_file import read_text
from privacy_audit.sources.transcripts._columns import read_ctm, read_rttm, read_stm
from privacy_audit.sources.transcripts._eaf import read_eaf
from privacy_audit.sources.transcripts._kaldi import KALDI_NAMES, read_kaldi
from privacy_audit.sources.transcripts._pieces import Part, Transcript
from privacy_audit.sources.transcripts._subtitles import read_subtitles
from privacy_audit.sources.transcripts._textgrid import read_textgrid
from privacy_audit.sources.transcripts._whisper import looks_like_whisper, read_whisper

__all__ = ["SUFFIXES", "Part", "Transcript", "read_transcript"]

SUFFIXES = (".ctm", ".eaf", ".rttm", ".srt", ".stm", ".textgrid", ".vtt")
_SNIFFED_BYTES = 65_536


def read_transcript(path: Path, uri: str, *, max_bytes: int = 50_000_000) -> Transcript | None:
    """The transcript in a file, None where the file is none. Its text is that of :func:`read_text`.

    Raises:
        UnreadableError: as :func:`read_text`; TRUNCATED, CORRUPT, MISLABELLED or NOT_PERMITTED by the format.
    """
    suffix = path.suffix.lower()
    if _is_of_kaldi(path):
        return read_kaldi(read_text(path, uri, max_bytes=max_bytes).text, path.name)
    if suffix not in SUFFIXES and not (suffix == ".json" and _may_be_whisper(path)):
        return None
    text = read_text(path, uri, max_bytes=max_bytes).text
    if suffix in (".srt", ".vtt"):
        return read_subtitles(text, vtt=suffix == ".vtt")
    readers = {".ctm": read_ctm, ".eaf": read_eaf, ".rttm": read_rttm, ".stm": read_stm, ".textgrid": read_textgrid}
    return readers[suffix](text) if suffix in readers else read_whisper(text)


def _is_of_kaldi(path: Path) -> bool:
    """A file called ``text`` may be anything, unless another of a Kaldi folder lies beside it."""
    beside = (path.with_name(name) for name in KALDI_NAMES if name != path.name)
    return path.name in KALDI_NAMES and any(other.is_file() for other in beside)


def _may_be_whisper(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return looks_like_whisper(file.read(_SNIFFED_BYTES).decode("utf-8", "ignore"))
    except OSError:
        return False
