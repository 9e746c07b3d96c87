"""Transcripts of every kind: what is said, when, and where it stands in the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.transcripts import Part, Transcript, read_transcript
from privacy_audit.sources.transcripts.beside import said_beside
from privacy_audit.types import Reason

WORDS = (("je", 1.0, 1.4), ("suis", 1.5, 1.9), ("Zoé", 2.0, 2.6))


def saved(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, text: str, encoding: str = "utf-8") -> Transcript:
    transcript = read_transcript(saved(path, text, encoding), "u")
    assert transcript is not None
    return transcript


def said(transcript: Transcript) -> list[tuple[str, float | None, float | None]]:
    return [(part.text.strip(), part.start_s, part.end_s) for part in transcript.parts if part.role == "said"]


def labels(transcript: Transcript) -> list[str]:
    return [part.text for part in transcript.parts if part.role == "label"]


SRT = "1\r\n00:00:01,000 --> 00:00:02,600\r\nje suis\r\nZoé\r\n\r\n2\r\n00:01:00,5 --> 00:01:02,25\r\n<i>merci</i>\r\n"
VTT = (
    "WEBVTT\n\nNOTE relu par Zoé Martin\n\nintro\n00:01.000 --> 00:02.600 align:start\n"
    "<v Zoé Martin>je <00:00:01.500>suis <00:02.000><c>Zoé &amp; co</c>\n"
)
CTM = "talk 1 1.0 0.4 je 0.9\ntalk 1 1.5 0.4 suis\ntalk 1 2.0 0.6 Zoé 0.3\n;; un commentaire\n"
RTTM = "SPEAKER talk 1 1.00 0.50 <NA> <NA> zoe_martin <NA> <NA>\nLEXEME talk 1 2.00 0.60 Zoé lex zoe_martin 0.5 <NA>\n"
STM = "talk 1 zoe_martin 1.0 2.6 <o,f0,female> je suis Zoé\n"
TEXTGRID_LONG = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0 \nxmax = 3 \ntiers? <exists> \nsize = 2 \nitem []: \n'
    '    item [1]:\n        class = "IntervalTier" \n        name = "Zoé Martin" \n        xmin = 0 \n        xmax = 3 \n'
    "        intervals: size = 3 \n"
    + "".join(
        f'        intervals [{n}]:\n            xmin = {a} \n            xmax = {b} \n            text = "{w}" \n'
        for n, (w, a, b) in enumerate(WORDS, 1)
    )
    + '    item [2]:\n        class = "TextTier" \n        name = "bruits" \n        xmin = 0 \n        xmax = 3 \n'
    '        points: size = 1 \n        points [1]:\n            number = 1.2 \n            mark = "toux ""forte""" \n'
)
TEXTGRID_SHORT = '"ooTextFile"\n"TextGrid"\n0\n3\n<exists>\n1\n"IntervalTier"\n"mots"\n0\n3\n3\n' + "".join(
    f'{a}\n{b}\n"{w}"\n' for w, a, b in WORDS
)
EAF = """<?xml version="1.0" encoding="UTF-8"?>
<!-- relu par Zoé -->
<ANNOTATION_DOCUMENT AUTHOR="Zoé Martin" FORMAT="3.0"><HEADER><MEDIA_DESCRIPTOR MEDIA_URL="file:///home/zoe/a.wav"/></HEADER>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="2600"/></TIME_ORDER>
<TIER TIER_ID="zoe" PARTICIPANT='Zoé Martin'><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1"
 TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>Zoé &amp; &lt;moi&gt;</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="t" PARENT_REF="zoe"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a2" ANNOTATION_REF="a1">
<ANNOTATION_VALUE><![CDATA[moi & Zoé]]></ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
</ANNOTATION_DOCUMENT>
"""
WHISPER = json.dumps(
    {
        "text": " je suis Zoé",
        "segments": [
            {
                "id": 0,
                "start": 1.0,
                "end": 2.6,
                "text": " je suis Zoé",
                "speaker": "Zoé Martin",
                "words": [{"word": f" {w}", "start": a, "end": b} for w, a, b in WORDS],
            }
        ],
    }
)
WHISPER_CPP = json.dumps(
    {
        "transcription": [
            {
                "timestamps": {"from": "00:00:01,000", "to": "00:00:02,600"},
                "offsets": {"from": 1000, "to": 2600},
                "text": " je suis Zoé",
            }
        ]
    }
)
ALL = {
    "a.srt": SRT,
    "a.vtt": VTT,
    "a.ctm": CTM,
    "a.rttm": RTTM,
    "a.stm": STM,
    "a.TextGrid": TEXTGRID_LONG,
    "b.textgrid": TEXTGRID_SHORT,
    "a.eaf": EAF,
    "a.json": WHISPER,
    "b.json": WHISPER_CPP,
}


def test_subtitles_are_said_between_their_times(tmp_path: Path) -> None:
    assert said(read(tmp_path / "a.srt", SRT)) == [("je suis", 1.0, 2.6), ("Zoé", 1.0, 2.6), ("merci", 60.5, 62.25)]


def test_webvtt_gives_the_times_of_words_and_the_names_of_voices(tmp_path: Path) -> None:
    transcript = read(tmp_path / "a.vtt", VTT)
    assert said(transcript) == [("je", 1.0, 1.5), ("suis", 1.5, 2.0), ("Zoé & co", 2.0, 2.6)]
    assert labels(transcript) == ["Zoé Martin"]
    assert [part.text for part in transcript.parts if part.role == "rest"] == ["NOTE relu par Zoé Martin", "intro"]


def test_ctm_stm_and_rttm_give_words_speakers_and_recordings(tmp_path: Path) -> None:
    ctm = read(tmp_path / "a.ctm", CTM)
    assert [(word, start) for word, start, _ in said(ctm)] == [("je", 1.0), ("suis", 1.5), ("Zoé", 2.0)]
    assert {part.recording for part in ctm.parts if part.role == "said"} == {"talk"}
    rttm = read(tmp_path / "a.rttm", RTTM)
    assert said(rttm) == [("Zoé", 2.0, 2.6)]
    assert labels(rttm) == ["talk", "zoe_martin", "talk", "zoe_martin"]
    stm = read(tmp_path / "a.stm", STM)
    assert said(stm) == [("je suis Zoé", 1.0, 2.6)]
    assert labels(stm) == ["talk", "zoe_martin"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_textgrids_give_intervals_and_tiers(tmp_path: Path, encoding: str) -> None:
    transcript = read(tmp_path / "a.TextGrid", TEXTGRID_LONG, encoding)
    assert said(transcript) == [*WORDS, ('toux "forte"', None, None)]
    assert labels(transcript) == ["Zoé Martin", "bruits"]
    assert said(read(tmp_path / "b.TextGrid", TEXTGRID_SHORT, encoding)) == list(WORDS)


def test_elan_gives_annotations_with_the_times_of_those_they_refer_to(tmp_path: Path) -> None:
    transcript = read(tmp_path / "a.eaf", EAF)
    assert said(transcript) == [("Zoé & <moi>", 1.0, 2.6), ("moi & Zoé", 1.0, 2.6)]
    assert labels(transcript) == ["Zoé Martin", "zoe", "Zoé Martin", "t", "zoe"]
    assert [part.text.strip() for part in transcript.parts if part.role == "rest"] == [
        "relu par Zoé",
        "file:///home/zoe/a.wav",
    ]


def test_whisper_gives_words_segments_and_speakers(tmp_path: Path) -> None:
    transcript = read(tmp_path / "a.json", WHISPER)
    assert said(transcript) == [("je suis Zoé", 1.0, 2.6), *WORDS]
    assert labels(transcript) == ["Zoé Martin"]
    assert said(read(tmp_path / "b.json", WHISPER_CPP)) == [("je suis Zoé", 1.0, 2.6)]


def test_another_document_is_no_transcript(tmp_path: Path) -> None:
    assert read_transcript(saved(tmp_path / "a.json", '{"segments": [{"text": "x"}], "start": 1}'), "u") is None
    assert read_transcript(saved(tmp_path / "a.txt", SRT), "u") is None


@pytest.mark.parametrize("name", ALL)
def test_parts_lie_apart_in_order_and_read_as_their_stretches(tmp_path: Path, name: str) -> None:
    transcript = read(tmp_path / name, ALL[name])
    assert transcript.parts
    position = 0
    for part in transcript.parts:
        assert position <= part.start < part.end <= len(transcript.text)
        position = part.end
        stretches = transcript.stretches(part)
        assert (stretches[0][0], stretches[-1][1]) == (0, len(part.text))
        assert (stretches[0][2], stretches[-1][3]) == (part.start, part.end)
        for start, end, first, last in stretches:
            if end - start == last - first and len(stretches) > 1 and end - start > 1:
                assert part.text[start:end] == transcript.text[first:last]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.TextGrid", TEXTGRID_LONG[:-120], Reason.TRUNCATED),
        ("a.TextGrid", TEXTGRID_SHORT.replace('"mots"\n0\n3\n3', '"mots"\n0\n3\n99999999999'), Reason.TRUNCATED),
        ("a.TextGrid", "bonjour", Reason.TRUNCATED),
        ("a.TextGrid", '"ooTextFile" "Pitch"', Reason.MISLABELLED),
        ("a.eaf", EAF[:-80], Reason.CORRUPT),
        ("a.eaf", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', Reason.NOT_PERMITTED),
        ("a.json", '{"segments": [{"start": 1, "text": "x"', Reason.CORRUPT),
        ("a.srt", "", Reason.EMPTY),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nZo\0é\n", Reason.MISLABELLED),
    ],
)
def test_what_breaks_off_or_is_hostile_is_refused(tmp_path: Path, name: str, text: str, reason: Reason) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_transcript(saved(tmp_path / name, text), "u")
    assert caught.value.reason is reason
    assert "Zo" not in caught.value.detail


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_transcript(saved(tmp_path / "a.srt", SRT, "latin-1"), "u")
    assert caught.value.reason is Reason.ENCODING


@pytest.mark.parametrize("times", ["-5.0 1.0", "nan 1.0", "inf 1.0", "1e99 1.0", "1.0 -3.0", "x y"])
def test_a_time_that_cannot_be_is_no_time(tmp_path: Path, times: str) -> None:
    assert said(read(tmp_path / "a.ctm", f"talk 1 {times} Zoé\n")) == [("Zoé", None, None)]


def test_a_cue_that_ends_before_it_begins_has_no_time(tmp_path: Path) -> None:
    assert said(read(tmp_path / "a.srt", "1\n00:00:09,000 --> 00:00:02,000\nZoé\n")) == [("Zoé", None, None)]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(ALL)), data=st.data())
def test_a_damaged_transcript_is_read_or_refused(tmp_path: Path, name: str, data: st.DataObject) -> None:
    text = ALL[name]
    at = data.draw(st.integers(0, len(text)))
    broken = text[:at] + data.draw(st.text('<>"&\n-:0a[]{}', max_size=6)) + text[at + data.draw(st.integers(0, 9)) :]
    path = saved(tmp_path / name, broken or " ")
    try:
        transcript = read_transcript(path, "u")
    except UnreadableError:
        return
    if transcript is not None:
        position = 0
        for part in transcript.parts:
            assert position <= part.start < part.end
            position = part.end


def beside(path: Path, up: int = 0) -> list[tuple[str, float | None]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    found = list(said_beside(path, up, 1_000_000))
    return [(item.text.strip(), item.start_s) if isinstance(item, Part) else (item.detail, -1.0) for item in found]


def test_a_transcript_of_the_same_name_speaks_of_a_recording(tmp_path: Path) -> None:
    saved(tmp_path / "talk.fr.vtt", VTT)
    saved(tmp_path / "talkshow.ctm", CTM.replace("talk", "talkshow"))
    assert [text for text, _ in beside(tmp_path / "talk.wav")] == ["je", "suis", "Zoé & co"]


def test_a_folder_of_transcripts_speaks_of_a_folder_of_recordings(tmp_path: Path) -> None:
    saved(tmp_path / "TextGrid" / "p1" / "talk.TextGrid", TEXTGRID_SHORT)
    assert beside(tmp_path / "wav" / "p1" / "talk.wav", up=2) == [(word, start) for word, start, _ in WORDS]
    assert beside(tmp_path / "wav" / "p1" / "talk.wav", up=0) == [], "what lies outside the scan is not opened"


def write_librispeech(root: Path) -> Path:
    saved(root / "84-1.trans.txt", "84-1-0000 JE SUIS ZOÉ\n84-1-0001 MERCI\n")
    return root / "84-1-0000.flac"


def write_kaldi(root: Path) -> Path:
    saved(root / "text", "zoe-1 je suis Zoé\n")
    saved(root / "segments", "zoe-1 talk 1.0 2.6\n")
    return root / "talk.wav"


def write_common_voice(root: Path) -> Path:
    saved(
        root / "validated.tsv",
        "client_id\tpath\tsentence\tage\n9f\tc_1.mp3\tje suis Zoé\tthirties\n8e\tc_2.mp3\tmerci\t\n",
    )
    return root / "clips" / "c_1.mp3"


def write_many(root: Path) -> Path:
    saved(root / "all.ctm", CTM + "other 1 0.0 0.4 merci\n")
    return root / "talk.wav"


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (write_librispeech, [("JE SUIS ZOÉ", None)]),
        (write_kaldi, [("je suis Zoé", 1.0)]),
        (write_common_voice, [("je suis Zoé", None)]),
        (write_many, [("je", 1.0), ("suis", 1.5), ("Zoé", 2.0)]),
    ],
)
def test_lists_of_a_folder_speak_of_its_recordings(
    tmp_path: Path, write: Callable[[Path], Path], expected: list[tuple[str, float | None]]
) -> None:
    assert beside(write(tmp_path), up=1) == expected


def test_a_transcript_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    saved(tmp_path / "talk.TextGrid", TEXTGRID_LONG[:-120])
    assert beside(tmp_path / "talk.wav") == [("the TextGrid ends before it has told what it promises", -1.0)]


def test_a_link_to_a_transcript_is_not_followed(tmp_path: Path) -> None:
    saved(tmp_path / "elsewhere" / "x.srt", SRT)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "talk.srt").symlink_to(tmp_path / "elsewhere" / "x.srt")
    assert beside(tmp_path / "data" / "talk.wav") == []


@pytest.mark.parametrize(
    ("name", "text", "expected", "words"),
    [
        ("text", "zoe_martin-1 je suis Zoé\nb-2 merci\n", ["zoe_martin-1", "b-2"], ["je suis Zoé", "merci"]),
        ("utt2spk", "zoe_martin-1 zoe_martin\n", ["zoe_martin-1", "zoe_martin"], []),
        ("spk2utt", "zoe u1 u2\n", ["zoe", "u1", "u2"], []),
        ("segments", "u1 zoe_rec 0.0 1.5\n", ["u1", "zoe_rec"], []),
        ("wav.scp", "zoe sox /data/zoe.wav -t wav - |\n", ["zoe"], []),
    ],
)
def test_identifiers_of_a_kaldi_folder_are_labels(
    tmp_path: Path, name: str, text: str, expected: list[str], words: list[str]
) -> None:
    assert read_transcript(saved(tmp_path / name, text), "u") is None, "alone it may be anything"
    (tmp_path / "utt2dur").touch()
    transcript = read(tmp_path / name, text)
    assert labels(transcript) == expected
    assert [word for word, _, _ in said(transcript)] == words
