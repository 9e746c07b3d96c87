"""Addresses of machines: they single out a household or a device."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_IPV4 = re.compile(r"(?<![\w.\-/])([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})(?![\w\-]|/[0-9]|\.[0-9])")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
_MAC = re.compile(r"(?<![\w:\-])[0-9A-Fa-f]{2}([:\-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:\-])")
_VERSION_BEFORE = re.compile(r"(?:\bv|version|release|driver|pilote|firmware|build)\W{0,3}$", re.IGNORECASE)


def _ipv4(text: str, start: int, end: int) -> Iterator[Hit]:
    """Not loopback or multicast addresses, not masks, not version numbers; private ones are told apart."""
    if text.count(".", start, end) < 3:
        return
    import ipaddress

    for match in _IPV4.finditer(text, start, end):
        parts = match.groups()
        if any(int(part) > 255 or (len(part) > 1 and part[0] == "0") for part in parts):
            continue
        if _VERSION_BEFORE.search(text, max(0, match.start() - 12), match.start()):
            continue
        address = ipaddress.IPv4Address(match.group())
        if any(address in network for network in _documentation_networks()):
            yield Hit(*match.span(), Confidence.LOW, "placeholder")
        elif address.is_loopback or address.is_multicast or address.is_reserved or address.is_unspecified:
            continue
        elif not address.is_global:
            yield Hit(*match.span(), Confidence.LOW, "private")
        else:
            small = all(int(part) < 20 for part in parts)  # numbered like a chapter
            yield Hit(*match.span(), Confidence.LOW if small else Confidence.HIGH)


def _ipv6(text: str, start: int, end: int) -> Iterator[Hit]:
    if text.count(":", start, end) < 3:
        return
    import ipaddress

    for match in _IPV6.finditer(text, start, end):
        if match.group().count(":") < 3 or not any(map(str.isdigit, match.group())):
            continue  # `::` is C++, and a time of day has two colons
        try:
            address = ipaddress.IPv6Address(match.group())
        except ValueError:
            continue
        if address in ipaddress.IPv6Network("2001:db8::/32"):
            yield Hit(*match.span(), Confidence.LOW, "placeholder")
        elif address.is_global:
            yield Hit(*match.span())
        elif address.is_private and not address.is_loopback and not address.is_unspecified:
            yield Hit(*match.span(), Confidence.LOW, "private")


def _mac_addresses(text: str, start: int, end: int) -> Iterator[Hit]:
    for match in _MAC.finditer(text, start, end):
        compact = match.group().replace(match[1], "").lower()
        is_date = match[1] == "-" and compact.isdigit()
        if len(set(compact)) > 2 and not is_date:
            yield Hit(*match.span())


@cache
def _documentation_networks() -> tuple[Any, ...]:
    """RFC 5737."""
    import ipaddress

    return tuple(map(ipaddress.IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))


def _example_ipv4(draw: random.Random) -> str:
    first = draw.choice((62, 78, 82, 90, 109, 176, 185, 193))
    return f"{first}.{draw.randint(20, 255)}.{draw.randint(0, 255)}.{draw.randint(1, 254)}"


def _example_ipv6(draw: random.Random) -> str:
    return "2a01:" + ":".join(f"{draw.randint(0x100, 0xFFFF):x}" for _ in range(7))


def _example_mac(draw: random.Random) -> str:
    return draw.choice(":-").join(f"{draw.randint(0, 255):02x}" for _ in range(6))


RECOGNIZERS = (
    Recognizer(
        name="ipv4",
        entity_type="IP_ADDRESS",
        summary="IPv4 addresses; private ones and those kept for documentation are told apart.",
        pattern="",
        search=_ipv4,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(digits=4),
        sources=("RFC 791", "RFC 1918", "RFC 5737"),
        example=_example_ipv4,
        frames=("depuis {} hier", "{}", "IP {}, port 80", "from {} - - [12/Mar]", "({})"),
        detects=("connexion depuis 82.64.12.201 hier", "203.0.113.47"),
        ignores=(
            "192.168.1.10, 127.0.0.1, 10.0.0.0/8, chapitre 1.2.3.4",
            "version 2.14.3, pilote 10.4.22631.3007, v1.0.0-rc.2, release 10.20.30.40",
            "203.0.113.47 et 255.255.255.0",
        ),
    ),
    Recognizer(
        name="ipv6",
        entity_type="IP_ADDRESS",
        summary="IPv6 addresses; local ones and those kept for documentation are told apart.",
        pattern="",
        search=_ipv6,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(digits=4),
        sources=("RFC 4291", "RFC 3849"),
        example=_example_ipv6,
        frames=("depuis {} hier", "{}", "IP {}, port 80", "from {} - -", "({})"),
        detects=("2a01:e0a:1f3:8b20:d9f1:22aa:91c4:7e01",),
        ignores=("std::vector<int> a, 12:30:45, 10:20:30:40", "fe80::1ff:fe23:4567:890a, ::1, 2001:db8::1"),
    ),
    Recognizer(
        name="mac_address",
        entity_type="MAC_ADDRESS",
        summary="Hardware addresses of network cards.",
        pattern="",
        inside=r"[:\-][0-9A-Fa-f]{2}[:\-][0-9A-Fa-f]{2}[:\-]",
        search=_mac_addresses,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=(":", "-")),
        sources=("IEEE 802-2014, 8.1",),
        example=_example_mac,
        frames=("carte réseau {}", "{}", "MAC={}", "device {} joined", "({})"),
        detects=("la carte 3c:5a:b4:9e:10:7f répond",),
        ignores=("12:30:45", "00:00:00:00:00:00 et ff:ff:ff:ff:ff:ff", "le 01-02-03-04-05-06"),
    ),
)
