"""Whether a question bears on the clinic's treatment at all, by its words alone."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from bot.safety.lexicon import all_terms
from bot.safety.reading import Reader, Reading
from bot.safety.terms import Terms
from bot.yaml_files import read_yaml

_MEDICAL, _OURS = "medical", "ours"
_ENDINGS = ("ies", "es", "s", "ing", "ed", "ly", "e")
_SHORTEST_ROOT = 3


class Bearing:
    """Knows the words of medicine, those that may stand for the treatment, and those of our examples."""

    def __init__(
        self, reader: Reader, *, medical: Sequence[str], ours: Sequence[str], examples: Collection[str]
    ) -> None:
        self._reader = reader
        self._terms = Terms(reader, {_MEDICAL: medical, _OURS: ours})
        self._known = frozenset(root for text in examples for root in self._roots(reader.read(text)))

    @classmethod
    def load(cls, folder: Path, examples: Collection[str]) -> "Bearing":
        """Read the lexicons in `folder` (data/safety), and the words of `examples`, which are questions of ours.

        Raises OSError or yaml.YAMLError where they cannot be read.
        """
        conditions, medicines = read_yaml(folder / "conditions.yml"), read_yaml(folder / "medicines.yml")
        symptoms, body = read_yaml(folder / "symptoms.yml"), read_yaml(folder / "body.yml")
        named = {"parts": body["parts"], "symptoms": all_terms(symptoms, but="weak")}
        medical = [*all_terms(conditions), *all_terms(medicines, but="words"), *all_terms(named)]
        # Nothing is repaired here: a slip in a word of ours must not make the message another's.
        reader = Reader.load(folder, vocabulary=())
        return cls(reader, medical=medical, ours=all_terms(read_yaml(folder / "treatment.yml")), examples=examples)

    def is_elsewhere(self, text: str) -> bool:
        """Whether nothing may stand for the treatment, and an illness is named, or what no example names."""
        reading = self._reader.read(text)
        found = self._terms.find(reading)
        return _OURS not in found and (_MEDICAL in found or not self._known.issuperset(self._roots(reading)))

    def _roots(self, reading: Reading) -> Iterator[str]:
        return (_root(word.plain) for word in reading.words if word.plain.isalpha())


def _root(word: str) -> str:
    """A word without its ending: enough to know "hurting" by "hurts"."""
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST_ROOT), "")
    return word.removesuffix(ending)
