"""Text in pictures: what is written there is found where it stands, whichever way it is turned."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from privacy_audit.errors import MissingDependencyError
from privacy_audit.models import ocr
from privacy_audit.models._text_boxes import Corners, _merged, find_boxes
from privacy_audit.models.ocr import Line
from privacy_audit.pipeline import Toolbox
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.scanners._picture_text import columns, machine_readable, rows, sheet_of
from privacy_audit.scanners._plates import plate_confidence
from privacy_audit.scanners.image_text import ImageText
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord, Reason, Unscanned

needs_ocr = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed: pip install 'privacy-audit[ocr]'"
)


def drawn(width: int, height: int, *texts: tuple[int, int, int, str]) -> Any:
    """A white page; each text with its left, its top and the size of its letters."""
    page = Image.new("RGB", (width, height), "white")
    for left, top, size, text in texts:
        ImageDraw.Draw(page).text((left, top), text, fill="black", font=ImageFont.load_default(size=size))
    return np.array(page)


def scanned(pixels: Any) -> list[Detection]:
    return list(ImageText().scan(ImageRecord("a.png", pixels)))


def kinds(pixels: Any) -> set[str]:
    return {item.entity_type for item in scanned(pixels)}


def line(text: str, left: float, top: float, width: float, height: float = 20, score: float = 1.0) -> Line:
    right, bottom = left + width, top + height
    corners = (left, top), (right, top), (right, bottom), (left, bottom)
    return Line(text, score, corners, tuple(index / len(text) for index in range(len(text) + 1)))


# without the package


@pytest.fixture
def without_rapidocr(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ocr._engine.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    yield
    ocr._engine.cache_clear()


@pytest.mark.usefixtures("without_rapidocr")
def test_without_rapidocr_a_picture_is_unscanned_and_the_message_says_what_to_install() -> None:
    toolbox = Toolbox(Recipe("t", scanners={"image_text": {}}))
    (outcome,) = toolbox.scan([ImageRecord("a.png", drawn(60, 40))])
    assert outcome == Unscanned(
        "a.png",
        "image_text",
        Reason.MISSING_DEPENDENCY,
        "needs rapidocr. Install with: pip install 'privacy-audit[ocr]'",
    )


def test_without_its_models_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Emptied:
        __file__ = str(tmp_path / "__init__.py")

    ocr._engine.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr", Emptied)  # type: ignore[arg-type]  # has what is asked of it
    with pytest.raises(MissingDependencyError, match=r"with the PP-OCRv6 models.*privacy-audit\[ocr\]"):
        ocr.read_lines(drawn(60, 40))
    ocr._engine.cache_clear()


@pytest.mark.parametrize("name", ["cnil-default", "image-dataset", "strict", "text-corpus", "voice-dataset"])
def test_a_recipe_for_the_default_install_does_without_it(name: str) -> None:
    assert "image_text" not in load_recipe(name).scanners


def test_its_own_recipe_is_that_for_pictures_and_nothing_else_changed() -> None:
    plain, with_text = load_recipe("image-dataset"), load_recipe("image-dataset-ocr")
    assert dict(with_text.scanners) == {**plain.scanners, "image_text": {}}
    assert with_text.operators == plain.operators
    assert (with_text.gate, with_text.treat_from, with_text.exclude) == (plain.gate, plain.treat_from, plain.exclude)


# what is found


@needs_ocr
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_letter_is_read_whichever_way_it_is_turned_and_nothing_is_left_after_treatment(
    sample_data: Path, quarters: int
) -> None:
    upright = read_image(sample_data / "images" / "letter.png", "letter.png").pixels
    record = ImageRecord("letter.png", np.ascontiguousarray(np.rot90(upright, quarters)))
    toolbox = Toolbox(Recipe("t", scanners={"image_text": {}}, operators={"image_solid": {}}))
    found = toolbox.scanners[0].scan(record)
    assert [item.entity_type for item in found if item.confidence >= Confidence.MEDIUM].count("PERSON") == 2
    assert [item.entity_type for item in found].count("PHONE_NUMBER") == 2
    assert [item.entity_type for item in found].count("POSTAL_ADDRESS") == 2, "street, and postcode with town"
    assert {item.entity_type for item in found} == {"EMAIL_ADDRESS", "PERSON", "PHONE_NUMBER", "POSTAL_ADDRESS"}
    treated: Any = toolbox.apply(record, found).record
    assert list(toolbox.scanners[0].scan(treated)) == []


@needs_ocr
def test_a_box_covers_every_dark_pixel_of_the_words_and_not_those_before_them() -> None:
    words = drawn(520, 80, (20, 20, 28, "Portable : 06 39 98 55 21"))
    label = drawn(520, 80, (20, 20, 28, "Portable :"))
    (found,) = scanned(words)
    box = found.location
    assert isinstance(box, BoundingBox)
    rows_, columns_ = np.nonzero((words != label).any(axis=2))
    assert box.x_min <= columns_.min()
    assert box.x_max > columns_.max()
    assert box.y_min <= rows_.min()
    assert box.y_max > rows_.max()
    assert box.x_min > np.nonzero((label != 255).any(axis=2))[1].max() - 10


@needs_ocr
@pytest.mark.parametrize(
    "text",
    [
        (
            "I<UTOD231458907<<<<<<<<<<<<<<<",
            "7408122F1204159UTO<<<<<<<<<<<6",
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ),
        (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        ),
    ],
)
def test_a_machine_readable_zone_has_a_box_on_each_of_its_lines(text: tuple[str, ...]) -> None:
    page = drawn(1200, 300, *((20, 60 + 60 * index, 40, row) for index, row in enumerate(text)))
    assert [item.entity_type for item in scanned(page)] == ["MRZ"] * len(text)


@needs_ocr
def test_a_form_announces_its_values_over_a_wide_gap() -> None:
    page = drawn(
        900, 250, (40, 40, 26, "Nom :"), (400, 40, 26, "GARNIER"), (40, 120, 26, "IBAN"), (400, 120, 26, "AB-123-CD")
    )
    assert kinds(page) == {"PERSON", "LICENSE_PLATE"}


@needs_ocr
def test_an_address_in_a_column_does_not_go_on_in_the_next() -> None:
    page = drawn(
        1100,
        260,
        *((40, 40, 24, "12 rue des Lilas"), (40, 75, 24, "75011 Paris")),
        *((650, 40, 24, "Magasin Exemple"), (650, 75, 24, "4 avenue Foch"), (650, 110, 24, "69006 Lyon")),
    )
    places = [item.location for item in scanned(page) if item.entity_type == "POSTAL_ADDRESS"]
    tops = sorted(place.y_min // 35 for place in places if isinstance(place, BoundingBox) and place.x_min > 500)
    assert len(places) == 4
    assert len(tops) == 2, "the name of the shop is no part of an address"


@needs_ocr
def test_small_text_is_found_in_a_large_picture() -> None:
    page = drawn(5000, 4000, (3200, 3300, 26, "Portable : 06 39 98 55 21"))
    assert kinds(page) == {"PHONE_NUMBER"}


@needs_ocr
def test_where_no_line_is_found_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("nothing was there to be read")

    monkeypatch.setattr(ocr, "_read", never)
    assert scanned(drawn(400, 300)) == []


@needs_ocr
def test_a_line_that_was_hard_to_read_makes_its_value_less_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    def confidences(score: float) -> list[Confidence]:
        read = [line("martine.joubert@courriel-invente.fr", 0, 0, 400, score=score)]
        monkeypatch.setattr("privacy_audit.scanners.image_text.read_lines", lambda _: read)
        return [item.confidence for item in scanned(drawn(500, 100)) if item.entity_type == "EMAIL_ADDRESS"]

    assert confidences(0.99) == [Confidence.HIGH]
    assert confidences(0.6) == [Confidence.MEDIUM]


# lines, rows, columns


def test_cells_of_a_row_are_kept_apart_and_words_are_not() -> None:
    read = [line("12345", 400, 0, 80), line("IBAN", 0, 2, 60), line("du compte", 65, 0, 120)]
    (found,) = rows(read)
    assert sheet_of(found).text == "IBAN du compte    12345\n"


def test_a_stretch_of_text_leads_back_to_the_parts_of_its_lines() -> None:
    read = [line("12 rue des Lilas", 0, 0, 200), line("75011 Paris", 0, 30, 150)]
    (found,) = rows(read)
    sheet = sheet_of(found)
    assert [(item.text[start:end]) for item, start, end in sheet.pieces(3, 22)] == ["rue des Lilas", "75011"]


def test_lines_of_several_directions_are_texts_of_their_own() -> None:
    upright = line("debout", 0, 0, 100)
    downward = Line("couche", 1.0, ((200, 0), (200, 100), (180, 100), (180, 0)), upright.edges)
    assert [sheet_of(found).text for found in rows([downward, upright])] == ["debout\n", "couche\n"]


def test_columns_are_only_looked_for_where_a_row_has_a_wide_gap() -> None:
    (one,) = rows([line("a b", 0, 0, 60), line("c d", 0, 30, 60)])
    (two,) = rows([line("a", 0, 0, 60), line("b", 300, 0, 60), line("c", 0, 30, 60), line("d", 300, 30, 60)])
    assert columns(one) == []
    assert sheet_of(columns(two)).text == "a\nc\n\nb\nd\n\n"


@pytest.mark.parametrize(
    "read",
    [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<",
        "P<UT0ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<",
        "P‹UTO ERIKSSON««ANNA<MARIA <<<<<<<<<<<<<<<<<<<",
    ],
)
def test_fillers_and_letters_of_a_zone_are_put_right(read: str) -> None:
    (found,) = rows([line(read, 0, 0, 900)])
    ((text, _),) = machine_readable(found)
    assert text == "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"


def test_ordinary_text_is_no_zone() -> None:
    (found,) = rows([line("La facture du mois de mars a fait l'objet de deux paiements.", 0, 0, 600)])
    assert list(machine_readable(found)) == []


# plates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RK-763AS", Confidence.MEDIUM),
        ("BA3020Z", Confidence.MEDIUM),
        ("F AB-123-CD 75", Confidence.MEDIUM),
        ("M·AB 1234", Confidence.MEDIUM),
        ("1T4:3213", Confidence.MEDIUM),
        ("AB12 CDE", Confidence.MEDIUM),
        ("1234 BCD", Confidence.MEDIUM),
        ("ABC 123", Confidence.LOW),
        ("100120", None),
        ("MAR 2024", None),
        ("WATER", None),
        ("AB-123-CD et AB-124-CD", None),
        ("km/h", None),
        ("", None),
    ],
)
def test_a_plate_is_told_by_its_form(text: str, expected: Confidence | None) -> None:
    assert plate_confidence(text) == expected


# passes and tiles


def box(left: float, top: float, right: float, bottom: float) -> Corners:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def test_a_line_found_twice_is_one_and_the_pieces_of_a_cut_line_are_joined() -> None:
    found = _merged([box(0, 0, 300, 20), box(2, 1, 299, 20), box(280, 0, 600, 21), box(0, 40, 300, 60)])
    assert found == [box(0, 0, 600, 21), box(0, 40, 300, 60)]


@pytest.mark.parametrize("size", [(5000, 3000), (1200, 1100), (4000, 700), (60, 40), (3, 2000), (1, 1)])
def test_tiles_cover_the_picture_and_boxes_come_back_in_its_pixels(size: tuple[int, int]) -> None:
    width, height = size
    seen: list[tuple[int, int]] = []

    def whole(part: Any) -> list[Corners]:
        seen.append(part.shape[:2])
        return [box(0, 0, part.shape[1], part.shape[0])]

    (found,) = find_boxes(np.zeros((height, width, 3), np.uint8), whole)
    assert found == box(0, 0, width, height)
    assert max(high * wide for high, wide in seen) <= 1_250_000
    assert min(map(min, seen)) >= 32
