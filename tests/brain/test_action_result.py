import pytest

from bot.brain.action_result import BrokenActionResultError, check_result


@pytest.mark.parametrize(
    "result",
    [
        {"events": [], "responses": []},
        {},
        {
            "events": [{"event": "slot", "timestamp": None, "name": "subject", "value": "x"}],
            "responses": [{"text": "a"}],
        },
    ],
)
def test_what_rasa_accepts_is_accepted(result: dict[str, object]) -> None:
    assert check_result(result) is result


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        {"events": {}},
        {"events": ["slot"]},
        {"events": [{"name": "subject"}]},
        {"responses": "words"},
        {"responses": [None]},
    ],
)
def test_what_rasa_refuses_is_refused(result: object) -> None:
    with pytest.raises(BrokenActionResultError):
        check_result(result)
