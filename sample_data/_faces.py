"""Drawn people: a head is an ellipse lit from the upper left, with features laid on it and softened.

Everything is drawn ``OVERSAMPLING`` times too large and reduced, so that edges are smooth and the result does not
depend on an anti-aliasing of its own. Nobody was photographed and no generator trained on photographs was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

__all__ = ["HEAD_BOX", "PEOPLE", "SIZE", "Person", "draw_person"]

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]

SIZE = (400, 520)
"""Width and height of one drawn person before scaling, pixels."""
HEAD_BOX = (124, 116, 276, 318)
"""Hairline to chin, cheek to cheek, on that canvas: what a face detector is expected to box."""
OVERSAMPLING = 3
_CX, _CY = 200.0, 205.0  # centre of the head


@dataclass(frozen=True)
class Person:
    """What one invented person looks like."""

    skin: Colour
    hair: Colour
    clothes: Colour
    iris: Colour = (74, 52, 38)
    long_hair: bool = False
    glasses: bool = False
    beard: bool = False
    smile: float = 4.0
    seed: int = 0


PEOPLE = (
    Person((226, 178, 150), (66, 42, 28), (52, 78, 120), (70, 92, 110), long_hair=True, smile=5, seed=1),
    Person((198, 146, 112), (30, 24, 22), (120, 62, 52), beard=True, smile=3, seed=2),
    Person((142, 94, 66), (22, 18, 18), (196, 168, 90), long_hair=True, smile=6, seed=3),
    Person((236, 194, 168), (150, 112, 62), (70, 110, 84), (86, 116, 96), glasses=True, smile=3, seed=4),
    Person((108, 72, 52), (18, 16, 16), (210, 208, 200), glasses=True, beard=True, smile=5, seed=5),
    Person((230, 186, 160), (178, 172, 168), (88, 70, 104), (92, 112, 130), smile=2, seed=6),
    Person((214, 164, 132), (96, 44, 26), (40, 96, 110), (80, 100, 70), long_hair=True, smile=4, seed=7),
)


class _Canvas:
    """A picture under construction: every call lays one softened, half-transparent shape on it."""

    def __init__(self) -> None:
        self.image = Image.new("RGBA", (SIZE[0] * OVERSAMPLING, SIZE[1] * OVERSAMPLING), (0, 0, 0, 0))

    def mask(self, points: Points, blur: float = 0.0) -> Image.Image:
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points], fill=255)
        return mask.filter(ImageFilter.GaussianBlur(blur * OVERSAMPLING)) if blur else mask

    def lay(self, mask: Image.Image, colour: Colour, alpha: float = 1.0, within: Image.Image | None = None) -> None:
        mask = mask.point(lambda level: round(level * alpha))
        if within is not None:
            mask = ImageChops.multiply(mask, within)
        paint = Image.new("RGBA", self.image.size, (*colour, 255))
        paint.putalpha(mask)
        self.image.alpha_composite(paint)

    def shape(
        self, points: Points, colour: Colour, alpha: float = 1.0, blur: float = 0.0, within: Image.Image | None = None
    ) -> None:
        self.lay(self.mask(points, blur), colour, alpha, within)


def _ellipse(cx: float, cy: float, rx: float, ry: float, start: float = 0.0, stop: float = 2 * np.pi) -> Points:
    angles = np.linspace(start, stop, 96)
    return [(cx + rx * float(np.cos(a)), cy + ry * float(np.sin(a))) for a in angles]


def _band(centre: Points, widths: list[float]) -> Points:
    """A stroke of varying width along a line."""
    upper = [(x, y - w / 2) for (x, y), w in zip(centre, widths, strict=True)]
    lower = [(x, y + w / 2) for (x, y), w in zip(centre, widths, strict=True)]
    return [*upper, *lower[::-1]]


def _arc(x_min: float, x_max: float, y: float, sag: float, count: int = 24) -> Points:
    return [(x_min + (x_max - x_min) * t, y + sag * 4 * t * (1 - t)) for t in np.linspace(0, 1, count).tolist()]


def _head() -> Points:
    """Outline of the head: round above, narrowing to the jaw below."""
    outline = []
    for angle in np.linspace(0, 2 * np.pi, 180).tolist():
        down = max(0.0, float(np.sin(angle)))
        rx = 76 * (1 - 0.13 * down**2)
        ry = 113 if down else 104
        outline.append((_CX + rx * float(np.cos(angle)), _CY + ry * float(np.sin(angle))))
    return outline


def _scaled(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, max(0, round(channel * factor))) for channel in colour)
    return red, green, blue


@cache
def draw_person(person: Person) -> Image.Image:
    """Head and shoulders, RGBA, ``SIZE`` pixels, transparent around."""
    canvas = _Canvas()
    _behind(canvas, person)
    head = canvas.mask(_head())
    canvas.lay(head, person.skin)
    _light(canvas, person, head)
    _features(canvas, person, head)
    _in_front(canvas, person, head)
    grain = np.random.default_rng(person.seed).normal(0, 2.2, (SIZE[1], SIZE[0], 1))
    small = np.asarray(canvas.image.resize(SIZE, Image.Resampling.LANCZOS)).astype(np.float64)
    small[..., :3] += grain
    return Image.fromarray(np.clip(small.round(), 0, 255).astype(np.uint8), "RGBA")


def _behind(canvas: _Canvas, person: Person) -> None:
    """Hair behind the head, shoulders, neck, ears."""
    if person.long_hair:
        canvas.shape(_ellipse(_CX, 235, 104, 150), _scaled(person.hair, 0.72), blur=2)
    outline = [(18.0, 530.0), *_ellipse(_CX, 486, 176, 142, np.pi, 2 * np.pi), (382.0, 530.0)]
    shoulders = canvas.mask(outline, 1)
    canvas.lay(shoulders, person.clothes)
    canvas.shape(_ellipse(110, 430, 60, 90), _scaled(person.clothes, 1.25), 0.5, 22, shoulders)
    canvas.shape(_ellipse(310, 450, 60, 120), _scaled(person.clothes, 0.5), 0.6, 24, shoulders)
    neck_line = [(156, 260), (244, 260), (248, 336), (270, 356), (200, 392), (130, 356), (152, 336)]
    neck = canvas.mask([(float(x), float(y)) for x, y in neck_line], 1.5)
    canvas.lay(neck, _scaled(person.skin, 0.82))
    canvas.shape(_ellipse(_CX + 4, 312, 60, 32), _scaled(person.skin, 0.5), 0.75, 9, neck)
    for x in (_CX - 76, _CX + 76):
        canvas.shape(_ellipse(x, 214, 12, 25), _scaled(person.skin, 0.84), blur=1)
        canvas.shape(_ellipse(x, 214, 6, 16), _scaled(person.skin, 0.6), 0.6, 2.5)


def _light(canvas: _Canvas, person: Person, head: Image.Image) -> None:
    """Light from the upper left on a rounded head: bright forehead and cheeks, dark far side and jaw."""
    dark, bright = _scaled(person.skin, 0.55), _scaled(person.skin, 1.22)
    canvas.shape(_ellipse(_CX + 80, 220, 30, 110), dark, 0.65, 18, head)
    canvas.shape(_ellipse(_CX - 84, 230, 18, 100), dark, 0.45, 13, head)
    canvas.shape(_ellipse(_CX, 326, 64, 20), dark, 0.55, 10, head)
    canvas.shape(_ellipse(_CX - 14, 148, 42, 22), bright, 0.5, 14, head)
    for x, alpha in ((_CX - 40, 0.55), (_CX + 36, 0.35)):
        canvas.shape(_ellipse(x, 240, 17, 13), bright, alpha, 9, head)
        canvas.shape(_ellipse(x, 250, 20, 14), (205, 90, 80), 0.16, 9, head)
    canvas.shape(_ellipse(_CX - 2, 304, 14, 8), bright, 0.35, 5, head)


def _features(canvas: _Canvas, person: Person, head: Image.Image) -> None:
    skin, shade = person.skin, _scaled(person.skin, 0.45)
    for side in (-1, 1):
        x, y = _CX + side * 33, 204.0
        canvas.shape(_ellipse(x, y - 4, 23, 14), shade, 0.5, 6, head)
        almond = [*_arc(x - 16, x + 16, y + 1, -9), *_arc(x - 16, x + 16, y + 1, 7)[::-1]]
        white = canvas.mask(almond, 0.6)
        canvas.lay(white, (238, 234, 228))
        canvas.shape(_ellipse(x, y, 7.6, 7.6), person.iris, 1, 0.6, white)
        canvas.shape(_ellipse(x, y, 3.6, 3.6), (12, 10, 10), 1, 0.4, white)
        canvas.shape(_ellipse(x - 2.4, y - 2.6, 1.7, 1.7), (255, 255, 255), 0.95, 0.3)
        canvas.shape(_band(_arc(x - 18, x + 18, y + 1, -10), [3.4] * 24), (36, 24, 20), 0.85, 0.8)
        canvas.shape(_band(_arc(x - 15, x + 15, y + 2, 7), [1.6] * 24), shade, 0.6, 0.8)
        canvas.shape(_band(_arc(x - 17, x + 17, y - 5, -13), [2.0] * 24), shade, 0.45, 1.2)
        brow = _arc(x - 22, x + 22, y - 19, -7)
        widths = [9 - 5 * (index / 23 if side > 0 else 1 - index / 23) for index in range(24)]
        canvas.shape(_band(brow, widths), _scaled(person.hair, 0.7), 0.85, 1.4)
    canvas.shape([(_CX + 3, 200), (_CX + 13, 246), (_CX + 4, 252), (_CX - 2, 246)], shade, 0.34, 4.5)
    canvas.shape([(_CX - 10, 204), (_CX - 13, 244), (_CX - 7, 244), (_CX - 6, 204)], shade, 0.16, 3)
    canvas.shape(_ellipse(_CX - 2, 222, 4, 26), _scaled(skin, 1.25), 0.45, 3.5)
    canvas.shape(_ellipse(_CX - 1, 247, 8, 6), _scaled(skin, 1.25), 0.45, 3)
    for side in (-1, 1):
        canvas.shape(_ellipse(_CX + side * 15, 251, 6, 7), shade, 0.32, 3)
        canvas.shape(_ellipse(_CX + side * 7.5, 257, 4.6, 2.4), _scaled(skin, 0.2), 0.8, 1.2)
    canvas.shape(_ellipse(_CX, 262, 16, 3), shade, 0.35, 2.5)
    if person.beard:
        _beard(canvas, person, head)
    _mouth(canvas, person)


def _mouth(canvas: _Canvas, person: Person) -> None:
    lips = tuple(round(0.62 * s + 0.38 * r) for s, r in zip(person.skin, (176, 50, 56), strict=True))
    lip: Colour = (lips[0], lips[1], lips[2])
    y, sag = 282 - person.smile / 2, person.smile
    upper = [*_arc(_CX - 28, _CX + 28, y, -7), *_arc(_CX - 28, _CX + 28, y, sag)[::-1]]
    lower = [*_arc(_CX - 26, _CX + 26, y + 0.5, sag), *_arc(_CX - 26, _CX + 26, y + 0.5, sag + 11)[::-1]]
    canvas.shape(upper, _scaled(lip, 0.82), 0.95, 1)
    canvas.shape(lower, lip, 0.95, 1)
    canvas.shape(_ellipse(_CX - 3, y + sag + 5, 11, 2.4), _scaled(lip, 1.35), 0.5, 2)
    canvas.shape(_band(_arc(_CX - 29, _CX + 29, y, sag), [2.6] * 24), (60, 18, 20), 0.85, 0.8)
    canvas.shape(_ellipse(_CX, y + sag + 16, 17, 4), _scaled(person.skin, 0.45), 0.4, 4)
    for side in (-1, 1):
        canvas.shape(_ellipse(_CX + side * 31, y, 3, 4), _scaled(person.skin, 0.4), 0.45, 2)


def _beard(canvas: _Canvas, person: Person, head: Image.Image) -> None:
    jaw = [(_CX - 80, 232), (_CX - 52, 262), (_CX - 34, 266), (_CX, 262), (_CX + 34, 266), (_CX + 52, 262)]
    jaw += [(_CX + 80, 232), (_CX + 80, 330), (_CX - 80, 330)]
    canvas.shape(jaw, person.hair, 0.62, 7, head)


def _in_front(canvas: _Canvas, person: Person, head: Image.Image) -> None:
    """Hair over the forehead, and glasses."""
    cap = _ellipse(_CX, 178, 84, 92, np.pi * 0.97, 2.03 * np.pi)
    line = [(_CX + 80, 196), (_CX + 66, 166), (_CX + 40, 138), (_CX - 12, 132), (_CX - 50, 150), (_CX - 72, 180)]
    hair = canvas.mask([*cap, *line, (_CX - 82, 196)], 1.6)
    canvas.lay(hair, person.hair)
    canvas.shape(_ellipse(_CX - 30, 108, 40, 12), _scaled(person.hair, 1.9), 0.5, 8, hair)
    canvas.shape(_ellipse(_CX + 62, 150, 24, 50), _scaled(person.hair, 0.45), 0.6, 10, hair)
    canvas.shape(_band(_arc(_CX - 70, _CX + 70, 158, -30), [6.0] * 24), _scaled(person.skin, 0.4), 0.35, 5, head)
    strands = np.random.default_rng(person.seed)
    for offset in strands.uniform(-70, 70, 26).tolist():
        strand = _band([(_CX + offset * 0.4, 88), (_CX + offset, 128), (_CX + offset * 1.15, 170)], [1.6] * 3)
        canvas.shape(
            [(x + 0.8 * (i % 2), y) for i, (x, y) in enumerate(strand)], _scaled(person.hair, 1.5), 0.3, 1, hair
        )
    if person.long_hair:
        for side in (-1, 1):
            lock = _ellipse(_CX + side * 86, 262, 17, 92)
            canvas.shape(lock, person.hair, 1, 3)
            canvas.shape(_ellipse(_CX + side * 90, 250, 5, 70), _scaled(person.hair, 1.6), 0.35, 4)
    if person.glasses:
        _glasses(canvas)


def _glasses(canvas: _Canvas) -> None:
    frame: Colour = (40, 34, 34)
    for side in (-1, 1):
        outer = canvas.mask(_ellipse(_CX + side * 34, 206, 26, 20), 0.5)
        inner = canvas.mask(_ellipse(_CX + side * 34, 206, 23.4, 17.4), 0.5)
        canvas.lay(ImageChops.subtract(outer, inner), frame, 0.95)
        canvas.shape(_ellipse(_CX + side * 34 - 8, 198, 6, 3), (255, 255, 255), 0.25, 2)
        canvas.shape(_band([(_CX + side * 60, 202), (_CX + side * 76, 200)], [3.0, 3.0]), frame, 0.9, 0.6)
    canvas.shape(_band(_arc(_CX - 9, _CX + 9, 203, -3), [3.0] * 24), frame, 0.95, 0.5)
