"""One plain form of what a patient typed, so that no look-alike or hidden letter changes what is understood.

The look-alike letters come from Unicode's security table (UTS #39), as the package confusable-homoglyphs carries it,
with a few that it only lists for other letters. A message in another script stays what it is: letters are replaced
only inside words that mix scripts, or in whole words that read as Latin in a message that is otherwise Latin.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from confusable_homoglyphs import confusables

# Look-alikes in running text that the table leaves out or lists for a small capital.
_MORE_LOOKALIKES = {
    "к": "k",
    "т": "t",
    "м": "m",
    "в": "b",
    "н": "h",
    "З": "3",
    "з": "3",
    "п": "n",
    "г": "r",
    "и": "u",
    "κ": "k",
    "τ": "t",
    "η": "n",
    "ω": "w",
    "ε": "e",
    "β": "b",
    "ς": "s",
    "χ": "x",
    "μ": "u",
    "ո": "n",
    "ս": "u",
    "օ": "o",
    "հ": "h",
    "ց": "g",
}
# Convincing only beside real Latin letters; alone they are what makes a Russian or Greek word recognisable.
_ONLY_BESIDE_LATIN = frozenset("ктмвнЗзпгиκτηωεβςχμ")

# Upright bars that the table does not list for "l"; `_bars` has the others.
_MORE_BARS = frozenset("ӏᏆ")
# Before these a bar at the head of a word is an "l": English words go on with a vowel after "l", with a consonant
# after "i". The one common word that does not is iodine.
_AFTER_L = re.compile(r"(?!odi)[aeiouy]", re.IGNORECASE)

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSTORABLE = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff{_BIDI}]")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_LETTERS = re.compile(r"[^\W\d_]+", re.UNICODE)
_SPACES = re.compile(r"\s+")
_WIDE_SPACES = re.compile(r" {2,}")
_SPACED_OUT = re.compile(r"(?=(?: *\S){6}) *[^\W\d_](?: \S)+(?: {2,}\S(?: \S)*)+ *")
_PLAIN_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u0060\u00b4\u02b9\u2035\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
        "\u2026": "...",
        "\u061f": "?",
        "\u037e": ";",
    }
)
_BAR = "|"  # stands for a bar while a word is read; it is no letter, so no word holds one
_PAIR_OF_BARS = re.compile(r"(?<=[^|])\|\|(?=[^|])")  # no English word has two "i" in its middle
# More rounds than any text needs to settle; a bound, so that nothing can loop for ever.
_ROUNDS = 6


def clean(text: str) -> str:
    """Return the words as typed, without what no database or page should hold: NUL, lone surrogates, bidi controls."""
    return _UNSTORABLE.sub("", text)


def normalise(text: str) -> str:
    """Return the plain form that rules and models read; normalising twice changes nothing more."""
    for _ in range(_ROUNDS):
        plain = _normalise_once(text)
        if plain == text:
            break
        text = plain
    return text


def has_lookalikes(text: str) -> bool:
    """Say whether letters of another script stand in for Latin ones: a sign of disguise, or of a pasted text."""
    visible = _compatible(_without_hidden(text))
    return _without_lookalikes(visible) != visible


def _normalise_once(text: str) -> str:
    visible = _with_letters_joined(_without_stacked_marks(_compatible(_without_hidden(text))))
    return _SPACES.sub(" ", _without_lookalikes(visible)).strip()


def _with_letters_joined(text: str) -> str:
    """Join a message that is spaced out as a whole, with wider spaces between its words: "H O W   L O N G"."""
    if not _SPACED_OUT.fullmatch(text):
        return text
    return " ".join(word.replace(" ", "") for word in _WIDE_SPACES.split(text.strip()))


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_PLAIN_PUNCTUATION)).translate(_PLAIN_PUNCTUATION)


def _without_hidden(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    hidden = character in _BLANK_LETTERS or unicodedata.category(character) in _HIDDEN_CATEGORIES
    return "" if hidden else character


def _without_stacked_marks(text: str) -> str:
    """Drop marks that NFKC could not join to a Latin letter: struck-through and "zalgo" text."""
    if text.isascii():
        return text
    kept: list[str] = []
    for character in text:
        if not (_is_mark(character) and kept and _is_latin(kept[-1])):
            kept.append(character)
    return "".join(kept)


def _without_lookalikes(text: str) -> str:
    if text.isascii():
        return text
    foreign_words_are_disguised = _reads_as_latin(text)
    return _LETTERS.sub(lambda found: _plain_word(found[0], everywhere=foreign_words_are_disguised), text)


def _reads_as_latin(text: str) -> bool:
    """Tell a Latin message with disguised words from one in another language that quotes a Latin name."""
    words = [word for word in _LETTERS.findall(text) if not word.isascii()]
    foreign = [word for word in words if not any(map(_is_latin, word))]
    if any(not _is_all_lookalikes(word) for word in foreign):
        return False
    return any(map(_is_latin, text)) or _mixes_foreign_scripts(foreign)


def _mixes_foreign_scripts(words: list[str]) -> bool:
    return any(len({_script(letter) for letter in word}) > 1 for word in words)


def _plain_word(word: str, *, everywhere: bool) -> str:
    if word.isascii():
        return word
    if any(map(_is_latin, word)) or (everywhere and _is_all_lookalikes(word)):
        table, bars = _lookalikes(), _bars()
        return _with_bars_read("".join(_BAR if letter in bars else table.get(letter, letter) for letter in word))
    return word


def _with_bars_read(word: str) -> str:
    """Read each bar as its neighbours ask: "I" alone, among capitals and before a consonant, else "l".

    >>> [_with_bars_read(word) for word in ("|", "|t", "PA|N", "|upus", "hospita|")]
    ['I', 'It', 'PAIN', 'lupus', 'hospital']
    """
    if not any(map(str.islower, word)):
        return _PAIR_OF_BARS.sub("LL", word).replace(_BAR, "I")
    if word.startswith(_BAR) and not _AFTER_L.match(word, 1):
        word = f"I{word[1:]}"
    return word.replace(_BAR, "l")


def _is_all_lookalikes(word: str) -> bool:
    table = _lookalikes()
    return all((letter in table or letter in _MORE_BARS) and letter not in _ONLY_BESIDE_LATIN for letter in word)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and (letter.isascii() or _script(letter) == "LATIN")


def _script(letter: str) -> str:
    """Return the first word of a letter's Unicode name, which names its script."""
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def _lookalikes() -> Mapping[str, str]:
    """Map each single letter that looks like an ASCII letter to that letter."""
    table: dict[str, str] = {}
    for plain in map(chr, (*range(ord("a"), ord("z") + 1), *range(ord("A"), ord("Z") + 1))):
        for twin in confusables.confusables_data.get(plain, ()):
            _add_lookalike(table, twin["c"], plain)
    return {**table, **_small_capitals(), **_MORE_LOOKALIKES}


@cache
def _bars() -> frozenset[str]:
    """Return the letters that are one upright bar, which the table lists for "l": most of them are a capital I."""
    listed = {
        letter for letter, plain in _lookalikes().items() if plain == "l" and unicodedata.category(letter) != "Ll"
    }
    return _MORE_BARS | listed


def _small_capitals() -> dict[str, str]:
    """Map the phonetic small capitals, which NFKC keeps, to the letters that they draw."""
    phonetic = map(chr, (*range(0x250, 0x2B0), *range(0x1D00, 0x1D30), 0xA730, 0xA731))
    names = ((letter, unicodedata.name(letter).split()) for letter in phonetic)
    return {
        letter: name[-1].lower() for letter, name in names if name[-3:-1] == ["SMALL", "CAPITAL"] and len(name[-1]) == 1
    }


def _add_lookalike(table: dict[str, str], twin: str, plain: str) -> None:
    if len(twin) == 1 and twin.isalpha() and not twin.isascii():
        table.setdefault(twin, plain)
