import ast
import copy
import inspect
from types import ModuleType, SimpleNamespace

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.utils.common import all_subclasses

from bot.brain import environment, shortcuts
from bot.yaml_files import read_yaml


@pytest.fixture(autouse=True)
def _rasa_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", RulePolicy._find_action_from_rules)
    for module in shortcuts.COPYING_FOR_LOGS:
        monkeypatch.setattr(module, "copy", copy)


def _uses_of_copy(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.Attribute) and ast.unparse(node.value) == "copy" for node in ast.walk(tree))


@pytest.mark.parametrize("module", shortcuts.COPYING_FOR_LOGS)
def test_what_is_copied_no_more_was_copied_for_logs_alone(module: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(module))
    logging = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("structlogger.debug")
    ]
    assert sum(map(_uses_of_copy, logging)) == _uses_of_copy(tree) > 0
    assert "from copy" not in inspect.getsource(module)


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


def test_no_rule_waits_for_the_very_words_of_a_patient() -> None:
    rules = [rule for path in (environment.ROOT / "data/rules").glob("*.yml") for rule in read_yaml(path)["rules"]]
    assert rules
    assert not [rule["rule"] for rule in rules if any("user" in step for step in rule["steps"])]


def test_rules_are_looked_through_by_intent_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcuts, "_by_rules", lambda *given: ("action_answer", "the rule", given[-1]))
    shortcuts.install(SimpleNamespace(domain=None))
    find = RulePolicy._find_action_from_rules
    assert find(None, None, None, use_text_for_last_user_input=True) == (None, None, False)
    assert find(None, None, None, use_text_for_last_user_input=False) == ("action_answer", "the rule", False)
