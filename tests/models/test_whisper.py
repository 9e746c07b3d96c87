"""The real faster-whisper runs a Whisper of random weights from a folder: what it hears is nonsense, in real times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from privacy_audit.models.whisper import SAMPLE_RATE_HZ, Transcriber

_SIZE, _HEADS, _N_MELS, _MEMORY, _LONGEST = 16, 2, 80, 1500, 448
_NAMED = ("<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>")
_NAMED += ("<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper", reason="the extra asr is not installed")
    from ctranslate2.specs import whisper_spec

    place = tmp_path_factory.mktemp("whisper")
    words = _vocabulary(place / "tokenizer.json")
    draw = np.random.default_rng(0)

    def drawn(*shape: int) -> Any:
        return draw.normal(0, 0.3, shape).astype(np.float32)

    def fill(part: Any, *shape: int) -> None:
        part.weight, part.bias = drawn(*shape), np.zeros(shape[0], np.float32)

    def norm(part: Any) -> None:
        part.gamma, part.beta = np.ones(_SIZE, np.float32), np.zeros(_SIZE, np.float32)

    def attend(part: Any, *multiples: int) -> None:
        norm(part.layer_norm)
        for linear, multiple in zip(part.linear, multiples, strict=True):
            fill(linear, multiple * _SIZE, _SIZE)

    def feed(part: Any) -> None:
        norm(part.layer_norm)
        fill(part.linear_0, 4 * _SIZE, _SIZE)
        fill(part.linear_1, _SIZE, 4 * _SIZE)

    spec = whisper_spec.WhisperSpec(1, _HEADS, 1, _HEADS)
    encoder, decoder = spec.encoder, spec.decoder
    fill(encoder.conv1, _SIZE, _N_MELS, 3)
    fill(encoder.conv2, _SIZE, _SIZE, 3)
    encoder.position_encodings.encodings = drawn(_MEMORY, _SIZE)
    decoder.position_encodings.encodings = drawn(_LONGEST, _SIZE)
    decoder.embeddings.weight = decoder.projection.weight = drawn(len(words), _SIZE)
    norm(encoder.layer_norm)
    norm(decoder.layer_norm)
    attend(encoder.layer[0].self_attention, 3, 1)
    feed(encoder.layer[0].ffn)
    attend(decoder.layer[0].self_attention, 3, 1)
    attend(decoder.layer[0].attention, 1, 2, 1)
    feed(decoder.layer[0].ffn)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [words.index("<|endoftext|>")]
    spec.config.lang_ids = []
    spec.config.alignment_heads = [[0, 0], [0, 1]]
    spec.register_vocabulary(words)
    spec.validate()
    spec.save(str(place))
    return place


def _vocabulary(path: Path) -> list[str]:
    """A tokenizer of single bytes and the times, written to ``path``; its words in order."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in _NAMED])
    tokenizer.add_tokens([AddedToken(f"<|{number * 0.02:.2f}|>") for number in range(1501)])
    tokenizer.save(str(path))
    return [word for word, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]


def test_words_come_with_times_inside_the_recording_and_the_samples_stay(folder: Path, sample_data: Path) -> None:
    samples, _ = soundfile.read(sample_data / "audio" / "conversation.flac", frames=3 * SAMPLE_RATE_HZ, dtype="float32")
    before = samples.copy()
    words = Transcriber(model=str(folder), beam_size=1).words(samples)
    assert words, "random weights say something"
    for word in words:
        assert word.text == word.text.strip()
        assert 0 <= word.start_s <= word.end_s <= 3.1
    assert [word.start_s for word in words] == sorted(word.start_s for word in words)
    assert np.array_equal(samples, before)


def test_in_silence_nothing_is_heard(folder: Path) -> None:
    assert Transcriber(model=str(folder)).words(np.zeros(SAMPLE_RATE_HZ, np.float32)) == []
