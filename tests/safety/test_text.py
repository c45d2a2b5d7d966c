"""Normalising: what patients and attackers type → the plain words, and other languages left as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.text import clean, has_lookalikes, normalise

PLAIN = [
    ("thеrарy оf tissuеs", "therapy of tissues"),
    ("Whаt аrе thе rіsks?", "What are the risks?"),
    ("Is іt sаfе fоr mе", "Is it safe for me"),
    ("ехоsоmе", "exosome"),
    ("ｅｘｏｓｏｍｅ", "exosome"),
    ("𝐞𝐱𝐨𝐬𝐨𝐦𝐞", "exosome"),
    ("ⓔⓧⓞⓢⓞⓜⓔ", "exosome"),
    ("ᴇxᴏsome", "exosome"),
    ("exo\u200bsome", "exosome"),
    ("exo\u00adsome", "exosome"),
    ("exo\u2060some\ufeff", "exosome"),
    ("\u202eexosome\u202c", "exosome"),
    ("e\u0336x\u0336o\u0336some", "exosome"),
    ("exo\x00some\x1b", "exosome"),
    ("exo\ud800some", "exosome"),
    ("it’s “fine”…", 'it\'s "fine"...'),
    ("a\u00a0b\t\n  c", "a b c"),
    ("long–term — yes", "long-term - yes"),
    ("ﬁne", "fine"),
    ("  ", ""),
    ("", ""),
    ("αrthritis", "arthritis"),
    ("ρain", "pain"),
]

# One upright bar can be a capital I or a small l: its neighbours say which.
GREEK, UKRAINIAN, PALOCHKA, SMALL_PALOCHKA, LISU, COPTIC, CHEROKEE = "ΙІӀӏꓲⲒᏆ"
BARS = (GREEK, UKRAINIAN, PALOCHKA, SMALL_PALOCHKA, LISU, COPTIC, CHEROKEE)
BAR_WORDS = [
    ("| had", "I had"),
    ("|'m ill", "I'm ill"),
    ("type | or ||", "type I or II"),
    ("|t hurts", "It hurts"),
    ("|s it safe", "Is it safe"),
    ("|nfection", "Infection"),
    ("|ll", "Ill"),
    ("|odine", "Iodine"),
    ("PA|N", "PAIN"),
    ("A||ERGY TO |V", "ALLERGY TO IV"),
    ("FACTOR V||", "FACTOR VII"),
    ("my |upus", "my lupus"),
    ("a |ump", "a lump"),
    ("|eukemia", "leukemia"),
    ("|ymph", "lymph"),
    ("|ong", "long"),
    ("hospita|", "hospital"),
    ("a|lergic", "allergic"),
]

UNTOUCHED = [
    "Можно ли мне делать это при беременности?",
    "Рак",
    "Здравствуйте, у меня болит колено",
    "Είναι ασφαλής η θεραπεία;".replace(";", "?"),
    "І що мені робити?",
    "Ірина має exosome",
    "外泌体安全吗?",
    "هل العلاج آمن?",
    "Привет, exosome",
    "what does рак лёгких mean",
    "¿Cuánto cuesta el tratamiento?",
    "Zoë's naïve café",
    "são seguros?",
    "50 mg/day (2×)",
    "👍",
]


@pytest.mark.parametrize(("typed", "plain"), PLAIN)
def test_disguised_words_become_plain(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@pytest.mark.parametrize("bar", BARS)
@pytest.mark.parametrize(("typed", "plain"), BAR_WORDS)
def test_a_bar_reads_as_its_neighbours_ask(typed: str, plain: str, bar: str) -> None:
    text = f"please: {typed.replace('|', bar)}"
    assert normalise(text) == f"please: {plain}"
    assert has_lookalikes(text)


@pytest.mark.parametrize(
    ("typed", "plain"), [("ⅼump", "lump"), ("Ⅰ had", "I had"), ("ℐ had", "I had"), ("ｌupus", "lupus")]
)
def test_a_letter_that_unicode_itself_calls_l_or_i_is_no_question(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@pytest.mark.parametrize("text", UNTOUCHED)
def test_other_languages_and_plain_text_stay(text: str) -> None:
    assert normalise(text) == text
    assert not has_lookalikes(text)


@pytest.mark.parametrize("text", ["thеrару", "ѕеll", "ехоsоmе thеrару", "раin rеliеf"])
def test_lookalikes_are_noticed(text: str) -> None:
    assert has_lookalikes(text)
    assert normalise(text).isascii()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("\u202ea\u2066b", "ab"),
        ("two\nlines\tand “quotes”", "two\nlines\tand “quotes”"),
        ("ехоsоmе", "ехоsоmе"),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
    ],
)
def test_cleaning_keeps_the_words_as_typed(typed: str, kept: str) -> None:
    assert clean(typed) == kept


ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)


@given(ANY_TEXT)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(ANY_TEXT)
def test_what_is_cleaned_can_be_stored(text: str) -> None:
    stored = clean(text)
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert "\x00" not in stored
    assert clean(stored) == stored


@given(ANY_TEXT)
def test_normalised_text_has_no_hidden_letters(text: str) -> None:
    plain = normalise(text)
    assert plain.strip() == plain
    assert not set("\x00\u200b\u200d\u202e\u2066\ufeff") & set(plain)
    plain.encode("utf-8")


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_ascii_keeps_its_words(text: str) -> None:
    assert normalise(text.replace("`", "'")).split() == text.replace("`", "'").split()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("W H A T   A R E   T H E   R I S K S ?", "WHAT ARE THE RISKS?"),
        ("h o w  l o n g", "how long"),
        ("I have   pain", "I have pain"),
        ("a b c", "a b c"),
        ("1 2  3 4", "1 2 3 4"),
    ],
)
def test_a_message_that_is_spaced_out_is_put_together_again(text: str, plain: str) -> None:
    assert normalise(text) == plain
