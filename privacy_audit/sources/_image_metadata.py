"""Everything a picture says about itself, as text by tag name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from privacy_audit.sources._maker_notes import maker_tags

if TYPE_CHECKING:
    from PIL.Image import Image

    from privacy_audit.sources._image_heif import Heif

__all__ = ["THUMBNAIL_TAG", "metadata_of", "metadata_of_heif"]

THUMBNAIL_TAG = "JPEGInterchangeFormat"
"""EXIF's own name for the place of the embedded thumbnail (Exif 2.32, IFD1)."""

_MAX_CHARS = 2_000
_MAX_XMP_CHARS = 4_000_000  # not cut short: what a camera writes last counts as well
_IFD_EXIF, _IFD_GPS, _IFD_THUMBNAIL = 0x8769, 0x8825, -1  # -1 is Pillow's own number for IFD1
_SUB_IFDS, _PHOTOSHOP, _XMP_TAG, _C2PA = 0x014A, 0x8649, 0x02BC, 0xCD41
_BLOCKS = {_IFD_EXIF, _IFD_GPS, _PHOTOSHOP, _XMP_TAG, _C2PA}
_COMMENT_CODES = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", bytes(8): "utf-8"}
_USER_COMMENT = 0x9286
_NEW_SUBFILE_TYPE = 0x00FE  # bit 0: a smaller version of another picture of the file (TIFF 6.0)
_WINDOWS_TEXTS = range(0x9C9B, 0x9CA0)  # XPTitle to XPSubject: UTF-16, as Windows writes them
_PS_THUMBNAILS, _PS_XMP = (0x0409, 0x040C), 0x0424
_IPTC_NAMES = {
    **{5: "ObjectName", 25: "Keywords", 55: "DateCreated", 80: "By-line", 85: "By-lineTitle", 90: "City"},
    **{92: "Sub-location", 105: "Headline", 110: "Credit", 115: "Source", 116: "CopyrightNotice", 118: "Contact"},
    **{120: "Caption", 122: "Writer"},
}
_RAW_PROFILE = "Raw profile type "  # how ImageMagick puts blocks into the texts of a PNG
_NOT_SAID = ("comment", "xmp", "XML:com.adobe.xmp", "photoshop")


def metadata_of(picture: Image) -> dict[str, str]:
    """Tag name -> value as text, cut at 2,000 characters save for XMP; binary values as their length only.

    EXIF tags have their own names (``Artist``, ``GPSLatitude``), a thumbnail is ``JPEGInterchangeFormat``, and the rest
    is named by its container: ``XMP``, ``IPTC:By-line``, ``PNG:Author``, ``Comment``, ``MakerNote:SerialNumber``.
    """
    found = dict(_exif(picture))
    for key, value in picture.info.items():
        if key in ("xmp", "XML:com.adobe.xmp"):
            found["XMP"] = _xmp(value)
        elif key == "comment":
            found["Comment"] = _text(value)
        elif picture.format == "PNG" and isinstance(value, str) and key not in _NOT_SAID:
            found.update(_png_text(str(key), value))
    found.update(_photoshop(picture))
    found.update(_iptc(picture))
    return found


def metadata_of_heif(heif: Heif) -> dict[str, str]:
    """The same of a HEIF picture, and the pictures beside the one that is shown."""
    from PIL import Image

    said = Image.new("RGB", (1, 1))  # Pillow reads EXIF of pictures only
    said.info = {"exif": b"Exif\0\0" + heif.exif if heif.exif else b"", "xmp": heif.xmp}
    found = {tag: value for tag, value in metadata_of(said).items() if value}
    if heif.has_thumbnail:
        found["HEIF:Thumbnail"] = "embedded"
    if heif.has_other_pictures:
        found["HEIF:Pictures"] = "embedded"
    return found


def _exif(picture: Image) -> Iterator[tuple[str, str]]:
    from PIL import ExifTags

    exif = picture.getexif()
    for tag, value in [*exif.items(), *exif.get_ifd(_IFD_EXIF).items()]:
        if tag not in _BLOCKS:
            yield ExifTags.TAGS.get(tag, f"EXIF:{tag:#06x}"), _exif_text(tag, value)
    for tag, value in exif.get_ifd(_IFD_GPS).items():
        yield ExifTags.GPSTAGS.get(tag, f"GPS:{tag:#06x}"), _text(value)
    if _has_thumbnail(exif.get_ifd(_IFD_THUMBNAIL), picture.format == "TIFF"):
        yield THUMBNAIL_TAG, "embedded"
    if _SUB_IFDS in exif:
        yield "SubIFDs", "embedded"
    if _XMP_TAG in exif:
        yield "XMP", _xmp(exif[_XMP_TAG])
    if _C2PA in exif:
        yield "C2PA", _text(exif[_C2PA])
    if isinstance(picture.info.get("exif"), bytes):
        yield from maker_tags(picture.info["exif"]).items()


def _has_thumbnail(second: Mapping[int, Any], in_tiff: bool) -> bool:
    """What the second directory holds: a JPEG or strips; in a TIFF it may be its second page, which is read as such."""
    if in_tiff and 0x0201 not in second:
        return bool(int(second.get(_NEW_SUBFILE_TYPE, 0)) & 1)
    return 0x0201 in second or 0x0111 in second


def _exif_text(tag: int, value: Any) -> str:
    if isinstance(value, bytes):
        if tag == _USER_COMMENT and value[:8] in _COMMENT_CODES:
            return value[8:].decode(_COMMENT_CODES[value[:8]], "replace").strip("\0 ")[:_MAX_CHARS]
        if tag in _WINDOWS_TEXTS:
            return value.decode("utf-16-le", "replace").strip("\0 ")[:_MAX_CHARS]
    return _text(value)


def _png_text(key: str, value: str) -> dict[str, str]:
    if not key.startswith(_RAW_PROFILE):
        return {f"PNG:{key}": _text(value)}
    kind = key.removeprefix(_RAW_PROFILE).lower()
    try:
        block = bytes.fromhex("".join(value.split()[2:]))  # the kind, the length, then the bytes
    except ValueError:
        return {f"PNG:{key}": "unreadable"}
    if kind in ("iptc", "8bim"):
        return dict(_iptc_fields(block))
    if kind in ("xmp", "app1") and b"<" in block:
        return {"XMP": _xmp(block[block.index(b"<") :])}
    return {} if kind in ("exif", "app1", "icc", "icm") else {f"PNG:{key}": f"{len(block)} bytes"}


def _photoshop(picture: Image) -> Iterator[tuple[str, str]]:
    """Image resources: Photoshop keeps a thumbnail of its own there, and may keep XMP."""
    blocks = picture.info.get("photoshop")
    for number, block in blocks.items() if isinstance(blocks, dict) else ():
        if number in _PS_THUMBNAILS:
            yield "Photoshop:Thumbnail", "embedded"
        elif number == _PS_XMP and isinstance(block, bytes):
            yield "Photoshop:XMP", _xmp(block)
    in_tiff = picture.getexif().get(_PHOTOSHOP)
    if isinstance(in_tiff, bytes) and any(b"8BIM" + number.to_bytes(2) in in_tiff for number in _PS_THUMBNAILS):
        yield "Photoshop:Thumbnail", "embedded"


def _iptc(picture: Image) -> Iterator[tuple[str, str]]:
    from PIL import IptcImagePlugin

    try:
        blocks: Any = IptcImagePlugin.getiptcinfo(picture) or {}  # type: ignore[arg-type]  # any Image will do
    except Exception:  # a damaged block; the picture itself may be fine
        yield "IPTC", "unreadable"
        return
    for (record, number), value in blocks.items():
        yield _iptc_name(record, number), _text(value)


def _iptc_fields(block: bytes) -> Iterator[tuple[str, str]]:
    """Fields of an IPTC block that stands alone: a mark, record, number, and the length of the value."""
    position = block.find(b"\x1c")
    while 0 <= position < len(block) - 5 and block[position] == 0x1C:
        size = int.from_bytes(block[position + 3 : position + 5])
        yield _iptc_name(block[position + 1], block[position + 2]), _text(block[position + 5 : position + 5 + size])
        position += 5 + size


def _iptc_name(record: int, number: int) -> str:
    known = _IPTC_NAMES.get(number) if record == 2 else None
    return f"IPTC:{known or f'{record}:{number}'}"


def _xmp(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.strip("\0 ")[:_MAX_XMP_CHARS]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        try:
            text = value.decode("utf-8").strip("\0 ")
        except UnicodeDecodeError:
            return f"{len(value)} bytes"
        return text[:_MAX_CHARS] if text.isprintable() or text.lstrip().startswith("<") else f"{len(value)} bytes"
    if isinstance(value, list | tuple):
        return " ".join(_text(item) for item in value)[:_MAX_CHARS]
    return str(value).strip("\0 ")[:_MAX_CHARS]
