"""Numbers of telephones, advertising profiles and vehicles: they single out a device, and through it its holder."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_VIN = re.compile(r"[A-HJ-NPR-Z0-9](?<![\w-].)[A-HJ-NPR-Z0-9]{12}[0-9]{4}(?![\w-])")
_VIN_LETTERS = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_HEX = "0123456789abcdef"


def _is_imei(compact: str) -> bool:
    from stdnum import luhn

    return len(set(compact)) > 2 and bool(luhn.is_valid(compact))


def _is_iccid(compact: str) -> bool:
    from stdnum import luhn

    return bool(luhn.is_valid(compact))


def _is_device_uuid(compact: str) -> bool:
    """All zeros is what a telephone tells whose owner refused to be followed."""
    return len(set(compact)) > 2


def _vins(text: str, start: int, end: int) -> Iterator[Hit]:
    """The check digit is kept in America and China only: without it, and mostly with it, a word must announce one."""
    for match in _VIN.finditer(text, start, end):
        if not match.group().isdigit():
            yield Hit(*match.span(), Confidence.LOW if _has_vin_check(match.group()) else None)


def _vin_check(vin: str) -> str:
    total = sum(
        weight * (int(char) if char.isdigit() else _VIN_LETTERS[char])
        for weight, char in zip(_VIN_WEIGHTS, vin, strict=True)
    )
    return "0123456789X"[total % 11]


def _has_vin_check(vin: str) -> bool:
    return vin[8] == _vin_check(vin)


def _with_luhn(digits: str) -> str:
    from stdnum import luhn

    return digits + str(luhn.calc_check_digit(digits))


def _example_imei(draw: random.Random) -> str:
    digits = _with_luhn(f"35{draw.randrange(10**12):012d}")
    if draw.random() < 0.3:
        joint = draw.choice(" -")
        return joint.join((digits[:2], digits[2:8], digits[8:14], digits[14]))
    return digits


def _example_iccid(draw: random.Random) -> str:
    return _with_luhn(f"8933{draw.randrange(10**14):014d}")


def _example_uuid(draw: random.Random) -> str:
    digits = "".join(draw.choices(_HEX, k=32))
    whole = "-".join((digits[:8], digits[8:12], f"4{digits[13:16]}", f"a{digits[17:20]}", digits[20:]))
    return whole.upper() if draw.random() < 0.5 else whole


def _example_vin(draw: random.Random) -> str:
    letters = "".join(char for char in string.ascii_uppercase if char not in "IOQ")
    maker = draw.choice(("VF1", "VF3", "VF7", "WVW", "WBA", "ZFA", "1HG", "JTD"))
    return maker + "".join(draw.choices(letters + string.digits, k=8)) + f"{draw.randrange(10**6):06d}"


RECOGNIZERS = (
    Recognizer(
        name="imei",
        entity_type="DEVICE_ID",
        summary="Numbers of mobile telephones (IMEI), by check digit, when a word announces them.",
        pattern=r"(?<![\w+.,-])(?:[0-9]{15}|[0-9]{2}([ -])[0-9]{6}\1[0-9]{6}\1[0-9])(?![\w-])",
        check=_is_imei,
        announced=Confidence.HIGH,
        context=("imei", "imeis", "meid"),
        trigger=Trigger(digits=15),
        sources=("3GPP TS 23.003, 6.2 and annex B", "stdnum.imei"),
        example=_example_imei,
        frames=(
            "IMEI : {}",
            "imei={}",
            "Le numéro IMEI {} a été bloqué.",
            "phone lost, IMEI number {}",
            "(IMEI {}, noir)",
        ),
        detects=("Téléphone volé, IMEI 35 209900 176148 1.",),
        ignores=("IMEI 352099001761482", "commande 352099001761481", "IMEI 000000000000000"),
    ),
    Recognizer(
        name="iccid",
        entity_type="DEVICE_ID",
        summary="Numbers of SIM cards (ICCID), by check digit, when a word announces them.",
        pattern=r"(?<![\w+.,-])89[0-9]{16,17}[0-9](?![\w-])",
        check=_is_iccid,
        announced=Confidence.HIGH,
        context=("iccid", "sim", "esim"),
        trigger=Trigger(digits=19),
        sources=("ITU-T E.118",),
        example=_example_iccid,
        frames=("ICCID {}", "carte SIM n° {}", "iccid={}", "Your eSIM {} is active.", "(SIM {})"),
        detects=(f"carte SIM {_with_luhn('893301234567890123')}",),
        ignores=("SIM 8933012345678901230", "colis 8933012345678901234"),
    ),
    Recognizer(
        name="device_uuid",
        entity_type="DEVICE_ID",
        summary="Advertising and device identifiers (IDFA, GAID, Android ID), when a word announces them.",
        pattern=(
            r"(?<![\w-])(?:[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
            r"|[0-9a-f]{16})(?![\w-])"
        ),
        check=_is_device_uuid,
        context=(
            *(
                "idfa",
                "idfv",
                "gaid",
                "aaid",
                "adid",
                "udid",
                "advertising",
                "advertisingid",
                "publicitaire",
                "android",
            ),
            *("androidid", "deviceid", "device", "appareil", "terminal", "smartphone", "iphone", "ipad", "handset"),
        ),
        trigger=Trigger(digits=5),
        sources=(
            "Apple, ASIdentifierManager.advertisingIdentifier",
            "Android, Settings.Secure.ANDROID_ID",
            "IAB Tech Lab, Guidelines for Identifier for Advertising",
        ),
        example=_example_uuid,
        frames=(
            "IDFA : {}",
            "advertising_id={}",
            "identifiant publicitaire {} transmis",
            'the device id is "{}".',
            "(gaid {})",
        ),
        detects=(
            "android_id: 9774d56d682e549c",
            "Identifiant publicitaire : 38400000-8cf0-11bd-b23e-10b96e40000d",
        ),
        ignores=(
            "IDFA 00000000-0000-0000-0000-000000000000",
            "UUID 550e8400-e29b-41d4-a716-446655440000",
            "commit 9774d56d682e549c",
        ),
    ),
    Recognizer(
        name="vin",
        entity_type="VEHICLE_VIN",
        summary="Numbers of vehicles (VIN), when a word announces them.",
        pattern="",
        search=_vins,
        context=(
            *("vin", "chassis", "vehicule", "vehicle", "voiture", "automobile", "camion", "moto", "truck"),
            *("carte grise", "numero de serie", "fahrgestellnummer", "bastidor", "telaio"),
        ),
        trigger=Trigger(digits=5),
        sources=("ISO 3779", "49 CFR 565.15 (check digit)"),
        example=_example_vin,
        frames=(
            "VIN : {}",
            "numéro de châssis {}, diesel",
            "vin={}",
            "The vehicle {} was sold.",
            "véhicule ({})",
        ),
        detects=("Numéro VIN : VF1RFB00X56789012.", "my vehicle, 1HGCM82633A004352, was stolen"),
        ignores=("lot ABCDEFGH123456789", "véhicule 12345678901234567", "1HGCM82633A004352"),
    ),
)
