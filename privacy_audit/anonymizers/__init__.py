"""Operators: one module, one operator. Each declares its effect; none makes data anonymous.

Adding an operator is adding one file here: a module whose name does not start with ``_`` and which
defines one subclass of :class:`Operator`. Other packages add theirs through the entry-point group
``privacy_audit.operators``.
"""

from __future__ import annotations

import abc
import importlib
import importlib.metadata
import inspect
import pkgutil
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from privacy_audit.errors import UsageError
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.types import Detection, Effect, Record

__all__ = ["ENTRY_POINT_GROUP", "Operator", "all_operators"]

ENTRY_POINT_GROUP = "privacy_audit.operators"


class Operator(abc.ABC):
    """Treats the places that a scanner found in one record."""

    name: ClassVar[str]
    """Unique, the same as the module's name: ``image_solid``."""
    summary: ClassVar[str]
    effect: ClassVar[Effect]
    accepts: ClassVar[tuple[type, ...]]
    """Record classes this operator treats."""
    treats: ClassVar[tuple[type, ...]]
    """Location classes it treats: only detections with one of them are handed to it."""
    unconditional: ClassVar[bool] = False
    """True when it is applied to every record of its kind, found or not: metadata are always stripped."""

    keeps_length: bool = True
    """False when a recording comes out shorter: the times of its transcripts then move too."""

    consistent: ClassVar[bool] = False
    """True when one value becomes the same everywhere in a run: a run that goes on then needs the same key."""
    needs_kept_key: ClassVar[bool] = False
    """True when what it does is of use only with a key that outlives the run (``--key-file``)."""
    attacks: ClassVar[tuple[str, ...]] = ()
    """How it is undone or got round, in sentences. What ISO/IEC 20889 calls it stands in ``legal/techniques.toml``."""

    def __init__(self, *, only: Sequence[str] | None = None, **options: Any) -> None:
        """``options`` come from the recipe, under ``operators:``. An unknown one raises TypeError.

        ``only``: entity types that it treats; all else is left to the operators after it.
        """
        if options:
            raise TypeError(f"{self.name} takes no option {sorted(options)[0]!r}")
        if only is not None and (isinstance(only, str) or not all(isinstance(kind, str) for kind in only) or not only):
            raise ValueError(f"only: got {only!r}, expected a list of entity types such as PERSON")
        self._only = None if only is None else frozenset(only)
        self.pseudonyms = Pseudonyms.drawn()
        """What keyed operators draw from; a toolbox puts that of its run here."""

    def wants(self, detection: Detection) -> bool:
        """Whether it treats this place of a record it accepts."""
        return isinstance(detection.location, self.treats) and (
            self._only is None or detection.entity_type in self._only
        )

    @abc.abstractmethod
    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new record of the same class, treated at every location given; the old one stays as it was.

        Overlapping, nested and zero-width locations are allowed. Nothing outside them (and a stated
        margin) changes.
        """

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The settings in force, as text, for the manifest of operations."""
        return ()


@cache
def all_operators() -> dict[str, type[Operator]]:
    """Every operator installed, by name. Raises UsageError when two claim one name."""
    found: dict[str, type[Operator]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        if not module_info.name.startswith("_"):
            module = importlib.import_module(f"{__name__}.{module_info.name}")
            for _, member in inspect.getmembers(module, inspect.isclass):
                if issubclass(member, Operator) and member.__module__ == module.__name__:
                    _register(found, member)
    for entry_point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        _register(found, entry_point.load())
    return found


def _register(found: dict[str, type[Operator]], operator: type[Operator]) -> None:
    taken = found.setdefault(operator.name, operator)
    if taken is not operator:
        raise UsageError(
            f"two operators are called {operator.name!r}: {taken.__module__} and {operator.__module__}; rename one"
        )
