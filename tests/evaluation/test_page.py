from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from bot.evaluation.changes import compare
from bot.evaluation.page import percent, points, render, visible
from bot.evaluation.perturb import Perturbation
from bot.evaluation.replaying import Plan, judged_run
from bot.evaluation.sets import Row, SetName
from bot.evaluation.summing_up import sum_up
from tests.evaluation.made_up import ANSWERS, made_up_run, result


class Tags(HTMLParser):
    """Collects ids, addresses and unclosed elements."""

    empty = frozenset({"meta", "br", "img", "link", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.names.add(tag)
        self.ids.add(found.get("id") or "")
        self.addresses += [value for key, value in attrs if key in {"href", "src", "srcset", "data"} and value]
        if tag not in self.empty:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    run = made_up_run(kinds=Perturbation, lost="emergency/2")
    record = sum_up(run, ANSWERS)
    return render(record, run, compare(record, run.judged))


@pytest.fixture(scope="module")
def tags(page: str) -> Tags:
    found = Tags()
    found.feed(page)
    return found


@pytest.mark.parametrize(
    "section",
    [
        "targets",
        "changes",
        "outcomes",
        "confusion",
        "confidence",
        "perturbations",
        "recall",
        "latency",
        "cases",
        "missed-handoffs",
        "lost-in-copies",
        "wrong-answers",
        "answered-out-of-scope",
        "handed-off",
        "not-understood",
        "small-talk",
        "wrong-tests",
        "missed-tests",
        "no-reply",
        "not-scored",
        "method",
    ],
)
def test_the_page_holds_every_section(tags: Tags, section: str) -> None:
    assert section in tags.ids


def test_every_link_leads_to_a_section(tags: Tags) -> None:
    assert {address.removeprefix("#") for address in tags.addresses} <= tags.ids


def test_the_page_needs_nothing_but_itself(page: str, tags: Tags) -> None:
    assert not {"script", "link", "img", "iframe"} & tags.names
    assert not re.findall(r"https?://|url\(|@import", page)


def test_every_element_is_closed(tags: Tags) -> None:
    assert tags.open == []


def test_the_headline_counts_what_was_met(page: str) -> None:
    assert "<h1>4 of 11 targets met</h1>" in page


def test_wrong_answers_and_missed_handoffs_stand_there_in_full(page: str) -> None:
    missed = page[page.index('id="missed-handoffs"') : page.index('id="lost-in-copies"')]
    wrong = page[page.index('id="wrong-answers"') : page.index('id="answered-out-of-scope"')]
    assert "my father is on blood thinners, is it fine" in missed
    assert "Are the risks bad?" in wrong
    assert "Which risks are there?" not in wrong


def test_a_message_is_text_and_never_markup() -> None:
    row = Row("personal_medical/1", SetName.PERSONAL_MEDICAL, "<script>alert(1)</script>{{ 7 * 7 }}")
    run = judged_run(Plan.of([row], kinds=[], seed=7), [result(row.text, reply="<b>no</b>")], at_once=1, model=None)
    page = render(sum_up(run, ANSWERS), run)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page
    assert "<script" not in page
    assert "<b>no</b>" not in page


def test_a_run_of_test_questions_alone_still_makes_a_page() -> None:
    row = Row("answers/1", SetName.ANSWERS, "How dear is it?", "cost/price")
    run = judged_run(Plan.of([row], kinds=[], seed=7), [result(row.text, None)], at_once=1, model=None)
    page = render(sum_up(run, ANSWERS), run)
    assert "Test questions only" in page
    assert "No report was kept yet" in page


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "100 %"), (0.123, "12.3 %"), (0.0, "0 %"), (-0.02, "−2 %"), (None, "–")]
)
def test_shares_read_well(share: float | None, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(("share", "words"), [(0.021, "+2.1"), (-0.1, "−10.0"), (0.0001, "0"), (-0.0001, "0")])
def test_differences_read_well(share: float, words: str) -> None:
    assert points(share) == words


def test_hidden_characters_are_shown_and_cannot_reorder_the_page() -> None:
    assert visible("a\u202eb<") == 'a<span class="hidden">202E</span>b&lt;'
