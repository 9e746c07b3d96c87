"""What ``check`` and ``baseline`` share: the repository around, its baseline, the key, the cache."""

from __future__ import annotations

import os

from privacy_audit.baseline import FILE_NAME, KEY_SETTING, Baseline, BaselineKey
from privacy_audit.errors import UsageError
from privacy_audit.fingerprint import KEY_VARIABLE
from privacy_audit.legal.strings import Language, check_strings
from privacy_audit.pipeline.check_cache import CheckCache
from privacy_audit.pipeline.checking import Checker
from privacy_audit.recipe import Recipe
from privacy_audit.sources.git import Blobs, Repository

__all__ = ["checker_for", "kept_baseline", "key_for", "no_key", "work_tree_baseline"]


def no_key(language: Language = "en") -> str:
    """What to do where there is a baseline and not its key."""
    return check_strings(language)("no_key", file=FILE_NAME, setting=KEY_SETTING, variable=KEY_VARIABLE)


def work_tree_baseline(repository: Repository | None) -> Baseline | None:
    """The baseline as it lies in the work tree. Raises UsageError when it cannot be read as one."""
    if repository is None:
        return None
    try:
        return Baseline.parse((repository.top / FILE_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{FILE_NAME}: cannot be read ({type(error).__name__})") from None


def kept_baseline(blobs: Blobs, revision: str) -> Baseline | None:
    """The baseline as the index (``revision`` empty) or a commit holds it. Raises UsageError as above."""
    blocks = blobs.read(f"{revision}:{FILE_NAME}")
    if blocks is None:
        return None
    try:
        return Baseline.parse(b"".join(blocks).decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageError(f"{FILE_NAME}: cannot be read (not UTF-8)") from None


def key_for(repository: Repository, baseline: Baseline | None = None) -> BaselineKey | None:
    """From the environment or git's configuration: the one the baseline was made with, where there are two."""
    values = [os.environ.get(KEY_VARIABLE), repository.setting(KEY_SETTING)]
    keys = [BaselineKey(value) for value in values if value]
    fitting = [key for key in keys if baseline is not None and key.check == baseline.key_check]
    return next(iter([*fitting, *keys]), None)


def checker_for(recipe: Recipe, repository: Repository | None, baseline: Baseline | None, cached: bool) -> Checker:
    """A checker with the key and the cache that belong to the repository. Raises UsageError: another key."""
    key = key_for(repository, baseline) if repository and baseline else None
    cache = None
    if cached:
        settings = Checker.settings(recipe, key)
        own = repository.common / "privacy-audit" if repository else None
        cache = CheckCache(own, settings) if own else CheckCache.of_user(settings)
    return Checker(recipe, baseline=baseline, key=key, cache=cache)
