"""What picture files say about people, by the tag that says it."""

from __future__ import annotations

import numpy as np
import pytest

from privacy_audit.scanners.image_metadata import ImageMetadata
from privacy_audit.types import Confidence, ImageRecord

PIXELS = np.zeros((1, 1, 3), np.uint8)


def found(**metadata: str) -> dict[str, Confidence]:
    tags = {tag.replace("__", ":"): value for tag, value in metadata.items()}
    return {item.entity_type: item.confidence for item in ImageMetadata().scan(ImageRecord("a.jpg", PIXELS, tags))}


def xmp(inside: str) -> str:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description {inside}</rdf:RDF></x:xmpmeta>'


@pytest.mark.parametrize(
    ("inside", "entity_type"),
    [
        ('exif:GPSLatitude="48,51.4N"/>', "GPS_POSITION"),
        ("><exif:GPSLongitude>2,21E</exif:GPSLongitude></rdf:Description>", "GPS_POSITION"),
        ("><dc:creator><rdf:Seq><rdf:li>Marie</rdf:li></rdf:Seq></dc:creator></rdf:Description>", "AUTHOR_METADATA"),
        ("\ntiff:Artist='Marie'/>", "AUTHOR_METADATA"),
        ('plus:ImageCreatorName="Marie"/>', "AUTHOR_METADATA"),
        ('aux:SerialNumber="123"/>', "DEVICE_SERIAL"),
        ('exifEX:BodySerialNumber="123"/>', "DEVICE_SERIAL"),
        ('><rdf:li mwg-rs:Name="Marie" mwg-rs:Type="Face"/></rdf:Description>', "FACE_REGION_NAME"),
        ("><MPReg:PersonDisplayName>Marie</MPReg:PersonDisplayName></rdf:Description>", "FACE_REGION_NAME"),
        (
            "><Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Marie</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>",
            "FACE_REGION_NAME",
        ),
        ("><digiKam:TagsList><rdf:li>People/Marie</rdf:li></digiKam:TagsList>", "FACE_REGION_NAME"),
        (
            "><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>À la plage</rdf:li></rdf:Alt></dc:title>",
            "DESCRIPTION_METADATA",
        ),
        ('xmp:CreateDate="2024-01-01T10:00:00"/>', "CAPTURE_TIMESTAMP"),
        ("><xmpGImg:image>/9j/4AA</xmpGImg:image></rdf:Description>", "EMBEDDED_THUMBNAIL"),
        ('GImage:Data="/9j/4AA"/>', "EMBEDDED_PICTURE"),
        (
            'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>',
            "PROVENANCE_SYNTHETIC",
        ),
    ],
)
def test_xmp_says_it_as_an_attribute_or_an_element(inside: str, entity_type: str) -> None:
    assert entity_type in found(XMP=xmp(inside))
    assert entity_type in found(XMP=xmp(" " * 50_000 + inside)), "far behind the start"


@pytest.mark.parametrize(
    "inside",
    [
        'dc:creator=""/>',
        "><dc:creator/></rdf:Description>",
        "><dc:creator><rdf:Seq><rdf:li></rdf:li></rdf:Seq></dc:creator></rdf:Description>",
        "><dc:title><rdf:Alt><rdf:li xml:lang='x-default'/></rdf:Alt></dc:title></rdf:Description>",
        "><exif:UserComment>  </exif:UserComment></rdf:Description>",
        'exif:GPSLatitudeRef="N"/>',
        'mwg-rs:Type="Face"/>',
        'xmp:CreatorTool="GIMP"/>',
        'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"/>',
    ],
)
def test_xmp_that_says_nothing_of_somebody_gives_nothing(inside: str) -> None:
    assert found(XMP=xmp(inside)) == {}


def test_a_declared_synthetic_picture_is_low_and_of_its_own_type() -> None:
    low = {"PROVENANCE_SYNTHETIC": Confidence.LOW}
    assert found(C2PA="compositeWithTrainedAlgorithmicMedia") == low
    assert found(PNG__parameters="a woman\nSteps: 20, Sampler: Euler a, Seed: 1") == low
    assert found(C2PA="digitalCapture") == found(C2PA="900 bytes") == found(PNG__parameters="Steps of a house") == {}


def test_a_makers_note_is_low_until_a_number_is_read_in_it() -> None:
    assert found(MakerNote="812 bytes") == {"DEVICE_SERIAL": Confidence.LOW}
    assert found(MakerNote__SerialNumber="123") == {"DEVICE_SERIAL": Confidence.HIGH}
    assert found(MakerNote__OwnerName="Marie") == {"AUTHOR_METADATA": Confidence.MEDIUM}


def test_blank_tags_say_nothing() -> None:
    assert found(Artist=" ", UserComment="", Copyright="\n") == {}
