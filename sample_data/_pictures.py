"""The pictures: drawn people in drawn places, a letter, and two pictures with nobody in them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from _exif import exif_block
from _faces import HEAD_BOX, PEOPLE, SIZE, draw_person
from PIL import Image, ImageDraw, ImageFilter, ImageFont

__all__ = ["build_pictures"]

Truth = dict[str, Any]
Placed = list[tuple[int, int, int, int]]  # person, left, top, width in pixels

LETTER = """Martine Joubert
12 rue des Quatre-Lunes
99120 Belleroche-sur-Fable
Portable : 06 39 98 55 21
martine.joubert@courriel-invente.fr


Objet : demande de remboursement


Madame, Monsieur,

La facture du mois de mars a fait l'objet de deux paiements.
Je vous prie de bien vouloir rembourser la somme sur mon
compte bancaire : vous trouverez le document ci-joint.

Vous pouvez aussi me joindre au 02 61 91 30 08 le matin.

Avec mes salutations les meilleures,

                    Martine Joubert
"""
"""No accents: the font that Pillow carries has none."""


def build_pictures() -> dict[str, tuple[bytes, Truth]]:
    """Path -> (bytes, truth) of every picture. Boxes are in pixels after the EXIF orientation has been applied."""
    group: Placed = [(0, 20, 130, 260), (3, 215, 60, 230), (4, 400, 150, 250), (2, 600, 90, 220), (5, 760, 190, 190)]
    street: Placed = [(6, 60, 290, 130), (1, 235, 320, 110), (4, 420, 300, 118), (0, 640, 250, 170), (3, 900, 310, 124)]
    camera = exif_block(
        {
            0x010F: "Invented Optics",
            0x0110: "Model 1",
            0x013B: "Pauline Mercier",
            0x0132: "2024:05:17 10:42:08",
            0x0112: 1,
        },
        {0x9003: "2024:05:17 10:42:08", 0xA431: "IO-0042-7719", 0xA430: "Pauline Mercier"},
        # a point at sea, off the coast of Vendee: nobody lives there
        {1: "N", 2: ((46, 1), (12, 1), (3050, 100)), 3: "W", 4: ((2, 1), (31, 1), (1220, 100))},
        _jpeg(_portrait(_indoors(640, 480, 5), [(6, 180, 60, 300)])[0].resize((160, 120), Image.Resampling.LANCZOS)),
    )
    metadata = [
        {"entity_type": "GPS_POSITION", "field": "GPSLatitude, GPSLongitude"},
        {"entity_type": "AUTHOR_METADATA", "field": "Artist"},
        {"entity_type": "AUTHOR_METADATA", "field": "CameraOwnerName"},
        {"entity_type": "DEVICE_SERIAL", "field": "BodySerialNumber"},
        {"entity_type": "CAPTURE_TIMESTAMP", "field": "DateTime"},
        {"entity_type": "CAPTURE_TIMESTAMP", "field": "DateTimeOriginal"},
        {"entity_type": "EMBEDDED_THUMBNAIL", "field": "JPEGInterchangeFormat"},
    ]
    turned, turned_faces = _portrait(_outdoors(600, 800, 4), [(1, 40, 270, 300), (6, 290, 330, 280)])
    return {
        "images/group.png": _finish(_png, *_portrait(_indoors(960, 600, 1), group)),
        "images/portrait.jpg": _finish(_jpeg, *_portrait(_indoors(480, 600, 2), [(0, 30, 70, 420)])),
        "images/street.jpg": _finish(_jpeg, *_portrait(_outdoors(1120, 640, 3), street)),
        "images/turned.jpg": (
            _jpeg(turned.transpose(Image.Transpose.ROTATE_90), exif_block({0x0112: 6})),
            {"faces": turned_faces},
        ),
        "images/terrace.jpg": (
            _jpeg((terrace := _portrait(_indoors(640, 480, 5), [(6, 180, 60, 300)]))[0], camera),
            {"faces": terrace[1], "metadata": metadata},
        ),
        "images/jean-dupuis.jpg": _finish(_jpeg, *_portrait(_outdoors(400, 500, 6), [(3, 30, 60, 340)])),
        "images/letter.png": (
            _png(_letter()),
            {"faces": [], "text": ["EMAIL_ADDRESS", "PERSON", "PHONE_NUMBER", "POSTAL_ADDRESS"]},
        ),
        "images/landscape.png": (_png(_outdoors(640, 400, 7)), {"faces": []}),
        "images/shapes.jpg": (_jpeg(_shapes()), {"faces": []}),
    }


def _finish(encode: Any, picture: Image.Image, faces: list[list[int]]) -> tuple[bytes, Truth]:
    return encode(picture), {"faces": faces}


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _jpeg(picture: Image.Image, exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, subsampling=0, exif=exif)
    return out.getvalue()


def _portrait(scene: Image.Image, placed: Placed) -> tuple[Image.Image, list[list[int]]]:
    """The scene with people in it, far ones first, and where their faces are."""
    faces = []
    for index, left, top, width in placed:
        height = round(width * SIZE[1] / SIZE[0])
        person = draw_person(PEOPLE[index]).resize((width, height), Image.Resampling.LANCZOS)
        scene.paste(person, (left, top), person)
        # the shoulders go on down to the edge, or the person would float
        trunk = person.crop((0, height - 2, width, height - 1)).resize((width, max(1, scene.height - top - height + 1)))
        scene.paste(trunk, (left, top + height - 1), trunk)
        x_min, y_min, x_max, y_max = (round(edge * width / SIZE[0]) for edge in HEAD_BOX)
        faces.append([left + x_min, top + y_min, left + x_max, top + y_max])
    return scene, faces


def _gradient(width: int, height: int, top: tuple[int, ...], bottom: tuple[int, ...]) -> Image.Image:
    ramp = np.linspace(0, 1, height)[:, None, None]
    pixels = np.array(top) * (1 - ramp) + np.array(bottom) * ramp
    return Image.fromarray(np.repeat(pixels.round().astype(np.uint8), width, axis=1), "RGB")


def _indoors(width: int, height: int, seed: int) -> Image.Image:
    """A wall, a window, a shelf."""
    rng = np.random.default_rng(seed)
    tint = rng.integers(-14, 15, 3)
    scene = _gradient(width, height, tuple(198 + tint), tuple(162 + tint))
    draw = ImageDraw.Draw(scene)
    x, y, w, h = round(width * 0.06), round(height * 0.05), round(width * 0.2), round(height * 0.32)
    draw.rectangle((x - 6, y - 6, x + w + 6, y + h + 6), fill=(236, 232, 224))
    scene.paste(_gradient(w, h, (150, 190, 226), (214, 226, 232)), (x, y))
    draw.rectangle((x + w // 2 - 3, y, x + w // 2 + 3, y + h), fill=(236, 232, 224))
    shelf = round(height * 0.16)
    draw.rectangle((round(width * 0.68), shelf, round(width * 0.97), shelf + 7), fill=(120, 86, 58))
    left = width * 0.7
    while left < width * 0.94:
        thick, tall = int(rng.integers(8, 18)), int(rng.integers(round(height * 0.06), round(height * 0.12)))
        colour = tuple(int(c) for c in rng.integers(50, 170, 3))
        draw.rectangle((left, shelf - tall, left + thick, shelf - 1), fill=colour)
        left += thick + 2
    return scene.filter(ImageFilter.GaussianBlur(1.6))


def _outdoors(width: int, height: int, seed: int) -> Image.Image:
    """Sky with clouds, hills one behind another, a field, a few trees."""
    rng = np.random.default_rng(seed)
    scene = _gradient(width, height, (108, 158, 214), (222, 230, 232))
    clouds = Image.new("L", scene.size, 0)
    draw = ImageDraw.Draw(clouds)
    for _ in range(14):
        x, y, w = rng.uniform(0, width), rng.uniform(0, height * 0.3), rng.uniform(0.08, 0.22) * width
        draw.ellipse((x - w, y - w * 0.18, x + w, y + w * 0.18), fill=150)
    scene.paste((250, 250, 250), (0, 0), clouds.filter(ImageFilter.GaussianBlur(width / 50)))
    draw = ImageDraw.Draw(scene)
    across = np.arange(0, width + 8, 8)
    for step, colour in enumerate(((136, 160, 168), (110, 144, 128), (92, 132, 84), (116, 146, 74))):
        base = height * (0.46 + 0.1 * step)
        phases = rng.uniform(0, 6.28, 3)
        ridge = base + sum(
            height * 0.03 / (n + 1) * np.sin(across / width * 6.28 * (n + 1) + phase) for n, phase in enumerate(phases)
        )
        draw.polygon(
            [*zip(across.tolist(), ridge.tolist(), strict=True), (width + 8, height), (0, height)], fill=colour
        )
    for _ in range(7):
        x, size = rng.uniform(0, width), rng.uniform(0.03, 0.06) * height
        y = height * rng.uniform(0.7, 0.8)
        draw.rectangle((x - size * 0.1, y, x + size * 0.1, y + size * 1.2), fill=(84, 62, 44))
        draw.polygon(
            [(x - size * 0.8, y + size * 0.3), (x, y - size * 2), (x + size * 0.8, y + size * 0.3)], fill=(48, 88, 56)
        )
    return scene.filter(ImageFilter.GaussianBlur(0.8))


def _shapes() -> Image.Image:
    """Triangles, bars and squares: nothing round, so nothing looks like a head."""
    scene = _gradient(520, 360, (240, 238, 230), (214, 220, 226))
    draw = ImageDraw.Draw(scene)
    draw.polygon([(60, 300), (150, 80), (240, 300)], fill=(198, 84, 62))
    draw.rectangle((270, 120, 390, 240), fill=(62, 108, 160))
    for index, tall in enumerate((60, 130, 95, 180)):
        draw.rectangle((415 + 24 * index, 310 - tall, 433 + 24 * index, 310), fill=(92, 140 - 20 * index, 96))
    draw.line((30, 320, 500, 320), fill=(60, 60, 60), width=4)
    return scene.filter(ImageFilter.GaussianBlur(0.7))


def _letter() -> Image.Image:
    page = Image.new("RGB", (760, 820), (252, 250, 244))
    # Pillow's own font and layout: the same glyphs on every machine
    font = ImageFont.load_default(24)
    if isinstance(font, ImageFont.FreeTypeFont):
        font = font.font_variant(layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(page).multiline_text((54, 50), LETTER, font=font, fill=(28, 28, 36), spacing=9)
    return page
