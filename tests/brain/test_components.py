"""The components as Rasa runs them: trained on small data, kept, loaded, and given a message."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.brain.arbiter import Arbiter
from bot.brain.attributes import DECISION, TOPIC, TOPICS, TRIAGE, VECTORS, VIEWS, TriageGuess, category
from bot.brain.by_heart import ByHeart
from bot.brain.normaliser import Normaliser
from bot.brain.safety_rules import SafetyRules
from bot.brain.sentence_encoder import SentenceEncoder
from bot.brain.term_featurizer import TermFeaturizer
from bot.brain.topic_classifier import TopicClassifier
from bot.brain.triage import Triage

EXAMPLES = {
    "cost/price": "how much is it|what does it cost|price|what is the price of exosomes|how expensive is it|"
    "cost of a session",
    "risks/allergy": "can exosomes cause an allergy|allergic reaction|are allergic reactions possible|"
    "rash after exosomes|can people be allergic to it|hives from exosomes",
    "regulation/fda": "is it fda approved|fda approval|has the fda approved exosomes|does the fda allow this|"
    "what does the fda say|is this approved by the fda",
    "out_of_scope": "weather tomorrow|play some music|book a flight|who won the game|capital of france|"
    "tell me the time",
    "personal_medical": "i have lupus can i have it|my knee hurts what should i do|"
    "is it safe with my warfarin|i am pregnant is that ok|my mother has cancer|should i stop my tablets",
    "emergency": "i cannot breathe|my throat is closing|chest pain now|i fainted and my face is swollen|"
    "i want to die|i am having a seizure",
    "greet": "hello|hi there|good morning|hey|hi|good evening",
}


def example(label: str, text: str) -> Message:
    intent = category(label)
    return Message({"text": text, "intent": intent, **({TOPIC: label} if "/" in label else {})})


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, encoder_folder: Path) -> list[GraphComponent]:
    """All eight components, the trained ones loaded from what they kept."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("storage"))
    context = ExecutionContext(GraphSchema({}))
    data = TrainingData([example(label, text) for label, texts in EXAMPLES.items() for text in texts.split("|")])
    made = []
    for kind in (SafetyRules, Normaliser, SentenceEncoder, TermFeaturizer, TopicClassifier, ByHeart, Triage, Arbiter):
        config, resource = {**kind.get_default_config(), "hold_out_one_in": 3}, Resource(kind.__name__)
        component = kind.create(config, storage, resource, context)
        if hasattr(component, "train"):
            component.train(data)
            component = kind.load(config, storage, resource, context)
        if hasattr(component, "process_training_data"):
            component.process_training_data(data)
        made.append(component)
    return made


def understand(pipeline: list[GraphComponent], text: str) -> Message:
    return understand_all(pipeline, [text])[0]


def understand_all(pipeline: list[GraphComponent], texts: Sequence[str]) -> list[Message]:
    messages = [Message({"text": text}) for text in texts]
    for component in pipeline[:-1]:
        component.process(messages)
    pipeline[-1].process(messages, DialogueStateTracker.from_events("c", [], []))
    return messages


def test_the_patients_text_stays_as_typed(pipeline: list[GraphComponent]) -> None:
    message = understand(pipeline, "Whаt dоes it cоst?")
    assert message.get("text") == "Whаt dоes it cоst?"
    assert message.get(VIEWS) == ["what does it cost?"]


def test_a_question_is_ranked_under_its_answer(pipeline: list[GraphComponent]) -> None:
    assert understand(pipeline, "what does an exosome session cost").get(TOPICS)[0].best == "cost/price"


def test_each_part_has_a_guess_of_its_own(pipeline: list[GraphComponent]) -> None:
    message = understand(pipeline, "What does it cost and is it FDA approved?")
    assert message.get(VECTORS).shape[0] == len(message.get(TOPICS)) == 3
    assert [guess.best for guess in message.get(TOPICS)[1:]] == ["cost/price", "regulation/fda"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("my throat is swelling and I can't breathe", "emergency"),
        ("I have lupus, is it safe for me?", "personal_medical"),
        ("what does it cost, and I have lupus, is it safe for me?", "personal_medical"),
        ("\U0001f642 \U0001f642", "nonsense"),
        ("", "nonsense"),
        ("¿Cuánto cuesta el tratamiento y dónde están ustedes?", "other_language"),
    ],
)
def test_safety_and_fixed_replies_need_no_large_training(
    pipeline: list[GraphComponent], text: str, intent: str
) -> None:
    message = understand(pipeline, text)
    assert message.get("intent")["name"] == message.get(DECISION)["intent"] == intent


def test_the_decision_is_an_output_with_the_words_that_decided(pipeline: list[GraphComponent]) -> None:
    output = understand(pipeline, "I have lupus, is it safe for me?").as_dict(only_output_properties=True)
    assert output[DECISION]["triage"]["label"] == "personal_medical"
    assert output[DECISION]["triage"]["because"]


def test_the_trained_head_alone_hands_over_as_well(pipeline: list[GraphComponent]) -> None:
    triage = understand(pipeline, "tablets and pregnancy and warfarin all at once, what now").get(TRIAGE)
    assert triage.label in {"personal_medical", "emergency"}


def test_rules_that_fail_fail_the_turn(pipeline: list[GraphComponent], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> NoReturn:
        raise ValueError("a defect")

    monkeypatch.setattr(pipeline[0]._rules, "check", fail)
    with pytest.raises(ValueError, match="a defect"):
        understand(pipeline, "what does it cost")


def test_triage_leaves_spacy_to_the_rules_until_those_of_all_messages_are_read(
    pipeline: list[GraphComponent], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, check, asked = threading.Event(), pipeline[0]._rules.check, []

    def read_slowly(text: str) -> TriageGuess | None:
        reading.set()
        time.sleep(0.3)
        found = check(text)
        reading.clear()
        return found

    monkeypatch.setattr(pipeline[0]._rules, "check", read_slowly)
    monkeypatch.setattr(pipeline[6]._bearing, "is_elsewhere", lambda _: asked.append(reading.is_set()))
    understand_all(pipeline, ["what does it cost", "is it approved", "what is the price"])
    assert asked
    assert not any(asked)


def test_understanding_is_the_same_each_time(pipeline: list[GraphComponent]) -> None:
    first, second = (understand(pipeline, "is it approved").get(DECISION) for _ in range(2))
    assert first == second


def test_messages_read_in_one_go_keep_apart_whatever_their_parts(pipeline: list[GraphComponent]) -> None:
    texts = ["price", "what does it cost and is it fda approved?", "i have lupus, can i have it?", "", "hello there"]
    together, alone = understand_all(pipeline, texts), [understand(pipeline, text) for text in texts]
    assert [len(message.get(TOPICS)) for message in together] == [len(message.get(VIEWS)) for message in alone]
    assert [message.get(DECISION)["intent"] for message in together] == [
        message.get(DECISION)["intent"] for message in alone
    ]
    assert [[guess.best for guess in message.get(TOPICS)] for message in together] == [
        [guess.best for guess in message.get(TOPICS)] for message in alone
    ]


def test_what_an_example_says_word_for_word_is_sure(pipeline: list[GraphComponent]) -> None:
    guess = understand(pipeline, "Price?!").get(TOPICS)[0]
    assert (guess.best, guess.confidence, guess.is_example) == ("cost/price", 1.0, True)
    assert not understand(pipeline, "the price of it").get(TOPICS)[0].is_example


def test_an_example_of_an_answer_is_answered_whatever_triage_thinks_of_its_kind(
    pipeline: list[GraphComponent],
) -> None:
    assert understand(pipeline, "FDA approval").get(DECISION)["topic"] == "regulation/fda"


def test_an_example_with_words_of_the_writers_own_case_goes_to_a_person(pipeline: list[GraphComponent]) -> None:
    assert understand(pipeline, "i have lupus, can I have it?").get(DECISION)["intent"] == "personal_medical"
