"""Read a message into plain lower-case words, each remembering the words that the patient typed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bot.safety.lexicon import read_words
from bot.safety.spelling import Speller
from bot.safety.text import normalise
from bot.yaml_files import read_yaml

NUMBER = "<n>"
YEAR = "<year>"
_UNITS = "two three four five six seven eight nine ten"
_TEENS = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety hundred"
# "one" is left out: it is more often a pronoun.
NUMBER_WORDS: Mapping[str, float] = {
    **{word: float(value) for value, word in enumerate(f"{_UNITS} {_TEENS}".split(), start=2)},
    **{word: float(value) for value, word in zip(range(20, 101, 10), _TENS.split(), strict=True)},
}
_POSSESSIVE = frozenset({"'s", "'"})
# Behind these words "'s" (or what is left of "whats") is "is"; behind others it is as often whose.
_IS = frozenset({"'s", "s"})
_BEFORE_IS = frozenset(["that", "this", "what", "there", "here", "who", "where", "how", "when", "everything", "life"])
# Words up to this length make up most of a message; that many the tokenizer can learn at the start.
_REMEMBERED = 6
_YEARS = range(1900, 2100)
_SENTENCE_ENDS = frozenset(".?!;\n")
_GLUED_POINT = re.compile(r"(?<=[a-z0-9])([.,;:!?()]+)(?=[a-z])|(?<=[a-z])([.,;:!?()]+)(?=[a-z0-9])")
_JOINED = re.compile(r"(?<=[a-z])[-/_~*+&|]+(?=[a-z])")
_DIGIT_LETTER = re.compile(r"(?<![a-z])(\d+)(?=[a-z])")
# Emoji and rows of marks: no rule reads them, and long ones are what spaCy's tokenizer is slowest at.
_SIGNS = re.compile(r"[^\w\s!-~]+|[^\w\s]{4,}")
_SPACED_LETTERS = re.compile(r"(?<![\w'])(?:[a-z'][ .\-_*]){3,}[a-z](?![\w'])")
_REAL_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PAIR = re.compile(r"(\d+)/\d+")
_Pieces = Sequence[tuple[str, str]]
_CLOCK_OR_DATE = re.compile(r"\d+(?:[-/:.]\d+)+")


@dataclass(frozen=True)
class Word:
    """One plain word, its place among what was typed, and the number that it stands for, if any.

    `upper` is the first number of a pair with a stroke between, as a blood pressure is written ("220/130").
    """

    plain: str
    place: int
    sentence: int
    number: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Reading:
    """A message as words, and as typed: in pieces, each with the space behind."""

    words: Sequence[Word]
    pieces: Sequence[str]

    def typed(self, start: int, end: int) -> str:
        """Return the patient's own words from one word up to another."""
        first, last = self.words[start].place, self.words[end - 1].place
        return " ".join("".join(self.pieces[first : last + 1]).split())


class Reader:
    """Turns text into a Reading. The tokenizer is spaCy's blank English: no statistics, no vectors."""

    def __init__(self, speller: Speller, numbers: Mapping[str, float], words: frozenset[str]) -> None:
        self.nlp = _tokenizer()
        self._speller = speller
        self._numbers = numbers
        self._language = words

    @classmethod
    def load(cls, folder: Path, vocabulary: Iterable[str]) -> "Reader":
        """Make a reader of English that repairs mistyped words towards a vocabulary."""
        english = read_words(folder / "words" / "english.txt")
        # Words of English beside another language, but mended to our spelling in English itself.
        british = read_words(folder / "words" / "british.txt")
        spelling = read_yaml(folder / "spelling.yml")
        words = set(vocabulary)
        speller = Speller((spelling["ours"], words), english, spelling["fixes"])
        reader = cls(speller, NUMBER_WORDS, english | british | words)
        reader.keep(words | {word for word in english if len(word) <= _REMEMBERED})
        return reader

    def beside(self, folder: Path, vocabulary: Iterable[str]) -> "Reader":
        """Make a reader of another language beside this one; it repairs no word that this language has."""
        language = read_words(folder / "words.txt")
        spelling = read_yaml(folder / "spelling.yml")
        words = frozenset(vocabulary)
        speller = Speller((spelling["ours"], words), self._language | language, spelling["fixes"])
        reader = Reader(speller, spelling["numbers"], language | words)
        reader.keep(language | words)
        return reader

    def fluency(self, reading: Reading) -> int:
        """Count the words of a message that are words of this reader's language."""
        return sum(word.plain in self._language for word in reading.words)

    def read(self, text: str) -> Reading:
        """Read a message in any state: disguised, shouted, mistyped, or empty."""
        pieces = _pieces("\n".join(self._spread(_folded(line)) for line in text.split("\n")))
        return Reading(list(self._words(pieces)), [piece for _, piece in pieces])

    def wording(self, text: str) -> tuple[str, ...]:
        """Read a wording of ours the way messages are read, so that the two compare; `<n>` is any number."""
        return tuple(word for part in text.split() for word in self._wording_part(part))

    def doc(self, words: Iterable[str]) -> Doc:
        """Return plain words as spaCy's matchers take them."""
        return Doc(self.nlp.vocab, words=list(words))

    def keep(self, words: Iterable[str]) -> None:
        """Let the tokenizer remember words of ours, so that most of a message is known to it."""
        self.nlp.make_doc(" ".join(words))

    def forgetting(self) -> AbstractContextManager[object]:
        """Within this, spaCy keeps no word of a patient's; its vocabulary would grow with each new one."""
        return self.nlp.memory_zone()

    def _wording_part(self, part: str) -> Sequence[str]:
        if part in {NUMBER, YEAR}:
            return (part,)
        if part.isascii() and part.isalpha():
            return (NUMBER,) if part in self._numbers else self._speller.words(part)
        return [word.plain for word in self.read(part).words]

    def _spread(self, text: str) -> str:
        """Put "c h e s t p a i n" together again, and part what is written without spaces."""
        together = _SPACED_LETTERS.sub(self._together, _SIGNS.sub(_as_stop, text))
        parted = _JOINED.sub(" ", _GLUED_POINT.sub(r" \g<0> ", together))
        return _DIGIT_LETTER.sub(r"\1 ", parted)

    def _together(self, found: re.Match[str]) -> str:
        letters = re.sub(r"[^a-z]", "", found[0])
        return " ".join(self._speller.parts(letters) or [found[0]])

    def _words(self, pieces: _Pieces) -> Iterator[Word]:
        sentence = 0
        for place, (typed, shown) in enumerate(pieces):
            is_verb = typed in _IS and place > 0 and pieces[place - 1][0] in _BEFORE_IS
            for plain in ("is",) if is_verb else self._plain(typed):
                yield Word(plain, place, sentence, self._value(typed), _upper(typed))
            sentence += not _SENTENCE_ENDS.isdisjoint(shown)

    def _plain(self, typed: str) -> Sequence[str]:
        if not typed or typed in _POSSESSIVE:
            return ()
        if not typed[0].isalpha():
            number = _number_form(typed)
            return (number,) if number else self._speller.words(typed)
        return (NUMBER,) if typed in self._numbers else self._speller.words(typed)

    def _value(self, typed: str) -> float | None:
        return _written_number(typed) if typed[:1].isdigit() else self._numbers.get(typed)


@cache
def _tokenizer() -> Language:
    """Return the one tokenizer of all readers: what it remembers of their words is the larger part of it."""
    nlp = spacy.blank("en")
    # Does a word look like a URL, a number, a stop word …: worked out for each new word, and read by nobody here.
    getattr(nlp.vocab, "lex_attr_getters").clear()  # noqa: B009 (missing from spaCy's stub)
    return nlp


@lru_cache(maxsize=1)
def _pieces(text: str) -> _Pieces:
    """Take a text apart: each word as typed, and with the space behind.

    Several readers read each message, one after the other; the last message is kept until the next.
    """
    nlp = _tokenizer()
    with nlp.memory_zone():
        return [(token.text.strip(), token.text_with_ws) for token in nlp.make_doc(text)]


def _folded(text: str) -> str:
    """Return the normalised text in small letters without accents ("Raynaud’s", "café")."""
    plain = normalise(text).lower()
    if plain.isascii():
        return plain
    parted = unicodedata.normalize("NFD", plain)
    return "".join(character for character in parted if unicodedata.category(character) != "Mn")


def _as_stop(signs: re.Match[str]) -> str:
    """Return a full stop for signs that end a sentence ("?!?!?!"), a space for others."""
    return " . " if not _SENTENCE_ENDS.isdisjoint(signs[0]) else " "


def _number_form(typed: str) -> str | None:
    if _CLOCK_OR_DATE.fullmatch(typed) and not _REAL_NUMBER.fullmatch(typed):
        return NUMBER
    value = _written_number(typed)
    if value is None:
        return None
    return YEAR if value in _YEARS and len(typed) == len("2000") else NUMBER


def _upper(typed: str) -> float | None:
    pair = _PAIR.fullmatch(typed) if typed.isascii() else None
    return float(pair[1]) if pair else None


def _written_number(typed: str) -> float | None:
    if typed.isascii() and _REAL_NUMBER.fullmatch(typed):
        return float(typed.replace(",", "."))
    return None
