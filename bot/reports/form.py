"""The form of a report: which fields there are, and what they are called in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.conversations.phrases import JURISDICTIONS, clinic_facts
from bot.data_files import filled_in, read_data
from bot.errors import (
    BrokenDataFileError,
    ReportFieldMissingError,
    ReportFieldTooLongError,
    ReportFieldUnknownError,
    ReportOptionUnknownError,
)
from bot.languages import best_language
from bot.safety.text import clean
from bot.settings import ROOT, Settings

FORM = ROOT / "data" / "reports"
SIGNS = ROOT / "data" / "safety" / "signs.yml"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Read):
    """One thing that a report asks for."""

    name: str
    kind: Literal["long", "line", "choice"]
    required: bool = False
    options: tuple[str, ...] = ()


class FieldWords(_Read):
    """What one field is called in one language."""

    label: str
    help: str = ""
    options: dict[str, str] = {}


class FormWords(_Read):
    """The form in one language, filled in with the clinic's facts."""

    title: str
    reference: str
    submitted: str
    regulator: str
    signs: str
    next_steps: str
    fields: dict[str, FieldWords]
    emergency_signs: tuple[str, ...] = ()

    def value(self, field: Field, given: str) -> str:
        """What was given for a field, as people read it."""
        return self.fields[field.name].options.get(given, given)


@dataclass(frozen=True, kw_only=True)
class Regulator:
    """Whom a patient can tell besides the clinic."""

    name: str
    how: str
    url: str
    phone: str | None


class ReportForm:
    """The fields of a report, checked and named."""

    def __init__(self, settings: Settings, folder: Path = FORM) -> None:
        self._facts = clinic_facts(settings)
        definition = read_data(folder / "fields.yml")
        self.most_characters = int(definition["most_characters"])
        self.settings: Sequence[str] = definition["settings"]
        self.fields = tuple(Field.model_validate(entry) for entry in definition["fields"])
        self._words = {path.stem: self._load(path) for path in folder.glob("*.yml") if path.stem != "fields"}
        self._regulator = _reporting(settings.jurisdiction)

    def words(self, language: str) -> FormWords:
        """The form in the language of a tag such as `es-MX`, or in English if it has not been translated."""
        return self._words[best_language(language, self._words)]

    def regulator(self, language: str) -> Regulator:
        """How to report to the regulator of the clinic's jurisdiction."""
        entry, how = self._regulator, self._regulator["how"]
        words = how[best_language(language, how)]
        return Regulator(name=entry["name"], how=words, url=entry["url"], phone=entry["phone"])

    def checked(self, given: Mapping[str, str]) -> dict[str, str]:
        """The fields that are filled in, as typed less what no database holds, in the form's order.

        Raises:
            ReportFieldUnknownError: The form has no such field.
            ReportFieldTooLongError: One holds more characters than it may.
            ReportOptionUnknownError: A choice is none of its options.
            ReportFieldMissingError: One that is needed is empty.
        """
        if given.keys() - {field.name for field in self.fields}:
            raise ReportFieldUnknownError
        filled = {field.name: self._checked(field, given.get(field.name, "")) for field in self.fields}
        return {name: text for name, text in filled.items() if text}

    def summary(self, filled: Mapping[str, str], language: str) -> str:
        """A report as plain text: its title, then what each field is called and what was given."""
        words = self.words(language)
        return "\n".join([words.title, "", *self.lines(filled, language)])

    def lines(self, filled: Mapping[str, str], language: str) -> list[str]:
        """One line for each field that is filled in; a long text may break into more."""
        words = self.words(language)
        given = [(field, filled[field.name]) for field in self.fields if field.name in filled]
        return [f"{words.fields[field.name].label.rstrip(':')} {words.value(field, text)}" for field, text in given]

    def texts(self, filled: Mapping[str, str]) -> Sequence[str]:
        """What was typed, without what was picked from options."""
        return [filled[field.name] for field in self.fields if field.kind != "choice" and field.name in filled]

    def _checked(self, field: Field, given: str) -> str:
        if len(given) > self.most_characters:
            raise ReportFieldTooLongError(field.name, self.most_characters)
        text = clean(given).strip() if field.kind == "long" else " ".join(clean(given).split())
        if field.required and not text:
            raise ReportFieldMissingError(field.name)
        if text and field.kind == "choice" and text not in field.options:
            raise ReportOptionUnknownError(field.name)
        return text

    def _load(self, path: Path) -> FormWords:
        """A form that lacks a word fails when it is loaded, not before a patient."""
        loaded = {**read_data(path), "emergency_signs": _signs(path.stem)}
        try:
            words = FormWords.model_validate(filled_in(loaded, self._facts))
        except (ValidationError, KeyError, ValueError) as error:
            raise BrokenDataFileError(path, f"{type(error).__name__}: {error}") from error
        for field in self.fields:
            if field.name not in words.fields or set(words.fields[field.name].options) != set(field.options):
                raise BrokenDataFileError(path, f"{field.name} or one of its options has no label")
        return words


def _signs(language: str) -> list[str]:
    return [str(sign[language]) for sign in read_data(SIGNS)]


def _reporting(jurisdiction: str) -> Mapping[str, Any]:
    entry = read_data(JURISDICTIONS).get(jurisdiction)
    if not entry or "reporting" not in entry:
        raise BrokenDataFileError(JURISDICTIONS, f"nothing says how to report for ASKWELL_JURISDICTION={jurisdiction}")
    reporting: Mapping[str, Any] = entry["reporting"]
    return reporting
