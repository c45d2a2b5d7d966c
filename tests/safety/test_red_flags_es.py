"""Red flags in Spanish: message → level and category; beside them, near misses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.lexicon import read_words, words_in
from bot.safety.reading import Reader
from bot.safety.red_flags import RedFlags
from bot.yaml_files import read_yaml
from tests.safety.conftest import FOLDER
from tests.safety.test_lists import strings_in

CLEAR = [
    ("No puedo respirar", "breathing"),
    ("no puedo respirar bien", "breathing"),
    ("me cuesta respirar desde la inyección", "breathing"),
    ("Me falta el aire", "breathing"),
    ("me estoy ahogando", "breathing"),
    ("tengo dificultad para respirar", "breathing"),
    ("mi hijo no respira", "breathing"),
    ("se le ponen los labios azules", "breathing"),
    ("mi esposa dejó de respirar", "breathing"),
    ("siento que me ahogo", "breathing"),
    ("Se me hinchó la cara", "allergic"),
    ("tengo la lengua hinchada", "allergic"),
    ("Se me está cerrando la garganta", "allergic"),
    ("tengo hinchados los labios después del suero", "allergic"),
    ("se me hincha la garganta", "allergic"),
    ("Tengo ronchas por todo el cuerpo", "allergic"),
    ("me salieron ronchas después de la inyección", "allergic"),
    ("estoy llena de ronchas", "allergic"),
    ("creo que tengo una reacción alérgica", "allergic"),
    ("shock anafiláctico ahora", "allergic"),
    ("Dolor en el pecho", "chest_pain"),
    ("me duele el pecho", "chest_pain"),
    ("Tengo un dolor muy fuerte en el pecho", "chest_pain"),
    ("siento una presión en el pecho", "chest_pain"),
    ("mi papá tiene un infarto ahora", "chest_pain"),
    ("creo que me está dando un infarto", "chest_pain"),
    ("tengo opresión en el pecho y me duele el brazo izquierdo", "chest_pain"),
    ("Me desmayé", "seizure_syncope"),
    ("mi esposo se desmayó después del tratamiento", "seizure_syncope"),
    ("perdí el conocimiento dos veces hoy", "seizure_syncope"),
    ("está inconsciente", "seizure_syncope"),
    ("no despierta", "seizure_syncope"),
    ("siento que me voy a desmayar", "seizure_syncope"),
    ("mi hija está convulsionando", "seizure_syncope"),
    ("está teniendo una convulsión", "seizure_syncope"),
    ("tuvo una convulsión hace una hora", "seizure_syncope"),
    ("Se me cayó un lado de la cara", "stroke_neuro"),
    ("tengo la cara torcida", "stroke_neuro"),
    ("no siento el brazo izquierdo", "stroke_neuro"),
    ("no puedo mover la pierna", "stroke_neuro"),
    ("tengo dormido el lado derecho del cuerpo", "stroke_neuro"),
    ("habla raro y arrastra las palabras", "stroke_neuro"),
    ("no puede hablar y tiene la boca torcida", "stroke_neuro"),
    ("creo que mi mamá está teniendo un derrame cerebral", "stroke_neuro"),
    ("Tengo fiebre muy alta", "fever_infection"),
    ("tengo fiebre de 39,5", "fever_infection"),
    ("39 de fiebre", "fever_infection"),
    ("Tengo fiebre y escalofríos después de la inyección", "fever_infection"),
    ("me sale pus de donde me inyectaron", "fever_infection"),
    ("el enrojecimiento alrededor de la inyección se está extendiendo", "fever_infection"),
    ("la zona de la inyección está infectada", "fever_infection"),
    ("escalofríos desde el tratamiento de ayer", "fever_infection"),
    ("Me duele mucho la cabeza y tengo el cuello rígido", "headache_neck"),
    ("el peor dolor de cabeza de mi vida", "headache_neck"),
    ("tengo dolor de cabeza y rigidez en la nuca", "headache_neck"),
    ("De repente no veo", "vision_loss"),
    ("perdí la vista del ojo izquierdo", "vision_loss"),
    ("no veo nada con el ojo derecho", "vision_loss"),
    ("me quedé ciego de un ojo", "vision_loss"),
    ("se me fue la vista", "vision_loss"),
    ("Estoy sangrando mucho", "bleeding"),
    ("no para de sangrar", "bleeding"),
    ("vomito sangre", "bleeding"),
    ("estoy tosiendo sangre", "bleeding"),
    ("estoy perdiendo mucha sangre", "bleeding"),
    ("tengo una hemorragia", "bleeding"),
    ("estoy embarazada y estoy sangrando", "bleeding"),
    ("Tomé 30 pastillas", "overdose_poison"),
    ("me tomé todo el frasco de pastillas", "overdose_poison"),
    ("tomé veinte pastillas para dormir", "overdose_poison"),
    ("creo que es una sobredosis", "overdose_poison"),
    ("mi hijo se tomó cloro", "overdose_poison"),
    ("Quiero morir", "self_harm"),
    ("me quiero morir", "self_harm"),
    ("quiero matarme", "self_harm"),
    ("quiero suicidarme", "self_harm"),
    ("ya no quiero vivir", "self_harm"),
    ("estoy pensando en quitarme la vida", "self_harm"),
    ("no vale la pena vivir", "self_harm"),
    ("quiero hacerme daño", "self_harm"),
    ("quiero acabar con mi vida", "self_harm"),
    ("estarían mejor sin mí", "self_harm"),
    ("¿cuántas pastillas necesito para morir?", "self_harm"),
    ("llamen una ambulancia", "other"),
    ("por qué no puedo respirar", "breathing"),
    ("Sí, tengo dolor en el pecho", "chest_pain"),
    ("tengo la vista borrosa desde la inyeccion", "vision_loss"),
    ("mi bebe no se mueve", "pregnancy"),
    ("me golpee la cabeza y tengo vomitos", "head_injury"),
    ("le cuesta respirar a mi mamá", "breathing"),
]

MISTYPED = [
    "39 de fibre",
    "tengo fibre y escalofrios despues de la inyeccion",
    "tengo la fibre alta, fibre muy alta",
    "no puedo repirar",
    "no puedo respriar",
    "dolor en el pcho",
    "me duele el pehco",
    "estoy sangrndo mucho",
    "se me inchó la cara",
    "me desmalle",
    "tengo fievre alta",
    "kiero morirme",
    "convulciones ahora",
    "nopuedo respirar",
    "dolordepecho",
]

DISGUISED = [
    "NO PUEDO RESPIRAR!!!",
    "nо рuedo rеspirаr",
    "no puedo resp1rar",
    "n o p u e d o r e s p i r a r",
    "ｎｏ ｐｕｅｄｏ ｒｅｓｐｉｒａｒ",
    "no\u200b pue\u200bdo respi\u200brar",
]

# Denied, past, supposed or mild, and a fever by itself: a person looks at it soon.
POSSIBLE = [
    "tengo la presión en 220/130",
    "mi tensión está a 200 sobre 110",
    "no tengo dolor en el pecho",
    "no tengo fiebre después de la inyección",
    "sin fiebre desde el tratamiento",
    "nunca me desmayé",
    "tuve un infarto en 2015",
    "mi padre tuvo un infarto el año pasado",
    "tengo antecedentes de convulsiones",
    "qué hago si no puedo respirar",
    "no puedo respirar por la nariz",
    "me agito, sin aire cuando subo escaleras",
    "tengo palpitaciones",
    "no quiero matarme",
    "no me quiero morir",
    "me golpeé la cabeza con un estante",
    "tuve convulsiones de niño",
    "mi abuela murió de un derrame cerebral",
    "ya se me pasó el dolor de pecho",
    "ya no puedo más",
    "¿Puedo tener fiebre después de la inyección?",
    "no tengo fiebre",
    "tengo fiebre",
    "tengo antecedentes de epilepsia",
    "tengo fibre",
    "no tengo fibre",
    "fiere",
]

# English words, American or British, that lie one slip from a Spanish red flag, and words that both languages have.
ENGLISH = [
    "does it help small fibre neuropathy",
    "is there fibre in it",
    "muscle fibres and nerve fibres",
    "a litre of fluid, two grammes, one centre",
    "do me a favour",
    "in the presence of an armoured vehicle",
    "can exosome therapy lead to sepsis",
    "what is sepsis",
    "how do doctors tell meningitis from flu",
    "fibre optic",
    "fibra",
    "tiempo libre",
]

# General questions, and red-flag words that mean something else.
NOTHING = [
    "mi presión es de 130/80",
    "tengo la presión alta y peso 220 libras",
    "¿cuáles son los riesgos?",
    "¿causa fiebre?",
    "¿Puede causar dolor en el pecho?",
    "¿cuáles son los efectos secundarios?",
    "¿qué es la terapia con exosomas?",
    "hola",
    "gracias",
    "¿cuánto cuesta?",
    "¿es muy cara la terapia?",
    "¿Es muy cara para la caída del cabello?",
    "¿hay riesgo de infección?",
    "¿los exosomas ayudan con la falta de aire?",
    "efectos secundarios como fiebre y escalofríos",
    "¿es normal la hinchazón?",
    "me duele la rodilla",
    "¿Sirve para el infarto?",
    "¿tratamiento para el derrame cerebral?",
    "¿Se usa en pacientes con infarto?",
    "¿qué es la anafilaxia?",
    "¿cuáles son los síntomas de un infarto?",
    "¿puede provocar convulsiones?",
    "¿me pueden hacer daño los exosomas?",
    "¿la terapia puede hacerme daño?",
    "no hablo inglés",
    "no puedo hablar inglés",
    "me muero por saber el precio",
    "¿de dónde vienen las células madre?",
    "tomo 40 mg de atorvastatina",
    "¿necesito un análisis de sangre?",
    "quiero saber el riesgo de anafilaxia",
    "¿me pueden ayudar?",
    "quiero una cita",
    "¿en cuántas sesiones se ven resultados?",
    "¿sirve para rejuvenecer la cara?",
    "no veo nada sobre precios",
    "¿se extraen de la sangre?",
    "no entiendo",
    "¿la fiebre es común?",
    "¿da fiebre?",
]


@pytest.mark.parametrize(("text", "category"), CLEAR)
def test_a_spanish_red_flag_is_clear_with_accents_and_without(red_flags: RedFlags, text: str, category: str) -> None:
    for typed in (text, without_accents(text), text.upper()):
        result = red_flags.check(typed)
        assert (result.level, result.category, result.language) == ("clear", category, "es")
        assert result.because


@pytest.mark.parametrize("text", [*MISTYPED, *DISGUISED])
def test_a_mistyped_or_disguised_one_is_clear(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "clear"


@pytest.mark.parametrize("text", POSSIBLE)
def test_a_denied_past_or_supposed_one_is_never_silence(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "possible"


@pytest.mark.parametrize("text", [*NOTHING, *ENGLISH])
def test_a_general_question_is_no_flag(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level is None


@pytest.mark.parametrize(
    "text", ["I feel bad, no puedo respirar", "mi mamá has chest pain", "no puedo breathe, me ahogo"]
)
def test_neither_another_language_nor_a_no_elsewhere_hides_it(red_flags: RedFlags, text: str) -> None:
    assert red_flags.check(text).level == "clear"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I had a convulsion an hour ago", "en"),
        ("tuve una convulsión hace una hora", "es"),
        ("I can't breathe", "en"),
        ("no puedo respirar", "es"),
    ],
)
def test_a_word_of_both_languages_is_answered_in_that_of_the_message(
    red_flags: RedFlags, text: str, language: str
) -> None:
    assert red_flags.check(text).language == language


@given(row=st.sampled_from(CLEAR), hidden=st.sampled_from(["\u200b", "\u2060", "\u00ad"]), data=st.data())
def test_hidden_letters_never_hide_a_flag(
    red_flags: RedFlags, row: tuple[str, str], hidden: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(row[0])))
    assert red_flags.check(row[0][:place] + hidden + row[0][place:]).level == "clear"


@given(row=st.sampled_from(CLEAR))
def test_lookalikes_never_hide_a_flag(red_flags: RedFlags, row: tuple[str, str]) -> None:
    assert red_flags.check(row[0].translate(str.maketrans("aeopc", "аеорс"))).level == "clear"


@pytest.mark.parametrize("file", ["english.txt", "british.txt"])
def test_no_english_word_is_mended_into_a_spanish_one(file: str) -> None:
    """Short forms and numbers of a Spanish text ("pa", "dos") are written down as such, and are no red flags."""
    folder = FOLDER / "es"
    vocabulary = [*words_in(strings_in(read_yaml(folder / "red_flags.yml")["concepts"]))]
    reader = Reader.load(FOLDER, ()).beside(folder, vocabulary)
    spelling = read_yaml(folder / "spelling.yml")
    words = read_words(FOLDER / "words" / file) - spelling["fixes"].keys() - spelling["numbers"].keys()
    assert not {word: reader.wording(word) for word in words if reader.wording(word) != (word,)}


def test_the_rules_are_those_of_english_in_form() -> None:
    """The categories are ones that patients are told of, and every concept is used and known."""
    english, spanish = read_yaml(FOLDER / "red_flags.yml"), read_yaml(FOLDER / "es" / "red_flags.yml")
    assert {rule["category"] for rule in spanish["rules"]} <= {rule["category"] for rule in english["rules"]}
    known = {*spanish["concepts"], *spanish["numbers"], *spanish["derived"]}
    entries = [*spanish["rules"], *(entry for entries in spanish["derived"].values() for entry in entries)]
    assert {name for entry in entries for name in (*entry["all"], *entry.get("unless", ()))} == known


@pytest.mark.parametrize("name", ["red_flags.yml", "context.yml"])
def test_wordings_are_written_as_they_are_read(name: str) -> None:
    for wording in strings_in(read_yaml(FOLDER / "es" / name)):
        assert wording == without_accents(wording).lower(), wording
        assert wording.count("(") == wording.count(")"), wording


def without_accents(text: str) -> str:
    """Return the text as somebody in a hurry types it."""
    parted = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in parted if unicodedata.category(letter) != "Mn")
