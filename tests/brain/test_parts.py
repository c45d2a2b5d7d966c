import pytest

from bot.brain.parts import split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what does it cost and is it fda approved?", ["what does it cost", "is it fda approved?"]),
        ("what are exosomes? are they safe?", ["what are exosomes?", "are they safe?"]),
        ("is it approved, and i have lupus", ["is it approved", "i have lupus"]),
        ("how long does it take, how much is it", ["how long does it take", "how much is it"]),
    ],
)
def test_two_questions_are_taken_apart(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "what are the risks and benefits?",
        "exosomes",
        "hi. what are exosomes?",
        "",
        "stem cells and exosomes, which is better",
        "one. two three. four five. six seven. eight nine. ten eleven.",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert split(text) == [text]
