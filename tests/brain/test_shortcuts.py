from types import SimpleNamespace

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.utils.common import all_subclasses

from bot.brain import shortcuts


@pytest.fixture(autouse=True)
def _rasa_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))


def test_every_event_is_found_as_rasa_finds_it() -> None:
    for kind in all_subclasses(Event):
        assert shortcuts.event_class(kind.type_name) is Event.resolve_by_type(kind.type_name)
    assert shortcuts.event_class("no such event", SlotSet) is SlotSet


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown event"):
        shortcuts.event_class("no such event")


def test_events_of_an_action_are_read_after_it_is_installed() -> None:
    shortcuts.install(SimpleNamespace(domain=Domain.from_dict({"intents": ["greet"]})))
    read = Event.from_parameters({"event": "user", "text": "hello", "parse_data": {}})
    assert isinstance(read, UserUttered)


@pytest.mark.parametrize(("content", "is_empty"), [({}, True), ({"intents": ["greet"]}, False)])
def test_a_domain_is_as_empty_as_before(content: dict[str, object], is_empty: bool) -> None:
    domain = Domain.from_dict(content)
    shortcuts.install(SimpleNamespace(domain=domain))
    assert domain.is_empty() is is_empty
