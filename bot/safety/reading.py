"""Read a message into plain lower-case words, each remembering the words that the patient typed."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.safety.lexicon import read_words, read_yaml
from bot.safety.spelling import Speller
from bot.safety.text import normalise

NUMBER = "<n>"
YEAR = "<year>"
_POSSESSIVE = frozenset({"'s", "'"})
_YEARS = range(1900, 2100)
_SENTENCE_ENDS = frozenset(".?!;\n")
_GLUED_POINT = re.compile(r"(?<=[a-z0-9])([.,;:!?()]+)(?=[a-z])|(?<=[a-z])([.,;:!?()]+)(?=[a-z0-9])")
_JOINED = re.compile(r"(?<=[a-z])[-/_~*+&|]+(?=[a-z])")
_DIGIT_LETTER = re.compile(r"(?<![a-z])(\d+)(?=[a-z])")
_SPACED_LETTERS = re.compile(r"(?<![\w'])(?:[a-z'][ .\-_*]){3,}[a-z](?![\w'])")
_REAL_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_CLOCK_OR_DATE = re.compile(r"\d+(?:[-/:.]\d+)+")


@dataclass(frozen=True)
class Word:
    """One plain word, the words as typed that it came from, and the number that it stands for, if any."""

    plain: str
    typed: str
    place: int
    sentence: int
    number: float | None = None


@dataclass(frozen=True)
class Reading:
    """A message as words; `doc` holds the same words for spaCy's matchers."""

    words: Sequence[Word]
    doc: Doc

    def typed(self, start: int, end: int) -> str:
        """Return the patient's own words from one place up to another."""
        typed: list[Word] = []
        for word in self.words[start:end]:
            if not typed or typed[-1].place != word.place:
                typed.append(word)
        return " ".join(word.typed for word in typed)


class Reader:
    """Turns text into a Reading. The tokenizer is spaCy's blank English: no statistics, no vectors, well under a millisecond."""

    def __init__(self, speller: Speller) -> None:
        self._nlp: Language = spacy.blank("en")
        self._speller = speller
        self._numbers = NUMBER_WORDS

    @classmethod
    def load(cls, folder: Path, vocabularies: Sequence[Sequence[str]]) -> "Reader":
        """Make a reader that repairs mistyped words towards the given wordings, the first list first."""
        english = read_words(folder / "words" / "english.txt")
        spelling = read_yaml(folder / "spelling.yml")
        words = [spelling["ours"], *({word for wording in wordings for word in wording.split()} for wordings in vocabularies)]
        return cls(Speller(words, english, spelling["fixes"]))

    def read(self, text: str) -> Reading:
        """Read a message in any state: disguised, shouted, mistyped, or empty."""
        words = list(self._words(self._spread(_folded(text))))
        return Reading(words, self.doc([word.plain for word in words]))

    @property
    def vocab(self) -> Vocab:
        """The vocabulary that the words' numbers belong to."""
        return self._nlp.vocab

    def wording(self, text: str) -> tuple[str, ...]:
        """Read one of our own wordings the way messages are read, so that the two compare; `<n>` stands for any number."""
        return tuple(word for part in text.split() for word in self._wording_part(part))

    def doc(self, words: Sequence[str]) -> Doc:
        """Return plain words as spaCy's matchers take them."""
        return Doc(self._nlp.vocab, words=list(words))

    def _wording_part(self, part: str) -> Sequence[str]:
        if part in {NUMBER, YEAR}:
            return (part,)
        if part.isascii() and part.isalpha():
            return (NUMBER,) if part in NUMBER_WORDS else self._speller.words(part)
        return [word.plain for word in self.read(part).words]

    def _spread(self, text: str) -> str:
        """Put "c h e s t p a i n" together again, and part what is written without spaces."""
        together = _SPACED_LETTERS.sub(self._together, text)
        parted = _JOINED.sub(" ", _GLUED_POINT.sub(r" \g<0> ", together))
        return _DIGIT_LETTER.sub(r"\1 ", parted)

    def _together(self, found: re.Match[str]) -> str:
        letters = re.sub(r"[^a-z]", "", found[0])
        return " ".join(self._speller.parts(letters) or [found[0]])

    def _words(self, text: str) -> Iterator[Word]:
        sentence = 0
        for place, token in enumerate(self._nlp.make_doc(text)):
            typed = token.text.strip()
            for plain in self._plain(typed):
                yield Word(plain, typed, place, sentence, _value(typed))
            sentence += not _SENTENCE_ENDS.isdisjoint(typed)

    def _plain(self, typed: str) -> Sequence[str]:
        if not typed or typed in _POSSESSIVE:
            return ()
        if not typed[0].isalpha():
            number = _number_form(typed)
            return (number,) if number else self._speller.words(typed)
        return (NUMBER,) if typed in self._numbers else self._speller.words(typed)


NUMBER_WORDS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
    "thirty forty fifty sixty seventy eighty ninety hundred thousand".split()
)


def _folded(text: str) -> str:
    """Return the normalised text in small letters without accents ("Raynaud’s", "café")."""
    plain = normalise(text).lower()
    if plain.isascii():
        return plain
    parted = unicodedata.normalize("NFD", plain)
    return "".join(character for character in parted if unicodedata.category(character) != "Mn")


def _number_form(typed: str) -> str | None:
    if _CLOCK_OR_DATE.fullmatch(typed) and not _REAL_NUMBER.fullmatch(typed):
        return NUMBER
    value = _value(typed)
    if value is None:
        return None
    return YEAR if value in _YEARS and len(typed) == len("2000") else NUMBER


def _value(typed: str) -> float | None:
    return float(typed.replace(",", ".")) if _REAL_NUMBER.fullmatch(typed) and typed.isascii() else None
