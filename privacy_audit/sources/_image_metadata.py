"""Everything a picture file says about its picture, as text by tag name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["THUMBNAIL_TAG", "metadata_of"]

THUMBNAIL_TAG = "JPEGInterchangeFormat"
"""EXIF's own name for the place of the embedded thumbnail (Exif 2.32, IFD1)."""

_MAX_CHARS = 2_000
_IFD_EXIF, _IFD_GPS, _IFD_THUMBNAIL = 0x8769, 0x8825, -1  # -1 is Pillow's own number for IFD1
_TEXT_OF_FORMAT = ("comment", "xmp", "XML:com.adobe.xmp", "Raw profile type exif", "photoshop")


def metadata_of(picture: Image) -> dict[str, str]:
    """Tag name -> value as text, cut at 2,000 characters; binary values as their length only.

    EXIF tags have their own names (``Artist``, ``GPSLatitude``), a thumbnail is ``JPEGInterchangeFormat``, and the rest
    is named by its container: ``XMP``, ``IPTC:By-line``, ``PNG:Author``, ``Comment``.
    """
    found: dict[str, str] = {}
    found.update(_exif(picture))
    for key, value in picture.info.items():
        if key in ("xmp", "XML:com.adobe.xmp"):
            found["XMP"] = _text(value)
        elif key == "comment":
            found["Comment"] = _text(value)
        elif picture.format == "PNG" and isinstance(value, str) and key not in _TEXT_OF_FORMAT:
            found[f"PNG:{key}"] = _text(value)
    found.update(_iptc(picture))
    return found


def _exif(picture: Image) -> dict[str, str]:
    from PIL import ExifTags

    found: dict[str, str] = {}
    exif = picture.getexif()
    for tag, value in exif.items():
        if tag not in (_IFD_EXIF, _IFD_GPS):
            found[ExifTags.TAGS.get(tag, f"EXIF:{tag:#06x}")] = _text(value)
    for tag, value in exif.get_ifd(_IFD_EXIF).items():
        found[ExifTags.TAGS.get(tag, f"EXIF:{tag:#06x}")] = _text(value)
    for tag, value in exif.get_ifd(_IFD_GPS).items():
        found[ExifTags.GPSTAGS.get(tag, f"GPS:{tag:#06x}")] = _text(value)
    if any(tag in exif.get_ifd(_IFD_THUMBNAIL) for tag in (0x0201, 0x0111)):  # offset of a JPEG or of strips
        found[THUMBNAIL_TAG] = "embedded"
    return found


def _iptc(picture: Image) -> dict[str, str]:
    from PIL import IptcImagePlugin

    names = {(2, 80): "By-line", (2, 116): "CopyrightNotice", (2, 120): "Caption", (2, 110): "Credit"}
    try:
        blocks: Any = IptcImagePlugin.getiptcinfo(picture) or {}  # type: ignore[arg-type]  # any Image will do
    except Exception:  # a damaged block; the picture itself may be fine
        return {"IPTC": "unreadable"}
    return {f"IPTC:{names.get(key, f'{key[0]}:{key[1]}')}": _text(value) for key, value in blocks.items()}


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
