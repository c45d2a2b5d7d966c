"""The emergency floor: red flags found by rules alone, before any model reads the message.

English is read by the files of data/safety itself, each other language by those of a folder in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.safety.context import ContextRules, Status, Surroundings
from bot.safety.lexicon import words_in
from bot.safety.reading import Reader, Reading
from bot.safety.spans import Found, Near, Span, cover, without_masked
from bot.safety.wordings import Wordings
from bot.yaml_files import read_yaml

Level = Literal["clear", "possible"]

ENGLISH = "en"

_SETTINGS = frozenset({"after_treatment", "since_treatment", "site"})


@dataclass(frozen=True)
class RedFlagResult:
    """What the floor found: "clear" is answered with the emergency text, "possible" goes to a person urgently."""

    level: Level | None = None
    category: str | None = None
    because: tuple[str, ...] = ()
    language: str = ENGLISH
    """In whose words the flag was raised."""


@dataclass(frozen=True)
class Rule:
    """One red flag: concepts that stand together, and how sure that is."""

    category: str
    near: Near
    is_sure: bool
    is_event: bool
    is_always_one: bool
    unless: Sequence[str]

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> "Rule":
        """Read one entry of `rules` in red_flags.yml."""
        return cls(
            category=entry["category"],
            near=Near.parse(entry),
            is_sure=entry.get("level", "clear") == "clear",
            is_event=entry.get("event", False),
            is_always_one=entry.get("always", False),
            unless=entry.get("unless", ()),
        )

    def status(self, spans: Sequence[Span], around: Surroundings) -> Status:
        """Return how real the flag is. A setting ("after the injection") cannot be denied: only the findings count."""
        findings = [
            span for span, concept in zip(spans, self.near.concepts, strict=True) if concept not in _SETTINGS
        ] or spans
        if self.is_always_one:
            denied_or_past = any(around.is_denied(span) or around.is_past(span) for span in findings)
            return Status.UNREAL if denied_or_past else Status.HAPPENING
        return min(around.status(span, is_event=self.is_event) for span in findings)


@dataclass(frozen=True)
class _Flag:
    level: Level
    category: str
    words: tuple[str, ...]


class RedFlags:
    """Checks messages for emergencies; pure, and quick enough to stand before everything."""

    def __init__(self, floors: Sequence["Floor"]) -> None:
        self._floors = floors

    @classmethod
    def load(cls, folder: Path) -> "RedFlags":
        """Read the rules in `folder` (data/safety); raises OSError or yaml.YAMLError where they cannot be read."""
        rules = read_yaml(folder / "red_flags.yml")
        reader = Reader.load(folder, _vocabulary(rules))
        others = sorted(path.parent for path in folder.glob("*/red_flags.yml"))
        english = Floor(ENGLISH, reader, rules, read_yaml(folder / "context.yml"))
        return cls([english, *(Floor.beside(reader, other) for other in others)])

    def check(self, text: str) -> RedFlagResult:
        """Return the most serious red flag of a message, in the order of the rules, with the words that raised it.

        Where several languages share the word ("convulsion"), the one that most of the message is in speaks.
        """
        raised = [(floor, result) for floor in self._floors if (result := floor.check(text)).level]
        sure = [(floor, result) for floor, result in raised if result.level == "clear"] or raised
        if len(sure) > 1:
            return max(sure, key=lambda pair: pair[0].fluency(text))[1]
        return sure[0][1] if sure else RedFlagResult()


class Floor:
    """The rules of one language."""

    def __init__(self, language: str, reader: Reader, rules: Mapping[str, Any], context: Mapping[str, Any]) -> None:
        self._language = language
        self._reader = reader
        wordings = {**rules["concepts"], "masks": rules["masks"]}
        self._wordings = Wordings(reader, wordings, rules["numbers"], rules.get("pairs"))
        self._derived = {name: [Near.parse(entry) for entry in entries] for name, entries in rules["derived"].items()}
        self._rules = [Rule.parse(entry) for entry in rules["rules"]]
        self._context = ContextRules(reader, context)

    @classmethod
    def beside(cls, reader: Reader, folder: Path) -> "Floor":
        """Read the rules of another language beside those that `reader` reads; the folder's name is its code."""
        rules = read_yaml(folder / "red_flags.yml")
        own = reader.beside(folder, _vocabulary(rules))
        return cls(folder.name, own, rules, read_yaml(folder / "context.yml"))

    def check(self, text: str) -> RedFlagResult:
        """See `RedFlags`."""
        reading = self._reader.read(text)
        found = self._wordings.find(reading)
        found = without_masked(found, found.pop("masks", ()))
        flags = self._flags(reading, self._with_derived(found)) if found else []
        return _result([flag for flag in flags if flag.level == "clear"] or flags, self._language)

    def fluency(self, text: str) -> int:
        """Count the words of a message that are of this language."""
        return self._reader.fluency(self._reader.read(text))

    def _with_derived(self, found: Found) -> Found:
        derived = {
            name: [cover(spans) for near in nears for spans in near.places(found)]
            for name, nears in self._derived.items()
        }
        return {**found, **derived}

    def _flags(self, reading: Reading, found: Found) -> list[_Flag]:
        hits = [(rule, spans) for rule in self._rules for spans in rule.near.places(found)]
        around = self._context.read(reading) if hits else None
        return [flag for rule, spans in hits if around and (flag := _flag(rule, spans, reading, found, around))]


def _vocabulary(rules: Mapping[str, Any]) -> Iterator[str]:
    return (word for patterns in rules["concepts"].values() for word in words_in(patterns))


def _flag(rule: Rule, spans: Sequence[Span], reading: Reading, found: Found, around: Surroundings) -> _Flag | None:
    status = rule.status(spans, around)
    if status is Status.GENERAL:
        return None
    sure = rule.is_sure and status is Status.HAPPENING and not _is_excused(rule, spans[0], reading, found)
    words = tuple(reading.typed(span.start, span.end) for span in sorted(set(spans), key=lambda span: span.start))
    return _Flag("clear" if sure else "possible", rule.category, words)


def _is_excused(rule: Rule, span: Span, reading: Reading, found: Found) -> bool:
    sentence = reading.words[span.start].sentence
    excuses = (excuse for concept in rule.unless for excuse in found.get(concept, ()))
    return any(reading.words[excuse.start].sentence == sentence for excuse in excuses)


def _result(flags: Sequence[_Flag], language: str) -> RedFlagResult:
    if not flags:
        return RedFlagResult()
    first = flags[0]
    words = dict.fromkeys(word for flag in flags if flag.category == first.category for word in flag.words)
    return RedFlagResult(first.level, first.category, tuple(words), language)
