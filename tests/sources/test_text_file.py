"""Texts: what is read, what is refused and why, and copies that keep every other byte."""

from __future__ import annotations

import codecs
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.text_file import read_text, rewrite_text
from privacy_audit.types import Reason

MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
# a text that begins with U+0000 is a UTF-32 mark in UTF-16, and no text at all in the others
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40)


def reason_of(path: Path) -> tuple[Reason, str]:
    with pytest.raises(UnreadableError) as caught:
        read_text(path, "a.txt")
    return caught.value.reason, caught.value.detail


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.sampled_from([*MARKS, None]))
def test_a_text_written_again_unchanged_has_the_same_bytes(tmp_path: Path, text: str, codec: str | None) -> None:
    if codec is None and text.startswith("\ufeff"):
        return  # that is the mark
    data = text.encode() if codec is None else MARKS[codec] + text.encode(codec)
    path, copy = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_bytes(data)
    record = read_text(path, "a.txt")
    assert record.text == text
    rewrite_text(path, copy, record.text)
    assert copy.read_bytes() == data
    assert path.read_bytes() == data


def test_a_changed_text_keeps_encoding_and_mark(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_bytes(codecs.BOM_UTF16_BE + "été".encode("utf-16-be"))
    rewrite_text(path, copy, "<DATE> été 💡")
    assert copy.read_bytes() == codecs.BOM_UTF16_BE + "<DATE> été 💡".encode("utf-16-be")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (codecs.BOM_UTF8, Reason.EMPTY),
        (codecs.BOM_UTF16_LE, Reason.EMPTY),
        ("canary-é".encode("latin-1"), Reason.ENCODING),
        (b"canary-\xff\xfe", Reason.ENCODING),
        (b"canary-\xed\xa0\x80", Reason.ENCODING),  # a surrogate spelled in UTF-8
        (codecs.BOM_UTF16_LE + b"c\0a\0n", Reason.ENCODING),
        (b"canary-\0", Reason.MISLABELLED),
        ("canary-é".encode("utf-16-le"), Reason.MISLABELLED),  # without its mark
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR-canary", Reason.MISLABELLED),
    ],
    ids=str,
)
def test_what_is_no_readable_text_is_told_with_its_reason_and_not_quoted(
    tmp_path: Path, data: bytes, reason: Reason
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    found, detail = reason_of(path)
    assert found is reason
    assert "canary" not in detail


def test_a_file_that_is_gone_or_closed_to_us_is_told(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "gone.txt")[0] is Reason.CORRUPT
    closed = tmp_path / "closed.txt"
    closed.write_text("x")
    closed.chmod(0)
    if os.geteuid() != 0:  # root may read everything
        assert reason_of(closed)[0] is Reason.NOT_PERMITTED


def test_a_text_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100)
    assert read_text(path, "a.txt", max_bytes=100).text == "x" * 100
    with path.open("r+b") as file:
        file.truncate(2_000_000_000)  # takes no room on the disk
    tracemalloc.start()
    with pytest.raises(UnreadableError) as caught:
        read_text(path, "a.txt", max_bytes=1_000_000)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.reason is Reason.TOO_LARGE
    assert peak_bytes < 5_000_000


def test_line_ends_are_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\r\nb\rc\n\n")
    assert read_text(path, "a.txt").text == "a\r\nb\rc\n\n"
