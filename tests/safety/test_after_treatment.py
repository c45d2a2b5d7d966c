"""What followed a patient's own treatment: message → the words that tell of it; beside them, messages that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.after_treatment import AfterTreatment
from bot.safety.red_flags import RedFlags
from tests.safety.conftest import FOLDER

TOLD = [
    ("I had exosomes last week and my knee is swollen", "swollen"),
    ("i had an exosome injection on monday, now my face is red and hot", "hot"),
    ("Since my treatment I have been dizzy", "dizzy"),
    ("after my injection my knee got stiff", "stiff"),
    ("I got stem cells in March. My hip hurts more than before.", "hurts"),
    ("They injected my knee two days ago and it burns", "burns"),
    ("I was injected with exosomes yesterday and I feel sick", "sick"),
    ("got a rash, i had prp on tuesday", "rash"),
    ("i had a exosome drip and got a headache", "headache"),
    ("My last session was two weeks ago and the swelling is still there", "swelling"),
    ("Ever since I had the treatment I've had headaches", "headaches"),
    ("I had my second infusion and had a reaction", "reaction"),
    ("ive had exosomes and something is wrong", "something is wrong"),
    ("I had exosomes and ended up in the hospital", "hospital"),
    ("i hаd exоsomes and my knee is swоllen", "swollen"),  # Cyrillic look-alikes
    ("I had exosones last week and my nee is swolen", "swolen"),
    # A relative's
    ("my husband got exosome injections and his knee is swollen", "swollen"),
    ("My mom had exosomes last week and now she feels sick", "sick"),
    ("my wife received a stem cell infusion, she has a rash", "rash"),
    ("my daughter had an exosome facial yesterday. Her face is red", "red"),
    ("since her injection my mother has been dizzy", "dizzy"),
    ("they injected my father and his hip hurts", "hurts"),
    ("I HAD EXOSOMES LAST WEEK!!! MY KNEE IS SWOLLEN", "swollen"),
]
NOT_TOLD = [
    # No treatment behind the patient
    "what happens after treatment?",
    "Is swelling normal after an exosome injection?",
    "will my knee be swollen after the injection?",
    "my knee is swollen, can I have exosomes?",
    "Can I have exosomes if I had a reaction to penicillin?",
    "what side effects should I expect after my treatment?",
    "If I had exosomes, would my knee hurt?",
    "I never had exosomes and my knee hurts",
    "before I had exosomes my knee was swollen",
    # Somebody else's
    "my friend had it and loved it",
    "My friend had exosomes and got an infection",
    "do people get headaches after their injection",
    # A relative's, before it, without it, or with nothing that followed
    "my husband's knee is swollen, should he get exosomes?",
    "can my wife have exosomes? Her knee is swollen",
    "before my mother had exosomes her knee was swollen",
    "if my husband had exosomes, would his knee hurt?",
    "my mother never had exosomes and her knee hurts",
    "my son had exosomes for his knee pain",
    "my mother had exosomes last week and she loved it",
    "my wife wants exosomes for her headaches",
    "my neighbor had exosomes and his knee is swollen",
    # Nothing followed
    "I had exosomes last week and I feel great",
    "I had exosomes last week. How long does it last?",
    "I had an exosome facial in May, when can I have another one?",
    "I had the injection and there is no swelling",
    # What the treatment was for
    "I had exosomes for my knee pain",
    "I had PRP two years ago for back pain, is this better?",
    "I had exosomes and it helped my knee pain",
    # Neither
    "",
    "hello",
    "exosomes",
]


@pytest.fixture(scope="module")
def rules() -> AfterTreatment:
    return AfterTreatment.load(FOLDER)


@pytest.mark.parametrize(("text", "telling"), TOLD)
def test_what_followed_a_treatment_is_found_with_its_words(rules: AfterTreatment, text: str, telling: str) -> None:
    found = rules.check(text)
    assert found
    assert any(telling in words.lower() for words in found.because), found.because


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_does_not_tell_of_both_is_left_alone(rules: AfterTreatment, text: str) -> None:
    assert not rules.check(text), rules.check(text).because


@given(st.text(max_size=300))
def test_any_text_is_read(rules: AfterTreatment, text: str) -> None:
    assert isinstance(rules.check(text).because, tuple)


def test_a_long_message_takes_no_long_time(rules: AfterTreatment) -> None:
    assert rules.check("I had exosomes and my knee is swollen. " * 50)


def test_an_emergency_of_a_relatives_comes_first(red_flags: RedFlags) -> None:
    found = red_flags.check("my mother had exosomes last week and now has a fever")
    assert (found.level, found.category) == ("clear", "fever_infection")
