"""Personal-medical rules: what is about one patient's body, and so ends with a person, never with an answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.safety.lexicon import all_terms, words_in
from bot.safety.reading import Reader, Reading
from bot.safety.spans import Found, Near, Span, cover, joined, longest, without_masked
from bot.safety.terms import Terms, with_plural
from bot.safety.wordings import Wordings
from bot.yaml_files import read_yaml

_OWNERS = frozenset({"my", "his", "her", "our", "mother", "father", "wife", "husband", "son", "daughter", "baby"})
# Whom a message is about: medical words said in passing may lie among these, and leave them standing.
_PERSONS = frozenset({"self", "family"})
_TELLERS = frozenset({"behind", "before", "aside", "about"})
# Two triggers this close are shown as one phrase: "my lupus" rather than "my", "lupus".
_ONE_PHRASE = 3
_MOST_PHRASES = 6


@dataclass(frozen=True)
class TriageResult:
    """Whether a message must end with a person, and the words that say so."""

    label: Literal["personal_medical"] | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Tellers:
    """Relatives who only tell, ask or come along."""

    unless: Sequence[str]

    def dropped(self, found: Found) -> dict[str, list[Span]]:
        """Drop such relatives, and the wordings that told of them; all stay where the message says more of anybody."""
        left = {name: spans for name, spans in found.items() if name not in _TELLERS}
        telling = list(self._telling(found))
        is_all = bool(found.get("about")) and not self._says_more(found, telling)
        return without_masked(left, telling if is_all else ())

    def _says_more(self, found: Found, telling: Sequence[Span]) -> bool:
        told = {name: found.get(name, ()) for name in self.unless}
        return any(without_masked(told, [*telling, *found.get("aside", ())]).values())

    def _telling(self, found: Found) -> Iterator[Span]:
        for relative in found.get("family", ()):
            before = [span for span in found.get("before", ()) if span.end == relative.start]
            behind = [span for span in found.get("behind", ()) if span.start == relative.end]
            if before or behind:
                yield cover([*before, relative, *behind])


@dataclass(frozen=True)
class _Rule:
    near: Near
    unless: Sequence[str]

    def spans(self, found: Found) -> Sequence[Span]:
        """Return the spans, closest together, that fulfil the rule; none where an exception stands in the message."""
        if any(found.get(concept) for concept in self.unless):
            return ()
        places = (spans for spans in self.near.places(found) if len(set(spans)) == len(spans))
        return min(places, key=_width, default=())


class TriageRules:
    """Checks messages against the lexicons of data/safety."""

    def __init__(
        self, reader: Reader, rules: Mapping[str, Any], lexicons: Mapping[str, Sequence[str]], between: Sequence[str]
    ) -> None:
        self._reader = reader
        tellers = {name: rules["tellers"][name] for name in _TELLERS}
        asides = {name: rules[name] for name in ("inert", "passing", "masks")}
        self._wordings = Wordings(reader, {**rules["concepts"], **asides, **tellers})
        self._tellers = _Tellers(rules["tellers"]["unless"])
        self._terms = Terms(reader, lexicons)
        self._groups: Mapping[str, Sequence[str]] = rules["groups"]
        self._rules = [_Rule(Near.parse(entry), entry.get("unless", ())) for entry in rules["rules"]]
        self._between = frozenset(between)

    @classmethod
    def load(cls, folder: Path) -> "TriageRules":
        """Read the rules and lexicons in `folder` (data/safety).

        Raises OSError or yaml.YAMLError where they cannot be read.
        """
        rules = read_yaml(folder / "personal.yml")
        body = read_yaml(folder / "body.yml")
        lexicons = dict(_lexicons(folder, body))
        return cls(Reader.load(folder, _vocabulary(rules, lexicons)), rules, lexicons, body["between"])

    def check(self, text: str) -> TriageResult:
        """Say whether the message is about one patient's body, with the words that say so."""
        reading = self._reader.read(text)
        found = self._complete(reading, {**self._wordings.find(reading), **self._terms.find(reading)})
        fitting = [spans for rule in self._rules if (spans := rule.spans(found))]
        return (
            TriageResult("personal_medical", _because(reading, fitting, found.get("any_medical", ())))
            if fitting
            else TriageResult()
        )

    def _complete(self, reading: Reading, found: dict[str, list[Span]]) -> Found:
        """Drop the persons and the medical words that say nothing, and add owned parts of the body and the groups."""
        inert, passing = found.pop("inert", ()), found.pop("passing", ())
        found = without_masked(found, found.pop("masks", ()))
        found |= without_masked({"self": found.pop("self", [])}, inert)
        persons = {name: spans for name, spans in found.items() if name in _PERSONS}
        found = without_masked(found, passing) | persons
        found["own_part"] = list(self._owned_parts(reading, found.get("part", ())))
        groups = {
            name: longest([span for part in members for span in found.get(part, ())])
            for name, members in self._groups.items()
        }
        return self._tellers.dropped({**found, **groups})

    def _owned_parts(self, reading: Reading, parts: Sequence[Span]) -> Iterator[Span]:
        for part in parts:
            place = part.start - 1
            while place >= 0 and reading.words[place].plain in self._between:
                place -= 1
            if place >= 0 and reading.words[place].plain in _OWNERS:
                yield Span(place, part.end)


def _lexicons(folder: Path, body: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    """Name the lists of the lexicon files; everyday words ("weak") and general classes of medicine stand apart."""
    conditions, medicines = read_yaml(folder / "conditions.yml"), read_yaml(folder / "medicines.yml")
    symptoms, care = read_yaml(folder / "symptoms.yml"), read_yaml(folder / "tests_procedures.yml")
    yield "condition", all_terms(conditions)
    yield "medicine", all_terms(medicines)
    yield "named_medicine", all_terms(medicines, but="words")
    yield "symptom", all_terms(symptoms, but="weak")
    yield "weak_symptom", symptoms["weak"]
    yield from (
        ("test", care["tests"]),
        ("measured", care["values"]),
        ("procedure", care["procedures"]),
        ("care", care["care"]),
        ("weak_test", care["weak"]),
    )
    yield "part", body["parts"]


def _vocabulary(rules: Mapping[str, Any], lexicons: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for patterns in rules["concepts"].values():
        yield from words_in(patterns)
    for terms in lexicons.values():
        yield from words_in(form for term in terms for form in with_plural(term))


def _width(spans: Sequence[Span]) -> int:
    whole = cover(spans)
    return whole.end - whole.start


def _because(reading: Reading, fitting: Sequence[Sequence[Span]], medical: Sequence[Span]) -> tuple[str, ...]:
    """Return the words that made the rules fit and the medical words beside them, in reading order, at most a few."""
    spans = {*(phrase for spans in fitting for phrase in _phrases(spans)), *medical}
    telling = [span for span in joined(spans) if span.end - span.start > 1 or span in medical]
    phrases = dict.fromkeys(reading.typed(span.start, span.end) for span in telling or joined(spans))
    return tuple(phrases)[:_MOST_PHRASES]


def _phrases(spans: Sequence[Span]) -> Sequence[Span]:
    gap = _width(spans) - sum(span.end - span.start for span in spans)
    return [cover(spans)] if gap < _ONE_PHRASE else spans
