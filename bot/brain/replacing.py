"""Put a part of ours in the place of one of Rasa's, where Rasa offers no setting for it."""

from __future__ import annotations


def replace(owner: object, name: str, ours: object) -> None:
    """From here on, `owner` (a class, an object or a module of Rasa's) uses ours under this name.

    Raises:
        AttributeError: Rasa has no such part any more, so ours would never be used.
    """
    getattr(owner, name)
    setattr(owner, name, ours)
