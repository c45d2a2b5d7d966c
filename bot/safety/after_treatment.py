"""Tell that a patient had a treatment and that something followed, so that a report can be offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.safety.context import ContextRules, Surroundings
from bot.safety.lexicon import words_in
from bot.safety.reading import Reader, Reading
from bot.safety.spans import Found, Span
from bot.safety.terms import Terms, with_plural
from bot.safety.wordings import Wordings
from bot.yaml_files import read_yaml


@dataclass(frozen=True)
class AfterTreatmentResult:
    """The words that tell of the treatment and of what followed; empty where a message does not tell of both."""

    because: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether the message tells of a treatment and of what followed."""
        return bool(self.because)


class AfterTreatment:
    """Checks messages for what followed a patient's own treatment. It offers a form: no emergency is decided here."""

    def __init__(
        self, reader: Reader, rules: Mapping[str, Any], symptoms: Sequence[str], context: Mapping[str, Any]
    ) -> None:
        self._reader = reader
        self._wordings = Wordings(reader, rules["concepts"])
        self._symptoms = Terms(reader, {"symptom": symptoms})
        self._reach = int(rules["purpose_reach"])
        self._context = ContextRules(reader, context)

    @classmethod
    def load(cls, folder: Path) -> "AfterTreatment":
        """Read the rules in `folder` (data/safety); raises OSError or yaml.YAMLError where they cannot be read."""
        rules, lists = read_yaml(folder / "after_treatment.yml"), read_yaml(folder / "symptoms.yml")
        symptoms = [name for names in lists.values() for name in names]
        vocabulary = {word for patterns in rules["concepts"].values() for word in words_in(patterns)}
        vocabulary |= set(words_in(form for term in symptoms for form in with_plural(term)))
        return cls(Reader.load(folder, vocabulary), rules, symptoms, read_yaml(folder / "context.yml"))

    def check(self, text: str) -> AfterTreatmentResult:
        """Say whether a message tells of the patient's own treatment and of what followed, with the words that do."""
        reading = self._reader.read(text)
        found = self._wordings.find(reading)
        treatments = self._own_treatments(reading, found)
        effects = self._effects(reading, found) if treatments else []
        if not effects:
            return AfterTreatmentResult()
        spans = sorted({treatments[0], *effects}, key=lambda span: (span.start, span.end))
        return AfterTreatmentResult(tuple(dict.fromkeys(reading.typed(span.start, span.end) for span in spans)))

    def _own_treatments(self, reading: Reading, found: Found) -> list[Span]:
        """Those behind the patient: none in a sentence that speaks of what lies ahead."""
        ahead = {reading.words[span.start].sentence for span in found.get("ahead", ())}
        return [span for span in found.get("had", ()) if reading.words[span.start].sentence not in ahead]

    def _effects(self, reading: Reading, found: Found) -> list[Span]:
        """What is neither denied, nor asked about, nor what the treatment was for, nor somebody else's."""
        around = self._context.read(reading)
        spans = [*found.get("effect", ()), *self._symptoms.find(reading).get("symptom", ())]
        kept = [span for span in spans if self._follows(span, reading, found, around)]
        return [span for span in kept if not any(other.holds(span) and other != span for other in kept)]

    def _follows(self, span: Span, reading: Reading, found: Found, around: Surroundings) -> bool:
        sentence = reading.words[span.start].sentence
        elsewhere = (*found.get("ahead", ()), *found.get("other", ()))
        if any(reading.words[other.start].sentence == sentence for other in elsewhere):
            return False
        is_purpose = any(0 <= span.start - cue.end < self._reach for cue in found.get("purpose", ()))
        return not is_purpose and not around.is_denied(span)
