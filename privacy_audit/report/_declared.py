"""What only the controller can say: what was declared, marked as declared, and what is left to complete."""

from __future__ import annotations

from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Strings
from privacy_audit.report import _view

_CONTROLLER = {
    "controller": ("controller", "dpo"),
    "purpose": ("purpose",),
    "collection": ("collection", "sources"),
    "people": ("people",),
    "basis": ("legal_basis",),
    "article9": ("article9_exception",),
    "nir": ("nir_authorisation",),
    "minimisation": ("minimisation",),
    "information": ("information",),
    "rights": ("rights",),
    "retention": ("retention",),
    "recipients": ("recipients", "processors", "transfers"),
    "access": ("access", "security"),
    "decision": (),
    "signature": (),
}


def declared(report: ExposureReport, key: str, t: Strings) -> str:
    """What the controller declared for one key of the context, in words; "" where nothing was."""
    value = getattr(report.context or Context(), key)
    if value is None or value in ("", "unknown", ()):
        return ""
    if key == "access":
        return t(f"access_{value}")
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, int):
        return t.number(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def answer(report: ExposureReport, t: Strings, *keys: str) -> str:
    """What was declared for these keys, marked as declared, or that it is to be completed."""
    texts = [text for key in keys if (text := one_line(declared(report, key, t)))]
    return t("declared_as", text=_view.semicolons("; ".join(texts), t)) if texts else t("to_complete")


def one_line(text: str) -> str:
    """A list that was declared, as one line."""
    return "; ".join(text.splitlines())


def controller_fields(report: ExposureReport, t: Strings) -> list[tuple[str, str, str]]:
    """Name, question and what was declared ("" where nothing was) for each field that only the controller can fill."""
    has_nir = report.entity("FR_NIR") is not None
    return [
        (name, t(f"ask_{name}"), _view.semicolons("; ".join(filter(None, (declared(report, k, t) for k in keys))), t))
        for name, keys in _CONTROLLER.items()
        if name != "nir" or has_nir
    ]
