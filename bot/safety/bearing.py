"""Whether a question bears on the clinic's treatment at all, by its words alone."""

from collections.abc import Sequence
from pathlib import Path

from bot.safety.lexicon import all_terms
from bot.safety.reading import Reader
from bot.safety.terms import Terms
from bot.yaml_files import read_yaml

_MEDICAL, _OURS = "medical", "ours"


class Bearing:
    """Knows the words of medicine, and those that may stand for the treatment."""

    def __init__(self, reader: Reader, *, medical: Sequence[str], ours: Sequence[str]) -> None:
        self._reader = reader
        self._terms = Terms(reader, {_MEDICAL: medical, _OURS: ours})

    @classmethod
    def load(cls, folder: Path) -> "Bearing":
        """Read the lexicons in `folder` (data/safety).

        Raises OSError or yaml.YAMLError where they cannot be read.
        """
        conditions, medicines = read_yaml(folder / "conditions.yml"), read_yaml(folder / "medicines.yml")
        symptoms, body = read_yaml(folder / "symptoms.yml"), read_yaml(folder / "body.yml")
        named = {"parts": body["parts"], "symptoms": all_terms(symptoms, but="weak")}
        medical = [*all_terms(conditions), *all_terms(medicines, but="words"), *all_terms(named)]
        # Nothing is repaired here: a slip in a word of ours must not make the message another's.
        reader = Reader.load(folder, vocabulary=())
        return cls(reader, medical=medical, ours=all_terms(read_yaml(folder / "treatment.yml")))

    def is_elsewhere(self, text: str) -> bool:
        """Whether a message names something medical, and nothing that may stand for the treatment."""
        found = self._terms.find(self._reader.read(text))
        return _MEDICAL in found and _OURS not in found
