"""What the blocks of a picture file say that Pillow passes over: second pictures, thumbnails, owners, provenance."""

from __future__ import annotations

import re
from collections.abc import Callable

from privacy_audit.sources._image_blocks import Block, Blocks, blocks_of
from privacy_audit.sources._maker_notes import ciff_tags, meta_tags

__all__ = ["said_by_blocks"]

_SOURCE_TYPE = re.compile(r"digitalsourcetype/([A-Za-z]+)")

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"  # then a GUID of 32 characters, length, offset
_PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"ftypmp4", b"ftypisom", b"ftypmp42", b"ftypqt")
_SERIAL_IN_TEXT = re.compile(rb"Serial#?\s*=\s*([^\r\n\0]+)")


def said_by_blocks(data: bytes) -> dict[str, str]:
    """Tag name -> value; nothing for a kind of file whose blocks are not known."""
    blocks = blocks_of(data)
    if blocks is None:
        return {}
    readers: dict[str, Callable[[Blocks], dict[str, str]]] = {"JPEG": _jpeg, "GIF": _gif, "PNG": _png, "WEBP": _webp}
    found = readers[blocks.kind](blocks)
    if any(mark in blocks.rest for mark in _PICTURE_STARTS):
        found["Trailer"] = "embedded picture or film"
    return found


def _jpeg(blocks: Blocks) -> dict[str, str]:
    found: dict[str, str] = {}
    xmp = more = c2pa = b""
    comments = [block.body for block in blocks.blocks if block.name == "COM"]
    for block in blocks.blocks:
        body = block.body
        if block.name == "APP1" and body.startswith(_XMP):
            xmp += body[len(_XMP) :]
        elif block.name == "APP1" and body.startswith(_XMP_MORE):
            more += body[len(_XMP_MORE) + 40 :]
        elif block.name == "APP11" and body.startswith(b"JP"):
            c2pa += body[16 if c2pa else 8 :]  # later parts repeat the head of the box
        else:
            found.update(_jpeg_block(block))
    if xmp or more:
        found["XMP"] = (xmp + more).decode("utf-8", "replace")
    if comments:
        found["Comment"] = "\n".join(comment.decode("utf-8", "replace").strip("\0 ") for comment in comments)
    return found | _provenance(c2pa)


def _jpeg_block(block: Block) -> dict[str, str]:
    body = block.body
    if block.name == "APP0":
        if body.startswith(b"JFIF\0") and len(body) >= 14 and body[12] * body[13]:
            return {"JFIF:Thumbnail": "embedded"}
        if body.startswith(b"JFXX\0"):
            return {"JFXX:Thumbnail": "embedded"}
        if body[6:14] == b"HEAPJPGM":
            return {"CIFF": f"{len(body)} bytes", **ciff_tags(body)}
    if block.name == "APP3" and body[:4].lower() == b"meta":
        return meta_tags(body[6:])
    if block.name == "APP12" and (serial := _SERIAL_IN_TEXT.search(body)):
        return {"PictureInfo:SerialNumber": serial[1].decode("latin-1").strip()}
    return {}


def _gif(blocks: Blocks) -> dict[str, str]:
    comments = [block.body.decode("utf-8", "replace").strip("\0 ") for block in blocks.blocks if block.name == "ext-fe"]
    c2pa = b"".join(block.body for block in blocks.blocks if block.body.startswith(b"C2PA_GIF"))
    found = {"Comment": "\n".join(comments)} if comments else {}
    return found | _provenance(c2pa)


def _png(blocks: Blocks) -> dict[str, str]:
    return _provenance(b"".join(block.body for block in blocks.blocks if block.name == "caBX"))


def _webp(blocks: Blocks) -> dict[str, str]:
    return _provenance(b"".join(block.body for block in blocks.blocks if block.name == "C2PA"))


def _provenance(c2pa: bytes) -> dict[str, str]:
    """A C2PA manifest: what it declares as the source of the picture, and whether it names an author."""
    if not c2pa:
        return {}
    text = c2pa.decode("latin-1")
    declared = sorted(set(_SOURCE_TYPE.findall(text)))
    found = {"C2PA": " ".join(declared) or f"{len(c2pa)} bytes"}
    if "CreativeWork" in text and "author" in text:
        found["C2PA:author"] = "named"
    return found
