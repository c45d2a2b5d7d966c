"""Let Rasa start without the libraries that none of our components use.

Importing Rasa imports TensorFlow (for DIET and TED), the SDKs of ten chat services and the drivers of four databases:
some 340 MB and most of the start-up time, for classes that this project never makes. `install` puts empty modules in
their place: a name looked up in one gives a class that can be derived from or named in `except`, and that cannot be
made.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import MutableSequence, Sequence
from types import ModuleType
from typing import Any, NoReturn

UNUSED = frozenset(
    {
        # DIET, TED, ResponseSelector: the models that we replace
        "tensorflow",
        "tensorflow_addons",
        "tensorflow_hub",
        "tensorflow_text",
        "keras",
        # drawings of evaluation results
        "matplotlib",
        # chat services and voice channels
        "aiogram",
        "fbmessenger",
        "mattermostwrapper",
        "rocketchat_API",
        "slack_sdk",
        "twilio",
        "webexteamssdk",
        # trackers in MongoDB and DynamoDB, models in S3
        "boto3",
        "botocore",
        "bson",
        "pymongo",
    }
)


class UnusedLibraryError(ImportError):
    """Something wants to use a library that was left out."""


class _AbsentType(type):
    """The type of every name in an absent module; its attributes are absent too."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _absent(f"{cls.__name__}.{name}")


def _absent(name: str) -> type:
    return _AbsentType(name, (Exception,), {"__init__": _refuse})


def _refuse(self: object, *_: object, **__: object) -> NoReturn:
    raise UnusedLibraryError(f"{type(self).__name__} was left out of the brain (bot.brain.lean)")


class _AbsentModule(ModuleType):
    __path__: MutableSequence[str] = []  # noqa: RUF012 - what makes it a package

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _absent(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the unused libraries, as modules that hold nothing."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in UNUSED:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Leave the unused libraries out from here on; to be called before Rasa is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def loaded(name: str) -> bool:
    """Whether the real library of this name is loaded."""
    module: Any = sys.modules.get(name)
    return module is not None and not isinstance(module, _AbsentModule)
