"""Addresses of wallets: pseudonyms whose payments anybody can read."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._places import places
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUE = {char: value for value, char in enumerate(_BASE58)}
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_VALUE = {char: value for value, char in enumerate(_BECH32)}
_BECH32_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_ENDS = (1, 0x2BC830A3)  # bech32 and bech32m
_BASE58_ADDRESS = re.compile(r"(?<![0-9A-Za-z])[13][1-9A-HJ-NP-Za-km-z]{25,34}(?![0-9A-Za-z])")
_BECH32_ADDRESS = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:bc|ltc)1[02-9ac-hj-np-z]{38,59}|(?:BC|LTC)1[02-9AC-HJ-NP-Z]{38,59})(?![0-9A-Za-z])"
)
_ETHEREUM = re.compile(r"0x([0-9a-fA-F]{40})(?![0-9A-Za-z])")
_MIN_DISTINCT_DIGITS = 6  # 0x0000... and 0xdead...dead are nobody's


def _base58(text: str, start: int, end: int) -> Iterator[Hit]:
    for at in places(text, ("1", "3"), start, end):
        match = _BASE58_ADDRESS.match(text, at, end)
        if match and _is_base58_address(match.group()):
            yield Hit(*match.span())


def _is_base58_address(compact: str) -> bool:
    """Version byte of Bitcoin, and the four bytes of the double SHA-256."""
    number = 0
    for char in compact:
        number = number * 58 + _BASE58_VALUE[char]
    if number >= 1 << 200:
        return False
    raw = number.to_bytes(25, "big")
    return raw[0] in (0, 5) and hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, step in enumerate(_BECH32_STEPS):
            state ^= step if top >> bit & 1 else 0
    return state


def _prefix_values(prefix: str) -> list[int]:
    return [*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix)]


def _bech32(text: str, start: int, end: int) -> Iterator[Hit]:
    for at in places(text, ("c1", "C1"), start, end):
        for first in (at - 1, at - 2):
            match = _BECH32_ADDRESS.match(text, max(first, start), end)
            if match and _is_bech32_address(match.group().lower()):
                yield Hit(*match.span())


def _is_bech32_address(address: str) -> bool:
    prefix, _, data = address.partition("1")
    return _polymod(_prefix_values(prefix) + [_BECH32_VALUE[char] for char in data]) in _BECH32_ENDS


def _ethereum(text: str, start: int, end: int) -> Iterator[Hit]:
    """Capitals and small letters mixed carry a check of their own (EIP-55); without them a word must announce it."""
    for at in places(text, ("0x",), start, end):
        match = _ETHEREUM.match(text, at, end)
        if match and not text[at - 1 : at].isalnum():
            digits = match[1]
            if len(set(digits.lower())) < _MIN_DISTINCT_DIGITS:
                yield Hit(*match.span(), Confidence.LOW, "placeholder")
            elif digits.islower() or digits.isupper() or digits.isdigit():
                yield Hit(*match.span(), Confidence.LOW)
            else:
                yield Hit(*match.span())


def _example_base58(draw: random.Random) -> str:
    raw = bytes([draw.choice((0, 5))]) + draw.randbytes(20)
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def _example_bech32(draw: random.Random) -> str:
    version, n_values = draw.choice(((0, 32), (1, 52)))
    data = [version, *(draw.randrange(32) for _ in range(n_values))]
    check = _polymod(_prefix_values("bc") + data + [0] * 6) ^ _BECH32_ENDS[version]
    data += [check >> 5 * (5 - index) & 31 for index in range(6)]
    return "bc1" + "".join(_BECH32[value] for value in data)


def _example_ethereum(draw: random.Random) -> str:
    return "0x" + "".join(draw.choice("0123456789abcdefABCDEF") for _ in range(40))


_FRAMES = ("Envoyer à {} avant midi.", "{}", "wallet: {}", "my address is {}, thanks", "({})")

RECOGNIZERS = (
    Recognizer(
        name="bitcoin_base58",
        entity_type="CRYPTO_WALLET",
        summary="Bitcoin addresses that begin with 1 or 3, by their check bytes.",
        pattern="",
        search=_base58,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("1", "3")),
        sources=("Bitcoin wiki, Base58Check encoding", "BIP 13"),
        example=_example_base58,
        frames=_FRAMES,
        detects=(f"Bitcoin : {_example_base58(random.Random(1))}",),  # noqa: S311 - an example, no secret
        ignores=("1BoatSLRHtKNngkdXEeobR76b53LETtpyZ", "3zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
    ),
    Recognizer(
        name="bitcoin_bech32",
        entity_type="CRYPTO_WALLET",
        summary="Bitcoin and Litecoin addresses that begin with bc1 or ltc1, by their check characters.",
        pattern="",
        search=_bech32,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("c1", "C1")),
        sources=("BIP 173", "BIP 350"),
        example=_example_bech32,
        frames=_FRAMES,
        detects=(f"pay to {_example_bech32(random.Random(1))} please",),  # noqa: S311 - an example, no secret
        ignores=("bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "the file abc1.txt"),
    ),
    Recognizer(
        name="ethereum",
        entity_type="CRYPTO_WALLET",
        summary="Ethereum addresses; without mixed case only when a word announces them.",
        pattern="",
        search=_ethereum,
        alone=Confidence.MEDIUM,
        announced=Confidence.MEDIUM,
        context=(
            *("ethereum", "eth", "ether", "wallet", "portefeuille", "crypto", "erc", "metamask", "usdt", "usdc"),
            *("address", "adresse", "polygon", "bnb", "nft", "ens", "token", "tokens"),
        ),
        trigger=Trigger(literals=("0x",)),
        sources=("EIP-55",),
        example=_example_ethereum,
        frames=_FRAMES,
        detects=("wallet 0x" + "3fA9c81B" * 5, "ETH: 0x" + "3fa9c81b" * 5),
        ignores=(
            "0x" + "0" * 40,
            "commit 0x" + "3fa9c81b" * 5,
            "0x" + "3fa9c81b" * 8,
            "Error 0x80070057 at line 10243",
        ),
    ),
)
