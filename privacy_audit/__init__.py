"""Privacy audit of voice, image and text datasets before training: scan, treat, verify, report.

The public names load on first use, so importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privacy_audit.guard import Guard as Guard
    from privacy_audit.pipeline import anonymize as anonymize
    from privacy_audit.pipeline import scan as scan
    from privacy_audit.recipe import Recipe as Recipe
    from privacy_audit.recipe import load_recipe as load_recipe

__version__ = "0.1.0"

_HOMES = {
    "Guard": "privacy_audit.guard",
    "Recipe": "privacy_audit.recipe",
    "anonymize": "privacy_audit.pipeline",
    "load_recipe": "privacy_audit.recipe",
    "scan": "privacy_audit.pipeline",
}

__all__ = ["Guard", "Recipe", "__version__", "anonymize", "load_recipe", "scan"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
