"""Find the terms of the long lists (conditions, medicines, symptoms …) by spaCy's phrase matcher."""

from collections.abc import Iterable, Iterator, Mapping

from spacy.matcher import PhraseMatcher

from bot.safety.reading import Reader, Reading
from bot.safety.spans import Span


class Terms:
    """Named lists of plain terms, singular or plural."""

    def __init__(self, reader: Reader, lists: Mapping[str, Iterable[str]]) -> None:
        self._reader = reader
        self._matcher = PhraseMatcher(reader.nlp.vocab, attr="ORTH")
        self._names = {reader.nlp.vocab.strings.add(name): name for name in lists}
        for name, terms in lists.items():
            readings = {reader.wording(form) for term in terms for form in with_plural(term)}
            self._matcher.add(name, [reader.doc(words) for words in sorted(readings) if words])

    def find(self, reading: Reading) -> dict[str, list[Span]]:
        """Return where each list's terms stand, in reading order."""
        found: dict[str, list[Span]] = {}
        with self._reader.forgetting():
            matches = self._matcher(self._reader.doc(word.plain for word in reading.words))
        for key, start, end in matches:
            found.setdefault(self._names[key], []).append(Span(start, end))
        return found


def with_plural(term: str) -> Iterator[str]:
    """Yield a term and, where its last word is a singular, the plural."""
    yield term
    if term[-1].isalpha() and term[-1] != "s":
        yield f"{term[:-1]}ies" if term[-1] == "y" and term[-2] not in "aeou" else f"{term}s"
