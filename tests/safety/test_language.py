"""Languages, keyboard mash and bare symbols."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.language import LanguageRules, is_only_symbols

OTHER_LANGUAGES = [
    ("hola", "es"),
    ("¿Cuánto cuesta la terapia con exosomas?", "es"),
    ("tengo dolor en la rodilla", "es"),
    ("necesito hablar con una persona por favor", "es"),
    ("no puedo respirar", "es"),
    ("Bonjour, quels sont les risques ?", "fr"),
    ("j'ai mal au genou", "fr"),
    ("je ne peux pas respirer", "fr"),
    ("combien ça coûte", "fr"),
    ("risques", "fr"),
    ("Was kostet die Behandlung?", "de"),
    ("ich habe Schmerzen im Knie", "de"),
    ("ist das gefährlich", "de"),
    ("Sprechen Sie Deutsch?", "de"),
    ("Quanto custa o tratamento?", "pt"),
    ("não consigo respirar", "pt"),
    ("olá, preciso de ajuda", "pt"),
    ("Сколько стоит лечение?", "ru"),
    ("у меня болит колено", "ru"),
    ("外泌体治疗安全吗", "zh"),
    ("هل العلاج بالإكسوسوم آمن؟", "ar"),
]

ENGLISH = [
    "what exactly are exosomes",
    "wat r exosoms",
    "is it saf",
    "how mcuh dose it cost",
    "no",
    "yes",
    "hi",
    "die",
    "ok thx",
    "does Dr. de la Cruz work there",
    "I live in Los Angeles",
    "Whаt аrе thе rіsks?",
    "crohns",
    "en route",
    "what does 'dolor' mean",
    "の",
    "12345",
    "🙂",
    "",
    "W H A T   A R E   T H E   R I S K S",
    "w h a t a r e t h e r i s k s",
]

MASH = [
    "asdf",
    "asdfghjkl",
    "qwerty",
    "sdkjfhskdjf",
    "hhhhhhhh",
    "zxcv zxcv",
    "fghjkl wertyu",
    "jkjkjkjk",
    "dhfjskah jdhfkas",
    "xzqwvbn",
]
WORDS = [
    "exosome",
    "prp",
    "mri",
    "thx",
    "pls",
    "hello",
    "strength",
    "rhythms",
    "what",
    "hgh",
    "plz help",
    "tgf-beta",
    "ехоsоmе",
    "колено",
    "hola",
    "2015",
    "",
]


@pytest.mark.parametrize(("text", "code"), OTHER_LANGUAGES)
def test_a_language_is_recognised(languages: LanguageRules, text: str, code: str) -> None:
    assert languages.language(text) == code
    assert not languages.is_nonsense(text)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_and_fragments_are_no_other_language(languages: LanguageRules, text: str) -> None:
    assert languages.language(text) is None


@pytest.mark.parametrize("text", MASH)
def test_keyboard_mash_is_nonsense(languages: LanguageRules, text: str) -> None:
    assert languages.is_nonsense(text)


@pytest.mark.parametrize("text", WORDS)
def test_words_are_not_nonsense(languages: LanguageRules, text: str) -> None:
    assert not languages.is_nonsense(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("🙂", True), ("?!…", True), ("", True), ("\u200b", True), ("ok", False), ("5", False), ("外", False)],
)
def test_only_symbols(text: str, expected: bool) -> None:
    assert is_only_symbols(text) is expected


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_looked_at(languages: LanguageRules, text: str) -> None:
    assert languages.language(text) in {None, "es", "fr", "de", "pt", "ru", "zh", "ar"}
    assert languages.is_nonsense(text) in {True, False}
    assert is_only_symbols(text) in {True, False}
