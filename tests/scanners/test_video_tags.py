from __future__ import annotations

import pytest

from privacy_audit.scanners.video_tags import VideoTags
from privacy_audit.types import Confidence, FieldRef, VideoRecord

HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


@pytest.mark.parametrize(
    ("tag", "entity_type", "confidence"),
    [
        ("location", "GPS_POSITION", HIGH),
        ("location-eng", "GPS_POSITION", HIGH),
        ("com.apple.quicktime.location.iso6709", "GPS_POSITION", HIGH),
        ("stream 2: data track gpmd", "GPS_POSITION", MEDIUM),
        ("artist", "AUTHOR_METADATA", MEDIUM),
        ("com.apple.quicktime.author", "AUTHOR_METADATA", MEDIUM),
        ("album_artist", "AUTHOR_METADATA", MEDIUM),
        ("creation_time", "CAPTURE_TIMESTAMP", LOW),
        ("stream 0: creation_time", "CAPTURE_TIMESTAMP", LOW),
        ("com.apple.quicktime.creationdate", "CAPTURE_TIMESTAMP", LOW),
        ("com.apple.quicktime.make", "DESCRIPTION_METADATA", LOW),
        ("com.apple.quicktime.model", "DESCRIPTION_METADATA", LOW),
        ("com.android.manufacturer", "DESCRIPTION_METADATA", LOW),
        ("serial_number", "DEVICE_SERIAL", HIGH),
        ("title", "DESCRIPTION_METADATA", MEDIUM),
        ("stream 1: title", "DESCRIPTION_METADATA", MEDIUM),
        ("stream 2: subtitle track", "DESCRIPTION_METADATA", MEDIUM),
        ("stream 3: attachment", "DESCRIPTION_METADATA", LOW),
        ("stream 3: data track tmcd", "DESCRIPTION_METADATA", LOW),
        ("stream 1: picture", "EMBEDDED_PICTURE", MEDIUM),
        ("chapters", "DESCRIPTION_METADATA", MEDIUM),
    ],
)
def test_a_tag_is_told_by_what_it_means(tag: str, entity_type: str, confidence: Confidence) -> None:
    (found,) = VideoTags().scan(VideoRecord("a", {tag: "x"}))
    assert (found.entity_type, found.location, found.confidence) == (entity_type, FieldRef(tag), confidence)


@pytest.mark.parametrize(
    "tag", ["major_brand", "encoder", "stream 0: handler_name", "stream 0: language", "duration", "stream 0: vendor_id"]
)
def test_what_a_muxer_writes_is_left(tag: str) -> None:
    assert VideoTags().scan(VideoRecord("a", {tag: "x"})) == []


def test_an_empty_tag_says_nothing() -> None:
    assert VideoTags().scan(VideoRecord("a", {"location": ""})) == []


def test_what_an_xmp_packet_says_is_told_by_what_it_means() -> None:
    packet = (
        "<exif:GPSLatitude>48,51N</exif:GPSLatitude><dc:creator>Marie</dc:creator><xmp:CreateDate>2024</xmp:CreateDate>"
    )
    found = VideoTags().scan(VideoRecord("a", {"xmp": packet}))
    assert {item.entity_type: item.confidence for item in found} == {
        "GPS_POSITION": HIGH,
        "AUTHOR_METADATA": MEDIUM,
        "CAPTURE_TIMESTAMP": LOW,
    }
    assert VideoTags().scan(VideoRecord("a", {"xmp": "<x/>"})) == []
