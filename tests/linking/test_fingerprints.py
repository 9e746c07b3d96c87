from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from privacy_audit.linking.fingerprints import (
    MAX_AUDIO_BYTES,
    NEAR_AUDIO,
    NEAR_PICTURE,
    NEAR_TEXT,
    PICTURE_BYTES,
    TEXT_BYTES,
    audio_distance,
    audio_fingerprint,
    picture_distance,
    picture_hash,
    text_distance,
    text_signature,
)

LETTER = "Madame Léonie Fictive, née à Lyon, habite au 12 rue des Lilas et répond au 06 39 98 00 00 le soir."


def signed(text: str) -> bytes:
    signature = text_signature(text)
    assert signature is not None
    return signature


def picture(seed: int) -> NDArray[np.uint8]:
    blocks = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    return cv2.resize(blocks, (320, 240), interpolation=cv2.INTER_CUBIC)


def hashed(pixels: NDArray[np.uint8]) -> bytes:
    found = picture_hash(pixels)
    assert found is not None
    return found


def sound(seed: int, seconds: int = 8, rate_hz: int = 16_000) -> NDArray[np.float32]:
    """Notes that change five times a second, (1, samples)."""
    draw = np.random.default_rng(seed)
    times = np.arange(rate_hz // 5) / rate_hz
    notes = [
        sum(np.sin(2 * np.pi * hz * times) for hz in draw.uniform(300, 3_500, 4)) * draw.uniform(0.05, 0.2)
        for _ in range(5 * seconds)
    ]
    return np.concatenate(notes)[None].astype(np.float32)


def heard(samples: NDArray[np.float32], rate_hz: int = 16_000) -> bytes:
    found = audio_fingerprint(samples, rate_hz)
    assert found is not None
    return found


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(categories=("Lu", "Ll", "Nd", "Zs", "Po")), min_size=20, max_size=200))
def test_a_text_is_at_no_distance_from_itself_and_distance_is_symmetric(text: str) -> None:
    one, other = text_signature(text), signed(LETTER)
    if one is not None:
        assert len(one) == TEXT_BYTES
        assert text_distance(one, one) == 0
        assert text_distance(one, other) == text_distance(other, one)


def test_case_accents_spaces_and_marks_of_a_text_do_not_count() -> None:
    changed = LETTER.upper().replace("É", "E").replace(" ", " \n ").replace(",", " ;")
    assert text_distance(signed(LETTER), signed(changed)) == 0


def test_a_text_with_one_word_changed_is_near_and_another_text_is_far() -> None:
    assert text_distance(signed(LETTER), signed(LETTER.replace("soir", "matin"))) <= NEAR_TEXT
    assert text_distance(signed(LETTER), signed("Le conseil a voté hier le budget des routes de la commune.")) > 0.8


def test_a_text_in_another_script_has_a_signature_too() -> None:
    assert (
        text_distance(signed("Անի Հովհաննիսյան ապրում է Երևանում"), signed("Անի Հովհաննիսյան ապրում է Երևանում։")) == 0
    )


@pytest.mark.parametrize("text", ["", " \n", "abcd", "...!?...", "a - b"])
def test_a_text_of_fewer_than_five_signs_has_no_signature(text: str) -> None:
    assert text_signature(text) is None


def test_a_picture_made_smaller_brighter_or_coded_again_is_near() -> None:
    own = picture(1)
    coded = cv2.imdecode(cv2.imencode(".jpg", own, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
    smaller = cv2.resize(own, (100, 75), interpolation=cv2.INTER_AREA)
    brighter = np.clip(own * 1.1 + 10, 0, 255).astype(np.uint8)
    assert len(hashed(own)) == PICTURE_BYTES
    for copy in (np.asarray(coded), smaller, brighter, own[4:-4, 4:-4]):
        assert picture_distance(hashed(own), hashed(copy)) <= NEAR_PICTURE


def test_other_pictures_and_the_mirrored_one_are_far() -> None:
    hashes = [hashed(picture(seed)) for seed in range(12)]
    apart = [picture_distance(hashes[i], hashes[j]) for i in range(12) for j in range(i)]
    assert min(apart) > NEAR_PICTURE
    assert picture_distance(hashes[0], hashed(picture(0)[:, ::-1])) > NEAR_PICTURE


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_picture_without_contrast_has_no_hash(grey: int) -> None:
    assert picture_hash(np.full((50, 50, 3), grey, np.uint8)) is None
    assert picture_hash(np.zeros((0, 0, 3), np.uint8)) is None


def test_loudness_the_rate_and_a_trimmed_start_of_a_recording_do_not_count() -> None:
    own = sound(1)
    for copy, rate_hz in ((own * np.float32(0.2), 16_000), (own[:, 9_001:-5_000], 16_000), (own[:, ::2], 8_000)):
        assert audio_distance(heard(own), heard(copy, rate_hz)) <= NEAR_AUDIO
    assert audio_distance(heard(own), heard(-own)) == 0


def test_other_recordings_are_far() -> None:
    found = [heard(sound(seed)) for seed in range(6)]
    assert min(audio_distance(found[i], found[j]) for i in range(6) for j in range(i)) > NEAR_AUDIO


def test_two_recordings_that_share_only_their_silence_are_far() -> None:
    silence = np.zeros((1, 160_000), np.float32)
    one, other = (heard(np.concatenate([silence, sound(seed, 4), silence], 1)) for seed in (1, 2))
    assert audio_distance(one, other) > NEAR_AUDIO


def test_silence_and_very_short_recordings_have_no_fingerprint() -> None:
    assert audio_fingerprint(np.zeros((1, 160_000), np.float32), 16_000) is None
    assert audio_fingerprint(sound(1)[:, :8_000], 16_000) is None
    assert audio_fingerprint(np.zeros((1, 0), np.float32), 16_000) is None


def test_a_long_recording_has_a_fingerprint_of_two_minutes() -> None:
    assert len(heard(np.tile(sound(1, 20, 8_000), 10), 8_000)) <= MAX_AUDIO_BYTES
