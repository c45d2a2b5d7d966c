"""References: what a patient can say on the phone, and how it is read back."""

from __future__ import annotations

import secrets

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is mistaken for another on the phone
LENGTH = 8
"""40 random bits, so that no two handoffs of a clinic meet."""


def new_reference() -> str:
    """A reference that nobody has."""
    return _grouped("".join(secrets.choice(LETTERS) for _ in range(LENGTH)))


def read_reference(typed: str) -> str:
    """A reference as it is stored, from how somebody wrote it down.

    >>> read_reference(" aw7k3q2x ")
    'AW7K-3Q2X'
    """
    return _grouped("".join(sign for sign in typed.upper() if sign in LETTERS))


def _grouped(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:]}"
