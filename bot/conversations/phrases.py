"""The assistant's fixed words, read from data/ and filled in with the clinic's facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from string import Template

from bot.data_files import read_data
from bot.errors import BrokenDataFileError
from bot.settings import ROOT, Settings

PHRASES = ROOT / "data" / "replies" / "en.yml"
JURISDICTIONS = ROOT / "data" / "jurisdictions.yml"
TOLD = frozenset({"reference", "reply_expected", "weekday", "month", "day", "time"})
"""What is told of one handoff or moment; all else that a text may name is a fact of the clinic."""


class Phrases:
    """Fixed texts by name; a text that lacks a fact fails when it is loaded, not before a patient."""

    def __init__(self, settings: Settings, path: Path = PHRASES) -> None:
        self._facts = clinic_facts(settings)
        loaded = read_data(path)
        self._buttons: Mapping[str, str] = loaded.pop("buttons")
        self._calendar: Mapping[str, Sequence[str]] = loaded.pop("calendar", {})
        self._texts = {name: Template(text.strip()) for name, text in loaded.items()}
        self._check(path)
        self.regulatory_status = _regulatory_status(settings.jurisdiction)

    def say(self, name: str, *, reference: str = "", **told: str) -> str:
        """The text called `name`; `told` is what it says of one moment (see `TOLD`)."""
        return self._texts[name].substitute(self._facts, reference=reference, **told)

    def moment(self, at: datetime) -> dict[str, str]:
        """A moment in words, as texts name it; its own zone counts."""
        half = self._calendar["halves_of_day"][at.hour // 12]
        return {
            "weekday": self._calendar["weekdays"][at.weekday()],
            "month": self._calendar["months"][at.month - 1],
            "day": str(at.day),
            "time": f"{at.hour % 12 or 12}:{at.minute:02d} {half}",
        }

    def has(self, name: str) -> bool:
        """Whether there is a text called `name`."""
        return name in self._texts

    def has_button(self, choice_id: str) -> bool:
        """Whether there is a fixed button of this id."""
        return choice_id in self._buttons

    def button(self, choice_id: str) -> str:
        """The label of a fixed button."""
        return self._buttons[choice_id]

    def _check(self, path: Path) -> None:
        for name, template in self._texts.items():
            unknown = set(template.get_identifiers()) - {*self._facts, *TOLD}
            if unknown or not template.is_valid():
                raise BrokenDataFileError(path, f"{name} names unknown facts: {', '.join(sorted(unknown))}")


def clinic_facts(settings: Settings) -> dict[str, str]:
    """What a fixed text may say of the clinic."""
    return {
        "clinic_name": settings.clinic_name,
        "clinic_phone": settings.clinic_phone,
        "clinic_hours": settings.clinic_hours,
        "expected_reply": settings.expected_reply,
        "emergency_number": settings.emergency_number,
        "crisis_line": settings.crisis_line,
    }


def _regulatory_status(jurisdiction: str, path: Path = JURISDICTIONS) -> str:
    lines = read_data(path)
    if jurisdiction not in lines:
        raise BrokenDataFileError(path, f"there is no line for ASKWELL_JURISDICTION={jurisdiction}")
    return str(lines[jurisdiction]["status"])
