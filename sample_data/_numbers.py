"""Numbers with valid check digits that belong to nobody."""

from __future__ import annotations

__all__ = ["iban", "nir"]


def nir(sex: str, year: int, month: int, department: int, order: int) -> str:
    """A social-security number with its key, spaced. Commune 999 exists in no department, so nobody was given it."""
    body = f"{sex}{year:02d}{month:02d}{department:02d}999{order:03d}"
    key = 97 - int(body) % 97
    return f"{sex} {year:02d} {month:02d} {department:02d} 999 {order:03d} {key:02d}"


def iban(account: str) -> str:
    """A French IBAN with both keys right, spaced by four. Bank code 99999 is a placeholder."""
    bank, branch = "99999", "00001"
    rib_key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    bban = f"{bank}{branch}{account}{rib_key:02d}"
    check = 98 - int(f"{bban}152700") % 97  # F=15, R=27, then 00 in place of the check digits (ISO 13616)
    compact = f"FR{check:02d}{bban}"
    return " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))
