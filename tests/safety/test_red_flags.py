"""Red flags: message → level, category and a word that raised it; beside each kind, near misses."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.red_flags import RedFlags

# What is answered with the emergency text at once.
CLEAR = [
    # Breathing
    ("I can't breathe", "breathing", "breathe"),
    ("I CANNOT BREATHE PROPERLY", "breathing", "breathe"),
    ("I am not breathing well", "breathing", "not breathing well"),
    ("it's getting hard to breathe since the drip", "breathing", "hard to breathe"),
    ("my son has trouble breathing", "breathing", "trouble breathing"),
    ("shortness of breath after my exosome infusion", "breathing", "shortness of breath"),
    ("short of breath and shaky", "breathing", "short of breath"),
    ("she is gasping for air", "breathing", "gasping"),
    ("he stopped breathing", "breathing", "stopped breathing"),
    ("my lips are turning blue", "breathing", "lips"),
    ("wheezing since my injection this morning", "breathing", "wheezing"),
    ("struggling to breathe help", "breathing", "struggling to breathe"),
    ("difficulty in breathing since yesterday", "breathing", "difficulty in breathing"),
    ("I have asthma and I still can't catch my breath", "breathing", "breath"),
    ("could exosomes be why I can't breathe", "breathing", "breathe"),
    ("Ι can't breathe", "breathing", "breathe"),
    ("Ӏ am not breathing well", "breathing", "not breathing well"),
    # Throat, face, hives
    ("my throat is closing up", "allergic", "throat"),
    ("my throat feels tight after the shot", "allergic", "throat"),
    ("face swelling", "allergic", "swelling"),
    ("my tongue is swollen and itchy", "allergic", "tongue"),
    ("lips are swelling up", "allergic", "swelling"),
    ("swelling around both eyes and lips after the drip", "allergic", "eyes"),
    ("I have hives all over", "allergic", "hives"),
    ("really bad hives", "allergic", "hives"),
    ("got hives after my exosome shot", "allergic", "hives"),
    ("I'm covered in a rash, covered in hives", "allergic", "hives"),
    ("I think I'm having an allergic reaction", "allergic", "allergic reaction"),
    ("am I going into anaphylactic shock right now", "allergic", "anaphylactic shock"),
    ("my whole body is swelling", "allergic", "swelling"),
    # Chest
    ("chest pain", "chest_pain", "chest pain"),
    ("bare chest pain, dizzy", "chest_pain", "chest pain"),
    ("my chest hurts really bad", "chest_pain", "chest hurts"),
    ("there is a crushing pressure in my chest", "chest_pain", "pressure in my chest"),
    ("chest tightness since the infusion", "chest_pain", "chest tightness"),
    ("my chest feels tight", "chest_pain", "chest feels tight"),
    ("what could cause my chest pain", "chest_pain", "chest pain"),
    ("I think I'm having a heart attack", "chest_pain", "heart attack"),
    ("my heart is racing after the infusion", "chest_pain", "heart is racing"),
    # Fainting and seizures
    ("I passed out twice today", "seizure_syncope", "passed out"),
    ("my wife fainted after her treatment", "seizure_syncope", "fainted"),
    ("he is unconscious", "seizure_syncope", "unconscious"),
    ("she won't wake up", "seizure_syncope", "wake up"),
    ("I blacked out on the stairs", "seizure_syncope", "blacked out"),
    ("I feel faint since the shot an hour ago", "seizure_syncope", "faint"),
    ("my daughter is having a seizure", "seizure_syncope", "seizure"),
    ("he's convulsing", "seizure_syncope", "convulsing"),
    # Stroke
    ("my face is drooping on one side", "stroke_neuro", "drooping"),
    ("left arm is numb and weak", "stroke_neuro", "numb"),
    ("numbness on the right side of my body", "stroke_neuro", "right side"),
    ("sudden weakness in my leg, can't move my leg", "stroke_neuro", "weakness"),
    ("her speech is slurred", "stroke_neuro", "slurred"),
    ("I can't speak properly since this morning", "stroke_neuro", "speak"),
    ("he is suddenly confused", "stroke_neuro", "suddenly confused"),
    ("my cheek went numb", "stroke_neuro", "numb"),
    ("I think my husband is having a stroke", "stroke_neuro", "stroke"),
    ("my mother had a stroke an hour ago", "stroke_neuro", "stroke"),
    # Fever and infection
    ("I have a high fever", "fever_infection", "high fever"),
    ("fever of 103", "fever_infection", "fever"),
    ("my temperature is 39.5", "fever_infection", "temperature"),
    ("fever and chills after the exosome injection", "fever_infection", "fever"),
    ("chills since my treatment yesterday", "fever_infection", "chills"),
    ("pus is coming out where I got the injection", "fever_infection", "pus"),
    ("the redness around my injection is spreading", "fever_infection", "redness"),
    ("red streaks going up my arm", "fever_infection", "red streaks"),
    ("the injection site looks infected", "fever_infection", "infected"),
    # Headache, eyes
    ("terrible headache and a stiff neck", "headache_neck", "stiff neck"),
    ("worst headache of my life", "headache_neck", "worst headache"),
    ("I suddenly can't see", "vision_loss", "see"),
    ("I lost vision in my left eye", "vision_loss", "lost vision"),
    ("I went blind in one eye", "vision_loss", "blind"),
    # Bleeding
    ("I'm coughing up blood", "bleeding", "blood"),
    ("he is vomiting blood", "bleeding", "vomiting blood"),
    ("the bleeding won't stop", "bleeding", "stop"),
    ("heavy bleeding from where they injected me", "bleeding", "heavy bleeding"),
    ("I am losing a lot of blood", "bleeding", "blood"),
    ("I am 12 weeks pregnant and bleeding", "bleeding", "bleeding"),
    # Overdose, poison
    ("I took 30 pills", "overdose_poison", "pills"),
    ("my daughter swallowed a whole bottle of tylenol", "overdose_poison", "bottle of"),
    ("I swallowed twenty tablets", "overdose_poison", "tablets"),
    ("I overdosed on my meds", "overdose_poison", "overdosed"),
    ("my toddler drank bleach", "overdose_poison", "bleach"),
    ("I took too many sleeping pills", "overdose_poison", "too many"),
    # Self-harm
    ("I want to die", "self_harm", "want to die"),
    ("i wanna die", "self_harm", "wanna die"),
    ("I'm thinking about ending it", "self_harm", "ending it"),
    ("I want to end it all", "self_harm", "end it all"),
    ("tired of life", "self_harm", "tired of life"),
    ("I am going to kill myself", "self_harm", "kill myself"),
    ("is this a lethal dose", "self_harm", "lethal dose"),
    ("I don't want to live anymore", "self_harm", "live"),
    ("everyone would be better off without me", "self_harm", "better off without me"),
    ("there is no reason to live", "self_harm", "no reason to live"),
    # Other
    ("sudden swelling in my leg after my infusion", "swelling", "swelling"),
    ("I hit my head and now I keep vomiting", "head_injury", "head"),
]

# The same in the spelling of someone in a hurry.
MISTYPED = [
    ("cant breath", "breathing", "breath"),
    ("having brething problems right now", "breathing", "brething problems"),
    ("throught swelling", "allergic", "throught"),
    ("chest pian", "chest_pain", "pian"),
    ("chestpain", "chest_pain", "chestpain"),
    ("my dad had a siezure this morning", "seizure_syncope", "siezure"),
    ("I feel sucidal", "self_harm", "sucidal"),
]

# More of the many ways to say it.
ALSO_CLEAR = [
    "Hello, my son has been wheezing all night and can't get air into his lungs",
    "after taking the medicine my lips and tongue swelled up",
    "I noticed my mom's mouth is drooping and she talks funny",
    "Woke up with numbness in my right arm and leg",
    "have had crushing chest pain for an hour",
    "I'm feeling very dizzy and about to pass out after the IV",
    "my girlfriend took about 15 sleeping pills",
    "what happens if i take 40 tylenol",
    "there is blood when I cough",
    "my temperature has been 103 for two days after treatment",
    "there is swelling and pus at the needle site",
    "I feel like ending my life",
    "I dont see the point of living anymore",
    "dad is shaking and his eyes rolled back",
    "sudden blindness in left eye",
    "Been throwing up blood",
    "I have severe chest pressure and jaw pain",
    "my 2 year old swallowed a battery",
    "my throat is so swollen I can barely swallow",
    "Help my wife is unconscious",
    "heavy bleeding and I'm 20 weeks pregnant",
    "I feel confused and can't find my words since this morning",
    "red rash spreading from where they injected, with chills",
    "my heart stopped beating for a second and i collapsed",
    "neck stiffness, fever and bad headache",
    "I think I am dying, chest is so tight",
    "my husband just collapsed",
    "She can't talk and one side of her face dropped",
    "feels like something heavy on my chest",
    "my airway is closing",
    "tongue swelling help",
    "my eyes are swelling shut after exosome facial",
    "I'm having trouble swallowing and my throat is swelling",
    "hives everywhere and itching",
    "Broke out in hives 10 min after the IV",
    "i am shaking uncontrollably with fever after the shot",
    "104 fever",
    "my temp is 102.5 since the infusion",
    "injection site is red hot and spreading",
    "yellow pus from the injection spot",
    "there's a red line going up from the injection",
    "can't feel my left leg",
    "my legs went numb and I can't walk after spinal injection",
    "lost control of my bladder after the epidural exosome injection",
    "my vision went black in my right eye",
    "everything went blurry after eye injection",
    "I can't see out of my left eye after the injection",
    "bleeding won't stop from the site",
    "vomiting blood since last night",
    "nose bleeding for 2 hours won't stop",
    "I drank some bleach by accident",
    "my kid ate a bunch of my pills",
    "took double dose of warfarin",
    "I took a whole bottle of ibuprofen",
    "accidentally took 10 metformin",
    "thinking about killing myself",
    "life isnt worth living",
    "i dont wanna be here anymore",
    "nobody would miss me if i was gone",
    "I cut myself on purpose",
    "how many xanax would it take to die",
    "what is the easiest way to die",
    "I just want to go to sleep and never wake up",
    "I'm going to end my life tonight",
    "suicidal thoughts after treatment",
    "my heart is pounding and I feel like passing out",
    "heart beating so fast and can't breathe",
    "feel like I'm going to faint",
    "my mother is unresponsive after her IV",
    "he is not responding",
    "having a fit",
    "she is seizing",
    "sudden severe headache and vomiting",
    "worst headache ever",
    "headache, fever and stiff neck after injection in spine",
    "neck is stiff and i have fever",
    "severe abdominal pain and pregnant",
    "im 8 weeks pregnant and bleeding a lot",
    "baby is not moving",
    "my baby is not breathing",
    "chest hurts when i breathe",
    "pain in chest and left arm",
    "left arm pain and sweating",
    "sharp chest pains after iv exosomes",
    "tight chest & wheezing",
    "i feel like i cant get enough air",
    "breathing is getting harder",
    "respiratory distress",
    "gasping for breath",
    "choking",
    "throat feels like its closing",
    "lips swollen after treatment",
    "swollen face",
    "my face is puffed up like a balloon",
    "anaphylaxis",
    "having severe allergic reaction",
    "I used my epipen",
    "blood in my vomit",
    "coughing blood",
    "blood clots coming out when i cough",
    "fell and hit my head, now dizzy",
    "confused and slurring",
    "my dad suddenly can't move his right arm",
    "facial droop",
    "stroke symptoms",
    "i think my wife is having stroke",
    "blacking out",
    "fainting",
    "keep fainting since the infusion",
    "passed out twice",
    "Sepsis?",
    "call 911",
    "I need an ambulance",
    "my skin is turning black around the injection",
    "my leg is swollen and painful and im short of breath",
    "my throat hurts and swelling neck",
    "not able to breath properly",
    "breathless",
    "I feel suffocated",
    "cnat breathe",
    "i cannot breath",
    "trubble breathing",
    "dificulty breathing",
    "chest pane",
    "hart attack",
    "i took to many pills",
    "want to kil myself",
    "fevr 103 and chils",
    "unconcious",
    "face is swoolen",
    "nummb left side",
    "slured speech",
]

# Disguised: what an attacker, a phone keyboard or a pasted text does to the words.
DISGUISED = [
    "I саn't brеаthе",
    "c\u200bh\u200be\u200bs\u200bt p\u200ba\u200bi\u200bn",
    "ｃｈｅｓｔ ｐａｉｎ",
    "c h e s t p a i n",
    "c.h.e.s.t p.a.i.n",
    "𝓬𝓱𝓮𝓼𝓽 𝓹𝓪𝓲𝓷",
    "c̶h̶e̶s̶t̶ p̶a̶i̶n̶",
    "\u202eI can't breathe",
    "CHEST PAIN!!!!",
    "chesssst paaaain",
    "chest-pain",
    "chest_pain",
    "/chest pain",
    "ch\u00adest pa\u00adin",
    "I can’t breathe",
    "i cantbreathe",
    "brea\u2060the... can not breathe",
    "I can't br3athe",
    "ѕеіzurе right now",
    "🆘chest🙂pain🙂",
    "😵 I can't breathe 😵",
]

# A red-flag word that is denied, past, supposed or mild: a person looks at it soon.
POSSIBLE = [
    ("no fever after the injection", "fever_infection"),
    ("I don't have chest pain", "chest_pain"),
    ("she has no trouble breathing", "breathing"),
    ("I never fainted", "seizure_syncope"),
    ("I had a stroke in 2015", "stroke_neuro"),
    ("had chest pain two years ago", "chest_pain"),
    ("my father had a heart attack last year", "chest_pain"),
    ("I have a history of seizures", "seizure_syncope"),
    ("I had an allergic reaction to penicillin as a child", "allergic"),
    ("what if I get chest pain after the treatment", "chest_pain"),
    ("what should I do if I can't breathe", "breathing"),
    ("I had seizures when I was a child", "seizure_syncope"),
    ("I can't breathe through my nose", "breathing"),
    ("out of breath when I climb the stairs", "breathing"),
    ("I have heart palpitations", "chest_pain"),
    ("my chest pain is gone", "chest_pain"),
    ("I overdosed on aspirin in March and survived", "overdose_poison"),
    ("I don't want to kill myself", "self_harm"),
    ("I hit my head on a shelf", "head_injury"),
    ("I sometimes have blackouts", "seizure_syncope"),
    ("my mother died of a stroke", "stroke_neuro"),
    ("I got electrocuted", "other"),
]

# General questions, and red-flag words that mean something else.
NOTHING = [
    "I take 40 mg tablets of a statin",
    "what is the dose of a 20 mg tablet",
    "can exosomes cause chest pain?",
    "what are the signs of an allergic reaction?",
    "is anaphylaxis a risk",
    "does it cause seizures",
    "treatments for stroke",
    "treatment for stroke patients",
    "can exosomes help stroke recovery",
    "are there reports of people having a stroke",
    "what is the risk of a heart attack",
    "could it lead to fainting",
    "side effects such as fever and chills",
    "how common is fever after the treatment",
    "do exosomes help with shortness of breath",
    "can stem cells treat vision loss",
    "what are symptoms of anaphylaxis",
    "what happens in a seizure",
    "is exosome therapy used for heart attack survivors",
    "do they help people with copd who have trouble breathing",
    "are exosomes stored at a low temperature",
    "how much does it cost",
    "is swelling a common side effect",
    "what is hyaluronic acid",
    "I drank coffee this morning",
    "my phone died",
    "I'm dying to know the price",
    "I took 20 minutes to read your page",
    "breathing exercises",
    "is it a double blind study",
    "I want to know the risk of anaphylaxis",
    "what exactly are exosomes",
    "hello",
    "",
    "🙂",
    "my car had a breakdown",
    "when is your closing time",
    "can you stop the subscription",
    "I want to end this chat",
    "how do I end the conversation",
    "the price is killing me",
    "does it hurt",
    "my knee hurts",
    "what is the treatment for high blood pressure",
    "should I worry about contamination",
    "what are the chances of an infection",
]


@pytest.mark.parametrize(("text", "category", "word"), [*CLEAR, *MISTYPED])
def test_a_red_flag_is_clear(red_flags: RedFlags, text: str, category: str, word: str) -> None:
    result = red_flags.check(text)
    assert (result.level, result.category) == ("clear", category)
    assert word in " ".join(result.because)


@pytest.mark.parametrize("text", ALSO_CLEAR)
def test_many_wordings_are_clear(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "clear"


@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguised_red_flag_is_clear(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "clear"


@pytest.mark.parametrize(("text", "category"), POSSIBLE)
def test_a_denied_past_or_supposed_flag_is_never_silence(red_flags: RedFlags, text: str, category: str) -> None:
    result = red_flags.check(text)
    assert (result.level, result.category) == ("possible", category)


@pytest.mark.parametrize("text", NOTHING)
def test_a_general_question_is_no_flag(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level is None


@pytest.mark.parametrize(
    "text",
    [
        "I have no fever but I can't breathe",
        "no fever and I can't breathe",
        "no fever, I can't breathe",
        "no hives and my throat is closing up, I can't breathe",
    ],
)
def test_the_worse_of_two_flags_counts(red_flags: RedFlags, text: str) -> None:
    result = red_flags.check(text)
    assert (result.level, result.category) == ("clear", "breathing")


@pytest.mark.parametrize(
    "text", ["no fever and no chest pain", "I have no fever or chest pain", "no chills and chest pain"]
)
def test_a_denial_reaches_over_a_list(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "possible"


LETTER_CASES = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])
LOOKALIKES = str.maketrans("aeopcx", "аеорсх")
HIDDEN = st.sampled_from(["\u200b", "\u2060", "\u00ad", "\ufeff", "\u200d"])


@given(row=st.sampled_from(CLEAR), change_case=LETTER_CASES)
def test_case_never_hides_a_flag(red_flags: RedFlags, row: tuple[str, str, str], change_case: object) -> None:
    assert callable(change_case)
    assert red_flags.check(change_case(row[0])).level == "clear"


@given(row=st.sampled_from(CLEAR))
def test_lookalikes_never_hide_a_flag(red_flags: RedFlags, row: tuple[str, str, str]) -> None:
    assert red_flags.check(row[0].translate(LOOKALIKES)).level == "clear"


@given(row=st.sampled_from(CLEAR), hidden=HIDDEN, data=st.data())
def test_hidden_letters_never_hide_a_flag(
    red_flags: RedFlags, row: tuple[str, str, str], hidden: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(row[0])))
    assert red_flags.check(row[0][:place] + hidden + row[0][place:]).level == "clear"


@pytest.mark.parametrize("row", CLEAR, ids=lambda row: row[0][:40])
def test_no_swap_in_any_long_word_silences_a_flag(red_flags: RedFlags, row: tuple[str, str, str]) -> None:
    words = row[0].split()
    for place, word in enumerate(words):
        for letter in range(1, len(word) - 2) if len(word) > 6 and word.isalpha() else ():
            typed = [*words[:place], swapped(word, letter), *words[place + 1 :]]
            assert red_flags.check(" ".join(typed)).level is not None, typed


def swapped(word: str, place: int) -> str:
    """Swap the letter at a place with the next one."""
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


@given(before=st.sampled_from(["hello, ", "hi doctor. ", "please help! ", "um… ", "so, "]), row=st.sampled_from(CLEAR))
def test_a_greeting_before_changes_nothing(red_flags: RedFlags, before: str, row: tuple[str, str, str]) -> None:
    assert red_flags.check(before + row[0]).level == "clear"


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_text_is_checked(red_flags: RedFlags, text: str) -> None:
    result = red_flags.check(text)
    assert (result.level is None) == (result.category is None)
    assert result.level is None or result.because


@pytest.mark.parametrize(
    "piece", ["a b ", "🙂", "chest pain ", "c h e s t ", "a.b.c.", "\u200b", "e\u0336", "(", "([)", "1.2-3 "]
)
def test_two_thousand_characters_of_anything_end_soon(red_flags: RedFlags, piece: str) -> None:
    began = time.process_time()
    red_flags.check((piece * 2000)[:2000])
    assert time.process_time() - began < 0.5


@settings(max_examples=10)
@given(
    st.lists(
        st.sampled_from(
            ["chest", "pain", "swelling", "face", "fever", "injection", "numb", "no", "my", "if", ".", "left", "side"]
        ),
        min_size=300,
        max_size=600,
    )
)
def test_a_hostile_pile_of_flags_stays_quick(red_flags: RedFlags, words: list[str]) -> None:
    assert red_flags.check(" ".join(words)).level in {"clear", "possible", None}
